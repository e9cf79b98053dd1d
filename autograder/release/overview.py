"""The table of homeworks in README.md, generated from rubrics, keys and catalogue.

`make readme`, or `python -m autograder.release.overview`, brings it into step.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.grading.homework import COURSE, Homework, find_homework, homeworks
from autograder.grading.rubric import Check

README = COURSE / "README.md"
BEGIN, END = "<!-- homeworks: generated, see `make readme` -->", "<!-- end of homeworks -->"
_HEADER = ("homework", "items", "auto-graded points", "manual points", "probes", "mistakes", "variants")


class MarkersMissing(ValueError):
    """README.md has not exactly one pair of the markers between which the table stands."""


def table(found: Sequence[Homework]) -> str:
    """A Markdown table with a row a homework.

    Items are the rubric's checks; points of bonus items stand behind a plus; mistakes are those of the catalogue and
    of the answer key; variants are the catalogue's accepted ones.
    """
    lines = [_row(_HEADER), _row(["---"] + ["--:"] * (len(_HEADER) - 1))]
    return "\n".join([*lines, *(_row(_cells(homework)) for homework in found)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(homework: Homework) -> list[str]:
    checks = list(homework.rubric.checks())
    manual = [c for c in checks if c.kind == "manual"]
    answered = sum(len(entry.named_mistakes()) for entry in homework.key.values())
    return [
        f"`{homework.id}`",
        str(len(checks)),
        _points([c for c in checks if c.kind != "manual"]),
        _points(manual),
        str(len(homework.rubric.probes)),
        str(len(homework.mistakes) + answered),
        str(len(homework.catalogue) - len(homework.mistakes)),
    ]


def _points(checks: Sequence[Check]) -> str:
    usual, bonus = (sum(c.points for c in checks if c.bonus == wanted) for wanted in (False, True))
    return f"{usual:g} + {bonus:g}" if bonus else f"{usual:g}"


def with_table(readme: str, text: str) -> str:
    """`readme` with `text` between its markers. Raises MarkersMissing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after:
        raise MarkersMissing(f"README.md needs one {BEGIN} and, below it, {END}")
    return f"{before}{BEGIN}\n{text}\n{END}{after}"


def write_overview(readme: Path = README) -> None:
    """Bring the table in `readme` into step. Raises MarkersMissing."""
    found = [find_homework(name) for name in homeworks()]
    readme.write_text(with_table(readme.read_text(encoding="utf-8"), table(found)), encoding="utf-8")


if __name__ == "__main__":
    write_overview()
