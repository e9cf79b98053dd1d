"""The README's table of homeworks is generated; a change of its sources that was not carried over is found here."""

import pytest

from autograder.grading.homework import find_homework, homeworks
from autograder.release.overview import BEGIN, END, README, MarkersMissing, table, with_table


def test_the_table_in_the_readme_is_what_the_course_generates():
    readme = README.read_text(encoding="utf-8")
    fresh = with_table(readme, table([find_homework(name) for name in homeworks()]))
    assert readme == fresh, "a rubric, key or catalogue has changed: run `make readme` and commit README.md"


def test_points_and_counts_are_those_of_the_homework():
    cells = [cell.strip() for cell in table([find_homework("hw2_cnn")]).splitlines()[2].strip("|").split("|")]
    homework = find_homework("hw2_cnn")
    automatic, manual = ([float(part) for part in cell.split("+")] for cell in cells[2:4])
    assert cells[0] == "`hw2_cnn`"
    assert automatic[0] + manual[0] == homework.rubric.max_score == 100
    assert automatic[1] + manual[1] == homework.rubric.max_bonus == 10
    assert int(cells[5]) + int(cells[6]) == len(homework.catalogue)


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}"])
def test_a_readme_without_one_pair_of_markers_is_refused(text):
    with pytest.raises(MarkersMissing, match=r"README\.md needs one"):
        with_table(text, "table")
