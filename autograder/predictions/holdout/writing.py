"""Writes a hold-out: an image folder and arrays for students, the solution and manifest for the instructor."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from autograder.predictions.holdout.manifest import Manifest
from autograder.predictions.holdout.parts import Part, Parts


def write_holdout(out: Path, parts: Parts, manifest: Manifest) -> None:
    """Write `out`/student and `out`/instructor; a build that is interrupted leaves neither.

    student/ holds train/CLASS/NNNN.png, val/CLASS/NNNN.png, test/NNNNN.png (the number is the Id), the
    same as train.npz and val.npz (images, labels) and test.npz (images, ids), classes.txt and
    sample_predictions.csv. instructor/ holds solution.csv and manifest.json.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        _write_student(building / "student", parts)
        (building / "instructor").mkdir()
        (building / "instructor/solution.csv").write_text(parts.solution_text())
        (building / "instructor/manifest.json").write_text(manifest.to_json())
        building.chmod(0o755)
        building.replace(out)
    except BaseException:
        shutil.rmtree(building)
        raise


def _write_student(student: Path, parts: Parts) -> None:
    student.mkdir()
    for name, part in (("train", parts.train), ("val", parts.validation)):
        np.savez_compressed(student / f"{name}.npz", images=part.images, labels=part.labels)
        _write_classes(student / name, part, parts.class_names)
    np.savez_compressed(student / "test.npz", images=parts.test.images, ids=np.arange(len(parts.test)))
    _write_images(student / "test", parts.test.images, digits=5)
    (student / "classes.txt").write_text("".join(f"{name}\n" for name in parts.class_names))
    (student / "sample_predictions.csv").write_text(parts.sample_text())


def _write_classes(folder: Path, part: Part, class_names: tuple[str, ...]) -> None:
    for label, name in enumerate(class_names):
        _write_images(folder / name, part.images[part.labels == label], digits=4)


def _write_images(folder: Path, images: np.ndarray, digits: int) -> None:
    from PIL import Image

    folder.mkdir(parents=True)
    for number, image in enumerate(images):
        Image.fromarray(image).save(folder / f"{number:0{digits}d}.png", compress_level=6)
