"""Probes of batch normalisation by hand: the forward pass, the chain's steps, the backward pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence
from autograder.checks.engine.probe import Criterion, Evidence, close, probe

BUILT_IN = (
    "batch_norm",
    "native_batch_norm",
    "_native_batch_norm",
    "_batch_norm",
    "cudnn_batch_norm",
    "instance_norm",
    "autograd",
)
FLOAT64 = "float64 rounding: right formulas differ by 1e-14, one that works in float32 by 1e-8"
WIDE = torch.float64


@probe(
    "batchnorm",
    matrix=close("y of batchnorm_forward(x, gamma, beta), x of shape (6, 4)", 1e-10, 1e-11, because=FLOAT64),
    images=close("y of batchnorm_forward(x, gamma, beta), x of shape (2, 3, 4, 5)", 1e-10, 1e-11, because=FLOAT64),
    offset=close(
        "y of batchnorm_forward, x of mean 8000 in float32 and 1e8 in float64",
        5e-3,
        5e-3,
        because="the mean itself is only known to 3e-4 of a deviation here; E[x^2] - E[x]^2 is wrong by more than 0.1",
    ),
    tiny=close("y of batchnorm_forward where the variance is about eps", 1e-10, 1e-11, because=FLOAT64),
)
def forward(code: Code, draws: Draws) -> Evidence:
    """Forward pass, (N, C) and (N, C, H, W)."""
    yield "matrix", _normalised(code, draws, draws.normal(6, 4, scale=2.0, dtype=WIDE))
    yield "images", _normalised(code, draws, draws.normal(2, 3, 4, 5, scale=2.0, dtype=WIDE))
    quarters = (4 * draws.normal(6, 5)).round() / 4
    far = [quarters + 8000, draws.normal(2, 4, 1, 3, dtype=WIDE) + 1e8]
    yield "offset", [_normalised(code, draws, x) for x in far]
    small = [(draws.normal(7, 3, scale=eps**0.5, dtype=WIDE), eps) for eps in (1e-3, 1e-5, 1e-8)]
    yield "tiny", [_normalised(code, draws, x, eps) for x, eps in small]


def _normalised(code: Code, draws: Draws, x: Tensor, *eps: float) -> Any:
    gamma, beta = (1.0 + 0.3 * draws.normal(2, x.shape[1], dtype=x.dtype)).unbind()
    with code.forbid(*BUILT_IN):
        y, _ = code.batchnorm.batchnorm_forward(x, gamma, beta, *eps)
    return y


def _step(call: str) -> Criterion:
    return close(call, 1e-10, 1e-11, because=FLOAT64)


class _Chain:
    """Seeded arguments of the chain's steps: each step gets right inputs, whatever the others return."""

    def __init__(self, draws: Draws) -> None:
        self.eps = 1e-3
        self.x = draws.normal(9, 4, scale=0.3, dtype=WIDE) + draws.normal(4, dtype=WIDE)
        self.mu, self.var = self.x.mean(dim=0), self.x.var(dim=0, correction=0)
        self.gradient = draws.normal(9, 4, dtype=WIDE)
        self.gamma, self.dvar, self.dmu = draws.normal(3, 4, dtype=WIDE).unbind()

    @property
    def batch(self) -> tuple[Tensor, Tensor, Tensor, Tensor, float]:
        return self.gradient, self.x, self.mu, self.var, self.eps


@probe("batchnorm", values=_step("df_dgamma(df_dy, xhat), both of shape (9, 4)"))
def chain_dgamma(code: Code, draws: Draws) -> Evidence:
    """Gradient with respect to the scale."""
    given = _Chain(draws)
    with code.forbid(*BUILT_IN):
        yield "values", code.batchnorm.df_dgamma(given.gradient, given.x)


@probe("batchnorm", values=_step("df_dbeta(df_dy), df_dy of shape (9, 4)"))
def chain_dbeta(code: Code, draws: Draws) -> Evidence:
    """Gradient with respect to the shift."""
    with code.forbid(*BUILT_IN):
        yield "values", code.batchnorm.df_dbeta(_Chain(draws).gradient)


@probe("batchnorm", values=_step("df_dxhat(df_dy, gamma), df_dy of shape (9, 4)"))
def chain_dxhat(code: Code, draws: Draws) -> Evidence:
    """Gradient with respect to the normalised input."""
    given = _Chain(draws)
    with code.forbid(*BUILT_IN):
        yield "values", code.batchnorm.df_dxhat(given.gradient, given.gamma)


