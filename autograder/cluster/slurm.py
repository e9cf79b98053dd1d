"""Workers as SLURM jobs, through dask-jobqueue; the scheduler runs in this process."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dask
from dask_jobqueue import SLURMCluster
from distributed import Client, Security

from autograder.cluster.jobs import JobWatch
from autograder.cluster.site import Site, quiet_dask
from autograder.cluster.unusable import UnusableCluster

CORES = 4
BASE_MIB, CORE_MIB = 4096, 512  # see README.md beside this file for what was measured
PATIENCE = 3600.0  # seconds that jobs may queue
PROLOGUE = ("export OMP_NUM_THREADS=1",)


@contextlib.contextmanager
def slurm_site(workers: int, jobs: int | None, folder: Path, tell: Callable[[str], None]) -> Iterator[Site]:
    """`workers` SLURM jobs that grade `jobs` submissions each at a time, until the context ends.

    `folder` is for logs and certificates and must be seen by all machines. What dask-jobqueue's configuration
    says of SLURM (queue, account, walltime, memory, ...) holds. `tell` gets a line on each job that ended before
    its worker came. Raises UnusableCluster.
    """
    if shutil.which("sbatch") is None:
        raise UnusableCluster("SLURM's sbatch is not on this machine: run this where you submit jobs")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with quiet_dask({"distributed.deploy.lost-worker-timeout": "5s"}), _cluster(jobs, folder.resolve()) as cluster:
        _rehearse(cluster.job_script())

        watch = JobWatch(cluster, tell)

        def restore() -> int:
            cluster.scale(jobs=workers)  # also starts those again that were lost
            return watch.check()

        restore()
        with Client(cluster, set_as_default=False) as client:
            yield Site(client, f"SLURM, where {workers} jobs are asked for", PATIENCE, restore)


def _cluster(jobs: int | None, folder: Path) -> Any:
    cores = jobs or int(_configured("cores", CORES))
    return SLURMCluster(
        cores=cores,
        processes=1,
        memory=_configured("memory", f"{BASE_MIB + cores * CORE_MIB} MiB"),
        job_script_prologue=[*PROLOGUE, *_configured("job-script-prologue", ())],
        job_extra_directives=["--no-requeue", *_configured("job-extra-directives", ())],  # we replace lost jobs
        log_directory=_configured("log-directory", str(folder)),
        security=Security.temporary(),
        shared_temp_directory=_configured("shared-temp-directory", str(folder)),
        scheduler_options={"dashboard": False, "dashboard_address": ":0", **_configured("scheduler-options", {})},
    )


def _configured(key: str, otherwise: Any) -> Any:
    value = dask.config.get(f"jobqueue.slurm.{key}", None)
    return otherwise if value is None else value


def _rehearse(script: str) -> None:
    """Raise UnusableCluster where SLURM would not take the job (dask-jobqueue itself would only log that)."""
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(script)
        file.flush()
        tried = subprocess.run(["sbatch", "--test-only", file.name], capture_output=True, text=True, check=False)
    if tried.returncode:
        said = tried.stderr.strip().splitlines() or ["sbatch gave no reason"]
        raise UnusableCluster(f"SLURM does not take the job: {said[-1]}; see jobqueue.slurm in dask's configuration")
