"""FashionMNIST read from its own files, and the split into training and validation images.

`torchvision.datasets` is not allowed here.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from torch import Tensor
from torch.utils.data import Dataset, Subset

Transform = Callable[[Tensor], Tensor]
CLASSES = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
FILES = {"train": "train", "test": "t10k"}


def read_idx(path: str | Path) -> np.ndarray:
    """The array of unsigned bytes in an IDX file, compressed by gzip or not; uint8, in the shape that the file names.

    The format: two zero bytes, the type (8 for unsigned bytes), the number of axes d, then d sizes as big-endian
    32-bit integers, then the numbers themselves, last axis fastest. A file is compressed when its name ends in .gz.
    Raises ValueError, naming the file, for another beginning or when there are fewer or more numbers than the
    sizes say.
    """
    raise NotImplementedError("read_idx in fashion.py: not written yet")


class FashionMNIST(Dataset):
    """Labelled 28x28 grey images from the four files of FashionMNIST, which lie in `root`.

    For split "train" these are train-images-idx3-ubyte and train-labels-idx1-ubyte, for "test" they begin with t10k
    instead; each is there as it is or with .gz at the end of its name.
    Item i is (image, label): a float32 tensor (1, 28, 28) of values in [0, 1], 0 being the background, and an int.
    When `transform` is given, the image goes through it first, each time the item is read.
    Raises FileNotFoundError when a file is missing.
    """

    def __init__(self, root: str | Path, split: str = "train", transform: Transform | None = None) -> None:
        raise NotImplementedError("FashionMNIST.__init__ in fashion.py: not written yet")

    def __len__(self) -> int:
        """Number of images."""
        raise NotImplementedError("FashionMNIST.__len__ in fashion.py: not written yet")

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Image and label number `index`."""
        raise NotImplementedError("FashionMNIST.__getitem__ in fashion.py: not written yet")


def train_val_split(dataset: Dataset, fraction: float = 0.1, seed: int = 0) -> tuple[Subset, Subset]:
    """Split a data set at random into (train, validation); `fraction` of the items validate.

    Every item is in exactly one of the two. The same seed gives the same split, another seed another one, and
    torch's global random state is left as it was. Where `fraction` of the items is no whole number, it is rounded.
    """
    raise NotImplementedError("train_val_split in fashion.py: not written yet")
