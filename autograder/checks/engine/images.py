"""CIFAR-10-like data sets on disk, made from seeded pixels: an image folder, or the python batches.

PNG is written by hand (https://www.w3.org/TR/png-3/), because what runs beside student code imports
the standard library, torch and numpy only.
"""

from __future__ import annotations

import os
import pickle
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from autograder.checks.engine.draws import Draws

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_png(path: Path, pixels: np.ndarray) -> None:
    """Write (height, width, 3) uint8 RGB pixels as an 8-bit PNG."""
    height, width, _ = pixels.shape
    rows = b"".join(b"\0" + pixels[y].tobytes() for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 1)) + _chunk(b"IEND", b"")
    path.write_bytes(SIGNATURE + chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pixels(draws: Draws, count: int) -> np.ndarray:
    """`count` images (count, 32, 32, 3) uint8, each channel in a range of its own."""
    noise = draws.integers(0, 100, count, 32, 32, 3).numpy()
    shifted: np.ndarray = noise + np.array([0, 70, 150])
    return shifted.astype(np.uint8)


def names(draws: Draws, count: int, letters: int = 6) -> list[str]:
    """Different lower-case words, in an order that is not alphabetical."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    words: dict[str, None] = {}
    while len(words) < count:
        words["".join(alphabet[int(i)] for i in draws.integers(0, 26, letters))] = None
    ordered = sorted(words)
    return ordered[1::2] + ordered[::2]


def write_image_folder(split: Path, classes: Sequence[str], sizes: Sequence[int], draws: Draws) -> None:
    """Write split/CLASS/NNNN.png, `sizes[i]` images for `classes[i]`, files made in no useful order."""
    for name, size in zip(classes, sizes, strict=True):
        folder = split / name
        folder.mkdir(parents=True)
        numbers = sorted(draws.permutation(9000)[:size].tolist())
        images = pixels(draws, size)
        for position in [*range(1, size, 2), *range(0, size, 2)]:
            write_png(folder / f"{numbers[position]:04d}.png", images[position])


class _Entries:
    """What os.scandir returns: an iterator that is a context manager too."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> Iterator[Any]:
        return self._entries

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def listed_in_no_order() -> Iterator[None]:
    """Let folders list their entries by the names read backwards.

    File systems promise no order and differ in it, so without this who forgets to sort would be
    right on one machine and wrong on another.
    """
    listdir, scandir = os.listdir, os.scandir

    def scan(path: Any = ".") -> Any:
        with scandir(path) as entries:
            return _Entries(sorted(entries, key=lambda entry: entry.name[::-1]))

    try:
        os.listdir = lambda path=".": sorted(listdir(path), key=lambda name: name[::-1])  # type: ignore[assignment]
        os.scandir = scan
        yield
    finally:
        os.listdir, os.scandir = listdir, scandir


def write_python_batch(path: Path, images: np.ndarray, labels: Sequence[int]) -> None:
    """Write one batch file as CIFAR-10's authors did.

    images: (n, 32, 32, 3) uint8. The keys are Python 2 strings, so that they load as bytes with
    encoding="bytes" and as str with "latin1", as those of the real files do.
    """
    planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1).copy()
    body = b"\x80\x02}("
    for key, value in {"data": planes, "labels": list(labels), "batch_label": "batch"}.items():
        body += b"U" + bytes([len(key)]) + key.encode() + _opcodes(value)
    path.write_bytes(body + b"u.")


def _opcodes(value: Any) -> bytes:
    """`value` pickled with protocol 2, without the header and the stop."""
    return pickle.dumps(value, protocol=2)[2:-1]
