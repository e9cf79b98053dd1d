"""Small data sets for a rehearsal, made from scikit-learn's digits in the formats that students' own classes read."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from autograder.checks.engine.idx import write_idx
from autograder.grading.homework import Homework
from autograder.predictions.holdout.building import build_holdout
from autograder.predictions.holdout.sources import load_digits_at

# FashionMNIST's own names and size: Xiao et al. 2017, after LeCun's MNIST page.
_IDX = {"train": "train", "test": "t10k"}
_IDX_SIZE = 28
_IDX_TEST = 300
_NO_SECRET = {"source": "digits", "secret": "rehearsal: everyone may know this"}


def write_image_folders(homework: Homework, folder: Path, most: int | None) -> None:
    """FOLDER/train/CLASS/*.png, val/CLASS/*.png and test/*.png, 32x32 RGB: the homework's own hold-out if it has one.

    most: images that each part keeps, spread evenly over the classes; all when None.
    """
    path = homework.grading_data / "holdout.toml"
    recipe = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else _NO_SECRET
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as aside:
        student = build_holdout(recipe["source"], Path(aside) / "holdout", recipe["secret"]).student
        for part in ("train", "val", "test"):
            for source in _spread(sorted((student / part).rglob("*.png")), most):
                target = folder / source.relative_to(student)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)


def _spread(files: list[Path], most: int | None) -> list[Path]:
    if most is None or most >= len(files):
        return files
    return [files[i * len(files) // most] for i in range(most)]


def write_fashion_mnist(homework: Homework, folder: Path, most: int | None) -> None:
    """FashionMNIST's four files, train-images-idx3-ubyte.gz and so on, with 28x28 grey digits in them.

    1,497 images to train on and 300 to test; most: images that each part keeps, all when None.
    """
    images, labels = load_digits_at(_IDX_SIZE)
    order = np.random.default_rng(0).permutation(len(labels))
    folder.mkdir(parents=True, exist_ok=True)
    for part, chosen in (("train", order[_IDX_TEST:]), ("test", order[:_IDX_TEST])):
        kept = chosen[:most]
        write_idx(folder / f"{_IDX[part]}-images-idx3-ubyte.gz", images[kept])
        write_idx(folder / f"{_IDX[part]}-labels-idx1-ubyte.gz", labels[kept])


SOURCES: dict[str, Callable[[Homework, Path, int | None], None]] = {
    "images": write_image_folders,
    "fashion-mnist": write_fashion_mnist,
}
