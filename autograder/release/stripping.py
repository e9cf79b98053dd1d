"""Turns reference solutions into the stubs that students get."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARK = re.compile(r"([ \t]*)### (BEGIN|END) SOLUTION[ \t]*")
_MENTION = re.compile(r"\b(BEGIN|END)\W*SOLUTIONS?\b", re.IGNORECASE)
_CELL = re.compile(r"# %%")


class BadMarks(ValueError):
    """Solution marks that do not pair up, or a stub that is no Python; the text names file and line."""


@dataclass(frozen=True)
class Block:
    """A solution with its marks: lines `first` to `last`, counted from 0, both included."""

    first: int
    last: int
    indent: str


def solution_blocks(source: str, name: str) -> list[Block]:
    """The marked solutions in `source`, in order. Raises BadMarks naming `name` and the line."""
    found: list[Block] = []
    opened: tuple[int, str] | None = None
    for number, line in enumerate(source.splitlines()):
        mark = _MARK.fullmatch(line)
        if mark is None:
            if _MENTION.search(line):
                raise BadMarks(f"{name}, line {number + 1}: a mark is a line of its own, `### BEGIN SOLUTION`")
        elif mark[2] == "BEGIN":
            if opened:
                raise BadMarks(f"{name}, line {number + 1}: BEGIN SOLUTION inside the one of line {opened[0] + 1}")
            opened = (number, mark[1])
        else:
            if opened is None:
                raise BadMarks(f"{name}, line {number + 1}: END SOLUTION without a BEGIN SOLUTION")
            if mark[1] != opened[1]:
                raise BadMarks(f"{name}, line {number + 1}: indented unlike its BEGIN SOLUTION, line {opened[0] + 1}")
            found.append(Block(opened[0], number, mark[1]))
            opened = None
    if opened:
        raise BadMarks(f"{name}, line {opened[0] + 1}: BEGIN SOLUTION without an END SOLUTION")
    return found


def strip_module(source: str, name: str) -> str:
    """The stub of a marked module called `name` (resnet.py, say).

    A solution inside a function becomes `raise NotImplementedError`, any other disappears, and so do
    imports that nothing needs any more. Raises BadMarks.
    """
    functions = list(_functions(_parse(source, name)))
    lines: list[str] = source.splitlines()
    for block in reversed(solution_blocks(source, name)):
        inside = [f for f in functions if f[1] <= block.first + 1 <= f[2]]
        where = f"{inside[-1][0]} in {name}: not written yet" if inside else ""
        raising = [f'{block.indent}raise NotImplementedError("{where}")'] if inside else []
        lines[block.first : block.last + 1] = raising
    stub = _tidy("\n".join(lines))
    return _tidy(_without_unused_imports(stub, name))


def strip_notebook(text: str, name: str) -> str:
    """A notebook in jupytext's percent form, its solutions replaced by `raise NotImplementedError`."""
    lines = text.splitlines()
    for block in reversed(solution_blocks(text, name)):
        if any(_CELL.match(line) for line in lines[block.first : block.last]):
            raise BadMarks(f"{name}, line {block.first + 1}: the solution goes on into the next cell")
        lines[block.first : block.last + 1] = [f'{block.indent}raise NotImplementedError("not written yet")']
    return "\n".join(lines) + "\n"


def _functions(node: ast.AST, inside: str = "") -> Iterator[tuple[str, int, int]]:
    """Qualified name, first and last line of every function, outer ones before inner ones."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield inside + child.name, child.lineno, child.end_lineno or child.lineno
            yield from _functions(child, f"{inside}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{inside}{child.name}.")
        else:
            yield from _functions(child, inside)


def _parse(source: str, name: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError as broken:
        raise BadMarks(f"{name}, line {broken.lineno}: not valid Python: {broken.msg}") from broken


def _without_unused_imports(stub: str, name: str) -> str:
    """Drop top-level imports of names that the stub does not mention; a stub needs no `import *`."""
    tree = _parse(stub, name)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    lines = stub.splitlines()
    for node in reversed(tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            kept = [a for a in node.names if (a.asname or a.name.split(".")[0]) in used]
            if kept != node.names:
                node.names = kept
                lines[node.lineno - 1 : node.end_lineno] = [ast.unparse(node)] if kept else []
    return "\n".join(lines)


def _tidy(text: str) -> str:
    """At most two blank lines in a row, none at the ends, and the one newline that ends a file."""
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n") + "\n"
