"""Random crops and flips of single images, and the transforms of the training and test sets."""

from collections.abc import Callable, Sequence

from torch import Tensor


class Normalize:
    """Subtract a mean and divide by a standard deviation, channel by channel.

    mean, std: one number a channel. Called with a (C, H, W) tensor; returns a new one.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        raise NotImplementedError("Normalize.__init__ in augmentation.py: not written yet")

    def __call__(self, image: Tensor) -> Tensor:
        raise NotImplementedError("Normalize.__call__ in augmentation.py: not written yet")


def random_crop(image: Tensor, padding: int = 4) -> Tensor:
    """Pad all four sides with `padding` zeros, then cut a window of the original size at random.

    image: (C, H, W). Returns (C, H, W). Each of the (2 * padding + 1)^2 positions is equally likely.
    """
    raise NotImplementedError("random_crop in augmentation.py: not written yet")


def random_horizontal_flip(image: Tensor, p: float = 0.5) -> Tensor:
    """Mirror the image left to right with probability p. image: (C, H, W)."""
    raise NotImplementedError("random_horizontal_flip in augmentation.py: not written yet")


def make_transform(train: bool, mean: Sequence[float], std: Sequence[float]) -> Callable[[Tensor], Tensor]:
    """The transform of one data set: a function from a (3, H, W) image in [0, 1] to one of that shape.

    train=True: random crop with padding 4, random horizontal flip, then normalisation.
    train=False: normalisation only, the same result every time.
    """
    raise NotImplementedError("make_transform in augmentation.py: not written yet")
