"""Runs the probes on one submission in sandboxed workers and reports what came back, believing none of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import Probe
from autograder.grading.conversation import Ended, Stop, converse
from autograder.grading.frames import Frame
from autograder.grading.limits import Limits
from autograder.grading.sandbox import Sandbox
from autograder.grading.statuses import Status

__all__ = ["Limits", "ProbeOutcome", "WorkerReport", "run_probes"]

_ATTEMPTS = 3  # a second one may still meet what is left of a sandbox that was killed
# Honest code never forges a frame; each further run would only give a fork bomb another chance.
_TAMPERED_RUNS = 3


@dataclass(frozen=True)
class ProbeOutcome:
    """What a probe claimed. `status` is None when it ran to its end: the evidence then decides.

    Evidence is kept where student code raised an exception, and dropped where the worker was lost.
    """

    status: Status | None
    message: str
    evidence: dict[str, Value]
    violations: tuple[str, ...]


@dataclass(frozen=True)
class WorkerReport:
    """Outcomes by probe and what they cost.

    `peak_memory` in bytes is the most that polling saw over all processes: RSS of one, sum of PSS of several.
    `output` is the beginning of what was printed, for the grader's eyes.
    """

    outcomes: dict[str, ProbeOutcome]
    seconds: float
    cpu_seconds: float
    peak_memory: int
    restarts: int
    output: str


def run_probes(
    root: Path, probes: Sequence[Probe], seed: int, sandbox: Sandbox, limits: Limits = Limits()
) -> WorkerReport:
    """Run `probes` on the staged submission in `root`. Thread-safe; raises nothing for student code.

    A worker that is lost costs the probe that ran, or those that need the module that was imported;
    the rest run in a new one.
    """
    return _Submission(root, probes, seed, sandbox, limits).report()


class _Submission:
    def __init__(self, root: Path, probes: Sequence[Probe], seed: int, sandbox: Sandbox, limits: Limits) -> None:
        self._root, self._seed, self._sandbox, self._limits = root, seed, sandbox, limits
        self._probes = list(probes)
        self._outcomes: dict[str, ProbeOutcome] = {}
        self._runs: list[Ended] = []
        self._failures: list[str] = []

    def report(self) -> WorkerReport:
        started = time.monotonic()
        while (remaining := self._remaining()) and len(self._failures) < _ATTEMPTS:
            self._run(remaining)
        for probe in self._remaining():
            self._outcomes[probe.name] = _lost(Status.GRADER_ERROR, f"the worker did not start: {self._failures[-1]}")
        return WorkerReport(
            outcomes={probe.name: self._outcomes[probe.name] for probe in self._probes},
            seconds=time.monotonic() - started,
            cpu_seconds=sum(run.cpu_seconds for run in self._runs),
            peak_memory=max((run.peak for run in self._runs), default=0),
            restarts=max(0, len(self._runs) - 1),
            output="".join(run.output for run in self._runs)[: self._limits.kept_output],
        )

    def _remaining(self) -> list[Probe]:
        return [probe for probe in self._probes if probe.name not in self._outcomes]

    def _run(self, probes: list[Probe]) -> None:
        after = self._runs[-1].watch if self._runs else None
        try:
            ended = converse(self._sandbox, self._root, probes, self._seed, self._limits, after)
        except OSError as error:
            self._failures.append(str(error))
            return
        self._runs.append(ended)
        claims = ended.transcript.claims
        self._outcomes |= {name: _concluded(c.end, c.evidence) for name, c in claims.items() if c.end is not None}
        stop = ended.stop
        if stop is None:
            return
        if stop.out_of_time and ended.transcript.ready:
            self._charge([probe.name for probe in self._remaining()], stop)
        elif not claims:
            self._failures.append(f"{stop.breach.message}\n{ended.output}".strip())
        else:
            self._charge(self._guilty(ended, stop), stop)
            if sum(run.stop is not None and run.stop.tampered for run in self._runs) >= _TAMPERED_RUNS:
                self._charge([probe.name for probe in self._remaining()], stop)

    def _guilty(self, ended: Ended, stop: Stop) -> list[str]:
        """Probes that a lost worker costs.

        A frame for a probe that has ended comes from what that one left behind, and the probe that was
        open is run again. Between two probes, too, only what the earlier one left behind can have run.
        """
        transcript = ended.transcript
        if stop.named in transcript.claims and transcript.claims[stop.named].end is not None:
            return [stop.named]
        running = transcript.open or transcript.latest
        guilty = [running.name] if running is not None else []
        if transcript.importing is not None:
            guilty += [probe.name for probe in self._remaining() if transcript.importing in probe.modules]
        return guilty + [probe.name for probe in self._probes if probe.name == stop.named]

    def _charge(self, names: list[str], stop: Stop) -> None:
        self._outcomes |= {name: _lost(stop.breach.status, stop.breach.message) for name in names}


def _lost(status: Status, message: str) -> ProbeOutcome:
    return ProbeOutcome(status, message, {}, ())


def _concluded(end: Frame, evidence: dict[str, Value]) -> ProbeOutcome:
    status = None if end.ending == "complete" else Status(end.ending)
    return ProbeOutcome(status, end.message, evidence, end.violations)
