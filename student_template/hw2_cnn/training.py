"""One epoch of training, and evaluation."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

Loss = Callable[[Tensor, Tensor], Tensor]
Batches = Iterable[tuple[Tensor, Tensor]]


def best_device() -> torch.device:
    """The first CUDA device where there is one, else the CPU."""
    raise NotImplementedError("best_device in training.py: not written yet")


def train_one_epoch(
    model: nn.Module, loader: Batches, loss_fn: Loss, optimizer: Optimizer, device: torch.device | str = "cpu"
) -> tuple[float, float]:
    """Train for one pass over the loader, one optimiser step a batch, with the model in training mode.

    The loader gives (images, labels), (N, C, H, W) and (N,); both are moved to `device`.
    Returns (mean loss, accuracy) over the images seen, each image counting once whatever the size of
    its batch, as plain floats; accuracy lies between 0 and 1 and uses the outputs of the training passes.
    """
    raise NotImplementedError("train_one_epoch in training.py: not written yet")


def evaluate(
    model: nn.Module, loader: Batches, loss_fn: Loss, device: torch.device | str = "cpu"
) -> tuple[float, float]:
    """Mean loss and accuracy over the loader, in evaluation mode and without recording gradients.

    Changes nothing: no parameter, no buffer, no gradient; the model is left in the mode it was in.
    Returns plain floats, averaged over images.
    """
    raise NotImplementedError("evaluate in training.py: not written yet")
