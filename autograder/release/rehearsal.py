"""Runs a homework's notebooks on the reference and small data, in order, as a student who has finished would.

assignment/HW/rehearsal.toml says how:

    most = 400                  # images that each part of the data keeps; all of them when left out
    [data]
    images = "data"             # train/CLASS/*.png, val/CLASS/*.png and test/*.png in the folder data
    fashion-mnist = "fashion"   # FashionMNIST's four .gz files in the folder fashion
    [settings]
    EPOCHS = 1                  # replaces the value in every cell tagged `settings` that assigns EPOCHS
    [settings.notebook-name]
    EPOCHS = 2                  # for one notebook
"""

from __future__ import annotations

import ast
import os
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from autograder.grading.homework import Homework
from autograder.grading.sources import stage
from autograder.release.kit import ReleaseError, kit_files
from autograder.release.rehearsal_data import SOURCES
from autograder.release.rehearsed import Rehearsed, cell_name
from autograder.release.template import write_files

PLAN = "rehearsal.toml"
# A cell that trains for the rehearsal takes seconds; this ends one that waits for something.
CELL_SECONDS = 280
# Whatever the environment says here, figures belong into the notebook.
INLINE_FIGURES = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}


class CannotRehearse(ReleaseError):
    """rehearsal.toml cannot be followed; the text names the file and the key."""


@dataclass(frozen=True)
class Plan:
    """What rehearsal.toml says: data by folder, and settings for all notebooks and for single ones."""

    data: Mapping[str, str] = field(default_factory=dict)
    most: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    by_notebook: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_plan(homework: Homework) -> Plan:
    """The homework's rehearsal.toml. Raises CannotRehearse when it is missing or wrong."""
    path = homework.folder / PLAN
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CannotRehearse(f"{homework.id} has no {PLAN}") from None
    except tomllib.TOMLDecodeError as wrong:
        raise CannotRehearse(f"{homework.id}/{PLAN}: {wrong}") from None
    unknown = [*(set(table) - {"data", "most", "settings"}), *(set(table.get("data", {})) - set(SOURCES))]
    settings = table.get("settings", {})
    single = {name: value for name, value in settings.items() if isinstance(value, dict)}
    unknown += sorted(set(single) - set(homework.rubric.assignment.notebooks))
    if unknown:
        raise CannotRehearse(f"{homework.id}/{PLAN}: unknown key {unknown[0]!r}")
    common = {name: value for name, value in settings.items() if name not in single}
    return Plan(table.get("data", {}), table.get("most"), common, single)


def rehearse(homework: Homework, folder: Path, workers: int = 2) -> Iterator[Rehearsed]:
    """Prepare a student's `folder` and run each notebook in it, yielding it when it is done.

    An error in a notebook is in what is yielded, and the next one is run. Raises CannotRehearse.
    """
    plan = read_plan(homework)
    prepare(homework, folder, plan, workers)
    names = homework.rubric.assignment.notebooks
    notebooks = {name: nbformat.read(folder / f"{name}.ipynb", as_version=4) for name in names}
    assigned = {name: settings_of(notebook) for name, notebook in notebooks.items()}
    _all_known(homework, plan, assigned)
    for name, notebook in notebooks.items():
        chosen = {key: value for key, value in plan.settings.items() if key in assigned[name]}
        override_settings(notebook, chosen | dict(plan.by_notebook.get(name, {})))
        yield run(name, notebook, folder)


def prepare(homework: Homework, folder: Path, plan: Plan, workers: int = 2) -> None:
    """Write the kit into `folder` with the reference's modules in the place of the stubs, and the plan's data."""
    write_files(kit_files(homework, workers, mistakes=()), folder)
    stage(homework.rubric.assignment.modules, {}, folder)
    for kind, where in plan.data.items():
        SOURCES[kind](homework, folder / where, plan.most)


def run(name: str, notebook: NotebookNode, folder: Path) -> Rehearsed:
    """Execute `notebook` in a kernel of its own whose working folder is `folder`."""
    reached = [0]
    began, error = time.monotonic(), ""
    with tempfile.TemporaryDirectory(prefix="kernel-") as sockets:
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            # Sockets in a private folder: no open port on a machine that others use.
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
            on_cell_execute=lambda cell, cell_index: reached.__setitem__(0, cell_index),
        )
        try:
            client.execute(env=os.environ | INLINE_FIGURES)
        except CellExecutionError as wrong:
            error = f"{wrong.ename}: {wrong.evalue}"
        except CellTimeoutError:
            error = f"no end after {CELL_SECONDS} s"
        except DeadKernelError:
            error = "the kernel died"
    told = f"{cell_name(notebook.cells, reached[0])}: {error}" if error else ""
    return Rehearsed(name, notebook, time.monotonic() - began, told)


def settings_of(notebook: NotebookNode) -> set[str]:
    """Names that the cells tagged `settings` assign at their top level."""
    return {name for cell in _settings_cells(notebook) for name, _ in _assignments(cell.source)}


def override_settings(notebook: NotebookNode, values: Mapping[str, Any]) -> None:
    """Replace the values that settings cells assign to the names in `values`."""
    for cell in _settings_cells(notebook):
        for name, value in reversed(list(_assignments(cell.source))):
            if name in values:
                cell.source = _replaced(cell.source, value, repr(values[name]))


def _settings_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        if cell.cell_type == "code" and "settings" in cell.metadata.get("tags", []):
            yield cell


def _assignments(source: str) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _replaced(source: str, node: ast.expr, new: str) -> str:
    """`source` with the code of `node` replaced; its positions count bytes of UTF-8."""
    lines = source.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: (node.end_lineno or 0) - 1])) + (node.end_col_offset or 0)
    data = source.encode()
    return (data[:start] + new.encode() + data[end:]).decode()


def _all_known(homework: Homework, plan: Plan, assigned: Mapping[str, set[str]]) -> None:
    lost = sorted(set(plan.settings) - set().union(*assigned.values()))
    lost += [f"{name}.{key}" for name, own in plan.by_notebook.items() for key in sorted(set(own) - assigned[name])]
    if lost:
        raise CannotRehearse(f"{homework.id}/{PLAN}: no settings cell assigns {lost[0]}")
