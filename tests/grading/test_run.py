"""Grading a class: the same seed gives the same scores, and who is graded without a sandbox is told so."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.commands.grading import grade_class
from autograder.commands.starting import Where
from autograder.grading.run import UnusableRun
from autograder.grading.sources import reference_source, stage
from reference_solutions.mistakes.batchnorm import VARIANTS

from .small_class import HOMEWORK, q3, results_of, write_class


def scores(out: Path) -> dict[str, list[tuple[str, float | None, str]]]:
    return {
        name: [(c.id, c.score, c.message) for p in result.problems for c in p.checks]
        for name, result in results_of(out).items()
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    submissions = write_class(folder / "submissions")
    assert grade_class(HOMEWORK, submissions, folder / "first", where=Where(jobs=2), seed=11) == 0
    return folder


def test_each_submission_gets_its_result(graded):
    results = results_of(graded / "first")
    assert list(results) == ["ann", "bob", "cyd", "dan"]
    assert q3(results["ann"]) == results["ann"].score == 25
    assert 0 < q3(results["bob"]) < 25
    assert results["cyd"].score == results["dan"].score == 0
    assert {r.isolation for r in results.values()} == {"warm"}


def test_the_results_file_keeps_to_its_contract(graded):
    raw = json.loads((graded / "first" / "results" / "bob.json").read_text())
    assert raw["schema"] == 1
    assert set(raw) >= {"assignment", "student", "score", "max_score", "bonus", "isolation", "seed", "suite", "started"}
    assert set(raw["problems"][0]) >= {"id", "title", "score", "max_score", "checks"}
    keys = {"id", "status", "score", "max_score", "visibility", "message", "mistake"}
    assert set(raw["problems"][0]["checks"][0]) >= keys


def test_the_gradebook_has_a_row_a_student(graded):
    header, *rows = (graded / "first" / "gradebook.csv").read_text().splitlines()
    assert header.startswith("student,score,max_score,bonus,status,q1")
    assert "q3" in header.split(",")
    assert [row.split(",")[0] for row in rows] == ["ann", "bob", "cyd", "dan"]


def test_an_untouched_stub_costs_little_more_than_an_empty_folder(graded):
    results = results_of(graded / "first")
    assert results["dan"].cost.seconds == 0
    assert {c.status for p in results["cyd"].problems for c in p.checks} == {"not_attempted", "manual"}


def test_the_same_seed_gives_the_same_scores(graded):
    grade_class(HOMEWORK, graded / "submissions", graded / "again", where=Where(jobs=2), seed=11)
    assert scores(graded / "again") == scores(graded / "first")


def test_results_are_not_overwritten_unasked(graded):
    with pytest.raises(UnusableRun, match="--resume"):
        grade_class(HOMEWORK, graded / "submissions", graded / "first", where=Where(jobs=1), seed=11)
    with pytest.raises(UnusableRun, match="begun with --seed 11"):
        grade_class(HOMEWORK, graded / "submissions", graded / "first", where=Where(jobs=1), seed=12, resume=True)


@pytest.mark.slow
def test_the_order_of_a_class_changes_no_score(tmp_path):
    hostile = (
        "import builtins, os, torch, numpy\nopen('/tmp/batchnorm.py', 'w').write('1 / 0')\n"
        "for module in (torch, numpy):\n    module.mean = module.var = module.sqrt = lambda *a, **k: 0\n"
        "torch.set_default_dtype(torch.float64)\nbuiltins.sum = len\n"
    )
    wrong = next(v for v in VARIANTS if not v.accepted and "batchnorm.backward" in v.probes)
    honest = reference_source("batchnorm")
    texts = {
        "honest": honest,
        "hostile": hostile + honest,
        "wrong": wrong.source(honest),
        "broken": "import torch\n1 /",
    }
    found = []
    for order in (list(texts), list(texts)[::-1]):
        folder = tmp_path / order[0]
        for number, name in enumerate(order):
            stage(["batchnorm"], {"batchnorm": texts[name]}, folder / "submissions" / f"{number}-{name}")
        if found:  # what trusted code gives need not be run a second time
            shutil.copytree(tmp_path / "honest" / "out" / ".evidence", folder / "out" / ".evidence")
        grade_class(HOMEWORK, folder / "submissions", folder / "out", where=Where(jobs=1), seed=5)
        found.append({name.partition("-")[2]: rows for name, rows in scores(folder / "out").items()})
    assert found[0] == found[1]
    assert sum(score or 0 for _, score, _ in found[0]["honest"]) == 25


def test_isolation_none_works_and_says_so(tmp_path):
    stage(["batchnorm"], {}, tmp_path / "submissions" / "ann")
    grade_class(HOMEWORK, tmp_path / "submissions", tmp_path / "out", where=Where(jobs=1), isolation="none", seed=1)
    (result,) = results_of(tmp_path / "out").values()
    assert (result.isolation, q3(result)) == ("none", 25)
    for page in ("report.html", "feedback/ann.html", "feedback/ann.md"):
        assert "graded without isolation" in (tmp_path / "out" / page).read_text().lower(), page


def test_no_report_of_a_confined_run_warns(graded):
    for page in ("report.html", "feedback/ann.html", "feedback/ann.md"):
        assert "without isolation" not in (graded / "first" / page).read_text().lower(), page


def test_without_bubblewrap_grading_refuses_with_the_line_that_installs_it(tmp_path):
    stage(["batchnorm"], {}, tmp_path / "submissions" / "ann")
    (tmp_path / "empty").mkdir()
    command = [
        sys.executable,
        "-m",
        "autograder.cli",
        "grade",
        HOMEWORK,
        "--submissions",
        str(tmp_path / "submissions"),
    ]
    refused = subprocess.run(
        [*command, "--out", str(tmp_path / "out")],
        env={**os.environ, "PATH": str(tmp_path / "empty")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2
    assert "sudo apt-get install bubblewrap" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not list(tmp_path.glob("out/results/*.json"))
