"""The random crop, flip and cutout of reference_solutions.augmentation and .cutout, on a whole batch at once.

Every image has random numbers of its own, drawn from one generator on the images' device. A test compares the
distributions with those of the single-image functions.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def random_crop_flip(images: Tensor, padding: int, flip: bool, generator: torch.Generator) -> Tensor:
    """Crop after padding with zeros, then mirror with probability 1/2, each image on its own.

    images: (N, H, W, C) of any dtype. Returns the same shape and dtype; the images themselves without either.
    """
    if not padding and not flip:
        return images
    count, height, width, _ = images.shape
    device = images.device
    shifts = torch.randint(0, 2 * padding + 1, (2, count, 1), generator=generator, device=device)
    rows = shifts[0] + torch.arange(height, device=device)
    columns = torch.arange(width, device=device).expand(count, width)
    if flip:
        mirrored = torch.rand((count, 1), generator=generator, device=device) < 0.5
        columns = torch.where(mirrored, width - 1 - columns, columns)
    padded = F.pad(images, (0, 0, padding, padding, padding, padding))
    which = torch.arange(count, device=device)[:, None, None]
    return padded[which, rows[:, :, None], (shifts[1] + columns)[:, None, :]]


def random_cutout(images: Tensor, size: int, generator: torch.Generator) -> Tensor:
    """Set a square of `size` pixels a side to zero in every image, centred on any pixel, clipped at the border.

    images: (N, C, H, W), floating point. Returns a new tensor; `images` itself where size is 0.
    """
    if not size:
        return images
    count, _, height, width = images.shape
    device = images.device

    def inside(extent: int) -> Tensor:
        first = torch.randint(0, extent, (count, 1), generator=generator, device=device) - size // 2
        pixels = torch.arange(extent, device=device)
        return (pixels >= first) & (pixels < first + size)

    hole = inside(height)[:, None, :, None] & inside(width)[:, None, None, :]
    return images.masked_fill(hole, 0)


def batch_versions(
    images: Tensor, labels: Tensor, copies: int, size: int, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Batch augmentation (Hoffer et al. 2020): `copies` cutout versions of every sample, standing together.

    images: (N, C, H, W); labels: (N,). Returns (N * copies, C, H, W) and (N * copies,).
    """
    if copies > 1:
        images, labels = images.repeat_interleave(copies, dim=0), labels.repeat_interleave(copies)
    return random_cutout(images, size, generator), labels
