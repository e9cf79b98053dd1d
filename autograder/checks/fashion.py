"""Probes of FashionMNIST's reader, its data set and its split."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.checks.datasets import CARRIED, FORBIDDEN, PIXELS, Counting, Items, images_of, labels_of, read_all
from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.idx import idx_bytes, write_fashion, write_idx
from autograder.checks.engine.probe import Evidence, close, exact, probe

SIZES = {"train": 11, "t10k": 7}
COUNTS = "counts and yes (1) or no (0); 20 items drawn at random from 200 lie at one end with odds below 1e-6"


@probe(
    "fashion",
    arrays=exact("read_idx of files with 1, 3 and 2 axes, as they are and compressed"),
    kinds=exact("whether read_idx gives arrays of unsigned bytes"),
)
def idx(code: Code, draws: Draws) -> Evidence:
    """IDX files of several shapes, compressed or not."""
    shapes = {"labels": (9,), "images.gz": (3, 5, 4), "images": (2, 6, 7), "table": (3, 300), "one.gz": (1, 2, 2, 3)}
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for name, shape in shapes.items():
            write_idx(Path(folder, name), draws.integers(0, 256, *shape).numpy())
            found.append(code.fashion.read_idx(Path(folder, name)))
    arrays = [torch.as_tensor(np.array(array)) for array in found]
    yield "arrays", [array.to(torch.int64) for array in arrays]
    yield "kinds", [str(array.dtype) for array in arrays]


@probe(
    "fashion",
    refusals=exact("what read_idx does with files that are cut short, too long, of another type, or no IDX at all"),
    sound=exact("read_idx of the same file when it is sound"),
)
def broken_idx(code: Code, draws: Draws) -> Evidence:
    """Files that are no sound IDX files are refused."""
    data = idx_bytes(draws.integers(0, 256, 4, 3, 5).numpy())
    # a type other than unsigned bytes, a beginning that is not zero, and the page of a failed download
    broken = [data[:-7], data[:-60], data + b"\0\0", data[:2] + b"\x0d" + data[3:], b"<html>not found</html>" * 9]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "images")
        path.write_bytes(data)
        yield "sound", torch.as_tensor(np.array(code.fashion.read_idx(path))).to(torch.int64)
        refusals = []
        for bad in broken:
            path.write_bytes(bad)
            refusals.append(_outcome(code, path))
    yield "refusals", refusals


def _outcome(code: Code, path: Path) -> str:
    try:
        code.fashion.read_idx(path)
    except NotImplementedError:
        raise
    except Exception as error:
        if not isinstance(error, ValueError):
            return type(error).__name__
        return f"ValueError that {'names' if path.name in str(error) else 'does not name'} the file"
    return "read without complaint"


@probe(
    "fashion",
    length=exact("the lengths of FashionMNIST(folder, 'train') and (folder, 'test')"),
    images=close("dataset[i][0] for all i of train, then of test", 0.0, 1e-5, PIXELS),
    labels=exact("dataset[i][1] for all i of train, then of test"),
    compressed=close("dataset[i][0] of the first three images of compressed files", 0.0, 1e-5, PIXELS),
)
def items(code: Code, draws: Draws) -> Evidence:
    """Items of both parts, from plain and from compressed files: shape, range, order and labels."""
    with tempfile.TemporaryDirectory() as folder:
        write_fashion(Path(folder), SIZES, draws)
        sets = [code.fashion.FashionMNIST(folder, split) for split in ("train", "test")]
        code.forbid_package(FORBIDDEN, *sets)
        yield "length", [len(dataset) for dataset in sets]
        found = [read_all(dataset) for dataset in sets]
    yield "images", [images_of(part) for part in found]
    yield "labels", [labels_of(part) for part in found]
    with tempfile.TemporaryDirectory() as folder:
        write_fashion(Path(folder), SIZES, draws, ".gz")
        dataset = code.fashion.FashionMNIST(folder)
        yield "compressed", images_of([dataset[i] for i in range(3)])


@probe(
    "fashion",
    images=close("dataset[i][0] with a transform, read twice, for train and test", 1e-5, 1e-5, CARRIED),
)
def transformed(code: Code, draws: Draws) -> Evidence:
    """The transform is applied to every item of both parts, each time the item is read."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        write_fashion(Path(folder), SIZES, draws)
        for split in ("train", "test"):
            gain = float(draws.uniform(low=0.5, high=2.0))
            transform = Counting(gain, draws.normal(100, dtype=torch.float32))
            dataset = code.fashion.FashionMNIST(folder, split, transform)
            found += [images_of([dataset[i] for i in range(3)]) for _ in range(2)]
    yield "images", found


def _codes(draws: Draws) -> list[int]:
    """Labels of 200 items, all different."""
    codes: list[int] = draws.permutation(5000)[:200].tolist()
    return codes


def _parts(members: list[Any], draws: Draws) -> dict[str, Any]:
    """What each split has in common with the data set, and the splits with each other."""
    every = _codes(draws)
    place = {code: i for i, code in enumerate(every)}
    splits = [
        (list(map(int, train)), list(map(int, val))) for train, val in zip(members[::2], members[1::2], strict=True)
    ]
    first, again, other, _ = splits
    half = len(every) / 2
    middle = [sum(place.get(code, 0) for code in val) / max(len(val), 1) / half - 1 for _, val in splits]
    return {
        "items in both parts": np.array([len(set(train) & set(val)) for train, val in splits]),
        "items in neither part": np.array([len(place.keys() - {*train, *val}) for train, val in splits]),
        "items more than once in a part": np.array([len(p) - len(set(p)) for split in splits for p in split]),
        "whether the same seed validates on the same items (1 is yes)": int(set(first[1]) == set(again[1])),
        "whether another seed validates on the same items (1 is yes)": int(set(first[1]) == set(other[1])),
        "whether validation items lie at one end of the data set (1 is yes)": int(min(abs(m) for m in middle) > 0.7),
    }


@probe(
    "fashion",
    members=close("the items of both parts of train_val_split(dataset of 200, ...)", 0.0, 1e-6, COUNTS, _parts),
    random_state=exact("torch's next random numbers after train_val_split"),
)
def split(code: Code, draws: Draws) -> Evidence:
    """Splits with the same seed, another seed and another fraction: sizes, overlap, completeness, repetition."""
    codes = _codes(draws)
    dataset = Items(torch.zeros(200, 1, 2, 2), codes)
    seed = int(draws.integers(1, 10_000, 1))
    torch.manual_seed(seed + 1)
    members = []
    for options in ((0.1, seed), (0.1, seed), (0.1, seed + 7), (0.25, seed)):
        for part in code.fashion.train_val_split(dataset, *options):
            members.append(torch.tensor([int(part[i][1]) for i in range(len(part))]))
    yield "random_state", torch.rand(3)
    yield "members", members
