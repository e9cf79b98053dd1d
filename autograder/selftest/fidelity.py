"""Grades the reference, the stub and every variant, and says where the outcome is not the one it must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from autograder.checks.engine.probe import find_probe
from autograder.grading.diagnosis import Diagnosis
from autograder.grading.homework import Homework
from autograder.grading.marking import Mark
from autograder.grading.probing import mark_probe, outcome_of
from autograder.grading.rubric import Check
from autograder.grading.sources import marked_source, reference_source
from autograder.grading.store import ANEW, EvidenceStore
from autograder.grading.worker_client import ProbeOutcome
from autograder.release.stripping import strip_module
from reference_solutions.mistakes.variant import Variant

Kind = Literal["reference", "stub", "accepted", "mistake"]


@dataclass(frozen=True)
class Specimen:
    """A submission with a known right outcome: the reference with some modules changed."""

    id: str
    kind: Kind
    changed: Mapping[str, str]
    variant: Variant | None = None


@dataclass(frozen=True)
class Finding:
    """How grading a specimen went. `faults` is empty when the outcome is the right one."""

    specimen: Specimen
    lost: tuple[str, ...]
    named: tuple[str, ...]
    faults: tuple[str, ...]


def specimens(homework: Homework) -> list[Specimen]:
    """Reference, stub and all variants of a homework."""
    stub = {m: strip_module(marked_source(m), f"{m}.py") for m in homework.rubric.assignment.modules}
    variants = [
        Specimen(v.id, "accepted" if v.accepted else "mistake", {v.module: v.source(reference_source(v.module))}, v)
        for v in homework.catalogue
    ]
    return [Specimen("reference", "reference", {}), Specimen("stub", "stub", stub), *variants]


def examine(homework: Homework, store: EvidenceStore, seed: int) -> Iterator[Finding]:
    """Grade every specimen on the probes that its change can reach."""
    subjects = specimens(homework)
    for specimen in subjects:
        for check in _checks(homework, specimen):
            store.request(dict(specimen.changed), check.probe or "", seed)
    for specimen in subjects:
        diagnosis = Diagnosis(homework.mistakes, store, seed)
        marks = {}
        for check in _checks(homework, specimen):
            outcome = _handed_in(specimen, check.probe or "", store, seed)
            marks[check.id] = mark_probe(check, outcome, store, seed, diagnosis)
        yield _finding(homework, specimen, marks)


def _handed_in(specimen: Specimen, probe: str, store: EvidenceStore, seed: int) -> ProbeOutcome:
    """What grading sees of a specimen. One that ends in an error is run anew, as a student's would be: were its
    message another each time, the mistake would have its name only here.
    """
    collected = store.request(dict(specimen.changed), probe, seed).result()
    if collected.finish.ending == "error":
        collected = store.request(dict(specimen.changed), probe, seed, ANEW).result()
    return outcome_of(collected)


def unfailed_checks(homework: Homework, findings: list[Finding]) -> list[str]:
    """Probe checks that no mistake fails: they check nothing."""
    failed = {check for f in findings if f.specimen.kind == "mistake" for check in f.lost}
    return [c.id for c in homework.rubric.checks() if c.kind == "probe" and c.id not in failed]


def _checks(homework: Homework, specimen: Specimen) -> list[Check]:
    checks = [c for c in homework.rubric.checks() if c.probe]
    variant = specimen.variant
    if variant is None:
        return checks
    return [c for c in checks if c.probe in variant.probes or variant.module in find_probe(c.probe or "").modules]


def _finding(homework: Homework, specimen: Specimen, marks: Mapping[str, Mark]) -> Finding:
    lost = tuple(c for c, mark in marks.items() if mark.credit != 1.0)
    named = tuple(dict.fromkeys(mark.mistake.id for mark in marks.values() if mark.mistake))
    return Finding(specimen, lost, named, tuple(_faults(homework, specimen, marks, named)))


def _faults(homework: Homework, specimen: Specimen, marks: Mapping[str, Mark], named: tuple[str, ...]) -> Iterator[str]:
    if specimen.kind in ("reference", "accepted"):
        for check, mark in marks.items():
            if mark.credit != 1.0:
                yield f"loses {check} ({mark.status}: {mark.message})"
    elif specimen.kind == "stub":
        for check, mark in marks.items():
            if mark.credit != 0.0:
                yield f"earns {check}"
    elif specimen.variant is not None:
        yield from _mistake_faults(homework, specimen.variant, marks, named)


def _mistake_faults(
    homework: Homework, variant: Variant, marks: Mapping[str, Mark], named: tuple[str, ...]
) -> Iterator[str]:
    by_probe = {
        c.probe: [d.id for d in homework.rubric.checks() if d.probe == c.probe] for c in homework.rubric.checks()
    }
    for probe in variant.probes:
        if not any(marks[check].credit != 1.0 for check in by_probe.get(probe, ())):
            yield f"is not caught by {probe}"
    if variant.id not in named:
        yield f"is not named (named instead: {', '.join(named) or 'nothing'})"
    for other in named:
        if other != variant.id:
            yield f"is also called {other}"
