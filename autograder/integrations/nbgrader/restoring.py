"""Rebuilds the graded cells of a submitted notebook from the gradebook, believing nothing of the student's metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, Notebook, SourceCell
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.integrations.nbgrader.cells import normalise

MISSING = "*This cell was missing from the submission.*"


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]
    """Takes over the work of DeduplicateIds and OverwriteCells, which trust a cell that says it is not graded.

    Each cell that the gradebook knows comes out exactly once, with the gradebook's metadata: locked
    ones with the released source, solution cells with the student's. Everything else of the student's
    stays, saved outputs too, without nbgrader metadata.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Rebuild `nb`; raises MissingEntry for a notebook that the gradebook does not know."""
        about = resources["nbgrader"]
        place = f"{about['student']}: {about['notebook']}"
        with Gradebook(about["db_url"]) as gradebook:
            known = gradebook.find_notebook(about["notebook"], about["assignment"])
            sources = {cell.name: cell for cell in known.source_cells}
            metadata = _metadata(known)
            cells = [normalise(cell) for cell in nb.cells]
            claims = self._claims(cells, sources, place)
            kept = [
                self._rebuilt(cell, sources.get(claims.get(i, "")), metadata, place) for i, cell in enumerate(cells)
            ]
            lost = [name for name in sources if name not in claims.values()]
            for name in lost:
                self.log.warning("%s: cell '%s' was missing and was added back", place, name)
            nb.cells = kept + [_missing(sources[name], metadata[name]) for name in lost]
        nb.metadata = NotebookNode(language_info=NotebookNode(name="python"))
        nb.nbformat, nb.nbformat_minor = 4, 5
        return nb, resources

    def _claims(self, cells: list[NotebookNode], sources: Mapping[str, SourceCell], place: str) -> dict[int, str]:
        """Which cell stands for which of the gradebook's: of several the last one, as nbgrader does."""
        last: dict[str, int] = {}
        for index, cell in enumerate(cells):
            name = _claimed(cell)
            if name in last:
                self.log.warning("%s: cell '%s' exists several times, the last one counts", place, name)
            if name is not None and name not in sources:
                self.log.warning("%s: cell '%s' does not exist in the gradebook", place, name)
            elif name is not None:
                last[name] = index
        return {index: name for name, index in last.items()}

    def _rebuilt(
        self, cell: NotebookNode, source: SourceCell | None, metadata: Mapping[str, dict[str, Any]], place: str
    ) -> NotebookNode:
        if source is None:
            cell.metadata.pop("nbgrader", None)
            return cell
        kept = not metadata[source.name]["locked"]
        if not kept and cell.source.strip() != (source.source or "").strip():
            self.log.info("%s: cell '%s' is not as released; its released source is put back", place, source.name)
        new = _cell(source, cell.source if kept else source.source, metadata[source.name])
        same_type = new.cell_type == cell.cell_type
        for part in ("outputs", "execution_count", "attachments"):
            if kept and same_type and part in cell:
                new[part] = cell[part]
        return new


def _claimed(cell: NotebookNode) -> str | None:
    about = cell.metadata.get("nbgrader")
    name = about.get("grade_id") if isinstance(about, dict) else None
    return name if isinstance(name, str) else None


def _metadata(known: Notebook) -> dict[str, dict[str, Any]]:
    """nbgrader's metadata by cell, as `nbgrader generate_assignment` wrote it."""
    points = {cell.name: float(cell.max_score) for cell in known.grade_cells}
    tasks = {cell.name: float(cell.max_score) for cell in known.task_cells}
    solutions = {cell.name for cell in known.solution_cells}
    found: dict[str, dict[str, Any]] = {}
    for cell in known.source_cells:
        name = cell.name
        graded = {"points": points[name]} if name in points else {"points": tasks[name]} if name in tasks else {}
        found[name] = {
            "grade": name in points,
            "grade_id": name,
            "locked": name not in solutions and bool(cell.locked or name in points or name in tasks),
            "schema_version": 3,
            "solution": name in solutions,
            "task": name in tasks,
            "cell_type": cell.cell_type,
            "checksum": cell.checksum,
            **graded,
        }
    return found


def _missing(source: SourceCell, metadata: dict[str, Any]) -> NotebookNode:
    """A solution cell says that it was missing, which also makes nbgrader ask for a person's grade."""
    if metadata["solution"]:
        note = f"# {MISSING}" if source.cell_type == "code" else MISSING
        return _cell(source, f"{note}\n\n{source.source or ''}", metadata)
    return _cell(source, source.source, metadata)


def _cell(source: SourceCell, text: str | None, metadata: dict[str, Any]) -> NotebookNode:
    make = new_code_cell if source.cell_type == "code" else new_markdown_cell
    cell: NotebookNode = make(source=text or "", metadata={"nbgrader": dict(metadata), "deletable": False})
    return cell
