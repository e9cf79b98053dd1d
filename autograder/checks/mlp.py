"""Probes of the forward pass of a multi-layer perceptron."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, exact, probe

FLOAT64 = "float64 rounding through two sums of at most 50 terms: 1e-14; float32 would be off by 1e-7"
FLOAT32 = "float32 rounding through two sums of at most 50 terms"


@probe(
    "mlp",
    values=close("mlp_forward(X, W_h, b_h, W_o, b_o) for 10, 50 and 3 units, X of shape (40, 10)", 1e-4, 1e-5, FLOAT32),
    rows=close("mlp_forward for 10, 50 and 3 units, biases of shapes (1, 50) and (1, 3)", 1e-10, 1e-11, FLOAT64),
)
def forward(code: Code, draws: Draws) -> Evidence:
    """The forward pass for the sizes of the question, with biases as vectors and as rows."""
    yield "values", code.mlp.mlp_forward(*_arguments(draws, 40, 10, 50, 3))
    x, w_h, b_h, w_o, b_o = _arguments(draws, 40, 10, 50, 3, torch.float64)
    yield "rows", code.mlp.mlp_forward(x, w_h, b_h.unsqueeze(0), w_o, b_o.unsqueeze(0))


@probe(
    "mlp",
    sizes=close("mlp_forward for one row, for equal sizes, and for one output", 1e-10, 1e-11, FLOAT64),
    gradients=close("the gradients of mlp_forward with respect to its five arguments", 1e-9, 1e-10, FLOAT64),
    arguments=exact("the five arguments after mlp_forward"),
)
def anywhere(code: Code, draws: Draws) -> Evidence:
    """Other sizes, gradients, and arguments that stay as they were."""
    shapes = ((1, 4, 7, 12), (5, 5, 5, 5), (3, 2, 6, 1))
    given = [_arguments(draws, *shape, torch.float64) for shape in shapes]
    yield "sizes", [code.mlp.mlp_forward(*arguments) for arguments in given]
    tracked = [t.requires_grad_() for t in _arguments(draws, 9, 4, 8, 10, torch.float64)]
    yield "gradients", gradients(code.mlp.mlp_forward(*tracked), tracked, draws)
    yield "arguments", [t for arguments in given for t in arguments]


def _arguments(draws: Draws, m: int, n: int, h: int, k: int, dtype: Any = None) -> list[Tensor]:
    """Seeded X (m, n), W_h (n, h), b_h (h,), W_o (h, k), b_o (k,).

    The biases are small and the columns of W_o add up to zero, so that each output is alive for some rows: where all
    are zero, a gradient that is cut off is as right as any.
    """
    shapes = ((m, n), (n, h), (h,), (h, k), (k,))
    scales = (1.0, n**-0.5, 0.2, (2 / h) ** 0.5, 0.2)
    wide = [draws.normal(*shape, scale=scale, dtype=torch.float64) for shape, scale in zip(shapes, scales, strict=True)]
    wide[3] = wide[3] - wide[3].mean(dim=0)
    return [t.to(dtype or draws.conditions.dtype) for t in wide]
