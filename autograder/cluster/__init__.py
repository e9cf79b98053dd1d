"""Grading on many machines through dask.distributed; nothing here decides a score, or is imported by a local run."""
