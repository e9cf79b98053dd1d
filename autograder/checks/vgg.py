"""Probes of VGG-A and its variants."""

from __future__ import annotations

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import fill, running_statistics, shapes
from autograder.checks.engine.networks import count_without_memory, gradients_of_network, logits_in_both_modes
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.engine.random_outputs import (
    ABSOLUTE,
    REASON,
    RELATIVE,
    outputs_of_copies,
    spread_and_centre,
)

LIBRARY = "torchvision.models"
FLOAT32 = "float32 rounding through eleven layers"
BATCH = "float32 rounding through eleven layers and the statistics of a small batch"
FLOAT64 = "float64 rounding through eleven layers, forward and back"


@probe(
    "vgg",
    logits=close("VGGA(7, width=3)(x), x of shape (3, 3, 32, 32)", 1e-3, 1e-3, FLOAT32),
    parameters=exact("the number of parameters of VGGA()"),
    parameter_shapes=exact("the shapes of the parameters of VGGA(7, width=3)"),
    logits_shape=exact("the output shape of VGGA(7, width=3)"),
)
def vgg_a(code: Code, draws: Draws) -> Evidence:
    """VGG-A: outputs with given weights, parameters, output shape."""
    x = draws.normal(3, 3, 32, 32)
    model = code.vgg.VGGA(7, width=3)
    code.forbid_layers(model, LIBRARY)
    fill(model, draws, x)
    with torch.no_grad():
        logits = model(x)
    yield "logits", logits
    yield "parameters", count_without_memory(code.vgg.VGGA)
    yield "parameter_shapes", shapes(model)
    yield "logits_shape", logits.shape


@probe(
    "vgg",
    plain=close("the gradients of VGGA(7, width=3)(x) to its parameters (projected)", 1e-6, 1e-8, FLOAT64),
    normalised=close(
        "the gradients of VGGA(7, width=3, batch_norm=True)(x) to its parameters (projected)", 1e-6, 1e-8, FLOAT64
    ),
)
def gradients(code: Code, draws: Draws) -> Evidence:
    """VGG-A without and with batch norm: gradients in float64, in training mode."""
    for key, batch_norm in (("plain", False), ("normalised", True)):
        x = draws.normal(3, 3, 32, 32, dtype=torch.float64)
        model = code.vgg.VGGA(7, width=3, batch_norm=batch_norm)
        code.forbid_layers(model, LIBRARY)
        yield key, dict(gradients_of_network(model, x, draws))["parameter_gradients"]


@probe(
    "vgg",
    logits_train=close("VGGA(7, width=3, batch_norm=True)(x) in training mode", 1e-3, 1e-3, BATCH),
    logits_eval=close(
        "VGGA(7, width=3, batch_norm=True)(x) in evaluation mode after two batches in training mode", 1e-3, 1e-3, BATCH
    ),
    running_statistics=close("the running statistics after two batches", 1e-3, 1e-4, BATCH),
    parameters=exact("the number of parameters of VGGA(batch_norm=True)"),
    parameter_shapes=exact("the shapes of the parameters of VGGA(7, width=3, batch_norm=True)"),
)
def batch_norm(code: Code, draws: Draws) -> Evidence:
    """VGG-A with batch norm: outputs in both modes, running statistics, parameters."""
    model = code.vgg.VGGA(7, width=3, batch_norm=True)
    code.forbid_layers(model, LIBRARY)
    first, second, last = draws.normal(6, 3, 32, 32), draws.normal(6, 3, 32, 32, scale=2.0), draws.normal(2, 3, 32, 32)
    yield from logits_in_both_modes(model, first, second, last, draws)
    yield "running_statistics", running_statistics(model, lambda: model(last))
    yield "parameters", count_without_memory(lambda: code.vgg.VGGA(batch_norm=True))
    yield "parameter_shapes", shapes(model)


@probe(
    "vgg",
    logits_eval=close("VGGA(7, width=2, dropout=0.3)(x) in evaluation mode", 1e-3, 1e-3, FLOAT32),
    logits_train=close(
        "VGGA(7, width=2, dropout=0.3) in training mode on 3000 copies of an image",
        RELATIVE,
        ABSOLUTE,
        REASON,
        spread_and_centre,
    ),
    both_eval=close(
        "VGGA(7, width=2, batch_norm=True, dropout=0.3)(x) in evaluation mode after a batch in training mode",
        1e-3,
        1e-3,
        BATCH,
    ),
)
def dropout(code: Code, draws: Draws) -> Evidence:
    """VGG-A with dropout, alone and with batch norm."""
    x = draws.normal(6, 3, 32, 32)
    model = code.vgg.VGGA(7, width=2, dropout=0.3)
    code.forbid_layers(model, LIBRARY)
    random = outputs_of_copies(model, x[:1], draws)
    both = code.vgg.VGGA(7, width=2, batch_norm=True, dropout=0.3)
    fill(both, draws, x)
    with torch.no_grad():
        yield "logits_eval", model.eval()(x)
        yield "logits_train", random
        both.train()(x)
        yield "both_eval", both.eval()(x)


@probe(
    "vgg",
    logits=close("VGGALight(7, width=3)(x), x of shape (3, 3, 32, 32)", 1e-3, 1e-3, FLOAT32),
    parameters=exact("the number of parameters of VGGALight()"),
    parameter_shapes=exact("the shapes of the parameters of VGGALight(7, width=3)"),
)
def light(code: Code, draws: Draws) -> Evidence:
    """The light VGG-A of two stages: outputs with given weights, parameters."""
    x = draws.normal(3, 3, 32, 32)
    model = code.vgg.VGGALight(7, width=3)
    fill(model, draws, x)
    with torch.no_grad():
        yield "logits", model(x)
    yield "parameters", count_without_memory(code.vgg.VGGALight)
    yield "parameter_shapes", shapes(model)