@probe("batchnorm", values=_step("df_dvar(dxhat, x, mu, var, eps), x of shape (9, 4), eps = 1e-3"))
def chain_dvar(code: Code, draws: Draws) -> Evidence:
    """Gradient with respect to the variance."""
    with code.forbid(*BUILT_IN):
        yield "values", code.batchnorm.df_dvar(*_Chain(draws).batch)


@probe("batchnorm", values=_step("df_dmu(dxhat, x, mu, var, eps, dvar), x of shape (9, 4), mu its mean"))
def chain_dmu(code: Code, draws: Draws) -> Evidence:
    """Gradient with respect to the mean."""
    given = _Chain(draws)
    with code.forbid(*BUILT_IN):
        yield "values", code.batchnorm.df_dmu(*given.batch, given.dvar)


@probe("batchnorm", values=_step("df_dx(dxhat, x, mu, var, eps, dvar, dmu), x of shape (9, 4), eps = 1e-3"))
def chain_dx(code: Code, draws: Draws) -> Evidence:
    """Gradient with respect to the input, through all three paths."""
    given = _Chain(draws)
    with code.forbid(*BUILT_IN):
        yield "values", code.batchnorm.df_dx(*given.batch, given.dvar, given.dmu)


@probe(
    "batchnorm",
    matrix=close("dx, dgamma, dbeta of batchnorm_backward, x of shape (6, 4)", 1e-10, 1e-11, because=FLOAT64),
    images=close("dx, dgamma, dbeta of batchnorm_backward, x of shape (2, 3, 4, 5)", 1e-10, 1e-11, because=FLOAT64),
)
def backward(code: Code, draws: Draws) -> Evidence:
    """Backward pass, (N, C) and (N, C, H, W)."""
    yield "matrix", _differentiated(code, draws, draws.normal(6, 4, scale=2.0, dtype=WIDE))
    yield "images", _differentiated(code, draws, draws.normal(2, 3, 4, 5, scale=2.0, dtype=WIDE))


@probe(
    "batchnorm",
    two_rows=close("dx, dgamma, dbeta of batchnorm_backward, x of shape (2, 5)", 1e-10, 1e-11, because=FLOAT64),
    odd=close("dx, dgamma, dbeta, x of shapes (7, 1), (1, 3, 5, 2) and (5, 2, 1, 3)", 1e-10, 1e-11, because=FLOAT64),
    offset=close(
        "dx, dgamma, dbeta, x of mean 1e7 in float64, eps = 1e-3",
        1e-6,
        1e-6,
        because="the mean is known to 1e-9 of a deviation here; E[x^2] - E[x]^2 is wrong by 1e-2",
    ),
    epsilons=close("dx, dgamma, dbeta, eps from 1e-3 to 1e-8, variance about eps", 1e-10, 1e-11, because=FLOAT64),
)
def backward_hard(code: Code, draws: Draws) -> Evidence:
    """Two rows, odd shapes, large offsets, eps from 1e-3 to 1e-8."""
    yield "two_rows", _differentiated(code, draws, draws.normal(2, 5, scale=0.1, dtype=WIDE), 1e-3)
    shapes: Sequence[tuple[int, ...]] = ((7, 1), (1, 3, 5, 2), (5, 2, 1, 3))
    yield "odd", [_differentiated(code, draws, draws.normal(*shape, dtype=WIDE)) for shape in shapes]
    yield "offset", _differentiated(code, draws, draws.normal(12, 3, dtype=WIDE) + 1e7, 1e-3)
    small = [(draws.normal(6, 3, scale=eps**0.5, dtype=WIDE), eps) for eps in (1e-3, 1e-5, 1e-6, 1e-8)]
    yield "epsilons", [_differentiated(code, draws, x, eps, scale=eps**0.5) for x, eps in small]


def _differentiated(code: Code, draws: Draws, x: Tensor, *eps: float, scale: float = 1.0) -> list[Any]:
    gamma, beta = (1.0 + 0.3 * draws.normal(2, x.shape[1], dtype=x.dtype)).unbind()
    dy = draws.normal(*x.shape, scale=scale, dtype=x.dtype)
    with code.forbid(*BUILT_IN):
        _, cache = code.batchnorm.batchnorm_forward(x, gamma, beta, *eps)
        found = code.batchnorm.batchnorm_backward(dy, cache)
    if not isinstance(found, (tuple, list)) or len(found) != 3:
        raise NotEvidence("batchnorm_backward has to return three tensors, dx, dgamma and dbeta")
    return list(found)
