"""Optimisers by name, their state for a checkpoint, and the learning rate of every step."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from reference_solutions import optimizers as own
from reference_solutions.rates import decaying_triangular_rate
from reference_solutions.train.settings import Settings

AnyOptimizer = torch.optim.Optimizer | own.Optimizer

_OWN: dict[str, type[own.Optimizer]] = {
    "own-adagrad": own.AdaGrad,
    "own-rmsprop": own.RMSProp,
    "own-rmsprop-nesterov": own.RMSPropNesterov,
    "own-adadelta": own.AdaDelta,
    "own-adam": own.Adam,
}
_TORCH: dict[str, type[torch.optim.Optimizer]] = {
    "adagrad": torch.optim.Adagrad,
    "adadelta": torch.optim.Adadelta,
    "adam": torch.optim.Adam,
}
# The rate rises during the first quarter of a one-cycle run.
PEAK = 0.25


def build_optimizer(model: nn.Module, settings: Settings) -> AnyOptimizer:
    """The optimiser that the settings name, over all parameters of the model."""
    common: dict[str, Any] = {"lr": settings.learning_rate, "weight_decay": settings.weight_decay}
    if settings.optimizer in _OWN:
        return _OWN[settings.optimizer](model.parameters(), **common)
    if settings.optimizer in _TORCH:
        return _TORCH[settings.optimizer](model.parameters(), **common)
    return torch.optim.SGD(model.parameters(), momentum=settings.momentum, nesterov=settings.nesterov, **common)


def set_rate(optimizer: AnyOptimizer, rate: float) -> None:
    """Use this learning rate from the next step on."""
    if isinstance(optimizer, own.Optimizer):
        optimizer.lr = rate
    else:
        for group in optimizer.param_groups:
            group["lr"] = rate


def rate_at(settings: Settings, step: int, steps: int) -> float:
    """Learning rate of step `step`, counted from 0, of a run of `steps` steps."""
    rate, done = settings.learning_rate, step / steps
    if done < settings.warmup:
        return rate * (step + 1) / math.ceil(settings.warmup * steps)
    match settings.schedule:
        case "step":
            return rate * settings.gamma ** sum(done >= milestone for milestone in settings.milestones)
        case "cosine":
            return settings.lr_min + (rate - settings.lr_min) * (1 + math.cos(math.pi * done)) / 2
        case "one_cycle":
            return rate * min((step + 1) / steps / PEAK, (1 - done) / (1 - PEAK))
        case "cycles":
            half = max(1, round(settings.cycle_epochs * steps / settings.epochs / 2))
            return decaying_triangular_rate(step, settings.lr_min, rate, half, settings.gamma)
    return rate


def optimizer_state(optimizer: AnyOptimizer) -> dict[str, Any]:
    """All that the optimiser remembers, as plain values and tensors."""
    if isinstance(optimizer, own.Optimizer):
        return {key: value for key, value in vars(optimizer).items() if key != "params"}
    return optimizer.state_dict()


def restore_optimizer(optimizer: AnyOptimizer, state: dict[str, Any], device: torch.device) -> None:
    """Put back what `optimizer_state` gave."""
    if not isinstance(optimizer, own.Optimizer):
        optimizer.load_state_dict(state)
        return
    for key, value in state.items():
        setattr(optimizer, key, _on(device, value))


def _on(device: torch.device, value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.to(device)
    return [_on(device, item) for item in value] if isinstance(value, list) else value
