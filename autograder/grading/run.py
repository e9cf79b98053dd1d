"""Grades a class: many submissions side by side, each result written as soon as it is there."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Collection, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from autograder.grading.evidence_files import evidence_files
from autograder.grading.homework import Homework
from autograder.grading.intake import Submission
from autograder.grading.results import Result
from autograder.grading.sandbox import Sandbox
from autograder.grading.store import EvidenceStore
from autograder.grading.submission import Grader, earlier_result
from autograder.grading.whole_files import write_whole
from autograder.grading.worker_client import Limits

EVIDENCE = ".evidence"


class UnusableRun(ValueError):
    """The output folder holds a run that cannot be continued; the text says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """A run: what is graded, with which seed, and what of it an earlier run has finished."""

    homework: Homework
    submissions: Sequence[Submission]
    out: Path
    seed: int
    done: tuple[Result, ...] = ()

    @property
    def open(self) -> list[Submission]:
        """Submissions still to grade."""
        finished = {result.student for result in self.done}
        return [s for s in self.submissions if s.student not in finished]


def plan_run(
    homework: Homework,
    submissions: Sequence[Submission],
    out: Path,
    seed: int | None,
    resume: bool,
    forms: Collection[str],
) -> Plan:
    """Prepare `out` for a run.

    With `resume`, results of the same seed, suite and files are kept if they came from one of these `forms`
    of isolation; those with a grader error are not. Raises UnusableRun when `out` holds results and `resume`
    was not asked for, or when the run in `out` has another seed, or one that can no longer be read.
    """
    results = out / "results"
    results.mkdir(parents=True, exist_ok=True)
    record = out / "run.json"
    if any(results.glob("*.json")) and not resume:
        raise UnusableRun(f"{out} already holds results: continue them with --resume, or name another --out")
    if resume and record.is_file():
        seed = _earlier_seed(record, seed)
    seed = secrets.randbelow(2**48) if seed is None else seed
    write_whole(record, json.dumps({"assignment": homework.id, "seed": seed, "suite": homework.suite}))
    kept = [
        earlier_result(results / f"{s.student}.json", s.source, homework, seed, forms) for s in submissions if resume
    ]
    done = tuple(result for result in kept if result is not None)
    return Plan(homework, submissions, out, seed, done)


def _earlier_seed(record: Path, asked: int | None) -> int:
    """The seed that a run was begun with. Raises UnusableRun when another one is asked for, or none can be read."""
    try:
        earlier = int(json.loads(record.read_text(encoding="utf-8"))["seed"])
    except (OSError, ValueError, TypeError, KeyError):
        if asked is not None:
            return asked
        raise UnusableRun(
            f"{record} is damaged, so the seed of the run is not known: name it with --seed "
            f"(each file in {record.parent / 'results'} holds it), or delete {record.name} to begin with a new seed"
        ) from None
    if asked is not None and asked != earlier:
        raise UnusableRun(f"{record.parent} was begun with --seed {earlier}; it cannot be resumed with --seed {asked}")
    return earlier


class Crew(Protocol):
    """Those who grade: this machine, or others."""

    @property
    def forms(self) -> frozenset[str]:
        """Forms of isolation that its results may carry."""

    def results(self, plan: Plan) -> Generator[Result, None, None]:
        """Grade what is open in the plan; yields each result when it is there. Closing it stops the grading."""


@dataclass(frozen=True)
class LocalCrew:
    """This machine's cores: `jobs` submissions at a time, all in one sandbox."""

    sandbox: Sandbox
    jobs: int
    limits: Limits = Limits()

    @property
    def forms(self) -> frozenset[str]:
        """That of the sandbox."""
        return frozenset({self.sandbox.name})

    def results(self, plan: Plan) -> Generator[Result, None, None]:
        """Grade what is open. Raises RuntimeError when the reference fails its own probes.

        The reference's evidence is computed once, before the first submission, and kept in the run's folder.
        """
        homework = plan.homework
        files = evidence_files(plan.out / EVIDENCE, homework.suite)
        with EvidenceStore(homework.rubric.assignment.modules, min(self.jobs, 2), files) as store:
            store.prepare(homework.rubric.probes, plan.seed)
            grader = Grader(homework, store, self.sandbox, plan.seed, self.limits)
            with ThreadPoolExecutor(self.jobs) as pool:
                futures = [pool.submit(grader.grade, s.source, s.student) for s in plan.open]
                try:
                    for future in as_completed(futures):
                        yield future.result()
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise


def run(plan: Plan, crew: Crew, on_result: Callable[[Result], None] = lambda result: None) -> list[Result]:
    """Have the crew grade what is open, and write each result when it comes; returns all, in order of student.

    Raises what the crew raises; the results so far are then on disk.
    """
    finished = list(plan.done)
    if plan.open:
        with contextlib.closing(crew.results(plan)) as results:
            for result in results:
                result.write(plan.out / "results")
                finished.append(result)
                on_result(result)
    return sorted(finished, key=lambda result: result.student)
