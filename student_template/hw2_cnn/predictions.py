"""Predict labels for unlabelled images and write predictions.csv."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn


def predict(model: nn.Module, batches: Iterable[Tensor], device: torch.device | str = "cpu") -> list[int]:
    """The most likely class of every image, in the order of the batches.

    batches: tensors of shape (N, C, H, W) without labels, each moved to `device`. The model is used in
    evaluation mode and left in the mode it was in. Returns plain ints.
    """
    raise NotImplementedError("predict in predictions.py: not written yet")


def write_predictions(path: str | Path, labels: Sequence[int], ids: Sequence[int] | None = None) -> None:
    """Write predictions.csv: the header `Id,Label`, then one row an image.

    ids: the images' numbers; 0, 1, 2, ... when not given. Labels are written as integers.
    Raises ValueError when labels and ids differ in number.
    """
    raise NotImplementedError("write_predictions in predictions.py: not written yet")
