"""The batch-norm pair against float64 autograd, against PyTorch's own, and by finite differences."""

from itertools import product

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from reference_solutions.batchnorm import (
    batchnorm_backward,
    batchnorm_forward,
    df_dbeta,
    df_dgamma,
    df_dmu,
    df_dvar,
    df_dx,
    df_dxhat,
)

SHAPES = [(6, 4), (2, 5), (7, 1), (2, 3, 4, 5), (1, 3, 5, 2), (5, 2, 1, 3), (3, 4, 7, 1)]
EPSILONS = [1e-3, 1e-5, 1e-6, 1e-8]
CASES = list(product(SHAPES, EPSILONS, [0.0, 1e5]))


def arguments(shape: tuple[int, ...], offset: float, eps: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """x with a deviation of about 10 sqrt(eps), gamma, beta, df/dy; all float64."""
    torch.manual_seed(hash((shape, eps)) % 2**31)
    x = offset + 10 * eps**0.5 * torch.randn(shape, dtype=torch.float64)
    gamma, beta = torch.randn(2, shape[1], dtype=torch.float64).unbind()
    return x, gamma, beta, torch.randn(shape, dtype=torch.float64)


def rounding(offset: float, eps: float) -> float:
    """Relative error that float64 leaves in a deviation of 10 sqrt(eps) around `offset`."""
    return 1e-12 + 1e-14 * offset / eps**0.5


@pytest.mark.parametrize(("shape", "eps", "offset"), CASES)
def test_forward_agrees_with_pytorch(shape: tuple[int, ...], eps: float, offset: float) -> None:
    x, gamma, beta, _ = arguments(shape, offset, eps)
    y, _ = batchnorm_forward(x, gamma, beta, eps)
    expected = F.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)
    torch.testing.assert_close(y, expected, rtol=0, atol=20 * rounding(offset, eps))


@pytest.mark.parametrize(("shape", "eps", "offset"), CASES)
def test_backward_agrees_with_autograd(shape: tuple[int, ...], eps: float, offset: float) -> None:
    x, gamma, beta, dy = arguments(shape, offset, eps)
    _, cache = batchnorm_forward(x, gamma, beta, eps)
    found = batchnorm_backward(dy, cache)
    leaves = [t.clone().requires_grad_() for t in (x, gamma, beta)]
    axes = [0, *range(2, x.ndim)]
    broadcast = [1, -1] + [1] * (x.ndim - 2)
    centred = leaves[0] - leaves[0].mean(dim=axes, keepdim=True)
    xhat = centred / torch.sqrt((centred**2).mean(dim=axes, keepdim=True) + eps)
    y = leaves[1].view(broadcast) * xhat + leaves[2].view(broadcast)
    for ours, theirs in zip(found, torch.autograd.grad(y, leaves, dy), strict=True):
        assert ours.shape == theirs.shape
        allowed = 100 * rounding(offset, eps) * max(1.0, 1 / eps**0.5 if ours.shape == x.shape else 1.0)
        torch.testing.assert_close(ours, theirs, rtol=0, atol=allowed)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("eps", [1e-3, 1e-8])
def test_backward_agrees_with_finite_differences(shape: tuple[int, ...], eps: float) -> None:
    x, gamma, beta, dy = arguments(shape, 0.0, eps)
    _, cache = batchnorm_forward(x, gamma, beta, eps)
    found = batchnorm_backward(dy, cache)
    for position, gradient in enumerate(found):
        step = 1e-4 * eps**0.5 if position == 0 else 1e-4
        numeric = torch.empty(gradient.numel(), dtype=gradient.dtype)
        for index in range(gradient.numel()):
            losses = []
            for sign in (1, -1):
                moved = [t.clone() for t in (x, gamma, beta)]
                moved[position].view(-1)[index] += sign * step
                losses.append((batchnorm_forward(*moved, eps)[0] * dy).sum())
            numeric[index] = (losses[0] - losses[1]) / (2 * step)
        scale = gradient.abs().max().item() + 1e-3 / (eps**0.5 if position == 0 else 1.0)
        torch.testing.assert_close(gradient.flatten(), numeric, rtol=0, atol=1e-6 * scale)


