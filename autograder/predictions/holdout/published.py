"""CIFAR-10 and FashionMNIST, where their files are or from torchvision's downloaders."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.holdout.public_images import SIZE, HoldOutError, PublicImages

# Debian's package dataset-fashion-mnist.
FASHION_MNIST = Path("/usr/share/datasets/fashion-mnist")
DOWNLOADS = Path("~/.cache/autograder")
_FASHION_CLASSES = (
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)


def load_cifar10(where: str) -> PublicImages:
    """CIFAR-10 from torchvision's layout in `where`, downloaded into a cache if no folder is given.

    Raises HoldOutError when the files are not there or not whole.
    """
    from torchvision.datasets import CIFAR10

    root = Path(where) if where else DOWNLOADS.expanduser()
    try:
        parts = [CIFAR10(str(root), train=train, download=not where) for train in (True, False)]
    except (RuntimeError, OSError) as error:
        told = str(error).splitlines()[0]
        raise HoldOutError(f"cifar10: no whole cifar-10-batches-py in {root}: {told}") from error
    images = np.concatenate([np.asarray(part.data, dtype=np.uint8) for part in parts])
    labels = np.concatenate([np.asarray(part.targets, dtype=np.int64) for part in parts])
    return PublicImages("cifar10", images, labels, tuple(parts[0].classes))


def load_fashion_mnist(where: str) -> PublicImages:
    """FashionMNIST from its four IDX files (.gz or not) in `where`, or where Debian's package puts them.

    The 28x28 grey images get a border of 2 black pixels and three equal channels. Raises HoldOutError.
    """
    root = Path(where) if where else FASHION_MNIST
    images = np.concatenate([_idx(root, f"{part}-images-idx3-ubyte", 3) for part in ("train", "t10k")])
    named = np.concatenate([_idx(root, f"{part}-labels-idx1-ubyte", 1) for part in ("train", "t10k")])
    labels = named.astype(np.int64)
    if len(images) != len(labels) or images.shape[1:] != (28, 28) or labels.max() >= len(_FASHION_CLASSES):
        raise HoldOutError(
            f"fashion-mnist: {root} holds {images.shape} images and {labels.shape} labels, not (n, 28, 28)"
        )
    border = (SIZE - 28) // 2
    framed = np.pad(images, ((0, 0), (border, border), (border, border)))
    return PublicImages("fashion-mnist", np.repeat(framed[..., None], 3, axis=-1), labels, _FASHION_CLASSES)


def _idx(root: Path, name: str, dimensions: int) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes: 0, 0, 8, dimensions, each size as a big-endian uint32, the bytes."""
    path = next((p for p in (root / f"{name}.gz", root / name) if p.is_file()), None)
    if path is None:
        raise HoldOutError(
            f"fashion-mnist: {root / name}.gz is missing (Debian: apt-get install dataset-fashion-mnist, "
            "or fashion-mnist:PATH for a folder that holds the four files)"
        )
    try:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise HoldOutError(f"fashion-mnist: {path} cannot be read: {error}") from error
    head = 4 + 4 * dimensions
    sizes = [int.from_bytes(data[i : i + 4], "big") for i in range(4, head, 4)]
    if data[:4] != bytes((0, 0, 8, dimensions)) or len(data) != head + math.prod(sizes):
        raise HoldOutError(f"fashion-mnist: {path} is no whole IDX file of {dimensions} dimensions")
    return np.frombuffer(data, np.uint8, offset=head).reshape(sizes)
