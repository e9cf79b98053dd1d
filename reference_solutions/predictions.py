"""Predict labels for unlabelled images and write predictions.csv."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn


def predict(model: nn.Module, batches: Iterable[Tensor], device: torch.device | str = "cpu") -> list[int]:
    """The most likely class of every image, in the order of the batches.

    batches: tensors of shape (N, C, H, W) without labels, each moved to `device`. The model is used in
    evaluation mode and left in the mode it was in. Returns plain ints.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    labels: list[int] = []
    with torch.no_grad():
        for images in batches:
            labels += model(images.to(device)).argmax(dim=1).tolist()
    model.train(was_training)
    return labels
    ### END SOLUTION


def write_predictions(path: str | Path, labels: Sequence[int], ids: Sequence[int] | None = None) -> None:
    """Write predictions.csv: the header `Id,Label`, then one row an image.

    ids: the images' numbers; 0, 1, 2, ... when not given. Labels are written as integers.
    Raises ValueError when labels and ids differ in number.
    """
    ### BEGIN SOLUTION
    ids = range(len(labels)) if ids is None else ids
    if len(ids) != len(labels):
        raise ValueError(f"{len(labels)} labels for {len(ids)} ids")
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["Id", "Label"])
        writer.writerows((int(i), int(label)) for i, label in zip(ids, labels, strict=True))
    ### END SOLUTION
