"""Batch norm forward and backward with an optional Swish behind it, in float32 whatever the dtype of x.

A dense x is read as (outer, channels, inner): (N, C, H * W) where it is contiguous, (N * H * W, C, 1) where it is
channels_last. Sums over a channel take two stages: each of about PARTS programs adds up its own tiles, then one program
a channel adds up those partial sums. The order depends on the shape and the layout alone, so equal inputs give equal
bits: no atomics, and no autotuner, whose choice would change the order from run to run.

Backward moves 5 elements for each of x: x and dy into the sums, x and dy again into dx, dx. Swish adds none, since its
input is recomputed from x.
"""

from typing import NamedTuple

import torch
import triton
import triton.language as tl
from torch import Tensor

from reference_solutions.kernels.dispatch import in_layout_of
from reference_solutions.kernels.swish_triton import swish_of, swish_slope

# Unmeasured so far; reckoned for an H100 (132 multiprocessors): 16 elements a thread of each input in flight, and 512
# programs, 4 a multiprocessor, which the 96 registers a thread of the widest variant leave resident all at once.
TILE, WARPS, PARTS = 2048, 4, 512
WIDEST = 128  # channels a tile where channels are adjacent: 256 bytes of bfloat16 a row


class Plan(NamedTuple):
    """How a tensor is cut: its extents, the tile's, and how many tiles and programs a block of channels has."""

    outer: int
    channels: int
    inner: int
    tile: tuple[int, int, int]
    blocks: int
    tiles: int
    parts: int


