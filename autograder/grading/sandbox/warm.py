"""Forks each worker from a launcher that has imported torch already (autograder/launcher).

The launchers live in a bubblewrap sandbox of their own, which holds no submission. The first one imports torch and
starts no worker but that of the trial run; the others are forked from it and serve one cell at a time each, so that
a launcher that is lost costs no other cell anything.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, ClassVar

from autograder.grading.limits import MIB, Limits
from autograder.grading.processes import owned_by
from autograder.grading.sandbox.base import Cell, Exit, Place, Sandbox, SandboxUnavailable
from autograder.grading.sandbox.bubblewrap import Bubblewrap
from autograder.grading.sandbox.environment import clean_environment
from autograder.grading.sandbox.launching import FirstLauncher, Launcher, LauncherLost, pid_of
from autograder.grading.sandbox.mounts import GRADER, SUBMISSION, launcher_mounts
from autograder.grading.sandbox.namespace import SCRATCH, SHARED, PidNamespace
from autograder.grading.sandbox.packing import pack
from autograder.grading.sandbox.seccomp import filter_program
from autograder.grading.sandbox.users import give_uid_back, take_uid

_ENGINE = Path(__file__).parents[2] / "checks"
_WARM_UP = "autograder.checks.engine.warming:warm_up"
# what a child of a launcher that is root needs until it has become its submission's user
_SETTING_UP = ("CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
_TRIAL = "import os, sys; sys.exit(os.listdir('/submission') != ['file'])"


class _Cell(Cell):
    """A worker forked by a launcher, known by its PID namespace; how it ended comes through a pipe."""

    def __init__(
        self, sandbox: Warm, launcher: Launcher, streams: Sequence[IO[bytes]], place: Place, handle: int, status: int
    ) -> None:
        super().__init__(streams, place)
        self._sandbox, self._launcher, self._status = sandbox, launcher, status
        self._inside = PidNamespace(pid_of(handle), handle)
        self._exit: Exit | None = None
        os.set_blocking(status, False)

    def members(self) -> list[int]:
        return self._inside.members()

    def scratch_files(self) -> int:
        return self._inside.scratch_files()

    def exited(self) -> Exit | None:
        if self._exit is None:
            with contextlib.suppress(BlockingIOError):
                told = os.read(self._status, 4)
                if not told:  # nothing inside can end the process that tells it
                    raise LauncherLost("the worker's namespace was ended from outside")
                self._exit = Exit.of(os.waitstatus_to_exitcode(int.from_bytes(told, "little")))
        return self._exit

    def _end(self) -> Exit:
        if self._inside.open:
            self._inside.kill(wait=True)
            with contextlib.suppress(LauncherLost):
                self.exited()
            os.close(self._status)
            self._sandbox.give_back(self._launcher, self.place.uid)
            self._exit = self._exit or Exit.of(-signal.SIGKILL)
        assert self._exit is not None
        return self._exit


class Warm(Sandbox):
    """The walls of bubblewrap's form, put up by a fork of the launcher instead of a new interpreter."""

    name: ClassVar[str] = "warm"
    isolated: ClassVar[bool] = True

    def __init__(self, *, hidden: Sequence[Path] = ()) -> None:
        self._one_shot = Bubblewrap(hidden=hidden)
        self._filter = filter_program()
        self._idle: list[Launcher] = []
        self._first: list[FirstLauncher] = []
        self._lock, self._forking = threading.Lock(), threading.Lock()
        # bubblewrap ends its sandbox with the thread that started it, so one that lives as long as this object
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="launchers")
        weakref.finalize(self, _close, self._idle, self._first)
        self._trial()

    def start(self, root: Path, arguments: Sequence[str], fds: Sequence[int], limits: Limits) -> Cell:
        if limits.threads != 1:
            return self._one_shot.start(root, arguments, fds, limits)  # a launcher with threads could not fork
        launcher = self._launcher()
        uid = take_uid() if self._one_shot.as_root else None
        try:
            return self._start(launcher, uid, root, arguments, fds, limits)
        except BaseException:
            launcher.close()
            if uid is not None:
                give_uid_back(uid)
            raise

    def _start(
        self,
        launcher: Launcher,
        uid: int | None,
        root: Path,
        arguments: Sequence[str],
        fds: Sequence[int],
        limits: Limits,
    ) -> Cell:
        busy = len(owned_by(uid if uid is not None else os.getuid()))
        request = {
            "arguments": list(arguments),
            "numbers": list(fds),
            "uid": uid,
            "sizes": {SCRATCH: limits.temporary, SHARED: limits.shared},
        }
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            files = theirs.enter_context(pack(root))
            ends = [os.pipe() for _ in range(4)]
            (status, status_in), (stdin_out, stdin), (stdout, stdout_in), (stderr, stderr_in) = ends
            for fd in (status_in, stdin_out, stdout_in, stderr_in):
                theirs.callback(os.close, fd)
            for fd in (status, stdin, stdout, stderr):
                ours.callback(os.close, fd)
            passed = [files.fileno(), status_in, stdin_out, stdout_in, stderr_in, *fds]
            handle = launcher.ask(request, passed, limits.startup_seconds)
            ours.pop_all()
            streams = (os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb"), os.fdopen(stderr, "rb"))
            return _Cell(self, launcher, streams, Place(SUBMISSION, uid, limits.processes + busy), handle, status)

    def give_back(self, launcher: Launcher, uid: int | None) -> None:
        """Keep a launcher whose cell has ended for the next one."""
        if uid is not None:
            give_uid_back(uid)
        with self._lock:
            self._idle.append(launcher)

    def close(self) -> None:
        with self._forking, self._lock:
            _close(self._idle, self._first)

    def _launcher(self) -> Launcher:
        with self._lock:
            while self._idle:
                launcher = self._idle.pop()
                if launcher.alive():
                    return launcher
                launcher.close()
        with self._forking:
            if not any(first.alive() for first in self._first[-1:]):
                # an earlier one that answers no more is left alone: cells may run in its sandbox
                self._first.append(self._new_launcher())
                self._first[-1].prepare(_modules(), _WARM_UP)
            return self._first[-1].fork(Limits().startup_seconds)

    def _new_launcher(self) -> FirstLauncher:
        if self._one_shot.as_root:
            user = ["--cap-drop", "ALL", *(word for name in _SETTING_UP for word in ("--cap-add", name))]
        else:
            user = ["--unshare-user", "--uid", "1000", "--gid", "1000"]
        command = [
            *self._one_shot.surroundings(user, MIB, MIB),
            *launcher_mounts(),
            *("--remount-ro", SHARED, "--remount-ro", "/dev", "--remount-ro", "/"),
            *("--chdir", SCRATCH, "--", sys.executable, "-m", "autograder.launcher"),
        ]
        environment = clean_environment(GRADER, SCRATCH, 1)
        return self._starter.submit(FirstLauncher, command, environment, {"filter": self._filter.hex()}).result()

    def _trial(self) -> None:
        """Start one worker from a launcher that has imported nothing yet, and keep that launcher.

        It then imports what workers need while the grader does something else. Raises SandboxUnavailable.
        """
        problem: str | None = "no launcher started"
        try:
            self._first.append(self._new_launcher())
            launcher = self._first[0].fork(Limits().startup_seconds)
            with tempfile.TemporaryDirectory() as folder:
                (Path(folder) / "file").touch()
                uid = take_uid() if self._one_shot.as_root else None
                problem = self._start(launcher, uid, Path(folder), ["-c", _TRIAL], [], Limits()).verdict(60)
            _close(self._idle, [])
            self._first[0].prepare(_modules(), _WARM_UP)
        except (OSError, subprocess.SubprocessError) as error:
            problem = str(error)
        if problem is not None:
            self.close()
            raise SandboxUnavailable(f"warm workers do not work here: {problem}")


def _close(idle: list[Launcher], first: list[FirstLauncher]) -> None:
    for launchers in (idle, first):
        while launchers:
            launchers.pop().close()


def _modules() -> list[str]:
    """What a launcher imports: the probes, their engine, and what those import."""
    topics = sorted(path.stem for path in _ENGINE.glob("*.py") if path.stem != "__init__")
    engine = ("code", "collecting", "draws", "evidence", "probe")
    return [*(f"autograder.checks.engine.{name}" for name in engine), *(f"autograder.checks.{t}" for t in topics)]
