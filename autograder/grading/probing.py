"""Marks a probe check: judgement of the evidence, then the name of the mistake behind it."""

from __future__ import annotations

from autograder.checks.engine.collecting import Collected
from autograder.checks.engine.probe import find_probe
from autograder.grading.diagnosis import Diagnosis
from autograder.grading.judge import judge
from autograder.grading.marking import Mark
from autograder.grading.rubric import Check
from autograder.grading.statuses import Status
from autograder.grading.store import EvidenceStore
from autograder.grading.worker_client import ProbeOutcome


def mark_probe(check: Check, outcome: ProbeOutcome, store: EvidenceStore, seed: int, diagnosis: Diagnosis) -> Mark:
    """Full credit for matching evidence; a named mistake may keep a share; a grader error stays open."""
    assert check.probe is not None
    probe = find_probe(check.probe)
    expected = store.reference(check.probe, seed).evidence
    judgement = judge(check, probe, outcome, expected, seed)
    if judgement.status is Status.GRADER_ERROR:
        public = "the grader itself failed; this will be graded again"
        return Mark(Status.GRADER_ERROR, None, public, flag=judgement.message)
    if judgement.status is Status.PASS:
        return Mark(Status.PASS, 1.0)
    mistake = diagnosis.name(probe, outcome, judgement)
    credit = mistake.credit if mistake and judgement.status is Status.FAIL else 0.0
    return Mark(Status.PARTIAL if credit else judgement.status, credit, judgement.message, mistake)


def outcome_of(collected: Collected) -> ProbeOutcome:
    """A trusted run as if the sandboxed worker had reported it."""
    finish = collected.finish
    status = None if finish.ending == "complete" else Status(finish.ending)
    return ProbeOutcome(status, finish.message, dict(collected.evidence), finish.violations)
