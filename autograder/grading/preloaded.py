"""Imported once, by the server that evidence processes are forked from: torch, the probes, what torch sets up late."""

from __future__ import annotations

import importlib
import signal
from pathlib import Path

import autograder


def _prepare() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to answer: it ends the server and its forks
    import torch

    torch.set_num_threads(1)  # a fork keeps none of torch's threads, and would wait for them
    topics = sorted(path.stem for path in (Path(autograder.__file__).parent / "checks").glob("[!_]*.py"))
    for name in ("grading.store", *(f"checks.{topic}" for topic in topics)):
        importlib.import_module(f"autograder.{name}")
    from autograder.checks.engine.warming import warm_up

    warm_up()


_prepare()
