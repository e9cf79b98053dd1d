"""Give two networks the same weights whatever their attributes are called.

Parameters are matched by the order in which the forward pass first uses them, counted separately
for each shape and role, so that only tensors which could be confused with each other need an order.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence

Key = tuple[tuple[int, ...], str, int]


_INSPECTIONS = {"shape", "dtype", "device", "ndim", "requires_grad", "is_leaf", "is_cuda", "grad"}


class _FirstUse(TorchFunctionMode):
    """Records the order in which the watched tensors first reach a torch function."""

    def __init__(self, watched: dict[int, Tensor]) -> None:
        super().__init__()
        self.watched = watched
        self.order: list[Tensor] = []
        self.scales: set[int] = set()
        self._seen: set[int] = set()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if getattr(getattr(func, "__self__", None), "__name__", "") in _INSPECTIONS:
            return func(*args, **kwargs)
        if func is F.batch_norm:
            self.scales.add(id(args[3] if len(args) > 3 else kwargs.get("weight")))
        for value in _flatten((args, kwargs)):
            if id(value) in self.watched and id(value) not in self._seen:
                self._seen.add(id(value))
                self.order.append(self.watched[id(value)])
        return func(*args, **kwargs)


def _flatten(value: Any) -> Iterator[Any]:
    if isinstance(value, (tuple, list)):
        for item in value:
            yield from _flatten(item)
    elif isinstance(value, dict):
        yield from _flatten(list(value.values()))
    else:
        yield value


def canonical_shape(parameter: Tensor) -> tuple[int, ...]:
    """The shape under which layouts meet: (1, C, 1, 1) is (C,), and (in, out) is (out, in), sorted."""
    if parameter.ndim > 1 and parameter.numel() == max(parameter.shape):
        return (parameter.numel(),)
    return tuple(sorted(parameter.shape)) if parameter.ndim == 2 else tuple(parameter.shape)


def parameters_by_use(model: nn.Module, forward: Callable[[], Any]) -> dict[Key, Tensor]:
    """Parameters that `forward` uses, by (canonical shape, role, how many of those were used before).

    The model is run once in evaluation mode without gradients and left in the mode it was in.
    A scale is what batch norm multiplies by, or any vector of ones; a vector of zeros that
    hand-written code multiplies by is taken for a shift.
    """
    mode = model.training
    model.eval()
    lazy = {id(p) for p in model.parameters() if nn.parameter.is_lazy(p)}
    ones = {id(p) for p in model.parameters() if id(p) not in lazy and bool((p == 1).all())}
    with torch.no_grad(), _FirstUse({id(p): p for p in model.parameters()}) as uses:
        forward()
    model.train(mode)
    count: Counter[tuple[tuple[int, ...], str]] = Counter()
    found: dict[Key, Tensor] = {}
    for p in uses.order:
        shape = canonical_shape(p)
        role = "weight" if len(shape) > 1 else "scale" if id(p) in uses.scales | ones else "shift"
        found[shape, role, count[shape, role]] = p
        count[shape, role] += 1
    return found


def fill(model: nn.Module, draws: Draws, *inputs: Tensor) -> dict[Key, Tensor]:
    """Overwrite the parameters that `model(*inputs)` uses with seeded values; returns them by key.

    Weights are N(0, 2 / fan_in) (He et al. 2015, eq. 10), which keeps activations of order one;
    scales are N(1, 0.2^2), shifts N(0, 0.2^2). The model is first moved to the inputs' dtype, and
    running statistics start anew, in case the constructor tried the model out.
    Raises NotEvidence when `model` is no nn.Module.
    """
    if not isinstance(model, nn.Module):
        raise NotEvidence(f"a {type(model).__name__} came back where an nn.Module was expected")
    model.to(inputs[0].dtype)
    parameters = parameters_by_use(model, lambda: model(*inputs))
    for layer in model.modules():
        if isinstance(layer, nn.modules.batchnorm._NormBase):
            layer.reset_running_stats()
    with torch.no_grad():
        for key, parameter in parameters.items():
            parameter.copy_(_values(key, parameter, draws))
    return parameters


def _values(key: Key, parameter: Tensor, draws: Draws) -> Tensor:
    shape, role, _ = key
    noise = torch.randn(shape, generator=draws.keyed(repr(key)), dtype=torch.float64)
    if role != "weight":
        return (0.2 * noise + (1.0 if role == "scale" else 0.0)).reshape(parameter.shape)
    fan_in = max(shape) if len(shape) == 2 else math.prod(shape[1:])
    noise = noise * math.sqrt(2.0 / fan_in)
    return noise.t() if tuple(parameter.shape) != shape else noise


def in_canonical_order(parameters: dict[Key, Tensor], values: Callable[[Tensor], Tensor | None]) -> list[Tensor]:
    """`values` of each parameter, ordered by key and in canonical shape and orientation."""
    ordered = []
    for key in sorted(parameters):
        value = values(parameters[key])
        value = torch.zeros_like(parameters[key]) if value is None else value
        turned = value.ndim == 2 and len(key[0]) == 2 and tuple(value.shape) != key[0]
        ordered.append(value.t() if turned else value.reshape(key[0]))
    return ordered


def projections(parameters: dict[Key, Tensor], values: Callable[[Tensor], Tensor | None], draws: Draws) -> Tensor:
    """A short fingerprint of per-parameter values: two seeded projections of each, shape (parameters, 2).

    An error in any element moves its row; the rows are in canonical order, so names do not matter.
    """
    rows = []
    for key, value in zip(sorted(parameters), in_canonical_order(parameters, values), strict=True):
        flat = value.detach().to(torch.float64).reshape(-1)
        directions = torch.randn(2, flat.numel(), generator=draws.keyed(f"project {key}"), dtype=torch.float64)
        rows.append(directions @ flat / math.sqrt(flat.numel()))
    return torch.stack(rows) if rows else torch.zeros(0, 2, dtype=torch.float64)


def running_statistics(model: nn.Module, forward: Callable[[], Any]) -> list[Tensor]:
    """Floating-point buffers that an evaluation pass uses: those of each shape together, in order of use.

    All-positive buffers (variances) come before the others, so that it does not matter which of
    a pair a hand-written batch norm uses first.
    """
    buffers = {id(b): b for b in model.buffers() if b.is_floating_point()}
    mode = model.training
    model.eval()
    with torch.no_grad(), _FirstUse(buffers) as uses:
        forward()
    model.train(mode)
    used = [b.detach().flatten().clone() for b in uses.order]
    return sorted(used, key=lambda b: (b.numel(), not bool((b > 0).all())))


def shapes(model: nn.Module) -> list[list[int]]:
    """Canonical shapes of all parameters the model owns, used or not, sorted."""
    return sorted(list(canonical_shape(p)) for p in model.parameters())


def count(model: nn.Module) -> int:
    """How many numbers the model's parameters hold."""
    return sum(p.numel() for p in model.parameters())
