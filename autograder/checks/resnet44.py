"""Probes of ResNet-44: what those of ResNet-20 ask, at another depth."""

from __future__ import annotations

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.resnet import LIBRARY, criteria, form, gradient_criteria, gradients_in_training, in_both_modes

FLOAT32 = "float32 rounding through forty-four layers and the statistics of a small batch"
FLOAT64 = "float64 rounding through forty-four layers, forward and back"


@probe("resnet44", **criteria("resnet44()", "resnet44(num_classes=7)", FLOAT32))  # type: ignore[arg-type]
def resnet44(code: Code, draws: Draws) -> Evidence:
    """ResNet-44: outputs in both modes, running statistics, parameters, output shapes."""
    model = code.resnet44.resnet44()
    code.forbid_layers(model, LIBRARY)
    yield from in_both_modes(model, draws)
    yield from form(model, code.resnet44.resnet44(num_classes=7), draws)


@probe("resnet44", **gradient_criteria("resnet44()", FLOAT64))  # type: ignore[arg-type]
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
