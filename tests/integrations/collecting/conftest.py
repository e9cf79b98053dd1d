"""A tiny nbgrader course to collect submissions in: one notebook, two modules and predictions.csv."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

HW = "tiny"
RUBRIC = """
[assignment]
id = "tiny"
title = "Tiny, for tests"
modules = ["activations", "resnet"]
notebooks = ["lab-1"]

[[problem]]
id = "a"
title = "A"
notebook = "lab-1"
points = 10
  [[problem.check]]
  id = "accuracy"
  kind = "predictions"
  solution = "solution.csv"
  curve = "curve.toml"
  points = 6
  [[problem.check]]
  id = "essay"
  kind = "manual"
  points = 4
"""
CONFIG = """
from autograder.integrations.nbgrader.settings import configure_autograde, configure_collect
c = get_config()
configure_autograde(c)
configure_collect(c)
c.CourseDirectory.course_id = "course"
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
for name in ("LmsExtractor", "CheckedCollect", "CheckedSubmit"):
    c[name].course = {course!r}
"""
FILES = {
    "lab-1.ipynb": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "activations.py": b"def swish(x): return x\n",
    "resnet.py": b"depth = 20\n",
    "predictions.csv": b"Id,Label\n0,1\n",
}


class Course:
    """A released nbgrader course in `root`, with `students` (their details by id) in its gradebook."""

    name = HW
    files = FILES

    def __init__(self, root: Path, students: dict[str, dict[str, str]]) -> None:
        self.root = root
        folder = root / "assignment" / HW
        folder.mkdir(parents=True)
        (folder / "rubric.toml").write_text(RUBRIC)
        config = CONFIG.format(exchange=str(root / "exchange"), cache=str(root / "cache"), course=str(root))
        (root / "nbgrader_config.py").write_text(config)
        self._write_source(root / "source" / HW)
        made = self.nbgrader("generate_assignment", HW)
        assert made.returncode == 0, made.stderr
        with self.gradebook() as book:
            for student, about in students.items():
                book.add_student(student, **about)

    def _write_source(self, source: Path) -> None:
        source.mkdir(parents=True)
        essay = {"grade": True, "solution": True, "locked": False, "points": 4, "task": False, "schema_version": 3}
        test = essay | {"solution": False, "locked": True, "points": 6}
        cells = [
            new_code_cell("1", metadata={"nbgrader": test | {"grade_id": "accuracy"}}),
            new_markdown_cell("Why?", metadata={"nbgrader": essay | {"grade_id": "essay"}}),
        ]
        nbformat.write(new_notebook(cells=cells), source / "lab-1.ipynb")
        for name in ("activations.py", "resnet.py"):
            (source / name).write_text("raise NotImplementedError\n")

    def gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}", "course")

    def nbgrader(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run nbgrader; what it logs is in stderr."""
        bin_folder = Path(sys.executable).parent
        path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = os.environ | {"PATH": path, "OMP_NUM_THREADS": "1", "JUPYTER_DATA_DIR": str(self.root / "data")}
        command = [str(bin_folder / "nbgrader"), *arguments]
        return subprocess.run(
            command, cwd=folder or self.root, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    def submitted(self, student: str) -> dict[str, bytes]:
        """The collected files of one student."""
        folder = self.root / "submitted" / student / HW
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def lines(log: str, student: str) -> list[str]:
    """What a command said about one student's submission."""
    start = f"{HW} of {student}: "
    return [line.partition(start)[2] for line in log.splitlines() if start in line]


@pytest.fixture(scope="session")
def tiny():
    """The class Course."""
    return Course


@pytest.fixture(scope="session")
def told():
    """The function lines."""
    return lines
