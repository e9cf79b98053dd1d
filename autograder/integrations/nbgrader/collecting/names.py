"""The names that learning-management systems give to downloaded submissions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.grading.entries import shown
from autograder.reports.lms.claims import PARTICIPANT
from autograder.reports.lms.people import Claim

# lastnamefirstname_LATE_12345_67890_file.py: the numbers are Canvas's for the user and for the uploaded file. Of a
# user's own name Canvas removes what could be taken for such a number, so that the first two count.
CANVAS = r"(?P<name>[^/]+?)_(?:(?P<late>(?i:late))_)?(?P<lms_id>\d+)_(?P<upload>\d+)_(?P<file>[^/]+)"
# First Last_1234567_assignsubmission_file_/file.py, or without the folder: the number is the worksheet's.
MOODLE = r"(?P<name>[^/]+?)_(?P<participant>\d+)_assignsubmission_file_?/?(?P<file>.+)"
PATTERNS = (MOODLE, CANVAS)
_MOODLE_FOLDER = "_assignsubmission_"
_REPEATED = re.compile(r"(.+)-\d{1,3}(\.[^.]+)")


@dataclass(frozen=True)
class LmsName:
    """A downloaded file's name taken apart: whose it is, and what the student called it.

    upload: the LMS's running number of the upload, 0 where it gives none. timestamp: as in the name, or empty.
    """

    claim: Claim
    file: PurePosixPath
    late: bool = False
    upload: int = 0
    timestamp: str = ""

    @property
    def key(self) -> str:
        """The same for all files of one person."""
        return self.claim.lms_id or "".join(self.claim.ids) or self.claim.name

    @property
    def whose(self) -> str:
        """The person as the LMS names them, printable."""
        return shown(f"{self.claim.name} ({self.claim.lms_id})" if self.claim.lms_id else self.key)


def parse_name(path: PurePosixPath, patterns: Sequence[str] = PATTERNS) -> LmsName | None:
    """Take a path in a download apart; None where no pattern fits.

    Folders above the download's own may be anything, but what lies inside one student's folder never
    names another: the first level that fits decides, and of several patterns the one that fits soonest.
    """
    for depth in range(len(path.parts)):
        rest = "/".join(path.parts[depth:])
        matches = [match for pattern in patterns if (match := re.fullmatch(pattern, rest, re.DOTALL))]
        if matches:
            return _taken_apart(min(matches, key=lambda match: match.start("file")))
        if _MOODLE_FOLDER in path.parts[depth]:
            return None
    return None


def without_repeat(name: str, expected: Sequence[str]) -> str:
    """`name` without the -1 that Canvas adds to a second upload, where that makes it an expected file."""
    match = _REPEATED.fullmatch(name)
    if match and name not in expected and match[1] + match[2] in expected:
        return match[1] + match[2]
    return name


def _taken_apart(match: re.Match[str]) -> LmsName:
    part = {name: text or "" for name, text in match.groupdict().items()}
    name = part.get("name") or f"{part.get('first_name', '')} {part.get('last_name', '')}".strip()
    ids = (part["student_id"],) if part.get("student_id") else ()
    participant = f"{PARTICIPANT} {part['participant']}" if part.get("participant") else ""
    claim = Claim(ids, part.get("email", ""), part.get("lms_id") or participant, name)
    upload = int(part.get("upload") or 0)
    return LmsName(claim, PurePosixPath(part["file"]), bool(part.get("late")), upload, part.get("timestamp", ""))
