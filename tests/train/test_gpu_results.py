"""`make gpu` without a GPU: what it says, what it would run, and what it makes of the results."""

import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from typer.testing import CliRunner

from reference_solutions.reproduce.__main__ import reproduce
from reference_solutions.train.command import application
from reference_solutions.train.whole_files import write_text

SCRIPT = Path(__file__).parents[1] / "gpu_results.py"
without_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="would run")


@pytest.fixture
def script(monkeypatch, tmp_path):
    """Its names, with a folder of data and the command line given; `main` is called by the test."""
    for part in ("train", "test"):
        (tmp_path / "data" / part).mkdir(parents=True)
    names = runpy.run_path(str(SCRIPT))

    def main(*arguments):
        given = ["--data", tmp_path / "data", "--out", tmp_path / "out", *arguments]
        monkeypatch.setattr(sys, "argv", ["gpu_results.py", *map(str, given)])
        return names["main"]()

    return SimpleNamespace(**{**names, "main": main})


@pytest.fixture
def pretended_gpu(monkeypatch):
    """A GPU by name; steps write what the test wants, and fail where it says so."""
    logs, statuses = {}, {}

    def run(command, cwd, stdout, stderr):
        name = Path(stdout.name).stem
        stdout.write(logs.get(name, ""))
        return SimpleNamespace(returncode=statuses.get(name, 0))

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a pretended GPU")
    monkeypatch.setattr(subprocess, "run", run)
    return SimpleNamespace(logs=logs, statuses=statuses)


@without_gpu
def test_without_a_gpu_it_says_so_in_a_sentence(script, capsys, tmp_path):
    assert script.main() == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_without_data_it_says_what_it_expected(script, pretended_gpu, capsys, tmp_path):
    assert script.main("--data", tmp_path / "nothing") == 2
    assert capsys.readouterr().err == (
        f"--data {tmp_path / 'nothing'}: expected a folder with CIFAR-10's train/CLASS/* and test/CLASS/*\n"
    )


def test_a_step_that_fails_is_named_and_the_others_run(script, pretended_gpu, capsys, tmp_path):
    pretended_gpu.logs["tests"] = "some\n3 failed, 40 passed\n"
    pretended_gpu.logs["kernels"] = "(2048, 16, 32, 32) bfloat16 contiguous\n  copy\n  -> swish: 80% of the copy\n"
    pretended_gpu.statuses["tests"] = 1
    assert script.main() == 1
    text = (tmp_path / "out/summary.md").read_text()
    assert "a pretended GPU, torch" in text
    assert "## tests: FAILED, exit status 1" in text
    assert "3 failed, 40 passed" in text
    assert "bfloat16 contiguous\n  -> swish: 80% of the copy\n" in text
    assert text.count("\n## ") == len(script.steps(Path(), Path()))
    assert script.main("--only", "kernels") == 0


def test_the_time_to_90_percent_counts_evaluation_and_the_last_epoch_decides(script, tmp_path):
    header = "epoch,test_accuracy,seconds\n"
    for seed, rows in enumerate(("1,0.85,20\n2,0.91,20\n3,0.915,15\n", "1,0.905,30\n2,0.89,25\n", "1,0.92,70\n")):
        path = tmp_path / f"hw2-resnet20-fast/seed-{seed}/metrics.csv"
        path.parent.mkdir(parents=True)
        write_text(path, header + rows)
    assert [line.partition(" evaluation included; ") for line in script.resnet20(tmp_path)] == [
        (
            "seed-0: 91.50% after 3 epochs and 55.0 s,",
            " evaluation included; ",
            "first at 90% after 40.0 s; aim 90% in 60 s: reached",
        ),
        (
            "seed-1: 89.00% after 2 epochs and 55.0 s,",
            " evaluation included; ",
            "first at 90% after 30.0 s; aim 90% in 60 s: missed",
        ),
        (
            "seed-2: 92.00% after 1 epochs and 70.0 s,",
            " evaluation included; ",
            "first at 90% after 70.0 s; aim 90% in 60 s: missed",
        ),
    ]


@without_gpu
def test_every_command_takes_its_arguments(script, monkeypatch, capsys, tmp_path):
    """Each gets as far as finding no GPU."""
    for step in script.steps(tmp_path / "data", tmp_path / "out"):
        if step.arguments[:2] == ["-m", "reference_solutions.reproduce"]:
            ended = CliRunner().invoke(application(reproduce), step.arguments[2:])
            assert (ended.exit_code, "--device cuda" in ended.output) == (2, True), ended.output
        elif step.arguments[0].endswith(".py"):
            monkeypatch.setattr(sys, "argv", step.arguments)
            runpy.run_path(str(SCRIPT.parents[1] / step.arguments[0]), run_name="__main__")
            assert "not measured" in (said := capsys.readouterr().out) or "nothing was measured" in said
