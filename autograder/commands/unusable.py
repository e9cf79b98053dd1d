"""The error of what was named on the command line; apart from `errors`, which imports torch."""

from __future__ import annotations


class UnusableInput(ValueError):
    """A file or folder named on the command line cannot be used."""
