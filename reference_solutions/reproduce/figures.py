"""The figures of a homework, rebuilt from the runs' metrics: learning curves a recipe, and the loss landscape."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from reference_solutions.landscape import loss_envelope
from reference_solutions.reproduce.results import folder_of
from reference_solutions.train.recipes import Recipe
from reference_solutions.train.whole_files import write_whole


def write_figures(out: Path, recipes: list[Recipe]) -> None:
    """OUT/figures/RECIPE.png for each recipe of which something was run."""
    for recipe in recipes:
        curves = {run.name: _columns(folder_of(out, recipe, run, 0) / "metrics.csv") for run in recipe.runs}
        curves = {name: columns for name, columns in curves.items() if columns}
        if curves:
            _save(_learning_curves(recipe, curves), out / "figures" / f"{recipe.name}.png")
        steps = {
            run.settings.model: [
                _columns(folder_of(out, recipe, other, 0) / "landscape.csv")
                for other in recipe.runs
                if other.settings.model == run.settings.model
            ]
            for run in recipe.runs
            if run.settings.landscape_every
        }
        steps = {model: runs for model, runs in steps.items() if all(runs)}
        if steps:
            _save(_landscape(steps), out / "figures" / f"{recipe.name}-landscape.png")


def _columns(path: Path) -> dict[str, list[float]]:
    """A metrics file's columns as numbers, without cells that are empty; nothing where there is no file."""
    if not path.is_file():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: [float(row[key]) for row in rows if row[key]] for key in rows[0]} if rows else {}


def _learning_curves(recipe: Recipe, curves: dict[str, dict[str, list[float]]]) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    wanted = recipe.measure if recipe.measure != "train_loss" else "train_accuracy"
    for axes, quantities in zip(figure.subplots(1, 2), (("train_loss",), (wanted, "val_accuracy")), strict=True):
        for name, columns in curves.items():
            quantity = next((q for q in quantities if columns.get(q)), None)
            if quantity:
                epochs = columns["epoch"]
                axes.plot(epochs, columns[quantity], "." if len(epochs) == 1 else "-", label=name)
        axes.set(xlabel="epoch", ylabel=quantities[0].replace("val_", "validation ").replace("_", " "))
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small")
    figure.suptitle(recipe.title)
    return figure


def _landscape(steps: dict[str, list[dict[str, list[float]]]]) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 4), layout="constrained")
    loss, change, beta = figure.subplots(1, 3)
    for model, runs in steps.items():
        length = min(len(run["step"]) for run in runs)
        at = runs[0]["step"][:length]
        lower, upper = loss_envelope([run["loss"][:length] for run in runs])
        loss.fill_between(at, lower.tolist(), upper.tolist(), alpha=0.5, label=model)
        for axes, key in ((change, "gradient_change"), (beta, "effective_beta")):
            axes.plot(at, runs[0][key][:length], label=model)
    loss.set(xlabel="step", ylabel="loss over the learning rates")
    change.set(xlabel="step", ylabel="largest change of the gradient", yscale="log")
    beta.set(xlabel="step", ylabel="effective beta-smoothness", yscale="log")
    for axes in (loss, change, beta):
        axes.legend(fontsize="small")
    return figure


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, lambda file: figure.savefig(file, format="png", dpi=120))
