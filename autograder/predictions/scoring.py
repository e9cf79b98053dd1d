"""Accuracy of predictions on hidden labels, how sure it is, and where the mistakes are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.reading import Predictions
from autograder.predictions.solution import Solution, Usage

_Z = 1.959963984540054  # 97.5% quantile of the normal distribution


@dataclass(frozen=True)
class Score:
    """Accuracy on n images with its 95% interval, and the confusion of classes.

    `confusion[i][j]` counts images of class i that were called j; `per_class_recall[i]` is None for a
    class that is not among the images.
    """

    accuracy: float
    low: float
    high: float
    n: int
    per_class_recall: tuple[float | None, ...]
    confusion: tuple[tuple[int, ...], ...]

    def __str__(self) -> str:
        return f"accuracy {self.accuracy:.2%} on {self.n:,} images (95% interval {self.low:.2%} to {self.high:.2%})"


def score(predictions: Predictions, solution: Solution, usage: Usage | None = None) -> Score:
    """Score the images of `usage`, or all that are not Ignored.

    Raises ValueError where no image has that usage, or the predictions are not for this solution's Ids.
    """
    if not np.array_equal(predictions.ids, solution.ids):
        raise ValueError("the predictions were not read for the Ids of this solution")
    counted = solution.counted(usage)
    n = int(counted.sum())
    if n == 0:
        raise ValueError(f"no image of the solution has the usage {usage}")
    truth, called = solution.labels[counted], predictions.labels[counted]
    classes = max(solution.classes, int(predictions.labels.max()) + 1)
    table = _confusion(truth, called, classes)
    right = int(table.trace())
    low, high = wilson(right, n)
    recall = tuple(int(table[k, k]) / int(row) if row else None for k, row in enumerate(table.sum(axis=1)))
    return Score(right / n, low, high, n, recall, tuple(tuple(int(c) for c in row) for row in table))


def _confusion(truth: NDArray[np.int64], called: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    # Here and below numpy only: importing scikit-learn and scipy takes longer than all the rest of a scoring.
    return np.bincount(truth * classes + called, minlength=classes * classes).reshape(classes, classes)


def wilson(right: int, n: int) -> tuple[float, float]:
    """95% interval of a proportion by Wilson's score (Wilson 1927), which stays inside 0 to 1 for few images."""
    share = right / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return middle - half if right else 0.0, middle + half if right < n else 1.0
