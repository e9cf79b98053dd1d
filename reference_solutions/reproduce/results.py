"""What the runs of a homework's recipes have left in a folder: OUT/RECIPE/RUN/seed-N/run.json."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reference_solutions.train.recipes import Recipe, Run
from reference_solutions.train.running import RECORD
from reference_solutions.train.settings import Settings

Record = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """A run of a recipe with the records of its seeds; no record where it was not run."""

    recipe: Recipe
    run: Run
    records: tuple[Record, ...]

    @property
    def values(self) -> list[float]:
        """What the recipe measures, a number a seed; a loss that was no number (a run that diverged) is left out."""
        found = [record["result"].get(self.recipe.measure) for record in self.records]
        return [value for value in found if value is not None]

    @property
    def epochs(self) -> str:
        """Epochs trained; with those of the recipe where they differ."""
        trained = sorted({record["settings"]["epochs"] for record in self.records})
        text = ", ".join(map(str, trained))
        return text if trained == [self.run.settings.epochs] else f"{text} (of {self.run.settings.epochs})"

    def spread(self) -> str:
        """Mean and sample standard deviation over the seeds, in percent for an accuracy."""
        if not self.records:
            return "not run"
        if not self.values:
            return "diverged"
        mean = statistics.mean(self.values)
        if len(self.values) == 1:
            return shown(mean, self.recipe)
        return f"{shown(mean, self.recipe)} ± {shown(statistics.stdev(self.values), self.recipe)} ({len(self.values)})"


def shown(value: float | None, recipe: Recipe) -> str:
    """A value of the recipe's measure; empty for None."""
    if value is None:
        return ""
    return f"{value:.2%}" if recipe.measure.endswith("accuracy") else f"{value:.3f}"


def folder_of(out: Path, recipe: Recipe, run: Run, seed: int) -> Path:
    """Where that run leaves its files."""
    return out / recipe.label(run) / f"seed-{seed}"


def collect(out: Path, recipes: list[Recipe]) -> list[Result]:
    """Every run of the recipes, in their order, with what is there of it."""
    return [
        Result(recipe, run, tuple(_records(folder_of(out, recipe, run, 0).parent)))
        for recipe in recipes
        for run in recipe.runs
    ]


def is_done(folder: Path, settings: Settings) -> bool:
    """Whether the folder holds the result of a run with these settings."""
    path = folder / RECORD
    return path.is_file() and json.loads(path.read_text(encoding="utf-8"))["settings"] == settings.model_dump(
        mode="json"
    )


def _records(folder: Path) -> list[Record]:
    paths = sorted(folder.glob(f"seed-*/{RECORD}"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]
