"""Probes of SimpleNN and of its forms with batch norm and with Swish."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill, running_statistics, shapes
from autograder.checks.engine.networks import gradients_of_network, logits_in_both_modes
from autograder.checks.engine.probe import Evidence, close, exact, probe

FLOAT32 = "float32 rounding through five layers"
BATCH = "float32 rounding through five layers and the batch's statistics"
FLOAT64 = "float64 rounding through five layers, forward and back"


@probe(
    "simplenn",
    logits=close("SimpleNN()(x) in training mode, x of shape (4, 3, 32, 32)", 1e-3, 1e-3, because=FLOAT32),
    parameters=exact("the number of parameters of SimpleNN()"),
    parameter_shapes=exact("the shapes of the parameters of SimpleNN()"),
    logits_shape=exact("the output shapes of SimpleNN() and SimpleNN(num_classes=7)"),
)
def simplenn(code: Code, draws: Draws) -> Evidence:
    """SimpleNN: outputs with given weights, parameters, output shapes."""
    yield from plain_network(code.simplenn.SimpleNN, (3, 32, 32), draws)


@probe(
    "simplenn",
    input_gradient=close("the gradient of SimpleNN()(x) with respect to x, in float64", 1e-6, 1e-8, because=FLOAT64),
    parameter_gradients=close(
        "the gradients of SimpleNN()(x) with respect to its parameters (two projections of each)",
        1e-6,
        1e-8,
        because=FLOAT64,
    ),
)
def simplenn_gradients(code: Code, draws: Draws) -> Evidence:
    """SimpleNN: gradients in float64."""
    yield from network_gradients(code.simplenn.SimpleNN(), (3, 32, 32), draws)


@probe(
    "simplenn",
    logits_train=close("SimpleNNBatchNorm()(x) in training mode, x of shape (4, 3, 32, 32)", 1e-3, 1e-3, because=BATCH),
    logits_eval=close(
        "SimpleNNBatchNorm()(x) in evaluation mode after two batches in training mode", 1e-3, 1e-3, because=BATCH
    ),
    running_statistics=close("the running statistics after two batches", 1e-3, 1e-4, because=BATCH),
    parameters=exact("the number of parameters of SimpleNNBatchNorm()"),
    parameter_shapes=exact("the shapes of the parameters of SimpleNNBatchNorm()"),
)
def batchnorm(code: Code, draws: Draws) -> Evidence:
    """SimpleNN with batch norm: outputs in both modes, running statistics, parameters."""
    yield from normalised_network(code.simplenn.SimpleNNBatchNorm(), (3, 32, 32), draws)


@probe(
    "simplenn",
    input_gradient=close(
        "the gradient of SimpleNNBatchNorm()(x) with respect to x, in float64", 1e-6, 1e-8, because=FLOAT64
    ),
    parameter_gradients=close(
        "the gradients of SimpleNNBatchNorm()(x) with respect to its parameters (two projections of each)",
        1e-6,
        1e-8,
        because=FLOAT64,
    ),
)
def batchnorm_gradients(code: Code, draws: Draws) -> Evidence:
    """SimpleNN with batch norm: gradients in float64, in training mode."""
    yield from network_gradients(code.simplenn.SimpleNNBatchNorm(), (3, 32, 32), draws)


@probe(
    "simplenn",
    logits_train=close("SimpleNNSwish()(x) in training mode, x of shape (4, 3, 32, 32)", 1e-3, 1e-3, because=BATCH),
    logits_eval=close(
        "SimpleNNSwish()(x) in evaluation mode after two batches in training mode", 1e-3, 1e-3, because=BATCH
    ),
    parameter_gradients=close(
        "the gradients of SimpleNNSwish()(x) with respect to its parameters (two projections of each)",
        1e-6,
        1e-8,
        because=FLOAT64,
    ),
)
def swish(code: Code, draws: Draws) -> Evidence:
    """SimpleNN with batch norm and Swish: outputs in both modes, and gradients."""
    model = code.simplenn.SimpleNNSwish()
    with code.forbid("silu"):
        yield from both_modes(model, (3, 32, 32), draws)
        found = dict(network_gradients(model, (3, 32, 32), draws))
    yield "parameter_gradients", found["parameter_gradients"]


def plain_network(make: Callable[..., Any], image: tuple[int, int, int], draws: Draws) -> Evidence:
    """Logits of `make()` with filled weights, its parameters, and the output shapes of it and `make(num_classes=7)`.

    image: the shape of one input.
    """
    x = draws.normal(4, *image)
    model = make()
    fill(model, draws, x)
    logits = model(x)
    yield "logits", logits
    yield "parameters", count(model)
    yield "parameter_shapes", shapes(model)
    other = make(num_classes=7).to(x.dtype)
    yield "logits_shape", [logits.shape, other(x[:1]).shape]


def both_modes(model: Any, image: tuple[int, int, int], draws: Draws) -> Evidence:
    """Logits in training mode, and in evaluation mode after two batches in training mode."""
    first, second, last = draws.normal(4, *image), draws.normal(4, *image, scale=2.0), draws.normal(2, *image)
    yield from logits_in_both_modes(model, first, second, last, draws)


def normalised_network(model: Any, image: tuple[int, int, int], draws: Draws) -> Evidence:
    """Logits in both modes, the running statistics after two batches, and the parameters."""
    yield from both_modes(model, image, draws)
    yield "running_statistics", running_statistics(model, lambda: model(draws.normal(2, *image)))
    yield "parameters", count(model)
    yield "parameter_shapes", shapes(model)


def network_gradients(model: Any, image: tuple[int, int, int], draws: Draws) -> Evidence:
    """Gradients with respect to the input and to the parameters, in float64 and in training mode."""
    yield from gradients_of_network(model, draws.normal(3, *image, dtype=torch.float64), draws)
