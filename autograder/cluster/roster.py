"""Which workers may grade, as their doormen report."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any

from autograder.cluster.site import Site
from autograder.cluster.unusable import UnusableCluster

STATION_SECONDS = 180.0  # 24 times what the start of a station was measured to take; torch may come over a busy network


class Roster:
    """Keeps count of open stations and tells refusals, a line each, as they come.

    limit: seconds that a connected worker may take to report.
    """

    def __init__(self, site: Site, tell: Callable[[str], None], limit: float = STATION_SECONDS) -> None:
        self._site, self._tell, self._limit = site, tell, limit
        self._silent: dict[str, float] = {}  # connected workers of which no doorman reported, and since when
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
        """Note a doorman's report; one that comes after the limit still counts."""
        worker = str(report["worker"])
        if report["refused"] is None:
            self._threads[worker] = int(report["threads"])
            self._refused.pop(worker, None)
            self._graded = True
        else:
            self._refuse(worker, str(report["refused"]))

    def compare(self, connected: Collection[str], expected: int = 1) -> None:
        """Forget workers that are gone, and refuse those that are silent for too long.

        expected: workers to hear of before all can be said to be refused. Raises UnusableCluster where no worker
        may grade, or none comes any more.
        """
        for worker in self._threads.keys() - set(connected):
            del self._threads[worker]
        self._limit_silence(set(connected) - self._threads.keys() - self._refused.keys())
        if set(connected) - self._refused.keys():
            self._hope, self._waiting = time.monotonic(), False
            return
        place, patience = self._site.place, self._site.patience
        if not self._graded and len(self._refused) >= expected:
            raise UnusableCluster(f"no worker of {place} may grade; {_one_of(self._refused)}")
        if not self._waiting:
            self._tell(f"waiting for a worker at {place}, up to {patience / 60:g} minutes")
            self._waiting = True
        if time.monotonic() - self._hope > patience:
            raise UnusableCluster(
                f"no worker came to {place} for {patience / 60:g} minutes: start some there and go on with --resume"
            )

    def _limit_silence(self, silent: Collection[str]) -> None:
        now = time.monotonic()
        self._silent = {worker: self._silent.get(worker, now) for worker in silent}
        for worker, since in self._silent.items():
            if now - since >= self._limit:
                self._refuse(worker, f"it did not say within {self._limit:g} seconds whether it can grade; see its log")

    def _refuse(self, worker: str, reason: str) -> None:
        self._refused[worker] = reason
        self._tell(f"worker {worker} is refused: {reason}")


def _one_of(refused: Mapping[str, str]) -> str:
    worker, reason = next(iter(refused.items()))
    return f"{worker} was refused: {reason}"
