"""The kit of hw2_cnn, built once for all tests that look into it, however many processes run them."""

import fcntl
import os
import zipfile

import pytest

from autograder.release.kit import release


@pytest.fixture(scope="session")
def kit_archive(tmp_path_factory):
    """The finished archive, as an instructor gets it."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (folder / "kit.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        archive = folder / "release" / "hw2_cnn.zip"
        return archive if archive.exists() else release("hw2_cnn", archive.parent)


@pytest.fixture
def kit(kit_archive, tmp_path):
    """The kit as a student unpacks it."""
    with zipfile.ZipFile(kit_archive) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "hw2_cnn"
