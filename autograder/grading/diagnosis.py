"""Finds the known mistake behind evidence that does not match."""

from __future__ import annotations

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.matching import agreement, explains
from autograder.checks.engine.probe import Probe
from autograder.grading.judge import Judgement
from autograder.grading.statuses import Status
from autograder.grading.store import EvidenceStore
from autograder.grading.worker_client import ProbeOutcome
from reference_solutions.mistakes.variant import Variant


class Diagnosis:
    """Names mistakes of one submission; those already named are tried first on its other checks."""

    def __init__(self, mistakes: tuple[Variant, ...], store: EvidenceStore, seed: int) -> None:
        self._mistakes, self._store, self._seed = mistakes, store, seed
        self._named: list[Variant] = []

    def name(self, probe: Probe, outcome: ProbeOutcome, judgement: Judgement) -> Variant | None:
        """The mistake that explains the judgement, or None."""
        if judgement.status not in (Status.FAIL, Status.FORBIDDEN, Status.ERROR):
            return None
        touching = [m for m in self._mistakes if m.module in probe.modules or probe.name in m.probes]
        declared = [m for m in touching if probe.name in m.probes and m not in self._named]
        others = [m for m in touching if m not in declared and m not in self._named]
        for group in ([m for m in self._named if m in touching], declared, others):
            for mistake in group:
                self._store.request_variant(mistake, probe.name, self._seed)
            found = [m for m in group if self._fits(m, probe, outcome, judgement)]
            if found:
                topic = probe.name.partition(".")[0]
                best = max(found, key=lambda m: (self._agreement(m, probe, outcome), m.module == topic))
                self._named += [best] if best not in self._named else []
                return best
        return None

    def _fits(self, mistake: Variant, probe: Probe, outcome: ProbeOutcome, judgement: Judgement) -> bool:
        mistaken = self._store.variant(mistake, probe.name, self._seed)
        if judgement.status is Status.FORBIDDEN:
            return mistaken.finish.violations == outcome.violations
        if judgement.status is Status.ERROR:
            same_error = mistaken.finish.message.split("\n")[0] == outcome.message.split("\n")[0]
            return mistaken.finish.ending == "error" and same_error
        if mistaken.finish.violations:
            return False
        expected = self._store.reference(probe.name, self._seed).evidence
        draws = Draws(self._seed, probe.name)
        return explains(probe, draws, judgement.failing, outcome.evidence, mistaken.evidence, expected)

    def _agreement(self, mistake: Variant, probe: Probe, outcome: ProbeOutcome) -> int:
        mistaken = self._store.variant(mistake, probe.name, self._seed)
        return agreement(probe, Draws(self._seed, probe.name), outcome.evidence, mistaken.evidence)
