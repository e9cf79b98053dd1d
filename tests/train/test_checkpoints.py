"""A checkpoint of another run is refused, and a full disk or a killed run leaves the last one whole."""

import resource
import signal
import subprocess
import sys

import pytest

from reference_solutions.train import outputs, whole_files
from reference_solutions.train.checkpoint import load_checkpoint
from reference_solutions.train.running import Interrupted
from reference_solutions.train.sources import digits
from reference_solutions.train.unusable import UnusableInput

from .runs import SMALL, assert_equal_runs, command, stop_in_epoch


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"model": "simplenn"}, "is of simplenn_bn (recipe none), not of simplenn (recipe none)"),
        ({"recipe": "hw2-other"}, "is of simplenn_bn (recipe none), not of simplenn_bn (recipe hw2-other)"),
        ({"learning_rate": 0.1}, "was trained with learning_rate = 0.05, not 0.1"),
        ({"epochs": 9}, "was trained with epochs = 4, not 9"),
    ],
)
@pytest.mark.parametrize("resume", [True, False])
def test_a_checkpoint_of_another_run_is_refused(train, few_digits, finished, resume, changed, said):
    with pytest.raises(UnusableInput) as raised:
        train(few_digits[32, 3], resume=resume, **{**SMALL, **changed})
    assert said in str(raised.value)


@pytest.fixture
def finished(train, few_digits, monkeypatch):
    """The checkpoint of a run that was stopped at once."""
    with monkeypatch.context() as patch:
        stop_in_epoch(patch, 1)
        with pytest.raises(Interrupted, match="holds 0 epochs"):
            train(few_digits[32, 3], **SMALL)


def test_other_images_are_refused(train, few_digits, finished):
    other = digits(32, 3)
    with pytest.raises(UnusableInput, match="trained on other images"):
        train(other, resume=True, **SMALL)


def test_a_broken_checkpoint_is_named(train, few_digits, finished, tmp_path):
    path = tmp_path / "out/checkpoint.pt"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(UnusableInput, match=r"checkpoint.pt is not a checkpoint of this trainer"):
        train(few_digits[32, 3], resume=True, **SMALL)


def test_there_must_be_something_to_resume(train, few_digits):
    with pytest.raises(UnusableInput, match=r"--resume: .* holds no checkpoint.pt"):
        train(few_digits[32, 3], resume=True, **SMALL)


def test_a_full_disk_leaves_the_checkpoint_before(train, few_digits, tmp_path, monkeypatch):
    calls = []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 4:  # checkpoint 0, checkpoint 1, metrics, checkpoint 2
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", full)
    with pytest.raises(UnusableInput, match=r"cannot be written .*No space left on device.*the one before is intact"):
        train(few_digits[32, 3], **SMALL)
    assert load_checkpoint(tmp_path / "out").epoch == 1
    assert not list((tmp_path / "out").glob("*.part"))
    monkeypatch.undo()
    train(few_digits[32, 3], "whole", **SMALL)
    train(few_digits[32, 3], resume=True, **SMALL)
    assert_equal_runs(tmp_path, "whole", "out")


def test_what_the_system_says_of_a_write_that_fails_half_way_is_passed_on(train, few_digits, tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))  # less than the 330 kB of the weights
    try:
        with pytest.raises(UnusableInput, match=r"cannot be written \(File too large\); there is none yet"):
            train(few_digits[32, 3], **SMALL)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list((tmp_path / "out").iterdir())


def test_a_disk_that_is_full_for_the_results_loses_nothing(train, few_digits, tmp_path, monkeypatch):
    def full(path, weights):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(outputs, "write_weights", full)
        with pytest.raises(UnusableInput, match=r"No space left on device; the checkpoint is intact: --resume goes on"):
            train(few_digits[32, 3], **SMALL)
    assert not (tmp_path / "out/run.json").exists()
    assert train(few_digits[32, 3], resume=True, **SMALL)["epochs"] == 4


KILLED = """
import os, signal, sys
from reference_solutions.train import outputs, whole_files
calls = []
def fsync(descriptor):
    calls.append(descriptor)
    if len(calls) == 4:
        os.truncate(descriptor, os.fstat(descriptor).st_size // 2)
        os.kill(os.getpid(), signal.SIGKILL)
whole_files.os.fsync = fsync
sys.argv = ["train", "lenet5", "--data", "digits", "--out", sys.argv[1], "--epochs", "2", "--precision", "float32"]
from reference_solutions.train.__main__ import command_line, train
command_line(train)
"""


def test_a_run_killed_while_it_writes_leaves_the_checkpoint_before(tmp_path):
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path / "out"], capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    assert (tmp_path / "out/checkpoint.pt.part").is_file()
    assert load_checkpoint(tmp_path / "out").epoch == 1
    ended = command("lenet5", "--out", tmp_path / "out", "--epochs", 2, "--resume")
    assert ended.exit_code == 0, ended.output
    assert not (tmp_path / "out/checkpoint.pt.part").exists()
