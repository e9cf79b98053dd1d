"""What can be known without a GPU of tests/bench/kernels.py: its contenders are right, and its arithmetic is."""

import runpy
from itertools import product
from pathlib import Path

import pytest
import torch

BENCH = Path(__file__).parents[1] / "bench/kernels.py"


@pytest.fixture(scope="module")
def bench():
    """The script's names, with torch.compile left out: a compiler for the CPU would say nothing of a GPU's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "compile", lambda f, **_: f)
        return runpy.run_path(str(BENCH))


@pytest.mark.parametrize(
    ("dtype", "form"), product((torch.bfloat16, torch.float32), (torch.contiguous_format, torch.channels_last)), ids=str
)
def test_every_contender_calculates_what_it_is_measured_for(bench, dtype, form):
    torch.manual_seed(0)
    small = bench["make_inputs"]([7, 16, 9, 11], dtype, form, "cpu")
    bench["check"](small)
    assert all(call().dtype == dtype for *_, call in bench["contenders"](small))


def test_bandwidth_counts_the_bytes_that_must_move(bench):
    small = bench["make_inputs"]([2, 4, 3, 3], torch.float32, torch.contiguous_format, "cpu")
    transfers = {operator: count for operator, count, *_ in bench["contenders"](small)}
    swish = {"copy": 2, "swish forward": 2, "swish backward": 3}
    assert transfers == {**swish, "batch norm backward": 5, "batch norm and swish backward": 5}


@pytest.mark.parametrize("tensor", [2**16, 2**24, 67 * 10**6])
def test_what_was_read_is_out_of_the_cache_when_it_is_read_again(bench, tensor):
    cache = 50 * 2**20
    assert (bench["sets_needed"](tensor, cache) - 1) * tensor >= 4 * cache


def test_the_table_ends_each_operator_with_the_ratios(bench):
    measured = [
        bench["Measured"](operator, implementation, took, bandwidth)
        for operator, implementation, took, bandwidth in (
            ("copy", "copy_", 1e-4, 1e12),
            ("swish forward", "eager", 3e-4, 0.3e12),
            ("swish forward", "kernel", 1e-4, 0.9e12),
            ("batch norm backward", "compile", 2e-4, 0.7e12),
            ("batch norm backward", "kernel", 4e-4, 0.35e12),
            ("copy", "copy_", 1e-4, 1.25e12),  # the faster of the two is the measure
        )
    ]
    said = [line for line in bench["table"](measured) if "->" in line]
    assert said == [
        "  -> swish forward: the kernel is 3.00 x as fast as eager; 72% of the copy, aim 80%: missed",
        "  -> batch norm backward: the kernel is 0.50 x as fast as compile; 28% of the copy, aim 80%: missed",
    ]
