"""Probes of the training loop and of evaluation, on a small network and seeded batches of the probe's own."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.checks.engine.code import Code
from autograder.checks.engine.devices import DEVICE, Batches, Elsewhere, Moves
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, probe

SIZE, CLASSES = 6, 4
STEPS32 = "float32 through 9 momentum steps with batch norm: dtype, threads and memory format move it by up to 3e-7"
STEPS64 = "float64 through 80 momentum steps: rounding of 1e-16 grows to about 1e-13"
UNMOVED = "nothing may move: only the rounding of float32 weights (6e-8) is between a float32 and a float64 run"
ONCE32 = "float32 through one forward pass"


class Network(nn.Module):
    """Convolution, batch norm, ReLU, linear; seeded weights. Notes whether each pass records gradients."""

    def __init__(self, draws: Draws, dtype: torch.dtype | None = None) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.linear = nn.Linear(4 * (SIZE - 2) ** 2, CLASSES)
        self.recorded: list[bool] = []
        self.to(dtype or draws.conditions.dtype)
        with torch.no_grad():
            for p in self.parameters():
                scale = math.sqrt(2 / p[0].numel()) if p.ndim > 1 else 0.2
                p.copy_(draws.normal(*p.shape, scale=scale, dtype=torch.float64))
            self.norm.weight.add_(1)
            statistics = dict(self.norm.named_buffers())
            statistics["running_mean"].copy_(draws.normal(4, scale=0.3, dtype=torch.float64))
            statistics["running_var"].copy_(draws.uniform(4, low=0.4, high=3.0, dtype=torch.float64))

    def forward(self, images: Tensor) -> Tensor:
        self.recorded.append(torch.is_grad_enabled())
        logits: Tensor = self.linear(F.relu(self.norm(self.convolution(images))).flatten(1))
        return logits


def seeded_loader(draws: Draws, count: int, batch: int, dtype: torch.dtype | None = None) -> DataLoader[Any]:
    """Seeded images and labels in a fixed order; the last batch is smaller unless `batch` divides `count`."""
    images = draws.normal(count, 3, SIZE, SIZE, dtype=dtype)
    return DataLoader(TensorDataset(images, draws.integers(0, CLASSES, count)), batch)


def _optimizer(model: nn.Module, lr: float) -> torch.optim.Optimizer:
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


def watch_steps(optimizer: torch.optim.Optimizer) -> list[float]:
    """A list that grows by the norm of the whole gradient at every step of the optimiser."""
    norms: list[float] = []

    def note(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
        norms.append(
            math.sqrt(sum(float(g.to(torch.float64).square().sum()) for g in gradients)) if gradients else -1.0
        )

    optimizer.register_step_pre_hook(note)
    return norms


def plain_pair(result: Any) -> list[Any]:
    """(loss, accuracy) as they came, with numpy's floats as Python's."""
    loss, accuracy = result
    return [float(x) if isinstance(x, np.floating) else x for x in (loss, accuracy)]


def fingerprint(model: nn.Module, draws: Draws, gradients: bool = False) -> Tensor:
    """Two seeded projections of each parameter and buffer (or of each gradient), float64."""
    tensors = [p.grad if gradients else p for p in model.parameters()] + ([] if gradients else list(model.buffers()))
    rows = []
    for number, tensor in enumerate(tensors):
        flat = torch.zeros(1) if tensor is None else tensor.detach()
        flat = flat.to(torch.float64).reshape(-1)
        directions = torch.randn(2, flat.numel(), generator=draws.keyed(f"project {number}"), dtype=torch.float64)
        rows.append(directions @ flat / math.sqrt(flat.numel()))
    return torch.stack(rows)


@probe(
    "training",
    losses=close("the loss that train_one_epoch returns, 3 epochs of batches of 8, 8 and 5", 1e-4, 1e-5, STEPS32),
    accuracies=close(
        "the accuracy that train_one_epoch returns, 3 epochs of batches of 8, 8 and 5",
        0.0,
        1e-6,
        "whole numbers divided once",
    ),
    weights=close(
        "parameters and running statistics (projected) after 3 epochs, and the gradient's norm at each step",
        1e-4,
        1e-4,
        STEPS32,
    ),
)
def train_epochs(code: Code, draws: Draws) -> Evidence:
    """Three epochs, each started in evaluation mode, on batches of unequal size."""
    model, loader = Network(draws), seeded_loader(draws, 21, 8)
    optimizer = _optimizer(model, 0.05)
    norms = watch_steps(optimizer)
    results = []
    for _ in range(3):
        model.eval()
        results.append(plain_pair(code.training.train_one_epoch(model, loader, F.cross_entropy, optimizer, "cpu")))
    yield "losses", [loss for loss, _ in results]
    yield "accuracies", [accuracy for _, accuracy in results]
    yield "weights", [fingerprint(model, draws), torch.tensor(norms, dtype=torch.float64)]


@probe(
    "training",
    results=close(
        "(loss, accuracy) that evaluate returns on batches of 8, 8 and 5, started in either mode", 1e-5, 1e-6, ONCE32
    ),
    state=close("projections of parameters and running statistics after evaluate, and the mode", 1e-5, 1e-6, UNMOVED),
    gradients=close("projections of the gradients after evaluate, and whether it recorded any", 1e-5, 1e-6, UNMOVED),
)
def evaluation(code: Code, draws: Draws) -> Evidence:
    """Evaluation from training mode and from evaluation mode; what it returns and what it leaves."""
    yield from evaluations(lambda *given: code.training.evaluate(*given, F.cross_entropy, "cpu"), draws)


def evaluations(evaluate: Callable[[nn.Module, DataLoader[Any]], Any], draws: Draws) -> Evidence:
    """What `evaluate(model, loader)` returns from either mode, and what it leaves of state and gradients."""
    model, loader = Network(draws), seeded_loader(draws, 21, 8)
    for p in model.parameters():
        p.grad = draws.normal(*p.shape, dtype=p.dtype)
    results, states, gradients = [], [], []
    for training in (True, False):
        model.train(training)
        model.recorded.clear()
        results.append(plain_pair(evaluate(model, loader)))
        states.append([fingerprint(model, draws), float(model.training)])
        gradients.append([fingerprint(model, draws, gradients=True), float(any(model.recorded))])
    yield "results", results
    yield "state", states
    yield "gradients", gradients


@probe(
    "training",
    float64_trace=close(
        "train_one_epoch and evaluate in float64: losses, accuracies, weights, gradient norms", 1e-9, 1e-11, STEPS64
    ),
    moves=close(
        "train_one_epoch and evaluate with device='cpu:0': for each batch the loss, then images moved and labels moved",
        1e-6,
        1e-6,
        "0 or 1, and losses after at most 4 steps in float64",
    ),
)
def devices(code: Code, draws: Draws) -> Evidence:
    """The dtype of the data is kept, and both images and labels go to the device that was asked for."""
    model, loader = Network(draws, torch.float64), seeded_loader(draws, 12, 6, torch.float64)
    optimizer = _optimizer(model, 0.05)
    norms = watch_steps(optimizer)
    trace = []
    for _ in range(2):
        trace += plain_pair(code.training.train_one_epoch(model, loader, F.cross_entropy, optimizer, "cpu"))
        trace += plain_pair(code.training.evaluate(model, loader, F.cross_entropy, "cpu"))
    yield "float64_trace", [*trace, fingerprint(model, draws), torch.tensor(norms, dtype=torch.float64)]
    arrivals: list[list[float]] = []

    def loss_fn(logits: Tensor, labels: Tensor) -> Tensor:
        loss = F.cross_entropy(logits.as_subclass(Tensor), labels.as_subclass(Tensor))
        arrivals.append([loss.item(), *(float(not isinstance(x, Elsewhere)) for x in (logits, labels))])
        return loss

    batches = Batches(loader)
    with Moves(DEVICE):
        code.training.train_one_epoch(model, batches, loss_fn, optimizer, torch.device(DEVICE))
        code.training.evaluate(model, batches, loss_fn, torch.device(DEVICE))
    yield "moves", torch.tensor(arrivals, dtype=torch.float64)


@probe(
    "training",
    losses=close("the losses of 20 epochs of train_one_epoch on 64 images, float64", 1e-9, 1e-11, STEPS64),
    weights=close("projections of parameters and running statistics after 20 epochs", 1e-9, 1e-11, STEPS64),
)
def overfit(code: Code, draws: Draws) -> Evidence:
    """Training on the same 64 images until they are learnt by heart."""
    model, loader = Network(draws, torch.float64), seeded_loader(draws, 64, 16, torch.float64)
    optimizer = _optimizer(model, 0.1)
    losses = []
    for _ in range(20):
        losses.append(plain_pair(code.training.train_one_epoch(model, loader, F.cross_entropy, optimizer, "cpu"))[0])
    yield "losses", losses
    yield "weights", fingerprint(model, draws)
