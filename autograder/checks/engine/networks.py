"""What most probes of a network look at: outputs in both modes, gradients, and counts of large networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.checks.engine.differentiating import gradients
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.filling import count, fill, projections
from autograder.checks.engine.probe import Evidence


def logits_in_both_modes(model: Any, first: Tensor, second: Tensor, last: Tensor, draws: Draws) -> Evidence:
    """Outputs for `first` in training mode, and for `last` in evaluation mode after `second` was trained on too."""
    fill(model, draws, first)
    with torch.no_grad():
        model.train()
        yield "logits_train", model(first)
        model(second)
        model.eval()
        yield "logits_eval", model(last)


def outputs_in_both_modes(model: Any, x: Tensor, last: Tensor, draws: Draws) -> list[Any]:
    """Outputs of a part of a network for `x` in training mode, then for `last` in evaluation mode."""
    fill(model, draws, x)
    with torch.no_grad():
        return [model.train()(x), model.eval()(last)]


def gradients_of_network(model: Any, x: Tensor, draws: Draws) -> Evidence:
    """Gradients in training mode with respect to `x` and, two projections of each, to the parameters."""
    x = x.requires_grad_()
    parameters = fill(model, draws, x)
    model.train()
    found = gradients(model(x), [x, *parameters.values()], draws)
    yield "input_gradient", found[0]
    by_parameter = {id(p): g for p, g in zip(parameters.values(), found[1:], strict=True)}
    yield "parameter_gradients", projections(parameters, lambda p: by_parameter[id(p)], draws)


def count_without_memory(build: Callable[[], Any]) -> int:
    """How many numbers the parameters of `build()` hold, made on the meta device where its code allows that."""
    try:
        with torch.device("meta"):
            return count(build())
    except Exception:
        return count(build())
