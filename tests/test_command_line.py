"""The command line: exit status 0 done, 1 needs attention, 2 bad input; never a traceback for a wrong file."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOLUTION = "Id,Label,Usage\n" + "".join(f"{i},{i % 3},Public\n" for i in range(9))


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def solution(tmp_path: Path) -> Path:
    path = tmp_path / "solution.csv"
    path.write_text(SOLUTION)
    return path


@pytest.mark.parametrize("command", [[], ["demo"], ["release"], ["grade"], ["selftest"], ["score"], ["data", "build"]])
def test_help_shows_an_example(command):
    shown = run(*command, "--help")
    assert shown.returncode == 0
    assert "Example: autograder" in shown.stdout or not command


def test_score_prints_accuracy_interval_recall_and_confusion(tmp_path, solution):
    predictions = tmp_path / "predictions.csv"
    predictions.write_text("Id,Label\n" + "".join(f"{i},0\n" for i in range(9)))
    shown = run("score", predictions, "--solution", solution)
    assert shown.returncode == 0
    assert "accuracy 33.33% on 9 images (95% interval " in shown.stdout
    assert "class 0: recall 100.0%" in shown.stdout
    raw = json.loads(run("score", predictions, "--solution", solution, "--json").stdout)
    assert raw["accuracy"] == pytest.approx(1 / 3)
    assert raw["confusion"][1][:2] == [3, 0]


def test_score_lists_bad_rows_and_scores_nothing(tmp_path, solution):
    predictions = tmp_path / "predictions.csv"
    predictions.write_text("Id,Label\n" + "".join(f"{i},x\n" for i in range(9)))
    shown = run("score", predictions, "--solution", solution)
    assert shown.returncode == 1
    assert "9 problems" in shown.stdout
    assert "accuracy" not in shown.stdout
    assert json.loads(run("score", predictions, "--solution", solution, "--json").stdout)["valid"] is False


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["score", "missing.csv", "--solution", "missing.csv"], "missing.csv"),
        (["grade", "hw9", "--submissions", ".", "--out", "out"], "no homework 'hw9'"),
        (["grade", "hw2_cnn", "--submissions", "nowhere", "--out", "out"], "nowhere is no folder"),
        (["grade", "hw2_cnn", "--submissions", "empty", "--out", "out"], "holds no submission"),
        (["grade", "hw2_cnn", "--submissions", "empty", "--out", "out", "--seed", "20240229"], "public seed"),
        (["release", "hw9"], "no homework 'hw9'"),
        (["selftest", "hw9"], "no homework 'hw9'"),
        (["data", "build", "--source", "folder:nowhere", "--out", "out", "--secret", "s"], "nowhere"),
        (["data", "build", "--source", "digits", "--out", "out", "--secret", ""], "secret is empty"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(tmp_path, monkeypatch, arguments, complaint):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    shown = run(*arguments)
    assert shown.returncode == 2, shown.stderr
    assert complaint in shown.stderr
    assert "Traceback" not in shown.stderr


def test_doctor_names_the_sandbox_and_the_homeworks():
    shown = run("doctor")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert re.search(r"sandbox +(warm|bwrap): ", shown.stdout)
    assert re.search("hw2_cnn +100 points and 10 bonus", shown.stdout)
