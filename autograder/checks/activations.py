"""Probes of Swish and its derivative."""

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, exact, probe

FLOAT32 = "float32 rounding: right formulas differ by 3e-7 of the value, the nearest mistake by 1e-2"
FLOAT64 = "float64 rounding: right formulas differ by 1e-15, one that rounds to float32 inside by 1e-8"
FORMULA = "float64 rounding: right formulas differ by 1e-15, the nearest wrong one by 1e-1"


@probe(
    "activations",
    values=close("swish(x), x of shape (5, 7)", 1e-5, 1e-5, because=FLOAT32),
    gradient=close("the gradient of swish(x) by autograd, x of shape (50,) in float64", 1e-9, 1e-10, because=FLOAT64),
    dtype=exact("swish(x).dtype, x in float64"),
    layer=close("Swish()(x), x of shape (2, 3, 4, 5)", 1e-5, 1e-5, because=FLOAT32),
)
def swish(code: Code, draws: Draws) -> Evidence:
    """Swish: values, gradient, dtype, and the layer."""
    x = draws.normal(5, 7, scale=3.0)
    wide = draws.normal(50, scale=3.0, dtype=torch.float64).requires_grad_()
    images = draws.normal(2, 3, 4, 5, scale=3.0)
    with code.forbid("silu"):
        yield "values", code.activations.swish(x)
        y = code.activations.swish(wide)
        yield "gradient", gradients(y, [wide], draws)[0]
        yield "dtype", y.dtype
        yield "layer", code.activations.Swish()(images)


@probe(
    "activations",
    values=close("swish_derivative(x), x of shape (4, 25) in float64", 1e-7, 1e-8, because=FORMULA),
    extremes=close(
        "swish_derivative(x), |x| up to 10000",
        1e-5,
        1e-5,
        because="float32 rounding; the derivative is 0 or 1 there to 1e-30, and a formula that overflows gives NaN",
    ),
)
def derivative(code: Code, draws: Draws) -> Evidence:
    """Derivative of Swish, in closed form."""
    x = draws.normal(4, 25, scale=3.0, dtype=torch.float64)
    far = draws.uniform(12, low=100.0, high=10_000.0)
    far = torch.cat([far[:6], -far[6:], draws.normal(12, scale=3.0)])[draws.permutation(24)]
    with code.forbid("silu", "autograd"):
        yield "values", code.activations.swish_derivative(x)
        yield "extremes", code.activations.swish_derivative(far)
