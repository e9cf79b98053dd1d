"""`autograder selftest`: the catalogue proves the grader."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from autograder.grading.homework import find_homework
from autograder.grading.store import EvidenceStore
from autograder.selftest.answers import NO_RUNS, AnswerFinding, examine_answers
from autograder.selftest.fidelity import Finding, examine, specimens, unfailed_checks
from autograder.selftest.margins import Margin, as_text, margins


def selftest_homework(name: str, report: Path | None, seed: int, jobs: int) -> int:
    """Print findings and margins; exit status 1 when one outcome is not the one it must be."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    homework = find_homework(name)
    with EvidenceStore(homework.rubric.assignment.modules, jobs) as store:
        total = len(specimens(homework))
        watched = track(examine(homework, store, seed), "grading the catalogue", total, console=Console(stderr=True))
        findings = list(watched)
        faults = [f"{f.specimen.kind} {f.specimen.id} {fault}" for f in findings for fault in f.faults]
        faults += [f"check {check} is failed by no mistake" for check in unfailed_checks(homework, findings)]
        answers = list(examine_answers(homework))
        faults += [f"answer {f.name}, {f.label}, {fault}" for f in answers for fault in f.faults]
        table = [] if faults else list(margins(homework, store, seed))
    faults += [fault for margin in table for fault in margin.faults]
    console.print(_margin_table(table))
    kinds = Counter(f.specimen.kind for f in findings)
    console.print(
        f"{homework.id}: reference full marks, stub 0, {kinds['accepted']} accepted variants full marks, "
        f"{kinds['mistake']} mistakes caught and named{_answers_text(answers)}"
        if not faults
        else f"{homework.id}: {len(faults)} faults"
    )
    for fault in faults:
        console.print(f"[red]fault:[/] {fault}", highlight=False)
    if report is not None:
        report.write_text(json.dumps(_as_json(findings, answers, table, faults), indent=1), encoding="utf-8")
    return 1 if faults else 0


def _margin_table(rows: list[Margin]) -> Table:
    table = Table(title="Margins, in units of the tolerance: right answers below 1, mistakes above 1")
    for column in ("evidence", "largest right", "nearest mistake", "which"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(f"{row.probe} {row.key}", as_text(row.spread), as_text(row.nearest), row.mistake)
    return table


def _answers_text(answers: list[AnswerFinding]) -> str:
    experiments = {f.name for f in answers if f.label == NO_RUNS}
    entries = {f.name for f in answers} - experiments
    named = sum(f.mistake is not None for f in answers)
    parts = [f"{len(entries)} answers judged right, {named} of their mistakes named"] if entries else []
    parts += [f"{len(experiments)} experiments earn all with every run and nothing with none"] if experiments else []
    return "".join(f"; {part}" for part in parts)


def _as_json(
    findings: list[Finding], answers: list[AnswerFinding], table: list[Margin], faults: list[str]
) -> dict[str, object]:
    return {
        "faults": faults,
        "specimens": [
            {"id": f.specimen.id, "kind": f.specimen.kind, "lost": f.lost, "named": f.named, "faults": f.faults}
            for f in findings
        ],
        "answers": [asdict(f) for f in answers],
        "margins": [asdict(m) | {"spread": as_text(m.spread), "nearest": as_text(m.nearest)} for m in table],
    }
