"""What a homework asks of its experiments: grading_data/HW/experiments.toml, a table an experiment.

    [learning_rates]                                 # rubric: kind = "experiment", experiment = "learning_rates"
    title = "Sweep of learning rates"                # optional
    sweep = {learning_rate = [1.0, 0.1, 0.01]}       # a run for each value (each combination, of several settings), of
                                                     # any name; or
    runs = ["baseline", "dropout"]                   # runs by name; a table [learning_rates.runs] with
                                                     # baseline = {dropout = 0.0} also asks for settings, run by run
    settings = {batch_size = 64}                     # every run has these settings (a list: one of these values)
    recorded = ["optimizer"]                         # every run has these settings, whatever their value
    same = ["model", "iterations"]                   # equal in all runs (a setting or a final number)
    only_varies = ["learning_rate"]                  # no other setting differs between the runs: one factor at a time
    columns = ["train_loss", "val_accuracy"]         # every epoch has these numbers
    final = ["test_accuracy"]                        # the finished run gives these
    epochs = {least = 3, most = 100}                 # how many rows a run has
    finished = true                                  # optional, the default: log.finish() was called
    may_diverge = false                              # optional: true lets a diverged run stop early, with gaps
    agree = [{final = "val_accuracy", column = "val_accuracy", row = "best"}]   # row: "last", "best" or "any"
    relations = ["effective_batch = copies * batch_size"]     # between a run's settings and final numbers
    reaches = [{number = "test_accuracy", least = 0.88, runs = "any"}]          # an item of its own; runs: "any", "all"
                                                     # or a list of names; number: final, or the column's best
    first_loss = {column = "train_loss", classes = 10}        # plausibility: first loss at most 1.5 ln(classes); a flag
    credit = "share"                                 # or "all": full credit only when every item is satisfied

Items: each run asked for (there, complete and consistent), each of same and only_varies, each of reaches. With
`share`, credit is the share of the items that are satisfied. Consistency that is always asked: epochs count up
from 1, numbers are finite, accuracies lie between 0 and 1. Flags to the instructor, costing nothing: two runs with
the same curve to the last digit, time that does not pass, an implausible first loss. An empty folder earns 0.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from autograder.answers.formulas import InvalidFormula, parse_formula
from autograder.experiments.record import NAME, Setting

Wanted = Setting | list[Setting]
_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)


class InvalidExperiments(ValueError):
    """A file of experiments that cannot be used; the text names the file, the entry and what is wrong."""


class Epochs(BaseModel):
    """How many epochs a run has."""

    model_config = _STRICT

    least: int = Field(default=1, ge=0)
    most: int | None = None


class Agreement(BaseModel):
    """A final number that must stand in the curve: in its last row, its best, or any."""

    model_config = _STRICT

    final: str
    column: str
    row: Literal["last", "best", "any"] = "last"


class Threshold(BaseModel):
    """A number that some or all runs must reach."""

    model_config = _STRICT

    number: str
    least: float | None = None
    most: float | None = None
    runs: Literal["any", "all"] | list[str] = "any"


class FirstLoss(BaseModel):
    """The column that starts near ln(classes)."""

    model_config = _STRICT

    column: str
    classes: int = Field(ge=2)


class Experiment(BaseModel):
    """One experiment that a homework asks for."""

    model_config = _STRICT

    name: str
    title: str = ""
    runs: list[str] | dict[str, dict[str, Wanted]] = []
    sweep: dict[str, list[Setting]] = {}
    settings: dict[str, Wanted] = {}
    recorded: list[str] = []
    same: list[str] = []
    only_varies: list[str] = []
    columns: list[str] = []
    final: list[str] = []
    epochs: Epochs = Epochs()
    finished: bool = True
    may_diverge: bool = False
    agree: list[Agreement] = []
    relations: list[str] = []
    reaches: list[Threshold] = []
    first_loss: FirstLoss | None = None
    credit: Literal["share", "all"] = "share"

    @model_validator(mode="after")
    def _usable(self) -> Experiment:
        if bool(self.runs) == bool(self.sweep) or not all(self.sweep.values()):
            raise ValueError("needs either runs by name or a sweep with values")
        for name in self.runs:
            if not NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot be the name of a run")
        for relation in self.relations:
            try:
                relation_sides(relation)
            except InvalidFormula as invalid:
                raise ValueError(f"relation {relation!r}: {invalid}") from None
        for threshold in self.reaches:
            if (threshold.least is None) == (threshold.most is None):
                raise ValueError(f"reaches {threshold.number}: needs either least or most")
            unknown = set(threshold.runs) - set(self.runs) if isinstance(threshold.runs, list) else set()
            if unknown:
                raise ValueError(f"reaches {threshold.number}: no run {min(unknown)!r} is asked for")
        return self


def relation_sides(relation: str) -> tuple[str, str, frozenset[str]]:
    """Left name, right formula and the names on the right of "effective = copies * batch". Raises InvalidFormula."""
    left, equals, right = (part.strip() for part in relation.partition("="))
    if not equals or not left.isidentifier():
        raise InvalidFormula("write it as name = formula")
    names = [
        word for word in "".join(c if c.isalnum() or c == "_" else " " for c in right).split() if word.isidentifier()
    ]
    return left, right, parse_formula(right, names, case_matters=True).names()


def load_experiments(path: Path) -> dict[str, Experiment]:
    """Experiments by name. Raises InvalidExperiments naming file and entry."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidExperiments(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidExperiments(f"{path}: not a TOML file: {error}") from error
    found = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise InvalidExperiments(f"{path}, {name}: expected a table [{name}]")
        try:
            found[name] = Experiment.model_validate({**table, "name": name})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            message = first["msg"].removeprefix("Value error, ")
            raise InvalidExperiments(f"{path}, [{name}]{' ' + where if where else ''}: {message}") from error
    return found
