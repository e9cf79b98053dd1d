"""Probes of gradient accumulation, of the batch-size finder and of cyclical batch sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, exact, probe

STEPS = "float64: sums of a batch in another order differ by 1e-15"


class _Small(nn.Module):
    """Two linear layers in float64; notes the number of samples of each pass that records gradients."""

    def __init__(self, draws: Draws) -> None:
        super().__init__()
        self.small = nn.Sequential(nn.Linear(5, 6), nn.Tanh(), nn.Linear(6, 3)).double()
        self.sizes: list[int] = []
        with torch.no_grad():
            for p in self.parameters():
                p.copy_(draws.normal(*p.shape, scale=0.6, dtype=torch.float64))

    def forward(self, x: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            self.sizes.append(len(x))
        logits: Tensor = self.small(x)
        return logits

    def weights(self) -> Tensor:
        return torch.cat([p.detach().flatten() for p in self.parameters()])


def _accumulate(code: Code, draws: Draws, count: int, micro: int) -> dict[str, Any]:
    """Two accumulated steps; every gradient that the optimiser was handed, the losses, weights and sizes."""
    model = _Small(draws)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
    gradients: list[Tensor] = []

    def note(*_: Any) -> None:
        gradients.append(torch.cat([(p.grad if p.grad is not None else p * 0).flatten() for p in model.parameters()]))

    optimizer.register_step_pre_hook(note)
    for p in model.parameters():
        p.grad = draws.normal(*p.shape, dtype=torch.float64)
    losses = []
    for _ in range(2):
        x, y = draws.normal(count, 5, dtype=torch.float64), draws.integers(0, 3, count)
        losses.append(code.batch_sizes.accumulated_step(model, x, y, F.cross_entropy, optimizer, micro))
    return {
        "gradients": gradients,
        "losses": [loss if type(loss) is float else float("nan") for loss in losses],
        "weights": model.weights(),
        "sizes": model.sizes,
    }


@probe(
    "batch_sizes",
    gradients=close(
        "the gradients at each step of two accumulated_step on 12 samples, 4 at a time", 1e-9, 1e-11, STEPS
    ),
    weights=close("the parameters after these two steps", 1e-9, 1e-11, STEPS),
    sizes=exact("how many samples go through the model at a time, for these"),
)
def accumulation(code: Code, draws: Draws) -> Evidence:
    """Gradient accumulation where micro-batches are of equal size."""
    found = _accumulate(code, draws, 12, 4)
    for key in ("gradients", "weights", "sizes"):
        yield key, found[key]


@probe(
    "batch_sizes",
    gradients=close(
        "the gradients at each step of two accumulated_step on 11 samples, 4 at a time", 1e-9, 1e-11, STEPS
    ),
    losses=close("what accumulated_step returns for these, as floats", 1e-9, 1e-11, STEPS),
    sizes=exact("how many samples go through the model at a time, for these"),
    whole=close(
        "the gradients of two accumulated_step on 6 samples, with micro-batches of 8 and of 1", 1e-9, 1e-11, STEPS
    ),
)
def uneven_accumulation(code: Code, draws: Draws) -> Evidence:
    """Gradient accumulation where the last micro-batch is smaller, or the only one."""
    found = _accumulate(code, draws, 11, 4)
    for key in ("gradients", "losses", "sizes"):
        yield key, found[key]
    yield "whole", [_accumulate(code, draws, 6, micro)["gradients"] for micro in (8, 1)]


CURVES = {
    "pays from the start": (2.0, 1.5, 1.1, 0.9, 0.895, 0.6, 0.5, 0.4),
    "pays later": (2.0, 1.99, 1.985, 1.6, 1.2, 1.19, 1.18, 0.5),
    "pays to the end": (2.0, 2.1, 1.9, 1.6, 1.3, 1.0, 0.9, 0.7),
    "pays once": (2.0, 2.3, 1.9, 1.9, 1.4, 1.0, 0.8, 0.6),
    "just not enough": (2.0, 1.965, 1.5, 1.475, 1.3, 1.1, 1.0, 0.9),
}


@probe(
    "batch_sizes",
    bounds=exact("find_batch_bounds(loss_of) for five curves"),
    calls=exact("the sizes for which find_batch_bounds calls loss_of, in order"),
    limits=exact("find_batch_bounds(loss_of, smallest, largest, gain) with other arguments, and the sizes called"),
    refusal=exact("what find_batch_bounds raises where no doubling pays"),
)
def finder(code: Code, draws: Draws) -> Evidence:
    """The batch-size finder: bounds and the runs it asks for."""
    scale = float(draws.uniform(1, low=0.5, high=2.0, dtype=torch.float64))
    bounds, calls = [], []
    for number in draws.permutation(len(CURVES)).tolist():
        curve = list(CURVES.values())[number]
        loss_of, called = _recorded(64, [scale * loss for loss in curve])
        bounds.append([int(b) for b in code.batch_sizes.find_batch_bounds(loss_of)])
        calls.append(called)
    yield "bounds", bounds
    yield "calls", calls
    smallest = int(draws.integers(3, 30, 1))
    limits = []
    for largest, gain in ((8 * smallest, 0.02), (16 * smallest - 1, 0.2), (128 * smallest, 0.15)):
        loss_of, called = _recorded(smallest, [scale * loss for loss in CURVES["pays from the start"]])
        limits.append([[int(b) for b in code.batch_sizes.find_batch_bounds(loss_of, smallest, largest, gain)], called])
    yield "limits", limits
    yield "refusal", [_refusal(code, curve) for curve in ([2.0] * 8, [2.0 + i for i in range(8)])]


def _recorded(smallest: int, losses: list[float]) -> tuple[Callable[[int], float], list[int]]:
    """loss_of for a curve over the doublings of `smallest`, and the list of sizes it was called with."""
    called: list[int] = []

    def loss_of(size: int) -> float:
        called.append(int(size))
        return losses[(int(size) // smallest).bit_length() - 1]

    return loss_of, called


def _refusal(code: Code, losses: list[float]) -> str:
    try:
        code.batch_sizes.find_batch_bounds(_recorded(64, losses)[0])
    except NotImplementedError:
        raise
    except Exception as error:
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "nothing"


@probe(
    "batch_sizes",
    sizes=exact("cyclical_batch_size(iteration, b_min, b_max, step_size) over three cycles, gamma left out"),
    growing=exact("cyclical_batch_size(iteration, b_min, b_max, step_size, gamma) over three cycles"),
)
def cyclical(code: Code, draws: Draws) -> Evidence:
    """The cyclical batch size, iteration by iteration."""
    b_min, more = int(draws.integers(30, 90, 1)), int(draws.integers(900, 4000, 1))
    for key, further in (("sizes", ()), ("growing", (0.93,))):
        traces = []
        for step in (3, 5):
            # step divides the distance, so that nothing lies half-way between two whole numbers without gamma
            b_max = b_min + more - more % step
            traces.append(
                [code.batch_sizes.cyclical_batch_size(i, b_min, b_max, step, *further) for i in range(6 * step)]
            )
        yield key, traces


def _passes(value: Any, draws: Draws) -> dict[str, float]:
    """What the order of all indices says: passes complete, orders random and different."""
    count, order = 40, [int(i) for batch in value for i in batch]
    passes = [order[start : start + count] for start in range(0, len(order) - count + 1, count)]
    first = [{int(i) for i in batch} for batch in value[:3]]
    return {
        "a sample comes twice within a batch": float(any(len(s) < len(b) for s, b in zip(first, value))),
        "a sample comes twice within a pass": float(len(set().union(*first)) < sum(map(len, first))),
        "every sample comes once a pass": float(all(sorted(p) == list(range(count)) for p in passes)),
        "share of passes in the order 0, 1, 2 and so on": sum(p == sorted(p) for p in passes) / max(len(passes), 1),
        "share of passes in the order of the first": sum(p == passes[0] for p in passes[1:3]) / 2,
    }


@probe(
    "batch_sizes",
    sizes=exact("the sizes of the batches of index_batches(40, policy, 12)"),
    order=close(
        "the order of the indices of index_batches(40, policy, 12)",
        0.0,
        1e-6,
        "yes or no, and shares of passes that a right answer makes 0",
        _passes,
    ),
)
def batches(code: Code, draws: Draws) -> Evidence:
    """Batches of changing size: sizes, and every sample once a pass."""
    sizes = draws.integers(3, 25, 12).tolist()
    sizes[:3], sizes[4] = [13, 12, 14], 95
    found = [torch.as_tensor(b) for b in code.batch_sizes.index_batches(40, lambda i: sizes[i], 12)]
    yield "sizes", [len(batch) for batch in found]
    yield "order", found
