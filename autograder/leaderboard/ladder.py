"""The Ladder: a public score that hundreds of submissions cannot climb on noise.

Blum and Hardt, "The Ladder: A Reliable Leaderboard for Machine Learning Competitions" (ICML 2015), section 4,
the form without parameters: a submission's score is released only if it beats the best one so far by more than the
standard error of the difference between the two; otherwise the earlier score is shown again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Rung:
    """Where a participant stands: the score released, and whether this submission is the one it belongs to."""

    shown: float
    climbed: bool


def climb(right: Right, best: Right | None, shown: float | None) -> Rung:
    """Decide on a new submission.

    right: which images it labels correctly, shape (n,); best: the same of the submission on the present rung,
    shown: that rung's score; both None before the first.
    """
    n = len(right)
    accuracy = float(right.mean())
    if best is None or shown is None:
        return Rung(_rounded(accuracy, n), climbed=True)
    differences = right.astype(np.float64) - best.astype(np.float64)
    step = float(differences.std(ddof=1)) / math.sqrt(n) if n > 1 else 0.0
    if accuracy > shown + step:
        return Rung(_rounded(accuracy, n), climbed=True)
    return Rung(shown, climbed=False)


def _rounded(accuracy: float, n: int) -> float:
    """To a multiple of 1/n, as in the paper."""
    return round(accuracy * n) / n
