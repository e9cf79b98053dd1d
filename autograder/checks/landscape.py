"""Probes of what is measured along the gradient, on quadratics of known curvature and on a small network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.engine.refusing import raised_by

EXACT64 = "float64 sums of some dozens of terms; distances of gradients lose two or three digits by cancellation"
UNMOVED = "nothing may move; putting back by adding what was subtracted is off by a unit of 1e-16"


def half_squared_error(outputs: Tensor, targets: Tensor) -> Tensor:
    """With a linear model, a quadratic in its weights: its Hessian is X^T X / N, for each output."""
    return 0.5 * (outputs - targets).square().sum(dim=1).mean()


class Setting:
    """A model with seeded weights and gradients, one batch, and step sizes in no particular order."""

    def __init__(self, model: nn.Module, loss_fn: Callable[[Tensor, Tensor], Tensor], *batch: Tensor) -> None:
        self.model, self.loss_fn, self.batch = model, loss_fn, batch
        self.step_sizes: list[float] = []

    def fill(self, draws: Draws) -> Setting:
        """Seed weights, running statistics and left-over gradients."""
        self.model.double()
        for tensor in (*self.model.parameters(), *self.model.buffers()):
            if tensor.is_floating_point():
                values = draws.normal(*tensor.shape, scale=0.5, dtype=torch.float64)
                tensor.data.copy_(values.abs() + 0.5 if tensor.ndim == 1 else values)
        for p in self.model.parameters():
            p.grad = draws.normal(*p.shape, dtype=torch.float64)
        sizes = draws.uniform(5, low=0.02, high=0.4, dtype=torch.float64)
        self.step_sizes = [float(size) for size in sizes]
        return self

    def measured(self, measure: Any) -> Any:
        """What `measure` gives here; whether numbers come in a list or in a tensor does not matter."""
        found = measure(self.model, self.loss_fn, *self.batch, self.step_sizes)
        numbers = [float(x) for x in found] if isinstance(found, (list, tuple)) else found
        return torch.as_tensor(numbers, dtype=torch.float64).detach()

    def state(self) -> list[Any]:
        """Parameters, their gradients, buffers, and the modes of all modules."""
        parameters = list(self.model.parameters())
        gradients = [torch.zeros(1) if p.grad is None else p.grad for p in parameters]
        tensors = [*parameters, *gradients, *self.model.buffers()]
        flags = [float(m.training) for m in self.model.modules()] + [float(p.requires_grad) for p in parameters]
        return [[t.detach().to(torch.float64).clone() for t in tensors], flags]


def quadratic(draws: Draws) -> Setting:
    """Linear regression with 4 inputs and 3 outputs on 12 rows."""
    rows, targets = draws.normal(12, 4, dtype=torch.float64), draws.normal(12, 3, dtype=torch.float64)
    rows = rows * torch.tensor([0.5, 1.0, 1.5, 2.0])
    return Setting(nn.Linear(4, 3), half_squared_error, rows, targets).fill(draws)


def small_network(draws: Draws, training: bool = True) -> Setting:
    """Convolution, batch norm, tanh, linear on 8 images of 5x5, with cross-entropy."""
    model = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.Tanh(), nn.Flatten(), nn.Linear(27, 4))
    images = draws.normal(8, 2, 5, 5, dtype=torch.float64)
    setting = Setting(model, F.cross_entropy, images, draws.integers(0, 4, 8)).fill(draws)
    model.train(training)
    setting.step_sizes = [3 * size for size in setting.step_sizes]
    return setting


def partly_frozen(draws: Draws) -> Setting:
    """The small network with a frozen layer, and with a parameter that the loss does not depend on."""
    setting = small_network(draws)
    setting.model.register_parameter("unused", nn.Parameter(draws.normal(3, dtype=torch.float64)))
    for p in setting.model[0].parameters():  # type: ignore[index]
        p.requires_grad_(False)
    return setting


@probe(
    "landscape",
    lower=close("the lower curve of loss_envelope(runs)", 1e-6, 1e-7, "copies; runs of float32 numbers are allowed"),
    upper=close("the upper curve of loss_envelope(runs)", 1e-6, 1e-7, "copies; runs of float32 numbers are allowed"),
    refusals=exact("what loss_envelope raises for no run and for runs of different lengths"),
)
def envelope(code: Code, draws: Draws) -> Evidence:
    """Envelope of the losses of four runs of 15 steps, and of one run."""
    runs = draws.uniform(4, 15, low=0.1, high=3.0, dtype=torch.float64).tolist()
    both = code.landscape.loss_envelope(runs), code.landscape.loss_envelope(runs[:1])
    yield "lower", [lower for lower, _ in both]
    yield "upper", [upper for _, upper in both]
    unequal = [runs[0], runs[1][:-1]]
    calls: tuple[Callable[[], Any], ...] = (
        lambda: code.landscape.loss_envelope([]),
        lambda: code.landscape.loss_envelope(unequal),
    )
    yield "refusals", [raised_by(call) for call in calls]


@probe(
    "landscape",
    quadratic=close("loss_along_gradient of a linear regression, five step sizes", 1e-8, 1e-10, EXACT64),
    network=close(
        "loss_along_gradient of a network with batch norm, in training and in evaluation mode", 1e-8, 1e-10, EXACT64
    ),
)
def loss_along_gradient(code: Code, draws: Draws) -> Evidence:
    """The loss at points along the gradient."""
    measure = code.landscape.loss_along_gradient
    yield "quadratic", quadratic(draws).measured(measure)
    yield "network", [small_network(draws, mode).measured(measure) for mode in (True, False)]


@probe(
    "landscape",
    quadratic=close("gradient_predictiveness of a linear regression, five step sizes", 1e-8, 1e-10, EXACT64),
)
def predictiveness_quadratic(code: Code, draws: Draws) -> Evidence:
    """Gradient predictiveness where the gradient changes in proportion to the step."""
    yield "quadratic", quadratic(draws).measured(code.landscape.gradient_predictiveness)


@probe(
    "landscape",
    network=close(
        "gradient_predictiveness of a network with batch norm, in training and evaluation mode", 1e-8, 1e-10, EXACT64
    ),
    frozen=close("gradient_predictiveness of a network with frozen and unused parameters", 1e-8, 1e-10, EXACT64),
)
def predictiveness_network(code: Code, draws: Draws) -> Evidence:
    """Gradient predictiveness of a network, also with parameters that are frozen or unused."""
    measure = code.landscape.gradient_predictiveness
    yield "network", [small_network(draws, mode).measured(measure) for mode in (True, False)]
    yield "frozen", partly_frozen(draws).measured(measure)


@probe(
    "landscape",
    quadratic=close("effective_beta of a linear regression, five step sizes", 1e-8, 1e-10, EXACT64),
    stiff=close("effective_beta of a linear regression whose gradient is an eigenvector", 1e-8, 1e-10, EXACT64),
)
def beta_quadratic(code: Code, draws: Draws) -> Evidence:
    """Effective beta-smoothness of quadratics, where it is ||H g|| / ||g|| whatever the step."""
    measure = code.landscape.effective_beta
    yield "quadratic", quadratic(draws).measured(measure)
    curvature = float(draws.uniform(1, low=2.0, high=9.0, dtype=torch.float64))
    setting = Setting(nn.Linear(1, 1, bias=False), half_squared_error, *_one_row(draws, curvature)).fill(draws)
    yield "stiff", setting.measured(measure)


def _one_row(draws: Draws, curvature: float) -> tuple[Tensor, Tensor]:
    return torch.full((1, 1), curvature**0.5, dtype=torch.float64), draws.normal(1, 1, dtype=torch.float64) + 5


@probe(
    "landscape",
    network=close("effective_beta of a network with batch norm, in training and evaluation mode", 1e-8, 1e-10, EXACT64),
    frozen=close("effective_beta of a network with frozen and unused parameters", 1e-8, 1e-10, EXACT64),
)
def beta_network(code: Code, draws: Draws) -> Evidence:
    """Effective beta-smoothness of a network, where it depends on the step."""
    measure = code.landscape.effective_beta
    yield "network", [small_network(draws, mode).measured(measure) for mode in (True, False)]
    yield "frozen", partly_frozen(draws).measured(measure)


@probe(
    "landscape",
    flat=close("effective_beta where the gradient is zero", 1e-8, 1e-10, EXACT64),
    refusals=exact("what effective_beta raises for step sizes that are zero, negative, or none"),
)
def beta_edges(code: Code, draws: Draws) -> Evidence:
    """Effective beta-smoothness at a minimum, and with step sizes that make no sense."""
    setting = quadratic(draws)
    rows, targets = setting.batch
    setting.batch = (rows, setting.model(rows).detach())
    yield "flat", setting.measured(code.landscape.effective_beta)
    setting.batch = (rows, targets)
    found = []
    for sizes in ([0.1, 0.0], [0.1, -0.2], []):
        setting.step_sizes = sizes
        found.append(raised_by(lambda: setting.measured(code.landscape.effective_beta)))
    yield "refusals", found


@probe(
    "landscape",
    loss_along_gradient=close("the model after loss_along_gradient", 1e-10, 1e-12, UNMOVED),
    gradient_predictiveness=close("the model after gradient_predictiveness", 1e-10, 1e-12, UNMOVED),
    effective_beta=close("the model after effective_beta", 1e-10, 1e-12, UNMOVED),
)
def untouched(code: Code, draws: Draws) -> Evidence:
    """Parameters, gradients, running statistics and mode after measuring."""
    for name in ("loss_along_gradient", "gradient_predictiveness", "effective_beta"):
        states = []
        for training in (True, False):
            setting = small_network(draws, training)
            setting.measured(getattr(code.landscape, name))
            states.append(setting.state())
        yield name, states
