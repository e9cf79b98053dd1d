"""A notebook file read as JSON: assignments from its code cells, explanations from its markdown cells."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.answers.explanations import explanations_in
from autograder.answers.given import Assignment, Findings
from autograder.answers.literals import assignments

# A notebook with a dozen plots is 1 to 3 MB; JSON of this size stays under 1 GB when parsed.
MAX_BYTES = 20 * 2**20


class Unreadable(ValueError):
    """A file that holds no answers; the text names it and says what to do."""


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    """Text of a regular UTF-8 file of at most `limit` bytes. Raises Unreadable naming the file."""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise Unreadable(f"{path.name} is not a plain file")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise Unreadable(f"{path.name} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise Unreadable(f"{path.name} is larger than {limit // 2**20} MB: clear its outputs and save it again")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is not UTF-8 text: save it again with that encoding") from error


def read_notebook(path: Path) -> Findings:
    """What the notebook answers. Never raises: what cannot be read is listed in `problems`."""
    try:
        cells = _cells(path)
    except Unreadable as problem:
        return Findings(problems=(str(problem),))
    found: list[Assignment] = []
    explanations: dict[str, str] = {}
    for number, kind, source, metadata in cells:
        if kind == "code":
            found += assignments(source, f"{path.name}, cell {number}")
        elif kind == "markdown":
            explanations |= explanations_in(source, metadata)
    return Findings(tuple(found), explanations)


def _cells(path: Path) -> list[tuple[int, str, str, dict[str, Any]]]:
    text = read_text(path)
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        why = "is empty" if not text.strip() else f"is not a notebook: line {error.lineno}: {error.msg}"
        raise Unreadable(f"{path.name} {why}") from error
    except (RecursionError, ValueError) as error:
        raise Unreadable(f"{path.name} is not a notebook: its JSON is nested too deeply or out of range") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable(f"{path.name} is not a notebook of format 4: open it in Jupyter and save it again")
    return list(_readable(cells))


def _readable(cells: list[Any]) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            continue
        source, metadata = cell.get("source"), cell.get("metadata")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if isinstance(source, str):
            yield number, str(cell.get("cell_type")), source, metadata if isinstance(metadata, dict) else {}
