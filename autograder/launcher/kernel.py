"""System calls that Python has no function for. Every failure is an OSError that names the call."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct

NEW_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000  # mount, UTS, IPC, PID, network
NEW_CGROUP, NEW_USER = 0x02000000, 0x10000000
READ_ONLY, NO_SUID, NO_DEVICES, NO_EXEC, REMOUNT, BIND = 1, 2, 4, 8, 32, 4096
RECURSIVE, PRIVATE = 0x4000, 0x40000

_SET_DUMPABLE, _DROP_BOUND, _SET_SECCOMP, _NO_NEW_PRIVILEGES = 4, 24, 22, 38
_FILTER_MODE = 2
_CAPABILITY_VERSION = 0x20080522
_SET_INTERFACE_FLAGS, _INTERFACE_UP = 0x8914, 1
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # numbered alike on every architecture
_BENEATH = 1
_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _call(name: str, *arguments: object, on: str = "") -> int:
    result: int = getattr(_libc, name)(*arguments)
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name} {on}: {os.strerror(error)}")
    return result


def _prctl(option: int, value: object, more: object = 0) -> int:
    return _call("prctl", option, value, more, 0, 0)


def unshare(namespaces: int) -> None:
    """Move into new namespaces; a new PID namespace begins with the next child."""
    _call("unshare", namespaces)


def mount(kind: str | None, target: str, flags: int, options: str = "", source: str | None = None) -> None:
    """mount(2); `kind` is a file system, or None where flags alone say what to do."""
    named = source or kind
    _call(
        "mount",
        named.encode() if named else None,
        target.encode(),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        options.encode(),
        on=target,
    )


def start_loopback() -> None:
    """Bring up the network namespace's own loopback interface, as bubblewrap does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, struct.pack("16sH14x", b"lo", _INTERFACE_UP))


def forbid_inspection() -> None:
    """Refuse ptrace and /proc/PID/mem of this process to others of the same user."""
    _prctl(_SET_DUMPABLE, 0)


def bound_capabilities() -> None:
    """Let no program that is executed gain a capability."""
    for capability in range(64):
        try:
            _prctl(_DROP_BOUND, capability)
        except OSError:
            return  # one past the last that this kernel knows


def drop_capabilities() -> None:
    """Give up every capability."""
    header = struct.pack("<Ii", _CAPABILITY_VERSION, 0)
    _call("capset", header, bytes(24))


def no_new_privileges() -> None:
    """Let no program that is executed gain rights by its owner or its file's capabilities."""
    _prctl(_NO_NEW_PRIVILEGES, 1)


def filter_calls(program: bytes) -> None:
    """Install a seccomp filter for this process and all that it starts; needs no_new_privs."""
    steps = _Program(len(program) // 8, program)
    _prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(steps))


def landlock_version() -> int:
    """The kernel's Landlock ABI; 0 where there is none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def landlock(handled: int, scoped: int, allowed: dict[str, int]) -> None:
    """Deny the accesses in `handled` everywhere but beneath the folders in `allowed` (landlock(7)).

    Needs no_new_privs. `scoped` keeps signals and abstract sockets inside.
    """
    attributes = struct.pack("<QQQ", handled, 0, scoped) if scoped else struct.pack("<Q", handled)
    ruleset = _call("syscall", _CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    for folder, rights in allowed.items():
        place = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        _call("syscall", _ADD_RULE, ruleset, _BENEATH, struct.pack("<Qi", rights & handled, place), 0)
        os.close(place)
    _call("syscall", _RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
