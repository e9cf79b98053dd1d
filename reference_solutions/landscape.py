"""How smooth the loss is where training passes, as Santurkar et al. 2018 (arXiv:1805.11604) measure it.

Below, w are the parameters of a model that require a gradient, taken together as one vector; L(w) is
`loss_fn(model(images), labels)` on one fixed batch, with the model in the mode (training or evaluation) in which it
is passed; and g(w) is the gradient of L. What is measured lies along the gradient at the present w, at the points
w - eta * g(w) for each eta of `step_sizes`, each reached from the same w.

Measuring leaves no trace: afterwards the model's parameters, their .grad, its buffers (running statistics), and its
mode are what they were.
"""

import copy
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]


def loss_envelope(runs: Sequence[Sequence[float]]) -> tuple[Tensor, Tensor]:
    """The smallest and the largest loss over the runs, at each step.

    runs: one sequence of losses a run, one loss a training step. Returns (lower, upper), each (steps,) float64.
    Raises ValueError when there is no run, or when the runs differ in length.
    """
    ### BEGIN SOLUTION
    lengths = sorted({len(run) for run in runs})
    if len(lengths) != 1:
        raise ValueError(f"runs of one length are needed, not of lengths {lengths}" if lengths else "there is no run")
    losses = torch.stack([torch.as_tensor(run, dtype=torch.float64) for run in runs])
    return losses.amin(dim=0), losses.amax(dim=0)
    ### END SOLUTION


def loss_along_gradient(
    model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor, step_sizes: Sequence[float]
) -> Tensor:
    """L(w - eta * g(w)) for each eta of `step_sizes`, as one tensor of shape (len(step_sizes),)."""
    ### BEGIN SOLUTION
    points = along_gradient(model, loss_fn, images, labels, step_sizes)
    return torch.stack([loss for loss, _, _ in points])
    ### END SOLUTION


def gradient_predictiveness(
    model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor, step_sizes: Sequence[float]
) -> Tensor:
    """The distance ||g(w - eta * g(w)) - g(w)|| for each eta of `step_sizes`, of shape (len(step_sizes),).

    The norm is the Euclidean one of the whole gradient. Small distances mean that the gradient predicts what the
    gradient will be further on.
    """
    ### BEGIN SOLUTION
    points = along_gradient(model, loss_fn, images, labels, step_sizes)
    return torch.stack([torch.linalg.vector_norm(there - here) for _, here, there in points])
    ### END SOLUTION


def effective_beta(
    model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor, step_sizes: Sequence[float]
) -> float:
    """Effective beta-smoothness: the largest ||g(w') - g(w)|| / ||w' - w|| over the points w' = w - eta * g(w).

    The distance that is moved, ||w' - w||, is eta * ||g(w)||. Returns 0.0 where the gradient is zero. Raises
    ValueError unless every step size is positive and there is at least one.
    """
    ### BEGIN SOLUTION
    if not step_sizes or min(step_sizes) <= 0:
        raise ValueError("step sizes must be positive, and at least one")
    ratios = [0.0]
    points = along_gradient(model, loss_fn, images, labels, step_sizes)
    for eta, (_, here, there) in zip(step_sizes, points, strict=True):
        moved = eta * torch.linalg.vector_norm(here).item()
        if moved > 0:
            ratios.append(torch.linalg.vector_norm(there - here).item() / moved)
    return max(ratios)
    ### END SOLUTION


### BEGIN SOLUTION
def along_gradient(
    model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor, step_sizes: Sequence[float]
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """For each eta: the loss at w - eta * g(w), and the gradients at w and there, each as one vector."""
    twin = copy.deepcopy(model)
    weights = [p for p in twin.parameters() if p.requires_grad]
    start = [p.detach().clone() for p in weights]
    buffers = [b.clone() for b in twin.buffers()]

    def measure() -> tuple[Tensor, list[Tensor]]:
        loss = loss_fn(twin(images), labels)
        found = torch.autograd.grad(loss, weights, allow_unused=True)
        with torch.no_grad():
            for buffer, value in zip(twin.buffers(), buffers, strict=True):
                buffer.copy_(value)
        return loss.detach(), [torch.zeros_like(w) if g is None else g for w, g in zip(weights, found, strict=True)]

    _, gradient = measure()
    here = torch.cat([g.flatten() for g in gradient])
    for eta in step_sizes:
        with torch.no_grad():
            for weight, w, g in zip(weights, start, gradient, strict=True):
                weight.copy_(w - eta * g)
        loss, moved = measure()
        yield loss, here, torch.cat([g.flatten() for g in moved])


### END SOLUTION
