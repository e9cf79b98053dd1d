"""What a sandbox back end is, and how one is chosen."""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, Protocol

from autograder.grading.limits import Limits

BACK_ENDS = {
    "warm": "autograder.grading.sandbox.warm:Warm",
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

    @classmethod
    def of(cls, code: int) -> Exit:
        """From a return code, in which a signal is negative, or 128 above where a shell or bubblewrap saw it."""
        number = -code if code < 0 else code - 128
        return cls(code, signal.Signals(number) if number in set(signal.Signals) else None)


@dataclass(frozen=True)
class Place:
    """What the worker is told about where it runs: its submission's path, its user, its process limit."""

    root: str
    uid: int | None
    processes: int


class Cell(ABC):
    """One confined process tree with pipes on its standard streams; always call `end` (twice is harmless)."""

    def __init__(self, streams: Sequence[IO[bytes] | None], place: Place) -> None:
        self.stdin, self.stdout, self.stderr = streams
        self.place = place

    @abstractmethod
    def members(self) -> list[int]:
        """Process ids of the tree as the grader sees them, the worker first where it is known."""

    @abstractmethod
    def exited(self) -> Exit | None:
        """How the process ended, or None while it runs. Raises OSError where the sandbox itself was lost."""

    @abstractmethod
    def _end(self) -> Exit:
        """Kill what is left, and wait until nothing is."""

    def scratch_files(self) -> int:
        """Number of files in the cell's temporary folders, where that can be counted."""
        return 0

    def verdict(self, seconds: float) -> str | None:
        """What the process complained of, None if it ended well within `seconds`; ends the cell (for trial runs)."""
        deadline = time.monotonic() + seconds
        try:
            while (how := self.exited()) is None and time.monotonic() < deadline:
                time.sleep(0.005)
            said = self.stderr.read(4000).decode(errors="replace").strip() if self.stderr and how else "no answer"
        finally:
            self.end()
        return None if how is not None and how.code == 0 else said[-400:] or f"exit status {how and how.code}"

    def end(self) -> Exit:
        """Kill what is left of the cell; returns when nothing of it is left and its pipes are closed."""
        how = self._end()
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        return how


class ChildCell(Cell):
    """A cell whose process is a child of the grader."""

    def __init__(self, process: subprocess.Popen[bytes], place: Place) -> None:
        super().__init__((process.stdin, process.stdout, process.stderr), place)
        self.process = process
        self._exit: Exit | None = None

    @abstractmethod
    def _kill(self) -> None:
        """Send SIGKILL to everything in the cell."""

    def exited(self) -> Exit | None:
        if self._exit is None:
            self._reap(os.WNOHANG)
        return self._exit

    def _end(self) -> Exit:
        self._kill()
        while self._exit is None:
            self._reap(0)
        return self._exit

    def _reap(self, options: int) -> None:
        pid, status = os.waitpid(self.process.pid, options)
        if pid == 0:
            return
        code = self.process.returncode = os.waitstatus_to_exitcode(status)
        self._exit = Exit.of(code)


class Sandbox(ABC):
    """Starts cells. Thread-safe: several cells may run at once; `close` ends what it keeps between them.

    `isolated` is False where student code could read and write what the grader can; every report says so.
    """

    name: ClassVar[str]
    isolated: ClassVar[bool]

    @abstractmethod
    def start(self, root: Path, arguments: Sequence[str], fds: Sequence[int], limits: Limits) -> Cell:
        """Run Python with `arguments` on the staged submission `root`, passing `fds` through unchanged.

        `root` is made readable for other users, because the worker may run as one. Raises OSError.
        """

    def close(self) -> None:  # noqa: B027
        """End processes that outlive cells; a closed sandbox can be used again."""


class BackEnd(Protocol):
    """A class of the registry. Raises SandboxUnavailable where it does not work."""

    def __call__(self, *, hidden: Sequence[Path]) -> Sandbox: ...


def open_sandbox(isolation: str = "auto", hidden: Sequence[Path] = ()) -> Sandbox:
    """The sandbox called "warm", "bwrap" or "none"; "auto" is the fastest that isolates, never "none".

    `hidden` are folders that must stay invisible even if they lie in a system folder. A trial run
    is made. Raises SandboxUnavailable with what to install, ValueError for an unknown name.
    """
    if isolation != "auto":
        return _open(isolation, hidden)
    try:
        return _open("warm", hidden)
    except SandboxUnavailable:
        return _open("bwrap", hidden)


def _open(name: str, hidden: Sequence[Path]) -> Sandbox:
    if name not in BACK_ENDS:
        raise ValueError(f"no isolation called {name!r}: auto, {', '.join(BACK_ENDS)}")
    module, _, attribute = BACK_ENDS[name].partition(":")
    back_end: BackEnd = getattr(importlib.import_module(module), attribute)
    return back_end(hidden=hidden)
