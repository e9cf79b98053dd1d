"""Signs of copying and of looked-up labels, with their numbers, for the instructor to look into; never a grade."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from autograder.leaderboard.ranking import Entry
from autograder.predictions.solution import Solution

# Independent networks agree on some wrong labels of hard images; a pair is a sign where it shares most of its errors,
# and so many more than pairs of this class usually do.
LEAST_SHARED = 0.6
DEVIATIONS = 6.0
LEAST_ERRORS = 8
# Images that at most this share of the others label correctly; who is right on most of them may know the labels.
HARD = 0.25
# Whoever the hard images were picked by has up to even chances there; so unlikely must the number of right ones be.
UNLIKELY = 1e-5


def signs(entries: Sequence[Entry], solution: Solution) -> list[str]:
    """A sentence a sign, over all images that count."""
    if len(entries) < 2:
        return []
    counted = solution.counted()
    truth = solution.labels[counted]
    labels = np.stack([entry.labels[counted] for entry in entries])
    names = [entry.name for entry in entries]
    return [*_duplicates(labels, names), *_shared_errors(labels, truth, names), *_hard_ones(labels == truth, names)]


def _duplicates(labels: NDArray[np.int64], names: Sequence[str]) -> Iterator[str]:
    groups: dict[bytes, list[str]] = {}
    for row, name in zip(labels, names, strict=True):
        groups.setdefault(row.tobytes(), []).append(name)
    for same in groups.values():
        if len(same) > 1:
            yield f"{' and '.join(same)} handed in the same {labels.shape[1]:,} labels."


def shared_errors(labels: NDArray[np.int64], truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """[i, j]: of i's or j's wrong images, whichever are fewer, the share where both give the same wrong label.

    labels: (participants, n); nan where one of the two makes fewer than LEAST_ERRORS errors.
    """
    wrong = labels != truth
    errors = wrong.sum(axis=1)
    both = np.zeros((len(labels), len(labels)))
    for label in np.unique(labels):
        given = ((labels == label) & wrong).astype(np.float32)
        both += given @ given.T
    fewer = np.minimum.outer(errors, errors).astype(np.float64)
    fewer[fewer < LEAST_ERRORS] = np.nan
    shares: NDArray[np.float64] = both / fewer
    return shares


def _shared_errors(labels: NDArray[np.int64], truth: NDArray[np.int64], names: Sequence[str]) -> Iterator[str]:
    shared = shared_errors(labels, truth)
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names)) if np.isfinite(shared[i, j])]
    if not pairs:
        return
    values = np.array([shared[i, j] for i, j in pairs])
    usual = float(np.median(values))
    spread = max(1.4826 * float(np.median(np.abs(values - usual))), 0.02)
    for (i, j), value in zip(pairs, values, strict=True):
        if value >= LEAST_SHARED and value > usual + DEVIATIONS * spread and (labels[i] != labels[j]).any():
            yield (
                f"{names[i]} and {names[j]} make the same mistakes: {value:.0%} of the errors are shared with the same "
                f"wrong label; pairs of this class usually share {usual:.0%} (spread {spread:.0%})."
            )


def _hard_ones(right: NDArray[np.bool_], names: Sequence[str]) -> Iterator[str]:
    if len(names) < 4:
        return
    for i, name in enumerate(names):
        others = np.delete(right, i, axis=0).mean(axis=0)
        hard = others <= HARD
        known, of = int(right[i, hard].sum()), int(hard.sum())
        if known and bdtrc(known - 1, of, 0.5) < UNLIKELY:
            yield (
                f"{name} is right on {known} of {of} images that at most "
                f"{HARD:.0%} of the others label correctly: were labels looked up?"
            )
