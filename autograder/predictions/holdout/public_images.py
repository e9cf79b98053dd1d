"""A labelled public data set in memory, from which hold-outs are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 32


class HoldOutError(ValueError):
    """A hold-out that cannot be built; the text says what was wrong and what to do."""


@dataclass(frozen=True, eq=False)
class PublicImages:
    """A labelled public data set: images uint8 (n, 32, 32, 3) RGB, labels int64 (n,).

    `validation` and `test` are the shares of each class that a hold-out gives to those parts.
    """

    name: str
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    validation: float = 1 / 12
    test: float = 1 / 6
