"""Probes of the five adaptive optimisers, step by step on given gradients, in float64."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Criterion, Evidence, close, probe
from autograder.checks.engine.watching import OPTIMIZERS

SHAPES = ((3, 4), (5,), (1, 2, 2))
TINY = 1e-12
UPDATES = "float64: right formulas differ by 1e-15, and eps = 1e-12 in or outside the root by 1e-9"
LIMIT = "gradients of 1e-9 beside eps = 1: in or outside the root they differ by 1e-9"
KEPT = "float64 rounding of one product and one sum"
Settings = dict[str, Any]


def _criteria(name: str, limit: bool = True) -> dict[str, Any]:
    found: dict[str, Criterion] = {
        "trajectory": close(f"the parameters after each of 6 steps of {name}", 1e-7, 1e-8, UPDATES),
        "state": close(
            f"the changes that {name} makes after those steps, for a gradient of zero and for one ten times as large",
            1e-7,
            1e-8,
            UPDATES,
        ),
        "settings": close(f"the parameters after 5 steps of {name} with other hyper-parameters", 1e-7, 1e-8, UPDATES),
        "zeros": close(
            f"the parameters after 4 steps of {name} where some gradients are zero and one is None",
            1e-7,
            1e-8,
            UPDATES,
        ),
    }
    if limit:
        found["epsilon"] = close(
            f"the parameters, starting at 0, after 3 steps of {name} with eps=1 and gradients of 1e-9, times 1e9",
            1e-6,
            1e-8,
            LIMIT,
        )
    return found


def _parameters(draws: Draws) -> list[nn.Parameter]:
    return [nn.Parameter(draws.normal(*shape, dtype=torch.float64)) for shape in SHAPES]


def _gradients(draws: Draws) -> list[Tensor]:
    """Sizes between 0.5 and 2, so that eps = 1e-12 is nothing beside them."""
    sizes = [draws.uniform(*shape, low=0.5, high=2.0, dtype=torch.float64) for shape in SHAPES]
    return [size * draws.normal(*size.shape, dtype=torch.float64).sign() for size in sizes]


def _step(optimizer: Any, parameters: Sequence[nn.Parameter], gradients: Sequence[Tensor | None]) -> Tensor:
    """One step with these gradients; all parameters after it in one vector."""
    for p, g in zip(parameters, gradients):
        p.grad = None if g is None else g.clone()
    optimizer.step()
    return torch.cat([p.detach().flatten() for p in parameters])


def _exercise(code: Code, draws: Draws, name: str, usual: Settings, others: list[Settings]) -> Iterator[Any]:
    """Trajectory, state, other settings and zeros of one optimiser."""
    make = getattr(code.optimizers, name)
    parameters = _parameters(draws)
    optimizer = make(parameters, **usual)
    with code.forbid(OPTIMIZERS):
        steps = [_step(optimizer, parameters, _gradients(draws)) for _ in range(6)]
        yield "trajectory", torch.stack(steps)
        for scale in (0.0, 10.0):
            steps.append(_step(optimizer, parameters, [scale * g for g in _gradients(draws)]))
        yield "state", torch.stack([steps[6] - steps[5], steps[7] - steps[6]])
        yield "settings", [_with_settings(make, draws, settings) for settings in others]
        yield "zeros", _zeros(make(second := _parameters(draws), **usual), second, draws)
    code.forbid_package("torch.optim", optimizer)


def _with_settings(make: Any, draws: Draws, settings: Settings) -> Tensor:
    """The end of 5 steps; `later` is the learning rate that is set after the third."""
    parameters = _parameters(draws)
    optimizer = make(parameters, **{key: value for key, value in settings.items() if key != "later"})
    for number in range(5):
        if number == 3 and "later" in settings:
            optimizer.lr = settings["later"]
        end = _step(optimizer, parameters, _gradients(draws))
    return end


def _zeros(optimizer: Any, parameters: Sequence[nn.Parameter], draws: Draws) -> Tensor:
    for number in range(4):
        first, second, _ = _gradients(draws)
        first[0] = 0.0
        second[number:] = 0.0
        end = _step(optimizer, parameters, [first, second, None])
    return end


def _limit(code: Code, draws: Draws, name: str, **settings: Any) -> Tensor:
    """Where eps is all that matters in the denominator."""
    parameters = [nn.Parameter(torch.zeros(shape, dtype=torch.float64)) for shape in SHAPES]
    optimizer = getattr(code.optimizers, name)(parameters, lr=0.1, eps=1.0, **settings)
    for _ in range(3):
        end = _step(optimizer, parameters, [1e-9 * g for g in _gradients(draws)])
    return 1e9 * end


@probe("optimizers", **_criteria("AdaGrad"))
def adagrad(code: Code, draws: Draws) -> Evidence:
    """AdaGrad, step by step."""
    others = [{"lr": 0.5, "eps": TINY}, {"lr": 0.03, "eps": TINY, "later": 0.3}]
    yield from _exercise(code, draws, "AdaGrad", {"lr": 0.1, "eps": TINY}, others)
    yield "epsilon", _limit(code, draws, "AdaGrad")


@probe("optimizers", **_criteria("RMSProp"))
def rmsprop(code: Code, draws: Draws) -> Evidence:
    """RMSProp, step by step."""
    others = [{"lr": 0.1, "rho": 0.5, "eps": TINY}, {"lr": 0.02, "rho": 0.9, "eps": TINY, "later": 0.2}]
    yield from _exercise(code, draws, "RMSProp", {"lr": 0.05, "rho": 0.99, "eps": TINY}, others)
    yield "epsilon", _limit(code, draws, "RMSProp")


@probe("optimizers", **_criteria("RMSPropNesterov"))
def rmsprop_nesterov(code: Code, draws: Draws) -> Evidence:
    """RMSProp with Nesterov momentum, step by step."""
    usual = {"lr": 0.05, "rho": 0.99, "momentum": 0.9, "eps": TINY}
    others = [{"lr": 0.1, "rho": 0.5, "momentum": 0.5, "eps": TINY}, {"lr": 0.02, "momentum": 0.0, "eps": TINY}]
    yield from _exercise(code, draws, "RMSPropNesterov", usual, others)
    yield "epsilon", _limit(code, draws, "RMSPropNesterov", momentum=0.7)


@probe("optimizers", **_criteria("AdaDelta", limit=False))
def adadelta(code: Code, draws: Draws) -> Evidence:
    """AdaDelta, step by step."""
    others = [{"lr": 0.5, "rho": 0.5, "eps": 1e-2}, {"lr": 2.0, "rho": 0.95, "eps": 1e-4, "later": 0.7}]
    yield from _exercise(code, draws, "AdaDelta", {"lr": 1.0, "rho": 0.9, "eps": 1e-6}, others)


@probe("optimizers", **_criteria("Adam"))
def adam(code: Code, draws: Draws) -> Evidence:
    """Adam, step by step."""
    others = [
        {"lr": 0.1, "betas": (0.5, 0.9), "eps": TINY},
        {"lr": 0.02, "betas": (0.95, 0.99), "eps": TINY, "later": 0.2},
    ]
    yield from _exercise(code, draws, "Adam", {"lr": 0.05, "betas": (0.9, 0.999), "eps": TINY}, others)
    yield "epsilon", _limit(code, draws, "Adam", betas=(0.9, 0.0))


NAMES = ("AdaGrad", "RMSProp", "RMSPropNesterov", "AdaDelta", "Adam")


@probe(
    "optimizers",
    gradient=close("Optimizer.gradient(p) with weight_decay 0.3 and 0, and p.grad after it", 1e-9, 1e-12, KEPT),
    trajectories=close(
        "the parameters after 4 steps with weight_decay=0.2, of AdaGrad, RMSProp, RMSPropNesterov, AdaDelta and Adam",
        1e-7,
        1e-8,
        UPDATES,
    ),
)
def weight_decay(code: Code, draws: Draws) -> Evidence:
    """Weight decay as part of the gradient, in all five."""
    p = _parameters(draws)[0]
    p.grad = draws.normal(*p.shape, dtype=torch.float64)
    found = [code.optimizers.Optimizer([p], 0.1, decay).gradient(p) for decay in (0.3, 0.0)]
    yield "gradient", [*found, p.grad]
    ends = []
    for name in NAMES:
        parameters = _parameters(draws)
        eps = 1e-6 if name == "AdaDelta" else TINY
        optimizer = getattr(code.optimizers, name)(parameters, lr=0.1, eps=eps, weight_decay=0.2)
        for _ in range(4):
            end = _step(optimizer, parameters, _gradients(draws))
        ends.append(end)
    yield "trajectories", torch.stack(ends)


@probe(
    "optimizers",
    cleared=close("the size of the gradients after zero_grad()", 0.0, 1e-12, "zero or None, nothing in between"),
    losses=close(
        "the losses of 12 steps of zero_grad(), backward() and step() by RMSProp and Adam on a quadratic",
        1e-6,
        1e-8,
        "float64 through 12 steps; eps = 1e-12 in or outside the root moves them by 1e-9",
    ),
)
def loop(code: Code, draws: Draws) -> Evidence:
    """The optimisers in a training loop with backward passes."""
    curvature = draws.uniform(6, low=0.5, high=3.0, dtype=torch.float64)
    losses, sizes = [], []
    for name in ("RMSProp", "Adam"):
        w = nn.Parameter(draws.uniform(6, low=2.0, high=4.0, dtype=torch.float64))
        optimizer = getattr(code.optimizers, name)([w], lr=0.05, eps=TINY)
        for _ in range(12):
            optimizer.zero_grad()
            loss = 0.5 * (curvature * w.square()).sum()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            losses.append(loss.detach())
        optimizer.zero_grad()
        sizes.append(0.0 if w.grad is None else float(w.grad.abs().sum()))
    yield "cleared", sizes
    yield "losses", torch.stack(losses)
