"""Verdicts on answers, and what a person who grades must look at."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.answers.explanations import words
from autograder.answers.given import Given, short
from autograder.answers.key import KeyEntry

FEWEST_WORDS = 5
_WORDS = {"true": True, "t": True, "false": False, "f": False}


class NotAnAnswer(ValueError):
    """What was written is neither true nor false."""


@dataclass(frozen=True)
class AnswerVerdict:
    """Verdict on one question: `credit` from 0 to 1, `flag` what a person must look at, if anything."""

    credit: float
    message: str
    flag: str | None
    attempted: bool


@dataclass(frozen=True)
class ExplanationVerdict:
    """An explanation for a person to read; `flag` says what is unusual about it."""

    text: str
    flag: str | None


def truth(given: Given) -> bool:
    """True, "true", "T" and 1 (or their opposites) as a truth value. Raises NotAnAnswer with what to write."""
    if given.problem:
        raise NotAnAnswer(given.problem)
    value = given.value
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.strip().casefold() in _WORDS:
        return _WORDS[value.strip().casefold()]
    raise NotAnAnswer(f"{given.name} is {short(value)}: write True or False")


def judge_answer(given: Given, entry: KeyEntry) -> AnswerVerdict:
    """Verdict on `given`; after grading its message tells the student the key's reason."""
    flags = list(given.notes)
    if given.blank:
        message = "; ".join([f"{entry.name} is not answered: write True or False", *given.notes])
        return AnswerVerdict(0.0, message, _joined(flags), attempted=False)
    try:
        answer = truth(given)
    except NotAnAnswer as problem:
        return AnswerVerdict(0.0, str(problem), _joined(flags), attempted=True)
    if entry.disputed:
        flags.insert(0, f"disputed, credited either way; answered {answer}: {entry.note}")
        return AnswerVerdict(1.0, f"Either answer is credited. {entry.note} {entry.reason}", _joined(flags), True)
    right = answer == entry.value
    verdict = f"the statement is {str(entry.value).lower()}"
    opening = f"Right, {verdict}." if right else f"You answered {answer}, but {verdict}."
    return AnswerVerdict(float(right), f"{opening} {entry.reason}", _joined(flags), attempted=True)


def judge_explanation(given: Given, entry: KeyEntry) -> ExplanationVerdict:
    """What to tell the person who reads the explanation of one question."""
    count = words(given.explanation)
    flags = [f"disputed: {entry.note}"] if entry.disputed else []
    if count == 0:
        flags.insert(0, "no explanation")
    elif count < FEWEST_WORDS:
        flags.insert(0, f"explanation of {count} {'word' if count == 1 else 'words'}")
    return ExplanationVerdict(given.explanation, _joined(flags))


def _joined(flags: list[str]) -> str | None:
    return "; ".join(flags) or None
