"""Files that are whole or not there: written aside, renamed into place."""

from __future__ import annotations

import os
import threading
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write `content` (text as UTF-8, line ends as given) to `path`, which a reader finds old or new, never half.

    A process killed, or a disk full, on the way leaves what was there before. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{os.getpid()}-{threading.get_ident()}.part")
    try:
        aside.write_bytes(content if isinstance(content, bytes) else content.encode(errors="replace"))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
