"""The parts of a finished hold-out, in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Part:
    """Images uint8 (n, 32, 32, 3) and their new labels int64 (n,)."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, eq=False)
class Parts:
    """What students train on, and the test, whose labels and `usage` (Public, Private) stay hidden.

    An image's Id is its place in `test`.
    """

    train: Part
    validation: Part
    test: Part
    usage: NDArray[np.str_]
    class_names: tuple[str, ...]

    def solution_text(self) -> str:
        """The solution file `Id,Label,Usage`."""
        rows = zip(self.test.labels.tolist(), self.usage.tolist(), strict=True)
        return "Id,Label,Usage\n" + "".join(f"{i},{label},{usage}\n" for i, (label, usage) in enumerate(rows))

    def sample_text(self) -> str:
        """A valid predictions.csv that knows nothing: the labels in turn."""
        return "Id,Label\n" + "".join(f"{i},{i % len(self.class_names)}\n" for i in range(len(self.test)))
