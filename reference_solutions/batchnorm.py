"""Batch normalisation forward and backward by hand (Ioffe and Szegedy 2015, section 3).

Autograd and PyTorch's batch norm are not allowed in this module. Inputs are (N, C) or
(N, C, H, W); statistics are taken over every axis but the channel's, with the biased variance.
In the functions of the chain, x is (M, C): M numbers in each of C channels. `f` is the loss,
and df_dy its gradient with respect to the layer's output.
"""

import torch
from torch import Tensor

Cache = dict[str, Tensor | float]


def df_dgamma(df_dy: Tensor, xhat: Tensor) -> Tensor:
    """Gradient with respect to the scale. df_dy, xhat: (M, C). Returns (C,)."""
    ### BEGIN SOLUTION
    return (df_dy * xhat).sum(dim=0)
    ### END SOLUTION


def df_dbeta(df_dy: Tensor) -> Tensor:
    """Gradient with respect to the shift. df_dy: (M, C). Returns (C,)."""
    ### BEGIN SOLUTION
    return df_dy.sum(dim=0)
    ### END SOLUTION


def df_dxhat(df_dy: Tensor, gamma: Tensor) -> Tensor:
    """Gradient with respect to the normalised input. df_dy: (M, C), gamma: (C,). Returns (M, C)."""
    ### BEGIN SOLUTION
    return df_dy * gamma
    ### END SOLUTION


def df_dvar(dxhat: Tensor, x: Tensor, mu: Tensor, var: Tensor, eps: float) -> Tensor:
    """Gradient with respect to the variance. dxhat: df/dxhat (M, C); mu, var: (C,). Returns (C,)."""
    ### BEGIN SOLUTION
    return (dxhat * (x - mu)).sum(dim=0) * -0.5 * (var + eps) ** -1.5
    ### END SOLUTION


def df_dmu(dxhat: Tensor, x: Tensor, mu: Tensor, var: Tensor, eps: float, dvar: Tensor) -> Tensor:
    """Gradient with respect to the mean. dvar: df/dvar (C,). Returns (C,).

    The term through the variance is zero at the batch's own mean, so both textbook forms are right.
    """
    ### BEGIN SOLUTION
    return -dxhat.sum(dim=0) / torch.sqrt(var + eps) + dvar * (-2 * (x - mu)).mean(dim=0)
    ### END SOLUTION


def df_dx(dxhat: Tensor, x: Tensor, mu: Tensor, var: Tensor, eps: float, dvar: Tensor, dmu: Tensor) -> Tensor:
    """Gradient with respect to the input, through all three paths. Returns (M, C)."""
    ### BEGIN SOLUTION
    return dxhat / torch.sqrt(var + eps) + dvar * 2 * (x - mu) / len(x) + dmu / len(x)
    ### END SOLUTION


def batchnorm_forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float = 1e-5) -> tuple[Tensor, Cache]:
    """Normalise each channel over the batch, then scale and shift.

    x: (N, C) or (N, C, H, W); gamma, beta: (C,). Returns (y, cache): y has the shape and dtype of x,
    cache holds whatever your backward pass needs. Accurate for inputs with a large mean.
    """
    ### BEGIN SOLUTION
    rows = channels_last(x)
    mu = rows.mean(dim=0)
    var = (rows - mu).square().mean(dim=0)
    xhat = (rows - mu) / torch.sqrt(var + eps)
    cache: Cache = {"x": rows, "mu": mu, "var": var, "xhat": xhat, "gamma": gamma, "eps": eps}
    return channels_second(gamma * xhat + beta, x), cache
    ### END SOLUTION


def batchnorm_backward(df_dy: Tensor, cache: Cache) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients of the loss with respect to x, gamma and beta, in this order.

    df_dy: the shape of x. Returns dx (the shape of x), dgamma (C,), dbeta (C,).
    """
    ### BEGIN SOLUTION
    dy = channels_last(df_dy)
    x, mu, var, eps = cache["x"], cache["mu"], cache["var"], cache["eps"]
    dxhat = df_dxhat(dy, cache["gamma"])
    dvar = df_dvar(dxhat, x, mu, var, eps)
    dmu = df_dmu(dxhat, x, mu, var, eps, dvar)
    dx = df_dx(dxhat, x, mu, var, eps, dvar, dmu)
    return channels_second(dx, df_dy), df_dgamma(dy, cache["xhat"]), df_dbeta(dy)
    ### END SOLUTION


### BEGIN SOLUTION
def channels_last(x: Tensor) -> Tensor:
    """(N, C) or (N, C, H, W) as rows of channels, (M, C)."""
    return x.movedim(1, -1).reshape(-1, x.shape[1])


def channels_second(rows: Tensor, like: Tensor) -> Tensor:
    """Rows of channels, (M, C), back in the shape of `like`."""
    return rows.reshape(like.movedim(1, -1).shape).movedim(-1, 1)


### END SOLUTION
