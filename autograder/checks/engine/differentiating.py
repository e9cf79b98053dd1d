"""Gradients of what student code returned, by autograd, for probes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence


def gradients(output: Any, tensors: Sequence[Tensor], draws: Draws) -> list[Tensor]:
    """Gradients of <output, v> with respect to `tensors`, v seeded; zeros where no gradient flows.

    Raises NotEvidence when `output` is no floating-point tensor.
    """
    if not isinstance(output, Tensor) or not output.is_floating_point():
        raise NotEvidence(f"a {type(output).__name__} came back where a tensor of real numbers was expected")
    if not output.requires_grad:
        return [torch.zeros_like(t) for t in tensors]
    direction = torch.randn(output.shape, generator=draws.keyed("direction"), dtype=torch.float64)
    found = torch.autograd.grad(output, list(tensors), direction.to(output.dtype), allow_unused=True)
    return [torch.zeros_like(t) if g is None else g for g, t in zip(found, tensors)]
