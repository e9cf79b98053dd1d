"""What is measured along the gradient has the values that quadratics give exactly, and leaves no trace."""

import copy

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference_solutions.landscape import (
    effective_beta,
    gradient_predictiveness,
    loss_along_gradient,
    loss_envelope,
)


class Quadratic(nn.Module):
    """L(w) = 1/2 w'Aw; images and labels play no part."""

    def __init__(self, curvature: Tensor, start: Tensor) -> None:
        super().__init__()
        self.register_buffer("curvature", curvature)
        self.first = nn.Parameter(start[:2].clone())
        self.second = nn.Parameter(start[2:].clone())

    def forward(self, images: Tensor) -> Tensor:
        w = torch.cat([self.first, self.second])
        return 0.5 * w @ self.curvature @ w


def itself(outputs: Tensor, labels: Tensor) -> Tensor:
    return outputs


NOTHING = torch.zeros(1)
STEPS = (0.3, 0.01, 0.1)


@pytest.fixture
def curvature() -> Tensor:
    torch.manual_seed(0)
    root = torch.randn(5, 5, dtype=torch.float64)
    return root @ root.T


def test_beta_is_the_eigenvalue_when_the_gradient_is_an_eigenvector(curvature) -> None:
    values, vectors = torch.linalg.eigh(curvature)
    for value, vector in zip(values, vectors.T, strict=True):
        found = effective_beta(Quadratic(curvature, 3 * vector), itself, NOTHING, NOTHING, STEPS)
        assert found == pytest.approx(value.item(), rel=1e-9)


def test_beta_never_exceeds_the_largest_eigenvalue_and_is_ag_over_g(curvature) -> None:
    largest = torch.linalg.eigvalsh(curvature)[-1].item()
    for seed in range(5):
        torch.manual_seed(seed)
        start = torch.randn(5, dtype=torch.float64)
        g = curvature @ start
        found = effective_beta(Quadratic(curvature, start), itself, NOTHING, NOTHING, STEPS)
        assert found == pytest.approx(((curvature @ g).norm() / g.norm()).item(), rel=1e-9)
        assert found <= largest * (1 + 1e-12)


def test_distances_and_losses_along_the_gradient_of_a_quadratic(curvature) -> None:
    start = torch.arange(1.0, 6.0, dtype=torch.float64)
    g = curvature @ start
    arguments = (Quadratic(curvature, start), itself, NOTHING, NOTHING, STEPS)
    eta = torch.tensor(STEPS, dtype=torch.float64)
    torch.testing.assert_close(gradient_predictiveness(*arguments), eta * (curvature @ g).norm())
    expected = 0.5 * start @ g - eta * (g @ g) + eta**2 * 0.5 * (g @ curvature @ g)
    torch.testing.assert_close(loss_along_gradient(*arguments), expected)


def test_a_flat_loss_has_beta_zero_and_step_sizes_must_be_positive(curvature) -> None:
    flat = Quadratic(curvature, torch.zeros(5, dtype=torch.float64))
    assert effective_beta(flat, itself, NOTHING, NOTHING, STEPS) == 0.0
    for wrong in ((), (0.1, 0.0), (-0.1,)):
        with pytest.raises(ValueError, match="positive"):
            effective_beta(flat, itself, NOTHING, NOTHING, wrong)


@pytest.mark.parametrize("training", [True, False])
def test_measuring_leaves_weights_gradients_statistics_and_mode_alone(training) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3))
    images, labels = torch.randn(8, 3, 6, 6), torch.arange(8) % 3
    F.cross_entropy(model(images), labels).backward()
    model.train(training)
    before = copy.deepcopy(model.state_dict()), [p.grad.clone() for p in model.parameters()]
    for measure in (loss_along_gradient, gradient_predictiveness, effective_beta):
        measure(model, F.cross_entropy, images, labels, (0.1, 1.0))
    assert model.training == training
    assert all(torch.equal(value, before[0][name]) for name, value in model.state_dict().items())
    assert all(torch.equal(p.grad, g) for p, g in zip(model.parameters(), before[1], strict=True))


def test_the_envelope_is_the_smallest_and_the_largest_at_each_step() -> None:
    lower, upper = loss_envelope([[3.0, 1.0, 2.0], [2.5, 1.5, 0.5]])
    assert (lower.tolist(), upper.tolist()) == ([2.5, 1.0, 0.5], [3.0, 1.5, 2.0])
    for wrong in ([], [[1.0], [1.0, 2.0]]):
        with pytest.raises(ValueError, match="run"):
            loss_envelope(wrong)
