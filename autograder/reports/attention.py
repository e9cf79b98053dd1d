"""What a person has to look at after a run: grader errors, flags, notes; the same thing of many students once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.grading.results import Result
from autograder.grading.statuses import Status
from autograder.reports.wording import clean, one_line

Kind = Literal["grader_error", "flag", "look", "note"]
TITLES: dict[Kind, str] = {
    "grader_error": "The grader failed: regrade with --resume",
    "flag": "Suspicious submissions",
    "look": "Answers and checks to look at",
    "note": "Notes on the files",
}
MOST_SHOWN = 60  # different texts a kind; a class that breaks in more ways is read in results.json


@dataclass(frozen=True)
class Matter:
    """One text, the checks it is about and the students it is about."""

    text: str
    checks: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class Matters:
    """All matters of a kind, those of most students first; `left_out` more are not shown."""

    kind: Kind
    title: str
    matters: tuple[Matter, ...]
    left_out: int


def attention(results: Sequence[Result]) -> list[Matters]:
    """What needs a person, the most urgent kind first; kinds without a matter are left out."""
    found: dict[Kind, dict[tuple[str, str], Matter]] = {kind: {} for kind in TITLES}
    for result in results:
        for kind, text, check in _raised(result):
            key = (text, "" if kind == "grader_error" else check)
            old = found[kind].get(key, Matter(text, (), ()))
            found[kind][key] = Matter(text, _with(old.checks, check), _with(old.students, result.student))
    groups = []
    for kind, title in TITLES.items():
        matters = sorted(found[kind].values(), key=lambda matter: -len(matter.students))
        if matters:
            groups.append(Matters(kind, title, tuple(matters[:MOST_SHOWN]), max(0, len(matters) - MOST_SHOWN)))
    return groups


def _raised(result: Result) -> Iterator[tuple[Kind, str, str]]:
    yield from (("flag", one_line(flag, 400), "") for flag in result.flags)
    yield from (("note", one_line(note, 400), "") for note in result.notes)
    for problem in result.problems:
        for check in problem.checks:
            if check.status is Status.GRADER_ERROR:
                yield "grader_error", clean(check.flag or check.message, 1500), check.id
            elif check.flag:
                yield "look", one_line(check.flag, 400), check.id


def _with(known: tuple[str, ...], one: str) -> tuple[str, ...]:
    return known if not one or known[-1:] == (one,) or one in known else (*known, one)
