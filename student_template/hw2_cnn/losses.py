"""Cross-entropy from logits, and the two penalties on the weights."""

from collections.abc import Iterable

from torch import Tensor


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean over the batch of -log softmax(logits)[target].

    logits: (N, C), floating point; targets: (N,), int64 class numbers. Returns a scalar tensor.
    Finite, with finite gradients, for logits of +-1e4. PyTorch's own cross-entropy, negative
    log-likelihood and log-softmax functions are not allowed.
    """
    raise NotImplementedError("cross_entropy in losses.py: not written yet")


def l2_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """strength / 2 times the sum of squares over all the given tensors; a scalar to add to the loss.

    Its gradient is strength * w, the same as `weight_decay=strength` in `torch.optim.SGD`.
    """
    raise NotImplementedError("l2_penalty in losses.py: not written yet")


def l1_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """strength times the sum of absolute values over all the given tensors; a scalar to add to the loss."""
    raise NotImplementedError("l1_penalty in losses.py: not written yet")
