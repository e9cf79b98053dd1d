"""`nbgrader export` into Canvas's and Moodle's files: nbgrader's points, less penalties, open grades left open."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.integrations.nbgrader.exports.lms import CanvasExport, MoodleExport
from autograder.integrations.nbgrader.problem_export import ProblemExport
from autograder.reports.lms.worksheet import WorksheetError

RUBRIC = """
[assignment]
id = "tiny"
title = "Tiny homework"
modules = ["activations"]
notebooks = ["lab"]

[[problem]]
id = "a"
title = "A"
notebook = "lab"
points = 100
bonus = 10
  [[problem.check]]
  id = "tests"
  kind = "manual"
  points = 60
  [[problem.check]]
  id = "essay"
  kind = "manual"
  points = 40
  [[problem.check]]
  id = "extra"
  kind = "manual"
  points = 10
  bonus = true
"""
CELLS = {"tests": 60, "essay": 40, "extra": 10}
# Points by cell, None for an open one, and the late penalty.
CLASS = {
    "ann": ({"tests": 50.5, "essay": 35, "extra": 0}, 0),
    "bob": ({"tests": 60, "essay": 40, "extra": 8}, 0),
    "cyd": ({"tests": 60, "essay": None, "extra": 0}, 0),
    "dan": ({"tests": 30, "essay": 10, "extra": 0}, 15),
    "eve": ({"tests": 3, "essay": 0, "extra": 0}, 9),
    "fay": ({"tests": None, "essay": 40, "extra": 0}, 0),
    "gus": None,
}
EXPECTED = {"ann": 85.5, "bob": 108, "cyd": None, "dan": 25, "eve": 0, "fay": None, "gus": None}
MOODLE = "\ufeffIdentifier,Full name,ID number,Grade,Maximum Grade,Feedback comments\r\n" + "".join(
    f'Participant {i},"{student}, ""X""",{student},,100.00,\r\n' for i, student in enumerate(CLASS, 20)
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Tiny homework (77),Quiz (78)\n"
    "    Points Possible,,,,,50,10\n" + "".join(f'"{s}, X",{i},,{s},L1,,3\n' for i, s in enumerate(CLASS, 20))
)


BIN = Path(sys.executable).parent
PATH = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"  # nbgrader starts alembic by name


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    folder = root / "assignment" / "tiny"
    folder.mkdir(parents=True)
    (folder / "rubric.toml").write_text(RUBRIC)
    (root / "nbgrader_config.py").write_text(
        f'c = get_config()\nc.CourseDirectory.course_id = "course"\nc.LmsExport.course = {str(root)!r}\n'
    )
    (root / "moodle.csv").write_text(MOODLE, encoding="utf-8", newline="")
    (root / "canvas.csv").write_text(CANVAS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", PATH)
        book = Gradebook(f"sqlite:///{root / 'gradebook.db'}", "course")
    with book:
        book.add_assignment("tiny")
        book.add_notebook("lab", "tiny")
        for name, points in CELLS.items():
            book.add_grade_cell(name, "lab", "tiny", max_score=points, cell_type="code")
        for student, work in CLASS.items():
            book.add_student(student, last_name=f"={student}", lms_user_id="7")
            if work is None:
                continue
            book.add_submission("tiny", student)
            for cell, score in work[0].items():
                grade = book.find_grade(cell, "lab", "tiny", student)
                grade.auto_score, grade.needs_manual_grade = score, score is None
            book.find_submission_notebook("lab", "tiny", student).late_submission_penalty = work[1]
        book.db.commit()
    return root


def command(root, exporter, *arguments):
    """`nbgrader export` as a command; what it logged."""
    plugin = f"--exporter=autograder.integrations.nbgrader.exports.lms.{exporter}"
    done = subprocess.run(
        [BIN / "nbgrader", "export", plugin, *arguments],
        cwd=root,
        env=os.environ | {"PATH": PATH},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr


def export(root, exporter, **settings):
    """The exporter within this process; the text of the file that it wrote."""
    to = root / "out.csv"
    plugin = exporter(config=Config({exporter.__name__: {"to": str(to), "course": str(root), **settings}}))
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "course") as book:
        plugin.export(book)
    return to.read_bytes().decode()


def grades(text, column):
    rows = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    return {row.get("ID number") or row["SIS Login ID"]: row[column] for row in rows if row.get("ID") != ""}


def shown(points):
    return "" if points is None else f"{points:g}"


def test_moodles_worksheet_is_filled_in_by_the_command(root):
    worksheet, to = "--MoodleExport.worksheet=moodle.csv", ("--to", "filled.csv")
    status, log = command(root, "MoodleExport", worksheet, *to)
    assert status == 0, log
    text = (root / "filled.csv").read_bytes().decode()
    capped = EXPECTED | {"bob": 100}  # Moodle takes no bonus above the maximum
    assert grades(text, "Grade") == {student: shown(points) for student, points in capped.items()}
    for student, points in capped.items():
        text = text.replace(f",{student},{shown(points)},", f",{student},,")
    assert text == MOODLE
    for line in (
        "tiny: bob: 108 is written as 100",
        "tiny: cyd: left as it is: a person has still to grade essay",
        "tiny: fay: left as it is: a person has still to grade tests",
        "tiny: gus: left as it is: nothing was handed in",
        "wrote 4 grades into filled.csv",
    ):
        assert line in log
    assert (root / "moodle.csv").read_bytes().decode() == MOODLE


def test_without_a_worksheet_the_command_says_so_in_one_sentence(root):
    status, log = command(root, "MoodleExport")
    assert status == 1
    assert "name Moodle's grading worksheet with --MoodleExport.worksheet=FILE" in log
    assert "Traceback" not in log


def test_canvas_gradebook_is_filled_in_with_bonus_on_top_of_scaled_points(root):
    text = export(root, CanvasExport, worksheet=str(root / "canvas.csv"))
    half = {student: None if points is None else points / 2 for student, points in EXPECTED.items()}
    assert grades(text, "Tiny homework (77)") == {student: shown(points) for student, points in half.items()}
    assert set(grades(text, "Quiz (78)").values()) == {"3"}


def test_a_file_for_canvas_is_made_where_none_is_given(root):
    text = export(root, CanvasExport)
    assert grades(text, "Tiny homework") == {student: shown(points) for student, points in EXPECTED.items()}
    assert "Points Possible,,,,,100" in text
    assert "'=ann" in text


def test_whoever_handed_nothing_in_gets_zero_when_told(root):
    assert grades(export(root, CanvasExport, missing_as_zero=True), "Tiny homework")["gus"] == "0"


def test_a_single_student_can_be_exported(root):
    text = export(root, MoodleExport, worksheet=str(root / "moodle.csv"), student=["ann"])
    assert [points for points in grades(text, "Grade").values() if points] == ["85.5"]


def test_an_unknown_assignment_is_refused(root):
    with pytest.raises(WorksheetError, match="the gradebook has tiny"):
        export(root, CanvasExport, assignment=["hw9"])


def test_the_export_a_problem_counts_the_same_points(root):
    text = export(root, ProblemExport)
    scores = {row["student"]: float(row["score"]) for row in csv.DictReader(text.splitlines())}
    assert {s: scores[s] for s, points in EXPECTED.items() if points is not None} == {
        s: points for s, points in EXPECTED.items() if points is not None
    }
