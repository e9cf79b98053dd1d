"""Probes of the cross-entropy and of the penalties on the weights."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, probe

FORBIDDEN = ("_log_softmax", "log_softmax", "nll_loss", "cross_entropy_loss")
FLOAT32 = "float32: sums of up to 300 terms, differences of logits near 10; formulas differ by at most 0.13 of this"
FLOAT64 = "float64: formulas differ by a few units of 1e-16"
LARGE = "float64 at 1e4, where one unit is 1.8e-12; one step of float32 would be 1e-3"


def gradients(loss: Any, inputs: Sequence[Tensor]) -> list[Tensor]:
    """d loss / d input for each input; zeros where the loss does not depend on it (it was detached, say)."""
    if not isinstance(loss, Tensor) or not loss.requires_grad:
        return [torch.zeros_like(x) for x in inputs]
    found = torch.autograd.grad(loss.sum(), list(inputs), allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(inputs, found, strict=True)]


@probe(
    "losses",
    values=close("cross_entropy(logits, targets) for logits of (6, 10), (1, 3) and (50, 4)", 1e-5, 1e-6, FLOAT32),
    gradients=close("the gradient of cross_entropy(logits, targets) to the logits, in float64", 1e-8, 1e-10, FLOAT64),
)
def cross_entropy(code: Code, draws: Draws) -> Evidence:
    """Cross-entropy of seeded logits, with its gradient."""
    cases = [
        (draws.normal(n, c, scale=5.0), draws.integers(0, c, n), draws.normal(n, c, scale=5.0, dtype=torch.float64))
        for n, c in ((6, 10), (1, 3), (50, 4))
    ]
    found = []
    with code.forbid(*FORBIDDEN):
        yield "values", [code.losses.cross_entropy(logits, targets) for logits, targets, _ in cases]
        for _, targets, wide in cases:
            wide.requires_grad_()
            found += gradients(code.losses.cross_entropy(wide, targets), [wide])
    yield "gradients", found


@probe(
    "losses",
    values=close("cross_entropy(logits, targets) with logits near +-1e4, shape (8, 10), float64", 1e-9, 1e-9, LARGE),
    gradients=close("the gradient of cross_entropy with logits near +-1e4, float64", 1e-8, 1e-9, LARGE),
)
def cross_entropy_stable(code: Code, draws: Draws) -> Evidence:
    """Cross-entropy where exp overflows or all probabilities but one underflow."""
    logits = draws.normal(3, 8, 10, dtype=torch.float64)
    targets = draws.integers(0, 10, 3, 8)
    logits[0] += 1e4
    logits[1] -= 1e4
    logits[2] += 1e4 * (draws.integers(0, 2, 8, 10) * 2 - 1)
    values, found = [], []
    with code.forbid(*FORBIDDEN):
        for rows, wanted in zip(logits, targets, strict=True):
            leaf = rows.clone().requires_grad_()
            values.append(code.losses.cross_entropy(leaf, wanted))
            found += gradients(values[-1], [leaf])
    yield "values", values
    yield "gradients", found


def _weights(draws: Draws, dtype: torch.dtype | None = None) -> list[Tensor]:
    return [draws.normal(*shape, scale=0.7, dtype=dtype) for shape in ((4, 3, 3, 3), (4,), (10, 16), (10,))]


def _penalty(penalty: Any, draws: Draws) -> Evidence:
    """Values for two strengths, then gradients; parameters come as a generator, as from a model."""
    strengths = draws.uniform(2, low=0.01, high=0.5, dtype=torch.float64).tolist()
    weights = _weights(draws)
    yield "values", [penalty(iter(weights), strength) for strength in strengths]
    wide = [w.requires_grad_() for w in _weights(draws, torch.float64)]
    yield "gradients", gradients(penalty(iter(wide), strengths[0]), wide)


@probe(
    "losses",
    values=close("l2_penalty(parameters, strength) of four tensors, two strengths", 1e-5, 1e-6, FLOAT32),
    gradients=close("the gradient of l2_penalty to each parameter, in float64", 1e-8, 1e-10, FLOAT64),
)
def l2_penalty(code: Code, draws: Draws) -> Evidence:
    """L2 penalty of seeded parameters, with its gradient."""
    yield from _penalty(code.losses.l2_penalty, draws)


@probe(
    "losses",
    values=close("l1_penalty(parameters, strength) of four tensors, two strengths", 1e-5, 1e-6, FLOAT32),
    gradients=close("the gradient of l1_penalty to each parameter, in float64", 1e-8, 1e-10, FLOAT64),
)
def l1_penalty(code: Code, draws: Draws) -> Evidence:
    """L1 penalty of seeded parameters, with its gradient."""
    yield from _penalty(code.losses.l1_penalty, draws)
