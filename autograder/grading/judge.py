"""Decides a check from evidence; the only place where a probe check can earn points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.checks.engine.comparing import compare
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import Probe
from autograder.grading.rubric import Check
from autograder.grading.statuses import Status
from autograder.grading.worker_client import ProbeOutcome


@dataclass(frozen=True)
class Judgement:
    """A check's status with its message; `failing` are the keys whose evidence differs."""

    status: Status
    message: str = ""
    failing: tuple[str, ...] = ()


def judge(check: Check, probe: Probe, outcome: ProbeOutcome, expected: Mapping[str, Value], seed: int) -> Judgement:
    """Pass only when every piece of evidence the check names is there and matches the reference's."""
    if outcome.status is Status.GRADER_ERROR:
        return Judgement(Status.GRADER_ERROR, outcome.message)
    if outcome.violations:
        used = ", ".join(outcome.violations)
        return Judgement(Status.FORBIDDEN, f"{used} was used here, which the handout rules out")
    missing = [key for key in check.evidence if key not in outcome.evidence]
    verdicts = {
        key: compare(outcome.evidence[key], expected[key], probe.criteria[key], Draws(seed, probe.name))
        for key in check.evidence
        if key not in missing
    }
    wrong = {key: verdict for key, verdict in verdicts.items() if not verdict.matches}
    if missing:
        status = outcome.status or Status.CRASHED
        return Judgement(status, outcome.message or f"{probe.criteria[missing[0]].call} gave nothing", tuple(wrong))
    if not wrong:
        return Judgement(Status.PASS)
    if check.visibility == "hidden":
        kinds = ", ".join(dict.fromkeys(verdict.category for verdict in wrong.values()))
        return Judgement(Status.FAIL, f"hidden check: not what the reference gives ({kinds})", tuple(wrong))
    return Judgement(Status.FAIL, "\n".join(verdict.sentence for verdict in wrong.values()), tuple(wrong))
