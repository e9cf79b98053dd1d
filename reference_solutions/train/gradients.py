"""The loss of a batch and its gradients, computed as the run's Execution says."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from reference_solutions.losses import l1_penalty
from reference_solutions.train.cuda_graph import CapturedPass, capture
from reference_solutions.train.device import Execution

Loss = Callable[[Tensor, Tensor], Tensor]


class Gradients:
    """Called with a batch, leaves its gradients in the model's parameters; returns the loss and the logits, float32.

    What is compiled or captured is so for batches of the size of the first one; the last, smaller batch of an epoch
    takes the ordinary way, so nothing is compiled twice.
    """

    def __init__(self, model: nn.Module, execution: Execution, loss_fn: Loss, l1: float) -> None:
        self.model, self.execution, self.loss_fn, self.l1 = model, execution, loss_fn, l1
        self.note = ""
        self._parameters = [p for p in model.parameters() if p.requires_grad]
        self._fast = compiled(model, execution)
        self._whole: torch.Size | None = None
        self._captured: CapturedPass | None = None

    @property
    def captured(self) -> bool:
        """Whether whole batches are replayed from a CUDA graph."""
        return self._captured is not None

    def __call__(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """images: (N, C, H, W), normalised; labels: (N,). The loss is without the L1 penalty."""
        if self._whole is None:
            self._whole = images.shape
            if self.execution.cuda_graphs:
                self._try_to_capture(images, labels)
        if images.shape != self._whole:
            return self._compute(self.model, images, labels)
        if self._captured:
            return self._captured(images, labels)
        return self._compute(self._fast, images, labels)

    def _try_to_capture(self, images: Tensor, labels: Tensor) -> None:
        def forward_and_backward(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
            return self._compute(self._fast, images, labels)

        try:
            self._captured = capture(self.model, forward_and_backward, images, labels)
        except RuntimeError as refused:
            reason = str(refused).splitlines()[0]
            self.note = f"no CUDA graph could be captured ({reason}): kernels were launched one by one"

    def _compute(self, forward: Callable[[Tensor], Tensor], images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        for parameter in self._parameters:
            parameter.grad = None
        with self.execution.autocast():
            logits = forward(images)
        logits = logits.float()
        loss = self.loss_fn(logits, labels)
        total = loss + l1_penalty(self._parameters, self.l1) if self.l1 else loss
        total.backward()
        return loss.detach(), logits.detach()


def compiled(model: nn.Module, execution: Execution) -> Callable[[Tensor], Tensor]:
    """The model as torch.compile makes it where that is asked for; where it fails, the model itself is called."""
    if not execution.compile:
        return model
    import torch._dynamo

    torch._dynamo.config.suppress_errors = True
    return torch.compile(model, dynamic=False)
