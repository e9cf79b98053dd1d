"""Notebooks from their text form (jupytext's percent format)."""

from __future__ import annotations

import jupytext
import nbformat

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def to_notebook(text: str) -> str:
    """The .ipynb of a notebook in percent form, without outputs; equal texts give equal bytes."""
    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.metadata = nbformat.NotebookNode(kernelspec=nbformat.NotebookNode(KERNEL))
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:03d}"
    nbformat.validate(notebook)
    written: str = nbformat.writes(notebook)
    return written.rstrip("\n") + "\n"
