"""Probes of crops, flips, normalisation and the transforms made of them.

Random functions are called many times on one image; `analyse` finds out, in the trusted process,
which window of the padded image came back, and compares how often each did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, probe
from autograder.checks.engine.sampling import LEVELS, grey_image, many

SHAPE = (3, 6, 7)
CIFAR_SHAPE = (3, 32, 32)
SAMPLED = (slice(None), slice(None), slice(1, None, 5), slice(2, None, 5))
CROPS, FLIPS, TRANSFORMS = 2000, 1000, 1000
CROP_SHARES = (
    "two shares of 1/9 in 2000 draws differ with deviation 0.0099, two of 1/5 with 0.0126: 0.076 is six of the larger; "
    "an offset that never comes is 0.111 away"
)
FLIP_SHARES = (
    "two shares of 1/2 in 1000 draws differ with deviation 0.0224, and 0.135 is six of these; "
    "p ignored is 0.3 away; grey levels are right to 0.001"
)
ROUNDING = "float32: subtracting and dividing, or multiplying by the inverse, differ by 1e-7 of numbers near 10"
Statistics = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """What n outputs of a random transform are: window positions, mirrored or not, or no window at all (-1)."""

    tops: np.ndarray
    lefts: np.ndarray
    flipped: np.ndarray

    def strange(self, what: str) -> Statistics:
        """How many outputs are not what they could be: as a share, and whether there is any at all."""
        share = float((self.tops < 0).mean())
        return {f"share of outputs that are not {what}": share, f"any not {what} (1 is yes)": int(share > 0)}


def _locate(outputs: np.ndarray, image: np.ndarray, padding: int, sampled: Any = (slice(None),)) -> Found:
    """Recognise every output among the windows of the padded image and their mirror images.

    `outputs` hold the pixels of each image that `sampled` picks from a batch.
    """
    levels = np.rint(image.astype(np.float64) * LEVELS).astype(np.int64)
    padded = np.pad(levels, ((0, 0), (padding, padding), (padding, padding)))
    _, rows, columns = levels.shape
    known: dict[bytes, tuple[int, int, int]] = {}
    for top in range(2 * padding + 1):
        for left in range(2 * padding + 1):
            window = padded[None, :, top : top + rows, left : left + columns]
            known.setdefault(window[..., ::-1][sampled].tobytes(), (top, left, 1))
            known[window[sampled].tobytes()] = (top, left, 0)
    wide = np.nan_to_num(outputs.astype(np.float64) * LEVELS, nan=-1e6, posinf=1e6, neginf=-1e6).clip(-1e6, 1e6)
    whole = np.rint(wide).astype(np.int64)
    near = (np.abs(wide - whole) < 0.05).reshape(len(outputs), -1).all(axis=1)
    places = [known.get(one.tobytes(), (-1, -1, -1)) if ok else (-1, -1, -1) for one, ok in zip(whole, near)]
    tops, lefts, flipped = np.array(places).T
    return Found(tops, lefts, flipped)


def _places(outputs: np.ndarray, image: np.ndarray, padding: int) -> Statistics:
    found, offsets = _locate(outputs, image, padding), range(2 * padding + 1)
    return found.strange(f"windows of the image padded by {padding}") | {
        f"share with black pixels (padding {padding})": float((outputs == 0).any(axis=(1, 2, 3)).mean()),
        f"share of each top offset (padding {padding})": np.array([(found.tops == k).mean() for k in offsets]),
        f"share of each left offset (padding {padding})": np.array([(found.lefts == k).mean() for k in offsets]),
        f"share with equal offsets (padding {padding})": float((found.tops == found.lefts).mean()),
    }


def _crop_places(crops: list[np.ndarray], draws: Draws) -> Statistics:
    image = grey_image(draws, SHAPE).numpy()
    return _places(crops[0], image, 4) | _places(crops[1], image, 2)


def _flip_shares(flips: list[np.ndarray], draws: Draws) -> Statistics:
    image = grey_image(draws, SHAPE).numpy()
    often, seldom = (_locate(outputs, image, 0) for outputs in flips)
    upside_down = np.isclose(flips[0], image[:, ::-1]).reshape(FLIPS, -1).all(axis=1)
    return often.strange("the image or its mirror image") | {
        "share turned upside down with p=0.5": float(upside_down.mean()),
        "share mirrored with p=0.5": float((often.flipped == 1).mean()),
        "share mirrored with p=0.2": float((seldom.flipped == 1).mean()),
    }


@probe(
    "augmentation",
    values=close(
        "Normalize(mean, std)(image), twice on one image of (3, 5, 7), float32 and float64", 1e-5, 1e-5, ROUNDING
    ),
)
def normalize(code: Code, draws: Draws) -> Evidence:
    """Normalisation channel by channel, with the image left as it was."""
    mean = draws.uniform(3, low=0.3, high=0.6, dtype=torch.float64).tolist()
    std = draws.uniform(3, low=0.1, high=0.4, dtype=torch.float64).tolist()
    transform = code.augmentation.Normalize(mean, std)
    found = []
    for image in (draws.uniform(3, 5, 7), draws.uniform(3, 5, 7, dtype=torch.float64)):
        found += [transform(image), transform(image)]
    yield "values", found


@probe(
    "augmentation",
    crops=close(
        "random_crop(image, padding) of (3, 6, 7), 2000 times each with padding 4 and 2",
        0.0,
        0.076,
        CROP_SHARES,
        _crop_places,
    ),
)
def crop(code: Code, draws: Draws) -> Evidence:
    """Positions of random crops."""
    image = grey_image(draws, SHAPE)
    yield (
        "crops",
        [
            many(code.augmentation.random_crop, image, CROPS),
            many(lambda each: code.augmentation.random_crop(each, padding=2), image, CROPS),
        ],
    )


@probe(
    "augmentation",
    flips=close(
        "random_horizontal_flip(image, p), 1000 times each with p=0.5 and p=0.2", 0.0, 0.135, FLIP_SHARES, _flip_shares
    ),
)
def flip(code: Code, draws: Draws) -> Evidence:
    """Share of mirrored images."""
    image = grey_image(draws, SHAPE)
    yield (
        "flips",
        [
            many(code.augmentation.random_horizontal_flip, image, FLIPS),
            many(lambda each: code.augmentation.random_horizontal_flip(each, p=0.2), image, FLIPS),
        ],
    )


def _moments(draws: Draws) -> tuple[Tensor, list[float], list[float]]:
    image = grey_image(draws, CIFAR_SHAPE)
    mean = draws.uniform(3, low=0.31, high=0.69, dtype=torch.float64).tolist()
    std = draws.uniform(3, low=0.15, high=0.45, dtype=torch.float64).tolist()
    return image, mean, std


def _undone(outputs: np.ndarray, draws: Draws) -> tuple[np.ndarray, Found]:
    """Outputs of a transform with its normalisation undone, and which windows they are."""
    image, mean, std = _moments(draws)
    plain = outputs.astype(np.float64) * np.reshape(std, (1, 3, 1, 1)) + np.reshape(mean, (1, 3, 1, 1))
    return plain, _locate(plain, image.numpy(), 4, SAMPLED)


def _levels(plain: np.ndarray) -> Statistics:
    """Range of each channel in grey levels: it tells forgotten and misplaced steps apart."""
    finite = np.nan_to_num(plain, nan=1e6, posinf=1e6, neginf=-1e6)
    return {
        "smallest grey level of each channel": finite.min(axis=(0, 2, 3)) * LEVELS,
        "largest grey level of each channel": finite.max(axis=(0, 2, 3)) * LEVELS,
    }


def _training_outputs(outputs: np.ndarray, draws: Draws) -> Statistics:
    plain, found = _undone(outputs, draws)
    outer = [0, 1, 7, 8]
    return (
        found.strange("windows of the padded image")
        | {
            "share mirrored": float((found.flipped == 1).mean()),
            "share moved": float(((found.tops != 4) | (found.lefts != 4)).mean()),
            "share moved by 3 or 4 rows": float(np.isin(found.tops, outer).mean()),
            "share moved by 3 or 4 columns": float(np.isin(found.lefts, outer).mean()),
            "mean offset, 0 to 1": np.array([found.tops.mean() / 8, found.lefts.mean() / 8]),
        }
        | _levels(plain)
    )


def _test_outputs(outputs: np.ndarray, draws: Draws) -> Statistics:
    """Whether any output is no window, mirrored or moved: a test transform does this never, not seldom."""
    plain, found = _undone(outputs, draws)
    known = found.tops >= 0
    moved = known & ((found.tops != 4) | (found.lefts != 4))
    return {
        "some outputs are not the normalised image (1 is yes)": int(not known.all()),
        "some outputs are mirrored (1 is yes)": int((found.flipped == 1).any()),
        "some outputs are moved (1 is yes)": int(moved.any()),
    } | _levels(plain)


@probe(
    "augmentation",
    images=close(
        "make_transform(train=True, mean, std)(image), 1000 times, its normalisation undone",
        0.0,
        0.135,
        FLIP_SHARES,
        _training_outputs,
    ),
)
def train_transform(code: Code, draws: Draws) -> Evidence:
    """The transform of the training set: crop, flip, then normalisation."""
    image, mean, std = _moments(draws)
    transform = code.augmentation.make_transform(True, mean, std)
    yield "images", many(transform, image, TRANSFORMS)[SAMPLED]


@probe(
    "augmentation",
    images=close(
        "make_transform(train=False, mean, std)(image), 60 times, its normalisation undone",
        0.0,
        0.01,
        "yes or no, and grey levels right to 0.001 after float32 rounding",
        _test_outputs,
    ),
)
def test_transform(code: Code, draws: Draws) -> Evidence:
    """The transform of the test set: normalisation only."""
    image, mean, std = _moments(draws)
    transform = code.augmentation.make_transform(False, mean, std)
    yield "images", many(transform, image, 60)[SAMPLED]
