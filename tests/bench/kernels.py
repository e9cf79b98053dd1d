"""Achieved memory bandwidth of the Swish and batch-norm kernels, beside a copy and beside what PyTorch has.

Bandwidth is the bytes that must move (each operator's element transfers times the size of the tensor) over the median
time, whatever an implementation moves in fact; the aim is 80% of the copy's, the faster of one before and one after.
Times are CUDA events around several calls that were queued before the clock starts, so no launch is waited for, each on
the next of several input sets, so none finds its input in the L2 cache; compilation and warm-up are excluded. Every
implementation is first compared with float64 on a smaller input of the same layout.

    python tests/bench/kernels.py [--shape 2048 16 32 32] [--runs 20] [--sweep] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby, product
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from reference_solutions import activations, batchnorm
from reference_solutions.kernels.batchnorm import batchnorm_backward, batchnorm_forward
from reference_solutions.kernels.dispatch import runs_in_triton
from reference_solutions.kernels.swish import swish_backward, swish_forward

CALLS, EPS, AIM = 12, 1e-5, 0.8
COPY, KERNEL = "copy", "kernel"
Call = Callable[[], Tensor]


@dataclass(frozen=True)
class Inputs:
    """What the operators take; a leaf x for those whose backward pass goes through autograd."""

    x: Tensor
    df_dy: Tensor
    gamma: Tensor
    beta: Tensor


def make_inputs(shape: list[int], dtype: torch.dtype, memory_format: torch.memory_format, device: str) -> Inputs:
    """Random inputs, never zeros, which can run faster than data does."""
    x, df_dy = (torch.randn(shape, device=device).to(dtype).contiguous(memory_format=memory_format) for _ in range(2))
    gamma, beta = torch.rand(2, shape[1], device=device).add(0.5).unbind()
    return Inputs(x.requires_grad_(), df_dy, gamma, beta)


def backward_by_hand(x: Tensor, df_dy: Tensor, gamma: Tensor, beta: Tensor, mu: Tensor, var: Tensor) -> Tensor:
    """Batch norm's df/dx in plain operators, from saved statistics: what torch.compile is given to fuse."""
    wide = [t.view(1, -1, 1, 1) for t in (mu, torch.rsqrt(var + EPS), gamma)]
    xhat, dy = (x.float() - wide[0]) * wide[1], df_dy.float()
    mean_dy, mean_dy_xhat = (t.mean(dim=(0, 2, 3), keepdim=True) for t in (dy, dy * xhat))
    return (wide[2] * wide[1] * (dy - mean_dy - xhat * mean_dy_xhat)).to(x.dtype)


def swished_backward_by_hand(x: Tensor, df_dy: Tensor, gamma: Tensor, beta: Tensor, mu: Tensor, var: Tensor) -> Tensor:
    """The same behind a Swish."""
    wide = [t.view(1, -1, 1, 1) for t in (mu, torch.rsqrt(var + EPS), gamma, beta)]
    z = (x.float() - wide[0]) * wide[1] * wide[2] + wide[3]
    return backward_by_hand(x, df_dy.float() * activations.swish_derivative(z), gamma, beta, mu, var)


def swish_backward_eager(x: Tensor, df_dy: Tensor) -> Tensor:
    """Swish's df/dx in plain operators."""
    return df_dy * activations.swish_derivative(x)


COMPILED = {
    f: torch.compile(f, dynamic=False)
    for f in (activations.swish, swish_backward_eager, backward_by_hand, swished_backward_by_hand)
}


def swish_contenders(given: Inputs) -> Iterator[tuple[str, int, str, Call]]:
    """(operator, element transfers, implementation, call) of Swish."""
    x, df_dy, leaf = given.x.detach(), given.df_dy, given.x
    yield "swish forward", 2, "eager", lambda: activations.swish(x)
    yield "swish forward", 2, "compile", lambda: COMPILED[activations.swish](x)
    yield "swish forward", 2, "F.silu", lambda: F.silu(x)
    yield "swish forward", 2, KERNEL, lambda: swish_forward(x)
    silu = F.silu(leaf)
    yield "swish backward", 3, "eager", lambda: swish_backward_eager(x, df_dy)
    yield "swish backward", 3, "compile", lambda: COMPILED[swish_backward_eager](x, df_dy)
    yield "swish backward", 3, "F.silu", lambda: torch.autograd.grad(silu, leaf, df_dy, retain_graph=True)[0]
    yield "swish backward", 3, KERNEL, lambda: swish_backward(df_dy, x)


