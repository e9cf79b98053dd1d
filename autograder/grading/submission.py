"""Grades one submission: intake, sandboxed run, judgement, diagnosis, answers, predictions, result."""

from __future__ import annotations

import hashlib
import tempfile
import traceback
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from autograder.answers.given import GivenAnswers
from autograder.answers.judging import judge_answer, judge_explanation
from autograder.answers.reading import read_answers
from autograder.checks.engine.probe import find_probe
from autograder.experiments.judging import judge_experiment
from autograder.experiments.record import Runs, read_runs
from autograder.grading.diagnosis import Diagnosis
from autograder.grading.homework import Homework
from autograder.grading.intake import Staged, stage
from autograder.grading.marking import Mark, mark_credit, problem_results
from autograder.grading.outcome import Findings, Heading, failed, make_result
from autograder.grading.predicting import mark_predictions
from autograder.grading.probing import mark_probe
from autograder.grading.results import Cost, PredictionsResult, Result
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
        assignment = self.homework.rubric.assignment
        with tempfile.TemporaryDirectory(prefix="submission-") as folder:
            into = Path(folder) / "submission"
            staging = partial(stage, source, assignment.modules, assignment.notebooks, into)
            return self.grade_staged(student, fingerprint(source), staging)

    def grade_staged(self, student: str, submission: str, staging: Callable[[], Staged]) -> Result:
        """Grade what `staging` stages; `submission` is its fingerprint. Never raises."""
        heading = Heading(student, submission, self.seed, self.sandbox.name)
        try:
            findings = self._findings(staging())
        except Exception:
            findings = failed(self.homework.rubric, traceback.format_exc())
        return make_result(self.homework, heading, findings)

    def _findings(self, staged: Staged) -> Findings:
        marking = _Marking(self, staged)
        problems = problem_results(self.homework.rubric, marking.marks())
        flags = [staged.problem] if staged.problem else []
        flags += suspicious_names(staged.root)
        return Findings(problems, _cost(marking.report), marking.predictions, staged.notes, tuple(flags))


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


def earlier_result(path: Path, source: Path, homework: Homework, seed: int, forms: Collection[str]) -> Result | None:
    """The result in `path` if it still holds: same seed, suite and files, one of these forms of isolation, no error."""
    try:
        result = Result.read(path)
    except (OSError, ValueError):
        return None
    same = (result.seed, result.suite, result.submission) == (seed, homework.suite, fingerprint(source))
    return result if same and result.isolation in forms and result.status != "grader_error" else None


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


def _cost(report: WorkerReport | None) -> Cost:
    if report is None:
        return Cost()
    return Cost(
        seconds=round(report.seconds, 3),
        cpu_seconds=round(report.cpu_seconds, 3),
        peak_memory=report.peak_memory,
        restarts=report.restarts,
    )
