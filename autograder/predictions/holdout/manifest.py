"""What a hold-out was made from and holds, for the instructor's records; never the secret itself."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.predictions.holdout.parts import Part, Parts
from autograder.predictions.holdout.public_images import PublicImages


@dataclass(frozen=True)
class Lookup:
    """What looking `images` test images up in the public data set earns.

    `accuracy` for handing in the public labels; `informed_accuracy` for a cheat who also learns from
    the training half what each class is now called.
    """

    accuracy: float
    chance: float
    informed_accuracy: float
    images: int


@dataclass(frozen=True)
class Manifest:
    """`relabelling` gives the new label of each public class; `sha256` are of pixels, labels and solution.csv."""

    schema: int
    source: str
    secret_fingerprint: str
    class_names: tuple[str, ...]
    relabelling: dict[str, int]
    sizes: dict[str, int]
    lookup: Lookup
    sha256: dict[str, str]

    def to_json(self) -> str:
        """The manifest as a text file."""
        return json.dumps(asdict(self), indent=2) + "\n"

    def __str__(self) -> str:
        size = {name: f"{count:,}" for name, count in self.sizes.items()}
        look = self.lookup
        return (
            f"{self.source} ({self.secret_fingerprint}): {size['train']} training, {size['validation']} validation"
            f", {size['test']} hidden test images ({size['public']} public, {size['private']} private)\n"
            f"look-up cheat on {look.images:,} test images: {look.accuracy:.1%}, chance is {look.chance:.1%}"
            f" ({look.informed_accuracy:.1%} for a cheat who also works out the new class names)"
        )


def describe_parts(
    public: PublicImages, fingerprint: str, parts: Parts, lookup: Lookup, relabelling: NDArray[np.int64]
) -> Manifest:
    """The manifest of `parts`."""
    sizes = {"train": len(parts.train), "validation": len(parts.validation), "test": len(parts.test)}
    sizes |= {"public": int((parts.usage == "Public").sum()), "private": int((parts.usage == "Private").sum())}
    hashes = {
        f"{name}.{what}": value
        for name, part in (("train", parts.train), ("validation", parts.validation), ("test", parts.test))
        for what, value in _hashes(part).items()
    }
    hashes["solution.csv"] = hashlib.sha256(parts.solution_text().encode()).hexdigest()
    names = dict(zip(public.class_names, relabelling.tolist(), strict=True))
    return Manifest(1, public.name, fingerprint, parts.class_names, names, sizes, lookup, hashes)


def _hashes(part: Part) -> dict[str, str]:
    """Of pixels and of little-endian int64 labels: files' bytes would change with the version of zlib."""
    return {
        "images": hashlib.sha256(part.images.tobytes()).hexdigest(),
        "labels": hashlib.sha256(part.labels.astype("<i8").tobytes()).hexdigest(),
    }
