"""Puts the answer key and the experiments to the test: right answers earn everything, mistakes lose and are named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.answers.entry import AnswerVerdict, KeyEntry
from autograder.answers.entry import Specimen as AnswerSpecimen
from autograder.answers.given import Given
from autograder.answers.judging import judge_answer
from autograder.experiments.judging import judge_experiment
from autograder.experiments.record import Runs
from autograder.experiments.spec import Experiment
from autograder.grading.homework import Homework
from autograder.selftest.rehearsed_runs import rehearsed

NO_RUNS = "no runs"


@dataclass(frozen=True)
class AnswerFinding:
    """How judging one answer with a known outcome went; `faults` is empty when it is the right one."""

    name: str
    label: str
    mistake: str | None
    faults: tuple[str, ...]


def examine_answers(homework: Homework) -> Iterator[AnswerFinding]:
    """Judge the specimens of every entry that the rubric asks for, and a blank; and experiments without a run."""
    asked = {check.answer for check in homework.rubric.checks() if check.kind == "answer"}
    for name, entry in homework.key.items():
        if name in asked:
            for specimen in entry.specimens():
                verdict = judge_answer(Given(name, specimen.value), entry)
                faults = tuple(faults_of(specimen, entry, verdict))
                yield AnswerFinding(name, specimen.label, specimen.mistake, faults)
            blank = judge_answer(Given(name), entry)
            yield AnswerFinding(name, "blank", None, ("earns credit",) if blank.credit or blank.attempted else ())
    for spec in homework.experiments.values():
        yield from examine_experiment(spec)


def examine_experiment(spec: Experiment) -> Iterator[AnswerFinding]:
    """Judge no runs, all runs that the spec asks for, and these without one of them."""
    empty = judge_experiment(Runs(), spec)
    yield AnswerFinding(spec.name, NO_RUNS, None, ("earns credit",) if empty.credit or empty.attempted else ())
    complete = rehearsed(spec)
    verdict = judge_experiment(complete, spec)
    lost = "" if verdict.credit == 1 else f"cannot be satisfied by runs made after it: {verdict.message}"
    yield AnswerFinding(spec.name, "all runs", None, (lost,) if lost else ())
    for name in complete.runs:
        rest = Runs({other: run for other, run in complete.runs.items() if other != name})
        caught = judge_experiment(rest, spec).credit < 1
        yield AnswerFinding(spec.name, f"without {name}", None, () if caught else ("is not caught",))


def faults_of(specimen: AnswerSpecimen, entry: KeyEntry, verdict: AnswerVerdict) -> Iterator[str]:
    if specimen.credit is not None and verdict.credit != specimen.credit:
        yield f"earns {verdict.credit:g} instead of {specimen.credit:g} ({verdict.message})"
    if specimen.credit is None and verdict.credit >= 1:
        yield "is not caught"
    named = verdict.mistake.id if verdict.mistake else None
    expected = f"{entry.name}.{specimen.mistake}" if specimen.mistake else None
    if expected is not None and named != expected:
        yield f"is not named (named instead: {named or 'nothing'})"
