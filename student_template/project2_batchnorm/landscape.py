"""How smooth the loss is where training passes, as Santurkar et al. 2018 (arXiv:1805.11604) measure it.

Below, w are the parameters of a model that require a gradient, taken together as one vector; L(w) is
`loss_fn(model(images), labels)` on one fixed batch, with the model in the mode (training or evaluation) in which it
is passed; and g(w) is the gradient of L. What is measured lies along the gradient at the present w, at the points
w - eta * g(w) for each eta of `step_sizes`, each reached from the same w.

Measuring leaves no trace: afterwards the model's parameters, their .grad, its buffers (running statistics), and its
mode are what they were.
"""

from collections.abc import Callable, Sequence

from torch import Tensor, nn

Loss = Callable[[Tensor, Tensor], Tensor]


def loss_envelope(runs: Sequence[Sequence[float]]) -> tuple[Tensor, Tensor]:
    """The smallest and the largest loss over the runs, at each step.

    runs: one sequence of losses a run, one loss a training step. Returns (lower, upper), each (steps,) float64.
    Raises ValueError when there is no run, or when the runs differ in length.
    """
    raise NotImplementedError("loss_envelope in landscape.py: not written yet")


def loss_along_gradient(
    model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor, step_sizes: Sequence[float]
) -> Tensor:
    """L(w - eta * g(w)) for each eta of `step_sizes`, as one tensor of shape (len(step_sizes),)."""
    raise NotImplementedError("loss_along_gradient in landscape.py: not written yet")


def gradient_predictiveness(
    model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor, step_sizes: Sequence[float]
) -> Tensor:
    """The distance ||g(w - eta * g(w)) - g(w)|| for each eta of `step_sizes`, of shape (len(step_sizes),).

    The norm is the Euclidean one of the whole gradient. Small distances mean that the gradient predicts what the
    gradient will be further on.
    """
    raise NotImplementedError("gradient_predictiveness in landscape.py: not written yet")


def effective_beta(
    model: nn.Module, loss_fn: Loss, images: Tensor, labels: Tensor, step_sizes: Sequence[float]
) -> float:
    """Effective beta-smoothness: the largest ||g(w') - g(w)|| / ||w' - w|| over the points w' = w - eta * g(w).

    The distance that is moved, ||w' - w||, is eta * ||g(w)||. Returns 0.0 where the gradient is zero. Raises
    ValueError unless every step size is positive and there is at least one.
    """
    raise NotImplementedError("effective_beta in landscape.py: not written yet")
