"""Participants in order of accuracy, with intervals, ties beyond which nothing can be said, and recall a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from autograder.leaderboard.statistics import better, bootstrap_interval
from autograder.predictions.solution import Solution, Usage


@dataclass(frozen=True, eq=False)
class Entry:
    """What stands for a participant: labels int64 (n,) in the order of the solution's Ids.

    shown: the accuracy to rank by where it is not the one of these labels (the Ladder's).
    """

    name: str
    labels: NDArray[np.int64]
    submissions: int = 1
    shown: float | None = None


@dataclass(frozen=True)
class Standing:
    """A line of the board.

    place: 1 for the best, shared by equal accuracies; first, last: the places that the paired tests leave open (one
    more than the number of participants who are better beyond chance; all less those who are worse).
    """

    place: int
    first: int
    last: int
    name: str
    accuracy: float
    low: float
    high: float
    submissions: int
    recall: tuple[float | None, ...]

    @property
    def tied(self) -> bool:
        """Whether the tests leave more than one place open."""
        return self.first != self.last

    def without_recall(self) -> Standing:
        """The same line, saying nothing of single classes."""
        return replace(self, recall=())


def rank(entries: Sequence[Entry], solution: Solution, usage: Usage | None) -> list[Standing]:
    """Standings on the images of `usage` (all that count for None), best first; equal ones by name."""
    if not entries:
        return []
    counted = solution.counted(usage)
    truth = solution.labels[counted]
    right = np.stack([entry.labels[counted] == truth for entry in entries])
    shown = [float(row.mean()) if e.shown is None else e.shown for e, row in zip(entries, right, strict=True)]
    beats = better(right)
    standings = []
    for index in sorted(range(len(entries)), key=lambda i: (-shown[i], entries[i].name.casefold())):
        standings.append(
            Standing(
                place=1 + sum(other > shown[index] for other in shown),
                first=1 + int(beats[:, index].sum()),
                last=len(entries) - int(beats[index].sum()),
                name=entries[index].name,
                accuracy=shown[index],
                low=(interval := bootstrap_interval(right[index]))[0],
                high=interval[1],
                submissions=entries[index].submissions,
                recall=_recall(right[index], truth, solution.classes),
            )
        )
    return standings


def _recall(right: NDArray[np.bool_], truth: NDArray[np.int64], classes: int) -> tuple[float | None, ...]:
    return tuple(float(right[truth == k].mean()) if (truth == k).any() else None for k in range(classes))
