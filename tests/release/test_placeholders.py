"""Authored texts hold no fact that has its place elsewhere."""

import re

import pytest

from autograder.answers.key import load_key
from autograder.grading.homework import COURSE, find_homework
from autograder.release.placeholders import Facts, UnknownPlaceholder

AUTHORED = sorted([*COURSE.glob("assignment/*/handout.md"), *COURSE.glob("assignment/*/notebooks/*.py")])
POINTS = re.compile(r"\b\d+(\.\d+)?[ -]*(bonus[ -]*)?points?\b|\bpoints?:? *\d|\b\d+ *pts\b", re.IGNORECASE)


@pytest.mark.parametrize("path", AUTHORED, ids=lambda p: f"{p.parts[-2]}/{p.name}")
def test_no_number_of_points_is_written_by_hand(path):
    found = POINTS.search(path.read_text(encoding="utf-8"))
    assert found is None, found


def test_the_search_for_points_sees_them():
    assert all(POINTS.search(text) for text in ("(3 points)", "1.5 bonus points", "a 2-point question", "Points: 4"))


def test_points_and_titles_come_from_the_rubric():
    homework = find_homework("hw2_cnn")
    problem = homework.rubric.problems[1]
    text = Facts(homework).fill("{{title:ID}}: {{points:ID}} of {{points:total}}".replace("ID", problem.id), "a.md")
    assert text == f"{problem.title}: {problem.points:g} of {homework.rubric.max_score:g}"


def test_one_point_is_no_points():
    rubric = find_homework("hw2_cnn").rubric
    one, three = (next(p.id for p in rubric.problems if p.points == points) for points in (1, 3))
    text = Facts(find_homework("hw2_cnn")).fill(f"({{{{points:{one}}}}} points), {{{{points:{three}}}}} points", "a.md")
    assert text == "(1 point), 3 points"


def test_the_notebook_puts_the_key_s_ten_statements_to_students_in_order():
    homework = find_homework("hw2_cnn")
    source = (homework.folder / "notebooks" / "true_false.py").read_text(encoding="utf-8")
    text = Facts(homework).fill(source, "true_false.py")
    places = [text.index(entry.statement) for entry in load_key(homework.grading_data / "answers.toml").values()]
    assert places == sorted(places)
    assert len(places) == 10


@pytest.mark.parametrize("placeholder", ["{{points:lab9.z}}", "{{pionts:total}}", "{{statement:answer_9_9}}"])
def test_an_unknown_placeholder_is_refused_with_file_and_line(placeholder):
    with pytest.raises(UnknownPlaceholder, match=r"^handout\.md, line 2: nothing is known"):
        Facts(find_homework("hw2_cnn")).fill(f"# Title\nWorth {placeholder}.\n", "handout.md")
