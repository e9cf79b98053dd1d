"""Who grades for `autograder grade`: this machine's cores, a dask scheduler's workers, or SLURM jobs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from autograder.commands.starting import Where
from autograder.commands.unusable import UnusableInput
from autograder.grading.run import Crew, LocalCrew
from autograder.grading.sandbox import Sandbox, open_sandbox

SLURM_FOLDER = ".slurm"


@contextlib.contextmanager
def open_crew(where: Where, isolation: str | Sandbox, out: Path, tell: Callable[[str], None]) -> Iterator[Crew]:
    """The crew that grades there; isolation: a sandbox's name, or one that was opened ahead.

    Raises UnusableInput and SandboxUnavailable.
    """
    if not where.here:
        assert isinstance(isolation, str)
        yield _cluster_crew(where, isolation, out, tell)
        return
    if where.workers is not None:
        raise UnusableInput("--workers counts SLURM jobs: add --cluster slurm")
    sandbox = open_sandbox(isolation) if isinstance(isolation, str) else isolation
    try:
        yield LocalCrew(sandbox, where.jobs or os.cpu_count() or 1)
    finally:
        sandbox.close()


def _cluster_crew(where: Where, isolation: str, out: Path, tell: Callable[[str], None]) -> Crew:
    if isolation == "none":
        raise UnusableInput("--isolation none is for this machine only: on a cluster student code is always confined")
    if where.scheduler is not None and where.cluster is not None:
        raise UnusableInput("name one of --scheduler and --cluster")
    if where.scheduler is not None and (where.jobs is not None or where.workers is not None):
        raise UnusableInput("--jobs and --workers do not go with --scheduler: its workers' --nthreads decide")
    try:
        from autograder.cluster.crew import ClusterCrew
        from autograder.cluster.site import scheduler_site
        from autograder.cluster.slurm import slurm_site
    except ModuleNotFoundError as missing:
        raise UnusableInput(f"{missing.name} is missing: pip install 'cnn-autograder[cluster]'") from missing
    if where.scheduler is not None:
        return ClusterCrew(partial(scheduler_site, where.scheduler), isolation, tell)
    slurm = partial(slurm_site, where.workers or 1, where.jobs, out / SLURM_FOLDER, tell)
    return ClusterCrew(slurm, isolation, tell)