def test_float32_survives_a_large_mean() -> None:
    torch.manual_seed(0)
    x = torch.randn(64, 3) + 1e4
    y, _ = batchnorm_forward(x, torch.ones(3), torch.zeros(3))
    expected = F.batch_norm(x.double(), None, None, training=True)
    assert y.dtype == torch.float32
    assert (y - expected).abs().max() < 5e-3
    naive = (x.square().mean(dim=0) - x.mean(dim=0).square()).abs()
    assert (naive - x.double().var(dim=0, correction=0)).abs().max() > 0.2


def test_each_step_of_the_chain_is_the_partial_derivative_it_names() -> None:
    """The graph x -> mu, var -> xhat -> y, cut at each named node and differentiated there."""
    torch.manual_seed(1)
    eps = 1e-3
    x, dy = torch.randn(2, 9, 4, dtype=torch.float64).unbind()
    gamma, beta = torch.randn(2, 4, dtype=torch.float64).unbind()
    mu = x.mean(dim=0).requires_grad_()
    var = x.var(dim=0, correction=0).requires_grad_()
    inputs, scale, shift = (t.clone().requires_grad_() for t in (x, gamma, beta))
    xhat = (inputs - mu) / torch.sqrt(var + eps)
    loss = ((scale * xhat + shift) * dy).sum()
    dxhat, dgamma, dbeta, dvar, dmu = torch.autograd.grad(loss, (xhat, scale, shift, var, mu))
    constants = (x, mu.detach(), var.detach(), eps)
    torch.testing.assert_close(df_dgamma(dy, xhat.detach()), dgamma)
    torch.testing.assert_close(df_dbeta(dy), dbeta)
    torch.testing.assert_close(df_dxhat(dy, gamma), dxhat)
    torch.testing.assert_close(df_dvar(dxhat, *constants), dvar)
    torch.testing.assert_close(df_dmu(dxhat, *constants, dvar), dmu, rtol=1e-10, atol=1e-12)


def test_both_textbook_forms_of_df_dmu_are_equal_at_the_batch_mean() -> None:
    torch.manual_seed(2)
    x, dxhat = torch.randn(2, 9, 4, dtype=torch.float64).unbind()
    mu, var, eps = x.mean(dim=0), x.var(dim=0, correction=0), 1e-3
    short = -dxhat.sum(dim=0) / torch.sqrt(var + eps)
    torch.testing.assert_close(df_dmu(dxhat, x, mu, var, eps, torch.randn(4).double()), short, rtol=1e-12, atol=1e-12)


def test_df_dx_adds_the_three_paths() -> None:
    torch.manual_seed(4)
    x, dxhat = torch.randn(2, 9, 4, dtype=torch.float64).unbind()
    dvar, dmu = torch.randn(2, 4, dtype=torch.float64).unbind()
    leaf, mu, var = x.clone().requires_grad_(), x.mean(dim=0), x.var(dim=0, correction=0)
    direct = (dxhat * (leaf - mu) / torch.sqrt(var + 1e-3)).sum()
    through = (dmu * leaf.mean(dim=0)).sum() + (dvar * leaf.var(dim=0, correction=0)).sum()
    (expected,) = torch.autograd.grad(direct + through, leaf)
    torch.testing.assert_close(df_dx(dxhat, x, mu, var, 1e-3, dvar, dmu), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", [(6, 4), (2, 3, 4, 5)])
def test_shape_and_dtype_are_those_of_the_input(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    x, gamma, beta, dy = (t.to(dtype) for t in arguments(shape, 0.0, 1e-5))
    y, cache = batchnorm_forward(x, gamma, beta)
    results = (y, *batchnorm_backward(dy, cache))
    assert [r.shape for r in results] == [x.shape, x.shape, gamma.shape, beta.shape]
    assert {r.dtype for r in results} == {dtype}
