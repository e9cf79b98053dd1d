"""What a sandbox back end is, and how one is chosen."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

from autograder.grading.limits import Limits

BACK_ENDS = {
    "bwrap": "autograder.grading.sandbox.bubblewrap:Bubblewrap",
    "none": "autograder.grading.sandbox.unconfined:Unconfined",
}
INSTALL = "sudo apt-get install bubblewrap"


class SandboxUnavailable(RuntimeError):
    """No sandbox works on this machine; the text says what to do."""


@dataclass(frozen=True)
class Exit:
    """How the process in a cell ended: `code` or `signal`."""

    code: int
    signal: signal.Signals | None


@dataclass(frozen=True)
class Place:
    """What the worker is told about where it runs: its submission's path, its user, its process limit."""

    root: str
    uid: int | None
    processes: int


class Cell(ABC):
    """One confined process tree with pipes on its standard streams; always call `end` (twice is harmless)."""

    def __init__(self, process: subprocess.Popen[bytes], place: Place) -> None:
        self.process, self.place = process, place
        self._exit: Exit | None = None

    @abstractmethod
    def members(self) -> list[int]:
        """Process ids of the tree as the grader sees them, the worker first where it is known."""

    @abstractmethod
    def _kill(self) -> None:
        """Send SIGKILL to everything in the cell."""

    def scratch_files(self) -> int:
        """Number of files in the cell's temporary folders, where that can be counted."""
        return 0

    def exited(self) -> Exit | None:
        """How the process ended, or None while it runs."""
        if self._exit is None:
            self._reap(os.WNOHANG)
        return self._exit

    def end(self) -> Exit:
        """Kill what is left of the cell; returns when nothing of it is left and its pipes are closed."""
        self._kill()
        while self._exit is None:
            self._reap(0)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return self._exit

    def _reap(self, options: int) -> None:
        pid, status = os.waitpid(self.process.pid, options)
        if pid == 0:
            return
        code = os.waitstatus_to_exitcode(status)
        self.process.returncode = code
        number = -code if code < 0 else code - 128
        cause = signal.Signals(number) if number in set(signal.Signals) else None
        self._exit = Exit(code, cause)


class Sandbox(ABC):
    """Starts cells. Thread-safe: several cells may run at once.

    `isolated` is False where student code could read and write what the grader can; every report says so.
    """

    name: ClassVar[str]
    isolated: ClassVar[bool]

    @abstractmethod
    def start(self, root: Path, arguments: Sequence[str], fds: Sequence[int], limits: Limits) -> Cell:
        """Run Python with `arguments` on the staged submission `root`, passing `fds` through unchanged.

        `root` is made readable for other users, because the worker may run as one. Raises OSError.
        """


class BackEnd(Protocol):
    """A class of the registry. Raises SandboxUnavailable where it does not work."""

    def __call__(self, *, hidden: Sequence[Path]) -> Sandbox: ...


def open_sandbox(isolation: str = "auto", hidden: Sequence[Path] = ()) -> Sandbox:
    """The sandbox called "bwrap" or "none"; "auto" is one that isolates, never "none".

    `hidden` are folders that must stay invisible even if they lie in a system folder. A trial run
    is made. Raises SandboxUnavailable with what to install, ValueError for an unknown name.
    """
    name = "bwrap" if isolation == "auto" else isolation
    if name not in BACK_ENDS:
        raise ValueError(f"no isolation called {isolation!r}: auto, {', '.join(BACK_ENDS)}")
    module, _, attribute = BACK_ENDS[name].partition(":")
    back_end: BackEnd = getattr(importlib.import_module(module), attribute)
    return back_end(hidden=hidden)
