"""The grader's end of a launcher: starts it, asks it for workers, and notices when it is gone."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_MESSAGE = 2**12
_IMPORT_SECONDS = 120.0


class LauncherLost(OSError):
    """A launcher ended or refused; the text is what it said last."""


class Launcher:
    """A running `python -m autograder.launcher`; serves one request after another, from any thread.

    command: how it is started, its descriptor's number to be appended; setup: its first message.
    """

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], setup: Mapping[str, Any]) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._said,
                stderr=self._said,
                pass_fds=[theirs.fileno()],
                env=dict(environment),
            )
        self._ready = False
        self._socket.send(json.dumps(setup).encode())

    def alive(self) -> bool:
        """Whether it can be asked for another worker."""
        return self._process.poll() is None

    def ask(self, request: Mapping[str, Any], fds: Sequence[int], seconds: float) -> int:
        """A pidfd of the first process of a new worker's namespace. Raises LauncherLost, also after `seconds`."""
        if not self._ready:
            self._receive(_IMPORT_SECONDS)
            self._ready = True
        try:
            socket.send_fds(self._socket, [json.dumps(request).encode()], list(fds))
        except OSError as broken:
            raise LauncherLost(self._last_words()) from broken
        return self._receive(seconds)

    def close(self) -> None:
        """End it, and with it everything in its sandbox; twice is harmless."""
        self._socket.close()
        self._process.kill()
        self._process.wait()
        self._said.close()

    def _receive(self, seconds: float) -> int:
        """The descriptor that came with the next message, -1 if none should come."""
        answer = select.poll()
        answer.register(self._socket, select.POLLIN)
        if not answer.poll(seconds * 1000):
            raise LauncherLost(f"the launcher gave no answer for {seconds:g} s")
        try:
            message, fds, _, _ = socket.recv_fds(self._socket, _MESSAGE, 1)
        except ConnectionResetError:
            message, fds = b"", []
        if message not in (b"ready", b"started"):
            raise LauncherLost(message.decode(errors="replace") or self._last_words())
        return fds[0] if fds else -1

    def _last_words(self) -> str:
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        return f"the launcher ended: {said[-400:]}" if said else "the launcher ended"


def pid_of(handle: int) -> int | None:
    """The process behind a pidfd, as this process numbers it; None once it has been reaped."""
    for line in Path(f"/proc/self/fdinfo/{handle}").read_text().splitlines():
        if line.startswith("Pid:"):
            pid = int(line.split()[1])
            return pid if pid > 0 else None
    return None
