"""A system-call filter for the worker: what bubblewrap's namespaces do not already take away.

Nested user namespaces and new mounts would undo the limits on temporary space; anonymous files
(memfd, SysV segments) hold memory that no process limit counts; vsock crosses network namespaces.
Calls of other architectures, x32 included, kill the process.
"""

from __future__ import annotations

import errno
import tempfile
from typing import Any

from autograder.grading.sandbox.base import SandboxUnavailable

INSTALL = "sudo apt-get install libseccomp2"

_DENIED = (
    *("unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "ptrace", "bpf", "userfaultfd"),
    *("perf_event_open", "keyctl", "add_key", "request_key", "kexec_load", "kexec_file_load"),
    *("init_module", "finit_module", "delete_module", "name_to_handle_at", "open_by_handle_at"),
    *("process_vm_readv", "process_vm_writev", "memfd_create", "shmget"),
)
# Younger than some versions of libseccomp, which then do not know the name; numbered alike on every architecture.
_DENIED_BY_NUMBER = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_getfd": 438,
    "mount_setattr": 442,
    "memfd_secret": 447,
}
_CLONE3 = 435
_CLONE_NEW = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_FAMILIES = (1, 2, 10)  # AF_UNIX, AF_INET, AF_INET6


def filter_program() -> bytes:
    """The filter for this processor as the kernel's sock_filter array. Raises SandboxUnavailable without libseccomp."""
    try:
        import pyseccomp as seccomp
    except RuntimeError:
        raise SandboxUnavailable(f"the sandbox needs libseccomp.so.2, which is not installed: {INSTALL}") from None
    except ImportError:
        raise SandboxUnavailable("the sandbox needs pyseccomp: pip install -r requirements.lock") from None
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    refused = seccomp.ERRNO(errno.EPERM)
    for name in _DENIED:
        number = seccomp.resolve_syscall(seccomp.Arch.NATIVE, name)
        if number >= 0:  # negative where this architecture has no such call
            rules.add_rule(refused, number)
    for number in _DENIED_BY_NUMBER.values():
        rules.add_rule(refused, number)
    # glibc falls back to clone, whose flags can be seen here
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), _CLONE3)
    for flag in _CLONE_NEW:
        rules.add_rule(refused, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    _allow_families(seccomp, rules)
    with tempfile.TemporaryFile() as program:
        rules.export_bpf(program)
        program.seek(0)
        return program.read()


def _allow_families(seccomp: Any, rules: Any) -> None:
    """Refuse sockets of other families than _FAMILIES; a rule of libseccomp can compare an argument only once."""
    unsupported = seccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in set(range(max(_FAMILIES))) - set(_FAMILIES):
        rules.add_rule(unsupported, "socket", seccomp.Arg(0, seccomp.EQ, family))
    rules.add_rule(unsupported, "socket", seccomp.Arg(0, seccomp.GT, max(_FAMILIES)))
