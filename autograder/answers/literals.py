"""Literal assignments in Python source, found by parsing; the source is never executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from autograder.answers.given import Assignment
from autograder.answers.parsing import parse

WANTED = re.compile(r"(?:answer|explanation)_[0-9a-z_]+")
_SET_IN_TEXT = re.compile(r"^[ \t]*(answer_[0-9a-z_]+)[ \t]*=", re.MULTILINE)
# Cell magics whose body is Python that IPython runs in the notebook's own namespace.
_PYTHON_MAGICS = {"time", "timeit", "capture", "prun"}
_MAGIC = re.compile(r"\s*[%!?]|\s*[\w.]+\?{1,2}\s*$")
MAX_CHARACTERS = 100_000
MAX_PARTS = 200
_ARITHMETIC: tuple[type[ast.AST], ...] = (ast.BinOp, ast.UnaryOp, ast.Name, ast.expr_context)
_ARITHMETIC += (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.BitXor, ast.USub, ast.UAdd)


def assignments(source: str, where: str) -> list[Assignment]:
    """Assignments to `answer_...` and `explanation_...` in one cell, in order.

    Lines that are IPython magics are skipped. A cell that does not parse gives each answer it
    mentions a problem saying so.
    """
    source = _without_magics(source)
    if not WANTED.search(source):
        return []
    if len(source) > MAX_CHARACTERS:
        return _unreadable(source, where, f"is longer than {MAX_CHARACTERS:,} characters")
    if "\0" in source:
        return _unreadable(source, where, "holds a NUL character")
    try:
        tree = parse(source)
    except SyntaxError as error:
        return _unreadable(source, where, f"is not valid Python (line {error.lineno}: {error.msg})")
    except (ValueError, RecursionError, MemoryError):
        return _unreadable(source, where, "is not valid Python")
    found = [item for statement in tree.body for item in _of_statement(statement, where)]
    return found + _nested(tree, where, {item.name for item in found})


def _without_magics(source: str) -> str:
    lines = source.split("\n")
    first = lines[0].lstrip()
    if first.startswith("%%") and (first[2:].split() or [""])[0] not in _PYTHON_MAGICS:
        return ""
    return "\n".join("" if _MAGIC.match(line) else line for line in lines)


def _unreadable(source: str, where: str, why: str) -> list[Assignment]:
    names = dict.fromkeys(_SET_IN_TEXT.findall(source[:MAX_CHARACTERS]))
    return [Assignment(name, None, where, f"{name} cannot be read: {where} {why}") for name in names]


def _of_statement(statement: ast.stmt, where: str) -> Iterator[Assignment]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _of_target(target, statement.value, where)
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        yield from _of_target(statement.target, statement.value, where)


def _of_target(target: ast.expr, value: ast.expr, where: str) -> Iterator[Assignment]:
    if isinstance(target, ast.Name) and WANTED.fullmatch(target.id):
        yield _assignment(target.id, value, where)
    elif isinstance(target, (ast.Tuple, ast.List)):
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        if len(values) != len(target.elts):
            values = [value] * len(target.elts)
        for item, part in zip(target.elts, values, strict=True):
            yield from _of_target(item, part, where)


def _assignment(name: str, value: ast.expr, where: str) -> Assignment:
    if isinstance(value, ast.Constant) and value.value is ...:
        return Assignment(name, None, where)
    try:
        literal = ast.literal_eval(_Arithmetic().visit(value))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return Assignment(name, None, where, f"{name} is `{_shown(value)}`: {_advice(value)}")
    return Assignment(name, literal, where)


class _Arithmetic(ast.NodeTransformer):
    """Puts arithmetic on numbers and names, and names inside brackets, down as the text it is: 3*3*64, (m, 10).

    What the text means is for the kind of answer to say; nothing is computed here.
    """

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        return _as_text(node)

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        return ast.Tuple([_as_text(self.visit(item), names=True) for item in node.elts], node.ctx)

    def visit_List(self, node: ast.List) -> ast.expr:
        return ast.List([_as_text(self.visit(item), names=True) for item in node.elts], node.ctx)


def _as_text(node: ast.expr, names: bool = False) -> ast.expr:
    """The source of `node` as a constant where it is arithmetic, or with `names` a bare name."""
    if not isinstance(node, ast.BinOp) and not (names and isinstance(node, ast.Name)):
        return node
    parts = [part for _, part in zip(range(MAX_PARTS), ast.walk(node))]
    plain = len(parts) < MAX_PARTS and all(
        isinstance(part, _ARITHMETIC) or (isinstance(part, ast.Constant) and type(part.value) in (int, float))
        for part in parts
    )
    return ast.Constant(ast.unparse(node)) if plain else node


def _advice(value: ast.expr) -> str:
    if isinstance(value, ast.Name) and value.id.casefold() in {"true", "false"}:
        return f"Python writes it {value.id.capitalize()}"
    return "write the value itself; nothing is executed to find it"


def _shown(value: ast.expr) -> str:
    try:
        text = " ".join(ast.unparse(value).split())
    except (RecursionError, ValueError):
        return "..."
    return text if len(text) <= 60 else f"{text[:57]}..."


def _nested(tree: ast.Module, where: str, known: set[str]) -> list[Assignment]:
    """Answers set only inside an if, a loop or a function, or by +=: a literal there need not be the answer."""
    nodes = list(ast.walk(tree))
    declared = {id(node.target) for node in nodes if isinstance(node, ast.AnnAssign) and node.value is None}
    stored = [n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and id(n) not in declared]
    names = dict.fromkeys(n.id for n in stored if WANTED.fullmatch(n.id) and n.id not in known)
    why = "is not set by a plain assignment on a line of its own"
    return [Assignment(name, None, where, f"{name} {why}") for name in names]
