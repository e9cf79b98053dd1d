"""`autograder data build`: a hold-out from a public data set and a secret."""

from __future__ import annotations

from pathlib import Path

from autograder.predictions.holdout.building import build_holdout


def build_holdout_data(source: str, out: Path, secret: str) -> int:
    """Build it and print the manifest."""
    built = build_holdout(source, out, secret)
    print(built.manifest)
    print(f"for students: {built.student}")
    print(f"for you alone: {built.instructor}")
    return 0
