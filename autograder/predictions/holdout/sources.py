"""Public data sets from which a hold-out can be built, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.holdout.public_images import SIZE, HoldOutError, PublicImages
from autograder.predictions.holdout.published import load_cifar10, load_fashion_mnist

_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".webp", ".ppm"}
_SPLITS = {"train", "test", "val", "valid", "validation"}


def load_source(source: str) -> PublicImages:
    """The data set called `source`, such as "digits" or "folder:PATH". Raises HoldOutError."""
    kind, _, where = source.partition(":")
    if kind not in SOURCES:
        raise HoldOutError(f"unknown source {source!r}: the sources are {', '.join(SOURCES)}")
    return SOURCES[kind](where)


def _digits(where: str) -> PublicImages:
    if where:
        raise HoldOutError(f"digits comes with scikit-learn and takes no path, got {where!r}")
    grey, labels = load_digits_at(SIZE)
    images = np.repeat(grey[..., None], 3, axis=-1)
    names = tuple(str(digit) for digit in range(10))
    # 1,797 images only: a quarter for the test keeps the interval around an accuracy narrow.
    return PublicImages("digits", images, labels, names, validation=0.10, test=0.25)


def load_digits_at(size: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """scikit-learn's 1,797 digits enlarged to uint8 (n, size, size), and their labels."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    weights = _bilinear(8, size)
    # At 32 pixels multiples of 1/64 up to 16: exact in float64, so every machine gets the same pixels.
    large = np.rint(weights @ digits.images @ weights.T * (255 / 16)).astype(np.uint8)
    return large, digits.target.astype(np.int64)


def _bilinear(small: int, large: int) -> NDArray[np.float64]:
    """Weights (large, small) that resample a row of pixels, centres aligned, edges repeated."""
    centres = np.clip((np.arange(large) + 0.5) * small / large - 0.5, 0, small - 1)
    weights: NDArray[np.float64] = np.maximum(0.0, 1 - np.abs(centres[:, None] - np.arange(small)[None, :]))
    return weights


def _folder(where: str) -> PublicImages:
    root = Path(where)
    if not where or not root.is_dir():
        raise HoldOutError(f"folder:{where}: no such folder")
    inside = _folders(root)
    parts = [path for path in inside if path.name.casefold() in _SPLITS] or [root]
    files = [(folder.name, file) for part in parts for folder in _folders(part) for file in _pictures(folder)]
    if not files:
        raise HoldOutError(f"folder:{where}: no images; expected PATH/CLASS/*.png or PATH/train/CLASS/*.png")
    names = sorted({name for name, _ in files})
    labels = np.array([names.index(name) for name, _ in files], dtype=np.int64)
    images = np.stack([_picture(file) for _, file in files])
    return PublicImages(f"folder:{root.resolve().name}", images, labels, tuple(names))


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.casefold() in _SUFFIXES)


def _picture(file: Path) -> NDArray[np.uint8]:
    from PIL import Image

    try:
        with Image.open(file) as image:
            rgb = image.convert("RGB")
            if rgb.size != (SIZE, SIZE):
                rgb = rgb.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
            return np.asarray(rgb, dtype=np.uint8)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise HoldOutError(f"{file} is not an image that can be read: {error}") from error


SOURCES: dict[str, Callable[[str], PublicImages]] = {
    "digits": _digits,
    "cifar10": load_cifar10,
    "fashion-mnist": load_fashion_mnist,
    "folder": _folder,
}
