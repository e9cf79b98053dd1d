"""The images that a homework's notebooks read, in step with its hidden labels, as they are handed out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import tomllib
from pathlib import Path

import numpy as np
from PIL import Image

from autograder.grading.homework import Homework
from autograder.predictions.holdout.building import build_holdout
from autograder.predictions.holdout.public_images import HoldOutError

DATA = "data"
# The digits are 1,797 images and 2 MB; all of CIFAR-10 as PNG is 60,000 and 140 MB.
LARGEST_IN_KIT = 16 * 2**20
MOST_IN_KIT = 5_000
_APART = """The images of this homework are too many for this archive. Get {archive} from where you got this one, and
unpack it so that this folder holds train, val and test.
"""


def homework_images(homework: Homework, student: Path | None = None) -> dict[str, bytes]:
    """data/train/CLASS/*.png, data/val/CLASS/*.png and data/test/*.png with their bytes; empty where none are due.

    student: the student side of a hold-out; by default one is built from grading_data/HW/holdout.toml, if that
    is there. Raises HoldOutError when its test images are not those that the hidden labels are of.
    """
    if student is not None:
        return _checked(homework, _read(student), student)
    recipe_file = homework.grading_data / "holdout.toml"
    if not recipe_file.is_file():
        return {}
    recipe = tomllib.loads(recipe_file.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="holdout-") as folder:
        built = build_holdout(recipe["source"], Path(folder) / "holdout", recipe["secret"])
        return _checked(homework, _read(built.student), recipe_file)


def in_kit_and_apart(homework: Homework, images: dict[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What goes into the kit and into nbgrader's release, and what into HW-data.zip because it is too large."""
    if len(images) <= MOST_IN_KIT and sum(map(len, images.values())) <= LARGEST_IN_KIT:
        return images, {}
    note = _APART.format(archive=f"{homework.id}-data.zip")
    return {f"{DATA}/README.txt": note.encode()}, images


def _read(student: Path) -> dict[str, bytes]:
    missing = [part for part in ("train", "val", "test") if not (student / part).is_dir()]
    if missing:
        raise HoldOutError(f"{student} has no folder {missing[0]}: give the student side that `data build` wrote")
    files = [path for part in ("train", "val", "test") for path in sorted((student / part).rglob("*.png"))]
    return {f"{DATA}/{path.relative_to(student).as_posix()}": path.read_bytes() for path in files}


def _checked(homework: Homework, images: dict[str, bytes], origin: Path) -> dict[str, bytes]:
    """`images`, if the hidden labels and the manifest in grading_data are of the same test images."""
    test = {Path(name).stem.lstrip("0") or "0": data for name, data in images.items() if name.startswith("data/test/")}
    advice = f"copy what is in its instructor folder to grading_data/{homework.id}, or give another --data"
    for check in (c for c in homework.rubric.checks() if c.kind == "predictions"):
        with (homework.grading_data / str(check.solution)).open(newline="", encoding="utf-8") as file:
            ids = {row["Id"] for row in csv.DictReader(file)}
        if ids != set(test):
            raise HoldOutError(
                f"{origin}: {len(test)} test images, but {check.solution} has {len(ids)} labels: {advice}"
            )
    manifest = homework.grading_data / "manifest.json"
    if (
        manifest.is_file()
        and _pixels(test) != json.loads(manifest.read_text(encoding="utf-8"))["sha256"]["test.images"]
    ):
        raise HoldOutError(f"{origin}: its test images are not those of manifest.json: {advice}")
    return images


def _pixels(test: dict[str, bytes]) -> str:
    """The manifest's hash of the test images, in the order of their ids."""
    digest = hashlib.sha256()
    for number in sorted(test, key=int):
        with Image.open(io.BytesIO(test[number])) as image:
            digest.update(np.asarray(image.convert("RGB"), dtype=np.uint8).tobytes())
    return digest.hexdigest()
