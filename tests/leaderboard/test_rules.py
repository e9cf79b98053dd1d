"""The rules' file: what is wrong with it is said by file and key."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from autograder.leaderboard.rules import InvalidRules, load_rules

GOOD = 'title = "Digits"\ndeadline = 2026-12-01T12:00:00+01:00\n'


def test_defaults(tmp_path):
    path = tmp_path / "board.toml"
    path.write_text(GOOD)
    rules = load_rules(path)
    assert (rules.submissions_a_day, rules.final, rules.ladder, rules.pseudonyms) == (5, "best", False, True)
    assert rules.closed(datetime(2026, 12, 1, 10, 59, tzinfo=UTC)) is None
    assert rules.closed(datetime(2026, 12, 1, 11, 0, tzinfo=UTC)) == "the deadline was 2026-12-01 11:00 UTC"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "title: Field required; deadline: Field required"),
        ('title = "x"\ndeadline = 2026-12-01T12:00:00\n', "deadline needs an offset from UTC"),
        (GOOD + "opens = 2027-01-01T00:00:00Z\n", "the competition opens after its deadline"),
        (GOOD + "submissions_a_day = 0\n", "submissions_a_day: Input should be greater than or equal to 1"),
        (GOOD + 'final = "worst"\n', "final: Input should be 'best', 'last' or 'chosen'"),
        (GOOD + "prize = 3\n", "prize: Extra inputs are not permitted"),
        ("title =", "not a TOML file"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, told):
    path = tmp_path / "board.toml"
    path.write_text(text)
    with pytest.raises(InvalidRules) as caught:
        load_rules(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InvalidRules, match=r"board\.toml: No such file"):
        load_rules(tmp_path / "board.toml")
