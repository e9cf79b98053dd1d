"""Turns results into what people read: gradebook.csv, feedback a student, the class report.

Nothing here decides a point, runs a submission or needs the network; pages are single files without scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.grading.results import Result
from autograder.grading.rubric import Rubric
from autograder.reports.class_report import write_class_report
from autograder.reports.feedback import write_feedback
from autograder.reports.gradebook import write_gradebook

__all__ = ["write_class_report", "write_feedback", "write_gradebook", "write_reports"]


def write_reports(results: Sequence[Result], rubric: Rubric, out: Path) -> list[Path]:
    """Write gradebook.csv, report.html and feedback/STUDENT.md and .html below `out`; returns their paths.

    Each file is written whole or not at all. Raises OSError when `out` cannot be written.
    """
    gradebook, report = out / "gradebook.csv", out / "report.html"
    write_gradebook(results, rubric, gradebook)
    write_class_report(results, rubric, report)
    pages = [page for result in results for page in write_feedback(result, rubric, out / "feedback")]
    return [gradebook, report, *pages]
