"""Probes of LeNet-5 and of its forms with dropout and with batch norm."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence
from autograder.checks.engine.filling import canonical_shape, count, fill, shapes
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.simplenn import (
    BATCH,
    FLOAT32,
    FLOAT64,
    network_gradients,
    normalised_network,
    plain_network,
)

IMAGE = (1, 28, 28)
PASSES, LOGITS = 2000, 10
SHARES = (
    "shares of 2000 passes: the difference of two has deviation at most 0.016, and of the mean logit, in units of "
    "the kept one, 0.022; 0.12 is more than 5 of these, and one layer without dropout moves a share by 0.25"
)


@probe(
    "lenet",
    logits=close("LeNet5()(x) in training mode, x of shape (4, 1, 28, 28)", 1e-3, 1e-3, because=FLOAT32),
    parameters=exact("the number of parameters of LeNet5()"),
    parameter_shapes=exact("the shapes of the parameters of LeNet5()"),
    logits_shape=exact("the output shapes of LeNet5() and LeNet5(num_classes=7)"),
)
def lenet5(code: Code, draws: Draws) -> Evidence:
    """LeNet-5: outputs with given weights, parameters, output shapes."""
    yield from plain_network(code.lenet.LeNet5, IMAGE, draws)


@probe(
    "lenet",
    input_gradient=close("the gradient of LeNet5()(x) with respect to x, in float64", 1e-6, 1e-8, because=FLOAT64),
    parameter_gradients=close(
        "the gradients of LeNet5()(x) with respect to its parameters (two projections of each)",
        1e-6,
        1e-8,
        because=FLOAT64,
    ),
)
def lenet5_gradients(code: Code, draws: Draws) -> Evidence:
    """LeNet-5: gradients in float64."""
    yield from network_gradients(code.lenet.LeNet5(), IMAGE, draws)


def _dropped(logits: np.ndarray, draws: Draws) -> dict[str, Any]:
    """How often a logit is at each of its levels, and how often two are zero together.

    The weights of `dropout` let logit k show one unit of each hidden layer: it is 0 where the unit of the second is
    dropped, low where only that of the first is, and high where both are kept.
    """
    high = np.maximum(np.abs(logits).max(axis=0), 1e-12)
    level = logits / high
    zero = np.abs(level) < 1e-4
    kept = np.where(zero, np.nan, level)
    low = np.nan_to_num(kept, nan=2.0).min(axis=0)
    is_low, is_high = np.abs(level - low) < 1e-3, np.abs(level - 1) < 1e-3
    together = (zero.astype(np.float64).T @ zero) / len(zero)
    return {
        "the share of zeros in each logit": zero.mean(axis=0),
        "the share at the lower level": (is_low & ~is_high).mean(axis=0),
        "the share at the higher level": is_high.mean(axis=0),
        "the share of passes in which two logits are zero": (together.sum() - np.trace(together))
        / (LOGITS**2 - LOGITS),
        "the higher level, on a logarithmic scale": np.log(high),
        "the lower level over the higher": low,
    }


@probe(
    "lenet",
    logits_eval=close("LeNet5Dropout()(x) in evaluation mode", 1e-3, 1e-3, because=FLOAT32),
    dropped=close(
        "2000 passes of one image through LeNet5Dropout() in training mode, with weights that let each logit show one "
        "unit of each hidden layer",
        0.0,
        0.12,
        SHARES,
        _dropped,
    ),
    parameters=exact("the number of parameters of LeNet5Dropout()"),
    parameter_shapes=exact("the shapes of the parameters of LeNet5Dropout()"),
)
def dropout(code: Code, draws: Draws) -> Evidence:
    """LeNet-5 with dropout: evaluation, what is dropped in training, parameters."""
    model = code.lenet.LeNet5Dropout()
    x = draws.normal(3, *IMAGE)
    parameters = fill(model, draws, x)
    with torch.no_grad():
        yield "logits_eval", model.eval()(x)
        _wire(parameters)
        model.train()
        yield "dropped", model(x[:1].expand(PASSES, *IMAGE))
    yield "parameters", count(model)
    yield "parameter_shapes", shapes(model)


def _wire(parameters: dict[Any, torch.Tensor]) -> None:
    """Let logit k be unit k of the second hidden layer, and that be 1 plus unit k of the first, all active.

    Raises NotEvidence where there are no linear layers from 120 to 84 and from 84 to 10.
    """
    by_shape = {key[:2]: p for key, p in parameters.items()}
    try:
        for shape in ((84, 120), (10, 84)):
            matrix = by_shape[shape, "weight"]
            matrix.copy_(torch.eye(*shape) if tuple(matrix.shape) == shape else torch.eye(*shape).t())
        for size, value in ((120, 8.0), (84, 1.0), (10, 0.0)):
            by_shape[(size,), "shift"].fill_(value)
    except KeyError:
        found = sorted(list(canonical_shape(p)) for p in parameters.values())
        raise NotEvidence(f"LeNet5Dropout() has to keep LeNet-5's linear layers; its parameters are {found}") from None


@probe(
    "lenet",
    logits_train=close("LeNet5BatchNorm()(x) in training mode, x of shape (4, 1, 28, 28)", 1e-3, 1e-3, because=BATCH),
    logits_eval=close(
        "LeNet5BatchNorm()(x) in evaluation mode after two batches in training mode", 1e-3, 1e-3, because=BATCH
    ),
    running_statistics=close("the running statistics after two batches", 1e-3, 1e-4, because=BATCH),
    parameters=exact("the number of parameters of LeNet5BatchNorm()"),
    parameter_shapes=exact("the shapes of the parameters of LeNet5BatchNorm()"),
)
def batchnorm(code: Code, draws: Draws) -> Evidence:
    """LeNet-5 with batch norm: outputs in both modes, running statistics, parameters."""
    yield from normalised_network(code.lenet.LeNet5BatchNorm(), IMAGE, draws)
