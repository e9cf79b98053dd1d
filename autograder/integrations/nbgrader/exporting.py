"""Reads submitted notebooks for nbgrader, which gives a whole submission up at one that is broken."""

from __future__ import annotations

import copy
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.converters import Autograde

from autograder.release.images import DATA


class SubmissionExporter(NotebookExporter):  # type: ignore[misc, unused-ignore]
    """nbconvert's notebook exporter; a file that is no notebook becomes a notebook that says so.

    nbgrader makes one for each run, before it copies any file: the place to have it leave the images out, which it
    would copy into every student's folder from source/ and from what was handed in.
    """

    def __init__(self, *arguments: Any, parent: Any = None, **kw: Any) -> None:
        make: Any = super().__init__
        make(*arguments, parent=parent, **kw)
        if isinstance(parent, Autograde):
            # formgrader shares one CourseDirectory between all it does, and generate_assignment copies the images.
            parent.coursedir = copy.copy(parent.coursedir)
            parent.coursedir.ignore = [*parent.coursedir.ignore, DATA]

    def from_file(self, file_stream: Any, resources: dict[str, Any] | None = None, **kw: Any) -> tuple[Any, Any]:
        """Convert a notebook from an open file."""
        try:
            notebook = nbformat.read(file_stream, as_version=4)
            if not isinstance(notebook.cells, list):
                raise ValueError("its cells are no list")
        except Exception as problem:
            name = getattr(file_stream, "name", "a notebook")
            self.log.error("%s cannot be read, its manually graded cells are left to a person: %s", name, problem)
            notebook = _placeholder(problem)
        convert: Any = self.from_notebook_node
        output, resources = convert(notebook, resources=resources, **kw)
        return output, resources


def _placeholder(problem: Exception) -> NotebookNode:
    kind = type(problem).__name__
    return new_notebook(
        cells=[new_markdown_cell(f"**This file is no readable notebook ({kind}); open the original.**")]
    )
