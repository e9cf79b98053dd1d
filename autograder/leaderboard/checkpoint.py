"""Whether predictions.csv is what the submitted checkpoint predicts; for the instructor, never a grade by itself."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from autograder.checks.checkpoints import IMAGES, WEIGHTS, labels
from autograder.grading.sandbox import Sandbox
from autograder.grading.worker_client import Limits, run_probes
from autograder.predictions.reading import InvalidPredictions, read_predictions
from autograder.predictions.solution import Solution

# On another processor or in another precision a network calls a few images on the border differently.
LEAST_AGREEMENT = 0.98
MOST_BYTES = 512 * 2**20
_SUFFIXES = (".safetensors", ".pt", ".pth")


class NoHiddenImages(ValueError):
    """Images to run a checkpoint on that cannot be used; the text names the file."""


@dataclass(frozen=True)
class Provenance:
    """How far predictions and checkpoint agree; `agreement` is None where the checkpoint could not be run."""

    agreement: float | None
    told: str

    @property
    def confirmed(self) -> bool:
        """Whether the checkpoint accounts for the predictions."""
        return self.agreement is not None and self.agreement >= LEAST_AGREEMENT


def verify(submission: Path, images: NDArray[np.uint8], solution: Solution, sandbox: Sandbox) -> Provenance:
    """Run the checkpoint in `submission` on the hidden images, in the sandbox, and compare with its predictions.csv.

    images: uint8 (n, 32, 32, 3) in the order of the solution's Ids. The folder holds predictions.csv, resnet.py and
    one file of weights. A checkpoint that would run code when it is opened is refused.
    """
    try:
        given = read_predictions(submission / "predictions.csv", solution.ids.tolist())
    except InvalidPredictions as invalid:
        return Provenance(None, str(invalid))
    weights = sorted(path for path in submission.iterdir() if path.suffix in _SUFFIXES and path.is_file())
    if len(weights) != 1:
        found = ", ".join(path.name for path in weights) or "none"
        return Provenance(None, f"expected one checkpoint ({', '.join(_SUFFIXES)}), found {found}")
    with tempfile.TemporaryDirectory(prefix="checkpoint-") as folder:
        problem = _stage(submission, weights[0], images, solution.classes, Path(folder))
        if problem:
            return Provenance(None, problem)
        limits = Limits(total_seconds=600.0, file_size=MOST_BYTES)
        outcome = run_probes(Path(folder), [labels], 0, sandbox, limits).outcomes[labels.name]
    called = outcome.evidence.get("labels")
    if outcome.status is not None or not isinstance(called, np.ndarray) or called.shape != given.labels.shape:
        return Provenance(
            None, f"the checkpoint did not give {len(solution):,} labels: {outcome.message or 'no result'}"
        )
    agreement = float((called == given.labels).mean())
    return Provenance(agreement, f"{agreement:.2%} of predictions.csv are what {weights[0].name} predicts")


def load_hidden_images(path: Path, ids: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The images of a hold-out's test.npz in the order of `ids`. Raises NoHiddenImages."""
    try:
        arrays = np.load(path, allow_pickle=False)
        images, numbers = arrays["images"], arrays["ids"].tolist()
        place = {number: index for index, number in enumerate(numbers)}
        found: NDArray[np.uint8] = images[[place[i] for i in ids.tolist()]]
        return found
    except (OSError, ValueError, KeyError) as wrong:
        raise NoHiddenImages(f"{path} does not hold the solution's images (ids, images): {wrong}") from wrong


def _stage(submission: Path, weights: Path, images: NDArray[np.uint8], classes: int, into: Path) -> str | None:
    """Copy what the probe needs; says what is wrong, or None."""
    module = submission / "resnet.py"
    if module.is_symlink() or not module.is_file():
        return "resnet.py is missing from the submission"
    if weights.is_symlink() or weights.stat().st_size > MOST_BYTES:
        return f"{weights.name} is a link or larger than {MOST_BYTES // 2**20} MiB"
    shutil.copyfile(module, into / "resnet.py")
    np.savez(into / IMAGES, images=images, classes=classes)
    if weights.suffix != ".safetensors":
        shutil.copyfile(weights, into / WEIGHTS)  # opened in the sandbox only
        return None
    try:
        tensors = load_file(weights)
    except (SafetensorError, OSError) as broken:
        return f"{weights.name} is no whole safetensors file: {broken}"
    scale = {key: tensors.pop(f"normalize.{key}") for key in ("mean", "std") if f"normalize.{key}" in tensors}
    torch.save({"weights": tensors, **scale}, into / WEIGHTS)
    return None
