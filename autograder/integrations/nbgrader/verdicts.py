"""A check's result as nbgrader takes it: a number and a message, or nothing, which leaves it to a person."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_output

from autograder.grading.results import CheckResult, Result
from autograder.grading.statuses import Status
from autograder.integrations.nbgrader.grade_ids import grade_id
from autograder.reports.messages import OPEN_MESSAGE, read_message


@dataclass(frozen=True)
class Verdict:
    """What a test cell gets. `score` is None where a person must decide, and `fault` then says why.

    The student reads `head`, the named mistake's `sentence`, and `details`; `tone` is Bootstrap's name of a colour.
    """

    score: float | None
    head: str
    sentence: str = ""
    details: str = ""
    tone: str = "info"
    fault: str = ""

    @property
    def message(self) -> str:
        """All that the student reads, as plain text."""
        return "\n".join(part for part in (self.head, self.sentence, self.details) if part)

    def outputs(self) -> list[NotebookNode]:
        """The cell's outputs: the message, which nbgrader reads no score from, then one plain number."""
        told = new_output("display_data", data={"text/plain": self.message, "text/html": self._html()})
        if self.score is None:
            return [told]
        # repr of a Python float: of np.float64(3.0) or nan nbgrader makes full marks.
        number = new_output("execute_result", data={"text/plain": repr(float(self.score))}, execution_count=1)
        return [told, number]

    def _html(self) -> str:
        """Every part is escaped: a message quotes what a student's code returned or raised."""
        parts = [f"<strong>{escape(self.head, quote=False)}</strong>"]
        parts += [f"<p>{escape(self.sentence, quote=False)}</p>"] if self.sentence else []
        parts += [f"<pre>{escape(self.details, quote=False)}</pre>"] if self.details else []
        return f'<div class="alert alert-{self.tone}">{"".join(parts)}</div>'


def checks_by_grade_id(result: Result) -> dict[str, CheckResult]:
    """The result's checks by the grade ids of their cells."""
    return {grade_id(check.id): check for problem in result.problems for check in problem.checks}


def verdict(cell: str, points: float, checks: Mapping[str, CheckResult]) -> Verdict:
    """The verdict for the test cell with the grade id `cell`, worth `points` in the gradebook.

    Whatever does not fit together earns nothing and is left to a person, as nbgrader would give full marks.
    """
    check = checks.get(cell)
    if check is None:
        return _open(f"the rubric has no check for the test cell {cell!r}")
    if check.status is Status.GRADER_ERROR:
        lines = (check.flag or check.message).strip().splitlines() or ["no message"]
        return _open(f"the grader itself failed on {check.id!r}: {lines[-1]}")
    if check.score is None:
        return _open(f"check {check.id!r} is graded by a person")
    if not math.isclose(points, check.max_score):
        told = f"check {check.id!r} is worth {check.max_score:g} points in the rubric and {points:g} in the gradebook"
        return _open(f"{told}: run nbgrader generate_assignment again")
    if not 0 <= check.score <= points + 1e-9:
        return _open(f"check {check.id!r} got {check.score} of {points:g} points")
    return _decided(check, min(float(check.score), points))


def _open(fault: str) -> Verdict:
    return Verdict(None, OPEN_MESSAGE, fault=fault)


def _decided(check: CheckResult, score: float) -> Verdict:
    message = read_message(check)
    head = f"{check.title}: {check.score:g} of {check.max_score:g} points ({check.status.replace('_', ' ')})"
    tone = "success" if score >= check.max_score else "warning" if score > 0 else "danger"
    tone = "info" if check.status is Status.NOT_ATTEMPTED else tone
    return Verdict(score, head, message.sentence, message.text, tone)
