"""Watches what a running cell uses: time by what it is doing, memory, processes and files."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

from autograder.grading.limits import MIB, Limits
from autograder.grading.processes import cpu_seconds, resident, resident_at_most, waited_for_cpu
from autograder.grading.sandbox import Cell
from autograder.grading.statuses import Status

PATIENCE = 3.0
# telling shared pages from own ones costs the kernel 10 ms a process with torch
_WEIGHING = 0.25


@dataclass(frozen=True)
class Breach:
    """A limit that was reached, as the status and the sentence for the probe that ran."""

    status: Status
    message: str


class Stopwatch:
    """Wall time by activity, less the time in which the machine let the worker wait for a processor.

    A machine that runs more workers than it has processors must not time an honest submission out;
    the allowance for it ends at PATIENCE times the limit.
    """

    def __init__(self) -> None:
        self._wall: defaultdict[str, float] = defaultdict(float)
        self._own: defaultdict[str, float] = defaultdict(float)
        self._last, self._waited = time.monotonic(), 0.0

    def spend(self, activity: str, waited: float) -> None:
        """Book the time since the last call; `waited` is the worker's waiting time so far."""
        now = time.monotonic()
        passed, self._last = now - self._last, now
        idle, self._waited = max(0.0, waited - self._waited), max(waited, self._waited)
        self._wall[activity] += passed
        self._own[activity] += max(0.0, passed - idle)

    def over(self, activity: str, seconds: float) -> bool:
        """Whether `activity` took longer than `seconds`."""
        return self._own[activity] > seconds or self._wall[activity] > PATIENCE * seconds


class Gauge:
    """Polls a cell. `peak` is the most memory seen, in bytes; `cpu_seconds` and `waited` are of the last look.

    Processor time is polled because bubblewrap does not hand its children's on to the grader.
    """

    def __init__(self, cell: Cell, limits: Limits) -> None:
        self._cell, self._limits = cell, limits
        self.peak = 0
        self.waited = self.cpu_seconds = 0.0
        self._weighed = -_WEIGHING

    def breach(self) -> Breach | None:
        """Look once; the limit that is exceeded, if any."""
        members = self._cell.members()
        if members:
            self.waited = waited_for_cpu(members[0])
        self.cpu_seconds = max(self.cpu_seconds, cpu_seconds(members))
        used = self._memory(members)
        self.peak = max(self.peak, used)
        if used > self._limits.memory:
            return Breach(Status.OUT_OF_MEMORY, f"more than {self._limits.memory // MIB} MiB of memory were in use")
        if len(members) > self._limits.processes:
            return Breach(Status.CRASHED, f"more than {self._limits.processes} processes were running")
        if self._cell.scratch_files() > self._limits.scratch_files:
            return Breach(Status.CRASHED, f"more than {self._limits.scratch_files} temporary files were written")
        return None

    def _memory(self, members: list[int]) -> int:
        """Bytes in use; 0 where that was looked at a moment ago and cannot have reached the limit."""
        now = time.monotonic()
        recently = now - self._weighed < _WEIGHING
        if len(members) > 1 and recently and resident_at_most(members) <= self._limits.memory:
            return 0
        self._weighed = now
        return resident(members)
