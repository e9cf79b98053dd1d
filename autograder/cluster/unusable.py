"""The error of a cluster that cannot be used; apart from what raises it, which imports dask."""

from __future__ import annotations


class UnusableCluster(RuntimeError):
    """No grading happens there, or no more; the text is one sentence for the person and names the address."""
