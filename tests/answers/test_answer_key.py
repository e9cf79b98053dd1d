"""The key of hw2_cnn, and what an instructor sees when a key has a mistake in it."""

import re
from pathlib import Path

import pytest

from autograder.answers.key import InvalidKey, load_key

KEY = Path(__file__).parents[2] / "grading_data/hw2_cnn/answers.toml"


def test_the_ten_answers_are_those_of_the_curriculum() -> None:
    values = {name: entry.value for name, entry in load_key(KEY).items()}
    false, true = (1, 3, 4, 5, 9), (2, 6, 7, 8, 10)
    assert values == {f"answer_1_{n}": n in true for n in sorted(false + true)}


def test_the_disputed_questions_are_those_of_the_curriculum() -> None:
    assert [name for name, entry in load_key(KEY).items() if entry.disputed] == [
        "answer_1_5",
        "answer_1_8",
        "answer_1_9",
    ]


def test_statements_and_reasons_are_whole_sentences() -> None:
    for name, entry in load_key(KEY).items():
        for text in (entry.statement, entry.reason, entry.note or "A note."):
            assert re.fullmatch(r"[A-Z].*\.", text), name
        assert len(re.findall(r"\. [A-Z]", entry.reason)) <= 1, f"{name}: a reason has one or two sentences"


GOOD = '[answer_1_1]\nkind = "true_false"\nstatement = "S."\nvalue = true\nreason = "R."\n'
MISTAKES = [
    (GOOD.replace("true\n", '"yes"\n', 1), "[answer_1_1] value: Input should be a valid boolean"),
    (
        GOOD.replace("true_false", "essay"),
        "kind: should be one of true_false, number, shape, table, expression, and is 'essay'",
    ),
    (GOOD.replace('reason = "R."\n', ""), "[answer_1_1] reason: Field required"),
    (GOOD + "points = 3\n", "[answer_1_1] points: Extra inputs are not permitted"),
    (
        GOOD + "disputed = true\n",
        "[answer_1_1]: Value error, a disputed entry needs a note, and no other entry has one",
    ),
    (GOOD + 'note = "N."\n', "[answer_1_1]: Value error, a disputed entry needs a note, and no other entry has one"),
    (GOOD.replace("answer_1_1", "question_1"), "[question_1] name: String should match pattern 'answer_[0-9a-z_]+'"),
    ("answer_1_1 = true\n", "answer_1_1: expected a table [answer_1_1]"),
    ("[answer_1_1\n", "not a TOML file: Expected ']' at the end of a table declaration (at line 1, column 12)"),
    ("", "no answer in it"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES, ids=[message[:40] for _, message in MISTAKES])
def test_a_mistake_in_a_key_is_named_with_file_and_entry(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "answers.toml"
    path.write_text(text)
    with pytest.raises(InvalidKey) as caught:
        load_key(path)
    assert str(caught.value).startswith(str(path))
    assert str(caught.value).endswith(message)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidKey, match=r"nowhere\.toml: No such file"):
        load_key(tmp_path / "nowhere.toml")
