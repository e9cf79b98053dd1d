"""A staged submission as one open file, which crosses into a sandbox where a folder of the grader's must not."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def pack(root: Path) -> Iterator[IO[bytes]]:
    """A file in memory: a line of JSON with [path, size] a file and [path, None] a folder, then the files' bytes.

    Links are left out. Raises OSError.
    """
    entries: list[tuple[str, int | None]] = []
    for folder, folders, files in os.walk(root, onerror=_raise):
        below = Path(folder).relative_to(root)
        real = [name for name in files if (Path(folder) / name).is_file() and not (Path(folder) / name).is_symlink()]
        entries += [(str(below / name), None) for name in folders]
        entries += [(str(below / name), (Path(folder) / name).stat().st_size) for name in real]
    with os.fdopen(os.memfd_create("submission"), "w+b") as packed:
        packed.write(json.dumps(entries).encode() + b"\n")
        for path, size in entries:
            if size is not None:
                with open(root / path, "rb") as file:
                    shutil.copyfileobj(file, packed)
        packed.flush()
        yield packed


def _raise(error: OSError) -> None:
    raise error
