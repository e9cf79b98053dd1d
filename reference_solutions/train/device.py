"""What the machine has: device, precision and memory format, and their names for the record."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from reference_solutions.kernels.dispatch import runs_in_triton
from reference_solutions.train.unusable import UnusableInput

Precision = Literal["auto", "bf16", "float32"]
Kernels = Literal["auto", "on", "off"]


@dataclass(frozen=True)
class Execution:
    """How a run is computed; the same settings give the same result within noise whatever it is.

    bf16: autocast to bfloat16, parameters stay float32. compile: the forward and backward pass by torch.compile.
    cuda_graphs: both passes captured once and replayed. kernels: those of reference_solutions.kernels where they fit.
    """

    device: torch.device
    bf16: bool
    channels_last: bool
    compile: bool = False
    cuda_graphs: bool = False
    kernels: bool = False

    def __str__(self) -> str:
        """What decides the last bits of a result."""
        ways = {"kernels": self.kernels, "compiled": self.compile, "CUDA graphs": self.cuda_graphs}
        return ", ".join([f"{self.device.type} {self.precision}", *(way for way, used in ways.items() if used)])

    @property
    def precision(self) -> str:
        """bf16 or float32."""
        return "bf16" if self.bf16 else "float32"

    @property
    def memory_format(self) -> torch.memory_format:
        """That of images and weights."""
        return torch.channels_last if self.channels_last else torch.contiguous_format

    def autocast(self) -> torch.autocast:
        """The context of a forward pass."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def prepare(self) -> None:
        """Choose the algorithms that give the same numbers every time."""
        if self.device.type == "cuda":
            torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False

    def wait(self) -> None:
        """Until the device has done what it was given."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def choose_execution(
    device: str = "auto",
    precision: Precision = "auto",
    compile: bool = False,
    cuda_graphs: bool = False,
    kernels: Kernels = "auto",
) -> Execution:
    """The fastest way on this machine, within what is asked for. Raises UnusableInput for a device that is not there,
    and for kernels that do not run on it or beside torch.compile.

    On a CPU bfloat16 pays only where the processor multiplies it, and there are no CUDA graphs. channels_last suits
    tensor cores, and on a CPU saves batch norm's and ReLU's share of the time (tests/bench/train_throughput.py
    measures both formats). torch.compile fuses Swish itself, so kernels = auto leaves that to it.
    """
    where = _device(device)
    bf16 = _multiplies_bf16(where) if precision == "auto" else precision == "bf16"
    cuda = where.type == "cuda"
    runs = kernels != "off" and runs_in_triton(torch.empty(1, device=where))
    if kernels == "on" and compile:
        raise UnusableInput("--kernels on with --compile: torch.compile fuses these layers itself; leave out one")
    if kernels == "on" and not runs:
        raise UnusableInput(
            "--kernels on: they need a CUDA GPU of compute capability 8.0 or more, and Triton; use auto"
        )
    return Execution(
        where,
        bf16,
        channels_last=True,
        compile=compile,
        cuda_graphs=cuda_graphs and cuda,
        kernels=runs and (kernels == "on" or (cuda and not compile)),
    )


def precision_named(name: str) -> Precision:
    """Raises UnusableInput for a name that is none."""
    if name == "auto" or name == "bf16" or name == "float32":
        return name
    raise UnusableInput(f"--precision {name}: expected auto, bf16 or float32")


def kernels_named(name: str) -> Kernels:
    """Raises UnusableInput for a name that is none."""
    if name == "auto" or name == "on" or name == "off":
        return name
    raise UnusableInput(f"--kernels {name}: expected auto, on or off")


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
