"""Where `autograder grade` grades, and what takes seconds to import torch, begun before the command imports it too."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.grading.evidence_processes import start_server
from autograder.grading.sandbox import Sandbox, open_sandbox


@dataclass(frozen=True)
class Where:
    """Where to grade, as the command line says; by default on this machine.

    jobs: submissions side by side on each machine, one a core if None; workers: SLURM jobs.
    """

    jobs: int | None = None
    scheduler: str | None = None
    cluster: str | None = None
    workers: int | None = None

    @property
    def here(self) -> bool:
        """Whether this machine grades."""
        return self.scheduler is None and self.cluster is None


def start_ahead(where: Where, isolation: str) -> str | Sandbox:
    """This machine's sandbox called `isolation`, with evidence processes on their way; its name if others grade.

    Raises SandboxUnavailable.
    """
    if not where.here:
        return isolation
    sandbox = open_sandbox(isolation)
    start_server()
    return sandbox
