"""The launcher: imports what workers need, then forks a confined worker for each request on its socket.

Started in a sandbox as `python -m autograder.launcher FD`. The first message carries the system-call filter. Each
further message is one of

    {"modules", "warm_up"}            import these and run that function; answered when it is done
    {"another"} with [socket]         fork a second launcher, which serves that socket
    {"arguments", "numbers", "uid", "sizes"} with [files, status, stdin, stdout, stderr, ...]    start one worker

The last two are answered with a descriptor (pidfd_open) of the new launcher, or of the first process of the worker's
PID namespace. That process runs none of the submission's code; it writes how the worker ended to `status` and takes
what is left of the namespace along. Nothing that a worker does can reach a launcher or another worker: it sees
other processes, other mounts and another user, holds only the descriptors meant for it, and shares memory
only until it is written to. No launcher has read a submission, and no worker sees its /tmp.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

from autograder.launcher import kernel, walls

_MESSAGE = 2**17
_MOST_DESCRIPTORS = 16
_SETUP_FAILED = 70


def main(fd: int) -> None:
    """Serve requests until the other end closes the socket."""
    control = socket.socket(fileno=fd)
    filter_program = bytes.fromhex(json.loads(control.recv(_MESSAGE))["filter"])
    while True:
        message, fds, _, _ = socket.recv_fds(control, _MESSAGE, _MOST_DESCRIPTORS)
        if not message:
            return
        request = json.loads(message)
        if "modules" in request:
            _prepare(request["modules"], request["warm_up"])
            control.send(b"ready")
            continue
        pid = os.fork()
        if pid == 0 and "another" in request:
            control.close()
            control = socket.socket(fileno=fds[0])
            continue
        if pid == 0:
            _open_namespaces(control, request, fds, filter_program)
        for received in fds:
            os.close(received)
        if "another" in request:
            handle = os.pidfd_open(pid)
            socket.send_fds(control, [b"started"], [handle])
            os.close(handle)
        else:
            os.waitpid(pid, 0)


def _prepare(modules: list[str], warm_up: str) -> None:
    """Import `modules` and call `warm_up` (module:function). Exits where that leaves threads, which no fork keeps."""
    for name in modules:
        importlib.import_module(name)
    module, _, function = warm_up.partition(":")
    getattr(importlib.import_module(module), function)()
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise SystemExit(f"{threads} threads run in the launcher, so that it cannot fork safely")
    gc.collect()
    gc.freeze()  # a collection in a worker would otherwise write to, and so copy, every page with an object


def _open_namespaces(
    control: socket.socket, request: dict[str, Any], fds: list[int], filter_program: bytes
) -> NoReturn:
    """A process between two PID namespaces: starts the first one inside and says which it is."""
    try:
        walls.enter_namespaces(user_namespace=request["uid"] is None)
        first = os.fork()
        if first == 0:
            _be_first(control, request, fds, filter_program)
        handle = os.pidfd_open(first)
        socket.send_fds(control, [b"started"], [handle])
    except BaseException as error:
        control.send(f"{type(error).__name__}: {error}".encode())
    finally:
        os._exit(0)


def _be_first(control: socket.socket, request: dict[str, Any], fds: list[int], filter_program: bytes) -> NoReturn:
    """Set the scene, start the worker, reap what ends, and report the worker's end."""
    try:
        control.close()
        files, status, *streams = fds
        for number, stream in enumerate(streams[:3]):
            os.dup2(stream, number)
        os.setsid()
        kernel.forbid_inspection()
        walls.private_view(files, request["sizes"])
        kernel.bound_capabilities()
        worker = os.fork()
        if worker == 0:
            _be_worker(request, streams, filter_program)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the first process of a namespace ignores what it does not handle
        walls.close_all_but({status})
        kernel.drop_capabilities()
        while True:
            pid, how = os.wait()
            if pid == worker:
                break
        os.write(status, how.to_bytes(4, "little"))
    except BaseException:
        traceback.print_exc()
        os.write(fds[1], (_SETUP_FAILED << 8).to_bytes(4, "little"))
    finally:
        os._exit(0)


def _be_worker(request: dict[str, Any], streams: list[int], filter_program: bytes) -> NoReturn:
    """Become a process as `python ARGUMENTS` would be, with nothing of the launcher's but its imported modules."""
    ending = 1
    try:
        numbers = [0, 1, 2, *request["numbers"]]
        _renumber(streams, numbers)
        walls.close_all_but(set(numbers))
        walls.become(request["uid"])
        walls.confine(filter_program, list(request["sizes"]))
        os.chdir("/tmp")
        option, subject, *arguments = request["arguments"]
        sys.argv = [subject, *arguments]
        if option == "-m":
            runpy.run_module(subject, run_name="__main__", alter_sys=True)
        else:
            exec(compile(subject, "<string>", "exec"), {"__name__": "__main__"})
        ending = 0
    except SystemExit as asked:
        ending = asked.code if isinstance(asked.code, int) else int(asked.code is not None)
        if not isinstance(asked.code, int | None):
            print(asked.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            sys.stdout.flush()
        os._exit(ending)


def _renumber(fds: list[int], numbers: list[int]) -> None:
    """Give descriptors the numbers that the worker's arguments name."""
    above = max([*numbers, *fds]) + 1
    for position, fd in enumerate(fds):
        os.dup2(fd, above + position, inheritable=True)
    for position, number in enumerate(numbers):
        os.dup2(above + position, number, inheritable=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
