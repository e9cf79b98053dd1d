"""Swish and its derivative (Ramachandran, Zoph and Le 2017, "Searching for activation functions")."""

import torch
from torch import Tensor, nn


def swish(x: Tensor) -> Tensor:
    """Swish, x * sigmoid(x), element by element.

    x: any shape, floating point. Returns a tensor of the same shape and dtype.
    `nn.SiLU` and `torch.nn.functional.silu` are not allowed. Gradients must flow through it.
    """
    ### BEGIN SOLUTION
    return x * torch.sigmoid(x)
    ### END SOLUTION


def swish_derivative(x: Tensor) -> Tensor:
    """d swish(x) / dx in closed form, element by element, without autograd.

    x: any shape. Returns the same shape and dtype. Finite for every finite x.
    """
    ### BEGIN SOLUTION
    s = torch.sigmoid(x)
    return s * (1 + x * (1 - s))
    ### END SOLUTION


class Swish(nn.Module):
    """Swish as a layer, without parameters, for use in place of `nn.ReLU()`."""

    def forward(self, x: Tensor) -> Tensor:
        """x: any shape. Returns swish(x)."""
        ### BEGIN SOLUTION
        return swish(x)
        ### END SOLUTION
