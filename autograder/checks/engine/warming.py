"""Runs ordinary operators once, so that a process forked from this one need not set them up again."""

from __future__ import annotations

import contextlib
import importlib

import torch
from torch import nn

# imported by torch, torchvision or a submission when first used, by each worker anew
LATE = (
    *("PIL.Image", "PIL.PngImagePlugin", "torch.utils.serialization.config"),
    *("multiprocessing.queues", "multiprocessing.synchronize", "multiprocessing.popen_fork"),
)


def warm_up() -> None:
    """A forward and backward pass and a step of training of a tiny net: imports and sets up what torch does late."""
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 2)
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    nn.functional.cross_entropy(net(torch.zeros(2, 3, 8, 8)), torch.zeros(2, dtype=torch.long)).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    for name in LATE:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
