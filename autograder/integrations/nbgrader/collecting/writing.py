"""Writes a submission's files into a folder: regular files only, within nbgrader's limits, each refusal a line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from autograder.grading.entries import Entry, Unreadable, shown

TIMESTAMP = "timestamp.txt"
# nbgrader believes these: a student's own would set the time of submission, or open another's feedback.
RESERVED = (TIMESTAMP, "submission_secret.txt")
# Times the limit of a submission: damaged entries of an archive cost time and are not kept.
_MOST_READ = 10


@dataclass
class SubmissionFolder:
    """Where one submission's files go. Sizes are in bytes; `ignore` are nbgrader's patterns of names."""

    root: Path
    max_file: int
    max_total: int
    ignore: Sequence[str] = ()
    reserved: Sequence[str] = RESERVED
    notes: list[str] = field(default_factory=list)
    total: int = 0
    read: int = 0

    def write(self, entries: Iterable[Entry], rename: dict[str, str] | None = None) -> None:
        """Write the entries in their order; a later one of the same name takes the place of an earlier one."""
        for entry in entries:
            path = PurePosixPath((rename or {}).get(str(entry.path), str(entry.path)))
            if not any(fnmatch(part, pattern) for part in path.parts for pattern in self.ignore):
                try:
                    self._write(entry, path)
                except Unreadable as problem:
                    self._refuse(entry, str(problem))
                except OSError as error:
                    self._refuse(entry, f"it cannot be written ({error.strerror})")

    def _write(self, entry: Entry, path: PurePosixPath) -> None:
        if str(path) in self.reserved:
            raise Unreadable("nbgrader keeps a file of its own under this name")
        if not str(path).isprintable():
            raise Unreadable("its name holds characters that cannot be printed")
        target = self.root / path
        before = target.read_bytes() if target.is_file() else None
        self._check_size(entry.size, len(before or b""))
        data = entry.read(self.max_file + 1)
        self._check_size(len(data), len(before or b""))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.total += len(data) - len(before or b"")
        if before is not None and before != data:
            self.notes.append(f"{shown(str(path))} was uploaded more than once; the latest counts ({entry.modified})")

    def _check_size(self, size: int, before: int) -> None:
        limit = self.max_file if size > self.max_file else self.max_total
        if size > self.max_file or self.total + size - before > self.max_total:
            raise Unreadable(f"more than {limit / 1e6:g} MB, the limit of nbgrader's CourseDirectory")
        self.read += size
        if self.read > _MOST_READ * self.max_total:
            raise Unreadable("there is far too much in this submission")

    def _refuse(self, entry: Entry, why: str) -> None:
        self.notes.append(f"{shown(str(entry.path))} was refused: {why}")
