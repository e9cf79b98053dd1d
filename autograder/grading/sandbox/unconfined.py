"""No sandbox: a plain subprocess with the limits that are still possible. Only for trusted submissions."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import autograder
from autograder.grading.limits import Limits
from autograder.grading.processes import descendants, marked, owned_by
from autograder.grading.sandbox.base import Cell, ChildCell, Place, Sandbox
from autograder.grading.sandbox.environment import clean_environment

_MARK = "AUTOGRADER_CELL"
_PASSES = 1000


class _Plain(ChildCell):
    """A process in a session of its own, recognised by a mark in the environment of its descendants."""

    def __init__(self, process: subprocess.Popen[bytes], place: Place, mark: str, home: Path) -> None:
        super().__init__(process, place)
        self._mark, self._home = mark, home

    def members(self) -> list[int]:
        return descendants(self.process.pid)

    def _kill(self) -> None:
        if self._exit is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        # children that left the session, and those that they start meanwhile
        for _ in range(_PASSES):
            left = marked(_MARK, self._mark)
            if not left:
                break
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.exited()
        shutil.rmtree(self._home, ignore_errors=True)


class Unconfined(Sandbox):
    """Runs the worker as the grader's own user, with the grader's view of the machine."""

    name: ClassVar[str] = "none"
    isolated: ClassVar[bool] = False

    def __init__(self, *, hidden: Sequence[Path] = ()) -> None:
        pass

    def start(self, root: Path, arguments: Sequence[str], fds: Sequence[int], limits: Limits) -> Cell:
        home = Path(tempfile.mkdtemp(prefix="autograder-"))
        mark = secrets.token_hex(16)
        packages = str(Path(autograder.__file__).parent.parent)
        process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=fds,
            cwd=home,
            env=clean_environment(packages, str(home), limits.threads) | {_MARK: mark},
            start_new_session=True,
        )
        # the user's other processes count against RLIMIT_NPROC too
        processes = limits.processes + len(owned_by(os.getuid()))
        return _Plain(process, Place(str(root.resolve()), None, processes), mark, home)
