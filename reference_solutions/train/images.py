"""A data set in memory: images as bytes, with labels or with ids."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from reference_solutions.train.networks import Network, images_in_words
from reference_solutions.train.unusable import UnusableInput

CLASSES = 10
Pixels = NDArray[np.uint8]
# Called with what is done and what there is to do.
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Labelled:
    """images: uint8 (n, H, W, C); labels: int64 (n,), 0 to 9."""

    images: Pixels
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, which: NDArray[np.int64]) -> Labelled:
        """The images of these numbers."""
        return Labelled(self.images[which], self.labels[which])


@dataclass(frozen=True)
class Unlabelled:
    """images: uint8 (n, H, W, C); ids: what predictions.csv calls them."""

    images: Pixels
    ids: list[int]


@dataclass(frozen=True)
class DataSet:
    """Training images and what else the source has; `place` is where it was read from."""

    place: str
    train: Labelled
    validation: Labelled | None = None
    test: Labelled | None = None
    unlabelled: Unlabelled | None = None

    def check(self, network: Network, model: str) -> None:
        """Raise UnusableInput unless the network takes these images, and there are ten classes of them."""
        for part in (self.train, self.validation, self.test, self.unlabelled):
            if part is not None and part.images.shape[1:] != (network.size, network.size, network.channels):
                found = images_in_words(*part.images.shape[1:])
                raise UnusableInput(f"{self.place} holds {found}, but {model} takes {network.images}")
        for part in (self.train, self.validation, self.test):
            if part is not None and set(np.unique(part.labels)) - set(range(CLASSES)):
                raise UnusableInput(f"{self.place}: labels must be 0 to {CLASSES - 1}")
        present = len(np.unique(self.train.labels))
        if present != CLASSES:
            raise UnusableInput(f"{self.place}: training images of {present} classes, expected {CLASSES}")

    def with_validation(self, share: float, seed: int) -> DataSet:
        """Hold out `share` of the training images at random where there are no validation images."""
        if self.validation is not None or not share:
            return self
        order = torch.randperm(len(self.train), generator=torch.Generator().manual_seed(seed)).numpy()
        held = round(share * len(self.train))
        return replace(self, train=self.train.take(order[held:]), validation=self.train.take(order[:held]))

    def fingerprint(self) -> str:
        """Hash of the training images and labels."""
        digest = hashlib.sha256(np.ascontiguousarray(self.train.images))
        digest.update(self.train.labels.tobytes())
        return digest.hexdigest()[:16]
