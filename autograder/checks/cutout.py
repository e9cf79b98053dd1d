"""Probes of cutout and of batch augmentation.

The functions are random: `analyse` finds out, in the trusted process, which pixels of the image were
changed and into what, and compares how often the square lay where.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.engine.sampling import grey_image, many

SHAPE = (3, 6, 7)
CUTS, CALLS = 3000, 150
SAMPLES, COPIES, SIZE = 4, 5, 3
SHARES = (
    "two shares of 1/2 in 3000 draws differ with deviation 0.0129, and 0.08 is six of these; "
    "a row or column that is never the centre is 0.14 away"
)
BATCH_SHARES = (
    "two shares of 1/2 in the 600 squares of a sample's first or last version differ with deviation 0.029, those of "
    "1/42 with 0.009: 0.17 is six of the larger; equal squares or another order are 0.9 away"
)
Statistics = dict[str, Any]


@dataclass(frozen=True)
class Changed:
    """Where outputs differ from their image: first and last row and column (-1: nowhere), and other oddities."""

    rows: np.ndarray
    columns: np.ndarray
    strange: np.ndarray

    @property
    def heights(self) -> np.ndarray:
        """Rows that a square covers; 0 where there is none."""
        return np.where(self.rows[:, 0] < 0, 0, self.rows[:, 1] - self.rows[:, 0] + 1)

    @property
    def widths(self) -> np.ndarray:
        """Columns that a square covers; 0 where there is none."""
        return np.where(self.columns[:, 0] < 0, 0, self.columns[:, 1] - self.columns[:, 0] + 1)

    def same(self, one: np.ndarray, other: np.ndarray) -> float:
        """Share of pairs of outputs whose squares lie at the same place."""
        places = np.concatenate([self.rows, self.columns], axis=1)
        return float((places[one] == places[other]).all(axis=1).mean())


def _ends(touched: np.ndarray) -> np.ndarray:
    """First and last True of each row, (n, 2); -1 where there is none."""
    last = touched.shape[1] - 1 - touched[:, ::-1].argmax(axis=1)
    ends = np.stack([touched.argmax(axis=1), last], axis=1)
    ends[~touched.any(axis=1)] = -1
    return ends


def _changed(outputs: np.ndarray, images: np.ndarray) -> Changed:
    """What was changed in each of `outputs` (n, C, H, W), compared with `images` (n or 1, C, H, W)."""
    differs = outputs != images
    pixels, everywhere = differs.any(axis=1), differs.all(axis=1)
    rows, columns = pixels.any(axis=2), pixels.any(axis=1)
    box = rows[:, :, None] & columns[:, None, :]
    strange = (pixels != everywhere).any(axis=(1, 2)) | (pixels != box).any(axis=(1, 2))
    return Changed(_ends(rows), _ends(columns), strange)


def _fill(outputs: np.ndarray, images: np.ndarray) -> Statistics:
    """How much was changed, and into what: mean and deviation tell zeros from a mean colour or noise."""
    differs = outputs != images
    values = np.clip(outputs[differs].astype(np.float64), -1e6, 1e6)
    return {
        "share of the pixels that are changed": float(differs.mean()),
        "mean of the changed pixels": float(values.mean()) if values.size else -1.0,
        "deviation of the changed pixels": float(values.std()) if values.size else -1.0,
    }


def _shares(values: np.ndarray, end: int) -> np.ndarray:
    return np.array([(values == k).mean() for k in range(end + 1)])


def _squares(outputs: np.ndarray, draws: Draws) -> Statistics:
    image = grey_image(draws, SHAPE).numpy()[None]
    return _forms(_changed(outputs, image)) | _fill(outputs, image)


def _forms(found: Changed) -> Statistics:
    return {
        "share that is not one rectangle in all channels": float(found.strange.mean()),
        "share left as it was": float((found.heights == 0).mean()),
        "share of squares 0, 1, 2, ... rows high": _shares(found.heights, SHAPE[1]),
        "share of squares 0, 1, 2, ... columns wide": _shares(found.widths, SHAPE[2]),
    }


def _places(outputs: np.ndarray, draws: Draws) -> Statistics:
    """As `_squares`, and where they lie: a square of an odd size has one middle pixel."""
    image = grey_image(draws, SHAPE).numpy()[None]
    found, (_, height, width) = _changed(outputs, image), SHAPE
    above, left = found.rows.sum(axis=1), found.columns.sum(axis=1)
    return (
        _forms(found)
        | _fill(outputs, image)
        | {
            "share beginning in each row": _shares(found.rows[:, 0], height - 1),
            "share ending in each row": _shares(found.rows[:, 1], height - 1),
            "share beginning in each column": _shares(found.columns[:, 0], width - 1),
            "share ending in each column": _shares(found.columns[:, 1], width - 1),
            "share with the centre's row and column equal": float((above == left).mean()),
        }
    )


@probe(
    "cutout",
    odd=close("cutout(image, size=3) of (3, 6, 7), 3000 times", 0.0, 0.08, SHARES, _places),
    even=close("cutout(image, size=4) of (3, 6, 7), 3000 times", 0.0, 0.08, SHARES, _squares),
)
def squares(code: Code, draws: Draws) -> Evidence:
    """Sizes and places of the squares."""
    image = grey_image(draws, SHAPE)
    yield "odd", many(lambda each: code.cutout.cutout(each, SIZE), image, CUTS)
    yield "even", many(lambda each: code.cutout.cutout(each, size=4), image, CUTS)


@probe(
    "cutout",
    image=exact("the image after twenty calls of cutout(image, 3)"),
    dtypes=exact("the dtypes of cutout(image, 3) for float32 and float64"),
)
def kept(code: Code, draws: Draws) -> Evidence:
    """The image given to cutout stays as it was."""
    image = grey_image(draws, SHAPE)
    for _ in range(20):
        code.cutout.cutout(image, SIZE)
    yield "image", image
    yield "dtypes", [code.cutout.cutout(image.to(dtype), SIZE).dtype for dtype in (torch.float32, torch.float64)]


def _samples(draws: Draws) -> tuple[Tensor, Tensor]:
    images = grey_image(draws, (SAMPLES, *SHAPE))
    return images, draws.permutation(10)[:SAMPLES]


def _sources(outputs: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Which sample each output is a version of: the one with which it has most pixels in common."""
    agreeing = np.stack([(outputs == image).reshape(len(outputs), -1).sum(axis=1) for image in images])
    return np.where(agreeing.max(axis=0) > 0, agreeing.argmax(axis=0), -1)


