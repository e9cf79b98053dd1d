"""A small course whose students lie to nbgrader in their notebooks: what they hand in, and how it looks afterwards."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder.grading.homework import find_homework
from autograder.grading.sources import marked_source, reference_source
from autograder.integrations.nbgrader.grade_ids import grade_id
from autograder.integrations.nbgrader.settings import configure_autograde
from autograder.release.stripping import strip_module

from .nbgrader_class import LIAR
from .nbgrader_course import grades, open_gradebook

HW = "hw1_foundations"
HOMEWORK = find_homework(HW)
Q3 = next(p for p in HOMEWORK.rubric.problems if p.id == "q3")
CHECKS = {grade_id(c.id): c.points for c in Q3.checks}
REFERENCE = reference_source("batchnorm")
STUB = strip_module(marked_source("batchnorm"), "batchnorm.py")
MISTAKE = next(v for v in HOMEWORK.mistakes if v.id.endswith("unbiased_variance"))
PATCH = """
import torch
torch.allclose = torch.equal = lambda *a, **k: True
torch.testing.assert_close = lambda *a, **k: None
def _zeros(*arguments, **more): return torch.zeros(3)
for _name in [n for n, f in globals().items() if type(f).__name__ == "function"]:
    globals()[_name] = _zeros
"""
# Raises with HTML in its message, which reaches the feedback.
SHOUT = """
def batchnorm_forward(x, gamma, beta, eps):
    raise ValueError("<script>alert(1)</script>")
"""
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
CONFIG = """
from autograder.integrations.nbgrader.settings import configure_autograde
c = get_config()
configure_autograde(c)
c.CourseDirectory.course_id = "course"
"""


def graded_cell(name, points, solution, text=""):
    about = {"grade": True, "grade_id": name, "locked": not solution, "points": points, "solution": solution}
    make = new_markdown_cell if solution else new_code_cell
    return make(text, metadata={"nbgrader": about | {"task": False, "schema_version": 3}})


def source_notebooks():
    tests = [graded_cell(name, points, False, f"check({name!r})") for name, points in CHECKS.items()]
    essay = graded_cell("essay", 4, True, "*Your answer here.*")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {
        "q3": new_notebook(cells=[new_code_cell("1 + 1"), *tests], metadata=kernel),
        "essay": new_notebook(cells=[new_markdown_cell("# Essay"), essay], metadata=kernel),
    }


@dataclass
class Course:
    root: Path
    log: str = ""
    status: int = 0

    def gradebook(self):
        return open_gradebook(self.root)

    def scores(self, student):
        return grades(self.root, HW, student)

    def tests(self, student):
        return {name: score for name, (score, _) in self.scores(student).items() if name in CHECKS}

    def notebook(self, student, name="q3", step="autograded"):
        return nbformat.read(self.root / step / student / HW / f"{name}.ipynb", as_version=4)

    def api(self):
        config = Config()
        configure_autograde(config)
        config.CourseDirectory.root = str(self.root)
        config.CourseDirectory.course_id = "course"
        return NbGraderAPI(config=config)


def test_cells(notebook):
    return [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") in CHECKS]


test_cells.__test__ = False


def edit_tests(notebook):
    for cell in test_cells(notebook):
        cell.source = "pass"


def duplicate_tests(notebook):
    for cell in copy.deepcopy(test_cells(notebook)):
        cell.outputs = [new_output("execute_result", data={"text/plain": "5.0"}, execution_count=3)]
        notebook.cells += [cell, copy.deepcopy(cell)]


def delete_tests(notebook):
    notebook.cells = [cell for cell in notebook.cells if cell not in test_cells(notebook)]


def change_points(notebook):
    for index, cell in enumerate(test_cells(notebook)):
        lies = [
            {"points": 1000},
            {"points": -1},
            {"grade": False},
            {"solution": True, "locked": False},
            {"points": "x"},
        ]
        cell.metadata.nbgrader.update(lies[index % len(lies)])


def print_scores(notebook):
    for cell in test_cells(notebook):
        number = new_output("execute_result", data={"text/plain": str(CHECKS[cell.metadata.nbgrader.grade_id])})
        cell.outputs = [number, new_output("stream", name="stderr", text="noise")]
    notebook.cells[0].outputs = [
        new_output("display_data", data={"image/png": PIXEL}),
        new_output("display_data", data={"text/html": f"<b>a table</b>{SCRIPT}"}),
        new_output("display_data", data={"application/javascript": "alert(1)"}),
    ]
    notebook.cells.append(new_markdown_cell(f"**A remark** {SCRIPT}"))


def write_script_as_answer(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "essay":
            cell.source = f"*Because.* {SCRIPT}"


def run_nothing(notebook):
    for cell in notebook.cells:
        cell.outputs, cell.execution_count = [], None


def answer(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "essay":
            cell.source = "The mean is subtracted."


STUDENTS = {
    "reference": (REFERENCE, answer),
    "stub": (STUB, None),
    "mistake": (MISTAKE.source(REFERENCE), None),
    "liar": (REFERENCE + LIAR, None),
    "patcher": (REFERENCE + PATCH, None),
    "edits": (STUB, edit_tests),
    "duplicates": (STUB, duplicate_tests),
    "deletes": (REFERENCE, delete_tests),
    "points": (STUB, change_points),
    "prints": (STUB, print_scores),
    "shouts": (REFERENCE + SHOUT, write_script_as_answer),
    "dead": (STUB, run_nothing),
}
UNREADABLE = {
    "broken": b'{"cells": [',
    "odd": json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"language_info": 3},
            "cells": [7, {"cell_type": ["code"], "metadata": 3}, {"cell_type": "code", "outputs": [{}], "source": "x"}],
        }
    ).encode(),
}


def submit(course, student, module, edit=None, rename=None, raw=None):
    folder = course.root / "submitted" / student / HW
    folder.mkdir(parents=True)
    (folder / "batchnorm.py").write_text(module)
    for name in source_notebooks():
        notebook = nbformat.read(course.root / "release" / HW / f"{name}.ipynb", as_version=4)
        if edit:
            edit(notebook)
        kept = rename if rename and name == "q3" else name
        text = raw if raw and name == "q3" else json.dumps(notebook).encode()
        (folder / f"{kept}.ipynb").write_bytes(text)
