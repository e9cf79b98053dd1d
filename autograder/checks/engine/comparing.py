"""Compares one piece of a student's evidence with the reference's, and says the difference in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import Value
from autograder.checks.engine.probe import Criterion, Tolerance


@dataclass(frozen=True)
class Verdict:
    """Outcome of one comparison.

    `distance` is in units of the tolerance: at most 1 matches, infinite where the two cannot be
    compared. `category` is safe to show for hidden checks; `sentence` may show values.
    """

    matches: bool
    distance: float
    category: str
    sentence: str


MATCH = Verdict(True, 0.0, "matches", "matches")


def compare(found: Value, expected: Value, criterion: Criterion, draws: Draws) -> Verdict:
    """Judge `found` against `expected`. Never raises for anything that student code can return."""
    verdict = _compare(found, expected, criterion.tolerance if criterion.analyse is None else None, criterion.call)
    if criterion.analyse is None or not verdict.matches or (verdict.distance == 0 and _identical(found, expected)):
        return verdict  # the analysis of equal evidence, a third of the grader's own time, could only be equal
    return _compare(
        criterion.analyse(found, draws.again()),
        criterion.analyse(expected, draws.again()),
        criterion.tolerance,
        criterion.call,
    )


def _identical(found: Value, expected: Value) -> bool:
    """Whether two values are the same in every bit that compares (NaN is equal to nothing)."""
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_identical, found, expected))
    if isinstance(found, np.ndarray) and isinstance(expected, np.ndarray):
        return found.dtype == expected.dtype and np.array_equal(found, expected)
    return type(found) is type(expected) and bool(found == expected)


def _compare(found: Any, expected: Any, tolerance: Tolerance | None, call: str) -> Verdict:
    """Compare two values; with no tolerance only their form (type, shape, dtype, finiteness)."""
    if isinstance(expected, np.ndarray):
        return _compare_arrays(found, expected, tolerance, call)
    if isinstance(expected, dict):
        parts = [_compare(found[name], expected[name], tolerance, f"{call}: {name}") for name in expected]
        return max(parts, key=lambda v: v.distance, default=MATCH)
    if isinstance(expected, list):
        return _compare_lists(found, expected, tolerance, call)
    if isinstance(expected, (bool, str)) or isinstance(found, (bool, str, list, np.ndarray)):
        if type(found) is type(expected) and found == expected:
            return MATCH
        return _differs("value", f"{call} gave {_short(found)}, expected {_short(expected)}")
    return _compare_arrays(_number(found), _number(expected), tolerance, call)


def _compare_lists(found: Any, expected: list[Any], tolerance: Tolerance | None, call: str) -> Verdict:
    if not isinstance(found, list):
        return _differs("type", f"{call} gave {_short(found)}, expected a sequence of {len(expected)}")
    if _plain(found) and _plain(expected) and (tolerance is None or tolerance.relative == tolerance.absolute == 0):
        same = found == expected or (tolerance is None and len(found) == len(expected))
        return MATCH if same else _differs("value", f"{call} gave {_short(found)}, expected {_short(expected)}")
    if len(found) != len(expected):
        return _differs("length", f"{call} gave {len(found)} entries, expected {len(expected)}")
    call = call.rstrip(",")
    verdicts = [_compare(f, e, tolerance, f"{call}, entry {i},") for i, (f, e) in enumerate(zip(found, expected))]
    return max(verdicts, key=lambda v: v.distance, default=MATCH)


def _compare_arrays(found: Any, expected: np.ndarray, tolerance: Tolerance | None, call: str) -> Verdict:
    if not isinstance(found, np.ndarray):
        return _differs("type", f"{call} gave {_short(found)}, expected a tensor of shape {expected.shape}")
    if found.shape != expected.shape:
        return _differs("shape", f"{call} gave shape {found.shape}, expected {expected.shape}")
    if found.dtype != expected.dtype:
        return _differs("dtype", f"{call} gave dtype {found.dtype}, expected {expected.dtype}")
    wide_found, wide = found.astype(np.float64), expected.astype(np.float64)
    if not np.array_equal(np.isfinite(wide_found), np.isfinite(wide)):
        count = int((~np.isfinite(wide_found)).sum())
        return _differs("not finite", f"{call} gave {count} NaN or infinite numbers out of {found.size}")
    if tolerance is None or found.size == 0:
        return MATCH
    return _closeness(wide_found, wide, tolerance, call)


def _closeness(found: np.ndarray, expected: np.ndarray, tolerance: Tolerance, call: str) -> Verdict:
    with np.errstate(invalid="ignore"):
        gap = np.where(found == expected, 0.0, np.abs(found - expected))
    allowed = tolerance.absolute + tolerance.relative * np.abs(np.where(np.isfinite(expected), expected, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        units = np.where(gap == 0, 0.0, gap / allowed)
    units = np.nan_to_num(units, nan=np.inf, posinf=np.inf)
    distance = float(units.max())
    if distance <= 1:
        return Verdict(True, distance, "matches", "matches")
    worst = np.unravel_index(int(np.argmax(units)), units.shape)
    where = f" at index {tuple(int(i) for i in worst)}" if found.ndim else ""
    wrong = int((units > 1).sum())
    share = f" ({wrong} of {found.size} numbers differ)" if found.size > 1 else ""
    digits = 6 if f"{found[worst]:.5g}" != f"{expected[worst]:.5g}" else 12
    sentence = f"{call} gave {found[worst]:.{digits}g}{where}, expected {expected[worst]:.{digits}g}{share}"
    return Verdict(False, distance, "value", sentence)


def _number(value: int | float) -> np.ndarray:
    """A Python number as float64; whole numbers beyond its range become infinite."""
    try:
        return np.asarray(value, dtype=np.float64)
    except OverflowError:
        return np.asarray(np.inf if value > 0 else -np.inf)


def _plain(values: list[Any]) -> bool:
    return all(isinstance(v, (bool, int, str)) or (isinstance(v, list) and _plain(v)) for v in values)


def _differs(category: str, sentence: str) -> Verdict:
    return Verdict(False, float("inf"), category, sentence)


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"a tensor of shape {value.shape}"
    text = repr(value)
    return text if len(text) <= 120 else f"{text[:117]}..."
