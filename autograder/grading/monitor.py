"""Watches what a running cell uses: time by what it is doing, memory, processes and files."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass

from autograder.grading.limits import MIB, Limits
from autograder.grading.processes import cpu_seconds, resident, resident_at_most, waits_for_cpu
from autograder.grading.sandbox import Cell
from autograder.grading.statuses import Status

# multiples of a time limit after which processor time counts too, and after which nothing is waited for
PATIENCE, LAST_PATIENCE = 3.0, 12.0
WHOLE = "the submission as a whole"
# the grader looks every 0.05 s; what passes beyond this between two looks, it was itself kept waiting for
_LATE = 0.25
# telling shared pages from own ones costs the kernel 10 ms a process with torch
_WEIGHING = 0.25


@dataclass(frozen=True)
class Breach:
    """A limit that was reached, as the status and the sentence for the probe that ran."""

    status: Status
    message: str


class Stopwatch:
    """What a worker used by activity, and in WHOLE: wall time, its own part of that, and processor time.

    Not its own is the time in which its threads waited for a processor, and that by which the grader's next look
    was late. On a busy machine an honest submission must not be timed out; where patience ends, the processor
    time that it has used up tells one that is slow (a timeout), and one that has not gets more wall time, until
    the machine must be called too busy (the grader's error).
    """

    def __init__(self, after: Stopwatch | None = None) -> None:
        self._wall, self._own, self._cpu = (defaultdict[str, float](float) for _ in range(3))
        self._last, self._waited, self._used = time.monotonic(), 0.0, 0.0
        if after is not None:
            self._wall[WHOLE], self._own[WHOLE], self._cpu[WHOLE] = (
                after._wall[WHOLE],
                after._own[WHOLE],
                after._cpu[WHOLE],
            )

    def spend(self, activity: str, waited: float, cpu: float) -> None:
        """Book the time since the last call; `waited` and `cpu` are the worker's seconds so far."""
        now = time.monotonic()
        passed, self._last = now - self._last, now
        idle, self._waited = max(0.0, waited - self._waited), max(waited, self._waited)
        used, self._used = max(0.0, cpu - self._used), max(cpu, self._used)
        for each in (activity, WHOLE):
            self._wall[each] += passed
            self._own[each] += max(0.0, min(passed, _LATE) - idle)
            self._cpu[each] += used

    def breach(self, activity: str, seconds: float) -> Breach | None:
        """What to say if `activity` took longer than `seconds`."""
        patient = self._wall[activity] <= PATIENCE * seconds
        if self._own[activity] > seconds or (not patient and self._cpu[activity] > seconds):
            return Breach(Status.TIMEOUT, f"{activity} took longer than {seconds:g} s")
        if self._wall[activity] <= LAST_PATIENCE * seconds:
            return None
        used = f"{self._cpu[activity]:.1f} s of processor time in {self._wall[activity]:.0f} s"
        return Breach(Status.GRADER_ERROR, f"the machine was too busy: {activity} got {used}")


class Gauge:
    """Polls a cell. `peak` is the most memory seen, in bytes; `cpu_seconds` and `waited` are of the last look.

    `waited` is the sum over all threads, those of DataLoader workers included: the others sleep until they are done.

    Processor time is polled because bubblewrap does not hand its children's on to the grader.
    """

    def __init__(self, cell: Cell, limits: Limits) -> None:
        self._cell, self._limits = cell, limits
        self.peak = 0
        self.waited = self.cpu_seconds = 0.0
        self._weighed = -_WEIGHING
        self._waits: dict[int, float] = {}

    def breach(self) -> Breach | None:
        """Look once; the limit that is exceeded, if any."""
        members = self._cell.members()
        waits = waits_for_cpu(members)
        self.waited += sum(max(0.0, seconds - self._waits.get(thread, 0.0)) for thread, seconds in waits.items())
        self._waits = waits
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
