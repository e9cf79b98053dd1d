"""Where a worker process grades: a homework, a sandbox of its own, and evidence of its own reference."""

from __future__ import annotations

import contextlib
import multiprocessing
import tempfile
from functools import partial
from pathlib import Path

from autograder.cluster.parcel import Parcel
from autograder.grading.evidence_files import EvidenceFiles
from autograder.grading.homework import find_homework
from autograder.grading.sandbox import open_sandbox
from autograder.grading.store import EvidenceStore
from autograder.grading.submission import Grader


class Refused(RuntimeError):
    """This worker must not grade; the text says why."""


class Station:
    """Thread-safe: a worker's threads share one station, and with it one sandbox and one store.

    homework, suite, seed: of the run; folder: the worker's own, for evidence; threads: submissions at a time.
    Making one takes seconds. Raises Refused, RubricError, SandboxUnavailable, and RuntimeError when the
    reference fails its own probes.
    """

    def __init__(self, homework: str, suite: str, seed: int, isolation: str, folder: Path, threads: int) -> None:
        _allow_children()
        found = find_homework(homework)
        if found.suite != suite:
            raise Refused(
                f"its course is another (suite {found.suite} there, {suite} here): install the same version of "
                "the course, with the same torch"
            )
        folder = folder.resolve()
        folder.mkdir(mode=0o700, exist_ok=True)
        modules = found.rubric.assignment.modules
        with contextlib.ExitStack() as opened:
            sandbox = open_sandbox(isolation, hidden=(folder,))
            opened.callback(sandbox.close)
            store = opened.enter_context(EvidenceStore(modules, min(threads, 2), EvidenceFiles(folder)))
            store.prepare(found.rubric.probes, seed)
            self._opened = opened.pop_all()
        self._grader = Grader(found, store, sandbox, seed)

    def grade(self, parcel: Parcel) -> str:
        """The submission's result as JSON. Raises OSError where it cannot be unpacked."""
        with tempfile.TemporaryDirectory(prefix="submission-") as folder:
            staging = partial(parcel.unpack, Path(folder) / "submission")
            result = self._grader.grade_staged(parcel.student, parcel.submission, staging)
        return result.model_dump_json(by_alias=True)

    def close(self) -> None:
        """End the sandbox's launchers and the store's processes."""
        self._opened.close()


def _allow_children() -> None:
    """Let this process start the store's processes, though dask's nanny made it a daemonic one.

    multiprocessing refuses those children, lest they outlive a parent that is killed; the store's end with theirs.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
