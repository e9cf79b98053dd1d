"""Images resident on the device as bytes, and batches of them as the network wants them."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from reference_solutions.train.augmentation import batch_versions, random_crop_flip
from reference_solutions.train.device import Execution
from reference_solutions.train.images import Labelled, Pixels
from reference_solutions.train.settings import Settings


class Normalization:
    """The training images' mean and deviation a channel; turns bytes into what the network takes."""

    def __init__(self, images: Pixels, execution: Execution) -> None:
        """images: uint8 (n, H, W, C). A channel that never varies is only shifted."""
        flat = torch.from_numpy(images).flatten(0, 2)
        levels = torch.arange(256, dtype=torch.float64)
        # Counting each level is exact, and needs no copy of the images as floating-point numbers.
        counts = torch.stack([torch.bincount(flat[:, channel], minlength=256) for channel in range(flat.shape[1])])
        share = counts.double() / flat.shape[0]
        mean = share @ levels
        deviation = (share @ levels.square() - mean.square()).clamp(min=0).sqrt()
        self.mean = mean.to(execution.device, torch.float32)
        self.deviation = torch.where(deviation == 0, 255.0, deviation).to(execution.device, torch.float32)
        self._format = execution.memory_format

    def __call__(self, images: Tensor) -> Tensor:
        """uint8 (n, H, W, C) to float32 (n, C, H, W) in the memory format of the run."""
        scaled = (images.to(torch.float32) - self.mean) / self.deviation
        return scaled.permute(0, 3, 1, 2).contiguous(memory_format=self._format)


class TrainingBatches:
    """Batches of the training images, in an order of its own each epoch, augmented on the device."""

    def __init__(self, data: Labelled, settings: Settings, execution: Execution, generator: torch.Generator) -> None:
        self.images = torch.from_numpy(data.images).to(execution.device)
        self.labels = torch.from_numpy(data.labels).to(execution.device)
        self.normalization = Normalization(data.images, execution)
        self.settings, self.generator = settings, generator

    def __len__(self) -> int:
        """Number of batches; a last one of a single image is left out, as batch norm cannot use it."""
        whole, rest = divmod(len(self.labels), self.settings.batch_size)
        return whole + (rest > 1 or not whole)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        s = self.settings
        order = torch.randperm(len(self.labels), generator=self.generator, device=self.images.device)
        for which in order.split(s.batch_size)[: len(self)]:
            images = random_crop_flip(self.images[which], s.crop_padding, s.flip, self.generator)
            versions = batch_versions(
                self.normalization(images), self.labels[which], s.copies, s.cutout, self.generator
            )
            yield versions


def in_order(images: Pixels, normalization: Normalization) -> Iterator[Tensor]:
    """All images, normalised and not augmented, 512 at a time, 2,500 where launches cost more (on a GPU)."""
    device = normalization.mean.device
    size = 512 if device.type == "cpu" else 2500
    for part in torch.from_numpy(images).split(size):
        yield normalization(part.to(device))
