"""The command line: `python -m reference_solutions.reproduce HOMEWORK --data DIR --out DIR`.

Example: python -m reference_solutions.reproduce hw2_cnn --data cifar10=DIR --out results/hw2
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reference_solutions.reproduce.figures import write_figures
from reference_solutions.reproduce.results import collect, folder_of, is_done
from reference_solutions.reproduce.table import write_table
from reference_solutions.train.checkpoint import NAME
from reference_solutions.train.command import command_line, console
from reference_solutions.train.device import Execution, choose_execution, kernels_named, precision_named
from reference_solutions.train.networks import NETWORKS
from reference_solutions.train.recipes import Recipe, Run, recipes
from reference_solutions.train.running import Plan, run
from reference_solutions.train.settings import make_settings
from reference_solutions.train.sources import load_with_progress
from reference_solutions.train.unusable import UnusableInput


def reproduce(
    homework: Annotated[str, typer.Argument(help="hw1_foundations, hw2_cnn, hw3_training or project2_batchnorm.")],
    out: Annotated[Path, typer.Option(help="Folder for the runs, results.md, results.csv and figures.")],
    data: Annotated[
        list[str] | None, typer.Option(help="cifar10=DIR or fashion-mnist=DIR, again for the other; DIR for both.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option(help="RECIPE or RECIPE/RUN; all others stay as they are.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs a result, with seeds 0, 1, ...")] = 1,
    epochs: Annotated[int | None, typer.Option(min=1, help="At most so many; the table says so.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, bf16 or float32.")] = "auto",
    compile: Annotated[bool, typer.Option("--compile", help="Use torch.compile.")] = False,
    cuda_graphs: Annotated[bool, typer.Option("--cuda-graphs", help="Replay steps as CUDA graphs.")] = False,
    kernels: Annotated[str, typer.Option(help="Triton for Swish and batch norm: auto, on or off.")] = "auto",
) -> None:
    """Run a homework's recipes, skipping what is done, and rebuild its table and figures; without --data only those.

    Example: python -m reference_solutions.reproduce hw2_cnn --data cifar10=DIR --out results/hw2
    """
    mine = [recipe for recipe in recipes() if recipe.homework == homework]
    if not mine:
        known = ", ".join(sorted({recipe.homework for recipe in recipes()}))
        raise UnusableInput(f"there are no recipes of {homework!r}; there are some of {known}")
    chosen = [(recipe, run) for recipe in mine for run in recipe.runs if _wanted(recipe, run, only or [])]
    if not chosen:
        raise UnusableInput(f"--only {' '.join(only or [])}: no such recipe of {homework}")
    places = named_places(data or [])
    execution = choose_execution(device, precision_named(precision), compile, cuda_graphs, kernels_named(kernels))
    try:
        for recipe, chosen_run in chosen if places else ():
            _run_seeds(recipe, chosen_run, out, range(seeds), epochs, places, execution)
    finally:
        out.mkdir(parents=True, exist_ok=True)
        write_table(out, collect(out, mine), f"{homework}: reference results")
        write_figures(out, mine)
        console.print(f"{out / 'results.md'}, results.csv and figures are up to date", highlight=False)


def _wanted(recipe: Recipe, run: Run, only: list[str]) -> bool:
    return not only or recipe.name in only or recipe.label(run) in only


def named_places(data: list[str]) -> dict[str, str]:
    """Where each data set lies, by its name; "" is the place for all others. Raises UnusableInput."""
    places = {}
    for item in data:
        name, equals, place = item.partition("=")
        if equals and name not in ("cifar10", "fashion-mnist"):
            raise UnusableInput(f"--data {item}: expected cifar10=DIR, fashion-mnist=DIR or DIR")
        places[name if equals else ""] = place if equals else item
    return places


def _run_seeds(
    recipe: Recipe,
    chosen: Run,
    out: Path,
    seeds: range,
    epochs: int | None,
    places: dict[str, str],
    execution: Execution,
) -> None:
    label, place = recipe.label(chosen), places.get(recipe.data, places.get("", ""))
    values = chosen.settings.model_dump()
    values["epochs"] = min(values["epochs"], epochs or values["epochs"])
    wanted = [(folder_of(out, recipe, chosen, n), make_settings(values | {"seed": n}, label)) for n in seeds]
    missing = [(folder, settings) for folder, settings in wanted if not is_done(folder, settings)]
    if not missing:
        console.print(f"{label}: done before", highlight=False)
        return
    if not place:
        console.print(f"{label}: not run, as there is no --data {recipe.data}=DIR", highlight=False)
        return
    images = load_with_progress(place, NETWORKS[chosen.settings.model], out / ".decoded", console)
    for folder, settings in missing:
        console.print(f"{label}, seed {settings.seed}", highlight=False)
        run(Plan(settings, label, folder, execution, resume=(folder / NAME).is_file()), images, console)


if __name__ == "__main__":
    command_line(reproduce)
