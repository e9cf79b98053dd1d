"""A PID namespace as the grader sees it: killing its first process takes everything in it along."""

from __future__ import annotations

import contextlib
import os
import select
import signal

from autograder.grading.processes import descendants

SCRATCH = "/tmp"
SHARED = "/dev/shm"


class PidNamespace:
    """`first` is the namespace's first process, which runs no student code; None if it never started.

    `handle` is its descriptor by pidfd_open, opened here where it was not handed over.
    """

    def __init__(self, first: int | None, handle: int | None = None) -> None:
        self._first, self._handle = first, handle
        if first is not None and handle is None:
            with contextlib.suppress(ProcessLookupError):
                self._handle = os.pidfd_open(first)

    @property
    def open(self) -> bool:
        """Whether it was started and not yet killed."""
        return self._handle is not None

    def members(self) -> list[int]:
        """Processes inside but the first, as the grader numbers them."""
        return descendants(self._first)[1:] if self._first is not None else []

    def scratch_files(self) -> int:
        """Number of files in its temporary folders."""
        count = 0
        for folder in (SCRATCH, SHARED):
            with contextlib.suppress(OSError):
                space = os.statvfs(f"/proc/{self._first}/root{folder}")
                count += space.f_files - space.f_ffree
        return count

    def kill(self, wait: bool) -> None:
        """Send SIGKILL to everything inside; with `wait`, return when nothing of it is left."""
        if self._handle is None:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        if wait:
            # readable once the first process has ended, which the kernel lets end last
            ended = select.poll()
            ended.register(self._handle, select.POLLIN)
            ended.poll()
        os.close(self._handle)
        self._handle = None
