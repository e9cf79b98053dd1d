"""FashionMNIST's IDX files and CIFAR-10's batches as sources of a hold-out, on files made by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from autograder.predictions.holdout.building import build_holdout
from autograder.predictions.holdout.public_images import HoldOutError
from autograder.predictions.holdout.sources import load_source


def idx(array: np.ndarray) -> bytes:
    return bytes((0, 0, 8, array.ndim)) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()


@pytest.fixture
def fashion(tmp_path: Path) -> Path:
    """Ten classes of ten images; the test files are not compressed, which torchvision leaves behind too."""
    rng = np.random.default_rng(0)
    for part, each in (("train", 8), ("t10k", 2)):
        labels = np.repeat(np.arange(10, dtype=np.uint8), each)
        images = (rng.integers(0, 60, (len(labels), 28, 28)) + 15 * labels[:, None, None]).astype(np.uint8)
        for name, array in ((f"{part}-images-idx3-ubyte", images), (f"{part}-labels-idx1-ubyte", labels)):
            if part == "train":
                (tmp_path / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
            else:
                (tmp_path / name).write_bytes(idx(array))
    return tmp_path


def test_fashion_mnist_is_framed_and_grey(fashion: Path) -> None:
    public = load_source(f"fashion-mnist:{fashion}")
    assert public.images.shape == (100, 32, 32, 3)
    assert len(public.class_names) == 10
    assert public.labels.tolist() == [*np.repeat(range(10), 8), *np.repeat(range(10), 2)]
    assert not public.images[:, :2].any()
    assert (public.images[..., 0] == public.images[..., 2]).all()


def test_a_hold_out_is_built_from_it(fashion: Path, tmp_path: Path) -> None:
    built = build_holdout(f"fashion-mnist:{fashion}", tmp_path / "out", "a secret")
    assert built.manifest.source == "fashion-mnist"
    assert built.manifest.lookup.accuracy <= 0.1


@pytest.mark.parametrize("damage", ["cut", "no gzip", "other kind"])
def test_damaged_files_are_named(fashion: Path, damage: str) -> None:
    path = fashion / "train-images-idx3-ubyte.gz"
    whole = gzip.decompress(path.read_bytes())
    path.write_bytes(
        {"cut": gzip.compress(whole[:-1]), "no gzip": whole, "other kind": gzip.compress(b"\0\0\x0d" + whole[3:])}[
            damage
        ]
    )
    with pytest.raises(HoldOutError, match=r"train-images-idx3-ubyte\.gz"):
        load_source(f"fashion-mnist:{fashion}")


def test_cifar10_joins_both_parts_as_torchvision_gives_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class CIFAR10:
        classes = ("ant", "bee")

        def __init__(self, root: str, train: bool, download: bool) -> None:
            asked.append((root, download))
            self.data = np.full((4 if train else 2, 32, 32, 3), 7 if train else 9, np.uint8)
            self.targets = [0, 1] * (2 if train else 1)

    monkeypatch.setattr("torchvision.datasets.CIFAR10", CIFAR10)
    public = load_source(f"cifar10:{tmp_path}")
    assert asked == [(str(tmp_path), False)] * 2, "a folder that is named is read, never downloaded into"
    assert public.images[:, 0, 0, 0].tolist() == [7, 7, 7, 7, 9, 9]
    assert public.labels.tolist() == [0, 1, 0, 1, 0, 1]
