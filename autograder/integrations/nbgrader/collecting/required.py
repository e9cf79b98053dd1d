"""Which files a homework asks for, and which of them a submission lacks. Imports nothing heavy before it is needed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

PREDICTIONS = "predictions.csv"


def required_files(rubric: Path, released: Path | None = None) -> tuple[str, ...]:
    """Notebooks and modules of the rubric, predictions.csv where it is graded, and the released notebooks.

    Either file or folder may be missing; a course without a rubric asks for its notebooks only.
    """
    names: dict[str, None] = {}
    if rubric.is_file():
        content = tomllib.loads(rubric.read_text(encoding="utf-8"))
        names |= dict.fromkeys(f"{notebook}.ipynb" for notebook in content["assignment"].get("notebooks", ()))
        names |= dict.fromkeys(f"{module}.py" for module in content["assignment"]["modules"])
        if any(check.get("kind") == "predictions" for check in _checks(content)):
            names[PREDICTIONS] = None
    if released is not None and released.is_dir():
        names |= dict.fromkeys(sorted(path.name for path in released.glob("*.ipynb")))
    return tuple(names)


def missing_in_folder(folder: Path, required: Sequence[str]) -> list[str]:
    """One line for each file that nbgrader would not find in `folder`, with the file that may be meant for it."""
    if all((folder / name).is_file() for name in required):
        return []
    from autograder.grading.folders import list_folder  # imports torch, which nbgrader's other commands do without

    return list(missing_lines([entry.path for entry in list_folder(folder).entries], required))


def missing_lines(found: Sequence[PurePosixPath], required: Sequence[str]) -> Iterator[str]:
    """One line for each required file that is not found."""
    from autograder.grading.entries import shown
    from autograder.grading.naming import near_misses

    for name in required:
        if PurePosixPath(name) in found:
            continue
        near = [shown(str(path)) for path in near_misses(name, found)]
        told = f"; there is {' and '.join(near[:3])}, which is not graded under that name" if near else ""
        yield f"{name} is missing{told}"


def _checks(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for problem in content.get("problem", ()):
        yield from problem.get("check", ())
