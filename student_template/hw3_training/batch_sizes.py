"""Batch sizes by experiment: large batches by accumulation, bounds by doubling, and cyclical batch sizes."""

from collections.abc import Callable, Iterator

from torch import Tensor, nn
from torch.optim import Optimizer


def accumulated_step(
    model: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: Optimizer,
    micro_batch: int,
) -> float:
    """One optimiser step on a batch that may be too large to be computed at once.

    The batch goes through the model in order, `micro_batch` samples at a time (the last time those that are left),
    and the gradient of the one step is that of the mean loss over the whole batch, as if it had been
    computed at once. `loss_fn(outputs, targets)` gives the mean over the samples it is handed.
    Gradients left from earlier do not count. Returns the mean loss over the batch, as a float.
    """
    raise NotImplementedError("accumulated_step in batch_sizes.py: not written yet")


def find_batch_bounds(
    loss_of: Callable[[int], float], smallest: int = 64, largest: int = 8192, gain: float = 0.02
) -> tuple[int, int]:
    """(b_min, b_max) by doubling: between them a larger batch pays, outside it does not.

    `loss_of(b)` trains with batch size b, for a number of iterations that is the same for all b, and gives the loss.
    As it is expensive, call it once a size, from the smallest size upwards, and never more often than needed.
    Doubling pays when the loss after it is less than (1 - gain) times the loss before it. b_min is the first size
    at which doubling pays; b_max is the size after the last of the doublings from b_min on that pay without a break.
    Sizes above `largest` are not tried. Raises ValueError when no doubling pays.
    """
    raise NotImplementedError("find_batch_bounds in batch_sizes.py: not written yet")


def cyclical_batch_size(iteration: int, b_min: int, b_max: int, step_size: int, gamma: float = 1.0) -> int:
    """The mirror of the decaying cyclical rate, since a large batch calms training as a small rate does.

    Where that rate is low the batch is large: b_max at iteration 0, down in a straight line to b_min after step_size
    iterations and up again, the depth below b_max multiplied by gamma ** iteration, so that the batches grow as the
    rates decay. Rounded to the nearest whole number.
    """
    raise NotImplementedError("cyclical_batch_size in batch_sizes.py: not written yet")


def index_batches(count: int, policy: Callable[[int], int], iterations: int) -> Iterator[Tensor]:
    """Indices of the samples of each iteration: policy(0) of them, then policy(1), and so on, int64.

    The samples 0 to count - 1 come in random order, all of them once before any comes again, each pass in an order
    of its own. A batch that reaches the end of a pass goes on with the next one, so that all have their full size.
    """
    raise NotImplementedError("index_batches in batch_sizes.py: not written yet")
