"""Probes of the data set class, the channel statistics and the loaders."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset, get_worker_info

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.images import listed_in_no_order, names, pixels, write_image_folder, write_python_batch
from autograder.checks.engine.probe import Evidence, close, exact, probe

PIXELS = "a pixel is k/255 in float32: dividing and multiplying by 1/255 differ by 6e-8, half a grey level is 2e-3"
CARRIED = "float32 arithmetic of the probe's own transform on pixels that are right to 6e-8"
MOMENTS = "E[x^2] - mean^2 in float32 loses 1e-6; dividing by n - 1 instead of n moves the deviation by 1.2e-3"
CORRELATION = (
    "missing images count whole; the mean rank correlation of 4 random orders of 60 has deviation 0.065, "
    "the difference of two such 0.092, and 0.55 is 6 of these"
)
FORBIDDEN = "torchvision.datasets"


def images_of(items: Sequence[Any]) -> Tensor | list[Any]:
    """The images of (image, label) items in one tensor, or as they are where their shapes differ."""
    images = [item[0] for item in items]
    tensors = all(isinstance(image, Tensor) and image.shape == images[0].shape for image in images)
    return torch.stack(images) if tensors and images else images


def labels_of(items: Sequence[Any]) -> list[Any]:
    """Labels as plain ints where they are whole numbers of any kind."""
    return [int(label) if _is_whole(label) else label for _, label in items]


def _is_whole(label: Any) -> bool:
    return isinstance(label, np.integer) or (
        isinstance(label, Tensor) and label.ndim == 0 and label.dtype == torch.int64
    )


def read_all(dataset: Any) -> list[Any]:
    return [dataset[i] for i in range(len(dataset))]


@probe(
    "datasets",
    length=exact("the lengths of CIFAR10Dataset(folder, 'train') and (folder, 'test') of an image folder"),
    images=close("dataset[i][0] for all i of train, then of test, of an image folder", 0.0, 1e-5, PIXELS),
    labels=exact("dataset[i][1] for all i of train, then of test, of an image folder"),
    classes=exact("dataset.classes of an image folder"),
)
def image_folder(code: Code, draws: Draws) -> Evidence:
    """Items of an image folder: order, colours, layout, range and labels."""
    with tempfile.TemporaryDirectory() as folder:
        classes = names(draws, 5)
        write_image_folder(Path(folder, "train"), classes, (4, 3, 5, 2, 3), draws)
        write_image_folder(Path(folder, "test"), classes, (2, 1, 2, 3, 1), draws)
        with listed_in_no_order():
            sets = [code.datasets.CIFAR10Dataset(folder, split) for split in ("train", "test")]
        code.forbid_package(FORBIDDEN, *sets)
        yield "length", [len(dataset) for dataset in sets]
        items = [read_all(dataset) for dataset in sets]
    yield "images", [images_of(part) for part in items]
    yield "labels", [labels_of(part) for part in items]
    yield "classes", [list(dataset.classes) for dataset in sets]


@probe(
    "datasets",
    length=exact("the lengths of CIFAR10Dataset(folder, 'train') and (folder, 'test') of python batches"),
    images=close("dataset[i][0] for all i of train, then of test, of python batches", 0.0, 1e-5, PIXELS),
    labels=exact("dataset[i][1] for all i of train, then of test, of python batches"),
)
def python_batches(code: Code, draws: Draws) -> Evidence:
    """Items of CIFAR-10's python batches."""
    with tempfile.TemporaryDirectory() as folder:
        _write_batches(Path(folder), draws)
        sets = [code.datasets.CIFAR10Dataset(folder, split) for split in ("train", "test")]
        code.forbid_package(FORBIDDEN, *sets)
        yield "length", [len(dataset) for dataset in sets]
        items = [read_all(dataset) for dataset in sets]
    yield "images", [images_of(part) for part in items]
    yield "labels", [labels_of(part) for part in items]


def _write_batches(folder: Path, draws: Draws) -> None:
    sizes = {f"data_batch_{i}": 2 + i % 3 for i in range(1, 6)} | {"test_batch": 5}
    for name, size in sizes.items():
        write_python_batch(folder / name, pixels(draws, size), draws.integers(0, 10, size).tolist())


class Counting:
    """A transform whose k-th call adds the k-th of its numbers, so that calls left out or repeated are seen."""

    def __init__(self, gain: float, offsets: Tensor) -> None:
        self.gain, self.offsets, self.calls = gain, offsets, 0

    def __call__(self, image: Any) -> Tensor:
        self.calls += 1
        offset = self.offsets[(self.calls - 1) % len(self.offsets)]
        return torch.as_tensor(np.asarray(image)).to(torch.float32) * self.gain + offset


