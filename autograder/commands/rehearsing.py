"""`autograder rehearse`: the notebooks run on the reference, for the instructor to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter

from autograder.commands.unusable import UnusableInput
from autograder.grading.homework import find_homework
from autograder.release.rehearsal import rehearse
from autograder.release.rehearsed import Rehearsed
from autograder.release.snapshots import public_checks


def rehearse_homework(homework: str, out: Path) -> int:
    """Run the notebooks in the new folder `out` and write NAME.ipynb and NAME.html; print what is wrong."""
    found = find_homework(homework)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UnusableInput(f"{out} is not an empty folder: remove it, or name another --out")
    done = []
    for one in rehearse(found, out.resolve()):
        done.append(one)
        _write(one, out)
        print(f"{one.name}: {one.seconds:.0f} s, {'stopped' if one.error else 'finished'}: {out / one.name}.html")
    seen = {check for one in done for check in one.outcomes}
    wrong = [line for one in done for line in one.problems()]
    wrong += [
        f"{check.id}: no notebook shows this public check" for check in public_checks(found) if check.id not in seen
    ]
    print("\n".join(wrong) or f"{len(seen)} public checks passed, every figure is there")
    return 1 if wrong else 0


def _write(one: Rehearsed, out: Path) -> None:
    (out / f"{one.name}.ipynb").write_text(nbformat.writes(one.notebook), encoding="utf-8")
    exporter: Any = HTMLExporter
    page, _ = exporter().from_notebook_node(one.notebook)
    (out / f"{one.name}.html").write_text(page, encoding="utf-8")
