"""Grades one submission: intake, sandboxed run, judgement, diagnosis, answers, predictions, result."""

from __future__ import annotations

import hashlib
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from autograder.answers.given import GivenAnswers
from autograder.answers.judging import judge_answer, judge_explanation
from autograder.answers.reading import read_answers
from autograder.checks.engine.probe import find_probe
from autograder.experiments.judging import judge_experiment
from autograder.experiments.record import Runs, read_runs
from autograder.grading.diagnosis import Diagnosis
from autograder.grading.homework import Homework
from autograder.grading.intake import Staged, stage
from autograder.grading.marking import Mark, mark_credit, problem_results, total
from autograder.grading.predicting import mark_predictions
from autograder.grading.probing import mark_probe
from autograder.grading.results import CheckResult, Cost, PredictionsResult, ProblemResult, Result
from autograder.grading.rubric import Check
from autograder.grading.sandbox import Sandbox
from autograder.grading.static_look import suspicious_names
from autograder.grading.statuses import Status
from autograder.grading.store import EvidenceStore
from autograder.grading.worker_client import Limits, WorkerReport, run_probes


@dataclass(frozen=True)
class Grader:
    """What stays the same for all submissions of a run."""

    homework: Homework
    store: EvidenceStore
    sandbox: Sandbox
    seed: int
    limits: Limits = Limits()

    def grade(self, source: Path, student: str) -> Result:
        """Grade one folder or zip. Never raises: a fault of the grader's own becomes `grader_error`."""
        began, started = time.monotonic(), datetime.now(UTC)
        assignment = self.homework.rubric.assignment
        with tempfile.TemporaryDirectory(prefix="submission-") as folder:
            try:
                staged = stage(source, assignment.modules, assignment.notebooks, Path(folder) / "submission")
                marking = _Marking(self, staged)
                problems = problem_results(self.homework.rubric, marking.marks())
                parts = (marking.report, marking.predictions, staged.notes, suspicious_names(staged.root))
                flags = ([staged.problem] if staged.problem else []) + parts[3]
                cost, predictions, notes = _cost(parts[0]), parts[1], parts[2]
            except Exception:
                problems, cost, predictions, notes, flags = self._failed(traceback.format_exc()), Cost(), None, (), []
        scores = [p.score for p in problems]
        checks = [c for p in problems for c in p.checks]
        graded = None if None in scores else round(sum(s or 0.0 for s in scores), 6)
        return Result(
            assignment=assignment.id,
            student=student,
            score=graded,
            max_score=self.homework.rubric.max_score,
            bonus=total(checks, bonus=True),
            awaiting=sum(c.max_score for c in checks if c.status is Status.MANUAL),
            status=_status(checks),
            isolation=self.sandbox.name,
            seed=self.seed,
            suite=self.homework.suite,
            started=started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - began, 3),
            submission=fingerprint(source),
            cost=cost,
            notes=tuple(notes),
            flags=tuple(flags),
            predictions=predictions,
            problems=problems,
        )

    def _failed(self, trace: str) -> tuple[ProblemResult, ...]:
        mark = Mark(
            Status.GRADER_ERROR, None, "the grader itself failed; this will be graded again", flag=trace[-2000:]
        )
        return problem_results(self.homework.rubric, {c.id: mark for c in self.homework.rubric.checks()})


