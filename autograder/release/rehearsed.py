"""What came of running a notebook on the reference: its error, its figures, and what its test cells printed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

# As autograder.checks.engine.public_show prints a check.
_OUTCOME = re.compile(r"^.*\(([\w.]+)\): (passed|failed|not attempted|[a-z ]+)$", re.MULTILINE)
# plt's members that set something up and draw nothing.
_SILENT = {"rcParams", "style", "close", "ion", "ioff", "switch_backend"}


@dataclass(frozen=True)
class Rehearsed:
    """An executed notebook; `error` names cell and exception, or is empty."""

    name: str
    notebook: NotebookNode
    seconds: float
    error: str = ""

    @property
    def outcomes(self) -> dict[str, str]:
        """What the test cells printed of each public check: passed, for the reference."""
        return {check: status for text in self._printed() for check, status in _OUTCOME.findall(text)}

    @property
    def without_figure(self) -> list[str]:
        """Cells that call pyplot, themselves or through a function of the notebook, and show no image."""
        cells = self.notebook.cells
        return [
            cell_name(cells, index)
            for index in drawing_cells(cells)
            if not any("image/png" in output.get("data", {}) for output in cells[index].outputs)
        ]

    def problems(self) -> Iterator[str]:
        """A sentence for everything that is not as it should be."""
        if self.error:
            yield f"{self.name}: {self.error}"
            return
        yield from (f"{self.name}: {cell} draws and shows no figure" for cell in self.without_figure)
        yield from (f"{self.name}: {c} says {s!r} of the reference" for c, s in self.outcomes.items() if s != "passed")

    def _printed(self) -> Iterator[str]:
        for cell in self.notebook.cells:
            if cell.cell_type == "code" and "show(" in cell.source:
                yield from (output.text for output in cell.outputs if output.output_type == "stream")


def cell_name(cells: Sequence[NotebookNode], index: int) -> str:
    """A cell in words: its number, counted from 1 over all cells, and how it begins."""
    lines = [
        line for line in cells[index].source.splitlines() if line.strip() and not line.startswith(("import", "from"))
    ]
    return f"cell {index + 1} ({(lines or ['empty'])[0].strip()[:60]})"


def drawing_cells(cells: Sequence[NotebookNode]) -> list[int]:
    """Indices of the code cells that draw with pyplot when they are run."""
    trees = {i: _parsed(cell.source) for i, cell in enumerate(cells) if cell.cell_type == "code"}
    bodies = {node.name: [node] for tree in trees.values() for node in tree.body if isinstance(node, ast.FunctionDef)}
    drawing: set[str] = set()
    while more := {name for name, body in bodies.items() if name not in drawing and _draws(body, drawing)}:
        drawing |= more
    definitions = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return [i for i, tree in trees.items() if _draws([n for n in tree.body if not isinstance(n, definitions)], drawing)]


def _parsed(source: str) -> ast.Module:
    """The cell's code without IPython's own commands."""
    plain = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
    return ast.parse(plain)


def _draws(nodes: Iterable[ast.stmt], drawing: set[str]) -> bool:
    for node in (inner for outer in nodes for inner in ast.walk(outer)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "plt":
            if node.attr not in _SILENT:
                return True
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in drawing:
            return True
    return False
