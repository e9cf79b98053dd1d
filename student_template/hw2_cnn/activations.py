"""Swish and its derivative (Ramachandran, Zoph and Le 2017, "Searching for activation functions")."""

from torch import Tensor, nn


def swish(x: Tensor) -> Tensor:
    """Swish, x * sigmoid(x), element by element.

    x: any shape, floating point. Returns a tensor of the same shape and dtype.
    `nn.SiLU` and `torch.nn.functional.silu` are not allowed. Gradients must flow through it.
    """
    raise NotImplementedError("swish in activations.py: not written yet")


def swish_derivative(x: Tensor) -> Tensor:
    """d swish(x) / dx in closed form, element by element, without autograd.

    x: any shape. Returns the same shape and dtype. Finite for every finite x.
    """
    raise NotImplementedError("swish_derivative in activations.py: not written yet")


class Swish(nn.Module):
    """Swish as a layer, without parameters, for use in place of `nn.ReLU()`."""

    def forward(self, x: Tensor) -> Tensor:
        """x: any shape. Returns swish(x)."""
        raise NotImplementedError("Swish.forward in activations.py: not written yet")
