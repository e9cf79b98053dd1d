"""The demo's class of every other homework ends as its catalogue says."""

import csv
import zipfile

import pytest

from autograder.demo.story import HOMEWORK, tell_of
from autograder.grading.homework import find_homework, homeworks
from autograder.grading.results import Result

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("name", [name for name in homeworks() if name != HOMEWORK])
def test_right_work_earns_all_that_no_person_grades_and_each_mistake_is_named(name, tmp_path):
    assert tell_of(name, tmp_path / "out", jobs=2) == 0
    with zipfile.ZipFile(tmp_path / "out" / "kit" / f"{name}.zip") as kit:
        assert f"{name}/handout.md" in kit.namelist()
    rows = list(csv.DictReader((tmp_path / "out" / "graded" / "gradebook.csv").open(newline="")))
    scores = {row["student"]: float(row["score"]) for row in rows}
    rubric = find_homework(name).rubric
    automatic = sum(c.points for c in rubric.checks() if c.kind != "manual" and not c.bonus)
    assert scores["ada"] == scores["barbara"] == pytest.approx(automatic)
    assert scores["olga"] == scores["tim"] == 0
    mistaken = [student for student in scores if student.startswith("student")]
    assert len(mistaken) == 8
    for student in mistaken:
        assert scores[student] < automatic
        result = Result.read(tmp_path / "out" / "graded" / "results" / f"{student}.json")
        assert len({c.mistake for p in result.problems for c in p.checks if c.mistake}) == 1
