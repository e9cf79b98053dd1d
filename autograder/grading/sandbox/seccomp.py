"""A system-call filter for the worker: what bubblewrap's namespaces do not already take away.

Nested user namespaces and new mounts would undo the limits on temporary space; anonymous files
(memfd, SysV segments) hold memory that no process limit counts; vsock crosses network namespaces.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

_LOAD, _EQUAL, _SET, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
_CLONE_NEW = 0x7E020000  # CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6

# io_uring, the new mount calls, mount_setattr, memfd_secret: numbered alike everywhere
_COMMON = (425, 426, 427, 428, 429, 430, 431, 432, 433, 442, 447)


@dataclass(frozen=True)
class _Architecture:
    audit: int
    clone: int
    clone3: int
    socket: int
    denied: tuple[int, ...]


# unshare setns mount umount2 pivot_root chroot ptrace bpf userfaultfd perf_event_open keyctl add_key request_key
# kexec_load init_module finit_module delete_module name_to_handle_at open_by_handle_at process_vm_readv
# process_vm_writev memfd_create shmget
_ARCHITECTURES = {
    "x86_64": _Architecture(
        0xC000003E, 56, 435, 41,
        (29, 272, 308, 165, 166, 155, 161, 101, 321, 323, 298, 250, 248, 249, 246, 175, 313, 176, 303, 304, 310,
         311, 319),
    ),
    "aarch64": _Architecture(
        0xC00000B7, 220, 435, 198,
        (97, 268, 40, 39, 41, 51, 117, 280, 282, 241, 219, 217, 218, 104, 105, 273, 106, 264, 265, 270, 271, 279, 194),
    ),
}  # fmt: skip


def filter_program() -> bytes | None:
    """The filter as the kernel's sock_filter array, or None on a processor that it is not written for."""
    machine = _ARCHITECTURES.get(platform.machine())
    if machine is None:
        return None
    return b"".join(struct.pack("<HBBI", *step) for step in _steps(machine))


def _steps(machine: _Architecture) -> list[tuple[int, int, int, int]]:
    refuse = [(_RETURN, 0, 0, _ERRNO | errno.EPERM)]
    steps = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, machine.audit), (_RETURN, 0, 0, _KILL)]
    steps += [(_LOAD, 0, 0, _NUMBER), (_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    for number in (*machine.denied, *_COMMON):
        steps += [(_EQUAL, 0, 1, number), *refuse]
    # glibc falls back to clone, whose flags can be seen here
    steps += [(_EQUAL, 0, 1, machine.clone3), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    steps += [(_EQUAL, 0, 4, machine.clone), (_LOAD, 0, 0, _FIRST_ARGUMENT), (_SET, 0, 1, _CLONE_NEW), *refuse]
    steps += [(_RETURN, 0, 0, _ALLOW)]
    steps += [(_EQUAL, 0, 2 + len(_FAMILIES), machine.socket), (_LOAD, 0, 0, _FIRST_ARGUMENT)]
    steps += [(_EQUAL, len(_FAMILIES) - i, 0, family) for i, family in enumerate(_FAMILIES)]
    steps += [(_RETURN, 0, 0, _ERRNO | errno.EAFNOSUPPORT), (_RETURN, 0, 0, _ALLOW)]
    return steps
