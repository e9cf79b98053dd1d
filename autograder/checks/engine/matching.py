"""Whether a known mistake explains a submission's evidence; shared by the grader and the student kit."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from autograder.checks.engine.comparing import compare
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import Probe

NAN_STANDS_FOR = -54321.0


def explains(
    probe: Probe,
    draws: Draws,
    failing: Iterable[str],
    found: Mapping[str, Value],
    mistaken: Mapping[str, Value],
    expected: Mapping[str, Value],
) -> bool:
    """True when on every failing key the submission agrees with the mistake, and the mistake with nothing right.

    failing: keys on which `found` differs from `expected`; there must be at least one.
    """
    keys = list(failing)
    return bool(keys) and all(
        key in found
        and key in mistaken
        and key in expected
        and compare(_countable(found[key]), _countable(mistaken[key]), probe.criteria[key], draws).matches
        and not compare(mistaken[key], expected[key], probe.criteria[key], draws).matches
        for key in keys
    )


def agreement(probe: Probe, draws: Draws, found: Mapping[str, Value], other: Mapping[str, Value]) -> int:
    """Number of the probe's keys on which two runs agree; tells a closer mistake from a merely possible one."""
    return sum(
        key in found
        and key in other
        and compare(_countable(found[key]), _countable(other[key]), criterion, draws).matches
        for key, criterion in probe.criteria.items()
    )


def _countable(value: Value) -> Value:
    """`value` with each NaN as one and the same number: NaN is never right, but the same NaN is the same mistake."""
    if isinstance(value, list):
        return [_countable(item) for item in value]
    if isinstance(value, float):
        return NAN_STANDS_FOR if math.isnan(value) else value
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.where(np.isnan(value), value.dtype.type(NAN_STANDS_FOR), value)
    return value
