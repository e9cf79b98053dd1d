"""What one submission may use."""

from __future__ import annotations

import math
from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Bounds on one submission; seconds are wall time, sizes are bytes.

    `probe_seconds` caps what each probe allows itself. `memory` bounds the whole process tree by
    polling and each process by RLIMIT_DATA: importing torch 2.15 for CUDA 13 takes 0.72 GiB of data
    but 3.0 GiB of address space, so RLIMIT_AS would have to be too generous to bound anything.
    """

    total_seconds: float = 120.0
    startup_seconds: float = 60.0
    import_seconds: float = 10.0
    probe_seconds: float = math.inf
    memory: int = 3072 * MIB
    processes: int = 64
    open_files: int = 256
    file_size: int = 64 * MIB
    temporary: int = 256 * MIB
    shared: int = 256 * MIB
    scratch_files: int = 20_000
    output: int = 64 * MIB
    kept_output: int = 8_000
    evidence: int = 256 * MIB
    threads: int = 1

    def for_kernel(self, processes: int) -> dict[str, int]:
        """The part that the worker sets on itself with setrlimit, by the limit's name."""
        return {
            "CPU": math.ceil(self.total_seconds),
            "DATA": self.memory,
            "NPROC": processes,
            "NOFILE": self.open_files,
            "FSIZE": self.file_size,
            "CORE": 0,
        }
