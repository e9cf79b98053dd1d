"""Probes of the learning-rate range test and of cyclical learning rates."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, exact, probe

DOUBLE = "Python floats: powers, logarithms and products are right to 1e-13"
STEPS = "float64 through some 20 steps: rounding of 1e-16 grows to about 1e-13"


@probe(
    "rates",
    rates=close("log_spaced_rates(), and with other bounds and counts, as powers of ten", 0.0, 1e-6, DOUBLE),
)
def log_spaced(code: Code, draws: Draws) -> Evidence:
    """Rates equally spaced in the logarithm."""
    low, high = draws.uniform(2, low=0.1, high=0.9, dtype=torch.float64).tolist()
    calls = [(), (1e-6 * low, high, 7), (low, 100 * high, 4)]
    yield "rates", [_logarithms(code.rates.log_spaced_rates(*call)) for call in calls]


def _logarithms(values: Any) -> list[float]:
    return [math.log10(max(float(value), 1e-300)) for value in values]


class _Small(nn.Module):
    """Linear, batch norm, linear, in float64; notes the mode of its passes."""

    def __init__(self, draws: Draws) -> None:
        super().__init__()
        self.small = nn.Sequential(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 3)).double()
        with torch.no_grad():
            for p in self.parameters():
                p.copy_(draws.normal(*p.shape, scale=0.6, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.small(x)
        return logits

    def state(self) -> Tensor:
        return torch.cat([value.detach().double().flatten() for value in self.state_dict().values()])


def _momentum(model: nn.Module, rate: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)


@probe(
    "rates",
    losses=close("range_test on batches of 8, 8 and 5 for 3 rates and 3 epochs", 1e-7, 1e-9, STEPS),
    five=close("range_test with epochs left out, for one rate", 1e-7, 1e-9, STEPS),
    left=close(
        "parameters, running statistics and mode after range_test, less those before", 0.0, 1e-12, "copies are exact"
    ),
    diverged=exact("which losses of range_test are finite, where the largest of three rates makes the loss infinite"),
)
def range_test(code: Code, draws: Draws) -> Evidence:
    """The range test: losses, what it leaves behind, and rates at which training breaks down."""
    model = _Small(draws)
    x, y = draws.normal(21, 5, dtype=torch.float64), draws.integers(0, 3, 21)
    batches = [(x[start : start + 8], y[start : start + 8]) for start in (0, 8, 16)]
    model.train()(x)
    model.eval()
    before = model.state()
    rates = draws.uniform(3, low=0.5, high=1.0, dtype=torch.float64).tolist()
    rates = [rate * scale for rate, scale in zip(rates, (1e-6, 0.05, 1.0))]
    found = code.rates.range_test(model, batches, F.cross_entropy, _momentum, rates, epochs=3)
    yield "losses", [float(loss) for loss in found]
    yield "left", [model.state() - before, float(model.training)]
    yield "five", float(code.rates.range_test(model, batches, F.cross_entropy, _momentum, rates[1:2])[0])
    line = nn.Linear(5, 1).double()

    def squares(outputs: Tensor, targets: Tensor) -> Tensor:
        return outputs.square().mean() * 1e6

    found = code.rates.range_test(line, batches, squares, _momentum, [1e-12, 1e-9, 1e120], epochs=2)
    yield "diverged", [math.isfinite(loss) for loss in found]


@probe(
    "rates",
    bounds=close("pick_rate_bounds(rates, losses) for curves with one minimum", 1e-12, 0.0, "rates are copied"),
    broken=close(
        "pick_rate_bounds(rates, losses) for ragged curves, with nan, inf, equal losses and another share",
        1e-12,
        0.0,
        "rates are copied",
    ),
    refusal=exact("what pick_rate_bounds raises where no loss falls"),
)
def bounds(code: Code, draws: Draws) -> Evidence:
    """Bounds of the learning rate from a curve."""
    rates = (10.0 ** torch.linspace(-6, 1, 8, dtype=torch.float64)).tolist()
    found = []
    for bottom in (4, 5, 6):
        falls = draws.uniform(8, low=0.2, high=0.4, dtype=torch.float64).tolist()
        start = float(draws.uniform(1, low=2.2, high=2.4, dtype=torch.float64))
        losses = [start, start - 0.01 * falls[0], start - 0.05 * falls[1]]
        for number in range(3, 8):
            losses.append(losses[-1] - falls[number] if number <= bottom else losses[-1] + 2.5 * falls[number])
        found.append(list(map(float, code.rates.pick_rate_bounds(rates, losses))))
    yield "bounds", torch.tensor(found, dtype=torch.float64)
    shift = float(draws.uniform(1, low=0.0, high=0.4, dtype=torch.float64))
    curves = [
        ([2.3, 2.301, 2.2, 1.9, 2.25, 0.9 + shift / 2, 5.0, math.nan], 0.1),
        ([2.3, 2.29, 2.28, 1.0 + shift, 1.0 + shift, math.nan, math.inf, math.nan], 0.1),
        ([2.3, 2.1, 1.9, 1.6, 1.3, 0.8, 0.5, 3.0], 0.5),
        ([2.3, 2.31, 2.32, 2.2, 2.0, 1.7 + shift, 2.28, -math.inf], 0.3),
    ]
    ragged = [list(map(float, code.rates.pick_rate_bounds(rates, c, share=share))) for c, share in curves]
    yield "broken", torch.tensor(ragged, dtype=torch.float64)
    yield "refusal", [_refusal(code, rates, c) for c in ([2.3 + i for i in range(8)], [2.3] * 8)]


def _refusal(code: Code, rates: list[float], losses: list[float]) -> str:
    try:
        code.rates.pick_rate_bounds(rates, losses)
    except NotImplementedError:
        raise
    except Exception as error:
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "nothing"


@probe(
    "rates",
    rates=close("triangular_rate(iteration, lr_min, lr_max, step_size) over three cycles", 1e-9, 1e-12, DOUBLE),
)
def triangular(code: Code, draws: Draws) -> Evidence:
    """The triangular policy, iteration by iteration."""
    low, high = draws.uniform(2, low=0.1, high=0.9, dtype=torch.float64).tolist()
    traces = [
        [float(code.rates.triangular_rate(i, low * 0.01, high, step)) for i in range(6 * step + 2)]
        for step in (1, 3, 4)
    ]
    yield "rates", traces


@probe(
    "rates",
    rates=close(
        "decaying_triangular_rate(iteration, lr_min, lr_max, step_size, gamma) over three cycles", 1e-9, 1e-12, DOUBLE
    ),
)
def decaying(code: Code, draws: Draws) -> Evidence:
    """The decaying triangular policy, iteration by iteration."""
    low, high, gamma = draws.uniform(3, low=0.1, high=0.9, dtype=torch.float64).tolist()
    gamma = 0.9 + 0.1 * gamma
    yield (
        "rates",
        [
            [float(code.rates.decaying_triangular_rate(i, low * 0.1, high, step, gamma)) for i in range(6 * step + 2)]
            for step in (3, 4)
        ],
    )


@probe(
    "rates",
    trace=close(
        "the rates of two parameter groups, after CyclicalRate(optimizer, policy) and 7 step()", 1e-12, 0.0, DOUBLE
    ),
)
def cyclical(code: Code, draws: Draws) -> Evidence:
    """The rates that reach an optimiser."""
    values = draws.uniform(20, low=0.1, high=0.9, dtype=torch.float64).tolist()
    weights = [nn.Parameter(draws.normal(3)) for _ in range(2)]
    optimizer = torch.optim.SGD([{"params": [weights[0]], "lr": 0.5}, {"params": [weights[1]], "lr": 0.2}])
    schedule = code.rates.CyclicalRate(optimizer, lambda iteration: values[iteration])
    trace = [[float(group["lr"]) for group in optimizer.param_groups]]
    for _ in range(7):
        for weight in weights:
            weight.grad = torch.ones_like(weight)
        optimizer.step()
        schedule.step()
        trace.append([float(group["lr"]) for group in optimizer.param_groups])
    code.forbid_package("torch.optim.lr_scheduler", schedule, optimizer.step)
    yield "trace", torch.tensor(trace, dtype=torch.float64)