def _versions(outputs: np.ndarray, draws: Draws) -> Statistics:
    if outputs.size != CALLS * SAMPLES * COPIES * math.prod(SHAPE):
        return {"pixels in a batch": outputs.size / CALLS}
    images = _samples(draws)[0].numpy()
    flat = outputs.reshape(-1, *SHAPE)
    sources = _sources(flat, images)
    found = _changed(flat, images[sources])
    places = np.arange(len(flat)).reshape(len(outputs), -1)
    first, last = (places[:, k::COPIES].reshape(-1) for k in (0, COPIES - 1))
    return {
        "sample that each place holds, on average": sources.reshape(len(outputs), -1).mean(axis=0),
        "share that is not one rectangle, of first and last versions": [found.strange[k].mean() for k in (first, last)],
        "share left as it was, of first and last versions": [(found.heights[k] == 0).mean() for k in (first, last)],
        "share of squares not cut off at the border": float(((found.heights == SIZE) & (found.widths == SIZE)).mean()),
        "share of squares 3 by 3 at most": float(((found.heights <= SIZE) & (found.widths <= SIZE)).mean()),
        "share of first and last versions with the same square": found.same(first, last),
        "share of first and last samples with the same square": found.same(places[:, 0], places[:, -COPIES]),
        "share of calls with the same square as the call before": found.same(places[1:, 0], places[:-1, 0]),
    } | _fill(flat, images[sources])


@probe(
    "cutout",
    labels=exact("the labels from batch_augmentation(images, labels, copies=5, size=3) of 4 samples"),
    shapes=exact("the shapes from batch_augmentation with 5, 2 and 1 copies of 4 samples"),
    images=close(
        "the images from batch_augmentation(images, labels, copies=5, size=3) of 4 samples, 150 times",
        0.0,
        0.17,
        BATCH_SHARES,
        _versions,
    ),
)
def batches(code: Code, draws: Draws) -> Evidence:
    """Batch augmentation: labels, order and squares."""
    augment, (images, labels) = code.cutout.batch_augmentation, _samples(draws)
    results = [augment(images.clone(), labels.clone(), COPIES, SIZE) for _ in range(CALLS)]
    shapes = [_pair(result) for result in results[:1]]
    shapes += [_pair(augment(images.clone(), labels.clone(), copies, size=4)) for copies in (2, 1)]
    yield "labels", results[0][1]
    yield "shapes", shapes
    yield "images", torch.stack([result[0] for result in results])


def _pair(result: Any) -> list[torch.Size]:
    if not isinstance(result, (tuple, list)) or len(result) != 2 or not all(isinstance(r, Tensor) for r in result):
        raise NotEvidence("batch_augmentation did not return a tensor of images and a tensor of labels")
    return [part.shape for part in result]


@probe(
    "cutout",
    images=exact("the images after three calls of batch_augmentation(images, labels, 2, 3)"),
)
def batch_kept(code: Code, draws: Draws) -> Evidence:
    """The batch given to batch_augmentation stays as it was."""
    images, labels = _samples(draws)
    for _ in range(3):
        code.cutout.batch_augmentation(images, labels, 2, SIZE)
    yield "images", images
