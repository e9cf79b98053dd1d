"""Rubrics: which checks a homework has and what they are worth. Loading one validates it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from autograder.checks.engine.probe import UnknownProbe, find_probe

Kind = Literal["probe", "answer", "predictions", "experiment", "manual"]


class RubricError(ValueError):
    """A rubric that cannot be used; the text names file, problem and key."""


class Check(BaseModel):
    """One graded item: `probe` and `evidence`, `answer` (also of an explanation) or `experiment`, as its kind needs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: Kind
    title: str
    points: float = Field(gt=0)
    probe: str | None = None
    evidence: tuple[str, ...] = ()
    answer: str | None = None
    experiment: str | None = None
    solution: str | None = None
    curve: str | None = None
    requires: tuple[str, ...] = ()
    visibility: Literal["public", "hidden"] = "hidden"
    bonus: bool = False

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        """A check without a title is called by its id."""
        return {"title": data["id"], **data} if isinstance(data, dict) and "id" in data else data

    @model_validator(mode="after")
    def _complete(self) -> Check:
        needed: dict[str, tuple[str, ...]] = {
            "probe": ("probe", "evidence"),
            "answer": ("answer",),
            "predictions": ("solution", "curve"),
            "experiment": ("experiment",),
        }
        for key in needed.get(self.kind, ()):
            if not getattr(self, key):
                raise ValueError(f"check {self.id!r}: kind {self.kind!r} needs the key {key!r}")
        return self


class Problem(BaseModel):
    """A problem: `points` of ordinary checks, `bonus` points on top; `notebook` is where students do it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    notebook: str | None = None
    points: float = Field(ge=0)
    bonus: float = Field(default=0, ge=0)
    check: tuple[Check, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """The problem's checks in the rubric's order."""
        return self.check


class Assignment(BaseModel):
    """What a homework is called, and which files students hand in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    title: str
    modules: tuple[str, ...]
    notebooks: tuple[str, ...] = ()


class Rubric(BaseModel):
    """A whole homework's rubric."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    assignment: Assignment
    problem: tuple[Problem, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Problems in the rubric's order."""
        return self.problem

    def checks(self) -> Iterator[Check]:
        """All checks, problem by problem."""
        for problem in self.problem:
            yield from problem.check

    @cached_property
    def probes(self) -> tuple[str, ...]:
        """Names of the probes to run, each once, in the order of their first use."""
        return tuple(dict.fromkeys(c.probe for c in self.checks() if c.probe))

    @property
    def max_score(self) -> float:
        """Points without bonus."""
        return sum(p.points for p in self.problem)

    @property
    def max_bonus(self) -> float:
        """Bonus points."""
        return sum(p.bonus for p in self.problem)


def load_rubric(path: Path) -> Rubric:
    """Read and validate rubric.toml. Raises RubricError naming the file, the problem and the key."""
    try:
        rubric = Rubric.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RubricError(f"{path}: there is no such rubric") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise RubricError(f"{path}: not valid TOML: {broken}") from None
    except ValidationError as invalid:
        raise RubricError(f"{path}: {_explain(path, invalid)}") from None
    problems = list(_faults(rubric))
    if problems:
        raise RubricError(f"{path}: " + "; ".join(problems))
    return rubric


def _explain(path: Path, invalid: ValidationError) -> str:
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    sentences = []
    for error in invalid.errors():
        place: list[str] = []
        node: object = raw
        for step in error["loc"]:
            node = (
                node[step]
                if isinstance(node, list) and isinstance(step, int) and step < len(node)
                else (node.get(str(step)) if isinstance(node, dict) else None)
            )
            named = isinstance(node, dict) and node.get("id")
            place.append(repr(named) if named else str(step))
        sentences.append(f"{' > '.join(place)}: {error['msg'].removeprefix('Value error, ')}")
    return "; ".join(sentences)


def _faults(rubric: Rubric) -> Iterator[str]:
    ids = [c.id for c in rubric.checks()]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        yield f"check id {twice!r} is used twice"
    names = [p.id for p in rubric.problem]
    for twice in sorted({i for i in names if names.count(i) > 1}):
        yield f"problem id {twice!r} is used twice"
    notebooks = rubric.assignment.notebooks
    for problem in rubric.problem:
        if problem.notebook is not None and problem.notebook not in notebooks:
            yield f"problem {problem.id!r}: notebook = {problem.notebook!r} is none of {', '.join(notebooks) or 'none'}"
        for key, bonus in (("points", False), ("bonus", True)):
            total = sum(c.points for c in problem.check if c.bonus == bonus)
            if abs(total - getattr(problem, key)) > 1e-9:
                yield f"problem {problem.id!r}: {key} = {getattr(problem, key):g}, but its checks add up to {total:g}"
        for check in problem.check:
            yield from (
                f"check {check.id!r}: requires {r!r}, which is no check" for r in check.requires if r not in ids
            )
            yield from _probe_faults(check)


def _probe_faults(check: Check) -> Iterator[str]:
    if check.kind != "probe" or check.probe is None:
        return
    try:
        criteria = find_probe(check.probe).criteria
    except UnknownProbe as unknown:
        yield f"check {check.id!r}: {unknown}"
        return
    for key in check.evidence:
        if key not in criteria:
            known = ", ".join(criteria)
            yield f"check {check.id!r}: probe {check.probe!r} gives no evidence {key!r} (it gives {known})"
