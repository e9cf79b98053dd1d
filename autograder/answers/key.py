"""The answer key of one homework, grading_data/HW/answers.toml: what is right, and the reason shown after grading.

A table an answer, named as in the notebook (`answer_1_1 = None`). All have `kind`, `statement` (the question, filled
into the notebook by {{statement:answer_1_1}}) and `reason`; the rest is described, with an example, at the head of the
kind's module: autograder/answers/kinds/{true_false,number,shape,table,expression}.py. Points stand in the rubric,
where a check of kind "answer" with `answer = "answer_1_1"` earns the verdict's share of them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from autograder.answers.entry import KeyEntry
from autograder.answers.kinds.expression import ExpressionEntry
from autograder.answers.kinds.number import NumberEntry
from autograder.answers.kinds.shape import ShapeEntry
from autograder.answers.kinds.table import TableEntry
from autograder.answers.kinds.true_false import TrueFalseEntry

KINDS: dict[str, type[KeyEntry]] = {
    "true_false": TrueFalseEntry,
    "number": NumberEntry,
    "shape": ShapeEntry,
    "table": TableEntry,
    "expression": ExpressionEntry,
}


class InvalidKey(ValueError):
    """An answer key that cannot be used; the text names the file, the entry and what is wrong."""


def load_key(path: Path) -> dict[str, KeyEntry]:
    """Entries of an answer key by name, `answer_1_1` first. Raises InvalidKey naming file and entry."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidKey(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidKey(f"{path}: not a TOML file: {error}") from error
    if not tables:
        raise InvalidKey(f"{path}: no answer in it")
    return {name: _entry(path, name, table) for name, table in tables.items()}


def _entry(path: Path, name: str, table: object) -> KeyEntry:
    if not isinstance(table, dict):
        raise InvalidKey(f"{path}, {name}: expected a table [{name}]")
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidKey(f"{path}, [{name}] kind: should be one of {', '.join(KINDS)}, and is {kind!r}")
    try:
        return KINDS[kind].model_validate({**table, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidKey(f"{path}, [{name}]{' ' + where if where else ''}: {first['msg']}") from error
