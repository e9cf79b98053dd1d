"""Whose upload is it: the gradebook's students, and the lists that the learning-management system exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.grading.entries import shown
from autograder.grading.naming import safe_student
from autograder.integrations.nbgrader.collecting.names import LmsName
from autograder.reports.lms.claims import claims
from autograder.reports.lms.people import Claim, Roster, Unmatched
from autograder.reports.lms.worksheet import Worksheet, WorksheetError


@dataclass(frozen=True)
class Attribution:
    """Student ids by person of the download, and a line for each person who is nobody's or somebody else's."""

    students: Mapping[str, str]
    notes: tuple[str, ...]


def attribute(names: Iterable[LmsName], roster: Roster, known: Mapping[str, Claim]) -> Attribution:
    """Whose uploads these are; `known` is what the LMS's own lists say, by its number for a person.

    Where the gradebook has no student at all, a person is called by the list's id or NAME-NUMBER. Two people
    who would be one student are both left out: a name can be chosen, and nobody's work may take the place of
    another's.
    """
    found: dict[str, str] = {}
    notes = []
    for name in names:
        claim = _complete(name.claim, known)
        if not roster.people:
            found[name.key] = safe_student(claim.ids[0] if claim.ids else claim.provisional_id or claim.name)
            continue
        try:
            found[name.key] = roster.find(claim, by_name=True).id
        except Unmatched as problem:
            notes.append(f"{name.whose} was not collected: {problem}")
    taken = Counter(found.values())
    for key in [key for key, student in found.items() if taken[student] > 1]:
        notes.append(
            f"{shown(key)} was not collected: {taken[found[key]]} people of the download would be {found[key]}"
        )
        del found[key]
    return Attribution(found, tuple(notes))


def exported_lists(folder: Path) -> tuple[dict[str, Claim], list[str]]:
    """Claims from all CSV files in `folder` that Canvas or Moodle exported, and a line for each file not used."""
    found: dict[str, Claim] = {}
    notes = []
    for path in sorted(folder.glob("*.csv")):
        try:
            new = claims(Worksheet.read(path))
        except WorksheetError as problem:
            notes.append(str(problem))
            continue
        if not new:
            notes.append(f"{path.name} is no gradebook of Canvas and no grading worksheet of Moodle")
        found |= new
    return found, notes


def _complete(claim: Claim, known: Mapping[str, Claim]) -> Claim:
    """What the file's name says, with what the exported list says of the same person."""
    listed = known.get(claim.lms_id)
    if listed is None:
        return claim
    return replace(claim, ids=(*claim.ids, *listed.ids), email=claim.email or listed.email)
