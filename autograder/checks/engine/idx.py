"""FashionMNIST-like files made from seeded pixels, in the IDX format (http://yann.lecun.com/exdb/mnist/)."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np

from autograder.checks.engine.draws import Draws

UNSIGNED_BYTES = 8


def idx_bytes(array: np.ndarray, kind: int = UNSIGNED_BYTES) -> bytes:
    """`array` (uint8) as an IDX file: two zeros, the type, the number of axes, the sizes, the numbers."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def write_idx(path: Path, array: np.ndarray) -> None:
    """Write `array` (uint8) as an IDX file, compressed by gzip where the name ends in .gz."""
    data = idx_bytes(array)
    path.write_bytes(gzip.compress(data, 1, mtime=0) if path.suffix == ".gz" else data)


def write_fashion(folder: Path, sizes: dict[str, int], draws: Draws, ending: str = "") -> None:
    """Write images and labels of each part ("train", "t10k") as FashionMNIST's files are called."""
    for part, size in sizes.items():
        images = draws.integers(0, 256, size, 28, 28).numpy()
        write_idx(folder / f"{part}-images-idx3-ubyte{ending}", images)
        write_idx(folder / f"{part}-labels-idx1-ubyte{ending}", draws.integers(0, 10, size).numpy())
