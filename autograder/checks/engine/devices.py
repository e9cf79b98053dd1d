"""Batches that stand for ones on another device, so that a laptop without a GPU shows who forgets to move them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils.data import DataLoader

DEVICE = "cpu:0"


class Elsewhere(Tensor):
    """A tensor that stands for one on another device, until it is moved."""


class Moves(TorchFunctionMode):
    """Lets tensors from elsewhere arrive as plain ones in any call that names the device.

    `mixed` counts the calls that a GPU would refuse, those of a tensor from elsewhere together with one that is not:
    first of floating-point numbers from elsewhere, then of integers.
    """

    def __init__(self, device: str = DEVICE) -> None:
        super().__init__()
        self.device, self.mixed = device, [0.0, 0.0]

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        given = (*args, *kwargs.values())
        if self.device in [str(x) for x in given if isinstance(x, (str, torch.device))]:
            args = tuple(x.as_subclass(Tensor) if isinstance(x, Elsewhere) else x for x in args)
        else:
            # a number in a tensor without dimensions may be on the CPU whatever the others are on
            tensors = [x for x in given if isinstance(x, Tensor) and x.ndim]
            away = [x for x in tensors if isinstance(x, Elsewhere)]
            if away and len(away) < len(tensors):
                self.mixed[not away[0].is_floating_point()] += 1
        return func(*args, **kwargs)


class Batches:
    """An iterable of batches with a length and a data set, like a DataLoader, whose tensors are elsewhere."""

    def __init__(self, loader: DataLoader[Any]) -> None:
        self.dataset, self._batches = loader.dataset, list(loader)

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        return iter([(x.as_subclass(Elsewhere), y.as_subclass(Elsewhere)) for x, y in self._batches])
