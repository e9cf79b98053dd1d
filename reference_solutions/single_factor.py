"""What a controlled comparison varies: losses, activations and optimisers by name, and the settings of each run."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
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
    ### BEGIN SOLUTION
    on_one_hot: dict[str, Loss] = {
        "mse": F.mse_loss,
        "smooth_l1": F.smooth_l1_loss,
        "bce_with_logits": F.binary_cross_entropy_with_logits,
    }
    if name == "cross_entropy":
        return F.cross_entropy
    if name not in on_one_hot:
        raise ValueError(f"unknown loss {name!r}; known: cross_entropy, {', '.join(on_one_hot)}")

    def loss(logits: Tensor, labels: Tensor) -> Tensor:
        targets = F.one_hot(labels, num_classes=logits.shape[1]).to(logits.dtype)
        return on_one_hot[name](logits, targets)

    return loss
    ### END SOLUTION


def build_activation(name: str) -> nn.Module:
    """A new layer: "relu", "sigmoid", "leaky_relu" (slope 0.01), "tanh" or "softplus", log(1 + exp(x)).

    PyTorch's own may be used. Raises ValueError for another name.
    """
    ### BEGIN SOLUTION
    kinds: dict[str, Callable[[], nn.Module]] = {
        "relu": nn.ReLU,
        "sigmoid": nn.Sigmoid,
        "leaky_relu": nn.LeakyReLU,
        "tanh": nn.Tanh,
        "softplus": nn.Softplus,
    }
    if name not in kinds:
        raise ValueError(f"unknown activation {name!r}; known: {', '.join(kinds)}")
    return kinds[name]()
    ### END SOLUTION


def build_optimizer(name: str, parameters: Iterable[Tensor], learning_rate: float) -> torch.optim.Optimizer:
    """PyTorch's optimiser "sgd", "adagrad", "adadelta" or "adam" with this learning rate.

    All else as PyTorch has it by default: no momentum, no weight decay. Raises ValueError for another name.
    """
    ### BEGIN SOLUTION
    kinds: dict[str, Callable[..., torch.optim.Optimizer]] = {
        "sgd": torch.optim.SGD,
        "adagrad": torch.optim.Adagrad,
        "adadelta": torch.optim.Adadelta,
        "adam": torch.optim.Adam,
    }
    if name not in kinds:
        raise ValueError(f"unknown optimiser {name!r}; known: {', '.join(kinds)}")
    return kinds[name](parameters, lr=learning_rate)
    ### END SOLUTION


def single_factor_grid(base: Mapping[str, Any], factors: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """The settings of the runs of a comparison in which one factor changes at a time.

    First `base` itself, once; then, factor by factor and value by value in the order given, `base` with only that
    factor set to that value. A value equal to that of `base` gives no further run. Each run is a dictionary of its
    own; `base` stays as it is. Raises ValueError when a factor is not among the settings of `base`.
    """
    ### BEGIN SOLUTION
    unknown = [factor for factor in factors if factor not in base]
    if unknown:
        raise ValueError(f"not among the base settings: {', '.join(unknown)}")
    runs = [dict(base)]
    for factor, values in factors.items():
        runs += [{**base, factor: value} for value in values if value != base[factor]]
    return runs
    ### END SOLUTION
