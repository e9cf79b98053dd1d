"""`autograder collect-check` before grading, and `autograder worksheet` after it."""

import shutil

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.commands.unusable import UnusableInput
from autograder.grading.homework import find_homework
from autograder.grading.results import ProblemResult, Result
from autograder.reports.lms.worksheet import WorksheetError

HW = "hw2_cnn"
ASSIGNMENT = find_homework(HW).rubric.assignment
FILES = [*(f"{n}.ipynb" for n in ASSIGNMENT.notebooks), *(f"{m}.py" for m in ASSIGNMENT.modules), "predictions.csv"]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def submissions(tmp_path):
    folder = tmp_path / "class"
    for student in ("ann", "bob", "cyd"):
        (folder / student).mkdir(parents=True)
        for name in FILES:
            (folder / student / name).write_text("")
    shutil.make_archive(folder / "cyd", "zip", folder, "cyd")
    shutil.rmtree(folder / "cyd")
    (folder / "dan.zip").write_text("no zip")
    return folder


def test_missing_files_are_listed_before_grading(submissions):
    (submissions / "bob" / "resnet-cifar10.ipynb").rename(submissions / "bob" / "resnet-cifar10 (1).ipynb")
    (submissions / "bob" / "predictions.csv").unlink()
    shown = run("collect-check", HW, "--submissions", submissions)
    assert shown.exit_code == 1
    assert shown.output.splitlines() == [
        "bob: resnet-cifar10.ipynb is missing; there is resnet-cifar10 (1).ipynb, which is not graded under that name",
        "bob: predictions.csv is missing",
        "dan: dan.zip is not a zip archive, or only the beginning of one",
        f"2 of 4 submissions hold all {len(FILES)} files",
    ]


def test_complete_submissions_are_no_matter(submissions):
    shutil.rmtree(submissions / "bob")
    (submissions / "dan.zip").unlink()
    assert run("collect-check", HW, "--submissions", submissions).exit_code == 0


def result(student, score, awaiting=0.0):
    return Result(
        assignment=HW,
        student=student,
        score=score,
        max_score=100,
        bonus=4,
        awaiting=awaiting,
        status="graded",
        isolation="bwrap",
        seed=1,
        suite="",
        started="",
        seconds=0,
        problems=(ProblemResult(id="a", title="A", score=score, max_score=100, checks=()),),
    )


@pytest.fixture
def graded(tmp_path):
    folder = tmp_path / "graded"
    (folder / "results").mkdir(parents=True)
    for one in (result("ann", 70.5), result("bob", 40, awaiting=30), result("cyd", None)):
        one.write(folder / "results")
    return folder


MOODLE = (
    "Identifier,ID number,Grade,Maximum Grade\nParticipant 1,ann,,100\nParticipant 2,bob,,100\nParticipant 3,cyd,,100\n"
)
CANVAS = "Student,ID,SIS User ID,SIS Login ID,Section,CNN (7)\nPoints Possible,,,,,100\nA,1,,ann,,\nB,2,,bob,,\n"


def test_results_go_into_moodles_worksheet(tmp_path, graded):
    (tmp_path / "in.csv").write_text(MOODLE)
    command = ["worksheet", HW, "--graded", graded, "--worksheet", tmp_path / "in.csv", "--to", tmp_path / "out.csv"]
    shown = run(*command)
    assert shown.exit_code == 1
    assert (tmp_path / "out.csv").read_text() == MOODLE.replace("ann,,", "ann,74.5,")
    assert "bob: left as it is: a person has still to grade 30 points" in shown.output
    assert "cyd: left as it is: the grader itself failed" in shown.output
    run(*command, "--awaiting-as-zero")
    assert (tmp_path / "out.csv").read_text() == MOODLE.replace("ann,,", "ann,74.5,").replace("bob,,", "bob,44,")


def test_results_go_into_canvas_gradebook(tmp_path, graded):
    (tmp_path / "in.csv").write_text(CANVAS)
    command = ["worksheet", HW, "--graded", graded, "--worksheet", tmp_path / "in.csv", "--to", tmp_path / "out.csv"]
    with pytest.raises(WorksheetError, match=r"name one of: 'CNN \(7\)'"):
        run(*command)
    run(*command, "--column", "CNN")
    assert (tmp_path / "out.csv").read_text() == CANVAS.replace("ann,,", "ann,,74.5")


def test_a_folder_without_results_is_refused(tmp_path):
    (tmp_path / "in.csv").write_text(MOODLE)
    with pytest.raises(UnusableInput, match="holds no results of hw2_cnn"):
        run("worksheet", HW, "--graded", tmp_path, "--worksheet", tmp_path / "in.csv", "--to", tmp_path / "out.csv")
