"""The pieces of a controlled comparison, and the picture and graph of a network."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torchvision.utils import make_grid

from reference_solutions.interpretation import Layer, filter_grid, to_dot, trace_layers
from reference_solutions.single_factor import build_activation, build_loss, build_optimizer, single_factor_grid


def test_losses_are_their_formulas() -> None:
    torch.manual_seed(0)
    logits, labels = torch.randn(6, 4, dtype=torch.float64), torch.tensor([0, 3, 1, 1, 2, 0])
    target = torch.eye(4, dtype=torch.float64)[labels]
    gap = (logits - target).abs()
    p = 1 / (1 + torch.exp(-logits))
    expected = {
        "mse": (gap**2).sum() / 24,
        "smooth_l1": torch.where(gap < 1, gap**2 / 2, gap - 0.5).sum() / 24,
        "bce_with_logits": -(target * p.log() + (1 - target) * (1 - p).log()).sum() / 24,
        "cross_entropy": -logits.softmax(1).log()[range(6), labels].sum() / 6,
    }
    for name, value in expected.items():
        torch.testing.assert_close(build_loss(name)(logits, labels), value)


def test_activations_are_their_formulas() -> None:
    x = torch.linspace(-5, 5, 41, dtype=torch.float64)
    expected = {
        "relu": x.clamp(min=0),
        "sigmoid": 1 / (1 + torch.exp(-x)),
        "leaky_relu": torch.where(x > 0, x, 0.01 * x),
        "tanh": (torch.exp(2 * x) - 1) / (torch.exp(2 * x) + 1),
        "softplus": torch.log(1 + torch.exp(x)),
    }
    for name, value in expected.items():
        torch.testing.assert_close(build_activation(name)(x), value)


def test_first_steps_of_the_optimisers() -> None:
    """SGD moves by lr * g; Adagrad and Adam by lr whatever g is; Adadelta by lr * sqrt(eps / (0.1 g^2 + eps)) * g."""
    for name, moved in (("sgd", 0.4), ("adagrad", 0.1), ("adam", 0.1), ("adadelta", 0.1 * (1e-6 / 1.6) ** 0.5 * 4)):
        w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        w.grad = torch.full((1,), 4.0, dtype=torch.float64)
        build_optimizer(name, [w], 0.1).step()
        assert -w.item() == pytest.approx(moved, rel=1e-5)


def test_the_grid_changes_one_factor_at_a_time() -> None:
    base = {"loss": "mse", "rate": 0.1, "width": 8}
    runs = single_factor_grid(base, {"rate": [0.01, 0.1], "loss": ["mse", "bce", "l1"]})
    assert runs[0] == base
    assert runs[0] is not base
    assert [(run["loss"], run["rate"]) for run in runs] == [("mse", 0.1), ("mse", 0.01), ("bce", 0.1), ("l1", 0.1)]
    with pytest.raises(ValueError, match="depth"):
        single_factor_grid(base, {"depth": [1]})


@pytest.mark.parametrize("build", [build_loss, build_activation, lambda name: build_optimizer(name, [], 0.1)])
def test_unknown_names_are_refused_with_those_that_are_known(build) -> None:
    with pytest.raises(ValueError, match=r"unknown .*'swish'; known: "):
        build("swish")


def test_the_picture_of_filters_is_that_of_torchvision() -> None:
    torch.manual_seed(0)
    weight = torch.randn(11, 3, 4, 5)
    expected = make_grid(weight, nrow=4, padding=2, pad_value=1.0, normalize=True, scale_each=True)
    torch.testing.assert_close(filter_grid(weight, columns=4, padding=2), expected)


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.last = nn.Linear(3, 2)
        self.inner = nn.Sequential(nn.Linear(3, 3), nn.ReLU())

    def forward(self, x):
        return self.last(F.relu(self.inner(x) + x))


def test_trace_and_drawing_of_a_residual_connection() -> None:
    layers = trace_layers(Residual(), torch.zeros(4, 3))
    assert layers == [
        Layer("inner.0", "Linear", (4, 3), 12, ("input",)),
        Layer("inner.1", "ReLU", (4, 3), 0, ("inner.0",)),
        Layer("last", "Linear", (4, 2), 8, ("input", "inner.1")),
    ]
    drawn = to_dot(layers)
    assert '"last" [label="Linear 2"]' in drawn
    assert drawn.count("->") == 4
