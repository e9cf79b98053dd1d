"""Names of checks in nbgrader, whose grade ids hold letters, digits, hyphens and underscores only."""

from __future__ import annotations

from autograder.grading.rubric import Check, Rubric


def grade_id(check_id: str) -> str:
    """The grade id of a check: simplenn.values becomes simplenn--values."""
    return check_id.replace(".", "--")


def check_id(grade_id: str) -> str:
    """The check id that a grade id made by `grade_id` stands for."""
    return grade_id.replace("--", ".")


def cell_id(check: Check) -> str:
    """The grade id of the cell that carries a check's points.

    That of an explanation is explanation_1_1, by which intake finds what a student wrote; others are `grade_id`'s.
    """
    if check.kind == "manual" and check.answer:
        return check.answer.replace("answer", "explanation", 1)
    return grade_id(check.id)


def checks_by_cell(rubric: Rubric) -> dict[str, Check]:
    """All checks of a rubric by the grade id of their cell, in the rubric's order."""
    return {cell_id(check): check for check in rubric.checks()}
