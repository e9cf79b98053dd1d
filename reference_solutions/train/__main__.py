"""The command line: `python -m reference_solutions.train MODEL --data DIR --out DIR`.

Example: python -m reference_solutions.train simplenn --data digits --out runs/digits --epochs 20
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from reference_solutions.train.command import command_line, console
from reference_solutions.train.device import choose_execution, kernels_named, precision_named
from reference_solutions.train.networks import find_network
from reference_solutions.train.recipes import find_run, recipe_for
from reference_solutions.train.running import Plan, run
from reference_solutions.train.settings import Settings, make_settings
from reference_solutions.train.sources import load_with_progress
from reference_solutions.train.unusable import UnusableInput


def train(
    model: Annotated[str, typer.Argument(help="Name of the network: simplenn, resnet20, lenet5, vgg_a_bn, ...")],
    data: Annotated[str, typer.Option(help="Image folder, hold-out, FashionMNIST's files, or the word digits.")],
    out: Annotated[Path, typer.Option(help="Folder for checkpoint, metrics, curves, predictions and weights.")],
    recipe: Annotated[str, typer.Option(help="RECIPE or RECIPE/RUN; by default the first one for the model.")] = "",
    epochs: Annotated[int | None, typer.Option(help="Length of the run.")] = None,
    batch_size: Annotated[int | None, typer.Option()] = None,
    learning_rate: Annotated[float | None, typer.Option()] = None,
    weight_decay: Annotated[float | None, typer.Option()] = None,
    seed: Annotated[int | None, typer.Option()] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, ...")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, bf16 or float32.")] = "auto",
    compile: Annotated[bool, typer.Option("--compile", help="Use torch.compile.")] = False,
    cuda_graphs: Annotated[bool, typer.Option("--cuda-graphs", help="Replay steps as CUDA graphs.")] = False,
    kernels: Annotated[str, typer.Option(help="Triton for Swish and batch norm: auto, on or off.")] = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint in --out.")] = False,
) -> None:
    """Train a network of the course.

    Example: python -m reference_solutions.train simplenn --data digits --out runs/digits --epochs 20
    """
    given = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
    given |= {"weight_decay": weight_decay, "seed": seed}
    network = find_network(model)
    name, settings = choose_settings(model, recipe, {key: value for key, value in given.items() if value is not None})
    execution = choose_execution(device, precision_named(precision), compile, cuda_graphs, kernels_named(kernels))
    images = load_with_progress(data, network, out.parent / ".decoded", console)
    record = run(Plan(settings, name, out, execution, resume), images, console)
    result = ", ".join(f"{key} {value:.4f}" for key, value in record["result"].items())
    console.print(f"{model}: {result}; all of it in {out}", highlight=False)


def choose_settings(model: str, recipe: str, given: dict[str, Any]) -> tuple[str, Settings]:
    """Name of the recipe and its settings with those `given` over them. Raises UnusableInput."""
    name = recipe or recipe_for(model)
    if name is None:
        return "none", make_settings({"model": model, **given}, "the command line")
    found, chosen = find_run(name)
    if chosen.settings.model != model:
        raise UnusableInput(f"recipe {found.label(chosen)} trains {chosen.settings.model}, not {model}")
    values = {**chosen.settings.model_dump(), **given}
    return found.label(chosen), make_settings(values, "the command line")


if __name__ == "__main__":
    command_line(train)
