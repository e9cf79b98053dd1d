"""Feedback a student: what earned points, what did not and why, and what to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from autograder.grading.results import CheckResult, ProblemResult, Result
from autograder.grading.rubric import Rubric
from autograder.grading.statuses import Status
from autograder.grading.whole_files import write_whole
from autograder.reports.messages import BROKEN, Message, read_message
from autograder.reports.rendering import render
from autograder.reports.standing import amount, by_hand, problem_score, standing
from autograder.reports.wording import WORDINGS, Wording, file_stem, number, one_line

_REPEATED = 120  # characters from which a message is written once and referred to after that
_NAMED = 6  # checks a step names; one missing bracket can cost sixty
_EXCERPT = 1200  # characters of output in a step; all of it stands beside the check


@dataclass(frozen=True)
class CheckView:
    """A check as its student sees it; `same_as` is an earlier check with the same long message."""

    anchor: str
    title: str
    status: Status
    wording: Wording
    score: str
    lost: float
    bonus: bool
    mistake: str | None
    message: Message
    same_as: CheckView | None = None


@dataclass(frozen=True)
class ProblemView:
    """A problem with its points in words, `open` where a grader error left them undecided."""

    id: str
    title: str
    score: str
    checks: tuple[CheckView, ...]


@dataclass(frozen=True)
class Step:
    """Something to look at: a named mistake or another reason, the checks it touches and the points lost there."""

    sentence: str
    name: str | None
    wording: Wording
    checks: tuple[CheckView, ...]
    output: str = ""

    @property
    def lost(self) -> float:
        """Points, with bonus, that the checks of this step did not earn."""
        return sum(check.lost for check in self.checks)

    @property
    def worth(self) -> str:
        """The same in words, bonus points apart."""
        bonus = sum(check.lost for check in self.checks if check.bonus)
        return amount(self.lost - bonus, bonus)

    @property
    def shown(self) -> tuple[CheckView, ...]:
        """The first checks, as many as are named."""
        return self.checks[:_NAMED]


def write_feedback(result: Result, rubric: Rubric, folder: Path) -> list[Path]:
    """Write STUDENT.md and STUDENT.html into `folder`; returns both paths. Flags and seeds stay out of them."""
    problems = _problem_views(result.problems)
    values = {
        "title": rubric.assignment.title,
        "assignment": rubric.assignment.id,
        "student": one_line(result.student),
        "day": result.started[:10],
        "isolated": result.isolation != "none",
        "standing": standing(result),
        "steps": _steps([check for problem in problems for check in problem.checks]),
        "problems": problems,
        "predictions": result.predictions,
        "notes": [one_line(note, 400) for note in result.notes],
    }
    stem = file_stem(result.student)
    return [
        write_whole(folder / f"{stem}{ending}", render(f"feedback{ending}.j2", **values)) for ending in (".md", ".html")
    ]


def _problem_views(problems: Sequence[ProblemResult]) -> list[ProblemView]:
    seen: dict[str, CheckView] = {}
    numbers = count(1)
    views = []
    for problem in problems:
        checks = tuple(_check_view(check, next(numbers), seen) for check in problem.checks)
        views.append(ProblemView(problem.id, problem.title, problem_score(problem), checks))
    return views


def _check_view(check: CheckResult, place: int, seen: dict[str, CheckView]) -> CheckView:
    message = read_message(check)
    view = CheckView(
        anchor=f"check-{place}",
        title=check.title,
        status=check.status,
        wording=_wording(check),
        score=f"{'–' if check.score is None else number(check.score)} / {number(check.max_score)}",
        lost=0.0 if check.score is None else check.max_score - check.score,
        bonus=check.bonus,
        mistake=check.mistake,
        message=message,
        same_as=seen.get(message.text) if len(message.text) > _REPEATED else None,
    )
    seen.setdefault(message.text, view)
    return view


def _wording(check: CheckResult) -> Wording:
    if not by_hand(check):
        return WORDINGS[check.status]
    share = (check.score or 0.0) / check.max_score
    return Wording("graded by a person", "good" if share >= 1 else "partial" if share > 0 else "bad")


def _steps(checks: Sequence[CheckView]) -> list[Step]:
    groups: dict[tuple[str, ...], list[CheckView]] = {}
    for check in checks:
        if check.lost > 0:
            groups.setdefault(_reason(check), []).append(check)
    steps = [_step(reason, tuple(group)) for reason, group in groups.items()]
    order = {"mistake": 0, "stopped": 1, "wrong": 2, "empty": 3}
    ranked = sorted(zip(groups, steps), key=lambda pair: (order[pair[0][0]], -pair[1].lost))
    return [step for _, step in ranked]


def _reason(check: CheckView) -> tuple[str, ...]:
    if check.mistake:
        return "mistake", check.mistake
    if check.status in BROKEN or check.status is Status.FORBIDDEN:
        return "stopped", check.status, check.message.text
    return ("empty",) if check.status is Status.NOT_ATTEMPTED else ("wrong",)


def _step(reason: tuple[str, ...], checks: tuple[CheckView, ...]) -> Step:
    kind, first = reason[0], checks[0]
    if kind == "mistake":
        return Step(first.message.sentence or reason[1], reason[1], first.wording, checks)
    if kind == "stopped":
        sentence = f"Your code {first.wording.word}."
        if first.status is Status.FORBIDDEN:
            sentence = "The handout rules this out."
        elif first.status is Status.OUT_OF_MEMORY:
            sentence = "Your code ran out of memory."
        return Step(sentence, None, first.wording, checks, _excerpt(reason[2]))
    sentence = "Not attempted yet." if kind == "empty" else "Not right yet: the messages below say what differs."
    return Step(sentence, None, first.wording, checks)


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}\n… (more below)"
