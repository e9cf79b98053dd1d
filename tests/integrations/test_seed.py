"""The course's secret seed file."""

import stat

import pytest

from autograder.integrations.nbgrader.seed import UnusableSeed, secret_seed
from autograder.release.snapshots import PUBLIC_SEED


def test_a_seed_is_drawn_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "state" / "seed"
    first = secret_seed(path)
    assert secret_seed(path) == first != secret_seed(tmp_path / "other")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [p.name for p in path.parent.iterdir()] == ["seed"]


@pytest.mark.parametrize("text", ["", "tomorrow", "-4", "²", str(PUBLIC_SEED)])
def test_a_file_without_a_usable_seed_is_refused_and_left_as_it_is(tmp_path, text):
    path = tmp_path / "seed"
    path.write_text(text)
    with pytest.raises(UnusableSeed, match="delete it"):
        secret_seed(path)
    assert path.read_text() == text
