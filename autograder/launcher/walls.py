"""What a forked child puts around itself, from the new namespaces to the system-call filter."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from pathlib import Path

from autograder.launcher import kernel

SUBMISSION = "/submission"
_PROC_READ_ONLY = ("sys", "sysrq-trigger", "irq", "bus")
# landlock(7): rights by bit. Reading and executing are left to the mounts.
_WRITE_FILE, _TRUNCATE = 1 << 1, 1 << 14
_WRITING = _WRITE_FILE | sum(1 << bit for bit in range(4, 14)) | _TRUNCATE
_DEVICE_NODES = (1 << 6) | (1 << 11)
_SCOPED = 0b11  # abstract sockets, signals
_MOST_DESCRIPTORS = 2**16
_LANDLOCK_WITH_TRUNCATE, _LANDLOCK_WITH_SCOPES = 3, 6


def enter_namespaces(user_namespace: bool) -> None:
    """Leave the launcher's namespaces; the next child is the first process of the new PID namespace."""
    wanted = kernel.NEW_NAMESPACES | (kernel.NEW_USER if user_namespace else 0)
    uid, gid = os.getuid(), os.getgid()
    try:
        kernel.unshare(wanted | kernel.NEW_CGROUP)
    except OSError:
        kernel.unshare(wanted)
    if user_namespace:
        for file, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{file}", "w") as setting:
                setting.write(text)
        # this user namespace's own setting: nobody in it can begin another
        with contextlib.suppress(OSError), open("/proc/sys/user/max_user_namespaces", "w") as most:
            most.write("0")


def private_view(files: int, sizes: dict[str, int]) -> None:
    """Mount this namespace's own /proc and scratch folders (`sizes` in bytes) and unpack the submission."""
    kernel.mount(None, "/", kernel.PRIVATE | kernel.RECURSIVE)
    os.umask(0o022)
    covered = {path: os.open(path, os.O_PATH) for folder in sizes for path in _mounts_below(folder)}
    safe = kernel.NO_SUID | kernel.NO_DEVICES
    kernel.mount("proc", "/proc", safe | kernel.NO_EXEC)
    for name in _PROC_READ_ONLY:
        with contextlib.suppress(FileNotFoundError):
            kernel.mount(None, f"/proc/{name}", kernel.BIND, source=f"/proc/{name}")
            read_only = kernel.REMOUNT | kernel.BIND | kernel.READ_ONLY | safe | kernel.NO_EXEC
            kernel.mount(None, f"/proc/{name}", read_only)
    for folder, size in sizes.items():
        kernel.mount("tmpfs", folder, safe, f"mode=1777,size={size}")
    for path, place in covered.items():  # Python itself may lie below /tmp
        Path(path).mkdir(parents=True, exist_ok=True)
        kernel.mount(None, path, kernel.BIND | kernel.RECURSIVE, source=f"/proc/self/fd/{place}")
        os.close(place)
    kernel.mount("tmpfs", SUBMISSION, safe, f"mode=0755,size={os.fstat(files).st_size * 2 + 2**20}")
    _unpack(files)
    kernel.mount(None, SUBMISSION, kernel.REMOUNT | kernel.READ_ONLY | safe)
    socket.sethostname("grader")
    kernel.start_loopback()


def _mounts_below(folder: str) -> list[str]:
    """Mount points below `folder` that lie in no other of them, with what is mounted inside them left out."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    paths = sorted({line.split()[4].encode().decode("unicode_escape") for line in lines})
    found: list[str] = []
    for path in paths:
        if path.startswith(f"{folder}/") and not any(path.startswith(f"{outer}/") for outer in found):
            found.append(path)
    return found


def _unpack(files: int) -> None:
    """Write the submission from an open file: a line of JSON, [path, size] or [folder, None] each, then all bytes."""
    with open(files, "rb", closefd=False) as packed:
        packed.seek(0)
        for path, size in json.loads(packed.readline()):
            if size is None:
                Path(SUBMISSION, path).mkdir()
                continue
            with open(f"{SUBMISSION}/{path}", "wb") as file:
                file.write(packed.read(size))


def become(uid: int | None) -> None:
    """Become the submission's own user, if it has one."""
    if uid is not None:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)


def confine(filter_program: bytes, scratch: list[str]) -> None:
    """Give up every capability for good, write to `scratch` only, and refuse what the filter refuses."""
    kernel.drop_capabilities()
    kernel.no_new_privileges()
    _landlock(scratch)
    kernel.filter_calls(filter_program)


def _landlock(scratch: list[str]) -> None:
    version = kernel.landlock_version()
    if version < _LANDLOCK_WITH_TRUNCATE:
        return
    existing = _WRITE_FILE | _TRUNCATE
    allowed = {"/dev": existing, "/proc": existing, **dict.fromkeys(scratch, _WRITING & ~_DEVICE_NODES)}
    kernel.landlock(_WRITING, _SCOPED if version >= _LANDLOCK_WITH_SCOPES else 0, allowed)


def close_all_but(kept: set[int]) -> None:
    """Close every descriptor that is not in `kept`."""
    low = 0
    for fd in sorted(kept):
        if low < fd:  # CPython 3.11 takes an empty range from 0 for all descriptors
            os.closerange(low, fd)
        low = fd + 1
    os.closerange(low, _MOST_DESCRIPTORS)
