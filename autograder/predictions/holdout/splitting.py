"""Who gets which image: stratified shares of a class for training, validation and the hidden test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.holdout.keyed import Keyed
from autograder.predictions.holdout.public_images import HoldOutError

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Split:
    """Indices into the public data set, each in a random order; the test's order is the Ids' order."""

    train: Indices
    validation: Indices
    test: Indices


def split(labels: NDArray[np.int64], validation: float, test: float, keyed: Keyed) -> Split:
    """Divide the images of every class in the same shares. Raises HoldOutError for a class of under 4."""
    parts: list[list[Indices]] = [[], [], []]
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 4:
            raise HoldOutError(f"class {label} has {len(members)} images; a hold-out needs 4 or more of each class")
        members = members[keyed.order(f"split {label}", len(members))]
        hidden = max(2, round(len(members) * test))
        kept = max(1, round(len(members) * validation))
        for part, chosen in zip(parts, np.split(members, [len(members) - hidden - kept, len(members) - hidden])):
            part.append(chosen)
    return Split(*(_mixed(part, f"order {name}", keyed) for part, name in zip(parts, ("train", "validation", "test"))))


def _mixed(parts: list[Indices], purpose: str, keyed: Keyed) -> Indices:
    joined = np.concatenate(parts)
    return joined[keyed.order(purpose, len(joined))]


def usages(labels: NDArray[np.int64], keyed: Keyed) -> NDArray[np.str_]:
    """Public or Private for every test image, half of each class (the odd one Private)."""
    usage = np.full(len(labels), "Private")
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        usage[members[keyed.order(f"usage {label}", len(members))][: len(members) // 2]] = "Public"
    return usage
