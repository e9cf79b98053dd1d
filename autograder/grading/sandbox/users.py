"""User ids for workers of a grader that runs as root: RLIMIT_NPROC does not bind root, and counts by user."""

from __future__ import annotations

import os
import threading

# systemd keeps 61184 to 65519 for users that exist only while a service runs
_FIRST, _COUNT = 61184, 4000
_taken: set[int] = set()
_lock = threading.Lock()


def take_uid() -> int:
    """A user id that no other worker of this process has; other graders start elsewhere in the range."""
    with _lock:
        start = os.getpid() * 61
        uid = next(u for i in range(_COUNT) if (u := _FIRST + (start + i) % _COUNT) not in _taken)
        _taken.add(uid)
        return uid


def give_uid_back(uid: int) -> None:
    """Let another worker have `uid`; harmless when it was given back before."""
    with _lock:
        _taken.discard(uid)
