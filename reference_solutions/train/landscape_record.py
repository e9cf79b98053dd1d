"""What Santurkar et al. 2018 draw of a run: the loss and the gradient along the present gradient."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from reference_solutions.landscape import Loss, along_gradient

# The step sizes are the learning rates of project2_batchnorm's landscape.
STEP_SIZES = (1e-4, 5e-4, 1e-3, 2e-3)


def measure_landscape(model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor) -> dict[str, float]:
    """The loss at w; at w - eta * g(w), smallest and largest loss, largest change of the gradient, effective beta.

    In float32, whatever the training's precision.

    Leaves no trace on the model; dropout, if any, draws from a copy of the random state.
    """
    changes, betas = [], [0.0]
    device = [images.device] if images.device.type == "cuda" else []
    with torch.random.fork_rng(devices=device):
        points = along_gradient(model, loss_fn, images, labels, (0.0, *STEP_SIZES))
        losses = [next(points)[0].item()]
        for eta, (loss, here, there) in zip(STEP_SIZES, points, strict=True):
            change, moved = torch.linalg.vector_norm(there - here), eta * torch.linalg.vector_norm(here)
            losses.append(loss.item())
            changes.append(change.item())
            if moved > 0:
                betas.append((change / moved).item())
    return {
        "loss": losses[0],
        "lowest_loss": min(losses[1:]),
        "highest_loss": max(losses[1:]),
        "gradient_change": max(changes),
        "effective_beta": max(betas),
    }
