"""Images whose pixels can be recognised again, and many calls of a random function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence

LEVELS = 256


def grey_image(draws: Draws, shape: tuple[int, ...]) -> Tensor:
    """An image of whole grey levels 1 to 199, divided by 256: no zero, and exact in every dtype."""
    levels = draws.integers(1, 200, *shape).to(torch.float64) / LEVELS
    return levels.to(draws.conditions.dtype)


def many(function: Callable[[Tensor], Any], image: Tensor, times: int) -> Tensor:
    """The outputs of many calls in one tensor. Raises NotEvidence where they are not tensors of one shape."""
    outputs = [function(image.clone()) for _ in range(times)]
    shape = tuple(image.shape)
    kinds = {str(tuple(o.shape)) if isinstance(o, Tensor) else f"a {type(o).__name__}" for o in outputs}
    if len(kinds) > 1 or not isinstance(outputs[0], Tensor):
        raise NotEvidence(f"an image of shape {shape} went in, and out came {', '.join(sorted(kinds)[:3])}")
    return torch.stack(outputs)
