"""Grades submissions for nbgrader through the sandboxed flow, each once a run of `nbgrader autograde`."""

from __future__ import annotations

import atexit
import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograder.grading.evidence_files import evidence_files
from autograder.grading.homework import Homework, find_homework
from autograder.grading.naming import safe_student
from autograder.grading.results import Result
from autograder.grading.sandbox import Sandbox, open_sandbox
from autograder.grading.store import EvidenceStore
from autograder.grading.submission import Grader, earlier_result
from autograder.integrations.nbgrader.seed import secret_seed

STATE = ".autograder"
_STORES: dict[tuple[str, int], EvidenceStore] = {}
_LOCK = threading.Lock()


@dataclass(frozen=True)
class Desk:
    """Where one homework's submissions are graded; results are kept below the course root's `.autograder`."""

    grader: Grader
    results: Path

    def result(self, source: Path, student: str, again: bool) -> Result:
        """The result of the submission in `source`.

        An earlier one is taken unless `again` is set, or it was of other files, another seed, suite or
        isolation, or holds a grader error.
        """
        student, grader = safe_student(student), self.grader
        path = self.results / f"{student}.json"
        earlier = earlier_result(path, source, grader.homework, grader.seed, {grader.sandbox.name})
        if earlier is not None and not again:
            return earlier
        result = grader.grade(source, student)
        result.write(self.results)
        return result


def open_desk(assignment: str, root: Path, course: Path, isolation: str) -> Desk:
    """The desk for `assignment`; `root` is nbgrader's course root, `course` holds assignment/ and grading_data/.

    Raises RubricError without a valid rubric, SandboxUnavailable where nothing isolates, UnusableSeed,
    and OSError when `root` cannot be written to.
    """
    homework = find_homework(assignment, course)
    sandbox = _sandbox(isolation, root)
    seed = secret_seed(root / STATE / "seed")
    results = root / STATE / "results" / assignment
    results.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Desk(
        Grader(homework, _store(homework, seed, root / STATE / "evidence" / assignment), sandbox, seed), results
    )


@lru_cache(maxsize=4)
def _sandbox(isolation: str, root: Path) -> Sandbox:
    """One for the process, as the stores are."""
    return open_sandbox(isolation, hidden=(root,))


def close_stores() -> None:
    """End the processes that hold reference evidence, and those kept for student code; they also end with this one."""
    _sandbox.cache_clear()
    with _LOCK:
        stores = list(_STORES.values())
        _STORES.clear()
    for store in stores:
        store.__exit__(None, None, None)


def _store(homework: Homework, seed: int, folder: Path) -> EvidenceStore:
    """One for the process: formgrader autogrades student by student, and torch takes seconds to import."""
    key = (homework.suite, seed)
    with _LOCK:
        if key not in _STORES:
            if not _STORES:
                atexit.register(close_stores)
            files = evidence_files(folder, homework.suite)
            workers = min(2, os.cpu_count() or 1)
            _STORES[key] = EvidenceStore(homework.rubric.assignment.modules, workers, files)
            for probe in homework.rubric.probes:
                _STORES[key].request({}, probe, seed)
        return _STORES[key]
