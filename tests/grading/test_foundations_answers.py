"""Answers and runs of hw1_foundations: what is credited, and what is said of what is not."""

import sys

import jupytext
import pytest
import torch
from torch import nn

from autograder.answers.given import Given
from autograder.answers.key import load_key
from autograder.experiments.judging import judge_experiment
from autograder.experiments.record import read_runs
from autograder.grading.homework import COURSE, find_homework

HOMEWORK = find_homework("hw1_foundations")
KEY = load_key(HOMEWORK.grading_data / "answers.toml")
NOTEBOOK = HOMEWORK.folder / "notebooks" / "lenet-fashionmnist.py"


def verdict(name, value):
    return KEY[name].verdict(Given(name, value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer_1_a", "(m, 10)"),
        ("answer_1_a", ("batch_size", 10)),
        ("answer_1_a", "N x 10"),
        ("answer_1_b_weights", (10, 50)),
        ("answer_1_b_bias", "(50,)"),
        ("answer_1_b_bias", (1, 50)),
        ("answer_1_b_bias", 50),
        ("answer_1_c_weights", "[50, 3]"),
        ("answer_1_c_bias", "1 x 3"),
        ("answer_1_d", "(M, 3)"),
        ("answer_2", {"conv1": "2,800", "conv2": "180,200", "conv3": 720_400, "total": "903.4K"}),
        ("answer_2", [2800, 180_200, 720_400, 903_400]),
    ],
)
def test_right_answers_are_right_however_they_are_written(name, value):
    assert verdict(name, value).credit == 1


@pytest.mark.parametrize(
    ("name", "value", "mistake"),
    [
        ("answer_1_a", "(10, m)", "samples_as_columns"),
        ("answer_1_b_weights", "(50, 10)", "transposed"),
        ("answer_1_b_bias", "(m, 50)", "bias_a_sample"),
        ("answer_1_d", "(3,)", "one_sample"),
    ],
)
def test_wrong_shapes_are_named(name, value, mistake):
    found = verdict(name, value)
    assert found.credit < 1
    assert found.mistake.id == f"{name}.{mistake}"


def test_forgotten_biases_are_named_and_cost_half():
    found = verdict("answer_2", {"conv1": 2700, "conv2": 180_000, "conv3": 720_000, "total": 902_700})
    assert found.credit == 0.5
    assert found.mistake.sentence == "The biases are missing: each feature map has one."


def test_each_row_earns_its_share_and_a_total_may_follow_from_a_wrong_row():
    assert verdict("answer_2", {"conv1": 2800, "conv2": None, "conv3": 720_400, "total": None}).credit == 0.5
    followed = verdict("answer_2", {"conv1": 1234, "conv2": 180_200, "conv3": 720_400, "total": 901_834})
    assert followed.credit == 0.75
    assert "follows from your own numbers" in followed.message


def log_runs(monkeypatch, folder, epochs=None, test_accuracy=0.9, reloaded=0.9):
    """The logs of the notebook's own five runs, with training and evaluation made up."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(COURSE / "assignment" / "common"))
    monkeypatch.delitem(sys.modules, "run_log", raising=False)
    from run_log import RunLog

    scores = iter([test_accuracy, reloaded] * 5)

    def fit(model, train, val, count, rate, decay, device, weights, report):
        start = 2.3 - 0.01 * len(weights)
        rows = [
            {"train_loss": start / (i + 1), "train_accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5 + 0.01 * i}
            for i in range(count)
        ]
        for row in rows:
            report(**row)
        return rows

    class Network(nn.Linear):
        def __init__(self):
            super().__init__(1, 1)

    given = {name: type(name, (Network,), {}) for name in ("LeNet5", "LeNet5Dropout", "LeNet5BatchNorm")}
    given |= {"torch": torch, "RunLog": RunLog, "device": "cpu", "fit": fit, "load_weights": lambda model, *_: model}
    given |= dict.fromkeys(("train_loader", "val_loader", "test_loader"))
    given["evaluate"] = lambda *_: (0.3, next(scores))
    for cell in jupytext.read(NOTEBOOK).cells:
        if "settings" in cell.metadata.get("tags", []):
            exec(cell.source, given)
            given |= {"EPOCHS": epochs, "RETUNED_EPOCHS": epochs} if epochs else {}
        elif cell.source.startswith(("def run(", "results = [")):
            exec(cell.source, given)
    return {name: judge_experiment(read_runs(folder), spec) for name, spec in HOMEWORK.experiments.items()}


def test_the_notebooks_runs_are_those_that_are_asked_for(monkeypatch, tmp_path):
    found = log_runs(monkeypatch, tmp_path)
    assert {name: one.credit for name, one in found.items()} == dict.fromkeys(HOMEWORK.experiments, 1.0), found


def test_runs_that_were_cut_short_are_named(monkeypatch, tmp_path):
    found = log_runs(monkeypatch, tmp_path, epochs=3)
    assert found["variants"].credit == found["retuned"].credit == 0
    assert "batch_norm" in found["variants"].message
    assert "3" in found["retuned"].message
    assert "20" in found["retuned"].message


def test_an_accuracy_below_88_percent_and_weights_that_score_otherwise_are_told(monkeypatch, tmp_path):
    found = log_runs(monkeypatch, tmp_path, test_accuracy=0.879, reloaded=0.87)
    assert found["variants"].credit == 1
    assert found["accuracy"].credit == 0
    assert found["reloaded"].credit == 0
    assert "reloaded_accuracy is 0.87" in found["reloaded"].message


def test_no_runs_earn_nothing(tmp_path):
    assert {judge_experiment(read_runs(tmp_path), spec).credit for spec in HOMEWORK.experiments.values()} == {0}
