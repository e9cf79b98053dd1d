"""Reads runs/NAME.json, as RunLog (assignment/common/run_log.py) writes it; strict, with limits, executing nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FOLDER = "runs"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# An epoch of ten numbers takes 300 bytes; 10,000 epochs are 3 MB.
MAX_BYTES = 4 * 2**20
MOST_RUNS = 300
MOST_EPOCHS = 20_000
Setting = str | int | float | bool | None


class Run(BaseModel):
    """One run: settings as chosen, one row an epoch (numbers by name, None where one was not finite), final numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    schema_: int = Field(alias="schema", ge=1, le=1)
    name: str = Field(pattern=rf"^{NAME.pattern}$")
    settings: dict[str, Setting | list[Setting]] = Field(max_length=100)
    epochs: list[dict[str, int | float | None]] = Field(max_length=MOST_EPOCHS)
    final: dict[str, int | float | None] | None = None
    diverged: bool = False
    started: str = Field(default="", max_length=40)
    seconds: float = Field(default=0.0, ge=0)

    @model_validator(mode="after")
    def _small(self) -> Run:
        if any(len(row) > 100 for row in self.epochs) or len(self.final or {}) > 100:
            raise ValueError("a row has more than 100 numbers")
        return self

    def column(self, name: str) -> list[float | None]:
        """Values of one column, None where a row lacks it."""
        return [row.get(name) for row in self.epochs]

    def number(self, name: str) -> Setting | list[Setting]:
        """A final number or, failing that, a setting of this name; None where there is neither."""
        final = (self.final or {}).get(name)
        return self.settings.get(name) if final is None else final


@dataclass(frozen=True)
class Runs:
    """All runs of a submission by name; `problems` says, a sentence each, which files could not be read."""

    runs: Mapping[str, Run] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def read_runs(submission: Path) -> Runs:
    """Runs in `submission`/runs. Never raises for anything that students hand in.

    Only NAME.json counts; NAME.1.json is an earlier run of that name that was begun anew.
    """
    folder = submission / FOLDER
    if folder.is_symlink() or not folder.is_dir():
        return Runs()
    found: dict[str, Run] = {}
    problems: list[str] = []
    paths = sorted(p for p in folder.iterdir() if p.suffix == ".json" and NAME.fullmatch(p.stem))
    for path in paths[:MOST_RUNS]:
        try:
            found[path.stem] = _read(path)
        except ValueError as problem:
            problems.append(f"{FOLDER}/{path.name} {problem}")
    if len(paths) > MOST_RUNS:
        problems.append(f"there are more than {MOST_RUNS} run logs; the others were not looked at")
    return Runs(found, tuple(problems))


def _read(path: Path) -> Run:
    """One log. Raises ValueError with the end of a sentence that begins with the file."""
    if path.is_symlink() or not path.is_file():
        raise ValueError("is not a plain file")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"is larger than {MAX_BYTES // 2**20} MB")
    try:
        raw = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
        run = Run.model_validate(raw)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        where = " > ".join(str(part)[:40] for part in first["loc"][:3])
        raise ValueError(f"is no log that RunLog wrote ({where or 'as a whole'}: {first['msg']})") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except ValueError as broken:
        raise ValueError(f"is not valid JSON ({str(broken)[:100]}): it may have been cut off or edited") from None
    if run.name != path.stem:
        raise ValueError(f"is the log of run {run.name!r}: a log keeps the name that RunLog gave it")
    return run


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")
