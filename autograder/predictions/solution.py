"""The hidden labels of a test set, on the instructor's side only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.cells import BadCell, parse_id, parse_label
from autograder.predictions.table import FileProblem, Row, RowProblem, read_rows

COLUMNS = ("Id", "Label", "Usage")
Usage = Literal["Public", "Private", "Ignored"]
USAGES = frozenset(get_args(Usage))
MAX_BYTES = 64 * 2**20
MAX_CLASSES = 1000


class InvalidSolution(ValueError):
    """A solution file that cannot be used; the text names the file, the line and what is wrong."""


@dataclass(frozen=True, eq=False)
class Solution:
    """Hidden labels: `ids` and `labels` int64, `usage` one of Public, Private, Ignored; all of shape (n,)."""

    ids: NDArray[np.int64]
    labels: NDArray[np.int64]
    usage: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def classes(self) -> int:
        """Number of classes, taken from the largest label."""
        return int(self.labels.max()) + 1

    def counted(self, usage: Usage | None = None) -> NDArray[np.bool_]:
        """Which images count for `usage`, shape (n,): Public and Private together for None."""
        wanted = ["Public", "Private"] if usage is None else [usage]
        return np.isin(self.usage, wanted)


def read_solution(path: Path) -> Solution:
    """The solution file `Id,Label,Usage`. Raises InvalidSolution naming the first line that is wrong."""
    try:
        rows = [_entry(row) for row in read_rows(path, COLUMNS, MAX_BYTES)]
    except FileProblem as error:
        raise InvalidSolution(f"{path}: {error.problem}") from None
    except _BadRow as error:
        raise InvalidSolution(f"{path}: {error.args[0]}") from None
    if not rows:
        raise InvalidSolution(f"{path}: no row below the header")
    identity, times = Counter(row[0] for row in rows).most_common(1)[0]
    if times > 1:
        raise InvalidSolution(f"{path}: Id {identity} is given {times} times")
    if all(row[2] == "Ignored" for row in rows):
        raise InvalidSolution(f"{path}: every row is Ignored, so nothing can be scored")
    ids, labels, usage = zip(*rows, strict=True)
    return Solution(np.array(ids, np.int64), np.array(labels, np.int64), np.array(usage))


class _BadRow(Exception):
    """Carries the RowProblem of the first bad row."""


def _entry(row: Row | RowProblem) -> tuple[int, int, str]:
    if isinstance(row, RowProblem):
        raise _BadRow(row)
    try:
        usage = row.cells[2].capitalize()
        if usage not in USAGES:
            raise BadCell(f"Usage {row.cells[2]!r} is not Public, Private or Ignored")
        return parse_id(row.cells[0]), parse_label(row.cells[1], MAX_CLASSES, {}), usage
    except BadCell as bad:
        raise _BadRow(RowProblem(row.line, str(bad))) from None
