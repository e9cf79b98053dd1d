"""SLURM jobs that ended before their workers came, as squeue tells."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.cluster.unusable import UnusableCluster

LOOK_SECONDS = 10.0  # between two calls of squeue, which a busy controller must also bear
SQUEUE_SECONDS = 30.0
ENDED = {"BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED"}
ENDED |= {"LAUNCH_FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "TIMEOUT"}
FORGOTTEN = "no longer known to SLURM"


@dataclass(frozen=True)
class _Job:
    """What is needed of a job of dask-jobqueue: one that a traceback held on to could not be closed."""

    job_id: str
    log: Path | None

    @classmethod
    def of(cls, job: Any) -> _Job:
        folder = job.log_directory
        return cls(job.job_id, Path(folder) / f"{job.job_name or 'worker'}-{job.job_id}.err" if folder else None)


class JobWatch:
    """Tells of jobs that ended before their workers came, a line each; they are not replaced, lest that never end.

    cluster: dask-jobqueue's; it replaces a job itself whose worker came and was lost. look: seconds between
    two calls of squeue.
    """

    def __init__(self, cluster: Any, tell: Callable[[str], None], look: float = LOOK_SECONDS) -> None:
        self._cluster, self._tell, self._look = cluster, tell, look
        self._next = time.monotonic() + look
        self._came: set[str] = set()  # ids of jobs whose workers have been connected
        self._ended: dict[str, str] = {}  # what was said of jobs that ended before that
        self._unlisted: set[str] = set()

    def check(self) -> int:
        """How many of the jobs asked for have a worker, or may yet have one. Raises UnusableCluster where none."""
        connected = {worker["name"] for worker in list(self._cluster.scheduler_info["workers"].values())}
        jobs = self._submitted()
        self._came |= {job.job_id for name, job in jobs.items() if name in connected}
        fresh: dict[str, str] = {}
        if time.monotonic() >= self._next:
            fresh = self._newly_ended({job.job_id: job for job in jobs.values()})
            self._next = time.monotonic() + self._look
            self._ended |= fresh
        lost = sum(job.job_id in self._ended and name not in connected for name, job in jobs.items())
        left = len(self._cluster.worker_spec) - lost
        if lost and left <= 0:
            raise UnusableCluster(
                f"no SLURM job of this run is left: {list(self._ended.values())[-1]}; the results so far are kept, "
                "and --resume goes on"
            )
        for said in fresh.values():
            self._tell(f"{said}; it is not replaced")
        return left

    def _submitted(self) -> dict[str, _Job]:
        return {name: _Job.of(job) for name, job in list(self._cluster.workers.items()) if job.job_id}

    def _newly_ended(self, jobs: Mapping[str, _Job]) -> dict[str, str]:
        awaited = {id: job for id, job in jobs.items() if id not in self._came and id not in self._ended}
        listed = job_states() if awaited else None
        if listed is None:
            return {}
        gone = awaited.keys() - listed.keys()
        # squeue's answer may be an old one where a site keeps them for a while: twice unlisted is gone
        found = dict.fromkeys(gone & self._unlisted, FORGOTTEN)
        self._unlisted = set(gone)
        found |= {id: listed[id] for id in awaited.keys() & listed.keys() if listed[id].split()[0] in ENDED}
        return {id: _told(awaited[id], state) for id, state in sorted(found.items())}


def job_states() -> dict[str, str] | None:
    """State and reason of this user's jobs by id, those that ended lately among them; None where SLURM is silent."""
    command = ["squeue", "--noheader", "--states=all", f"--user={os.getuid()}", "--format=%i %T (%r)"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=SQUEUE_SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    rows = (line.partition(" ") for line in ran.stdout.splitlines())
    return {id: state.removesuffix(" (None)") for id, _, state in rows if state}


def _told(job: _Job, state: str) -> str:
    said = f"SLURM job {job.job_id} ended before its worker came: {state}"
    if job.log is None:
        return f"{said}; its log is where sbatch puts it"
    return f"{said}; its log is {job.log}" if job.log.exists() else f"{said}; it left no log in {job.log.parent}"
