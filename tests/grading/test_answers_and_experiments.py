"""Answers and run logs of a submission, from the files handed in to points, messages and named mistakes."""

import importlib.util

import pytest

from autograder.grading.homework import COURSE, find_homework
from autograder.grading.sandbox import open_sandbox
from autograder.grading.statuses import Status
from autograder.grading.store import EvidenceStore
from autograder.grading.submission import Grader

RUBRIC = """
[assignment]
id = "hw"
title = "Answers and runs"
modules = ["activations"]
[[problem]]
id = "q1"
title = "Parameters"
points = 8
check = [
  {id = "layers", kind = "answer", answer = "answer_1_1", points = 4},
  {id = "total", kind = "answer", answer = "answer_1_2", points = 2, requires = ["layers"]},
  {id = "runs", kind = "experiment", experiment = "rates", points = 2},
]
"""
KEY = """
[answer_1_1]
kind = "table"
statement = "How many parameters?"
reason = "A filter has a bias."
rows = {conv1 = 2800, conv2 = 180200}
exact = true
mistakes = [{name = "forgot_biases", sentence = "The biases are missing.", cells = {conv1 = 2700, conv2 = 180000}}]
[answer_1_2]
kind = "number"
statement = "In total?"
value = 183000
reason = "The sum."
"""
EXPERIMENTS = '[rates]\nsweep = {learning_rate = [0.1, 0.01]}\ncolumns = ["train_loss"]\n'


@pytest.fixture(scope="module")
def homework(tmp_path_factory):
    course = tmp_path_factory.mktemp("course")
    for path, text in {
        "assignment/hw/rubric.toml": RUBRIC,
        "grading_data/hw/answers.toml": KEY,
        "grading_data/hw/experiments.toml": EXPERIMENTS,
    }.items():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_text(text)
    return find_homework("hw", course)


@pytest.fixture
def checks(homework, tmp_path):
    """Grades tmp_path; gives the results of its checks by id."""

    def grade():
        with EvidenceStore(homework.rubric.assignment.modules) as store:
            result = Grader(homework, store, open_sandbox("none"), seed=1).grade(tmp_path, "ann")
        assert result.status != "grader_error", result
        return {check.id: check for problem in result.problems for check in problem.checks}

    return grade


def write_runs(folder, *rates):
    spec = importlib.util.spec_from_file_location("run_log", COURSE / "assignment/common/run_log.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for rate in rates:
        log = module.RunLog(f"rate-{str(rate).replace('.', '_')}", folder=folder / "runs", learning_rate=rate)
        log.epoch(train_loss=2.3 - rate)
        log.finish()


def test_right_answers_and_all_runs_earn_everything(checks, tmp_path):
    (tmp_path / "answers.toml").write_text('answer_1_1 = [2800, "180,200"]\nanswer_1_2 = "183K"\n')
    write_runs(tmp_path, 0.1, 0.01)
    assert {i: (c.status, c.score) for i, c in checks().items()} == {
        "layers": (Status.PASS, 4),
        "total": (Status.PASS, 2),
        "runs": (Status.PASS, 2),
    }


def test_a_named_mistake_and_a_missing_run_are_told(checks, tmp_path):
    (tmp_path / "answers.toml").write_text("answer_1_1 = {conv1 = 2800, conv2 = 180000}\nanswer_1_2 = 182800\n")
    write_runs(tmp_path, 0.1)
    found = checks()
    assert (found["layers"].status, found["layers"].score) == (Status.PARTIAL, 2)
    assert found["layers"].mistake == "answer_1_1.forgot_biases"
    assert found["layers"].message.startswith(
        "The biases are missing.\nrow conv2: you wrote 180,000, but it is 180,200."
    )
    assert found["total"].score == 0
    assert found["runs"].score == 1
    assert "run with learning_rate 0.01: there is no such run" in found["runs"].message


def test_nothing_handed_in_is_not_attempted(checks):
    assert {(c.status, c.score) for c in checks().values()} == {(Status.NOT_ATTEMPTED, 0)}
