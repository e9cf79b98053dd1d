"""The recorder that students call in their training loops."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest
import torch

from autograder.experiments.record import read_runs
from autograder.grading.homework import COURSE

MODULE = COURSE / "assignment/common/run_log.py"


def test_the_example_of_the_docstring_runs(tmp_path):
    example = re.search(r"\n\n((?: {4}.*\n|\n)+)", MODULE.read_text())[1]
    code = "EPOCHS = 3\n" + "\n".join(line[4:] for line in example.splitlines())
    environment = {"PYTHONPATH": str(MODULE.parent), "PATH": "/usr/bin"}
    subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(MODULE.parent)!r})\n{code}"],
                   cwd=tmp_path, env=environment, check=True)  # fmt: skip
    run = read_runs(tmp_path).runs["baseline"]
    assert run.settings == {"model": "lenet5", "optimizer": "adam", "learning_rate": 1e-3, "batch_size": 64}
    assert [row["epoch"] for row in run.epochs] == [1, 2, 3]
    assert run.final == {"test_accuracy": 0.81}


def test_a_log_is_whole_after_every_epoch(recorder, tmp_path):
    log = recorder.RunLog("a", folder=tmp_path / "runs")
    for epoch in range(3):
        log.epoch(train_loss=1.0)
        assert len(read_runs(tmp_path).runs["a"].epochs) == epoch + 1
    assert [p.name for p in (tmp_path / "runs").iterdir()] == ["a.json"]


def test_tensors_and_numpy_numbers_are_numbers(recorder, tmp_path):
    log = recorder.RunLog("a", folder=tmp_path / "runs", rate=np.float32(0.5), layers=(1, 2), nesterov=True)
    log.epoch(loss=torch.tensor(2.5), accuracy=np.float64(0.5), count=np.int64(3))
    run = read_runs(tmp_path).runs["a"]
    assert (run.settings["rate"], run.settings["layers"]) == (0.5, [1, 2])
    assert (run.epochs[0]["loss"], run.epochs[0]["accuracy"], run.epochs[0]["count"]) == (2.5, 0.5, 3)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), torch.tensor(float("nan"))])
def test_a_loss_that_is_not_finite_warns_and_marks_the_run_as_diverged(recorder, tmp_path, value):
    log = recorder.RunLog("a", folder=tmp_path / "runs")
    with pytest.warns(UserWarning, match="loss in epoch 1 is .*: training has diverged"):
        log.epoch(loss=value)
    run = read_runs(tmp_path).runs["a"]
    assert run.diverged
    assert run.epochs[0]["loss"] is None


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (lambda log: (log.finish(), log.epoch(loss=1.0)), "is finished: start a new RunLog"),
        (lambda log: (log.finish(), log.finish()), "is finished already"),
        (lambda log: log.epoch(), "needs numbers"),
        (lambda log: log.epoch(accuracy=93.2), "accuracy in epoch 1 is 93.2: an accuracy is a share between 0 and 1"),
        (lambda log: log.finish(test_accuracy=1.01), "test_accuracy in the final numbers is 1.01"),
        (lambda log: log.epoch(loss="low"), "loss in epoch 1 is 'low': give one number"),
        (lambda log: log.epoch(loss=[1.0]), "give one number"),
        (lambda log: log.epoch(loss=True), "give one number"),
        (lambda log: log.epoch(epoch=3), "'epoch' is logged by itself"),
    ],
)
def test_misuse_is_explained_in_a_sentence(recorder, tmp_path, misuse, sentence):
    log = recorder.RunLog("a", folder=tmp_path / "runs")
    with pytest.raises(ValueError, match=re.escape(sentence)):
        misuse(log)


@pytest.mark.parametrize("name", ["", "../a", "a b", "a.b", "x" * 80, 3, "-a"])
def test_a_name_that_is_no_file_name_is_refused(recorder, tmp_path, name):
    with pytest.raises(ValueError, match="a run's name has letters, digits"):
        recorder.RunLog(name, folder=tmp_path)


@pytest.mark.parametrize("value", [object(), {"a": 1}, float("nan"), [[1]]])
def test_a_setting_that_is_no_plain_value_is_refused(recorder, tmp_path, value):
    with pytest.raises(ValueError, match="setting rate is"):
        recorder.RunLog("a", folder=tmp_path, rate=value)


def test_the_same_name_again_starts_anew_and_keeps_the_earlier_logs(recorder, tmp_path):
    for loss in (1.0, 2.0, 3.0):
        recorder.RunLog("a", folder=tmp_path / "runs").epoch(loss=loss)
    kept = {p.name: json.loads(p.read_text())["epochs"][0]["loss"] for p in (tmp_path / "runs").iterdir()}
    assert kept == {"a.json": 3.0, "a.1.json": 1.0, "a.2.json": 2.0}
    assert list(read_runs(tmp_path).runs) == ["a"]


def test_a_run_that_was_cut_short_is_resumed(recorder, tmp_path):
    recorder.RunLog("a", folder=tmp_path / "runs", rate=0.1).epoch(loss=1.0)
    log = recorder.RunLog("a", folder=tmp_path / "runs", resume=True, rate=0.1)
    assert log.epochs == 1
    log.epoch(loss=0.5)
    assert [row["epoch"] for row in read_runs(tmp_path).runs["a"].epochs] == [1, 2]
    with pytest.raises(ValueError, match="was begun with other settings"):
        recorder.RunLog("a", folder=tmp_path / "runs", resume=True, rate=0.2)


def test_the_recorder_lists_the_runs_there_are(recorder, tmp_path):
    recorder.RunLog("a", folder=tmp_path / "runs", rate=0.1).finish(test_accuracy=0.5)
    recorder.RunLog("b", folder=tmp_path / "runs").epoch(loss=1.0)
    (tmp_path / "runs/c.json").write_text("{")
    done = subprocess.run([sys.executable, MODULE], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "a: 0 epochs, test_accuracy 0.5; rate 0.1",
        "b: 1 epochs, NOT FINISHED; no settings",
        "c.json: cannot be read as a log",
    ]


def test_the_recorder_needs_only_the_standard_library():
    imported = set(re.findall(r"^(?:import|from) (\w+)", MODULE.read_text(), re.MULTILINE))
    assert imported <= {*sys.stdlib_module_names}
