"""Cutout of single images, and batches that hold several cutout versions of every sample."""

from torch import Tensor


def cutout(image: Tensor, size: int = 16) -> Tensor:
    """Set one square of the image to zero in all channels (DeVries and Taylor 2017).

    image: (C, H, W). Returns a new tensor and leaves `image` as it was. The square's centre is one
    of the H x W pixels, each equally likely; the square is `size` rows by `size` columns (of an even
    size one more before the centre than behind it), and what lies beyond the border is cut off.
    """
    raise NotImplementedError("cutout in cutout.py: not written yet")


def batch_augmentation(images: Tensor, labels: Tensor, copies: int, size: int = 16) -> tuple[Tensor, Tensor]:
    """A batch that holds `copies` cutout versions of every sample (Hoffer et al. 2020).

    images: (N, C, H, W); labels: (N,). Returns (N * copies, C, H, W) and (N * copies,): all versions of
    the first sample, then all of the second, and so on. Every version has a square of its own,
    so the samples as they were are not among them. `images` and `labels` stay as they were.
    """
    raise NotImplementedError("batch_augmentation in cutout.py: not written yet")
