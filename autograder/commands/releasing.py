"""`autograder release`: the student kit."""

from __future__ import annotations

from pathlib import Path

from autograder.release.kit import release


def release_kit(homework: str, out: Path) -> int:
    """Write the kit and print its path."""
    print(f"wrote {release(homework, out)}")
    return 0
