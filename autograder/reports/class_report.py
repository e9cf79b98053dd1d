"""The class report: one page for the people who teach."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.grading.results import Result
from autograder.grading.rubric import Rubric
from autograder.grading.statuses import Status
from autograder.grading.whole_files import write_whole
from autograder.reports.attention import attention
from autograder.reports.figures import band_width
from autograder.reports.gradebook import in_order
from autograder.reports.rendering import render
from autograder.reports.summary import (
    all_checks,
    check_tallies,
    class_confusion,
    mistakes_made,
    most_confused,
    spread,
)
from autograder.reports.wording import WORDINGS, Wording, file_stem, one_line

_STANDINGS: dict[str, Wording] = {
    "graded": Wording("graded", "good"),
    "awaiting_manual": Wording("awaiting a person", "open"),
    "not_attempted": Wording("not attempted", "empty"),
    "grader_error": Wording("grader failed", "broken"),
}


@dataclass(frozen=True)
class Row:
    """A student's line in the table of the class."""

    student: str
    standing: Wording
    scores: tuple[float | None, ...]
    mistakes: int
    result: Result


def write_class_report(results: Sequence[Result], rubric: Rubric, path: Path) -> Path:
    """Write the page to `path`; its links expect each student's page in feedback/ beside it."""
    ordered = in_order(results)
    confusion = class_confusion(ordered)
    scores = [result.score for result in ordered if result.score is not None]
    accuracies = [result.predictions.accuracy for result in ordered if result.predictions]
    page = render(
        "class_report.html.j2",
        rubric=rubric,
        rows=[_row(result, rubric) for result in ordered],
        link={result.student: f"feedback/{quote(file_stem(result.student))}.html" for result in ordered},
        name={result.student: one_line(result.student, 60) for result in ordered},
        unconfined=[result.student for result in ordered if result.isolation == "none"],
        isolations=sorted({result.isolation for result in ordered}),
        scores=scores,
        median=statistics.median(scores) if scores else None,
        mean=statistics.fmean(scores) if scores else None,
        band=band_width(rubric.max_score),
        accuracy=statistics.median(accuracies) if accuracies else None,
        waiting=max((_waiting(result) for result in ordered), default=0.0),
        matters=attention(ordered),
        tallies=check_tallies(ordered, rubric),
        legend=_legend(ordered),
        mistakes=mistakes_made(ordered),
        confusion=confusion,
        confused=most_confused(confusion),
        costs=_costs(ordered),
        restarts=sum(result.cost.restarts for result in ordered),
        seeds=sorted({result.seed for result in ordered}),
        suites=sorted({result.suite for result in ordered}),
    )
    return write_whole(path, page)


def _row(result: Result, rubric: Rubric) -> Row:
    scores = {problem.id: problem.score for problem in result.problems}
    named = {check.mistake for check in all_checks([result]) if check.mistake}
    standing = _STANDINGS.get(result.status, Wording(one_line(result.status, 40), "empty"))
    return Row(result.student, standing, tuple(scores.get(p.id) for p in rubric.problems), len(named), result)


def _waiting(result: Result) -> float:
    manual = (c for c in all_checks([result]) if c.status is Status.MANUAL and c.score is None and not c.bonus)
    return sum(check.max_score for check in manual)


def _legend(results: Sequence[Result]) -> list[tuple[str, str]]:
    """Colours with the words they stand for, of statuses that occur and a bar can show."""
    seen = {check.status for check in all_checks(results)} - {Status.MANUAL}
    families: dict[str, list[str]] = {}
    for status, wording in WORDINGS.items():
        if status in seen:
            families.setdefault(wording.family, []).append(wording.word)
    return [(family, ", ".join(words)) for family, words in families.items()]


def _costs(results: Sequence[Result]) -> list[tuple[str, str, object]]:
    measured = [result for result in results if result.cost.seconds > 0]
    return [
        ("Wall time", "seconds", spread({r.student: r.seconds for r in results})),
        ("Wall time in the worker", "seconds", spread({r.student: r.cost.seconds for r in measured})),
        ("CPU time in the worker", "seconds", spread({r.student: r.cost.cpu_seconds for r in measured})),
        ("Peak memory", "bytes", spread({r.student: float(r.cost.peak_memory) for r in measured})),
    ]
