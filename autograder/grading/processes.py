"""What a tree of processes uses, read from /proc without asking the processes."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """`pid` and everything below it that is alive, parents first."""
    found = [pid]
    for current in found:
        with contextlib.suppress(OSError):
            for thread in (_PROC / str(current) / "task").iterdir():
                with contextlib.suppress(OSError):
                    found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def resident(pids: list[int]) -> int:
    """Bytes in memory: RSS of a lone process, the sum of PSS where pages are shared between several.

    Forked DataLoader workers share torch's pages, which a sum of RSS would count once a worker.
    """
    sizes = {pid: size for pid in pids if (size := _rss(pid)) > 16 * 2**20}
    if len(sizes) < 2:
        return sum(sizes.values())
    return sum(_pss(pid, size) for pid, size in sizes.items())


def resident_at_most(pids: list[int]) -> int:
    """An upper bound of `resident` that costs little: shared pages are counted in each process."""
    return sum(map(_rss, pids))


def cpu_seconds(pids: list[int]) -> float:
    """Processor time of living processes and of the children that they have outlived."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError):
            ticks += sum(map(int, (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks / _TICKS


def waits_for_cpu(pids: list[int]) -> dict[int, float]:
    """Seconds that each thread was ready to run while the machine ran something else, by the thread's id."""
    found = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for thread in (_PROC / str(pid) / "task").iterdir():
                with contextlib.suppress(OSError, IndexError, ValueError):
                    found[int(thread.name)] = int((thread / "schedstat").read_text().split()[1]) / 1e9
    return found


def marked(name: str, value: str) -> list[int]:
    """Processes that inherited the environment variable `name=value`."""
    mark, found = f"{name}={value}".encode(), []
    for entry in _PROC.iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def owned_by(uid: int) -> list[int]:
    """Processes and threads of a user: one entry a thread, as RLIMIT_NPROC counts them."""
    found = []
    for entry in _PROC.iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == uid:
                found += [int(entry.name)] * sum(1 for _ in (entry / "task").iterdir())
    return found


def _rss(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _pss(pid: int, otherwise: int) -> int:
    with contextlib.suppress(OSError):
        for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return otherwise