class _Marking:
    """The marks of one staged submission."""

    def __init__(self, grader: Grader, staged: Staged) -> None:
        self.grader, self.staged = grader, staged
        self.predictions: PredictionsResult | None = None
        self.report: WorkerReport | None = None
        homework = grader.homework
        has_code = any((staged.root / f"{m}.py").is_file() for m in homework.rubric.assignment.modules)
        if has_code:
            untouched = untouched_stubs(staged.root, homework)
            probes = [find_probe(name) for name in homework.rubric.probes]
            begun = [probe for probe in probes if not untouched.issuperset(probe.modules)]
            self.report = run_probes(staged.root, begun, grader.seed, grader.sandbox, grader.limits)
        self.diagnosis = Diagnosis(homework.mistakes, grader.store, grader.seed)

    @cached_property
    def runs(self) -> Runs:
        """The run logs, read when the first experiment is judged."""
        return read_runs(self.staged.root)

    def marks(self) -> Mapping[str, Mark]:
        """A mark for every check of the rubric."""
        rubric = self.grader.homework.rubric
        answers = read_answers(self.staged.root)
        return {check.id: self._mark(check, answers) for check in rubric.checks()}

    def _mark(self, check: Check, answers: GivenAnswers) -> Mark:
        if check.kind == "probe":
            return self._mark_probe(check)
        if check.kind == "answer":
            return self._mark_answer(check, answers)
        if check.kind == "predictions":
            return self._mark_predictions(check)
        if check.kind == "experiment":
            return self._mark_experiment(check)
        if check.answer is None:
            return Mark(Status.MANUAL, None, "graded by a person")
        verdict = judge_explanation(answers[check.answer], self.grader.homework.key[check.answer])
        return Mark(Status.MANUAL, None, "read by a person", flag=verdict.flag)

    def _mark_probe(self, check: Check) -> Mark:
        assert check.probe is not None
        if self.report is None:
            return Mark(Status.NOT_ATTEMPTED, 0.0, "no file of this homework was handed in")
        outcome = self.report.outcomes.get(check.probe)
        if outcome is None:
            return Mark(Status.NOT_ATTEMPTED, 0.0, "still as it was handed out")
        return mark_probe(check, outcome, self.grader.store, self.grader.seed, self.diagnosis)

    def _mark_answer(self, check: Check, answers: GivenAnswers) -> Mark:
        assert check.answer is not None
        entry = self.grader.homework.key[check.answer]
        verdict = judge_answer(entry.gather(answers), entry)
        if not verdict.attempted:
            return Mark(Status.NOT_ATTEMPTED, 0.0, verdict.message, flag=verdict.flag)
        return mark_credit(verdict.credit, verdict.message, verdict.flag, verdict.mistake)

    def _mark_experiment(self, check: Check) -> Mark:
        assert check.experiment is not None
        verdict = judge_experiment(self.runs, self.grader.homework.experiments[check.experiment])
        if not verdict.attempted:
            return Mark(Status.NOT_ATTEMPTED, 0.0, verdict.message, flag=verdict.flag)
        return mark_credit(verdict.credit, verdict.message, verdict.flag)

    def _mark_predictions(self, check: Check) -> Mark:
        mark, self.predictions = mark_predictions(check, self.staged.root, self.grader.homework.grading_data)
        return mark


def earlier_result(path: Path, source: Path, homework: Homework, seed: int, isolation: str) -> Result | None:
    """The result in `path` if it still holds: same seed, suite, isolation and files, and no grader error."""
    try:
        result = Result.read(path)
    except (OSError, ValidationError):
        return None
    found = (result.seed, result.suite, result.isolation, result.submission)
    same = found == (seed, homework.suite, isolation, fingerprint(source))
    return result if same and result.status != "grader_error" else None


def untouched_stubs(root: Path, homework: Homework) -> set[str]:
    """Modules that are still the stubs as handed out, up to line ends.

    Their probes could only end at NotImplementedError; not starting a worker for them saves the
    import of torch, most of what an untouched submission would cost.
    """
    return {
        module
        for module in homework.rubric.assignment.modules
        for stub, file in [(homework.stubs / f"{module}.py", root / f"{module}.py")]
        if stub.is_file() and file.is_file() and file.read_bytes().split() == stub.read_bytes().split()
    }


def fingerprint(source: Path) -> str:
    """Hash of what a student handed in, so that `--resume` grades a changed submission again.

    Upper levels come first: many images handed in with them must not hide a module.
    """
    digest = hashlib.sha256()
    found = [source] if source.is_file() else [p for p in source.rglob("*") if p.is_file() and not p.is_symlink()]
    for file in sorted(found, key=lambda path: (len(path.parts), path))[:10_000]:
        digest.update(str(file.relative_to(source.parent)).encode(errors="replace"))
        digest.update(str((file.stat().st_size, file.stat().st_mtime_ns)).encode())
    return digest.hexdigest()[:16]


def _status(checks: Sequence[CheckResult]) -> str:
    statuses = {c.status for c in checks}
    if Status.GRADER_ERROR in statuses:
        return "grader_error"
    if statuses <= {Status.NOT_ATTEMPTED, Status.MANUAL}:
        return "not_attempted"
    return "awaiting_manual" if Status.MANUAL in statuses else "graded"


def _cost(report: WorkerReport | None) -> Cost:
    if report is None:
        return Cost()
    return Cost(
        seconds=round(report.seconds, 3),
        cpu_seconds=round(report.cpu_seconds, 3),
        peak_memory=report.peak_memory,
        restarts=report.restarts,
    )
