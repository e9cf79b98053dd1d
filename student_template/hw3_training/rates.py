"""Learning rates by experiment: the range test, and cyclical learning rates (Smith 2017)."""

from collections.abc import Callable, Iterable, Sequence

from torch import Tensor, nn
from torch.optim import Optimizer


def log_spaced_rates(lowest: float = 1e-9, highest: float = 10.0, count: int = 10) -> list[float]:
    """`count` rates from lowest to highest, both included, each the same multiple of the one before."""
    raise NotImplementedError("log_spaced_rates in rates.py: not written yet")


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
    raise NotImplementedError("range_test in rates.py: not written yet")


def pick_rate_bounds(rates: Sequence[float], losses: Sequence[float], share: float = 0.1) -> tuple[float, float]:
    """(lr_min, lr_max) from the curve of a range test; rates rise, and losses that are not finite do not count.

    The first loss is that of a network which hardly learns. lr_max is the rate of the smallest loss (the first such
    rate); lr_min is the first rate whose loss is at least `share` of the way from the first loss down to the smallest.
    Raises ValueError when no loss lies below the first.
    """
    raise NotImplementedError("pick_rate_bounds in rates.py: not written yet")


def triangular_rate(iteration: int, lr_min: float, lr_max: float, step_size: int) -> float:
    """The triangular policy of Smith 2017, section 3: from lr_min up to lr_max and down again, in straight lines.

    iteration: counted from 0, where the rate is lr_min; step_size: iterations in half a cycle.
    """
    raise NotImplementedError("triangular_rate in rates.py: not written yet")


def decaying_triangular_rate(iteration: int, lr_min: float, lr_max: float, step_size: int, gamma: float) -> float:
    """Smith's exp_range policy: as triangular_rate, its height above lr_min multiplied by gamma ** iteration."""
    raise NotImplementedError("decaying_triangular_rate in rates.py: not written yet")


class CyclicalRate:
    """Sets the learning rate of every parameter group, iteration by iteration, to policy(iteration).

    On creation it sets the rate of iteration 0; call `step()` after each batch to set that of the next iteration.
    PyTorch's own schedulers are not allowed.
    """

    def __init__(self, optimizer: Optimizer, policy: Callable[[int], float]) -> None:
        raise NotImplementedError("CyclicalRate.__init__ in rates.py: not written yet")

    def step(self) -> None:
        """End an iteration."""
        raise NotImplementedError("CyclicalRate.step in rates.py: not written yet")
