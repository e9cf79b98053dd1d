"""nbgrader's scores of one assignment as grades for a learning-management system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry

from autograder.grading.homework import find_homework
from autograder.grading.rubric import Rubric, RubricError
from autograder.integrations.nbgrader.students import people
from autograder.reports.lms.grades import LmsGrade
from autograder.reports.lms.people import Person


def net_score(submission: Any) -> float:
    """nbgrader's score less the late penalty, not below 0."""
    return max(0.0, float(submission.score) - float(submission.late_submission_penalty or 0))


def find_rubric(assignment: str, course: Path) -> Rubric | None:
    """The assignment's rubric; None for an assignment that has none."""
    try:
        return find_homework(assignment, course).rubric
    except RubricError:
        return None


def regular_maximum(assignment: Assignment, rubric: Rubric | None) -> float:
    """nbgrader's maximum without the rubric's bonus points, which nbgrader counts among the others."""
    return float(assignment.max_score) - (rubric.max_bonus if rubric else 0.0)


def lms_grades(gradebook: Gradebook, assignment: str, missing_as_zero: bool) -> list[LmsGrade]:
    """A grade for every student of the gradebook; open where a person has still to grade a cell.

    missing_as_zero: whoever handed nothing in gets 0; otherwise nothing, since work may have gone uncollected.
    """
    return [_grade(gradebook, assignment, person, missing_as_zero) for person in people(gradebook)]


def _grade(gradebook: Gradebook, assignment: str, person: Person, missing_as_zero: bool) -> LmsGrade:
    try:
        submission = gradebook.find_submission(assignment, person.id)
    except MissingEntry:
        return LmsGrade(person, 0.0 if missing_as_zero else None, "nothing was handed in or autograded")
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    unscored = [g.name for g in grades if g.auto_score is None and g.manual_score is None]
    waiting = unscored or [g.name for g in grades if g.needs_manual_grade]
    if waiting or submission.needs_manual_grade:
        shown = ", ".join(sorted(waiting)[:5]) + (", ..." if len(waiting) > 5 else "")
        return LmsGrade(person, None, f"a person has still to grade {shown or 'a cell'}")
    return LmsGrade(person, net_score(submission))
