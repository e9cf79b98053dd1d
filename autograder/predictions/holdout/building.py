"""Builds a hold-out from a public data set and a secret."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.holdout.keyed import Keyed
from autograder.predictions.holdout.lookup import MOST_IMAGES, nearest_public_labels
from autograder.predictions.holdout.manifest import Lookup, Manifest, describe_parts
from autograder.predictions.holdout.parts import Part, Parts
from autograder.predictions.holdout.public_images import HoldOutError, PublicImages
from autograder.predictions.holdout.sources import load_source
from autograder.predictions.holdout.splitting import split, usages
from autograder.predictions.holdout.transforming import transform
from autograder.predictions.holdout.writing import write_holdout

_ATTEMPTS = 200


@dataclass(frozen=True)
class HoldOut:
    """Where a finished hold-out lies: `student` may be handed out, `instructor` never."""

    student: Path
    instructor: Path
    manifest: Manifest


def build_holdout(source: str, out: Path, secret: str) -> HoldOut:
    """Write `out`/student and `out`/instructor from `source` ("digits" or "folder:PATH").

    The same source and secret give the same files, byte for byte. Choose a secret that cannot be
    guessed: a student could otherwise rebuild the hold-out with it. Raises HoldOutError.
    """
    if not secret:
        raise HoldOutError("the secret is empty")
    out = out.resolve()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise HoldOutError(f"{out} is not an empty folder: remove it, or choose another")
    public, keyed = load_source(source), Keyed(secret)
    parts, lookup, relabelling = _divide(public, keyed)
    manifest = describe_parts(public, keyed.fingerprint(), parts, lookup, relabelling)
    write_holdout(out, parts, manifest)
    return HoldOut(out / "student", out / "instructor", manifest)


def _divide(public: PublicImages, keyed: Keyed) -> tuple[Parts, Lookup, NDArray[np.int64]]:
    if len(public.class_names) < 2:
        raise HoldOutError(f"{public.name} has one class only")
    chosen = split(public.labels, public.validation, public.test, keyed)
    images = transform(public.images, keyed)
    sample = chosen.test[:MOST_IMAGES]
    found = nearest_public_labels(images[sample], public.images, public.labels)
    relabelling, lookup = _relabel(found, public.labels[sample], len(public.class_names), keyed)
    labels = relabelling[public.labels]
    train, validation, test = (
        Part(images[indices], labels[indices]) for indices in (chosen.train, chosen.validation, chosen.test)
    )
    return Parts(train, validation, test, usages(test.labels, keyed), _names(public)), lookup, relabelling


def _relabel(
    found: NDArray[np.int64], truth: NDArray[np.int64], classes: int, keyed: Keyed
) -> tuple[NDArray[np.int64], Lookup]:
    """A derangement of the classes under which the look-up cheat scores at or below chance.

    With one secret in several, classes that look alike (cat and dog) swap names and an inexact look-up
    gains by it; then the next derangement of the same secret is taken.
    """
    for attempt in range(_ATTEMPTS):
        relabelling = keyed.derangement(f"relabel {attempt}", classes)
        accuracy = float((found == relabelling[truth]).mean())
        if accuracy <= 1 / classes:
            informed = float((relabelling[found] == relabelling[truth]).mean())
            return relabelling, Lookup(accuracy, 1 / classes, informed, len(truth))
    raise HoldOutError(f"the look-up cheat beats chance under {_ATTEMPTS} relabellings: the classes are too alike")


def _names(public: PublicImages) -> tuple[str, ...]:
    """Names that say nothing about the class, and whose alphabetical order is that of the labels."""
    width = len(str(len(public.class_names) - 1))
    return tuple(f"class_{label:0{width}d}" for label in range(len(public.class_names)))
