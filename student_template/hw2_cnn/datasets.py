"""CIFAR-10 as a `Dataset` of your own, its statistics, and the loaders.

`torchvision.datasets` is not allowed here.
"""

from collections.abc import Callable
from pathlib import Path

from torch import Tensor
from torch.utils.data import DataLoader, Dataset

Transform = Callable[[Tensor], Tensor]


class CIFAR10Dataset(Dataset):
    """Labelled 32x32 colour images from a folder, in either of two layouts.

    Image folder: root/SPLIT/CLASS/*.png (or .jpg), SPLIT being "train", "val" or "test". Classes are numbered
    from 0 in alphabetical order; images are ordered by class, then by file name.
    Python batches: root/data_batch_1 ... data_batch_5 and test_batch, pickled dictionaries with
    b"data", (n, 3072) uint8 holding the red, green and blue planes row by row, and b"labels", a list;
    images keep their order in the files. These files are your own download: unpickle nothing else.

    Item i is (image, label): a float32 tensor (3, 32, 32) of RGB values in [0, 1], and an int. When
    `transform` is given, the image goes through it first. `classes` lists the class names by number
    (image folder only). Raises FileNotFoundError when root holds neither layout.
    """

    def __init__(self, root: str | Path, split: str = "train", transform: Transform | None = None) -> None:
        raise NotImplementedError("CIFAR10Dataset.__init__ in datasets.py: not written yet")

    def __len__(self) -> int:
        """Number of images."""
        raise NotImplementedError("CIFAR10Dataset.__len__ in datasets.py: not written yet")

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Image and label number `index`."""
        raise NotImplementedError("CIFAR10Dataset.__getitem__ in datasets.py: not written yet")


def channel_statistics(dataset: Dataset) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel over all pixels of all images of a data set.

    dataset: items (image, label) with images (C, H, W). Returns two float tensors of shape (C,); the
    standard deviation is that of all pixels together (divided by their number), not a mean over images.
    """
    raise NotImplementedError("channel_statistics in datasets.py: not written yet")


def make_loaders(
    train_set: Dataset, test_set: Dataset, batch_size: int = 128, num_workers: int = 0
) -> tuple[DataLoader, DataLoader]:
    """Loaders of (train, test): the training set in a new random order each epoch, the test set in order.

    Every image of both sets is delivered, so the last batch may be smaller.
    """
    raise NotImplementedError("make_loaders in datasets.py: not written yet")
