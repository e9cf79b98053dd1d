"""A small comma-separated file read row by row, keeping the line number of each row."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong on one line of the file (the header is line 1), or with the whole file (None)."""

    line: int | None
    reason: str

    def __str__(self) -> str:
        return self.reason if self.line is None else f"line {self.line}: {self.reason}"


class FileProblem(ValueError):
    """A file that cannot be read as a table at all."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.problem = RowProblem(line, reason)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file and its cells in the order of the columns asked for."""

    line: int
    cells: tuple[str, ...]


def read_rows(source: Path | bytes, columns: Sequence[str], limit: int) -> Iterator[Row | RowProblem]:
    """Rows of a file or its content, which has exactly `columns` in any order and case; takes at most `limit` bytes.

    A byte-order mark, any line ending, quotes, blanks around cells, semicolons or tabs for commas and
    blank lines at the end are accepted. Raises FileProblem for what is not such a table.
    """
    lines = _lines(source, limit)
    delimiter = next((d for d in ";\t" if d in lines[0] and "," not in lines[0]), ",")
    order = _header(lines[0], delimiter, columns)
    return (_row(number, line, delimiter, order, columns) for number, line in enumerate(lines[1:], start=2))


def _lines(source: Path | bytes, limit: int) -> list[str]:
    data = source if isinstance(source, bytes) else _read(source, limit)
    if len(data) > limit:
        raise FileProblem(f"the file is larger than {limit // 1024:,} KB, which no table of this length needs")
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n ")
    if not text:
        raise FileProblem("the file is empty")
    return text.split("\n")


def _read(path: Path, limit: int) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileProblem("not a plain file")
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except FileNotFoundError:
        raise FileProblem("the file is missing") from None
    except OSError as error:
        raise FileProblem(f"the file cannot be read: {error.strerror}") from error


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileProblem("the file is UTF-16 text: save it as CSV in UTF-8")
    if data.startswith(b"PK\x03\x04"):
        raise FileProblem("the file is a zip archive or an Excel workbook: export it as CSV")
    if b"\0" in data:
        raise FileProblem("the file is binary, not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileProblem("not UTF-8 text: save the file as CSV in UTF-8", line) from error


def _header(line: str, delimiter: str, columns: Sequence[str]) -> list[int]:
    """Position of each of `columns` in the file."""
    wanted = [column.casefold() for column in columns]
    try:
        found = [cell.casefold() for cell in _split(line, delimiter)]
    except csv.Error:
        found = []
    if sorted(found) == sorted(wanted):
        return [found.index(column) for column in wanted]
    expected = ",".join(columns)
    if len(found) == len(wanted) and found[0].lstrip("-").isdigit():
        raise FileProblem(f"the header {expected} is missing", line=1)
    hint = " (pandas: to_csv(..., index=False))" if found[:1] == [""] and sorted(found[1:]) == sorted(wanted) else ""
    raise FileProblem(f"the header is {shown(line)}, expected {expected}{hint}", line=1)


def _split(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    rows = csv.reader([line.strip()], delimiter=delimiter, strict=True, skipinitialspace=True)
    return [cell.strip() for cell in next(rows)]


def _row(number: int, line: str, delimiter: str, order: list[int], columns: Sequence[str]) -> Row | RowProblem:
    if not line.strip():
        return RowProblem(number, "the line is empty")
    try:
        cells = _split(line, delimiter)
    except csv.Error:
        return RowProblem(number, f"the quotes in {shown(line)} do not match")
    if len(cells) != len(order):
        count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        return RowProblem(number, f"{count}, expected {len(order)}: {shown(line)}")
    wanted = tuple(cells[place] for place in order)
    if wanted[0].isalpha() and [cell.casefold() for cell in wanted] == [column.casefold() for column in columns]:
        return RowProblem(number, "the header comes a second time")
    return Row(number, wanted)


def shown(text: str) -> str:
    """`text` in quotes, control characters spelled out, at most 40 characters."""
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
