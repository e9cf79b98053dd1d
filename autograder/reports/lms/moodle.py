"""Fills in the grading worksheet that Moodle's assignment exports ('Download grading worksheet')."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.reports.lms.claims import moodle_claim
from autograder.reports.lms.grades import Fill, LmsGrade, Options, Row, fill, read_number
from autograder.reports.lms.worksheet import Worksheet, need

IDENTIFIER, GRADE, MAXIMUM = "Identifier", "Grade", "Maximum Grade"
_ADVICE = "it is Moodle's grading worksheet that is wanted, downloaded with Moodle's language set to English"


def fill_moodle(sheet: Worksheet, grades: Sequence[LmsGrade], maximum: float, overwrite: bool = False) -> Fill:
    """Write grades into the column Grade, scaled to Maximum Grade, and change nothing else.

    Moodle's import silently skips a grade above the maximum, so that bonus points are cut off there, and told.
    Grades are written with the decimal comma where Maximum Grade has one. Raises WorksheetError.
    """
    need(sheet, (IDENTIFIER, GRADE), _ADVICE)
    filled = [row for row in range(sheet.size) if not sheet.is_blank(row)]
    rows = [Row(row, moodle_claim(sheet, row), read_number(sheet.get(row, MAXIMUM)) or None) for row in filled]
    column = sheet.column(GRADE)
    assert column is not None
    decimal = "," if any("," in sheet.get(row, MAXIMUM) for row in filled) else "."
    return fill(sheet, column, rows, grades, maximum, Options(overwrite, cap=True, decimal=decimal))
