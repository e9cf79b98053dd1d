"""Probes of the pieces of a controlled comparison: losses, activations, optimisers, and the grid of settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.images import names
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.engine.refusing import raised_by

LOSSES = ("cross_entropy", "mse", "smooth_l1", "bce_with_logits")
ACTIVATIONS = ("relu", "sigmoid", "leaky_relu", "tanh", "softplus")
OPTIMIZERS = ("sgd", "adagrad", "adadelta", "adam")
FLOAT32 = "float32: sums of up to 70 terms; formulas differ by a few units of 1e-7"
FLOAT64 = "float64: formulas differ by a few units of 1e-16; softplus counts as linear above 20, which is 2e-9"
STEPS64 = "float64 through 12 steps of an optimiser, whose foreach and single-tensor forms round differently"


@probe(
    "single_factor",
    values=close("build_loss(name)(logits, labels) of the four losses, 7 classes and 3", 1e-5, 1e-6, FLOAT32),
    gradients=close("the gradients of the four losses to the logits, in float64", 1e-8, 1e-10, FLOAT64),
    large=close("build_loss(name)(logits, labels) with logits of 200 in size, float64", 1e-8, 1e-9, FLOAT64),
)
def losses(code: Code, draws: Draws) -> Evidence:
    """The four losses on two numbers of classes: values, gradients, and values at large logits."""
    functions = [code.single_factor.build_loss(name) for name in LOSSES]
    # of the seven classes the last is in no label: how many there are is for the logits to say
    sizes = ((10, 7, 6), (4, 3, 3))
    wide = [(draws.normal(n, c, scale=2.0, dtype=torch.float64), draws.integers(0, top, n)) for n, c, top in sizes]
    narrow = [(logits.to(draws.conditions.dtype), labels) for logits, labels in wide]
    yield "values", [[loss(logits.clone(), labels) for loss in functions] for logits, labels in narrow]
    wide = [(logits.requires_grad_(), labels) for logits, labels in wide]
    yield "gradients", [[gradients(loss(x, y), [x], draws)[0] for loss in functions] for x, y in wide]
    far = 200.0 * (draws.integers(0, 2, 6, 5) * 2 - 1).to(torch.float64) + draws.normal(6, 5, dtype=torch.float64)
    labels = draws.integers(0, 5, 6)
    yield "large", [loss(far.clone(), labels) for loss in functions]


@probe(
    "single_factor",
    values=close("build_activation(name)(x) for the five activations, x of shape (60,)", 1e-5, 1e-7, FLOAT32),
    gradients=close("the derivatives of the five activations, in float64", 1e-7, 1e-8, FLOAT64),
)
def activations(code: Code, draws: Draws) -> Evidence:
    """The five activations and their derivatives, some of the inputs far from zero."""
    layers = [code.single_factor.build_activation(name) for name in ACTIVATIONS]
    leaf = torch.cat([draws.normal(n, scale=size, dtype=torch.float64) for n, size in ((40, 3.0), (20, 100.0))])
    yield "values", [layer(leaf.to(draws.conditions.dtype)) for layer in layers]
    leaf.requires_grad_()
    yield "gradients", [gradients(layer(leaf * 1), [leaf], draws)[0] for layer in layers]


@probe(
    "single_factor",
    traces=close(
        "the parameters at each of 12 steps of build_optimizer(name, parameters, learning_rate), two rates each",
        1e-8,
        1e-10,
        STEPS64,
    ),
)
def optimizers(code: Code, draws: Draws) -> Evidence:
    """The four optimisers on the same sequence of gradients."""
    start, other = draws.normal(6, dtype=torch.float64), draws.normal(2, 3, dtype=torch.float64)
    noise = [draws.normal(12, dtype=torch.float64) for _ in range(12)]
    traces = []
    for name in OPTIMIZERS:
        for rate in draws.uniform(2, low=0.01, high=0.2, dtype=torch.float64).tolist():
            weights = [start.clone().requires_grad_(), other.clone().requires_grad_()]
            optimizer = code.single_factor.build_optimizer(name, iter(weights), rate)
            traces.append(_trace(optimizer, weights, noise))
    yield "traces", traces


def _trace(optimizer: torch.optim.Optimizer, weights: list[Tensor], noise: list[Tensor]) -> Tensor:
    rows = []
    for number, values in enumerate(noise):
        scale = 3.0 if number % 4 == 0 else 0.5
        for weight, part in zip(weights, (values[:6], values[6:]), strict=True):
            weight.grad = weight.detach() * 0.3 + scale * part.view_as(weight)
        optimizer.step()
        rows.append(torch.cat([weight.detach().flatten() for weight in weights]))
    return torch.stack(rows)


@probe(
    "single_factor",
    runs=exact("single_factor_grid(base, factors): the settings of each run"),
    separate=exact("single_factor_grid(base, factors): the runs after one of them, and base, was changed"),
)
def grid(code: Code, draws: Draws) -> Evidence:
    """Settings of a comparison in which one factor changes at a time."""
    keys = names(draws, 4)
    base: dict[str, Any] = {key: int(value) for key, value in zip(keys, draws.integers(1, 9, 4), strict=True)}
    order = [keys[int(i)] for i in draws.permutation(4)[:3]]
    factors = {key: [base[key] + int(step) for step in draws.permutation(4) - 1] for key in order}
    before = dict(base)
    runs = code.single_factor.single_factor_grid(base, factors)
    yield "runs", [_pairs(run) for run in runs]
    runs[1][keys[0]] = -1
    base[keys[1]] += 100
    yield "separate", [*(_pairs(run) for run in runs), _pairs(before), _pairs(base)]


def _pairs(settings: Any) -> list[list[Any]]:
    return [[key, settings[key]] for key in sorted(settings)]


@probe("single_factor", refusals=exact("what an unknown loss, activation, optimiser and factor raise"))
def refusals(code: Code, draws: Draws) -> Evidence:
    """Unknown names are refused with a ValueError."""
    unknown = names(draws, 1)[0]
    weights = [torch.zeros(2, requires_grad=True)]
    calls: tuple[Callable[[], Any], ...] = (
        lambda: code.single_factor.build_loss(unknown),
        lambda: code.single_factor.build_activation(unknown),
        lambda: code.single_factor.build_optimizer(unknown, weights, 0.1),
        lambda: code.single_factor.single_factor_grid({"width": 8}, {unknown: [1, 2]}),
    )
    yield "refusals", [raised_by(call) for call in calls]
