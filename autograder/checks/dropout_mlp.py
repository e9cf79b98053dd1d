"""Probes of dropout and of the multilayer perceptron."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill, projections, shapes
from autograder.checks.engine.probe import Evidence, close, exact, probe

FORBIDDEN = ("torch.nn.functional.dropout", "torch.dropout", "native_dropout")
RANDOM = "shares of 20,000 random draws have a deviation of 0.005 between two right answers; the rest is rounding"
MASKS = (
    "shares of 4,800 or more draws have a deviation of 0.01 between two right answers, the nearest mistake is 0.2 off"
)
FLOAT64 = "float64 rounding through three linear layers"
SIZES = (400, 300, 200, 5)


def _masks(value: Any, draws: Draws) -> dict[str, float]:
    """What two training passes and an evaluation say about the masks and the scaling, for each p."""
    found: dict[str, float] = {}
    for p, (x, first, second, gradient, still) in zip(("0.2", "0.5"), value):
        with np.errstate(divide="ignore", invalid="ignore"):
            kept, also = first != 0, second != 0
            ratio = first[kept] / still[kept]
            found |= {
                f"p={p}, share of zeros in training": float((~kept).mean()),
                f"p={p}, share of elements that two calls treat alike": float((kept == also).mean()),
                f"p={p}, share of rows and columns treated alike throughout": float(
                    np.mean([*_uniform(kept), *_uniform(kept.T)])
                ),
                f"p={p}, share of zeros in evaluation": float((still == 0).mean()),
                f"p={p}, kept element in training over the same in evaluation": float(np.median(ratio)),
                f"p={p}, spread of that ratio": float(np.ptp(ratio)) if ratio.size else 0.0,
                f"p={p}, gradient in training against output over input": float(np.abs(gradient - first / x).max()),
            }
    return found


def _uniform(mask: Any) -> Any:
    return (mask == mask[:, :1]).all(axis=1)


@probe(
    "dropout_mlp",
    masks=close("Dropout(p)(x), x of shape (200, 100)", 0.0, 0.03, RANDOM, _masks),
    nothing=exact("whether Dropout(0.0)(x) is x in training, and Dropout(0.3)(x) the same in two evaluations"),
    refusals=exact("what Dropout(p) raises for p = -0.1, 1.0 and 1.5"),
)
def dropout(code: Code, draws: Draws) -> Evidence:
    """Dropout: shares of zeros, independence, scaling, gradients."""
    found = []
    with code.forbid(*FORBIDDEN):
        for p in (0.2, 0.5):
            layer = code.dropout_mlp.Dropout(p)
            x = draws.uniform(200, 100, low=0.5, high=1.5, dtype=torch.float64).requires_grad_()
            layer.train()
            first = layer(x)
            direction = torch.ones_like(first)
            gradient = torch.autograd.grad(first, x, direction)[0] if first.requires_grad else torch.zeros_like(x)
            second = layer(x)
            layer.eval()
            found.append([x, first, second, gradient, layer(x)])
        yield "masks", found
        x = draws.normal(20, 10)
        still = code.dropout_mlp.Dropout(0.3).eval()
        yield "nothing", [_same(code.dropout_mlp.Dropout(0.0).train()(x), x), _same(still(x), still(x))]
    yield "refusals", [_refusal(code, p) for p in (-0.1, 1.0, 1.5)]


def _same(one: Tensor, other: Tensor) -> bool:
    return bool(torch.equal(one, other))


def _refusal(code: Code, p: float) -> str:
    try:
        code.dropout_mlp.Dropout(p)
    except NotImplementedError:
        raise
    except Exception as error:
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "nothing"


@probe(
    "dropout_mlp",
    logits=close("MLP(sizes=(12, 9, 7, 4))(x), x of shape (6, 3, 2, 2), in float64", 1e-8, 1e-9, FLOAT64),
    parameter_gradients=close(
        "the gradients of MLP(sizes=(12, 9, 7, 4))(x) with respect to its parameters (two projections of each)",
        1e-7,
        1e-8,
        FLOAT64,
    ),
    parameters=exact("the number of parameters of MLP()"),
    parameter_shapes=exact("the shapes of the parameters of MLP()"),
)
def mlp(code: Code, draws: Draws) -> Evidence:
    """MLP without dropout: outputs, gradients, parameters."""
    model = code.dropout_mlp.MLP(sizes=(12, 9, 7, 4))
    x = draws.normal(6, 3, 2, 2, dtype=torch.float64)
    parameters = fill(model, draws, x)
    logits = model.train()(x)
    yield "logits", logits
    found = gradients(logits, list(parameters.values()), draws)
    by_parameter = {id(p): g for p, g in zip(parameters.values(), found, strict=True)}
    yield "parameter_gradients", projections(parameters, lambda p: by_parameter[id(p)], draws)
    usual = code.dropout_mlp.MLP()
    yield "parameters", count(usual)
    yield "parameter_shapes", shapes(usual)


def _places(value: Any, draws: Draws) -> dict[str, float]:
    names = ("inputs", "outputs of the first layer", "outputs of the second layer", "logits")
    return {f"share of the {name} that is dropped": share for name, share in zip(names, value)}


@probe(
    "dropout_mlp",
    shares=close("MLP(0.2, 0.5) in training", 0.0, 0.06, MASKS, _places),
    scaling=close(
        "the mean output of MLP(0.2, 0.5) in training over that in evaluation, where every unit is active",
        0.0,
        0.06,
        "the mean of 400 passes has a deviation of 0.01 between two right answers; one missing scale makes 0.2",
    ),
    direction=close(
        "the logits of MLP(0.2, 0.5) in evaluation divided by their norm, without biases", 1e-8, 1e-9, FLOAT64
    ),
)
def mlp_dropout(code: Code, draws: Draws) -> Evidence:
    """MLP with dropout: where elements are dropped, and that evaluation is scaled as training is.

    Without biases a ReLU network is homogeneous, so both ways of scaling give logits of the same direction;
    with positive weights and inputs it is linear, so the mean over masks is the output in evaluation.
    """
    with code.forbid(*FORBIDDEN):
        model = code.dropout_mlp.MLP(0.2, 0.5, SIZES)
        x = draws.normal(4, SIZES[0], dtype=torch.float64)
        parameters = fill(model, draws, x)
        with torch.no_grad():
            for (shape, _, _), p in parameters.items():
                p.mul_(float(len(shape) > 1))
            logits = model.eval()(x)
            direction = logits / logits.norm()
            for p in parameters.values():
                p.abs_()
        weights = {shape: p for (shape, _, _), p in parameters.items() if len(shape) > 1}
        yield "shares", _shares(model.train(), [weights[tuple(sorted(pair))] for pair in pairwise(SIZES)], draws)
        x = draws.uniform(400, SIZES[0], low=0.5, high=1.5, dtype=torch.float64)
        with torch.no_grad():
            yield "scaling", float(model.train()(x).sum() / model.eval()(x).sum())
        yield "direction", direction


def _shares(model: Any, weights: list[Tensor], draws: Draws) -> list[float]:
    """Mean shares of dropped units: one that is dropped passes no gradient to the weights that follow it."""
    shares = []
    for _ in range(24):
        x = draws.uniform(1, SIZES[0], low=0.5, high=1.5, dtype=torch.float64)
        logits = model(x)
        found = torch.autograd.grad(logits.sum(), weights) if logits.requires_grad else [w * 0 for w in weights]
        gradients = [g if g.shape[0] == outputs else g.t() for g, outputs in zip(found, SIZES[1:])]
        dropped = [(g == 0).all(dim=0).double().mean() for g in gradients]
        shares.append(torch.stack([*dropped, (gradients[-1] == 0).all(dim=1).double().mean()]))
    return [float(share) for share in torch.stack(shares).mean(dim=0)]
