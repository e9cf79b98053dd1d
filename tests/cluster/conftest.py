"""What the tests of grading on a cluster share."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.commands.grading import grade_class
from autograder.commands.starting import Where
from autograder.grading.results import Result

from .dask_cluster import HOMEWORK, SEED, Cluster, results, write_class


@pytest.fixture
def cluster(tmp_path):
    """A scheduler without workers."""
    found = Cluster(tmp_path)
    found.start()
    yield found
    found.close()


@pytest.fixture(scope="session")
def submissions(tmp_path_factory) -> Path:
    return write_class(tmp_path_factory.mktemp("cluster") / "class")


@pytest.fixture(scope="session")
def local(submissions) -> dict[str, Result]:
    """What this machine alone finds."""
    out = submissions.parent / "local"
    assert grade_class(HOMEWORK, submissions, out, Where(jobs=1), seed=SEED) == 0
    return results(out)
