"""What travels to a worker and is graded there.

dask's scheduler imports this module too, so it imports nothing of weight (torch takes seconds).
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.grading.intake import Staged


@dataclass(frozen=True)
class Parcel:
    """One submission after intake: the files that a grader wants, by path, and what intake had to say.

    Of what a student wrote it holds bytes and text only. `submission` is the fingerprint of what was handed in.
    """

    student: str
    submission: str
    files: tuple[tuple[str, bytes], ...]
    notes: tuple[str, ...]
    problem: str | None

    @classmethod
    def pack(cls, student: str, submission: str, staged: Staged) -> Parcel:
        """A parcel of a staged submission. Raises OSError."""
        found = sorted(path for path in staged.root.rglob("*") if path.is_file())
        files = tuple((str(path.relative_to(staged.root)), path.read_bytes()) for path in found)
        return cls(student, submission, files, staged.notes, staged.problem)

    def unpack(self, root: Path) -> Staged:
        """Stage it anew in the new folder `root`. Raises OSError."""
        from autograder.grading.intake import Staged

        root.mkdir()
        for name, data in self.files:
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_bytes(data)
        return Staged(self.student, root, self.notes, self.problem, not self.files)


class StationFailed(RuntimeError):
    """Grading failed at a worker; the text is the trace there."""


def grade_parcel(run: str, parcel: Parcel) -> str:
    """Grade it at the worker's station for this run; the result as JSON (the task that dask runs).

    Raises StationFailed, whatever went wrong: a text always travels, and an exception's own frames may not (a
    RecursionError was seen never to reach the scheduler).
    """
    from distributed import get_worker

    try:
        graded: str = get_worker().plugins[run].station.grade(parcel)  # type: ignore[attr-defined]
        return graded
    except Exception:
        trace = traceback.format_exc()[-4000:]
    raise StationFailed(trace)
