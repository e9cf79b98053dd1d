"""Probes of the CIFAR network and of its options: batch norm, dropout, residual connections, activation."""

from __future__ import annotations

import torch
from torch import nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill, running_statistics, shapes
from autograder.checks.engine.networks import gradients_of_network, logits_in_both_modes, outputs_in_both_modes
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.engine.random_outputs import (
    ABSOLUTE,
    REASON,
    RELATIVE,
    outputs_of_copies,
    spread_and_centre,
)

SHALLOW = "float32 rounding through two convolutions"
FLOAT32 = "float32 rounding through eight layers and the batch's statistics"
FLOAT64 = "float64 rounding through eight layers, forward and back"


@probe(
    "cifar_cnn",
    plain=close("Stage(3, 5)(x), x of shape (3, 3, 8, 8)", 1e-3, 1e-3, SHALLOW),
    residual=close("Stage(3, 5, residual=True)(x)", 1e-3, 1e-3, SHALLOW),
    normalised=close("Stage(3, 5, batch_norm=True)(x) in training and evaluation mode", 1e-3, 1e-3, SHALLOW),
)
def stage(code: Code, draws: Draws) -> Evidence:
    """One stage: plain, with its residual connection, and with batch norm."""
    x, last = draws.normal(3, 3, 8, 8), draws.normal(3, 3, 8, 8)
    build = code.cifar_cnn.Stage
    yield "plain", outputs_in_both_modes(build(3, 5), x, last, draws)
    yield "residual", outputs_in_both_modes(build(3, 5, residual=True), x, last, draws)
    yield "normalised", outputs_in_both_modes(build(3, 5, batch_norm=True), x, last, draws)


@probe(
    "cifar_cnn",
    logits=close("CifarCNN(7, width=3)(x), x of shape (3, 3, 32, 32)", 1e-3, 1e-3, FLOAT32),
    parameters=exact("the number of parameters of CifarCNN()"),
    parameter_shapes=exact("the shapes of the parameters of CifarCNN(7, width=3)"),
    logits_shape=exact("the output shapes of CifarCNN(7, width=3) and CifarCNN(width=2)"),
)
def network(code: Code, draws: Draws) -> Evidence:
    """CifarCNN without options: outputs with given weights, parameters, output shapes."""
    x = draws.normal(3, 3, 32, 32)
    model = code.cifar_cnn.CifarCNN(7, width=3)
    fill(model, draws, x)
    with torch.no_grad():
        logits = model(x)
        yield "logits", logits
        yield "parameters", count(code.cifar_cnn.CifarCNN())
        yield "parameter_shapes", shapes(model)
        other = code.cifar_cnn.CifarCNN(width=2).to(x.dtype)
        yield "logits_shape", [logits.shape, other(x[:1]).shape]


@probe(
    "cifar_cnn",
    input_gradient=close("the gradient of CifarCNN(7, width=3)(x) to x, in float64", 1e-6, 1e-8, FLOAT64),
    parameter_gradients=close(
        "the gradients of CifarCNN(7, width=3)(x) to its parameters (two projections of each)", 1e-6, 1e-8, FLOAT64
    ),
)
def network_gradients(code: Code, draws: Draws) -> Evidence:
    """CifarCNN without options: gradients in float64."""
    x = draws.normal(2, 3, 32, 32, dtype=torch.float64)
    yield from gradients_of_network(code.cifar_cnn.CifarCNN(7, width=3), x, draws)


OPTIONS = "CifarCNN(7, width=3, batch_norm=True, residual=True, activation=nn.Tanh)"


@probe(
    "cifar_cnn",
    logits_train=close(f"{OPTIONS}(x) in training mode", 1e-3, 1e-3, FLOAT32),
    logits_eval=close(f"{OPTIONS}(x) in evaluation mode after two batches in training mode", 1e-3, 1e-3, FLOAT32),
    running_statistics=close("the running statistics after two batches", 1e-3, 1e-4, FLOAT32),
    parameter_shapes=exact(f"the shapes of the parameters of {OPTIONS}"),
    input_gradient=close(f"the gradient of {OPTIONS}(x) to x, in float64", 1e-6, 1e-8, FLOAT64),
    parameter_gradients=close(
        f"the gradients of {OPTIONS}(x) to its parameters (two projections of each)", 1e-6, 1e-8, FLOAT64
    ),
)
def options(code: Code, draws: Draws) -> Evidence:
    """CifarCNN with batch norm, residual connections and tanh: outputs, running statistics, gradients."""
    model = code.cifar_cnn.CifarCNN(7, width=3, batch_norm=True, residual=True, activation=nn.Tanh)
    first, second, last = draws.normal(4, 3, 32, 32), draws.normal(4, 3, 32, 32, scale=2.0), draws.normal(2, 3, 32, 32)
    yield from logits_in_both_modes(model, first, second, last, draws)
    yield "running_statistics", running_statistics(model, lambda: model(last))
    yield "parameter_shapes", shapes(model)
    yield from gradients_of_network(model, draws.normal(2, 3, 32, 32, dtype=torch.float64), draws)


@probe(
    "cifar_cnn",
    logits_eval=close("CifarCNN(7, width=2, dropout=0.3)(x) in evaluation mode", 1e-3, 1e-3, FLOAT32),
    logits_train=close(
        "CifarCNN(7, width=2, dropout=0.3) in training mode on 3000 copies of an image",
        RELATIVE,
        ABSOLUTE,
        REASON,
        spread_and_centre,
    ),
)
def dropout(code: Code, draws: Draws) -> Evidence:
    """CifarCNN with dropout: nothing is dropped in evaluation mode, and the right share in training mode."""
    x = draws.normal(2, 3, 32, 32)
    model = code.cifar_cnn.CifarCNN(7, width=2, dropout=0.3)
    random = outputs_of_copies(model, x[:1], draws)
    with torch.no_grad():
        yield "logits_eval", model.eval()(x)
    yield "logits_train", random
