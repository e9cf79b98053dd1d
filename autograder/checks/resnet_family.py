"""Probes of the two residual blocks and of the five ResNets for 32x32 images."""

from __future__ import annotations

from typing import Any

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import fill, running_statistics
from autograder.checks.engine.networks import count_without_memory, gradients_of_network, outputs_in_both_modes
from autograder.checks.engine.probe import Evidence, close, exact, probe

LIBRARY = "torchvision.models"
NAMES = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
SHALLOW = "float32 rounding through three convolutions and the statistics of a small batch"
FLOAT32 = "float32 rounding through up to seventeen layers and the statistics of a small batch"
FLOAT64 = "float64 rounding through up to seventeen layers, forward and back"
DEEP = "float64 through up to 152 layers, each of which may double a rounding of 1e-16 several times over"


def _blocks(build: Any, cases: dict[str, tuple[int, ...]], code: Code, draws: Draws) -> Evidence:
    """Outputs of each case in both modes, then the gradient to the input of the last, in float64."""
    for name, arguments in cases.items():
        block = build(*arguments)
        code.forbid_layers(block, LIBRARY)
        x, last = draws.normal(3, arguments[0], 6, 6).abs(), draws.normal(3, arguments[0], 6, 6).abs()
        yield name, outputs_in_both_modes(block, x, last, draws)
    wide = draws.normal(3, arguments[0], 6, 6, dtype=torch.float64).abs().requires_grad_()
    fill(block, draws, wide)
    yield "input_gradient", gradients(block.train()(wide), [wide], draws)[0]


@probe(
    "resnet_family",
    same=close("BasicBlock(6, 6)(x) in training and evaluation mode, x of shape (3, 6, 6, 6)", 1e-3, 1e-3, SHALLOW),
    widening=close("BasicBlock(6, 9)(x) in training and evaluation mode", 1e-3, 1e-3, SHALLOW),
    narrowing=close("BasicBlock(6, 12, 2)(x) in training and evaluation mode", 1e-3, 1e-3, SHALLOW),
    input_gradient=close("the gradient of BasicBlock(6, 12, 2)(x) to x, in float64", 1e-6, 1e-8, FLOAT64),
)
def basic_block(code: Code, draws: Draws) -> Evidence:
    """Basic block: same shape, more channels, half the size; inputs are not negative, as after a ReLU."""
    cases = {"same": (6, 6), "widening": (6, 9), "narrowing": (6, 12, 2)}
    yield from _blocks(code.resnet_family.BasicBlock, cases, code, draws)


@probe(
    "resnet_family",
    same=close("Bottleneck(16, 4)(x) in training and evaluation mode, x of shape (3, 16, 6, 6)", 1e-3, 1e-3, SHALLOW),
    widening=close("Bottleneck(4, 4)(x) in training and evaluation mode", 1e-3, 1e-3, SHALLOW),
    narrowing=close("Bottleneck(16, 6, 2)(x) in training and evaluation mode", 1e-3, 1e-3, SHALLOW),
    input_gradient=close("the gradient of Bottleneck(16, 6, 2)(x) to x, in float64", 1e-6, 1e-8, FLOAT64),
)
def bottleneck(code: Code, draws: Draws) -> Evidence:
    """Bottleneck: same shape, more channels, half the size; inputs are not negative, as after a ReLU."""
    cases = {"same": (16, 4), "widening": (4, 4), "narrowing": (16, 6, 2)}
    yield from _blocks(code.resnet_family.Bottleneck, cases, code, draws)


def _small(code: Code) -> list[Any]:
    family = code.resnet_family
    models = [
        family.ResNet(family.BasicBlock, (1, 2, 1, 1), num_classes=7, width=4),
        family.ResNet(family.Bottleneck, (2, 1, 1, 1), num_classes=7, width=3),
    ]
    for model in models:
        code.forbid_layers(model, LIBRARY)
    return models


SMALL = "ResNet(BasicBlock, (1, 2, 1, 1), 7, width=4) and ResNet(Bottleneck, (2, 1, 1, 1), 7, width=3)"


@probe(
    "resnet_family",
    logits=close(f"{SMALL} in training and evaluation mode", 1e-3, 1e-3, FLOAT32),
    running_statistics=close(f"the running statistics of {SMALL} after one batch", 1e-3, 1e-4, FLOAT32),
)
def network(code: Code, draws: Draws) -> Evidence:
    """Small networks of either block: outputs in both modes and running statistics."""
    x, last = draws.normal(4, 3, 32, 32), draws.normal(2, 3, 32, 32)
    models = _small(code)
    yield "logits", [outputs_in_both_modes(model, x, last, draws) for model in models]
    yield "running_statistics", [running_statistics(m, lambda m=m: m(last[:1])) for m in models]  # type: ignore[misc]


@probe(
    "resnet_family",
    input_gradients=close(f"the gradients of {SMALL} to their input, in float64", 1e-6, 1e-8, FLOAT64),
    parameter_gradients=close(f"the gradients of {SMALL} to their parameters (projected)", 1e-6, 1e-8, FLOAT64),
)
def network_gradients(code: Code, draws: Draws) -> Evidence:
    """Small networks of either block: gradients in float64, in training mode."""
    found = []
    for model in _small(code):
        x = draws.normal(2, 3, 32, 32, dtype=torch.float64)
        found.append(dict(gradients_of_network(model, x, draws)))
    yield "input_gradients", [f["input_gradient"] for f in found]
    yield "parameter_gradients", [f["parameter_gradients"] for f in found]


@probe(
    "resnet_family",
    logits=close(
        "resnet18 to resnet152 with 7 classes and width=2, in training mode and float64, x of shape (2, 3, 32, 32)",
        1e-5,
        1e-6,
        DEEP,
    ),
    parameters=exact("the numbers of parameters of resnet18() to resnet152()"),
    seconds=30.0,
)
def family(code: Code, draws: Draws) -> Evidence:
    """ResNet-18, 34, 50, 101 and 152: outputs of narrow ones, parameters of those of full width."""
    x = draws.normal(2, 3, 32, 32, dtype=torch.float64)
    logits = []
    for name in NAMES:
        model = getattr(code.resnet_family, name)(num_classes=7, width=2)
        code.forbid_layers(model, LIBRARY)
        fill(model, draws, x)
        with torch.no_grad():
            logits.append(model.train()(x))
    yield "logits", logits
    yield "parameters", [count_without_memory(getattr(code.resnet_family, name)) for name in NAMES]
