"""Answers as students gave them, before anyone judges them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Given:
    """One answer as written.

    `value` is the literal, None where nothing was answered. `problem` says why what was written
    cannot be taken as an answer; `notes` are for the person who grades.
    """

    name: str
    value: object = None
    source: str = ""
    problem: str | None = None
    explanation: str = ""
    notes: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        """True where the student left the question open."""
        return self.value is None and self.problem is None


@dataclass(frozen=True)
class GivenAnswers:
    """Everything one submission answered; `problems` are files that could not be read."""

    answers: Mapping[str, Given] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Given:
        """The answer called `name`; a blank one, with the unreadable files as notes, if there is none."""
        found = self.answers.get(name, Given(name))
        if found.blank and self.problems:
            return Given(name, explanation=found.explanation, notes=found.notes + self.problems)
        return found


@dataclass(frozen=True)
class Assignment:
    """One place where a name was given a value; `source` is for people: "true_false.ipynb, cell 3"."""

    name: str
    value: object
    source: str
    problem: str | None = None


@dataclass(frozen=True)
class Findings:
    """What one file holds: assignments in order, explanations by answer name, and what was unreadable."""

    assignments: tuple[Assignment, ...] = ()
    explanations: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def short(value: object, limit: int = 60) -> str:
    """`value` as Python would write it, on one line and cut at `limit` characters."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write out integers of more than 4,300 digits.
        return f"a very large {type(value).__name__}"
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
