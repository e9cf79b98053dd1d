"""Names of students and of files: which are safe, and which file was probably meant to be which."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from autograder.grading.entries import shown

_SAFE = re.compile(r"\w[\w.@+=, -]{0,98}\w|\w")
_COPY = re.compile(r"(\s*\(\d+\)|[ _-]+copy(\s*\(?\d+\)?)?|[ _-]+\d+|[ _-]+(final|new|v\d+))+$")


def safe_student(name: str) -> str:
    """`name` if it can name a file in the results, else something similar that can."""
    if _SAFE.fullmatch(name):
        return name
    mark = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    kept = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:60].strip("_-")
    return f"{kept or 'student'}_{mark}"


def misnamed(expected: Sequence[str], found: Iterable[PurePosixPath]) -> Iterator[str]:
    """A sentence for each file that looks like an expected one under another name or in another folder."""
    expected_by_shape = {_shape(name): name for name in expected}
    present = {str(path) for path in found}
    for path in sorted(present - set(expected)):
        wanted = expected_by_shape.get(_shape(PurePosixPath(path).name))
        if wanted is not None and wanted in present:
            yield f"{shown(path)} was left out; {wanted} is graded"
        elif wanted is not None:
            yield f"{shown(path)} was found, but {wanted} is expected; it is not graded under this name"


def near_misses(name: str, found: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """Files that are probably meant to be `name`: under another name, in other case, or in a folder."""
    return sorted(path for path in found if str(path) != name and _shape(path.name) == _shape(name))


def _shape(name: str) -> str:
    """A file's name without what browsers, editors and habits do to it."""
    name = name.lower()
    while name.endswith((".txt", ".py.py", ".ipynb.ipynb", ".csv.csv")):
        name = name.rpartition(".")[0]
    stem, _, ending = name.rpartition(".")
    return f"{re.sub(r'[ _-]+', '', _COPY.sub('', stem))}.{ending}"