@probe(
    "datasets",
    images=close("dataset[i][0] with a transform, read twice, for train and test", 1e-5, 1e-5, CARRIED),
)
def transformed(code: Code, draws: Draws) -> Evidence:
    """The transform is applied to every item of both splits, each time the item is read."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        _write_batches(Path(folder), draws)
        for split in ("train", "test"):
            gain = float(draws.uniform(low=0.5, high=2.0))
            transform = Counting(gain, draws.normal(100, dtype=torch.float32))
            dataset = code.datasets.CIFAR10Dataset(folder, split, transform)
            found += [images_of([dataset[i] for i in range(3)]) for _ in range(2)]
    yield "images", found


class Items(Dataset[tuple[Tensor, int]]):
    """Images and labels held in memory; pixel (0, 0) of channel 0 tells which worker read the image, from 1."""

    def __init__(self, images: Tensor, labels: Sequence[int], stamp: bool = False) -> None:
        self.pixels, self.targets, self.stamp = images, labels, stamp

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        if not 0 <= index < len(self.targets):
            raise IndexError(index)
        image = self.pixels[index].clone()
        if self.stamp:
            worker = get_worker_info()
            image[0, 0, 0] = 0 if worker is None else worker.id + 1
        return image, self.targets[index]


@probe(
    "datasets",
    mean=close("the mean of channel_statistics(dataset), 12 images of (3, 5, 7)", 1e-4, 1e-6, MOMENTS),
    std=close("the deviation of channel_statistics(dataset), 12 images of (3, 5, 7)", 1e-4, 1e-6, MOMENTS),
)
def statistics(code: Code, draws: Draws) -> Evidence:
    """Mean and deviation of each channel over images of very different contrast."""
    contrast = draws.uniform(12, 3, 1, 1, low=0.02, high=0.4)
    level = draws.uniform(12, 3, 1, 1, low=0.0, high=0.6)
    images = level + contrast * draws.uniform(12, 3, 5, 7)
    mean, std = code.datasets.channel_statistics(Items(images.contiguous(), [0] * 12))
    yield "mean", torch.as_tensor(mean).to(torch.float64)
    yield "std", torch.as_tensor(std).to(torch.float64)


EPOCHS, TRAINING, TESTING = 4, 60, 21


def _codes(draws: Draws) -> tuple[Tensor, Items, Items]:
    """Labels of the training images (all different), the training set and the test set."""
    codes = draws.permutation(1000)[:TRAINING]
    train = Items(draws.normal(TRAINING, 1, 2, 2), codes.tolist())
    test = Items(draws.normal(TESTING, 3, 4, 4), draws.integers(0, 10, TESTING).tolist(), stamp=True)
    return codes, train, test


def _missing_and_order(orders: np.ndarray, draws: Draws) -> dict[str, Any]:
    """Images missing from each epoch, and the mean correlation of delivery with the data set's order."""
    place = {int(code): i for i, code in enumerate(_codes(draws)[0])}
    ranks = np.array([[place.get(int(code), 0) for code in order] for order in orders], dtype=np.float64)
    ranks -= ranks.mean(axis=1, keepdims=True)
    steps = np.arange(ranks.shape[1]) - (ranks.shape[1] - 1) / 2
    scale = np.sqrt((ranks**2).sum(axis=1) * (steps**2).sum())
    correlations = ranks @ steps / np.where(scale > 0, scale, 1.0)
    return {
        "images missing from each epoch": np.array([len(place.keys() - {int(c) for c in order}) for order in orders]),
        "correlation of the delivery with the data set's order": float(correlations.mean()),
    }


def _different_epochs(orders: np.ndarray, draws: Draws) -> int:
    return len({order.tobytes() for order in orders})


@contextmanager
def _forking() -> Iterator[None]:
    """Fork the loader's workers on Linux: one that is spawned imports torch again, 2 s against 0.02 s."""
    before = multiprocessing.get_start_method(allow_none=True)
    try:
        if sys.platform == "linux":
            multiprocessing.set_start_method("fork", force=True)
        yield
    finally:
        multiprocessing.set_start_method(before, force=True)


@probe(
    "datasets",
    seconds=20.0,
    test_images=exact("the batches of images of the test loader, make_loaders(train, test, 8, num_workers=2)"),
    test_labels=exact("the batches of labels of the test loader, make_loaders(train, test, 8, num_workers=2)"),
    train_order=close(
        "4 epochs of the training loader: missing images and order", 0.0, 0.55, CORRELATION, _missing_and_order
    ),
    epochs_differ=exact("the number of different orders in 4 epochs of the training loader", _different_epochs),
)
def loaders(code: Code, draws: Draws) -> Evidence:
    """Loaders deliver everything, the test set in order with two workers, the training set shuffled anew."""
    _, train, test = _codes(draws)
    train_loader, _ = code.datasets.make_loaders(train, test, 8)
    epochs = [torch.cat([labels for _, labels in train_loader]) for _ in range(EPOCHS)]
    with _forking():
        _, test_loader = code.datasets.make_loaders(train, test, 8, num_workers=2)
        batches = list(test_loader)
    yield "test_images", [images for images, _ in batches]
    yield "test_labels", [labels for _, labels in batches]
    same = len({len(epoch) for epoch in epochs}) == 1
    orders = torch.stack(epochs) if same else epochs
    yield "train_order", orders
    yield "epochs_differ", orders
