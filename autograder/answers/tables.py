"""The text variant of a submission's answers: answers.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.answers.given import Assignment, Findings
from autograder.answers.literals import WANTED
from autograder.answers.notebooks import Unreadable, read_text

# Python's True on the right-hand side would make the whole file invalid TOML, for one capital letter.
_CAPITAL = re.compile(r"^([ \t]*answer_[0-9a-z_]+[ \t]*=[ \t]*)(True|False)\b", re.MULTILINE)
MAX_BYTES = 2**20
DEEPEST = 3


def read_table(path: Path) -> Findings:
    """What answers.toml answers. Never raises: what cannot be read is listed in `problems`."""
    try:
        text = read_text(path, MAX_BYTES)
        table = tomllib.loads(_CAPITAL.sub(lambda m: m[1] + m[2].lower(), text))
    except Unreadable as problem:
        return Findings(problems=(str(problem),))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Findings(problems=(f"{path.name} is not valid TOML: {error or 'nested too deeply'}",))
    return Findings(tuple(_named(table, path.name)))


def _named(table: dict[str, Any], where: str, depth: int = 0) -> Iterator[Assignment]:
    for name, value in table.items():
        if WANTED.fullmatch(name):
            yield Assignment(name, value, where)
        elif isinstance(value, dict) and depth < DEEPEST:
            yield from _named(value, where, depth + 1)