def batchnorm_contenders(given: Inputs, swish: bool) -> Iterator[tuple[str, int, str, Call]]:
    """The same of batch norm's backward pass, alone or behind a Swish."""
    x, df_dy, leaf, gamma, beta = given.x.detach(), given.df_dy, given.x, given.gamma, given.beta
    name = f"batch norm{' and swish' if swish else ''} backward"
    _, cache = batchnorm_forward(x, gamma, beta, EPS, swish)
    statistics_ = (x, df_dy, gamma, beta, cache["mu"], cache["var"])
    by_hand = swished_backward_by_hand if swish else backward_by_hand
    if not swish:  # the reference that students are compared with, in the dtype of x
        _, slow = batchnorm.batchnorm_forward(x, gamma.to(x.dtype), beta.to(x.dtype), EPS)
        yield name, 5, "reference", lambda: batchnorm.batchnorm_backward(df_dy, slow)[0]
    yield name, 5, "eager", lambda: by_hand(*statistics_)
    yield name, 5, "compile", lambda: COMPILED[by_hand](*statistics_)
    y = F.batch_norm(leaf, None, None, gamma, beta, training=True, eps=EPS)
    y = F.silu(y) if swish else y
    yield name, 5, "F.batch_norm", lambda: torch.autograd.grad(y, leaf, df_dy, retain_graph=True)[0]
    yield name, 5, KERNEL, lambda: batchnorm_backward(df_dy, cache)[0]


def contenders(given: Inputs) -> list[tuple[str, int, str, Call]]:
    """Every implementation on one set of inputs; the copy first."""
    x, into = given.x.detach(), torch.empty_like(given.x.detach())
    found = [(COPY, 2, "copy_", lambda: into.copy_(x)), *swish_contenders(given)]
    return [*found, *batchnorm_contenders(given, False), *batchnorm_contenders(given, True)]


def check(small: Inputs) -> None:
    """Raise AssertionError for an implementation that is wrong, judged by ||found - true|| / ||true||."""
    x, gamma, beta = (t.detach().double().cpu().requires_grad_() for t in (small.x, small.gamma, small.beta))
    normalised = F.batch_norm(x, None, None, gamma, beta, training=True, eps=EPS)
    outputs = {"swish": F.silu(x), "batch norm": normalised, "batch norm and swish": F.silu(normalised)}
    true = {COPY: x.detach(), "swish forward": outputs["swish"].detach()}
    for name, y in outputs.items():
        true[f"{name} backward"] = torch.autograd.grad(y, x, small.df_dy.double().cpu(), retain_graph=True)[0]
    allowed = 1e-5 if small.x.dtype == torch.float32 else 2e-2  # eager bfloat16 rounds after every operator
    for operator, _, implementation, call in contenders(small):
        error = (call().detach().double().cpu() - true[operator]).norm() / true[operator].norm()
        assert error <= allowed, f"{operator} by {implementation} is wrong: relative error {error:.1e}"


@dataclass(frozen=True)
class Measured:
    """An operator by one implementation: median seconds a call, and bytes a second of those that must move."""

    operator: str
    implementation: str
    seconds: float
    bandwidth: float


def seconds(calls: list[Call], runs: int) -> float:
    """Median seconds of a call; `calls` are the same on different inputs."""
    for call in calls * 2:
        call()
    times = []
    for _ in range(runs):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda._sleep(40_000_000)  # 20 ms or more in which the calls below are queued
        start.record()
        for i in range(CALLS):
            calls[i % len(calls)]()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) / 1000 / CALLS)
    return statistics.median(times)


def sets_needed(tensor_bytes: int, cache_bytes: int) -> int:
    """So many sets of inputs that four caches' worth of others is read before a tensor is read again."""
    return max(3, math.ceil(4 * cache_bytes / tensor_bytes) + 1)


def reach_full_clocks(call: Call) -> None:
    """Call it for half a second: an idle GPU has clocked itself down."""
    until = time.perf_counter() + 0.5
    while time.perf_counter() < until:
        call()
        torch.cuda.synchronize()


