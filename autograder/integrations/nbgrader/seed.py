"""The course's secret seed: drawn on first use, kept in a file that only its owner reads, never in a cell."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from autograder.release.snapshots import PUBLIC_SEED


class UnusableSeed(ValueError):
    """The seed file holds no seed that may be graded with; the text says what to do."""


def secret_seed(path: Path) -> int:
    """The seed in `path`; the file is made, with mode 600, when it is missing.

    Raises UnusableSeed where it holds no number or the public seed of the student kits.
    """
    if not path.exists():
        _draw(path)
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not text.isdecimal() or not text.isascii():
        raise UnusableSeed(f"{path} holds no seed: write a whole number into it, or delete it to draw a new one")
    if int(text) == PUBLIC_SEED:
        raise UnusableSeed(f"{path} holds the public seed of the student kits: delete it to draw a new one")
    return int(text)


def _draw(path: Path) -> None:
    """Two commands may start at once: the file appears whole, and the first one's number stays."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{secrets.randbelow(2**48)}\n")
    try:
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink()
