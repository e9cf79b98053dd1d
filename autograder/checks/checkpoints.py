"""Labels that a submitted checkpoint gives to images: run in the sandbox, compared with predictions.csv outside."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, exact, probe

IMAGES = "hidden_images.npz"
WEIGHTS = "checkpoint.pt"
_BATCH = 100


class UnusableCheckpoint(ValueError):
    """A checkpoint that cannot be run; the text says why."""


@probe("resnet", seconds=300.0, labels=exact("resnet20() with the checkpoint's weights, on the hidden images"))
def labels(code: Code, draws: Draws) -> Evidence:
    """Labels of the hidden images by the submitted weights.

    The folder holds resnet.py, WEIGHTS, and IMAGES (images: uint8 (n, 32, 32, 3); classes). WEIGHTS is
    {"weights": state dict, "mean": 3 numbers, "std": 3 numbers}, as the notebook saves it, or the state dict alone.
    """
    weights, mean, std = _load(code.folder)
    hidden = np.load(code.folder / IMAGES, allow_pickle=False)
    images = hidden["images"]
    model = code.resnet.resnet20(int(hidden["classes"]))
    model.load_state_dict(weights)
    model.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(images), _BATCH):
            batch = torch.from_numpy(images[start : start + _BATCH]).permute(0, 3, 1, 2).to(torch.float32) / 255
            found.append(model((batch - mean.view(1, 3, 1, 1)) / std.view(1, 3, 1, 1)).argmax(dim=1))
    yield "labels", torch.cat(found).to(torch.int64)


def _load(folder: Path) -> tuple[dict[str, Tensor], Tensor, Tensor]:
    given = _opened(folder / WEIGHTS)
    scale = {"mean": [0.0] * 3, "std": [1.0] * 3}
    mean, std = (torch.as_tensor(given.get(key, usual), dtype=torch.float32) for key, usual in scale.items())
    weights = given.get("weights", given)
    if not isinstance(weights, Mapping) or not all(isinstance(value, Tensor) for value in weights.values()):
        raise UnusableCheckpoint("the checkpoint holds no state dict: names with tensors")
    return dict(weights), mean, std


def _opened(path: Path) -> Mapping[str, Any]:
    try:
        given = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise UnusableCheckpoint("the checkpoint is refused: opening it would run code; save a state dict") from None
    except Exception as broken:
        raise UnusableCheckpoint(f"the checkpoint cannot be opened: {str(broken).splitlines()[0]}") from None
    if not isinstance(given, Mapping):
        raise UnusableCheckpoint(f"the checkpoint holds a {type(given).__name__}, not a state dict")
    return given
