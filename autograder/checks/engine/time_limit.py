"""A wall-time limit for the student kit, without signals or processes, so that it works on every system.

The grader does not use this: it can kill the process.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
# An endless loop that catches everything survives some interruptions; one stuck inside C survives all.
ATTEMPTS = 3


class TimeUp(BaseException):
    """Raised inside code that runs too long; no `except Exception` stops it."""


def within(seconds: float, action: Callable[[], T]) -> T:
    """The result of `action`, run in a daemon thread. Raises TimeUp after `seconds`, from where it was stopped.

    Python code is interrupted by an exception raised in its thread. What cannot be interrupted is
    left behind; a daemon thread does not keep the process from ending.
    """
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(action())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        _interrupt(thread)
        raise next((error for error in failed if isinstance(error, TimeUp)), TimeUp())
    if failed:
        raise failed[0]
    return done[0]


def _interrupt(thread: threading.Thread) -> None:
    for _ in range(ATTEMPTS):
        if thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUp))
            thread.join(0.5)
