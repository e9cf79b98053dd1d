"""A student's score in words: what is earned, lost, awaiting a person, or left open by a grader error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.grading.results import CheckResult, ProblemResult, Result
from autograder.grading.statuses import Status
from autograder.reports.figures import Share
from autograder.reports.wording import number, points


@dataclass(frozen=True)
class Standing:
    """The score and what of it is still open, in words and as shares of a bar."""

    score: str | None
    maximum: str
    bonus: str
    decided: str
    awaiting: tuple[str, ...]
    shares: tuple[Share, ...]


def standing(result: Result) -> Standing:
    """Where a student stands, from the checks: decided, lost, awaiting a person, left open by the grader."""
    checks = [check for problem in result.problems for check in problem.checks]
    waiting = [c for c in checks if _waits(c)]
    undecided = [c for c in checks if c.status is Status.GRADER_ERROR]
    manual, manual_bonus = (sum(c.max_score for c in waiting if c.bonus == bonus) for bonus in (False, True))
    earned, broken = _earned(checks, False), sum(c.max_score for c in undecided if not c.bonus)
    lost = max(0.0, result.max_score - earned - manual - broken)
    bonus_max = sum(c.max_score for c in checks if c.bonus)
    return Standing(
        score=None if result.score is None else number(result.score),
        maximum=number(result.max_score),
        bonus=f"{number(_earned(checks, True))} of {points(bonus_max)}" if bonus_max else "",
        decided=points(earned),
        awaiting=tuple(_awaiting(manual, manual_bonus, len(undecided))),
        shares=(
            Share(earned, "good", f"{points(earned)} earned"),
            Share(lost, "bad", f"{points(lost)} not earned"),
            Share(manual + broken, "open", f"{points(manual + broken)} not decided yet"),
        ),
    )


def amount(ordinary: float, bonus: float) -> str:
    """Points and bonus points in words."""
    parts = [points(ordinary)] if ordinary > 1e-9 or not bonus else []
    parts += [f"{number(bonus)} bonus {'point' if bonus == 1 else 'points'}"] if bonus else []
    return " and ".join(parts)


def _awaiting(manual: float, bonus: float, undecided: int) -> Iterator[str]:
    if manual or bonus:
        yield f"{amount(manual, bonus)} still to be graded by a person"
    if undecided:
        checks = f"{undecided} {'check' if undecided == 1 else 'checks'}"
        yield f"{checks} not graded yet: the grader failed there, and your instructor has been told"


def problem_score(problem: ProblemResult) -> str:
    """A problem's points in words, bonus apart, and what of them is open."""
    if any(check.status is Status.GRADER_ERROR for check in problem.checks):
        return "not graded yet"
    waiting = sum(c.max_score for c in problem.checks if _waits(c))
    if waiting and all(_waits(c) for c in problem.checks):
        return f"{points(waiting)}, to be graded by a person"
    ordinary, bonus = _earned(problem.checks, False), _earned(problem.checks, True)
    has_bonus = any(check.bonus for check in problem.checks)
    parts = [f"{number(ordinary)} / {number(problem.max_score)}"] if problem.max_score or not has_bonus else []
    if has_bonus:
        parts.append(f"{number(bonus)} / {number(sum(c.max_score for c in problem.checks if c.bonus))} bonus")
    return " + ".join(parts) + (f", {number(waiting)} still to be graded" if waiting else "")


def _waits(check: CheckResult) -> bool:
    return check.status is Status.MANUAL and check.score is None


def by_hand(check: CheckResult) -> bool:
    """True for a manual check that a person has graded."""
    return check.status is Status.MANUAL and check.score is not None


def _earned(checks: Iterable[CheckResult], bonus: bool) -> float:
    return sum(check.score or 0.0 for check in checks if check.bonus == bonus)
