"""The notebook side of a student kit: a test cell shows what pytest says about the same check."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from autograder.checks.engine.public_session import CHECKS, PublicSession


def show(name: str, root: Path | None = None) -> float | None:
    """Print how the public check called `name`, or each public check of that problem, fares on the files as saved.

    root: the homework's folder, by default the current one. Hidden checks are named as graded later.
    The value is for nbgrader's Validate button, which takes a cell that ends in a number below its points
    as failed: 0.0 when something is not passed, None otherwise. No grade is made of it.
    """
    folder = (root or Path.cwd()).resolve()
    if not (folder / CHECKS).is_file():
        print(f"{CHECKS.as_posix()} is missing: open this notebook from the homework's own folder")
        return 0.0
    with _undisturbed(folder):
        session = PublicSession(folder)
        chosen = [c for c in session.checks if name in (c.id, c.problem)]
        if not chosen:
            print(f"{name}: graded after you hand in")
            return None
        outcomes = [(check, session.outcome(check)) for check in chosen]
    for check, outcome in outcomes:
        print(f"{check.title} ({check.id}): {outcome.status}")
        if outcome.text:
            print(outcome.text)
    return None if all(outcome.status == "passed" for _, outcome in outcomes) else 0.0


@contextmanager
def _undisturbed(root: Path) -> Iterator[None]:
    """Leave the kernel's modules, import path, random state and number of threads as they were.

    A student's classes must stay those that sys.modules knows, or a loader's workers cannot unpickle them.
    """
    names = [path.stem for path in root.glob("*.py")]
    modules = {name: sys.modules[name] for name in names if name in sys.modules}
    path, threads = list(sys.path), torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        torch.set_num_threads(threads)
        sys.path[:] = path
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(modules)
