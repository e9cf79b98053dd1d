"""Recipes: the results that CURRICULUM names, one TOML file each, with target and published value."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

import reference_solutions
from reference_solutions.train.settings import Settings, first_fault, make_settings
from reference_solutions.train.unusable import UnusableInput

RECIPES = Path(reference_solutions.__file__).parent / "recipes"
Measure = Literal["val_accuracy", "test_accuracy", "train_accuracy", "train_loss"]


class _Run(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    published: float | None = None
    target: float | None = None
    settings: dict[str, Any] = {}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    homework: str
    title: str
    data: Literal["cifar10", "fashion-mnist"]
    measure: Measure
    target: float | None = None
    published: float | None = None
    source: str = ""
    settings: dict[str, Any]
    run: list[_Run] = []


@dataclass(frozen=True)
class Run:
    """One training run of a recipe. target, published: of the recipe's measure; None where there is none."""

    name: str
    settings: Settings
    target: float | None
    published: float | None


@dataclass(frozen=True)
class Recipe:
    """A result of a homework: what to train on which data, and what `measure` should come out."""

    name: str
    homework: str
    title: str
    data: str
    measure: Measure
    source: str
    runs: tuple[Run, ...]

    def label(self, run: Run) -> str:
        """RECIPE/RUN, or RECIPE alone where it is the only run."""
        return self.name if len(self.runs) == 1 else f"{self.name}/{run.name}"

    def find(self, run: str) -> Run:
        """The run of that name; the first one for an empty name. Raises UnusableInput."""
        for candidate in self.runs:
            if run in ("", candidate.name):
                return candidate
        raise UnusableInput(f"recipe {self.name} has no run {run!r}; it has {', '.join(r.name for r in self.runs)}")


def load_recipe(path: Path) -> Recipe:
    """Read one recipe; every run's settings are the file's with its own over them. Raises UnusableInput."""
    try:
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as invalid:
        raise UnusableInput(f"{path}: {first_fault(invalid)}") from None
    except (OSError, ValueError) as unreadable:
        raise UnusableInput(f"{path} is not a recipe: {unreadable}") from None
    runs = tuple(
        Run(
            run.name,
            make_settings({**file.settings, **run.settings}, f"{path}, run {run.name}"),
            file.target if run.target is None else run.target,
            file.published if run.published is None else run.published,
        )
        for run in file.run or [_Run(name="only")]
    )
    return Recipe(path.stem, file.homework, file.title, file.data, file.measure, file.source, runs)


def recipes(folder: Path = RECIPES) -> list[Recipe]:
    """All recipes, by name."""
    return [load_recipe(path) for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem)]


def find_run(name: str, folder: Path = RECIPES) -> tuple[Recipe, Run]:
    """The recipe and run called RECIPE or RECIPE/RUN. Raises UnusableInput."""
    stem, _, run = name.partition("/")
    known = sorted(path.stem for path in folder.glob("*.toml"))
    if stem not in known:
        raise UnusableInput(f"there is no recipe {stem!r}; the recipes are {', '.join(known)}")
    recipe = load_recipe(folder / f"{stem}.toml")
    return recipe, recipe.find(run)


def recipe_for(model: str) -> str | None:
    """RECIPE or RECIPE/RUN that trains that network when none is asked for; None where no recipe has it.

    One with a target comes before others, and one measured by accuracy before the range tests and landscapes.
    """
    found = [(recipe, run) for recipe in recipes() for run in recipe.runs if run.settings.model == model]
    found.sort(key=lambda pair: (pair[1].target is None, pair[0].measure == "train_loss"))
    return found[0][0].label(found[0][1]) if found else None
