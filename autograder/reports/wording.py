"""How statuses, numbers and text that students control are written in every report."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from autograder.grading.statuses import Status

LONGEST_MESSAGE = 4000  # characters; a screen or two, and 300 students' pages stay small
MOST_LINES = 60
_LONGEST_STEM = 120  # a file name may have 255 bytes, and a character takes up to four in some scripts

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)|[@-_])")
# Controls, lone surrogates, and the marks that reorder or hide what is read (Trojan Source, CVE-2021-42574).
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)


@dataclass(frozen=True)
class Wording:
    """A status in words; `family` names its colour and icon."""

    word: str
    family: str


WORDINGS: dict[Status, Wording] = {
    Status.PASS: Wording("passed", "good"),
    Status.PARTIAL: Wording("partly right", "partial"),
    Status.FAIL: Wording("not right", "bad"),
    Status.FORBIDDEN: Wording("not allowed", "forbidden"),
    Status.ERROR: Wording("raised an error", "broken"),
    Status.TIMEOUT: Wording("took too long", "broken"),
    Status.OUT_OF_MEMORY: Wording("out of memory", "broken"),
    Status.CRASHED: Wording("crashed", "broken"),
    Status.NOT_ATTEMPTED: Wording("not attempted", "empty"),
    Status.GRADER_ERROR: Wording("not graded yet", "open"),
    Status.MANUAL: Wording("awaits a person", "open"),
}

# For Markdown, where icons cannot be drawn.
MARKS = {"good": "✓", "partial": "◐", "bad": "✗", "forbidden": "⊘", "broken": "!", "empty": "○", "open": "…"}


def one_line(text: str, limit: int = 200) -> str:
    """`text` on a single line, cleaned, of at most `limit` characters."""
    flat = " ".join(clean(text, limit * 4).split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def clean(text: str, limit: int = LONGEST_MESSAGE) -> str:
    """`text` without terminal colours, controls and invisible marks, shortened to `limit` characters and 60 lines."""
    # Cutting first bounds the work on a message of a gigabyte; colours rarely make up three quarters of a text.
    kept = _ANSI.sub("", text[: 4 * limit].replace("\r\n", "\n").replace("\r", "\n"))
    kept = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", kept)
    lines = kept[:limit].splitlines()
    whole = len(text) <= 4 * limit and len(kept) <= limit and len(lines) <= MOST_LINES
    shown = "\n".join(lines[:MOST_LINES]).rstrip()
    return shown if whole else f"{shown}\n… (shortened; {len(text):,} characters in all)"


def file_stem(student: str) -> str:
    """A file name for a student's pages: the id itself where that is safe, else made safe and unique by a hash."""
    safe = re.sub(r'[/\\:*?"<>|\s]+', "_", _UNSEEN.sub("_", student)).lstrip(".")[:_LONGEST_STEM]
    short = len(safe.encode()) <= 240
    if safe == student and safe and short:
        return safe
    mark = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{safe[:60] or 'student'}-{mark}"


def number(value: float, digits: int = 2) -> str:
    """Shortest text for `value` with at most `digits` decimals: 2, 2.5, 0.33."""
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def percent(share: float, digits: int = 1) -> str:
    """A share between 0 and 1 in percent."""
    return f"{100 * share:.{digits}f}%"


def points(value: float) -> str:
    """An amount of points with its noun."""
    return f"{number(value)} {'point' if number(value) == '1' else 'points'}"


def megabytes(size: float) -> str:
    """A number of bytes as MB or GB (powers of ten)."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
