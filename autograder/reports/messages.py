"""Takes a check's message apart, so that pages can set out call, what came back and what was expected."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.grading.results import CheckResult
from autograder.grading.statuses import Status
from autograder.reports.wording import clean

# As autograder.checks.engine.comparing writes them; a line of another form is shown as it is.
_DIFFERENCE = re.compile(
    r"(?P<called>.+?) gave (?P<returned>.+), expected (?P<expected>.+?)(?: \((?P<extent>[\d,]+ of .+)\))?"
)
_LONGEST_LINE = 800
OPEN_MESSAGE = "The grader itself failed here. This is not your doing and costs you nothing: "
OPEN_MESSAGE += "your instructor has been told, and it will be graded again."
BROKEN = frozenset({Status.ERROR, Status.TIMEOUT, Status.OUT_OF_MEMORY, Status.CRASHED})


@dataclass(frozen=True)
class Difference:
    """One comparison that failed; `extent` says how much of a tensor differs, or is empty."""

    called: str
    returned: str
    expected: str
    extent: str


@dataclass(frozen=True)
class Message:
    """What a student reads about a check: the mistake's sentence, differences, other lines, or raw output."""

    sentence: str = ""
    differences: tuple[Difference, ...] = ()
    lines: tuple[str, ...] = ()
    output: str = ""

    @property
    def text(self) -> str:
        """Everything but the mistake's sentence as plain text."""
        shown = [
            f"{d.called}\n    returned: {d.returned}\n    expected: {d.expected}"
            + (f"\n    {d.extent}" if d.extent else "")
            for d in self.differences
        ]
        return "\n".join([*shown, *self.lines, *([self.output] if self.output else [])])


def read_message(check: CheckResult) -> Message:
    """The part of a result's message that its student may read, cleaned and shortened."""
    if check.status is Status.GRADER_ERROR:
        return Message(lines=(OPEN_MESSAGE,))
    if check.status is Status.MANUAL and check.score is None:
        return Message()
    lines = clean(check.message).splitlines()
    sentence = lines.pop(0) if check.mistake and lines else ""
    if check.status in BROKEN and len(lines) > 1:
        return Message(sentence, output="\n".join(lines))
    compared = check.status in (Status.FAIL, Status.PARTIAL)
    matches = [(line, _difference(line) if compared else None) for line in lines if line.strip()]
    differences = tuple(found for _, found in matches if found)
    return Message(sentence, differences, tuple(line for line, found in matches if not found))


def _difference(line: str) -> Difference | None:
    # Values in a message are short; a long line is no comparison, and made to match it could take minutes.
    match = _DIFFERENCE.fullmatch(line) if len(line) <= _LONGEST_LINE else None
    return Difference(**{part: text or "" for part, text in match.groupdict().items()}) if match else None
