"""Grades a class: many submissions side by side, each result written as soon as it is there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.evidence_files import evidence_files
from autograder.grading.homework import Homework
from autograder.grading.intake import Submission
from autograder.grading.results import Result
from autograder.grading.sandbox import Sandbox
from autograder.grading.store import EvidenceStore
from autograder.grading.submission import Grader, earlier_result
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
    homework: Homework, submissions: Sequence[Submission], out: Path, seed: int | None, resume: bool, isolation: str
) -> Plan:
    """Prepare `out` for a run.

    With `resume`, results of the same seed, suite, isolation and files are kept, those with a grader
    error are not. Raises UnusableRun when `out` holds results and `resume` was not asked for.
    """
    results = out / "results"
    results.mkdir(parents=True, exist_ok=True)
    record = out / "run.json"
    if any(results.glob("*.json")) and not resume:
        raise UnusableRun(f"{out} already holds results: continue them with --resume, or name another --out")
    if resume and record.is_file():
        earlier = json.loads(record.read_text(encoding="utf-8"))["seed"]
        if seed is not None and seed != earlier:
            raise UnusableRun(f"{out} was begun with --seed {earlier}; it cannot be resumed with --seed {seed}")
        seed = earlier
    seed = secrets.randbelow(2**48) if seed is None else seed
    record.write_text(json.dumps({"assignment": homework.id, "seed": seed, "suite": homework.suite}), encoding="utf-8")
    kept = [
        earlier_result(results / f"{s.student}.json", s.source, homework, seed, isolation)
        for s in submissions
        if resume
    ]
    done = tuple(result for result in kept if result is not None)
    return Plan(homework, submissions, out, seed, done)


def run(
    plan: Plan, sandbox: Sandbox, jobs: int, limits: Limits, on_result: Callable[[Result], None] = lambda result: None
) -> list[Result]:
    """Grade what is open in the plan, `jobs` at a time; returns all results in order of student.

    The reference's evidence is computed once, before the first submission, and kept in the run's folder.
    Raises RuntimeError when the reference fails its own probes.
    """
    homework = plan.homework
    finished = list(plan.done)
    files = evidence_files(plan.out / EVIDENCE, homework.suite)
    with EvidenceStore(homework.rubric.assignment.modules, min(jobs, 2), files) as store:
        for probe in homework.rubric.probes:
            store.request({}, probe, plan.seed)
        for probe in homework.rubric.probes if plan.open else ():
            store.reference(probe, plan.seed)
        grader = Grader(homework, store, sandbox, plan.seed, limits)
        with ThreadPoolExecutor(jobs) as pool:
            futures = [pool.submit(grader.grade, s.source, s.student) for s in plan.open]
            try:
                for future in as_completed(futures):
                    result = future.result()
                    result.write(plan.out / "results")
                    finished.append(result)
                    on_result(result)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    return sorted(finished, key=lambda result: result.student)
