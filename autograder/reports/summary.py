"""What a class did, counted: checks, mistakes, costs, confusion of classes."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.grading.results import CheckResult, Result
from autograder.grading.rubric import Rubric
from autograder.grading.statuses import Status
from autograder.reports.messages import read_message
from autograder.reports.wording import WORDINGS, one_line


@dataclass(frozen=True)
class Tally:
    """How one check went over the class; `rate` is the share of submissions that passed, of those decided."""

    id: str
    title: str
    problem: str
    visibility: str
    counts: Mapping[Status, int]

    @property
    def rate(self) -> float:
        """Passes among the submissions that the grader could decide, 0 where there is none."""
        decided = sum(self.counts.values()) - self.counts.get(Status.GRADER_ERROR, 0)
        return self.counts.get(Status.PASS, 0) / decided if decided else 0.0

    @property
    def words(self) -> str:
        """The counts in words, in the order of the bar."""
        return ", ".join(f"{self.counts[s]} {WORDINGS[s].word}" for s in WORDINGS if s in self.counts)


@dataclass(frozen=True)
class MadeMistake:
    """A named mistake and the students who made it."""

    id: str
    sentence: str
    checks: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """The median and the largest of a measured quantity, and whose the largest is."""

    median: float
    largest: float
    student: str


def check_tallies(results: Sequence[Result], rubric: Rubric) -> list[Tally]:
    """Every check that the grader decides, the one that fewest passed first."""
    counts: dict[str, Counter[Status]] = {check.id: Counter() for check in rubric.checks()}
    for check in all_checks(results):
        if check.id in counts:
            counts[check.id][check.status] += 1
    tallies = [
        Tally(check.id, check.title, problem.id, check.visibility, counts[check.id])
        for problem in rubric.problems
        for check in problem.checks
        if check.kind != "manual"
    ]
    return sorted(tallies, key=lambda tally: tally.rate)


def mistakes_made(results: Sequence[Result]) -> list[MadeMistake]:
    """Named mistakes, the one that most students made first."""
    sentences: dict[str, str] = {}
    checks: dict[str, dict[str, None]] = {}
    students: dict[str, dict[str, None]] = {}
    for result in results:
        for check in all_checks([result]):
            if check.mistake:
                sentences.setdefault(check.mistake, one_line(read_message(check).sentence, 400))
                checks.setdefault(check.mistake, {})[check.id] = None
                students.setdefault(check.mistake, {})[result.student] = None
    made = [MadeMistake(m, sentences[m], tuple(checks[m]), tuple(students[m])) for m in sentences]
    return sorted(made, key=lambda mistake: (-len(mistake.students), mistake.id))


def spread(values: Mapping[str, float]) -> Spread | None:
    """Median and maximum over students; None for an empty class."""
    if not values:
        return None
    slowest = max(values, key=lambda student: values[student])
    return Spread(statistics.median(values.values()), values[slowest], slowest)


def class_confusion(results: Iterable[Result]) -> list[list[int]]:
    """Sum of the students' confusion matrices; one with fewer classes counts in the upper left."""
    matrices = [result.predictions.confusion for result in results if result.predictions]
    size = max((len(matrix) for matrix in matrices), default=0)
    whole = [[0] * size for _ in range(size)]
    for matrix in matrices:
        for true, row in enumerate(matrix):
            for called, n in enumerate(row):
                whole[true][called] += n
    return whole


def most_confused(confusion: Sequence[Sequence[int]], count: int = 5) -> list[tuple[int, int, float]]:
    """The pairs (true class, called class, share of the true class) that are mixed up most often."""
    pairs = [
        (true, called, n / sum(row))
        for true, row in enumerate(confusion)
        for called, n in enumerate(row)
        if n and true != called
    ]
    return sorted(pairs, key=lambda pair: -pair[2])[:count]


def all_checks(results: Iterable[Result]) -> Iterable[CheckResult]:
    """The checks of all the results."""
    return (check for result in results for problem in result.problems for check in problem.checks)
