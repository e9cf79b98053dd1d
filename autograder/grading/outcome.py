"""Puts together the result of a submission from what grading found, or from the fault that kept it from grading."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from autograder.grading.homework import Homework
from autograder.grading.marking import Mark, problem_results, total
from autograder.grading.results import CheckResult, Cost, PredictionsResult, ProblemResult, Result
from autograder.grading.rubric import Rubric
from autograder.grading.statuses import Status


@dataclass(frozen=True)
class Heading:
    """Whose submission is graded and how; made when grading begins, which it notes.

    `submission` is the fingerprint of what was handed in.
    """

    student: str
    submission: str
    seed: int
    isolation: str
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    began: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class Findings:
    """What grading found: `notes` are for the student, `flags` for the person who grades."""

    problems: tuple[ProblemResult, ...]
    cost: Cost = Cost()
    predictions: PredictionsResult | None = None
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def failed(rubric: Rubric, trace: str) -> Findings:
    """What is said where the grader itself failed: every check is open, and `trace` is for the instructor."""
    mark = Mark(Status.GRADER_ERROR, None, "the grader itself failed; this will be graded again", flag=trace[-2000:])
    return Findings(problem_results(rubric, {check.id: mark for check in rubric.checks()}))


def make_result(homework: Homework, heading: Heading, findings: Findings) -> Result:
    """The result, with its totals; the score is None where a grader error left a problem open."""
    scores = [problem.score for problem in findings.problems]
    checks = [check for problem in findings.problems for check in problem.checks]
    return Result(
        assignment=homework.id,
        student=heading.student,
        score=None if None in scores else round(sum(score or 0.0 for score in scores), 6),
        max_score=homework.rubric.max_score,
        bonus=total(checks, bonus=True),
        awaiting=sum(c.max_score for c in checks if c.status is Status.MANUAL),
        status=_status(checks),
        isolation=heading.isolation,
        seed=heading.seed,
        suite=homework.suite,
        started=heading.started.isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - heading.began, 3),
        submission=heading.submission,
        cost=findings.cost,
        notes=findings.notes,
        flags=findings.flags,
        predictions=findings.predictions,
        problems=findings.problems,
    )


def _status(checks: Sequence[CheckResult]) -> str:
    statuses = {c.status for c in checks}
    if Status.GRADER_ERROR in statuses:
        return "grader_error"
    if statuses <= {Status.NOT_ATTEMPTED, Status.MANUAL}:
        return "not_attempted"
    return "awaiting_manual" if Status.MANUAL in statuses else "graded"
