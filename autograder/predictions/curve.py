"""From accuracy to credit: a piecewise-linear curve kept beside the hidden labels."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any


class InvalidCurve(ValueError):
    """A curve that cannot be used; the text names the file and the point."""


@dataclass(frozen=True)
class Curve:
    """Points (accuracy, credit), both from 0 to 1, accuracy increasing and credit never falling."""

    points: tuple[tuple[float, float], ...]

    def credit(self, accuracy: float) -> float:
        """Share of the points earned: linear between two points, constant outside. Raises ValueError for NaN."""
        if not 0 <= accuracy <= 1:
            raise ValueError(f"{accuracy} is not an accuracy between 0 and 1")
        for (left, low), (right, high) in pairwise(self.points):
            if accuracy <= right:
                share = max(0.0, accuracy - left) / (right - left)
                return low + share * (high - low)
        return self.points[-1][1]

    @property
    def full_marks(self) -> float:
        """The lowest accuracy that earns everything."""
        return next(accuracy for accuracy, credit in self.points if credit == 1)


def load_curve(path: Path) -> Curve:
    """The curve in a TOML file with `points = [[accuracy, credit], ...]`. Raises InvalidCurve."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidCurve(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidCurve(f"{path}: not a TOML file: {error}") from error
    if set(table) != {"points"} or not isinstance(table["points"], list) or len(table["points"]) < 2:
        raise InvalidCurve(f"{path}: expected points = [[accuracy, credit], ...], at least two, and nothing else")
    curve = Curve(tuple(_point(path, item) for item in table["points"]))
    _require_ramp(path, curve.points)
    return curve


def _point(path: Path, item: Any) -> tuple[float, float]:
    numbers = item if isinstance(item, list) else []
    if len(numbers) != 2 or not all(type(x) in (int, float) and math.isfinite(x) and 0 <= x <= 1 for x in numbers):
        raise InvalidCurve(f"{path}: {item} is not [accuracy, credit], two numbers from 0 to 1")
    return float(numbers[0]), float(numbers[1])


def _require_ramp(path: Path, points: tuple[tuple[float, float], ...]) -> None:
    for before, after in pairwise(points):
        if after[0] <= before[0]:
            raise InvalidCurve(f"{path}: accuracy {after[0]} does not come after {before[0]}")
        if after[1] < before[1]:
            raise InvalidCurve(f"{path}: credit falls from {before[1]} to {after[1]} at accuracy {after[0]}")
    if points[0][1] != 0 or points[-1][1] != 1:
        raise InvalidCurve(f"{path}: credit has to begin at 0 and end at 1")
