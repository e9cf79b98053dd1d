"""Batch norm with the interface of reference_solutions.batchnorm, alone or with Swish behind it, as kernels on a GPU.

x is (N, C) or (N, C, H, W), contiguous or channels_last; statistics and sums are float32 or better whatever its dtype.
"""

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from reference_solutions import activations
from reference_solutions import batchnorm as reference
from reference_solutions.batchnorm import Cache
from reference_solutions.kernels.dispatch import in_float32_or_better, in_layout_of, runs_in_triton
from reference_solutions.kernels.swish import SwishFunction


def batchnorm_forward(
    x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5, swish: bool = False
) -> tuple[Tensor, Cache]:
    """Normalise each channel over the batch, scale and shift, then Swish if asked for; gamma, beta: (C,).

    Returns (y, cache): y of the shape, dtype and layout of x; cache for the backward pass, with the batch's "mu" and
    biased "var" (C,).
    Raises ValueError for an x of another rank.
    """
    if x.ndim not in (2, 4):
        raise ValueError(f"batch norm takes (N, C) or (N, C, H, W), not {tuple(x.shape)}")
    if runs_in_triton(x):
        from reference_solutions.kernels import batchnorm_triton

        x, gamma, beta = batchnorm_triton.dense(x), gamma.contiguous(), beta.contiguous()
        y, mu, var = batchnorm_triton.forward(x, gamma, beta, eps, swish)
    else:
        wide = [in_float32_or_better(t) for t in (x, gamma, beta)]
        y, found = reference.batchnorm_forward(*wide, eps)
        y, mu, var = activations.swish(y) if swish else y, found["mu"], found["var"]
    return in_layout_of(y.to(x.dtype), torch.empty_like(x)), {
        "x": x,
        "mu": mu,
        "var": var,
        "gamma": gamma,
        "beta": beta,
        "eps": eps,
        "swish": swish,
    }


def batchnorm_backward(df_dy: Tensor, cache: Cache) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients with respect to x, gamma and beta, in this order, in the dtype of each.

    df_dy: the shape of x, the gradient with respect to what batchnorm_forward returned, so behind any Swish.
    """
    x, mu, var, gamma, beta, eps, swish = (cache[k] for k in ("x", "mu", "var", "gamma", "beta", "eps", "swish"))
    if runs_in_triton(x):
        from reference_solutions.kernels import batchnorm_triton

        dx, dgamma, dbeta = batchnorm_triton.backward(df_dy, x, mu, var, gamma, beta, eps, swish)
    else:
        dx, dgamma, dbeta = _backward_in_pytorch(df_dy, x, mu, var, gamma, beta, eps, swish)
    return in_layout_of(dx.to(x.dtype), torch.empty_like(x)), dgamma.to(gamma.dtype), dbeta.to(beta.dtype)


def _backward_in_pytorch(
    df_dy: Tensor, x: Tensor, mu: Tensor, var: Tensor, gamma: Tensor, beta: Tensor, eps: float, swish: bool
) -> tuple[Tensor, Tensor, Tensor]:
    df_dy, x, gamma, beta = (in_float32_or_better(t) for t in (df_dy, x, gamma, beta))
    rows = reference.channels_last(x)
    xhat = (rows - mu) / torch.sqrt(var + eps)
    if swish:
        df_dy = df_dy * activations.swish_derivative(reference.channels_second(gamma * xhat + beta, x))
    cache: Cache = {"x": rows, "mu": mu, "var": var, "xhat": xhat, "gamma": gamma, "eps": eps}
    return reference.batchnorm_backward(df_dy, cache)


class BatchNormFunction(torch.autograd.Function):
    """(x, gamma, beta, eps, swish) to (y, mean, biased variance); only y is differentiable, and once."""

    @staticmethod
    def forward(ctx, x: Tensor, gamma: Tensor, beta: Tensor, eps: float, swish: bool) -> tuple[Tensor, Tensor, Tensor]:
        y, cache = batchnorm_forward(x, gamma, beta, eps, swish)
        ctx.save_for_backward(*(cache[k] for k in ("x", "mu", "var", "gamma", "beta")))
        ctx.eps, ctx.swish = eps, swish
        ctx.mark_non_differentiable(cache["mu"], cache["var"])
        return y, cache["mu"], cache["var"]

    @staticmethod
    @once_differentiable
    def backward(ctx, df_dy: Tensor, *_: Tensor) -> tuple[Tensor | None, ...]:
        x, mu, var, gamma, beta = ctx.saved_tensors
        cache: Cache = {"x": x, "mu": mu, "var": var, "gamma": gamma, "beta": beta, "eps": ctx.eps, "swish": ctx.swish}
        return *batchnorm_backward(df_dy, cache), None, None


class BatchNormSwish(nn.BatchNorm2d):
    """`nn.BatchNorm2d` followed by Swish, with the same parameters and running statistics."""

    def __init__(self, channels: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        super().__init__(channels, eps, momentum)

    @classmethod
    def of(cls, layer: nn.BatchNorm2d) -> "BatchNormSwish":
        """The layer and a Swish behind it, on the layer's own parameters and running statistics."""
        fused = cls(layer.num_features, layer.eps, layer.momentum).train(layer.training)
        for name, tensor in (*layer.named_parameters(), *layer.named_buffers()):
            setattr(fused, name, tensor)
        return fused

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W). Returns swish(batchnorm(x)) of the same shape and dtype."""
        if not self.training:
            return SwishFunction.apply(super().forward(x))
        y, mean, var = BatchNormFunction.apply(x, self.weight, self.bias, self.eps, True)
        with torch.no_grad():
            count = x.numel() / self.num_features
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(var * (count / max(count - 1, 1)), self.momentum)
            self.num_batches_tracked += 1
        return y
