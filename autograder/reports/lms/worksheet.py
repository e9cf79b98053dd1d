"""A CSV file of which single cells are changed and every other byte stays as it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

BOM = "\ufeff"
_DELIMITERS = ",;\t"


class WorksheetError(ValueError):
    """A worksheet that cannot be used; the text names the file and what is wrong with it."""


class Worksheet:
    """Rows of a CSV file with the quoting, line ends and byte-order mark that it came with.

    The first record is the header; rows count from 0 below it.
    """

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._bom = BOM if text.startswith(BOM) else ""
        text = text.removeprefix(BOM)
        first = {d: len(_record(text, 0, d)[0]) for d in _DELIMITERS}
        self.delimiter = max(_DELIMITERS, key=lambda d: first[d])
        self._raw: list[list[str]] = []
        self._ends: list[str] = []
        at = 0
        while at < len(text):
            cells, end, at = _record(text, at, self.delimiter)
            self._raw.append(cells)
            self._ends.append(end)
        if not self._raw:
            raise WorksheetError(f"{name} is empty")

    @classmethod
    def read(cls, path: Path) -> Worksheet:
        """Read a UTF-8 file, with or without byte-order mark. Raises WorksheetError."""
        try:
            return cls(path.read_bytes().decode("utf-8"), path.name)
        except OSError as error:
            raise WorksheetError(f"{path} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise WorksheetError(f"{path} is not UTF-8 text: export it again, or save it as 'CSV UTF-8'") from None

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return [_value(cell) for cell in self._raw[0]]

    @property
    def size(self) -> int:
        """Number of rows below the header."""
        return len(self._raw) - 1

    def is_blank(self, row: int) -> bool:
        """Whether a row holds nothing."""
        return not any(_value(cell) for cell in self._raw[row + 1])

    def column(self, name: str) -> int | None:
        """Index of the column called `name`, whatever its case; None where there is none."""
        names = [title.casefold() for title in self.header]
        return names.index(name.casefold()) if name.casefold() in names else None

    def get(self, row: int, name: str) -> str:
        """A cell's text; empty where there is no such column or cell."""
        column = self.column(name)
        return "" if column is None else self.cell(row, column)

    def cell(self, row: int, column: int) -> str:
        """A cell's text; empty where the row is too short."""
        cells = self._raw[row + 1]
        return _value(cells[column]) if column < len(cells) else ""

    def put(self, row: int, column: int, text: str) -> None:
        """Change one cell; it keeps its quotes where it had some."""
        cells = self._raw[row + 1]
        cells += [""] * (column + 1 - len(cells))
        quoted = cells[column].startswith('"') or re.search(rf'["\r\n{self.delimiter}]', text)
        cells[column] = '"' + text.replace('"', '""') + '"' if quoted else text

    @property
    def text(self) -> str:
        """The whole file; encoded as UTF-8 it is what was read, but for the cells that were changed."""
        lines = (self.delimiter.join(cells) + end for cells, end in zip(self._raw, self._ends))
        return self._bom + "".join(lines)


def need(sheet: Worksheet, columns: Sequence[str], advice: str) -> None:
    """Raise WorksheetError unless the sheet has all `columns`."""
    lacking = [name for name in columns if sheet.column(name) is None]
    if lacking:
        raise WorksheetError(f"{sheet.name} has no column {', '.join(map(repr, lacking))}: {advice}")


def _record(text: str, at: int, delimiter: str) -> tuple[list[str], str, int]:
    """The cells of the record that starts at `at`, as they stand, its line end, and where the next one starts."""
    cell = re.compile(rf'("[^"]*(?:""[^"]*)*"[^{delimiter}\r\n]*|[^{delimiter}\r\n]*)({delimiter}|\r\n|\n|\r|\Z)')
    cells: list[str] = []
    while True:
        match = cell.match(text, at)
        assert match is not None, "the pattern takes anything"
        cells.append(match[1])
        at = match.end()
        if match[2] != delimiter:
            return cells, match[2], at


def _value(raw: str) -> str:
    stripped = raw.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] == '"':
        return stripped[1:-1].replace('""', '"').strip()
    return stripped
