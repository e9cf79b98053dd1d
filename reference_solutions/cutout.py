"""Cutout of single images, and batches that hold several cutout versions of every sample."""

import torch
from torch import Tensor


def cutout(image: Tensor, size: int = 16) -> Tensor:
    """Set one square of the image to zero in all channels (DeVries and Taylor 2017).

    image: (C, H, W). Returns a new tensor and leaves `image` as it was. The square's centre is one
    of the H x W pixels, each equally likely; the square is `size` rows by `size` columns (of an even
    size one more before the centre than behind it), and what lies beyond the border is cut off.
    """
    ### BEGIN SOLUTION
    _, height, width = image.shape
    row, column = (int(torch.randint(0, extent, ())) for extent in (height, width))
    top, left = row - size // 2, column - size // 2
    out = image.clone()
    out[:, max(top, 0) : top + size, max(left, 0) : left + size] = 0
    return out
    ### END SOLUTION


def batch_augmentation(images: Tensor, labels: Tensor, copies: int, size: int = 16) -> tuple[Tensor, Tensor]:
    """A batch that holds `copies` cutout versions of every sample (Hoffer et al. 2020).

    images: (N, C, H, W); labels: (N,). Returns (N * copies, C, H, W) and (N * copies,): all versions of
    the first sample, then all of the second, and so on. Every version has a square of its own,
    so the samples as they were are not among them. `images` and `labels` stay as they were.
    """
    ### BEGIN SOLUTION
    versions = [cutout(image, size) for image in images for _ in range(copies)]
    return torch.stack(versions), labels.repeat_interleave(copies)
    ### END SOLUTION
