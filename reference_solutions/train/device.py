"""What the machine has: device, precision and memory format, and their names for the record."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from reference_solutions.train.unusable import UnusableInput

Precision = Literal["auto", "bf16", "float32"]


@dataclass(frozen=True)
class Execution:
    """How a run is computed; the same settings give the same result within noise whatever it is.

    bf16: autocast to bfloat16, parameters stay float32. compile, cuda_graphs: as torch.compile has them.
    """

    device: torch.device
    bf16: bool
    channels_last: bool
    compile: bool = False
    cuda_graphs: bool = False

    @property
    def precision(self) -> str:
        """bf16 or float32."""
        return "bf16" if self.bf16 else "float32"

    @property
    def memory_format(self) -> torch.memory_format:
        """That of images and weights."""
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def prepare(self) -> None:
        """Choose the algorithms that give the same numbers every time."""
        if self.device.type == "cuda":
            torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False

    def wait(self) -> None:
        """Until the device has done what it was given."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def choose_execution(
    device: str = "auto", precision: Precision = "auto", compile: bool = False, cuda_graphs: bool = False
) -> Execution:
    """The fastest way on this machine, within what is asked for. Raises UnusableInput for a device that is not there.

    On a CPU bfloat16 pays only where the processor multiplies it. channels_last suits tensor cores, and on a CPU
    saves batch norm's and ReLU's share of the time (tests/bench/train_throughput.py measures both formats).
    """
    where = _device(device)
    bf16 = _multiplies_bf16(where) if precision == "auto" else precision == "bf16"
    cuda = where.type == "cuda"
    return Execution(where, bf16, channels_last=True, compile=compile or cuda_graphs, cuda_graphs=cuda_graphs and cuda)


def precision_named(name: str) -> Precision:
    """Raises UnusableInput for a name that is none."""
    if name == "auto" or name == "bf16" or name == "float32":
        return name
    raise UnusableInput(f"--precision {name}: expected auto, bf16 or float32")


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        raise UnusableInput(f"--device {name}: this machine has no such device that works ({reason})") from None
    return device


def _multiplies_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type != "cpu" or not torch.backends.mkldnn.is_available():
        return False
    checks = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, check, lambda: False)() for check in checks)


def hardware(device: torch.device) -> str:
    """What computes, in words."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_processor()}, {torch.get_num_threads()} threads"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.is_file() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
