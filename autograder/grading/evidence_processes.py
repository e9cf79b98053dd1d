"""The processes that run trusted code: forked from one server that has imported torch, once for all of them.

Imports no torch itself, so that a command can start the server before it imports its own.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

# typer for the main module (autograder.cli), which each process imports too
_PRELOADED = ["autograder.grading.preloaded", "typer"]


def start_server() -> None:
    """Start the server without waiting for its imports; harmless where it runs."""
    _context()
    forkserver.ensure_running()


def evidence_pool(workers: int) -> ProcessPoolExecutor:
    """A pool of `workers` processes; they end with this one, even if it is killed."""
    start_server()
    return ProcessPoolExecutor(workers, mp_context=_context(), initializer=_end_with_parent)


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _end_with_parent() -> None:
    """A pool process waits for work forever; without this it would outlive a grader killed by SIGKILL."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
