"""Where each tolerance stands: above what right answers differ by, below the nearest mistake."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from autograder.checks.engine.comparing import compare
from autograder.checks.engine.draws import Conditions, Draws
from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import Probe, find_probe
from autograder.grading.homework import Homework
from autograder.grading.store import Circumstances, EvidenceStore

CIRCUMSTANCES = (
    Circumstances(Conditions(dtype=torch.float64)),
    Circumstances(Conditions(memory_format=torch.channels_last)),
    Circumstances(threads=2),
)


@dataclass(frozen=True)
class Margin:
    """Distances in units of the tolerance: `spread` must stay below 1 and `nearest` above it.

    spread: largest distance of the reference under other circumstances and of accepted variants;
    nearest: smallest distance of a mistake that differs here (`mistake`), infinite where the two
    differ in form; None where no mistake touches this evidence.
    """

    probe: str
    key: str
    spread: float
    nearest: float | None
    mistake: str
    reason: str

    @property
    def faults(self) -> list[str]:
        """What is wrong with this tolerance."""
        return (
            [f"{self.probe} {self.key}: right answers differ by {self.spread:.2g} tolerances"]
            if self.spread > 1
            else []
        )


def margins(homework: Homework, store: EvidenceStore, seed: int) -> Iterator[Margin]:
    """A margin for every piece of evidence of the homework's probes."""
    for name in homework.rubric.probes:
        for circumstances in CIRCUMSTANCES:
            store.request({}, name, seed, circumstances)
    for name in homework.rubric.probes:
        yield from _probe_margins(homework, find_probe(name), store, seed)


def _probe_margins(homework: Homework, probe: Probe, store: EvidenceStore, seed: int) -> Iterator[Margin]:
    expected = store.reference(probe.name, seed).evidence
    touching = [v for v in homework.catalogue if v.module in probe.modules]
    right = [store.reference(probe.name, seed, how).evidence for how in CIRCUMSTANCES]
    right += [store.variant(v, probe.name, seed).evidence for v in touching if v.accepted]
    wrong = {v.id: store.variant(v, probe.name, seed).evidence for v in touching if not v.accepted}
    for key, criterion in probe.criteria.items():
        want, draws = expected[key], Draws(seed, probe.name)
        spread = max(compare(_cast(r[key], want), want, criterion, draws).distance for r in right)
        distances = {i: compare(w[key], want, criterion, draws).distance for i, w in wrong.items() if key in w}
        caught = {i: d for i, d in distances.items() if d > 1}
        nearest = min(caught, key=lambda i: caught[i], default="")
        yield Margin(probe.name, key, spread, caught.get(nearest), nearest, criterion.tolerance.reason)


def _cast(value: Value, like: Value) -> Value:
    """Evidence of a float64 run, rounded to the dtype of the usual run."""
    if isinstance(value, list) and isinstance(like, list) and len(value) == len(like):
        return [_cast(v, w) for v, w in zip(value, like)]
    if isinstance(value, np.ndarray) and isinstance(like, np.ndarray) and value.dtype.kind == like.dtype.kind == "f":
        return value.astype(like.dtype)
    return value


def as_text(distance: float | None) -> str:
    """A distance for a table."""
    if distance is None:
        return "none"
    return "in form" if math.isinf(distance) else f"{distance:.3g}"
