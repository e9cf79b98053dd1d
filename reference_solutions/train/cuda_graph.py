"""A forward and backward pass as one CUDA graph: replayed in one launch, where eager PyTorch makes hundreds."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

Pass = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
# PyTorch's own advice before a capture: libraries choose their algorithms, and torch.compile compiles.
WARM_UP = 3


class CapturedPass:
    """A captured pass with the tensors that it reads and writes. What it returns is overwritten by the next call."""

    def __init__(self, model: nn.Module, compute: Pass, images: Tensor, labels: Tensor) -> None:
        self._images, self._labels = images.clone(), labels.clone()
        self._parameters = [p for p in model.parameters() if p.requires_grad]
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._results = compute(self._images, self._labels)
        self._gradients = [p.grad for p in self._parameters]

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """images, labels: of the shapes that were captured. Returns what the pass does; gradients as it leaves them."""
        self._images.copy_(images)
        self._labels.copy_(labels)
        self._graph.replay()
        for parameter, gradient in zip(self._parameters, self._gradients, strict=True):
            parameter.grad = gradient  # a batch in between that was no whole one has put its own there
        return self._results


def capture(model: nn.Module, compute: Pass, images: Tensor, labels: Tensor) -> CapturedPass:
    """Capture `compute` on one batch. Leaves no trace on the model's buffers (running statistics) and random numbers.

    Raises RuntimeError for what a CUDA graph cannot hold: a number read back, a tensor from the CPU.
    """
    buffers = [(buffer, buffer.clone()) for buffer in model.buffers()]
    random = torch.cuda.get_rng_state(images.device)
    try:
        _warm_up(compute, images, labels)
        return CapturedPass(model, compute, images, labels)
    finally:
        for buffer, before in buffers:
            buffer.copy_(before)
        torch.cuda.set_rng_state(random, images.device)


def _warm_up(compute: Pass, images: Tensor, labels: Tensor) -> None:
    """On a stream of its own, as capturing wants it."""
    stream = torch.cuda.Stream(images.device)
    stream.wait_stream(torch.cuda.current_stream(images.device))
    with torch.cuda.stream(stream):
        for _ in range(WARM_UP):
            compute(images, labels)
    torch.cuda.current_stream(images.device).wait_stream(stream)
