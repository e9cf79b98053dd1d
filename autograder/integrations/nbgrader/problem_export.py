"""`nbgrader export --exporter=autograder.integrations.nbgrader.problem_export.ProblemExport --to FILE`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin
from traitlets import Unicode

from autograder.grading.homework import COURSE, find_homework
from autograder.grading.rubric import RubricError
from autograder.grading.whole_files import write_whole
from autograder.integrations.nbgrader.exports.scores import net_score
from autograder.integrations.nbgrader.grade_ids import cell_id
from autograder.reports.gradebook import safe_cell
from autograder.reports.wording import number

HEAD = ("assignment", "student", "last_name", "first_name", "status", "late_penalty", "score", "max_score")
OTHER = "other"


class ProblemExport(ExportPlugin):  # type: ignore[misc]
    """Grades as CSV with a column for each problem of the rubric, and `other` for cells of no check.

    One row an assignment and student, nbgrader's own scores. A problem with a cell that nobody has graded
    yet is an empty cell; of several assignments' problems, columns are ASSIGNMENT/PROBLEM.
    """

    course = Unicode(str(COURSE), help="Folder that holds assignment/ and grading_data/.").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the file named by `--to`, problems.csv by default."""
        chosen = [a for a in gradebook.assignments if not self.assignment or a.name in map(str, self.assignment)]
        columns: list[str] = []
        rows: list[dict[str, str]] = []
        for assignment in chosen:
            problems = self._problems(assignment.name)
            prefix = f"{assignment.name}/" if len(chosen) > 1 else ""
            columns += [prefix + name for name in (*dict.fromkeys(problems.values()), OTHER)]
            for student in gradebook.students:
                if not self.student or student.id in map(str, self.student):
                    rows.append(_row(gradebook, assignment, student, problems, prefix))
        text = io.StringIO()
        table = csv.DictWriter(text, [*HEAD, *columns], restval="", lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        path = write_whole(Path(self.to or "problems.csv"), text.getvalue())
        self.log.info("Exported %d rows to %s", len(rows), path)

    def _problems(self, assignment: str) -> dict[str, str]:
        """Problem by grade id; empty for an assignment that has no rubric."""
        try:
            rubric = find_homework(assignment, Path(self.course)).rubric
        except RubricError as error:
            self.log.warning("%s: all points go into the column %s: %s", assignment, OTHER, error)
            return {}
        return {cell_id(check): problem.id for problem in rubric.problems for check in problem.checks}


def _row(
    gradebook: Gradebook, assignment: Assignment, student: Any, problems: Mapping[str, str], prefix: str
) -> dict[str, str]:
    about = (assignment.name, student.id, student.last_name or "", student.first_name or "")
    row = dict(zip(HEAD, map(safe_cell, about))) | {"max_score": number(float(assignment.max_score), 6)}
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row | {"status": "missing", "score": "0"}
    penalty = float(submission.late_submission_penalty or 0)
    row["status"] = "needs_manual_grade" if submission.needs_manual_grade else "graded"
    row["late_penalty"] = number(penalty, 6)
    row["score"] = number(net_score(submission), 6)
    return row | {prefix + name: _shown(total) for name, total in _totals(submission, problems).items()}


def _totals(submission: Any, problems: Mapping[str, str]) -> dict[str, float | None]:
    """Points by problem; None where a cell has no score yet."""
    totals: dict[str, float | None] = {}
    for grade in (grade for notebook in submission.notebooks for grade in notebook.grades):
        name = problems.get(grade.name, OTHER)
        so_far = totals.get(name, 0.0)
        is_open = grade.auto_score is None and grade.manual_score is None
        totals[name] = None if is_open or so_far is None else so_far + float(grade.score)
    return totals


def _shown(total: float | None) -> str:
    return "" if total is None else number(total, 6)