def measure(shape: list[int], dtype: torch.dtype, memory_format: torch.memory_format, runs: int) -> list[Measured]:
    """Check, then time every implementation; the copy is first and last."""
    torch.compiler.reset()  # past a number of recompilations it would fall back to eager
    check(make_inputs([7, shape[1], 9, 11], dtype, memory_format, "cuda"))
    tensor = torch.Size(shape).numel() * dtype.itemsize
    count = sets_needed(tensor, torch.cuda.get_device_properties(0).L2_cache_size)
    sets = [contenders(make_inputs(shape, dtype, memory_format, "cuda")) for _ in range(count)]
    reach_full_clocks(sets[0][0][-1])
    found = []
    for row in [*zip(*sets, strict=True), [contender[0] for contender in sets]]:
        operator, transfers, implementation, _ = row[0]
        took = seconds([call for *_, call in row], runs)
        found.append(Measured(operator, implementation, took, transfers * tensor / took))
    return found


def table(measured: list[Measured]) -> list[str]:
    """A line an implementation, and after each operator the kernel's ratio to the others and to the aim."""
    copy = max(m.bandwidth for m in measured if m.operator == COPY)
    lines = []
    for operator, group in groupby(measured, lambda m: m.operator):
        rows = list(group)
        for m in rows:
            rate = f"{m.bandwidth / 1e9:9.0f} GB/s{m.bandwidth / copy:7.0%} of the copy"
            lines.append(f"  {operator:30}{m.implementation:14}{m.seconds * 1e6:9.1f} µs{rate}")
        ours = next((m for m in rows if m.implementation == KERNEL), None)
        if ours:
            others = ", ".join(
                f"{m.seconds / ours.seconds:.2f} x as fast as {m.implementation}" for m in rows if m is not ours
            )
            share = ours.bandwidth / copy
            verdict = f"{share:.0%} of the copy, aim {AIM:.0%}: {'reached' if share >= AIM else 'missed'}"
            lines.append(f"  -> {operator}: the kernel is {others}; {verdict}")
    return lines


def sweep(shape: list[int], runs: int) -> None:
    """Other tiles, warps and numbers of programs for batch norm's backward pass, in both dtypes and layouts."""
    from reference_solutions.kernels import batchnorm_triton as kernels

    for dtype, form in product((torch.bfloat16, torch.float32), (torch.contiguous_format, torch.channels_last)):
        sets = [make_inputs(shape, dtype, form, "cuda") for _ in range(3)]
        tried = {}
        for tile, warps, parts in product((1024, 2048, 4096), (4, 8), (264, 512, 1024)):
            kernels.TILE, kernels.WARPS, kernels.PARTS = tile, warps, parts
            calls = [list(batchnorm_contenders(given, True))[-1][-1] for given in sets]
            tried[f"tile {tile} warps {warps} programs {parts}"] = seconds(calls, runs)
        print(f"\n{str(dtype)[6:]} {str(form)[6:]}, fastest first")
        for name, took in sorted(tried.items(), key=lambda pair: pair[1]):
            print(f"  {name}: {took * 1e6:.1f} µs")


def main() -> None:
    """Print the tables, or that there is nothing to measure on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", type=int, nargs=4, default=[2048, 16, 32, 32])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--sweep", action="store_true", help="try other block sizes instead")
    parser.add_argument("--json", type=Path, help="write the numbers there too")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    if not torch.cuda.is_available() or not runs_in_triton(torch.ones(1, device="cuda")):
        print("This benchmark needs a CUDA GPU of compute capability 8.0 or more, and Triton; nothing was measured.")
        return
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    if arguments.sweep:
        sweep(arguments.shape, arguments.runs)
        return
    everything = {}
    for dtype, form in product((torch.bfloat16, torch.float32), (torch.contiguous_format, torch.channels_last)):
        measured = measure(arguments.shape, dtype, form, arguments.runs)
        name = f"{tuple(arguments.shape)} {str(dtype)[6:]} {str(form)[6:]}"
        print(f"\n{name}, median of {arguments.runs} runs", *table(measured), sep="\n")
        everything[name] = [vars(m) for m in measured]
    if arguments.json:
        arguments.json.write_text(json.dumps({"gpu": torch.cuda.get_device_name(), "measured": everything}, indent=2))


if __name__ == "__main__":
    main()
