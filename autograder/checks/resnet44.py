"""Probes of ResNet-44: what those of ResNet-20 ask, at another depth."""

from __future__ import annotations

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.resnet import LIBRARY, form, gradients_in_training, in_both_modes

FLOAT32 = "float32 rounding through forty-four layers and the statistics of a small batch"
FLOAT64 = "float64 rounding through forty-four layers, forward and back"


@probe(
    "resnet44",
    logits_train=close("resnet44()(x) in training mode, x of shape (4, 3, 32, 32)", 1e-3, 2e-3, because=FLOAT32),
    logits_eval=close(
        "resnet44()(x) in evaluation mode after two batches in training mode", 1e-3, 2e-3, because=FLOAT32
    ),
    running_statistics=close("the running statistics of resnet44() after two batches", 1e-3, 1e-4, because=FLOAT32),
    parameters=exact("the number of parameters of resnet44()"),
    parameter_shapes=exact("the shapes of the parameters of resnet44()"),
    logits_shape=exact("the output shapes of resnet44() and resnet44(num_classes=7)"),
)
def resnet44(code: Code, draws: Draws) -> Evidence:
    """ResNet-44: outputs in both modes, running statistics, parameters, output shapes."""
    model = code.resnet44.resnet44()
    code.forbid_layers(model, LIBRARY)
    yield from in_both_modes(model, draws)
    yield from form(model, code.resnet44.resnet44(num_classes=7), draws)


@probe(
    "resnet44",
    input_gradient=close("the gradient of resnet44()(x) with respect to x, in float64", 1e-6, 1e-8, because=FLOAT64),
    parameter_gradients=close(
        "the gradients of resnet44()(x) with respect to its parameters (two projections of each)",
        1e-6,
        1e-8,
        because=FLOAT64,
    ),
)
def resnet44_gradients(code: Code, draws: Draws) -> Evidence:
    """ResNet-44: gradients in float64, in training mode."""
    model = code.resnet44.resnet44()
    code.forbid_layers(model, LIBRARY)
    yield from gradients_in_training(model, draws)


@probe(
    "resnet44",
    logits=close("cifar_resnet(8)(x) and cifar_resnet(14, 7)(x) in evaluation mode", 1e-3, 1e-3, because=FLOAT32),
    parameters=exact("the numbers of parameters of cifar_resnet(8) and cifar_resnet(14, 7)"),
)
def depths(code: Code, draws: Draws) -> Evidence:
    """Shallower networks of the same family, and another number of classes."""
    x = draws.normal(2, 3, 32, 32)
    models = [code.resnet44.cifar_resnet(8), code.resnet44.cifar_resnet(14, 7)]
    for model in models:
        fill(model, draws, x[:1])
    with torch.no_grad():
        yield "logits", [model.eval()(x) for model in models]
    yield "parameters", [count(model) for model in models]
