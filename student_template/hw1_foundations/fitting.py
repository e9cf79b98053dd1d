"""Training with Adam and weight decay, evaluation, and weights that are saved and read back."""

from collections.abc import Callable, Iterable
from pathlib import Path

import torch
from torch import Tensor, nn

Batches = Iterable[tuple[Tensor, Tensor]]
Row = dict[str, float]


def evaluate(model: nn.Module, loader: Batches, device: torch.device | str = "cpu") -> tuple[float, float]:
    """Mean cross-entropy and accuracy over the loader, in evaluation mode and without recording gradients.

    Changes nothing: no parameter, no buffer, no gradient; the model is left in the mode it was in.
    Returns plain floats, averaged over images whatever the sizes of the batches; accuracy lies between 0 and 1.
    """
    raise NotImplementedError("evaluate in fitting.py: not written yet")


def fit(
    model: nn.Module,
    train_loader: Batches,
    val_loader: Batches,
    epochs: int,
    learning_rate: float = 1e-3,
    weight_decay: float = 0.0,
    device: torch.device | str = "cpu",
    weights: str | Path | None = None,
    report: Callable[..., None] | None = None,
) -> list[Row]:
    """Train with one `torch.optim.Adam` over all epochs and cross-entropy; one step a batch, in training mode.

    weight_decay: that of `torch.optim.Adam`, which adds weight_decay * w to the gradient of every parameter w.
    weights: a file to which `save_weights` writes the model at the very end.
    report: called after each epoch with the four numbers of its row as keywords.
    Returns a row an epoch: "train_loss" and "train_accuracy", averaged over the images of the epoch from the outputs
    of the training passes themselves; "val_loss" and "val_accuracy" by `evaluate` after the epoch.
    """
    raise NotImplementedError("fit in fitting.py: not written yet")


def save_weights(model: nn.Module, path: str | Path) -> None:
    """Write what the model has learnt, parameters and buffers, to the file `path`; the model stays as it is."""
    raise NotImplementedError("save_weights in fitting.py: not written yet")


def load_weights(model: nn.Module, path: str | Path, device: torch.device | str = "cpu") -> nn.Module:
    """Read into `model` what `save_weights` wrote; returns `model`, on `device` and in evaluation mode.

    Raises an exception when the file is that of a network with other layers or other shapes.
    """
    raise NotImplementedError("load_weights in fitting.py: not written yet")
