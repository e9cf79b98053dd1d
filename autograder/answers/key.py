"""The answer key of one homework: what is right, and the reason shown after grading."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

NAME = re.compile(r"answer_[0-9a-z_]+")


class InvalidKey(ValueError):
    """An answer key that cannot be used; the text names the file, the entry and what is wrong."""


class KeyEntry(BaseModel):
    """One question: the statement put to students, its truth, and why.

    A disputed question has a note saying what can be held against the key; whoever answers it at
    all earns the verdict's credit, and a person reads the explanation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(pattern=NAME.pattern)
    kind: Literal["true_false"]
    statement: str = Field(min_length=1)
    value: bool
    reason: str = Field(min_length=1)
    disputed: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _note_belongs_to_dispute(self) -> KeyEntry:
        if self.disputed != bool(self.note):
            raise ValueError("a disputed entry needs a note, and no other entry has one")
        return self


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
    try:
        return KeyEntry.model_validate({**table, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidKey(f"{path}, [{name}]{' ' + where if where else ''}: {first['msg']}") from error
