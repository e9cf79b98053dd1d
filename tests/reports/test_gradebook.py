"""gradebook.csv as spreadsheets and course systems read it."""

import csv

import pytest

from autograder.grading.statuses import Status
from autograder.reports.gradebook import write_gradebook


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_columns_are_the_contract_then_one_a_problem(students, rubric, tmp_path):
    table = rows(write_gradebook(students, rubric, tmp_path / "gradebook.csv"))
    assert table[0] == ["student", "score", "max_score", "bonus", "status", *(p.id for p in rubric.problems)]
    assert len(table) == 1 + len(students)
    assert {len(row) for row in table} == {5 + len(rubric.problems)}


def test_problem_columns_add_up_to_the_score(students, rubric, tmp_path):
    table = rows(write_gradebook(students, rubric, tmp_path / "gradebook.csv"))
    scored = [row for row in table[1:] if row[1]]
    assert len(scored) == len(students) - 1
    for row in scored:
        assert sum(map(float, row[5:])) == pytest.approx(float(row[1]))


def test_a_grader_error_leaves_score_and_its_problem_empty_and_no_other(result_of, rubric, tmp_path):
    result = result_of("ritz", Status.PASS, {"dataset": (Status.GRADER_ERROR, None)})
    head, row = rows(write_gradebook([result], rubric, tmp_path / "gradebook.csv"))
    cells = dict(zip(head, row))
    assert cells["score"] == ""
    assert cells["status"] == "grader_error"
    assert [name for name, cell in cells.items() if cell == ""] == ["score", "lab1.c"]


def test_a_grader_error_in_a_bonus_check_leaves_the_bonus_empty(result_of, rubric, tmp_path):
    result = result_of("ritz", Status.PASS, {"l1": (Status.GRADER_ERROR, None)})
    head, row = rows(write_gradebook([result], rubric, tmp_path / "gradebook.csv"))
    assert dict(zip(head, row))["bonus"] == ""


@pytest.mark.parametrize("name", ["=1+1", "+49", "-2", "@SUM(A1)", "\t=1", "\r\n=1", "  =1", "＝1", "|cmd"])
def test_a_name_that_is_a_formula_becomes_text(result_of, rubric, tmp_path, name):
    _, row = rows(write_gradebook([result_of(name)], rubric, tmp_path / "gradebook.csv"))
    assert row[0] == "'" + name.strip()


@pytest.mark.parametrize("name", ["O'Neil, Ann", 'quo"te', "Zoë", "a=b", "x-1"])
def test_an_ordinary_name_is_kept_as_it_is(result_of, rubric, tmp_path, name):
    _, row = rows(write_gradebook([result_of(name)], rubric, tmp_path / "gradebook.csv"))
    assert row[0] == name


def test_a_name_with_a_line_end_or_controls_stays_one_row(result_of, rubric, tmp_path):
    path = write_gradebook([result_of("a\nb,=1\x1b[31m\x00\udcff")], rubric, tmp_path / "gradebook.csv")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    assert rows(path)[1][0] == "a b,=1\ufffd\ufffd"


def test_order_of_grading_does_not_change_the_file(students, rubric, tmp_path):
    first = write_gradebook(students, rubric, tmp_path / "1.csv").read_bytes()
    assert write_gradebook(students[::-1], rubric, tmp_path / "2.csv").read_bytes() == first


def test_a_failed_write_leaves_the_old_gradebook_and_no_scraps(result_of, rubric, tmp_path, monkeypatch):
    path = write_gradebook([result_of("abel")], rubric, tmp_path / "gradebook.csv")
    before = path.read_bytes()

    def full_disk(self, target):
        raise OSError("no space left on device")

    monkeypatch.setattr(type(path), "replace", full_disk)
    with pytest.raises(OSError, match="no space"):
        write_gradebook([result_of("bohr")], rubric, path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["gradebook.csv"]
