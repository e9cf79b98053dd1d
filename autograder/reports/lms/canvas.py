"""Canvas's gradebook as CSV: fills in the file that Canvas exported, or writes one for its import."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from autograder.reports.gradebook import safe_cell
from autograder.reports.lms.claims import CANVAS_COLUMNS, canvas_claim
from autograder.reports.lms.grades import DECIMALS, Fill, LmsGrade, Options, Row, fill, read_number
from autograder.reports.lms.worksheet import Worksheet, WorksheetError, need
from autograder.reports.wording import number

HEAD = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
POSSIBLE = "Points Possible"
_NUMBERED = re.compile(r"(.+?) \(\d+\)")


def fill_canvas(
    sheet: Worksheet, titles: Sequence[str], grades: Sequence[LmsGrade], maximum: float, overwrite: bool = False
) -> Fill:
    """Write grades into the assignment's column, scaled to its points possible, and change nothing else.

    titles: what the assignment may be called in Canvas, with or without its number. Bonus points stay on top:
    Canvas takes more than the points possible. Raises WorksheetError.
    """
    need(sheet, CANVAS_COLUMNS, "it is Canvas's gradebook export that is wanted")
    column = find_assignment(sheet, titles)
    top, above = None, -1
    for row in range(min(3, sheet.size)):  # before the students: Manual Posting perhaps, and Points Possible
        if sheet.get(row, HEAD[0]) == POSSIBLE:
            possible, above = sheet.cell(row, column), row
            if "read only" in possible.casefold():
                raise WorksheetError(f"{sheet.name}: the column {sheet.header[column]!r} is read only in Canvas")
            top = read_number(possible) or None
    students = [row for row in range(above + 1, sheet.size) if not sheet.is_blank(row)]
    rows = [Row(row, canvas_claim(sheet, row), top) for row in students]
    return fill(sheet, column, rows, grades, maximum, Options(overwrite))


def find_assignment(sheet: Worksheet, titles: Sequence[str]) -> int:
    """The one column that has one of these titles. Raises WorksheetError, naming the columns there are."""
    wanted = {title.casefold() for title in titles}
    numbered = {i: match[1] for i, name in enumerate(sheet.header) if (match := _NUMBERED.fullmatch(name))}
    found = [i for i, name in enumerate(sheet.header) if name.casefold() in wanted]
    found = found or [i for i, name in numbered.items() if name.casefold() in wanted]
    if len(found) != 1:
        there = ", ".join(repr(sheet.header[i]) for i in numbered) or "none"
        said = "several columns" if found else "no column"
        raise WorksheetError(f"{sheet.name} has {said} called {' or '.join(titles)}; name one of: {there}")
    return found[0]


def new_canvas(title: str, grades: Sequence[LmsGrade], maximum: float) -> str:
    """A CSV file for Canvas's import. Without Canvas's own numbers it finds students by their login."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([*HEAD, safe_cell(title)])
    table.writerow([f"    {POSSIBLE}", "", "", "", "", number(maximum, DECIMALS)])
    for grade in grades:
        who = grade.person
        name = ", ".join(part for part in (who.last_name, who.first_name) if part) or who.id
        points = "" if grade.points is None else number(grade.points, DECIMALS)
        canvas_id = who.lms_id if who.lms_id.isdecimal() else ""
        table.writerow([safe_cell(name), canvas_id, "", safe_cell(who.id), "", points])
    return text.getvalue()
