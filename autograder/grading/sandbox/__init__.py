"""Where untrusted processes run, one back end a file; nothing here knows probes, frames or grades."""

from autograder.grading.sandbox.base import Cell, Exit, Sandbox, SandboxUnavailable, open_sandbox

__all__ = ["Cell", "Exit", "Sandbox", "SandboxUnavailable", "open_sandbox"]
