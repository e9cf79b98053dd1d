"""gradebook.csv: one row a student, for spreadsheets and course systems."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from autograder.grading.results import Result
from autograder.grading.rubric import Rubric
from autograder.grading.whole_files import write_whole
from autograder.reports.wording import number, one_line

# What spreadsheets take for the start of a formula, with the full-width forms that some of them accept too.
_FORMULA = tuple("=+-@＝＋－＠|")


def write_gradebook(results: Sequence[Result], rubric: Rubric, path: Path) -> Path:
    """Write `student,score,max_score,bonus,status,` and a column a problem, sorted by student; returns `path`.

    A score that a grader error left open is an empty cell. A problem's column holds its ordinary points,
    so that the columns add up to `score`; bonus points are in `bonus`.
    """
    problems = [problem.id for problem in rubric.problems]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["student", "score", "max_score", "bonus", "status", *problems])
    for result in in_order(results):
        scores = {problem.id: problem.score for problem in result.problems}
        head = [safe_cell(result.student), _cell(result.score), _cell(result.max_score), _cell(result.bonus)]
        rows.writerow([*head, safe_cell(result.status), *(_cell(scores.get(problem)) for problem in problems)])
    return write_whole(path, text.getvalue())


def in_order(results: Sequence[Result]) -> list[Result]:
    """The results by student, whatever the order in which they were graded."""
    return sorted(results, key=lambda result: (result.student.casefold(), result.student))


def safe_cell(text: str) -> str:
    """`text` as a cell that no spreadsheet runs: what would be a formula gets an apostrophe in front."""
    flat = one_line(text, 300)
    return f"'{flat}" if flat.startswith(_FORMULA) else flat


def _cell(value: float | None) -> str:
    return "" if value is None else number(value, 6)
