"""Starts the processes that take seconds to import torch, while the command that needs them imports it too."""

from __future__ import annotations

from autograder.grading.evidence_processes import start_server
from autograder.grading.sandbox import Sandbox, open_sandbox


def start_ahead(isolation: str) -> Sandbox:
    """The sandbox called `isolation`; evidence processes are on their way. Raises SandboxUnavailable."""
    sandbox = open_sandbox(isolation)
    start_server()
    return sandbox
