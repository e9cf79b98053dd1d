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
from autograder.grading.homework import Homework


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
                faults = tuple(_faults(specimen, entry, verdict))
                yield AnswerFinding(name, specimen.label, specimen.mistake, faults)
            blank = judge_answer(Given(name), entry)
            yield AnswerFinding(name, "blank", None, ("earns credit",) if blank.credit or blank.attempted else ())
    for name, experiment in homework.experiments.items():
        empty = judge_experiment(Runs(), experiment)
        yield AnswerFinding(name, "no runs", None, ("earns credit",) if empty.credit or empty.attempted else ())


def _faults(specimen: AnswerSpecimen, entry: KeyEntry, verdict: AnswerVerdict) -> Iterator[str]:
    if specimen.credit is not None and verdict.credit != specimen.credit:
        yield f"earns {verdict.credit:g} instead of {specimen.credit:g} ({verdict.message})"
    if specimen.credit is None and verdict.credit >= 1:
        yield "is not caught"
    named = verdict.mistake.id if verdict.mistake else None
    expected = f"{entry.name}.{specimen.mistake}" if specimen.mistake else None
    if expected is not None and named != expected:
        yield f"is not named (named instead: {named or 'nothing'})"
