"""How sure an accuracy is, and whether two of them differ."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrik  # scipy.stats takes half a second to import

ALPHA = 0.05


def bootstrap_interval(right: NDArray[np.bool_]) -> tuple[float, float]:
    """95% percentile bootstrap interval of the accuracy on n images, shape (n,) (Efron and Tibshirani 1993, 13.3).

    Resampling n zeros and ones with replacement gives a Binomial(n, accuracy) count of ones, so the quantiles of
    infinitely many resamples are computed rather than drawn.
    """
    n, share = len(right), float(right.mean())
    if share in (0.0, 1.0):
        return share, share
    return _quantile(ALPHA / 2, n, share) / n, _quantile(1 - ALPHA / 2, n, share) / n


def _quantile(q: float, n: int, share: float) -> int:
    """The smallest count whose binomial distribution function reaches q."""
    count = math.ceil(float(bdtrik(q, n, share)))
    return count - 1 if count > 0 and bdtr(count - 1, n, share) >= q else count


def better(right: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which participant is better than which, beyond chance, on the same n images.

    right: (participants, n). Returns (participants, participants): [i, j] where i beats j in the exact paired test
    of McNemar (1947), two-sided at 5%: of the images that only one of the two has right, more than luck are i's.
    """
    hits = right.astype(np.float32)
    only = np.rint(hits @ (1 - hits).T).astype(np.int64)  # [i, j]: i right, j wrong
    discordant = only + only.T
    p = np.minimum(1.0, 2 * bdtr(np.minimum(only, only.T), np.maximum(discordant, 1), 0.5))
    p[discordant == 0] = 1.0
    beats: NDArray[np.bool_] = (p < ALPHA) & (only > only.T)
    return beats
