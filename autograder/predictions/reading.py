"""predictions.csv read strictly: every row has to be right before any is scored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.cells import BadCell, label_names, parse_id, parse_label
from autograder.predictions.table import FileProblem, Row, RowProblem, read_rows

COLUMNS = ("Id", "Label")
SHOWN = 20
_PLAIN = re.compile(rb"Id,Label\n(?:[0-9]{1,9},[0-9]{1,3}\n)+")
GENERIC_CLASSES = tuple(f"class_{label}" for label in range(10))


@dataclass(frozen=True, eq=False)
class Predictions:
    """One label for every test image: `ids` and `labels`, int64 of shape (n,), in the order asked for."""

    ids: NDArray[np.int64]
    labels: NDArray[np.int64]


class InvalidPredictions(ValueError):
    """A file of which nothing is scored; `problems` holds all that is wrong, in order of the file's lines."""

    def __init__(self, name: str, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems):,} problems"
        more = f", the first {SHOWN}" if len(self.problems) > SHOWN else ""
        lines = "".join(f"\n  {problem}" for problem in self.problems[:SHOWN])
        super().__init__(f"{name} is not valid, nothing was scored. {count}{more}:{lines}")


def read_predictions(
    source: Path | bytes, expected_ids: Iterable[int], class_names: Sequence[str] = GENERIC_CLASSES
) -> Predictions:
    """Labels for exactly `expected_ids`, in that order, from a file or its content.

    Labels are whole numbers from 0 to len(class_names) - 1, or class names. Raises InvalidPredictions
    listing every row that is wrong, every Id that is missing, and files that are not such a table.
    """
    expected = np.fromiter(expected_ids, dtype=np.int64)
    wanted = dict.fromkeys(expected.tolist())
    name = "predictions.csv" if isinstance(source, bytes) else source.name
    plain = _plain_labels(source, expected, class_names)
    if plain is not None:
        return Predictions(expected, plain)
    reader = _Reader(wanted, class_names)
    try:
        for row in read_rows(source, COLUMNS, most_bytes(len(wanted))):
            reader.take(row)
    except FileProblem as error:
        raise InvalidPredictions(name, [error.problem]) from None
    missing = [RowProblem(None, f"Id {i} is missing") for i in wanted if i not in reader.line_of]
    if reader.problems or missing:
        raise InvalidPredictions(name, reader.problems + missing)
    labels = np.array([reader.labels[i] for i in wanted], dtype=np.int64)
    return Predictions(expected, labels)


def most_bytes(images: int) -> int:
    """The largest predictions.csv that is read for a test of `images` images."""
    # 64 bytes hold any Id and class name with room to spare; the rest is for the smallest test sets.
    return 65_536 + 64 * images


def _plain_labels(
    source: Path | bytes, expected: NDArray[np.int64], class_names: Sequence[str]
) -> NDArray[np.int64] | None:
    """Labels of a valid file in the plainest form, read at once; None for all others, which are read row by row.

    Most files are such, and twenty times as many of them can be scored in a second.
    """
    try:
        if not isinstance(source, bytes) and (
            not source.is_file() or source.stat().st_size > most_bytes(len(expected))
        ):
            return None
        data = source if isinstance(source, bytes) else source.read_bytes()
    except OSError:
        return None
    if len(data) > most_bytes(len(expected)) or not _PLAIN.fullmatch(data) or any(n.isdecimal() for n in class_names):
        return None
    numbers = np.fromstring(data[len("Id,Label\n") :].replace(b"\n", b",").decode(), dtype=np.int64, sep=",")
    ids, labels = numbers[0::2], numbers[1::2]
    order, wanted = np.argsort(ids, kind="stable"), np.argsort(expected, kind="stable")
    if (
        len(ids) != len(expected)
        or not np.array_equal(ids[order], expected[wanted])
        or labels.max() >= len(class_names)
    ):
        return None
    found = np.empty_like(labels)
    found[wanted] = labels[order]
    return found


class _Reader:
    """Labels and problems collected row by row."""

    def __init__(self, wanted: dict[int, None], class_names: Sequence[str]) -> None:
        self.labels: dict[int, int] = {}
        self.line_of: dict[int, int] = {}
        self.problems: list[RowProblem] = []
        self._wanted = wanted
        self._classes = len(class_names)
        self._names = label_names(class_names)

    def take(self, row: Row | RowProblem) -> None:
        if isinstance(row, RowProblem):
            self.problems.append(row)
            return
        reasons = []
        try:
            identity = self._identity(row)
        except BadCell as bad:
            identity, reasons = -1, [str(bad)]
        try:
            self.labels[identity] = parse_label(row.cells[1], self._classes, self._names)
        except BadCell as bad:
            reasons.append(str(bad))
        if reasons:
            self.problems.append(RowProblem(row.line, "; ".join(reasons)))

    def _identity(self, row: Row) -> int:
        identity = parse_id(row.cells[0])
        if identity not in self._wanted:
            raise BadCell(f"Id {identity} is not in the test set")
        first = self.line_of.setdefault(identity, row.line)
        if first != row.line:
            raise BadCell(f"Id {identity} was already given on line {first}")
        return identity
