"""The fixtures that data set probes read are files like the real ones."""

import glob
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.images import (
    listed_in_no_order,
    names,
    pixels,
    write_image_folder,
    write_png,
    write_python_batch,
)


@pytest.fixture
def draws():
    return Draws(5, "datasets.fixture")


def test_pillow_reads_the_pixels_that_were_written(tmp_path, draws):
    image = draws.integers(0, 256, 4, 9, 3).numpy().astype(np.uint8)
    write_png(tmp_path / "image.png", image)
    with Image.open(tmp_path / "image.png") as picture:
        assert picture.mode == "RGB"
        assert np.array_equal(np.asarray(picture), image)


@pytest.mark.parametrize(("encoding", "key"), [("bytes", b"data"), ("latin1", "data"), ("ASCII", "data")])
def test_python_batches_load_in_the_usual_ways(tmp_path, draws, encoding, key):
    images = pixels(draws, 2)
    write_python_batch(tmp_path / "data_batch_1", images, [7, 1])
    batch = pickle.loads((tmp_path / "data_batch_1").read_bytes(), encoding=encoding)
    assert batch[key].shape == (2, 3072)
    assert batch[key].dtype == np.uint8
    assert batch[key][1, 1024 + 32 * 3 + 5] == images[1, 3, 5, 1]
    assert sorted(map(str, batch)) == sorted(str(type(key)(k) if isinstance(key, str) else k.encode()) for k in KEYS)


KEYS = ("data", "labels", "batch_label")


def listings(folder: Path) -> list[list[str]]:
    """Entry names by every usual way of listing a folder, unsorted."""
    return [
        os.listdir(folder),  # noqa: PTH208
        [entry.name for entry in os.scandir(folder)],
        [path.name for path in folder.iterdir()],
        [path.name for path in folder.glob("*")],
        [Path(path).name for path in glob.glob(f"{folder}/*")],  # noqa: PTH207
        next(iter(os.walk(folder)))[1],
    ]


def test_folders_are_listed_in_no_useful_order_and_as_before_afterwards(tmp_path, draws):
    classes = names(draws, 6)
    write_image_folder(tmp_path, classes, [1] * 6, draws)
    before = os.listdir, os.scandir
    with listed_in_no_order():
        for listing in listings(tmp_path):
            assert listing != sorted(classes)
            assert sorted(listing) == sorted(classes)
    assert (os.listdir, os.scandir) == before
