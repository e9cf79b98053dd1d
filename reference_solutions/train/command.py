"""How the trainer's commands end: one sentence for what cannot be used, 130 for Ctrl-C."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable
from typing import Any

import typer
from rich.console import Console

from reference_solutions.train.running import Interrupted
from reference_solutions.train.unusable import UnusableInput

console = Console(soft_wrap=True)
INTERRUPTED = 128 + signal.SIGINT


def in_one_sentence(command: Callable[..., None]) -> Callable[..., None]:
    """`command`, whose bad input and interruption end it with a line and an exit status of 2 or 130."""

    @functools.wraps(command)
    def ending(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except UnusableInput as unusable:
            _end(f"error: {unusable}", 2)
        except Interrupted as interrupted:
            _end(str(interrupted), INTERRUPTED)
        except KeyboardInterrupt:
            _end("stopped; nothing was begun that could be lost", INTERRUPTED)

    return ending


def _end(line: str, status: int) -> None:
    console.print(line, highlight=False, markup=False)
    raise typer.Exit(status)


def application(command: Callable[..., None]) -> typer.Typer:
    """`command` as an application of its own."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(in_one_sentence(command))
    return app


def command_line(command: Callable[..., None]) -> None:
    """Run `command` with the process's arguments, as typer does."""
    application(command)()
