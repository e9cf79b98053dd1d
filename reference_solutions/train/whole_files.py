"""Files that are whole or not there: written aside, forced to the disk, renamed into place."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Have `write` fill `path`; whatever happens on the way, what was there before stays. Raises OSError."""
    aside = path.with_name(f"{path.name}.part")
    try:
        with open(aside, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise


def write_text(path: Path, text: str) -> None:
    """`write_whole` of text."""
    write_whole(path, lambda file: file.write(text.encode()))
