"""`nbgrader autograde` on a small course: every score is the sandboxed flow's, whatever the notebooks say."""

from __future__ import annotations

import csv
import html
import json
import os
import shutil
import stat
import threading

import nbformat
import pytest
from nbformat.v4 import new_notebook

from autograder.grading.sandbox import open_sandbox
from autograder.grading.store import EvidenceStore
from autograder.grading.submission import Grader
from autograder.integrations.nbgrader import desk
from autograder.integrations.nbgrader.grade_ids import grade_id

from .dishonest_course import (
    CHECKS,
    CONFIG,
    HOMEWORK,
    HW,
    MISTAKE,
    PIXEL,
    Q3,
    REFERENCE,
    STUB,
    STUDENTS,
    UNREADABLE,
    Course,
    source_notebooks,
    submit,
    test_cells,
)
from .nbgrader_course import run_nbgrader


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
