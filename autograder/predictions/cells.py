"""What one cell of a table of predictions may hold: an Id, or a label."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograder.predictions.table import shown

_WHOLE = re.compile(r"[+-]?[0-9]+")
_WHOLE_AS_FLOAT = re.compile(r"([+-]?[0-9]+)\.0*")
_NOTHING = {"nan", "na", "n/a", "null", "none", "inf", "-inf", "#n/a"}
# Longer than any Id; int() refuses 4,301 digits and would be slow before that.
_LONGEST = 12


class BadCell(ValueError):
    """A cell that does not hold what its column asks for; the text says why."""


def label_names(class_names: Sequence[str]) -> dict[str, int]:
    """Labels by class name, whatever its case."""
    return {name.casefold(): label for label, name in enumerate(class_names)}


def parse_id(cell: str) -> int:
    """A whole number. Raises BadCell."""
    return _whole("Id", cell)


def parse_label(cell: str, classes: int, names: Mapping[str, int]) -> int:
    """A whole number from 0 to classes - 1, or a name in `names`. Raises BadCell."""
    if cell.casefold() in names:
        return names[cell.casefold()]
    label = _whole("Label", cell, or_name=bool(names))
    if not 0 <= label < classes:
        raise BadCell(f"Label {label} is outside 0 to {classes - 1}")
    return label


def _whole(column: str, cell: str, or_name: bool = False) -> int:
    if _WHOLE.fullmatch(cell):
        if len(cell) > _LONGEST:
            raise BadCell(f"{column} {shown(cell)} is far too large")
        return int(cell)
    if not cell:
        raise BadCell(f"{column} is empty")
    if cell.casefold() in _NOTHING:
        raise BadCell(f"{column} is {cell}, not a number")
    as_float = _WHOLE_AS_FLOAT.fullmatch(cell)
    if as_float:
        raise BadCell(f"{column} {shown(cell)} is not a whole number: write {as_float[1][:_LONGEST]}")
    raise BadCell(
        f"{column} {shown(cell)} is {'neither a whole number nor a class' if or_name else 'not a whole number'}"
    )
