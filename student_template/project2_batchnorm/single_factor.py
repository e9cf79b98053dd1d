"""What a controlled comparison varies: losses, activations and optimisers by name, and the settings of each run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]


def build_loss(name: str) -> Loss:
    """A loss of (logits, labels), (N, C) floating point and (N,) int64, that returns a scalar.

    PyTorch's own losses may be used.

    "cross_entropy": of the logits, the mean over the N rows.
    "mse", "smooth_l1": mean squared difference, and smooth L1 (its change-over point at 1), between the logits
    themselves and one-hot targets, the mean over all N * C numbers.
    "bce_with_logits": binary cross-entropy of the sigmoid of each logit with its one-hot target, the mean over all
    N * C numbers; finite for large logits.
    C is that of the logits, whatever it is. Raises ValueError for another name.
    """
    raise NotImplementedError("build_loss in single_factor.py: not written yet")


def build_activation(name: str) -> nn.Module:
    """A new layer: "relu", "sigmoid", "leaky_relu" (slope 0.01), "tanh" or "softplus", log(1 + exp(x)).

    PyTorch's own may be used. Raises ValueError for another name.
    """
    raise NotImplementedError("build_activation in single_factor.py: not written yet")


def build_optimizer(name: str, parameters: Iterable[Tensor], learning_rate: float) -> torch.optim.Optimizer:
    """PyTorch's optimiser "sgd", "adagrad", "adadelta" or "adam" with this learning rate.

    All else as PyTorch has it by default: no momentum, no weight decay. Raises ValueError for another name.
    """
    raise NotImplementedError("build_optimizer in single_factor.py: not written yet")


def single_factor_grid(base: Mapping[str, Any], factors: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """The settings of the runs of a comparison in which one factor changes at a time.

    First `base` itself, once; then, factor by factor and value by value in the order given, `base` with only that
    factor set to that value. A value equal to that of `base` gives no further run. Each run is a dictionary of its
    own; `base` stays as it is. Raises ValueError when a factor is not among the settings of `base`.
    """
    raise NotImplementedError("single_factor_grid in single_factor.py: not written yet")
