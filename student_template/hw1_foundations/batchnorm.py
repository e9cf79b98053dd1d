"""Batch normalisation forward and backward by hand (Ioffe and Szegedy 2015, section 3).

Autograd and PyTorch's batch norm are not allowed in this module. Inputs are (N, C) or
(N, C, H, W); statistics are taken over every axis but the channel's, with the biased variance.
In the functions of the chain, x is (M, C): M numbers in each of C channels. `f` is the loss,
and df_dy its gradient with respect to the layer's output.
"""

from torch import Tensor

Cache = dict[str, Tensor | float]


def df_dgamma(df_dy: Tensor, xhat: Tensor) -> Tensor:
    """Gradient with respect to the scale. df_dy, xhat: (M, C). Returns (C,)."""
    raise NotImplementedError("df_dgamma in batchnorm.py: not written yet")


def df_dbeta(df_dy: Tensor) -> Tensor:
    """Gradient with respect to the shift. df_dy: (M, C). Returns (C,)."""
    raise NotImplementedError("df_dbeta in batchnorm.py: not written yet")


def df_dxhat(df_dy: Tensor, gamma: Tensor) -> Tensor:
    """Gradient with respect to the normalised input. df_dy: (M, C), gamma: (C,). Returns (M, C)."""
    raise NotImplementedError("df_dxhat in batchnorm.py: not written yet")


def df_dvar(dxhat: Tensor, x: Tensor, mu: Tensor, var: Tensor, eps: float) -> Tensor:
    """Gradient with respect to the variance. dxhat: df/dxhat (M, C); mu, var: (C,). Returns (C,)."""
    raise NotImplementedError("df_dvar in batchnorm.py: not written yet")


def df_dmu(dxhat: Tensor, x: Tensor, mu: Tensor, var: Tensor, eps: float, dvar: Tensor) -> Tensor:
    """Gradient with respect to the mean. dvar: df/dvar (C,). Returns (C,).

    The term through the variance is zero at the batch's own mean, so both textbook forms are right.
    """
    raise NotImplementedError("df_dmu in batchnorm.py: not written yet")


def df_dx(dxhat: Tensor, x: Tensor, mu: Tensor, var: Tensor, eps: float, dvar: Tensor, dmu: Tensor) -> Tensor:
    """Gradient with respect to the input, through all three paths. Returns (M, C)."""
    raise NotImplementedError("df_dx in batchnorm.py: not written yet")


def batchnorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> tuple[Tensor, Cache]:
    """Normalise each channel over the batch, then scale and shift.

    x: (N, C) or (N, C, H, W); gamma, beta: (C,). Returns (y, cache): y has the shape and dtype of x,
    cache holds whatever your backward pass needs. Accurate for inputs with a large mean.
    """
    raise NotImplementedError("batchnorm_forward in batchnorm.py: not written yet")


def batchnorm_backward(df_dy: Tensor, cache: Cache) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of the loss with respect to x, gamma and beta, in this order.

    df_dy: the shape of x. Returns dx (the shape of x), dgamma (C,), dbeta (C,).
    """
    raise NotImplementedError("batchnorm_backward in batchnorm.py: not written yet")
