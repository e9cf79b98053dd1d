"""`nbgrader autograde` on a small course: every score is the sandboxed flow's, whatever the notebooks say."""

from __future__ import annotations

import copy
import csv
import html
import json
import os
import shutil
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.apps import NbGraderAPI
from traitlets.config import Config

from autograder.grading.homework import find_homework
from autograder.grading.sandbox import open_sandbox
from autograder.grading.sources import marked_source, reference_source
from autograder.grading.store import EvidenceStore
from autograder.grading.submission import Grader
from autograder.integrations.nbgrader import desk
from autograder.integrations.nbgrader.grade_ids import grade_id
from autograder.integrations.nbgrader.settings import configure_autograde
from autograder.release.stripping import strip_module

from .nbgrader_class import LIAR
from .nbgrader_course import grades, open_gradebook, run_nbgrader

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


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    source = root / "source" / HW
    source.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (source / "batchnorm.py").write_text(STUB)
    (source / "data" / "test").mkdir(parents=True)
    (source / "data" / "test" / "00000.png").write_bytes(b"an image")
    for name, notebook in source_notebooks().items():
        nbformat.write(notebook, source / f"{name}.ipynb")
    made = run_nbgrader(root, "generate_assignment", HW)
    assert made.returncode == 0, made.stderr
    course = Course(root)
    for student, (module, edit) in STUDENTS.items():
        submit(course, student, module, edit)
    for student, raw in UNREADABLE.items():
        submit(course, student, REFERENCE if student == "broken" else STUB, raw=raw)
    submit(course, "renames", REFERENCE, rename="q3 (1)")
    alone = root / "submitted" / "alone" / HW
    alone.mkdir(parents=True)
    (alone / "mine.ipynb").write_text(json.dumps(new_notebook()))
    (root / "submitted" / "stub" / HW / "data").mkdir()
    (root / "submitted" / "stub" / HW / "data" / "own.png").write_bytes(b"an image")
    done = run_nbgrader(root, "autograde", HW)
    course.log, course.status = done.stderr + done.stdout, done.returncode
    yield course
    desk.close_stores()


def seed(course):
    return int((course.root / ".autograder" / "seed").read_text())


def test_the_reference_earns_everything_and_the_stub_nothing(course):
    assert course.tests("reference") == CHECKS
    assert course.tests("stub") == dict.fromkeys(CHECKS, 0.0)


def test_scores_are_those_of_the_sandboxed_flow(course):
    with EvidenceStore(HOMEWORK.rubric.assignment.modules) as store:
        grader = Grader(HOMEWORK, store, open_sandbox("auto"), seed(course))
        result = grader.grade(course.root / "submitted" / "mistake" / HW, "mistake")
    expected = {grade_id(c.id): c.score for p in result.problems for c in p.checks if p.id == "q3"}
    assert course.tests("mistake") == expected
    assert 0 < sum(expected.values()) < 25


def test_a_named_mistake_is_told_in_the_cell_next_to_one_plain_number(course):
    cells = {c.metadata.nbgrader.grade_id: c for c in test_cells(course.notebook("mistake"))}
    message, number = cells[grade_id("batchnorm.forward")].outputs
    assert (message.output_type, number.output_type) == ("display_data", "execute_result")
    assert MISTAKE.sentence in message.data["text/plain"]
    assert html.escape(MISTAKE.sentence, quote=False) in message.data["text/html"]
    shown = {name: float(cell.outputs[-1].data["text/plain"]) for name, cell in cells.items()}
    assert shown == course.tests("mistake")


@pytest.mark.parametrize("student", ["liar", "patcher", "edits", "duplicates", "points", "prints", "dead", "odd"])
def test_whoever_lies_instead_of_implementing_earns_nothing(course, student):
    assert course.tests(student) == dict.fromkeys(CHECKS, 0.0)


@pytest.mark.parametrize("student", ["deletes", "broken", "renames"])
def test_an_implementation_counts_in_full_whatever_became_of_the_notebook(course, student):
    assert course.tests(student) == CHECKS


