"""Trains the reference ResNet-20 on the digits, so that honest students have honest predictions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from reference_solutions.augmentation import Normalize, random_crop
from reference_solutions.datasets import CIFAR10Dataset, channel_statistics, make_loaders
from reference_solutions.losses import cross_entropy
from reference_solutions.predictions import predict
from reference_solutions.resnet import resnet20
from reference_solutions.schedules import StepDecay
from reference_solutions.training import best_device, evaluate, train_one_epoch


@dataclass(frozen=True)
class Epoch:
    """State after an epoch: losses, validation accuracy, and the labels predicted for the test images."""

    number: int
    train_loss: float
    validation_accuracy: float
    predictions: list[int]


def train_on_holdout(data: Path, epochs: int, seed: int = 0) -> Iterator[Epoch]:
    """Train on `data`/train (images of a hold-out's student side), yielding after each epoch.

    Crops with padding 2 but no flips: a mirrored digit is another character.
    """
    torch.manual_seed(seed)
    mean, std = channel_statistics(CIFAR10Dataset(data, "train"))
    normalize = Normalize(mean.tolist(), std.tolist())

    def augment(image: Tensor) -> Tensor:
        cropped: Tensor = normalize(random_crop(image, padding=2))
        return cropped

    train_set, validation = CIFAR10Dataset(data, "train", augment), CIFAR10Dataset(data, "val", normalize)
    train_loader, validation_loader = make_loaders(train_set, validation, batch_size=64)
    device = best_device()
    model = resnet20().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True)
    decay = StepDecay(optimizer, step_size=max(1, round(0.6 * epochs)), gamma=0.1)
    test = torch.stack([normalize(image) for image in _test_images(data)])
    for number in range(1, epochs + 1):
        loss, _ = train_one_epoch(model, train_loader, cross_entropy, optimizer, device)
        decay.step()
        _, accuracy = evaluate(model, validation_loader, cross_entropy, device)
        yield Epoch(number, loss, accuracy, predict(model, torch.split(test, 128), device))


def _test_images(data: Path) -> list[Tensor]:
    images = np.load(data / "test.npz", allow_pickle=False)["images"]
    return [torch.from_numpy(image).permute(2, 0, 1).to(torch.float32) / 255 for image in images]
