"""Swish with the interface of reference_solutions.activations, as kernels where there is a GPU."""

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from reference_solutions import activations
from reference_solutions.kernels.dispatch import in_float32_or_better, in_layout_of, runs_in_triton


def swish_forward(x: Tensor) -> Tensor:
    """x * sigmoid(x), any shape, computed in float32 or better. Returns the shape and dtype of x."""
    if runs_in_triton(x):
        from reference_solutions.kernels import swish_triton

        return swish_triton.forward(x)
    return activations.swish(in_float32_or_better(x)).to(x.dtype)


def swish_backward(df_dy: Tensor, x: Tensor) -> Tensor:
    """Gradient with respect to x; df_dy has the shape of x. Returns the shape, dtype and layout of x."""
    if runs_in_triton(x):
        from reference_solutions.kernels import swish_triton

        return swish_triton.backward(x, df_dy)
    dx = df_dy * activations.swish_derivative(in_float32_or_better(x))
    return in_layout_of(dx.to(x.dtype), torch.empty_like(x))


class SwishFunction(torch.autograd.Function):
    """Keeps x alone for the backward pass; autograd of x * sigmoid(x) would keep the sigmoid too."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return swish_forward(x)

    @staticmethod
    @once_differentiable
    def backward(ctx, df_dy: Tensor) -> Tensor:
        return swish_backward(df_dy, *ctx.saved_tensors)


def swish(x: Tensor) -> Tensor:
    """Swish of any shape, differentiable once."""
    return SwishFunction.apply(x)


class Swish(nn.Module):
    """Swish as a layer, in place of `nn.ReLU()`."""

    def forward(self, x: Tensor) -> Tensor:
        """x: any shape. Returns swish(x)."""
        return swish(x)