@pytest.mark.parametrize("student", ["edits", "duplicates", "deletes", "points", "broken", "odd"])
def test_graded_cells_come_out_once_and_as_released(course, student):
    released = {c.metadata.nbgrader.grade_id: c for c in test_cells(course.notebook("stub"))}
    cells = test_cells(course.notebook(student))
    assert sorted(c.metadata.nbgrader.grade_id for c in cells) == sorted(CHECKS)
    for cell in cells:
        twin = released[cell.metadata.nbgrader.grade_id]
        assert (cell.source, cell.metadata.nbgrader) == (twin.source, twin.metadata.nbgrader)


def test_the_students_own_saved_outputs_and_code_stay(course):
    plots = course.notebook("prints").cells[0].outputs
    assert plots[0].data["image/png"].strip() == PIXEL
    assert (course.root / "autograded" / "mistake" / HW / "batchnorm.py").read_text() == MISTAKE.source(REFERENCE)


def test_images_lie_neither_in_the_autograded_folders_nor_must_they_be_handed_in(course):
    assert (course.root / "release" / HW / "data" / "test" / "00000.png").read_bytes() == b"an image"
    assert (course.root / "submitted" / "stub" / HW / "data" / "own.png").is_file()
    assert not list((course.root / "autograded").rglob("*.png"))


def test_explanations_wait_for_a_person(course):
    assert course.scores("reference")["essay"] == (None, True)
    assert course.scores("stub")["essay"] == (0.0, False)


def test_the_instructor_is_told_and_the_batch_goes_on(course):
    assert course.status != 0
    assert "'alone'" in course.log
    assert "Skipping unknown notebook" in course.log
    for entry in ("perhaps renamed: q3 (1).ipynb", "exists several times", "q3.ipynb cannot be read"):
        assert entry in course.log
    assert "renames" in {path.name for path in (course.root / "autograded").iterdir()}


def test_the_seed_is_secret_and_in_no_cell(course):
    path = course.root / ".autograder" / "seed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in ("autograded", "release"):
        assert not [p for p in (course.root / folder).rglob("*.ipynb") if str(seed(course)) in p.read_text()]


@pytest.mark.parametrize("student", ["mistake", "odd"])
def test_feedback_shows_the_graders_message(course, monkeypatch, student):
    monkeypatch.chdir(course.root)
    assert course.api().generate_feedback(HW, student)["success"]
    page = (course.root / "feedback" / student / HW / "q3.html").read_text()
    forward = Q3.checks[0]
    assert f"{forward.title}: 0 of {forward.points:g} points" in page
    assert (MISTAKE.sentence in page) == (student == "mistake")


def test_a_feedback_page_shows_the_students_figure_and_runs_none_of_their_script(course, monkeypatch):
    monkeypatch.chdir(course.root)
    for student in ("prints", "shouts"):
        assert course.api().generate_feedback(HW, student)["success"]
    pages = [
        page.read_text() for s in ("prints", "shouts") for page in (course.root / "feedback" / s / HW).glob("*.html")
    ]
    assert len(pages) == 4
    shown = "".join(pages)
    assert f"data:image/png;base64,{PIXEL}" in shown
    for text in ("<b>a table</b>", "<strong>A remark</strong>", "<em>Because.</em>", "ValueError: &lt;script&gt;"):
        assert text in shown
    assert "alert(1)</script>" not in shown
    assert "onerror=alert" not in shown
    assert "<script>alert" not in shown


def test_the_export_has_a_column_a_problem(course, monkeypatch):
    monkeypatch.chdir(course.root)
    plugin = "autograder.integrations.nbgrader.problem_export.ProblemExport"
    done = run_nbgrader(
        course.root, "export", f"--exporter={plugin}", "--to", "problems.csv", "--assignment", f"['{HW}']"
    )
    assert done.returncode == 0, done.stderr
    rows = {row["student"]: row for row in csv.DictReader((course.root / "problems.csv").open())}
    assert set(rows) == {*STUDENTS, *UNREADABLE, "renames", "alone"}
    assert [rows[s]["q3"] for s in ("reference", "broken", "stub", "alone")] == ["25", "25", "0", ""]
    assert float(rows["mistake"]["q3"]) == sum(course.tests("mistake").values())
    assert (rows["reference"]["other"], rows["stub"]["other"]) == ("", "0")
    assert (rows["reference"]["status"], rows["stub"]["status"]) == ("needs_manual_grade", "graded")


