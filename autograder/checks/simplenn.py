"""Probes of SimpleNN and of its forms with batch norm and with Swish."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill, projections, running_statistics, shapes
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
    x = draws.normal(4, 3, 32, 32)
    model = code.simplenn.SimpleNN()
    fill(model, draws, x)
    logits = model(x)
    yield "logits", logits
    yield "parameters", count(model)
    yield "parameter_shapes", shapes(model)
    other = code.simplenn.SimpleNN(num_classes=7).to(x.dtype)
    yield "logits_shape", [logits.shape, other(x[:1]).shape]


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
    yield from _gradients(code.simplenn.SimpleNN(), draws)


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
    model = code.simplenn.SimpleNNBatchNorm()
    first, second, last = draws.normal(4, 3, 32, 32), draws.normal(4, 3, 32, 32, scale=2.0), draws.normal(2, 3, 32, 32)
    yield from _both_modes(model, first, second, last, draws)
    yield "running_statistics", running_statistics(model, lambda: model(last))
    yield "parameters", count(model)
    yield "parameter_shapes", shapes(model)


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
    yield from _gradients(code.simplenn.SimpleNNBatchNorm(), draws)


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
    first, second, last = draws.normal(4, 3, 32, 32), draws.normal(4, 3, 32, 32, scale=2.0), draws.normal(2, 3, 32, 32)
    with code.forbid("silu"):
        yield from _both_modes(model, first, second, last, draws)
        found = dict(_gradients(model, draws))
    yield "parameter_gradients", found["parameter_gradients"]


def _both_modes(model: Any, first: Tensor, second: Tensor, last: Tensor, draws: Draws) -> Evidence:
    fill(model, draws, first)
    with torch.no_grad():
        model.train()
        yield "logits_train", model(first)
        model(second)
        model.eval()
        yield "logits_eval", model(last)


def _gradients(model: Any, draws: Draws) -> Evidence:
    x = draws.normal(3, 3, 32, 32, dtype=torch.float64).requires_grad_()
    parameters = fill(model, draws, x)
    model.train()
    found = gradients(model(x), [x, *parameters.values()], draws)
    yield "input_gradient", found[0]
    by_parameter = {id(p): g for p, g in zip(parameters.values(), found[1:], strict=True)}
    yield "parameter_gradients", projections(parameters, lambda p: by_parameter[id(p)], draws)
