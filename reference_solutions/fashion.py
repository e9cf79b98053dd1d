"""FashionMNIST read from its own files, and the split into training and validation images.

`torchvision.datasets` is not allowed here.
"""

import gzip
import math
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
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
    ### BEGIN SOLUTION
    path = Path(path)
    data = path.read_bytes()
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (EOFError, gzip.BadGzipFile, zlib.error) as broken:
            raise ValueError(f"{path} is not a whole gzip file: {broken}") from broken
    if data[:3] != b"\0\0\x08" or len(data) < 4 + 4 * data[3]:
        raise ValueError(f"{path} is not an IDX file of unsigned bytes")
    start = 4 + 4 * data[3]
    shape = [int(size) for size in np.frombuffer(data[4:start], dtype=">u4")]
    if len(data) - start != math.prod(shape):
        raise ValueError(f"{path} holds {len(data) - start} numbers, but its header says {shape}")
    return np.frombuffer(data[start:], dtype=np.uint8).reshape(shape)
    ### END SOLUTION


class FashionMNIST(Dataset):
    """Labelled 28x28 grey images from the four files of FashionMNIST, which lie in `root`.

    For split "train" these are train-images-idx3-ubyte and train-labels-idx1-ubyte, for "test" they begin with t10k
    instead; each is there as it is or with .gz at the end of its name.
    Item i is (image, label): a float32 tensor (1, 28, 28) of values in [0, 1], 0 being the background, and an int.
    When `transform` is given, the image goes through it first, each time the item is read.
    Raises FileNotFoundError when a file is missing.
    """

    def __init__(self, root: str | Path, split: str = "train", transform: Transform | None = None) -> None:
        ### BEGIN SOLUTION
        self.transform = transform
        self.images = read_idx(find_file(Path(root), f"{FILES[split]}-images-idx3-ubyte"))
        self.labels = read_idx(find_file(Path(root), f"{FILES[split]}-labels-idx1-ubyte"))
        ### END SOLUTION

    def __len__(self) -> int:
        """Number of images."""
        ### BEGIN SOLUTION
        return len(self.labels)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Image and label number `index`."""
        ### BEGIN SOLUTION
        image = torch.tensor(self.images[index]).unsqueeze(0).to(torch.float32) / 255
        if self.transform is not None:
            image = self.transform(image)
        return image, int(self.labels[index])
        ### END SOLUTION


def train_val_split(dataset: Dataset, fraction: float = 0.1, seed: int = 0) -> tuple[Subset, Subset]:
    """Split a data set at random into (train, validation); `fraction` of the items validate.

    Every item is in exactly one of the two. The same seed gives the same split, another seed another one, and
    torch's global random state is left as it was. Where `fraction` of the items is no whole number, it is rounded.
    """
    ### BEGIN SOLUTION
    order = torch.randperm(len(dataset), generator=torch.Generator().manual_seed(seed)).tolist()
    held = round(fraction * len(dataset))
    return Subset(dataset, order[held:]), Subset(dataset, order[:held])
    ### END SOLUTION


### BEGIN SOLUTION
def find_file(root: Path, name: str) -> Path:
    """`name` in `root`, as it is or compressed. Raises FileNotFoundError."""
    for path in (root / name, root / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{root} holds neither {name} nor {name}.gz")


### END SOLUTION
