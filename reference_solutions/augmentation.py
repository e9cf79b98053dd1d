"""Random crops and flips of single images, and the transforms of the training and test sets."""

from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


class Normalize:
    """Subtract a mean and divide by a standard deviation, channel by channel.

    mean, std: one number a channel. Called with a (C, H, W) tensor; returns a new one.
    """

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        ### BEGIN SOLUTION
        self.mean = torch.as_tensor(mean).reshape(-1, 1, 1)
        self.std = torch.as_tensor(std).reshape(-1, 1, 1)
        ### END SOLUTION

    def __call__(self, image: Tensor) -> Tensor:
        ### BEGIN SOLUTION
        return (image - self.mean.to(image)) / self.std.to(image)
        ### END SOLUTION


def random_crop(image: Tensor, padding: int = 4) -> Tensor:
    """Pad all four sides with `padding` zeros, then cut a window of the original size at random.

    image: (C, H, W). Returns (C, H, W). Each of the (2 * padding + 1)^2 positions is equally likely.
    """
    ### BEGIN SOLUTION
    _, height, width = image.shape
    padded = F.pad(image, (padding, padding, padding, padding))
    top, left = torch.randint(0, 2 * padding + 1, (2,)).tolist()
    return padded[:, top : top + height, left : left + width]
    ### END SOLUTION


def random_horizontal_flip(image: Tensor, p: float = 0.5) -> Tensor:
    """Mirror the image left to right with probability p. image: (C, H, W)."""
    ### BEGIN SOLUTION
    return image.flip(-1) if torch.rand(()).item() < p else image
    ### END SOLUTION


def make_transform(train: bool, mean: Sequence[float], std: Sequence[float]) -> Callable[[Tensor], Tensor]:
    """The transform of one data set: a function from a (3, H, W) image in [0, 1] to one of that shape.

    train=True: random crop with padding 4, random horizontal flip, then normalisation.
    train=False: normalisation only, the same result every time.
    """
    ### BEGIN SOLUTION
    normalize = Normalize(mean, std)

    def transform(image: Tensor) -> Tensor:
        if train:
            image = random_horizontal_flip(random_crop(image, padding=4))
        return normalize(image)

    return transform
    ### END SOLUTION
