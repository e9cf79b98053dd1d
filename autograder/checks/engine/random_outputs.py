"""Comparing random outputs by their distribution, for networks with dropout."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import fill

COPIES = 3000
RELATIVE, ABSOLUTE = 0.05, 0.2
REASON = (
    "3000 draws: the mean in deviations and the logarithm of the deviation of two right runs differ by 0.03, "
    "and by up to 0.1 in the worst of seven outputs over a dozen seeds"
)


def outputs_of_copies(model: Any, image: Tensor, draws: Draws) -> Tensor:
    """Outputs in training mode for COPIES copies of one image (1, C, H, W); they differ by what is dropped only."""
    fill(model, draws, image)
    with torch.no_grad():
        outputs: Tensor = model.train()(image.expand(COPIES, -1, -1, -1))
    return outputs


def spread_and_centre(outputs: np.ndarray, draws: Draws) -> dict[str, Any]:
    """How widely each output spreads, and where its mean lies."""
    deviation = outputs.astype(np.float64).std(axis=0)
    safe = np.maximum(deviation, 1e-6)
    return {
        "the logarithm of the deviation of each logit": np.log(safe),
        "the mean of each logit, in deviations": outputs.mean(axis=0) / safe,
    }
