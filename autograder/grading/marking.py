"""Turns judgements, answers and predictions into a check's points, and checks into problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.grading.results import CheckResult, ProblemResult
from autograder.grading.rubric import Check, Rubric
from autograder.grading.statuses import Status


class Mistake(Protocol):
    """A mistake that has a name: a variant of the catalogue, or one declared in an answer key."""

    @property
    def id(self) -> str:
        """Its name, unique in the homework."""

    @property
    def sentence(self) -> str:
        """What the student is told."""


@dataclass(frozen=True)
class Mark:
    """What was found out about a check: `credit` is the share of its points, None while it is open."""

    status: Status
    credit: float | None
    message: str = ""
    mistake: Mistake | None = None
    flag: str | None = None


def mark_credit(credit: float, message: str, flag: str | None = None, mistake: Mistake | None = None) -> Mark:
    """A mark for a share of the points between 0 and 1."""
    status = Status.PASS if credit >= 1 else Status.PARTIAL if credit > 0 else Status.FAIL
    return Mark(status, credit, message, mistake, flag)


def problem_results(rubric: Rubric, marks: Mapping[str, Mark]) -> tuple[ProblemResult, ...]:
    """Points by problem, after `requires` was applied. Bonus checks count apart from the problem's score."""
    results = {c.id: _check_result(c, marks[c.id]) for c in rubric.checks()}
    for check in rubric.checks():
        lost = [r for r in check.requires if not results[r].score]
        if lost and results[check.id].score:
            message = f"counts only together with {', '.join(lost)}, which earned nothing"
            results[check.id] = results[check.id].model_copy(
                update={"status": Status.FAIL, "score": 0.0, "message": message, "mistake": None}
            )
    return tuple(
        ProblemResult(
            id=problem.id,
            title=problem.title,
            score=total(own, bonus=False),
            max_score=problem.points,
            checks=own,
        )
        for problem in rubric.problems
        for own in [tuple(results[c.id] for c in problem.checks)]
    )


def total(checks: Sequence[CheckResult], bonus: bool) -> float | None:
    """Points of the (bonus or ordinary) checks that have been decided; None after a grader error."""
    counted = [c for c in checks if c.bonus == bonus]
    if any(c.status is Status.GRADER_ERROR for c in counted):
        return None
    return round(sum(c.score or 0.0 for c in counted), 6)


def _check_result(check: Check, mark: Mark) -> CheckResult:
    message = mark.message
    if mark.mistake is not None:
        message = f"{mark.mistake.sentence}\n{message}".strip()
    return CheckResult(
        id=check.id,
        title=check.title,
        kind=check.kind,
        status=mark.status,
        score=None if mark.credit is None else round(mark.credit * check.points, 6),
        max_score=check.points,
        bonus=check.bonus,
        visibility=check.visibility,
        message=message,
        mistake=mark.mistake.id if mark.mistake else None,
        flag=mark.flag,
    )
