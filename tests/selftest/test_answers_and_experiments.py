"""The self-test of answer keys and experiments finds a key or a spec that cannot do its work."""

import pytest

from autograder.answers.given import Given
from autograder.answers.judging import judge_answer
from autograder.answers.kinds.number import NumberEntry
from autograder.experiments.spec import load_experiments
from autograder.grading.homework import find_homework, homeworks
from autograder.selftest.answers import examine_answers, examine_experiment, faults_of

SPECS = [
    'runs = ["a", "b"]\ncolumns = ["train_loss", "val_accuracy"]\nfinal = ["test_accuracy"]',
    'runs = ["a", "b"]\nreaches = [{number = "test_accuracy", least = 0.88, runs = ["b"]}]\n'
    "epochs = {least = 1, most = 2}",
    "sweep = {rate = [1.0, 0.1], decay = [0, 1e-4]}\nsettings = {batch = [64, 128]}\nonly_varies = ['rate', 'decay']",
    'sweep = {batch = [64, 8192]}\nsame = ["iterations", "effective"]\nrelations = ["effective = copies * batch"]',
    'sweep = {copies = [2, 4]}\nsettings = {batch = 64}\nrelations = ["effective = copies * batch"]\n'
    "may_diverge = true",
    "sweep = {copies = [2, 4]}\nfinal = ['effective', 'test', 'reloaded']\n"
    "relations = ['effective = copies * batch', 'reloaded = test']",
    "runs = ['a']\ncolumns = ['val_error']\nreaches = [{number = 'val_error', most = 0.1}]\n"
    "agree = [{final = 'best', column = 'val_accuracy', row = 'best'}]",
]


def experiment(tmp_path, text):
    path = tmp_path / "experiments.toml"
    path.write_text(f"[wanted]\n{text}\n")
    return load_experiments(path)["wanted"]


@pytest.mark.parametrize("text", SPECS)
def test_a_spec_that_can_be_satisfied_has_no_fault(tmp_path, text):
    assert [f for f in examine_experiment(experiment(tmp_path, text)) if f.faults] == []


@pytest.mark.parametrize(
    "text",
    [
        "sweep = {batch = [64, 128]}\nsame = ['batch']",
        "runs = {a = {rate = 0.1, decay = 0}, b = {rate = 0.2, decay = 1}}\nonly_varies = ['rate']",
        "sweep = {copies = [2, 4]}\nsettings = {batch = 64, effective = 128}\n"
        "relations = ['effective = copies * batch']",
        "runs = ['a']\nreaches = [{number = 'x', least = 2}, {number = 'x', most = 1}]",
    ],
)
def test_a_spec_that_contradicts_itself_is_found(tmp_path, text):
    faults = [fault for f in examine_experiment(experiment(tmp_path, text)) for fault in f.faults]
    assert any("cannot be satisfied" in fault for fault in faults)


def test_a_mistake_that_the_key_takes_for_right_is_found():
    entry = NumberEntry.model_validate(
        {"name": "answer_1_1", "kind": "number", "statement": "S?", "reason": "R.", "value": 1000, "tolerance": 0.1}
        | {"mistakes": [{"value": 1001, "name": "off_by_one", "sentence": "One less."}]}
    )
    judged = [(s, judge_answer(Given("answer_1_1", s.value), entry)) for s in entry.specimens()]
    found = [fault for specimen, verdict in judged for fault in faults_of(specimen, entry, verdict)]
    assert found == ["is not caught", "is not named (named instead: nothing)"]


@pytest.mark.parametrize("name", homeworks())
def test_the_keys_and_experiments_of_the_course_have_no_fault(name):
    assert [finding for finding in examine_answers(find_homework(name)) if finding.faults] == []
