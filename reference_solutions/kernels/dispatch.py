"""Where the kernels run, and where PyTorch does the work instead."""

import os
from functools import cache
from importlib.util import find_spec

import torch
from torch import Tensor

DTYPES = (torch.float32, torch.bfloat16, torch.float16)


@cache
def triton_installed() -> bool:
    """Whether Triton can be imported; it has no wheels for macOS and Windows."""
    return find_spec("triton") is not None


@cache
def _kernels_run_on(device: torch.device) -> bool:
    if device.type == "cuda":  # 8.0 (Ampere) is the first with bfloat16
        return torch.cuda.get_device_capability(device) >= (8, 0)
    return device.type == "cpu" and os.environ.get("TRITON_INTERPRET") == "1"


def runs_in_triton(x: Tensor) -> bool:
    """Whether the operators on x run as Triton kernels: on a recent GPU, or on a CPU through Triton's interpreter
    when TRITON_INTERPRET=1 was set before this process first imported Triton.
    """
    return x.numel() > 0 and x.dtype in DTYPES and triton_installed() and _kernels_run_on(x.device)


def in_layout_of(x: Tensor, like: Tensor) -> Tensor:
    """x with the strides of `like`, copied only where they differ."""
    return x if x.stride() == like.stride() else torch.empty_like(like, dtype=x.dtype).copy_(x)


def in_float32_or_better(x: Tensor) -> Tensor:
    """x, with half precision widened to float32."""
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x
