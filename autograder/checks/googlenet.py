"""Probes of MiniGoogLeNet and of its three modules."""

from __future__ import annotations

from typing import Any

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill, projections, running_statistics, shapes
from autograder.checks.engine.probe import Evidence, close, exact, probe

FLOAT32 = "float32 rounding through eleven layers and the statistics of a small batch"
SHALLOW = "float32 rounding through one convolution and the statistics of a small batch"
FLOAT64 = "float64 rounding through eleven layers, forward and back"
LIBRARY = "torchvision.models"


@probe(
    "googlenet",
    conv=close(
        "ConvModule(3, 4, 5, stride=2, padding=2)(x) in training and evaluation mode, x of shape (3, 3, 9, 9)",
        1e-3,
        1e-3,
        SHALLOW,
    ),
    inception=close(
        "InceptionModule(6, 4, 5)(x) in training and evaluation mode, x of shape (3, 6, 7, 7)", 1e-3, 1e-3, SHALLOW
    ),
    downsample=close(
        "DownsampleModule(6, 4)(x) in training and evaluation mode, x of shape (3, 6, 8, 8)", 1e-3, 1e-3, SHALLOW
    ),
    input_gradients=close(
        "the gradients of InceptionModule(6, 4, 5)(x) and DownsampleModule(6, 4)(x) with respect to x, in float64",
        1e-6,
        1e-8,
        "float64 rounding through one convolution, forward and back",
    ),
)
def modules(code: Code, draws: Draws) -> Evidence:
    """The three modules that the network is made of."""
    conv = code.googlenet.ConvModule(3, 4, 5, stride=2, padding=2)
    yield "conv", _both_modes(conv, draws, (3, 3, 9, 9))
    inception = code.googlenet.InceptionModule(6, 4, 5)
    yield "inception", _both_modes(inception, draws, (3, 6, 7, 7))
    downsample = code.googlenet.DownsampleModule(6, 4)
    yield "downsample", _both_modes(downsample, draws, (3, 6, 8, 8))
    found = []
    for module in (inception, downsample):
        x = draws.normal(2, 6, 8, 8, dtype=torch.float64).requires_grad_()
        fill(module, draws, x)
        found.append(gradients(module.train()(x), [x], draws)[0])
    yield "input_gradients", found


def _both_modes(module: Any, draws: Draws, shape: tuple[int, ...]) -> list[Any]:
    x, last = draws.normal(*shape), draws.normal(*shape)
    fill(module, draws, x)
    with torch.no_grad():
        return [module.train()(x), module.eval()(last)]


@probe(
    "googlenet",
    logits_train=close("MiniGoogLeNet()(x) in training mode, x of shape (2, 1, 28, 28)", 1e-3, 1e-3, FLOAT32),
    logits_eval=close("MiniGoogLeNet()(x) in evaluation mode after a batch in training mode", 1e-3, 1e-3, FLOAT32),
    running_statistics=close("the running statistics of MiniGoogLeNet() after one batch", 1e-3, 1e-4, FLOAT32),
    parameters=exact("the numbers of parameters of MiniGoogLeNet() and MiniGoogLeNet(7, in_channels=3)"),
    parameter_shapes=exact("the shapes of the parameters of MiniGoogLeNet()"),
    logits_shape=exact("the output shapes of MiniGoogLeNet() and MiniGoogLeNet(7, in_channels=3)"),
)
def network(code: Code, draws: Draws) -> Evidence:
    """MiniGoogLeNet: outputs in both modes, running statistics, parameters, output shapes."""
    model = code.googlenet.MiniGoogLeNet()
    code.forbid_layers(model, LIBRARY)
    x, last = draws.normal(2, 1, 28, 28), draws.normal(1, 1, 28, 28)
    fill(model, draws, last)
    with torch.no_grad():
        logits = model.train()(x)
        yield "logits_train", logits
        yield "logits_eval", model.eval()(last)
        yield "running_statistics", running_statistics(model, lambda: model(last))
        other = code.googlenet.MiniGoogLeNet(7, in_channels=3).to(last.dtype).eval()
        yield "logits_shape", [logits.shape, other(draws.normal(1, 3, 28, 28)).shape]
        yield "parameters", [count(model), count(other)]
        yield "parameter_shapes", shapes(model)


@probe(
    "googlenet",
    input_gradient=close("the gradient of MiniGoogLeNet()(x) with respect to x, in float64", 1e-6, 1e-8, FLOAT64),
    parameter_gradients=close(
        "the gradients of MiniGoogLeNet()(x) with respect to its parameters (two projections of each)",
        1e-6,
        1e-8,
        FLOAT64,
    ),
)
def network_gradients(code: Code, draws: Draws) -> Evidence:
    """MiniGoogLeNet: gradients in float64, in evaluation mode."""
    model = code.googlenet.MiniGoogLeNet()
    code.forbid_layers(model, LIBRARY)
    x = draws.normal(1, 1, 28, 28, dtype=torch.float64).requires_grad_()
    parameters = fill(model, draws, x)
    found = gradients(model.eval()(x), [x, *parameters.values()], draws)
    yield "input_gradient", found[0]
    by_parameter = {id(p): g for p, g in zip(parameters.values(), found[1:], strict=True)}
    yield "parameter_gradients", projections(parameters, lambda p: by_parameter[id(p)], draws)
