"""Source notebooks of the course: the kit's notebooks with nbgrader's metadata and a test cell a check.

An authored cell marked `autograder={"tests": PROBLEM}` becomes one test cell a check of that problem; one
marked `autograder={"check": CHECK}`, or the cell of an explanation, becomes that check's manually graded cell.
nbgrader knows no bonus among a cell's points, so its maximum score of a problem counts bonus points too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import nbformat
from nbformat import NotebookNode

from autograder.grading.rubric import Check, Problem, Rubric
from autograder.integrations.nbgrader.grade_ids import cell_id

_PLACEHOLDER = re.compile(r"^\*Write your (explanation|answer) here\.\*$", re.MULTILINE)
# generate_assignment clears a solution cell altogether unless it finds a region to put its placeholder in.
_REGION = "### BEGIN SOLUTION\n### END SOLUTION"


class CellsMissing(ValueError):
    """A check without a cell, or with several; the text names the notebook and the checks."""


def source_notebook(text: str, name: str, rubric: Rubric) -> str:
    """The source .ipynb of notebook `name` from the kit's .ipynb `text`.

    Raises CellsMissing when a check of the notebook's problems has no cell of its own.
    """
    problems = [p for p in rubric.problems if p.notebook == name]
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells = [new for cell in notebook.cells for new in _marked(cell, problems)]
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:03d}"
    made = Counter(c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata)
    due = Counter(cell_id(c) for p in problems for c in p.checks)
    if made != due:
        faults = [f"{i} has {made[i]} cells instead of {due[i]}" for i in sorted(made | due) if made[i] != due[i]]
        raise CellsMissing(f"{name}.py: {'; '.join(faults)}")
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def _marked(cell: NotebookNode, problems: Sequence[Problem]) -> Iterator[NotebookNode]:
    """What becomes of one authored cell: itself, a graded cell, or several test cells."""
    marks = cell.metadata.get("autograder", {})
    if "tests" in marks:
        for problem in problems:
            if problem.id == marks["tests"]:
                yield from (_test_cell(check) for check in problem.checks if check.kind != "manual")
        return
    manual = [c for p in problems for c in p.checks if c.kind == "manual"]
    for check in manual:
        if marks.get("check") == check.id or marks.get("id") == cell_id(check):
            cell.source = _with_region(cell.source)
            cell.metadata.nbgrader = _metadata(check, "markdown")
    yield cell


def _test_cell(check: Check) -> NotebookNode:
    source = f'from autograder.checks.engine.public_show import show\n\nshow("{check.id}")  # {_worth(check)}'
    cell = nbformat.v4.new_code_cell(source)
    cell.metadata.nbgrader = _metadata(check, "code")
    return cell


def _worth(check: Check) -> str:
    unit = "point" if check.points == 1 else "points"
    return f"{check.points:g} {'bonus ' if check.bonus else ''}{unit}"


def _with_region(source: str) -> str:
    if _PLACEHOLDER.search(source):
        return _PLACEHOLDER.sub(_REGION, source)
    return f"{source.rstrip()}\n\n{_REGION}"


def _metadata(check: Check, cell_type: str) -> NotebookNode:
    manual = check.kind == "manual"
    return NotebookNode(
        grade=True,
        solution=manual,
        locked=not manual,
        task=False,
        schema_version=3,
        grade_id=cell_id(check),
        points=check.points,
        cell_type=cell_type,
    )
