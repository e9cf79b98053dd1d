"""Probes of the residual block and of the CIFAR ResNets."""

from __future__ import annotations

import torch
from torch import nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill, running_statistics, shapes
from autograder.checks.engine.networks import gradients_of_network, logits_in_both_modes, outputs_in_both_modes
from autograder.checks.engine.probe import Criterion, Evidence, close, exact, probe
from autograder.checks.engine.refusing import raised_by

FLOAT32 = "float32 rounding through twenty layers and the statistics of a small batch"
SHALLOW = "float32 rounding through two convolutions and the statistics of a small batch"
FLOAT64 = "float64 rounding through twenty layers, forward and back"
LIBRARY = "torchvision.models"


def criteria(call: str, other: str, because: str) -> dict[str, Criterion]:
    """How the evidence of `in_both_modes` and of `form` is compared, of the networks that `call` and `other` make."""
    return {
        "logits_train": close(f"{call}(x) in training mode, x of shape (4, 3, 32, 32)", 1e-3, 1e-3, because),
        "logits_eval": close(f"{call}(x) in evaluation mode after two batches in training mode", 1e-3, 1e-3, because),
        "running_statistics": close(f"the running statistics of {call} after two batches", 1e-3, 1e-4, because),
        "parameters": exact(f"the number of parameters of {call}"),
        "parameter_shapes": exact(f"the shapes of the parameters of {call}"),
        "logits_shape": exact(f"the output shapes of {call} and {other}"),
    }


def gradient_criteria(call: str, because: str) -> dict[str, Criterion]:
    """How the evidence of `gradients_in_training` is compared, of the network that `call` makes."""
    by_parameter = f"the gradients of {call}(x) with respect to its parameters (two projections of each)"
    return {
        "input_gradient": close(f"the gradient of {call}(x) with respect to x, in float64", 1e-6, 1e-8, because),
        "parameter_gradients": close(by_parameter, 1e-6, 1e-8, because),
    }


def in_both_modes(model: nn.Module, draws: Draws) -> Evidence:
    """`logits_train`, `logits_eval` after two batches in training mode, and the `running_statistics` then."""
    first, second, last = draws.normal(4, 3, 32, 32), draws.normal(4, 3, 32, 32, scale=2.0), draws.normal(2, 3, 32, 32)
    yield from logits_in_both_modes(model, first, second, last, draws)
    with torch.no_grad():
        yield "running_statistics", running_statistics(model, lambda: model(last[:1]))


def form(model: nn.Module, other: nn.Module, draws: Draws) -> Evidence:
    """`parameters` and `parameter_shapes` of `model`, and the `logits_shape` of it and of `other`."""
    x = draws.normal(2, 3, 32, 32)
    yield "parameters", count(model)
    yield "parameter_shapes", shapes(model)
    with torch.no_grad():
        yield "logits_shape", [model.eval()(x).shape, other.to(x.dtype).eval()(x).shape]


def gradients_in_training(model: nn.Module, draws: Draws) -> Evidence:
    """`input_gradient` and `parameter_gradients` in float64, in training mode."""
    yield from gradients_of_network(model, draws.normal(2, 3, 32, 32, dtype=torch.float64), draws)


@probe("resnet", **criteria("resnet20()", "resnet20(num_classes=7)", FLOAT32))  # type: ignore[arg-type]
def resnet20(code: Code, draws: Draws) -> Evidence:
    """ResNet-20: outputs in both modes, running statistics, parameters, output shapes."""
    model = code.resnet.resnet20()
    code.forbid_layers(model, LIBRARY)
    yield from in_both_modes(model, draws)
    yield from form(model, code.resnet.resnet20(num_classes=7), draws)


@probe("resnet", **gradient_criteria("resnet20()", FLOAT64))  # type: ignore[arg-type]
def resnet20_gradients(code: Code, draws: Draws) -> Evidence:
    """ResNet-20: gradients in float64, in training mode."""
    model = code.resnet.resnet20()
    code.forbid_layers(model, LIBRARY)
    yield from gradients_in_training(model, draws)


@probe(
    "resnet",
    same=close(
        "BasicBlock(8, 8)(x) in training and evaluation mode, x of shape (3, 8, 8, 8)", 1e-3, 1e-3, because=SHALLOW
    ),
    narrowing=close(
        "BasicBlock(8, 16, stride=2)(x) in training and evaluation mode, x of shape (3, 8, 8, 8)",
        1e-3,
        1e-3,
        because=SHALLOW,
    ),
    input_gradient=close(
        "the gradient of BasicBlock(8, 16, stride=2)(x) with respect to x, in float64",
        1e-6,
        1e-8,
        because="float64 rounding through two convolutions, forward and back",
    ),
)
def block(code: Code, draws: Draws) -> Evidence:
    """Residual block with and without down-sampling, on inputs that are not negative, as after a ReLU."""
    x, last = draws.normal(3, 8, 8, 8).abs(), draws.normal(3, 8, 8, 8).abs()
    same = code.resnet.BasicBlock(8, 8)
    code.forbid_layers(same, LIBRARY)
    yield "same", outputs_in_both_modes(same, x, last, draws)
    narrowing = code.resnet.BasicBlock(8, 16, stride=2)
    yield "narrowing", outputs_in_both_modes(narrowing, x, last, draws)
    wide = draws.normal(3, 8, 8, 8, dtype=torch.float64).abs().requires_grad_()
    fill(narrowing, draws, wide)
    narrowing.train()
    yield "input_gradient", gradients(narrowing(wide), [wide], draws)[0]


@probe(
    "resnet",
    logits=close("ResNet(8)(x) and ResNet(14, 7)(x) in evaluation mode", 1e-3, 1e-3, because=FLOAT32),
    parameters=exact("the numbers of parameters of ResNet(8), ResNet(14, 7) and ResNet(44)"),
    refusals=exact("what ResNet(depth) raises for depths that are not 6n + 2 with n >= 1"),
)
def depths(code: Code, draws: Draws) -> Evidence:
    """Other depths and numbers of classes; depths that do not exist are refused."""
    x = draws.normal(2, 3, 32, 32)
    models = [code.resnet.ResNet(8), code.resnet.ResNet(14, 7)]
    for model in models:
        fill(model, draws, x[:1])
    with torch.no_grad():
        yield "logits", [model.eval()(x) for model in models]
    yield "parameters", [count(model) for model in [*models, code.resnet.ResNet(44)]]
    n, remainder = (int(draws.integers(low, high, 1)) for low, high in ((2, 9), (1, 6)))
    yield (
        "refusals",
        [
            raised_by(lambda depth=depth: code.resnet.ResNet(depth))  # type: ignore[misc]
            for depth in (6 * n + 2 + remainder, 2, 20 + remainder)
        ],
    )
