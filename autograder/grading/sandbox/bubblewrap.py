"""Confines workers with bubblewrap (Debian's package; https://github.com/containers/bubblewrap)."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from autograder.grading.limits import Limits
from autograder.grading.processes import owned_by
from autograder.grading.sandbox.base import INSTALL, Cell, ChildCell, Exit, Place, Sandbox, SandboxUnavailable
from autograder.grading.sandbox.environment import clean_environment
from autograder.grading.sandbox.mounts import GRADER, SUBMISSION, grader_mounts, system_mounts
from autograder.grading.sandbox.namespace import SCRATCH, SHARED, PidNamespace
from autograder.grading.sandbox.seccomp import filter_program
from autograder.grading.sandbox.users import give_uid_back, take_uid

_ALONE = ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
# The namespace's first process is bubblewrap itself, of the worker's own user where bubblewrap was started as one.
_FIRST_HIDDEN = ("--perms", "0555", "--tmpfs", "/proc/1", "--remount-ro", "/proc/1")
_TRIAL = """
import os, sys
uid = int(sys.argv[1])
if uid:
    os.setgroups([]); os.setresgid(uid, uid, uid); os.setresuid(uid, uid, uid)
from importlib.util import find_spec
missing = [m for m in ("torch", "numpy", "autograder.checks.engine.worker") if find_spec(m) is None]
sys.exit(f"{sys.executable} cannot read {', '.join(missing)} in there (are they installed, and readable by all?)"
         if missing else 0)
"""


class _Cell(ChildCell):
    """bubblewrap and the namespaces that it began, as one cell."""

    def __init__(self, process: subprocess.Popen[bytes], place: Place, first: int | None) -> None:
        super().__init__(process, place)
        self._inside = PidNamespace(first)

    def members(self) -> list[int]:
        return self._inside.members()

    def scratch_files(self) -> int:
        return self._inside.scratch_files()

    def _kill(self) -> None:
        if self._inside.open:
            self._inside.kill(wait=False)  # bubblewrap itself reaps the namespace's first process
        elif self._exit is None:
            self.process.kill()

    def _end(self) -> Exit:
        how = super()._end()
        if self.place.uid is not None:
            give_uid_back(self.place.uid)
        return how


class Bubblewrap(Sandbox):
    """A read-only system without network, other processes, submissions, reference or grading data.

    As root the worker keeps just the right to become another user, which it gives up before it loads
    anything; as an ordinary user it gets a user namespace. `hidden` folders are masked wherever they are.
    """

    name: ClassVar[str] = "bwrap"
    isolated: ClassVar[bool] = True

    def __init__(self, *, hidden: Sequence[Path] = ()) -> None:
        self._program = _find_program()
        self._options = _options(self._program)
        self._system = system_mounts(hidden)
        self._filter = filter_program()
        problems = []
        for self.as_root in (True, False) if os.getuid() == 0 else (False,):
            problem = self._trial()
            if problem is None:
                return
            problems.append(problem)
        raise SandboxUnavailable(f"bubblewrap is installed but does not work here: {'; '.join(problems)}")

    def start(self, root: Path, arguments: Sequence[str], fds: Sequence[int], limits: Limits) -> Cell:
        make_readable(root)
        uid = take_uid() if self.as_root else None
        busy = len(owned_by(uid if uid is not None else os.getuid()))
        place = Place(SUBMISSION, uid, limits.processes + busy)
        try:
            with _pipe() as (info, info_end), _readable(self._filter) as rules:
                inherited = [*fds, info_end, rules]
                command = [*self._command(root, limits, info_end, rules), "--", sys.executable, *arguments]
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=inherited,
                    # bubblewrap's own environment can be read in /proc/1/environ, so --clearenv would not do
                    env=clean_environment(GRADER, SCRATCH, limits.threads),
                )
                os.close(info_end)
                return _Cell(process, place, _first_process(info))
        except BaseException:
            if uid is not None:
                give_uid_back(uid)
            raise

    def _command(self, root: Path, limits: Limits, info: int, rules: int) -> list[str]:
        return [
            *self.surroundings(self._user(), limits.temporary, limits.shared),
            *(() if self.as_root else _FIRST_HIDDEN),
            *("--ro-bind", str(root), SUBMISSION),
            *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", SCRATCH, "--info-fd", str(info)),
            *("--seccomp", str(rules)),
        ]

    def _user(self) -> list[str]:
        if self.as_root:
            return ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        user = ["--unshare-user", "--uid", "1000", "--gid", "1000"]
        return [*user, "--disable-userns"] if "--disable-userns" in self._options else user

    def surroundings(self, user: Sequence[str], temporary: int, shared: int) -> list[str]:
        """The command up to the mounts of the system and the probes; sizes of the scratch folders in bytes."""
        return [
            *(self._program, *_ALONE, *user, "--hostname", "grader", "--die-with-parent", "--new-session"),
            *("--proc", "/proc", "--dev", "/dev"),
            *("--perms", "1777", "--size", str(shared), "--tmpfs", SHARED),
            # before the system, since the checkout or Python may lie below it
            *("--perms", "1777", "--size", str(temporary), "--tmpfs", SCRATCH),
            *self._system,
            *grader_mounts(),
        ]

    def _trial(self) -> str | None:
        """What goes wrong when a cell is started, or None."""
        with tempfile.TemporaryDirectory() as folder:
            uid = take_uid() if self.as_root else 0
            try:
                return self.start(Path(folder), ["-c", _TRIAL, str(uid)], [], Limits()).verdict(30)
            except OSError as error:
                return str(error)
            finally:
                give_uid_back(uid)


def make_readable(root: Path) -> None:
    """Let every user read a staged submission, which the worker reads as a user of its own."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink() and path.stat().st_uid == os.getuid():
            path.chmod(0o755 if path.is_dir() else 0o644)


def _find_program() -> str:
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxUnavailable(f"student code needs a sandbox, and bubblewrap is not installed: {INSTALL}")
    return program


def _options(program: str) -> str:
    listed = subprocess.run([program, "--help"], capture_output=True, text=True, check=False).stdout
    if "--size" not in listed:
        raise SandboxUnavailable(f"{program} cannot limit temporary space (--size): bubblewrap 0.7 or newer is needed")
    return listed


def _first_process(info: int) -> int | None:
    """The namespace's first process as bubblewrap reports it; None if it failed before."""
    text = b""
    while part := os.read(info, 4096):
        text += part
        if b"}" in part:
            break
    try:
        return int(json.loads(text)["child-pid"])
    except (ValueError, KeyError):
        return None


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    read_end, write_end = os.pipe()
    try:
        yield read_end, write_end
    finally:
        os.close(read_end)


@contextlib.contextmanager
def _readable(data: bytes) -> Iterator[int]:
    """A descriptor from which `data` can be read."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file.fileno()
