"""Reads who is who from the CSV files that Canvas and Moodle export."""

from __future__ import annotations

import re

from autograder.reports.lms.people import Claim
from autograder.reports.lms.worksheet import Worksheet

CANVAS_COLUMNS = ("Student", "ID", "SIS Login ID", "Section")
PARTICIPANT = "Participant"
MOODLE_COLUMNS = ("Identifier", "Grade")


def is_canvas(sheet: Worksheet) -> bool:
    """Whether a sheet looks like Canvas's gradebook export."""
    return all(sheet.column(name) is not None for name in CANVAS_COLUMNS)


def is_moodle(sheet: Worksheet) -> bool:
    """Whether a sheet looks like Moodle's grading worksheet (English column names)."""
    return all(sheet.column(name) is not None for name in MOODLE_COLUMNS)


def canvas_claim(sheet: Worksheet, row: int) -> Claim:
    """A row of Canvas's gradebook; the e-mail address is there where it is the login."""
    ids = tuple(sheet.get(row, name) for name in ("SIS Login ID", "SIS User ID", "Integration ID"))
    email = next((text for text in ids if "@" in text), "")
    return Claim(tuple(text for text in ids if text), email, sheet.get(row, "ID"), sheet.get(row, "Student"))


def moodle_claim(sheet: Worksheet, row: int) -> Claim:
    """A row of Moodle's worksheet; the number of its identifier is that in the names of Moodle's downloads."""
    number = re.search(r"\d+$", sheet.get(row, "Identifier"))
    ids = tuple(text for text in (sheet.get(row, "ID number"), sheet.get(row, "Username")) if text)
    name = sheet.get(row, "Full name") or PARTICIPANT
    return Claim(ids, sheet.get(row, "Email address"), f"{PARTICIPANT} {number.group()}" if number else "", name)


def claims(sheet: Worksheet) -> dict[str, Claim]:
    """Claims by `lms_id`; empty for a sheet of another kind."""
    read = canvas_claim if is_canvas(sheet) else moodle_claim if is_moodle(sheet) else None
    found = [read(sheet, row) for row in range(sheet.size)] if read else []
    return {claim.lms_id: claim for claim in found if claim.lms_id}