def autograde(course, student, monkeypatch, force=True):
    monkeypatch.chdir(course.root)
    result = course.api().autograde(HW, student, force=force)
    assert result["success"], result
    return result["log"]


def test_a_second_autograde_keeps_a_persons_marks(course, monkeypatch):
    test = grade_id("batchnorm.forward")
    with course.gradebook() as book:
        book.find_grade("essay", "essay", HW, "stub").manual_score = 3.5
        book.find_grade(test, "q3", HW, "stub").manual_score = 1.5
        book.db.commit()
    autograde(course, "stub", monkeypatch)
    with course.gradebook() as book:
        assert book.find_grade("essay", "essay", HW, "stub").score == 3.5
        grade = book.find_grade(test, "q3", HW, "stub")
        assert (grade.score, grade.auto_score, grade.needs_manual_grade) == (1.5, 0.0, True)


def test_a_submission_is_graded_once_for_all_its_notebooks(course, monkeypatch):
    calls = []
    grade = Grader.grade
    monkeypatch.setattr(Grader, "grade", lambda *a: calls.append(a[2]) or grade(*a))
    autograde(course, "dead", monkeypatch)
    assert calls == ["dead"]
    shutil.rmtree(course.root / "autograded" / "dead")
    autograde(course, "dead", monkeypatch, force=False)
    assert calls == ["dead"], "nothing changed, so the earlier result is taken"
    shutil.rmtree(course.root / "autograded" / "dead")
    os.utime(course.root / "submitted" / "dead" / HW / "batchnorm.py")
    autograde(course, "dead", monkeypatch, force=False)
    assert calls == ["dead", "dead"]


def test_a_class_is_graded_side_by_side(course, monkeypatch):
    together, grade = threading.Barrier(2), Grader.grade
    monkeypatch.setattr(Grader, "grade", lambda *a: (together.wait(60), grade(*a))[1])
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    autograde(course, "re*", monkeypatch)
    assert course.tests("reference") == course.tests("renames") == CHECKS


def test_a_grader_error_is_left_to_a_person_and_never_a_zero(course, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("no space left on device")

    monkeypatch.setattr("autograder.grading.submission.run_probes", fail)
    log = autograde(course, "edits", monkeypatch)
    assert {v for k, v in course.scores("edits").items() if k in CHECKS} == {(None, True)}
    assert "no space left on device" in log
    monkeypatch.undo()
    autograde(course, "edits", monkeypatch)
    assert course.tests("edits") == dict.fromkeys(CHECKS, 0.0)


def test_a_test_cell_without_a_check_and_changed_points_are_left_to_a_person(course, monkeypatch):
    lost, dear = grade_id("batchnorm.dx"), grade_id("batchnorm.dmu")
    real = desk.Desk.result

    def without(self, *arguments):
        result = real(self, *arguments)
        (problem,) = (p for p in result.problems if p.id == "q3")
        checks = [
            c.model_copy(update={"max_score": 9.0}) if grade_id(c.id) == dear else c
            for c in problem.checks
            if grade_id(c.id) != lost
        ]
        return result.model_copy(update={"problems": (problem.model_copy(update={"checks": tuple(checks)}),)})

    monkeypatch.setattr(desk.Desk, "result", without)
    log = autograde(course, "dead", monkeypatch)
    scores = course.scores("dead")
    assert {scores[lost], scores[dear]} == {(None, True)}
    assert scores[grade_id("batchnorm.forward")] == (0.0, False)
    assert "no check" in log
    assert "generate_assignment" in log
