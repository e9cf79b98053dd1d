"""Cross-entropy from logits, and the two penalties on the weights."""

from collections.abc import Iterable

import torch
from torch import Tensor


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Mean over the batch of -log softmax(logits)[target].

    logits: (N, C), floating point; targets: (N,), int64 class numbers. Returns a scalar tensor.
    Finite, with finite gradients, for logits of +-1e4. PyTorch's own cross-entropy, negative
    log-likelihood and log-softmax functions are not allowed.
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(dim=1, keepdim=True).values
    log_normaliser = shifted.exp().sum(dim=1).log()
    picked = shifted.gather(1, targets.unsqueeze(1)).squeeze(1)
    return (log_normaliser - picked).mean()
    ### END SOLUTION


def l2_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """strength / 2 times the sum of squares over all the given tensors; a scalar to add to the loss.

    Its gradient is strength * w, the same as `weight_decay=strength` in `torch.optim.SGD`.
    """
    ### BEGIN SOLUTION
    return strength / 2 * torch.stack([w.square().sum() for w in parameters]).sum()
    ### END SOLUTION


def l1_penalty(parameters: Iterable[Tensor], strength: float) -> Tensor:
    """strength times the sum of absolute values over all the given tensors; a scalar to add to the loss."""
    ### BEGIN SOLUTION
    return strength * torch.stack([w.abs().sum() for w in parameters]).sum()
    ### END SOLUTION