@triton.jit
def _tile(number, block, outer, channels, inner, TO: tl.constexpr, TC: tl.constexpr, TI: tl.constexpr):
    """Offsets of a tile's elements (TO, TC, TI), and which of them exist."""
    across = tl.cdiv(inner, TI)
    o = (number // across * TO + tl.arange(0, TO)).to(tl.int64)[:, None, None]
    c = (block * TC + tl.arange(0, TC))[None, :, None]
    i = (number % across * TI + tl.arange(0, TI))[None, None, :]
    return (o * channels + c) * inner + i, (o < outer) & (c < channels) & (i < inner)


@triton.jit
def _channels(block, channels, TC: tl.constexpr):
    """A block's channels (1, TC, 1), and which of them exist."""
    c = (block * TC + tl.arange(0, TC))[None, :, None]
    return c, c < channels


@triton.jit
def _df_dy(df_da, xhat, gamma, beta, SWISH: tl.constexpr):
    """Gradient with respect to batch norm's output, from that with respect to what follows it."""
    if SWISH:
        df_da = df_da * swish_slope(gamma * xhat + beta)
    return df_da


@triton.jit
def _sums(
    x, df_da, mu, var, gamma, beta, eps, partial, outer, channels, inner, blocks, tiles, parts,
    BACKWARD: tl.constexpr, SWISH: tl.constexpr, TO: tl.constexpr, TC: tl.constexpr, TI: tl.constexpr,
):  # fmt: skip
    """First stage, into partial (2, channels, parts): sums of x - mu and its square; backward, of dy and dy * xhat."""
    block, part = tl.program_id(0) % blocks, tl.program_id(0) // blocks
    c, real = _channels(block, channels, TC)
    mean = tl.load(mu + c, mask=real, other=0.0)
    if BACKWARD:
        rstd = 1 / tl.sqrt(tl.load(var + c, mask=real, other=1.0) + eps)
        scale = tl.load(gamma + c, mask=real, other=0.0).to(tl.float32)
        shift = tl.load(beta + c, mask=real, other=0.0).to(tl.float32)
    first = tl.zeros((TO, TC, TI), tl.float32)
    second = tl.zeros((TO, TC, TI), tl.float32)
    number = part
    while number < tiles:  # not a range: Triton 3.6's interpreter cannot count over tensors with NumPy 2.4
        at, inside = _tile(number, block, outer, channels, inner, TO, TC, TI)
        centred = tl.load(x + at, mask=inside, other=0.0).to(tl.float32) - mean
        if BACKWARD:
            given = tl.load(df_da + at, mask=inside, other=0.0).to(tl.float32)
            dy = _df_dy(given, centred * rstd, scale, shift, SWISH)
            first += dy
            second += dy * (centred * rstd)
        else:
            centred = tl.where(inside, centred, 0.0)
            first += centred
            second += centred * centred
        number += parts
    into = partial + c * parts + part
    tl.store(into, tl.sum(tl.sum(first, 2, keep_dims=True), 0, keep_dims=True), mask=real)
    tl.store(into + channels * parts, tl.sum(tl.sum(second, 2, keep_dims=True), 0, keep_dims=True), mask=real)


@triton.jit
def _finish(partial, mu, first, second, count, channels, parts, MOMENTS: tl.constexpr, PARTS: tl.constexpr):
    """Second stage, one program a channel: the two sums, or the mean and biased variance from them."""
    c = tl.program_id(0)
    at = tl.arange(0, PARTS)
    a = tl.sum(tl.load(partial + c * parts + at, mask=at < parts, other=0.0), 0)
    b = tl.sum(tl.load(partial + (channels + c) * parts + at, mask=at < parts, other=0.0), 0)
    if MOMENTS:
        b = tl.maximum((b - a * (a / count)) / count, 0.0)
        a = tl.load(mu + c) + a / count
    tl.store(first + c, a)
    tl.store(second + c, b)


@triton.jit
def _normalise(
    x, y, mu, var, gamma, beta, eps, outer, channels, inner, blocks, tiles,
    SWISH: tl.constexpr, TO: tl.constexpr, TC: tl.constexpr, TI: tl.constexpr,
):  # fmt: skip
    block, number = tl.program_id(0) % blocks, tl.program_id(0) // blocks
    c, real = _channels(block, channels, TC)
    at, inside = _tile(number, block, outer, channels, inner, TO, TC, TI)
    value = tl.load(x + at, mask=inside, other=0.0).to(tl.float32)
    xhat = (value - tl.load(mu + c, mask=real)) / tl.sqrt(tl.load(var + c, mask=real, other=1.0) + eps)
    out = xhat * tl.load(gamma + c, mask=real).to(tl.float32) + tl.load(beta + c, mask=real).to(tl.float32)
    if SWISH:
        out = swish_of(out)
    tl.store(y + at, out.to(y.dtype.element_ty), mask=inside)


@triton.jit
def _df_dx(
    x, df_da, dx, mu, var, gamma, beta, eps, dbeta, dgamma, count, outer, channels, inner, blocks, tiles,
    SWISH: tl.constexpr, TO: tl.constexpr, TC: tl.constexpr, TI: tl.constexpr,
):  # fmt: skip
    block = tl.program_id(0) % blocks
    number = tiles - 1 - tl.program_id(0) // blocks  # backwards: what the sums read last may still be in the L2 cache
    c, real = _channels(block, channels, TC)
    at, inside = _tile(number, block, outer, channels, inner, TO, TC, TI)
    value = tl.load(x + at, mask=inside, other=0.0).to(tl.float32)
    given = tl.load(df_da + at, mask=inside, other=0.0).to(tl.float32)
    rstd = 1 / tl.sqrt(tl.load(var + c, mask=real, other=1.0) + eps)
    scale = tl.load(gamma + c, mask=real, other=0.0).to(tl.float32)
    xhat = (value - tl.load(mu + c, mask=real, other=0.0)) * rstd
    dy = _df_dy(given, xhat, scale, tl.load(beta + c, mask=real, other=0.0).to(tl.float32), SWISH)
    mean_dy = tl.load(dbeta + c, mask=real, other=0.0) / count
    mean_dy_xhat = tl.load(dgamma + c, mask=real, other=0.0) / count
    out = scale * rstd * (dy - mean_dy - xhat * mean_dy_xhat)
    tl.store(dx + at, out.to(dx.dtype.element_ty), mask=inside)


def plan(x: Tensor) -> Plan:
    """How to cut x, (N, C) or (N, C, H, W), dense in one of the two layouts."""
    channels = x.shape[1]
    if x.ndim == 2 or x.is_contiguous(memory_format=torch.channels_last):
        outer, inner = x.numel() // channels, 1
        wide = min(triton.next_power_of_2(channels), WIDEST)
        tile = (TILE // wide, wide, 1)
    else:
        outer, inner = x.shape[0], x.numel() // (x.shape[0] * channels)
        wide = min(triton.next_power_of_2(inner), TILE)
        tile = (TILE // wide, 1, wide)
    blocks = triton.cdiv(channels, tile[1])
    tiles = triton.cdiv(outer, tile[0]) * triton.cdiv(inner, tile[2])
    return Plan(outer, channels, inner, tile, blocks, tiles, max(1, min(PARTS // blocks, tiles)))


def dense(x: Tensor) -> Tensor:
    """x itself where it is contiguous or channels_last, else a contiguous copy."""
    last = x.ndim == 4 and x.is_contiguous(memory_format=torch.channels_last)
    return x if last else x.contiguous()


def _channel_sums(
    p: Plan, x: Tensor, df_da: Tensor, mu: Tensor, var: Tensor, gamma: Tensor, beta: Tensor, eps: float,
    backward: bool, swish: bool,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Both stages; returns the mean and variance around the guess mu, or backward dbeta and dgamma; float32 (C,)."""
    partial, found = mu.new_empty(2, p.channels, p.parts), mu.new_empty(2, p.channels)
    _sums[(p.blocks * p.parts,)](
        x, df_da, mu, var, gamma, beta, eps, partial, *p[:3], p.blocks, p.tiles, p.parts,
        BACKWARD=backward, SWISH=swish, TO=p.tile[0], TC=p.tile[1], TI=p.tile[2], num_warps=WARPS,
    )  # fmt: skip
    _finish[(p.channels,)](
        partial, mu, found[0], found[1], float(p.outer * p.inner), p.channels, p.parts,
        MOMENTS=not backward, PARTS=triton.next_power_of_2(p.parts), num_warps=WARPS,
    )  # fmt: skip
    return found[0], found[1]


def forward(x: Tensor, gamma: Tensor, beta: Tensor, eps: float, swish: bool) -> tuple[Tensor, Tensor, Tensor]:
    """x: `dense`. Returns (y, mean, biased variance), the last two float32 (C,).

    The variance is the corrected two-pass one (Chan, Golub and LeVeque 1983), accurate for inputs with a large mean.
    """
    p, y = plan(x), torch.empty_like(x)
    with torch.cuda.device_of(x):
        mu = torch.zeros(p.channels, dtype=torch.float32, device=x.device)
        mu, _ = _channel_sums(p, x, x, mu, mu, gamma, beta, eps, False, False)
        mu, var = _channel_sums(p, x, x, mu, mu, gamma, beta, eps, False, False)
        _normalise[(p.blocks * p.tiles,)](
            x, y, mu, var, gamma, beta, eps, *p[:3], p.blocks, p.tiles,
            SWISH=swish, TO=p.tile[0], TC=p.tile[1], TI=p.tile[2], num_warps=WARPS,
        )  # fmt: skip
    return y, mu, var


def backward(
    df_da: Tensor, x: Tensor, mu: Tensor, var: Tensor, gamma: Tensor, beta: Tensor, eps: float, swish: bool
) -> tuple[Tensor, Tensor, Tensor]:
    """x: `dense`; df_da: the shape of x. Returns dx of the layout of x, and dgamma and dbeta, float32 (C,)."""
    p, dx = plan(x), torch.empty_like(x)
    df_da = in_layout_of(df_da, x)
    with torch.cuda.device_of(x):
        dbeta, dgamma = _channel_sums(p, x, df_da, mu, var, gamma, beta, eps, True, swish)
        _df_dx[(p.blocks * p.tiles,)](
            x, df_da, dx, mu, var, gamma, beta, eps, dbeta, dgamma, float(p.outer * p.inner), *p[:3], p.blocks, p.tiles,
            SWISH=swish, TO=p.tile[0], TC=p.tile[1], TI=p.tile[2], num_warps=WARPS,
        )  # fmt: skip
    return dx, dgamma, dbeta
