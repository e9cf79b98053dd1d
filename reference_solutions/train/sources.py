"""Where images come from: the embedded digits, a hold-out's arrays, FashionMNIST's files, or a folder of images."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress

from reference_solutions.fashion import FILES, find_file, read_idx
from reference_solutions.train.folder import read_folder
from reference_solutions.train.images import DataSet, Labelled, Report, Unlabelled
from reference_solutions.train.networks import Network
from reference_solutions.train.unusable import UnusableInput

EXPECTED = (
    "expected train/CLASS/*.png or *.jpg with test/ beside it, or a hold-out's train.npz, "
    "or FashionMNIST's train-images-idx3-ubyte"
)


def load_data(
    data: str, network: Network, cache: Path | None = None, report: Report = lambda done, all: None
) -> DataSet:
    """The data set at `data`, or the embedded "digits" in the size that the network takes.

    cache: folder for decoded images. Raises UnusableInput, naming the path and what was expected.
    """
    if data == "digits":
        return digits(network.size, network.channels)
    root = Path(data)
    if not root.is_dir():
        raise UnusableInput(f"--data {data}: no such folder; {EXPECTED}, or the word digits")
    if (root / "train.npz").is_file():
        return _holdout(root)
    if any((root / f"{FILES['train']}-images-idx3-ubyte{end}").is_file() for end in ("", ".gz")):
        return _fashion(root)
    if (root / "train").is_dir():
        try:
            return read_folder(root, network, cache, report)
        except OSError as unreadable:  # a link that leads nowhere, a folder of somebody else's
            raise UnusableInput(f"{unreadable.filename or data}: {unreadable.strerror}; {EXPECTED}") from None
    raise UnusableInput(f"--data {data}: {'nothing that can be read' if any(root.iterdir()) else 'empty'}; {EXPECTED}")


def load_with_progress(data: str, network: Network, cache: Path, console: Console) -> DataSet:
    """`load_data` behind a bar."""
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("decoding images", total=None)
        return load_data(data, network, cache, lambda done, count: bar.update(task, completed=done, total=count))


def digits(size: int, channels: int) -> DataSet:
    """scikit-learn's 1,797 digits, enlarged bilinearly; the last quarter of a fixed order is the test set."""
    import torch
    import torch.nn.functional as F
    from sklearn.datasets import load_digits

    source = load_digits()
    small = torch.from_numpy(source.images).unsqueeze(1)
    large = F.interpolate(small, size=(size, size), mode="bilinear", align_corners=False) * (255 / 16)
    images = large.round().to(torch.uint8).expand(-1, channels, -1, -1).permute(0, 2, 3, 1).contiguous().numpy()
    everything = Labelled(images, source.target.astype(np.int64))
    order = torch.randperm(len(everything), generator=torch.Generator().manual_seed(0)).numpy()
    held = len(order) // 4
    return DataSet("digits", everything.take(order[held:]), test=everything.take(order[:held]))


def _holdout(root: Path) -> DataSet:
    validation, unlabelled = None, None
    if (root / "val.npz").is_file():
        validation = Labelled(*_arrays(root / "val.npz", "labels"))
    if (root / "test.npz").is_file():
        images, ids = _arrays(root / "test.npz", "ids")
        unlabelled = Unlabelled(images, ids.tolist())
    return DataSet(str(root), Labelled(*_arrays(root / "train.npz", "labels")), validation, unlabelled=unlabelled)


def _arrays(path: Path, second: str) -> tuple[np.ndarray, np.ndarray]:
    expected = f"expected arrays images, uint8 (n, height, width, channels), and {second}, n whole numbers"
    try:
        with np.load(path, allow_pickle=False) as file:
            images, numbers = file["images"], file[second]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as broken:
        why = "no archive of arrays" if "pickle" in str(broken) else broken  # what NumPy takes any other file for
        raise UnusableInput(f"{path} cannot be read ({why}); {expected}") from None
    if images.ndim == 3:
        images = images[..., None]
    if (
        images.dtype != np.uint8
        or images.ndim != 4
        or numbers.shape != images.shape[:1]
        or numbers.dtype.kind not in "iu"
    ):
        found = f"images {images.dtype} {images.shape}, {second} {numbers.dtype} {numbers.shape}"
        raise UnusableInput(f"{path} holds {found}; {expected}")
    return images, numbers.astype(np.int64)


def _fashion(root: Path) -> DataSet:
    parts = {}
    for split, prefix in FILES.items():
        try:
            images = read_idx(find_file(root, f"{prefix}-images-idx3-ubyte"))
            labels = read_idx(find_file(root, f"{prefix}-labels-idx1-ubyte"))
        except (OSError, ValueError) as broken:
            raise UnusableInput(f"--data {root}: {broken}; expected FashionMNIST's four files") from None
        if images.ndim != 3 or labels.shape != images.shape[:1]:
            raise UnusableInput(f"--data {root}: {prefix}-images has {images.shape}, its labels {labels.shape}")
        parts[split] = Labelled(images[..., None].copy(), labels.astype(np.int64))
    return DataSet(str(root), parts["train"], test=parts["test"])
