"""The grader's end of a launcher: starts it, asks it for workers, and notices when it is gone."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_MESSAGE = 2**12
_IMPORT_SECONDS = 120.0


class LauncherLost(OSError):
    """A launcher ended or refused; the text is what it said last."""


class Launcher:
    """A running launcher; serves one request after another, from any thread.

    connection: the grader's end of its socket; handle: its descriptor by pidfd_open; said: where its output goes.
    """

    def __init__(self, connection: socket.socket, handle: int, said: IO[bytes]) -> None:
        self._socket, self._handle, self._said = connection, handle, said
        self._open = True

    def alive(self) -> bool:
        """Whether it can be asked for another worker."""
        return self._open and not _readable(self._handle, 0)

    def ask(self, request: Mapping[str, Any], fds: Sequence[int], seconds: float) -> int:
        """A pidfd of what the request starts. Raises LauncherLost, also after `seconds`."""
        self._send(request, fds)
        return self._receive(seconds)

    def close(self) -> None:
        """End it; twice is harmless."""
        if self._open:
            self._open = False
            self._socket.close()
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            os.close(self._handle)

    def _send(self, request: Mapping[str, Any], fds: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode()], list(fds))
        except OSError as broken:
            raise LauncherLost(self._last_words()) from broken

    def _receive(self, seconds: float) -> int:
        """The descriptor that came with the next message, -1 if none should come."""
        if not _readable(self._socket.fileno(), seconds):
            raise LauncherLost(f"the launcher gave no answer for {seconds:g} s")
        try:
            message, fds, _, _ = socket.recv_fds(self._socket, _MESSAGE, 1)
        except ConnectionResetError:
            message, fds = b"", []
        if message not in (b"ready", b"started"):
            raise LauncherLost(message.decode(errors="replace") or self._last_words())
        return fds[0] if fds else -1

    def _last_words(self) -> str:
        with contextlib.suppress(ValueError):  # closed meanwhile
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").strip()
            if said:
                return f"the launcher ended: {said[-400:]}"
        return "the launcher ended"


class FirstLauncher(Launcher):
    """The launcher that a command starts, in a sandbox of its own, and that the others are forked from.

    command: how `python -m autograder.launcher` is started, its descriptor's number to be appended; setup: its
    first message. Not thread-safe.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], setup: Mapping[str, Any]) -> None:
        said = tempfile.TemporaryFile()  # noqa: SIM115
        connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=[theirs.fileno()],
                env=dict(environment),
            )
        super().__init__(connection, os.pidfd_open(self._process.pid), said)
        self._preparing = self._lost = False
        self._send(setup)

    def alive(self) -> bool:
        return super().alive() and not self._lost

    def prepare(self, modules: Sequence[str], warm_up: str) -> None:
        """Have it import `modules` and call `warm_up`, without waiting for that."""
        self._send({"modules": list(modules), "warm_up": warm_up})
        self._preparing = True

    def fork(self, seconds: float) -> Launcher:
        """A further launcher, once what was prepared is there. Raises LauncherLost, and is not alive from then on."""
        connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                if self._preparing:
                    self._receive(_IMPORT_SECONDS)
                    self._preparing = False
                handle = self.ask({"another": True}, [theirs.fileno()], seconds)
        except OSError:
            self._lost = True  # a late answer would be taken for that to another question
            connection.close()
            raise
        return Launcher(connection, handle, self._said)

    def close(self) -> None:
        """End it, and with it all that was forked from it, workers included."""
        super().close()
        self._process.wait()
        self._said.close()


def _readable(fd: int, seconds: float) -> bool:
    waiting = select.poll()
    waiting.register(fd, select.POLLIN)
    return bool(waiting.poll(seconds * 1000))


def pid_of(handle: int) -> int | None:
    """The process behind a pidfd, as this process numbers it; None once it has been reaped."""
    for line in Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines():
        if line.startswith("Pid:"):
            pid = int(line.split()[1])
            return pid if pid > 0 else None
    return None
