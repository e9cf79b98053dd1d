"""Learning rates by experiment: the range test, and cyclical learning rates (Smith 2017)."""

import copy
import math
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


def log_spaced_rates(lowest: float = 1e-9, highest: float = 10.0, count: int = 10) -> list[float]:
    """`count` rates from lowest to highest, both included, each the same multiple of the one before."""
    ### BEGIN SOLUTION
    ratio = (highest / lowest) ** (1 / (count - 1))
    return [lowest * ratio**number for number in range(count)]
    ### END SOLUTION


def range_test(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    make_optimizer: Callable[[nn.Module, float], Optimizer],
    rates: Sequence[float],
    epochs: int = 5,
) -> list[float]:
    """The training loss that each rate reaches: one run of `epochs` epochs a rate, each from the same start.

    Every run begins with the weights and buffers that the model came with, in training mode, with an optimiser
    of its own, `make_optimizer(model, rate)`. Its result is the mean loss over the samples of its last
    epoch, taken from the training passes (a batch of n counts n times), as a float; it may be inf or nan. A
    run whose loss is no longer finite ends there, with nan. In the end the model is as it came.
    """
    ### BEGIN SOLUTION
    start, mode = copy.deepcopy(model.state_dict()), model.training
    losses = []
    for rate in rates:
        model.load_state_dict(start)
        model.train()
        losses.append(_last_epoch_loss(model, batches, loss_fn, make_optimizer(model, rate), epochs))
    model.load_state_dict(start)
    model.train(mode)
    return losses
    ### END SOLUTION


### BEGIN SOLUTION
def _last_epoch_loss(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    epochs: int,
) -> float:
    for _ in range(epochs):
        total, seen = 0.0, 0
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss = loss_fn(model(inputs), targets)
            if not torch.isfinite(loss):
                return math.nan
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
            seen += len(targets)
    return total / seen


### END SOLUTION


def pick_rate_bounds(rates: Sequence[float], losses: Sequence[float], share: float = 0.1) -> tuple[float, float]:
    """(lr_min, lr_max) from the curve of a range test; rates rise, and losses that are not finite do not count.

    The first loss is that of a network which hardly learns. lr_max is the rate of the smallest loss (the first such
    rate); lr_min is the first rate whose loss is at least `share` of the way from the first loss down to the smallest.
    Raises ValueError when no loss lies below the first.
    """
    ### BEGIN SOLUTION
    finite = [(rate, loss) for rate, loss in zip(rates, losses, strict=True) if math.isfinite(loss)]
    top = finite[0][1] if finite else math.nan
    lr_max, bottom = min(finite, key=lambda pair: pair[1], default=(math.nan, math.nan))
    if not bottom < top:
        raise ValueError("no rate made the loss fall")
    lr_min = next(rate for rate, loss in finite if loss <= top - share * (top - bottom))
    return lr_min, lr_max
    ### END SOLUTION


def triangular_rate(iteration: int, lr_min: float, lr_max: float, step_size: int) -> float:
    """The triangular policy of Smith 2017, section 3: from lr_min up to lr_max and down again, in straight lines.

    iteration: counted from 0, where the rate is lr_min; step_size: iterations in half a cycle.
    """
    ### BEGIN SOLUTION
    height = 1 - abs(iteration / step_size % 2 - 1)
    return lr_min + (lr_max - lr_min) * height
    ### END SOLUTION


def decaying_triangular_rate(iteration: int, lr_min: float, lr_max: float, step_size: int, gamma: float) -> float:
    """Smith's exp_range policy: as triangular_rate, its height above lr_min multiplied by gamma ** iteration."""
    ### BEGIN SOLUTION
    return lr_min + (triangular_rate(iteration, lr_min, lr_max, step_size) - lr_min) * gamma**iteration
    ### END SOLUTION


class CyclicalRate:
    """Sets the learning rate of every parameter group, iteration by iteration, to policy(iteration).

    On creation it sets the rate of iteration 0; call `step()` after each batch to set that of the next iteration.
    PyTorch's own schedulers are not allowed.
    """

    def __init__(self, optimizer: Optimizer, policy: Callable[[int], float]) -> None:
        ### BEGIN SOLUTION
        self.optimizer, self.policy = optimizer, policy
        self.iteration = 0
        self._set()
        ### END SOLUTION

    def step(self) -> None:
        """End an iteration."""
        ### BEGIN SOLUTION
        self.iteration += 1
        self._set()

    def _set(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.policy(self.iteration)
        ### END SOLUTION
