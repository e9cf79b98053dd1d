"""A folder of images: train/CLASS/*, perhaps val/CLASS/*, and test/CLASS/* or test/* without labels."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reference_solutions.train.images import CLASSES, DataSet, Labelled, Pixels, Report, Unlabelled
from reference_solutions.train.networks import Network
from reference_solutions.train.unusable import UnusableInput
from reference_solutions.train.whole_files import write_whole

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
LAYOUT = "expected train/CLASS/*.png or *.jpg"


@dataclass(frozen=True)
class _Listing:
    """Files of one split and the number of each one's class, or its id where there are no classes."""

    files: list[Path]
    numbers: list[int]
    labelled: bool


def read_folder(root: Path, network: Network, cache: Path | None, report: Report) -> DataSet:
    """Decode every image once. Raises UnusableInput, naming the file or folder."""
    classes = _class_names(root / "train")
    listings = {split: _list_split(root, split, classes) for split in ("train", "val", "test")}
    files = [file for listing in listings.values() if listing for file in listing.files]
    images = _decoded(root, files, network, cache, report)
    parts: dict[str, Labelled | Unlabelled] = {}
    start = 0
    for split, listing in listings.items():
        if listing:
            mine = images[start : start + len(listing.files)]
            start += len(listing.files)
            numbers = listing.numbers
            parts[split] = Labelled(mine, np.array(numbers)) if listing.labelled else Unlabelled(mine, numbers)
    test = parts.get("test")
    return DataSet(
        str(root),
        parts["train"],
        parts.get("val"),
        test if isinstance(test, Labelled) else None,
        test if isinstance(test, Unlabelled) else None,
    )


def _class_names(train: Path) -> list[str]:
    names = sorted(path.name for path in train.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not names:
        raise UnusableInput(f"{train}: no class folders in it; {LAYOUT}")
    if len(names) != CLASSES:
        raise UnusableInput(f"{train}: {len(names)} class folders ({', '.join(names)}), expected {CLASSES}")
    return names


def _list_split(root: Path, split: str, classes: list[str]) -> _Listing | None:
    folder = root / split
    if not folder.is_dir():
        return None
    inside = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not inside and split == "test":
        files = _pictures(folder)
        return _Listing(files, _ids(files), labelled=False) if files else None
    if inside != classes:
        raise UnusableInput(
            f"{folder}: classes {', '.join(inside) or '(none)'}, expected {', '.join(classes)} as in train"
        )
    files, numbers = [], []
    for number, name in enumerate(classes):
        found = _pictures(folder / name)
        if not found:
            raise UnusableInput(f"{folder / name}: no image in it; {LAYOUT}")
        files += found
        numbers += [number] * len(found)
    return _Listing(files, numbers, labelled=True)


def _pictures(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.name.lower().endswith(SUFFIXES))


def _ids(files: list[Path]) -> list[int]:
    """The numbers in the file names; 0, 1, 2, ... in the order of names where a name is no number of its own."""
    stems = [file.stem for file in files]
    if all(stem.isascii() and stem.isdigit() for stem in stems) and len(set(map(int, stems))) == len(stems):
        return [int(stem) for stem in stems]
    return list(range(len(stems)))


def _decoded(root: Path, files: list[Path], network: Network, cache: Path | None, report: Report) -> Pixels:
    shape = (len(files), network.size, network.size, network.channels)
    kept = cache / f"decoded-{_listing_hash(root, files, network)}.npy" if cache else None
    if kept and kept.is_file():
        try:
            images = np.load(kept)
            if images.shape == shape:
                return images
        except (OSError, ValueError, EOFError):
            pass  # written by nobody who finished: decode again
    images = np.empty(shape, dtype=np.uint8)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for number, image in enumerate(pool.map(lambda file: _decode(file, network), files)):
            images[number] = image
            report(number + 1, len(files))
    if kept:
        _keep(kept, images)
    return images


def _keep(path: Path, images: Pixels) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, lambda file: np.save(file, images))
    except OSError:
        pass  # a full disk costs the next run its head start, not this one its images


def _listing_hash(root: Path, files: list[Path], network: Network) -> str:
    digest = hashlib.sha256(f"{root.resolve()} {network.size} {network.channels}".encode())
    for file in files:
        status = file.stat()
        digest.update(f"{file.relative_to(root)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:24]


def _decode(file: Path, network: Network) -> Pixels:
    from PIL import Image

    expected = f"expected a whole image of {network.size}x{network.size} pixels"
    try:
        with Image.open(file) as image:
            pixels = np.asarray(image.convert("L" if network.channels == 1 else "RGB"), dtype=np.uint8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise UnusableInput(f"{file} cannot be read ({broken}); {expected}") from None
    if pixels.shape[:2] != (network.size, network.size):
        raise UnusableInput(f"{file} has {pixels.shape[1]}x{pixels.shape[0]} pixels; {expected}")
    return pixels.reshape(network.size, network.size, network.channels)
