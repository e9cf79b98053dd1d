"""What a submission holds, listed without opening anything: the common form of folders and archives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from autograder.grading.frames import printable

MAX_DEPTH = 8
MAX_LISTED = 20_000
MAX_NOTES = 20
RUNS = "runs"  # the one folder that is wanted
_JUNK = {
    "__MACOSX",
    "__pycache__",
    ".git",
    ".venv",
    "venv",
    ".ipynb_checkpoints",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
}


class Unreadable(Exception):
    """A submission or an entry of it cannot be read; the text says why, for the student."""


@dataclass(frozen=True)
class Entry:
    """One regular file. `read(limit)` gives at most `limit` bytes, and raises Unreadable.

    modified: local time as text that sorts, empty where it is unknown.
    """

    path: PurePosixPath
    size: int
    read: Callable[[int], bytes]
    modified: str = ""


@dataclass
class Listing:
    """Regular files of a submission, and a note for everything that was refused."""

    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, name: str, why: str) -> None:
        """Leave an entry out and say so."""
        self.notes.append(f"{shown(name)} was refused: {why}")

    def unwrapped(self) -> list[Entry]:
        """The entries, with folders that hold everything else taken off, but not runs/."""
        entries = self.entries
        while entries and entries[0].path.parts[0] != RUNS and _in_one_folder(entries):
            entries = [replace(e, path=PurePosixPath(*e.path.parts[1:])) for e in entries]
        return entries

    def capped_notes(self) -> Iterator[str]:
        """The first notes, and how many more there are."""
        yield from self.notes[:MAX_NOTES]
        if len(self.notes) > MAX_NOTES:
            yield f"and {len(self.notes) - MAX_NOTES} more of this kind"


def _in_one_folder(entries: Sequence[Entry]) -> bool:
    return len({e.path.parts[0] for e in entries}) == 1 and all(len(e.path.parts) > 1 for e in entries)


def is_junk(path: PurePosixPath) -> bool:
    """Whether a file was left there by an operating system or a tool."""
    return any(part in _JUNK or part.startswith("._") for part in path.parts)


def shown(name: str) -> str:
    """A file's name as it can be printed on one line: a line break in it could make up a line of a log."""
    clean = printable(name.encode("utf-8", "replace").decode())
    clean = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in clean)
    return clean if len(clean) <= 100 else f"{clean[:97]}..."
