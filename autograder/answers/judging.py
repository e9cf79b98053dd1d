"""Verdicts on answers, and what a person who grades must look at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autograder.answers.entry import AnswerVerdict, KeyEntry, NotAnAnswer
from autograder.answers.explanations import words
from autograder.answers.given import Given

FEWEST_WORDS = 5


@dataclass(frozen=True)
class ExplanationVerdict:
    """An explanation for a person to read; `flag` says what is unusual about it."""

    text: str
    flag: str | None


def judge_answer(given: Given, entry: KeyEntry) -> AnswerVerdict:
    """Verdict on `given`; after grading its message tells the student the key's reason."""
    notes = list(given.notes)
    if given.blank:
        message = "; ".join([f"{entry.name} is not answered: {entry.advice}", *notes])
        return AnswerVerdict(0.0, message, _joined(notes), attempted=False)
    try:
        if given.problem:
            raise NotAnAnswer(f"{given.problem} ({entry.advice})")
        verdict = entry.verdict(given)
    except NotAnAnswer as problem:
        return AnswerVerdict(0.0, str(problem), _joined(notes), attempted=True)
    return replace(verdict, flag=_joined([*([verdict.flag] if verdict.flag else []), *notes]))


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
