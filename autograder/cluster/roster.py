"""Which workers may grade, as their doormen report."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from autograder.cluster.site import Site
from autograder.cluster.unusable import UnusableCluster


class Roster:
    """Keeps count of open stations and tells refusals, a line each, as they come."""

    def __init__(self, site: Site, tell: Callable[[str], None]) -> None:
        self._site, self._tell = site, tell
        self._threads: dict[str, int] = {}
        self._refused: dict[str, str] = {}
        self._graded = False
        self._hope = time.monotonic()
        self._waiting = False

    @property
    def threads(self) -> int:
        """Submissions that open stations can grade at a time."""
        return sum(self._threads.values())

    def hear(self, report: Mapping[str, Any]) -> None:
        """Note a doorman's report."""
        worker = str(report["worker"])
        if report["refused"] is None:
            self._threads[worker] = int(report["threads"])
            self._graded = True
            return
        self._refused[worker] = str(report["refused"])
        self._tell(f"worker {worker} is refused: {self._refused[worker]}")

    def compare(self, connected: Collection[str]) -> None:
        """Forget workers that are gone. Raises UnusableCluster where no worker may grade, or none comes any more."""
        for worker in self._threads.keys() - set(connected):
            del self._threads[worker]
        if set(connected) - self._refused.keys():
            self._hope, self._waiting = time.monotonic(), False
            return
        place, patience = self._site.place, self._site.patience
        if not self._graded and len(self._refused) >= self._site.expected:
            raise UnusableCluster(f"no worker of {place} may grade; {_one_of(self._refused)}")
        if not self._waiting:
            self._tell(f"waiting for a worker at {place}, up to {patience / 60:g} minutes")
            self._waiting = True
        if time.monotonic() - self._hope > patience:
            raise UnusableCluster(
                f"no worker came to {place} for {patience / 60:g} minutes: start some there and go on with --resume"
            )


def _one_of(refused: Mapping[str, str]) -> str:
    worker, reason = next(iter(refused.items()))
    return f"{worker} was refused: {reason}"
