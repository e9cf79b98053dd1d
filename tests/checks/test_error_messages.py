"""What the message of an error that student code raised says, and that it says the same each time."""

from pathlib import Path

import pytest

from autograder.checks.engine.code import Code
from autograder.checks.engine.collecting import collect
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import find_probe

PROBE = find_probe("fashion.idx")


def message(folder: Path, body: str) -> str:
    """The first line of what is said of a `read_idx` with this body."""
    (folder / "fashion.py").write_text(f"import tempfile\ndef read_idx(path):\n    {body}\n")
    with Code(folder) as code:
        return collect(PROBE, code, Draws(1, PROBE.name), folder).finish.message.split("\n")[0]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('raise ValueError(f"{path} is no IDX file")', "ValueError: labels is no IDX file"),
        (
            'raise ValueError(f"none in {path.parent}, or there")',
            "ValueError: none in the folder, or there",
        ),
        ('open(path.parent / "other")', "FileNotFoundError: [Errno 2] No such file or directory: 'other'"),
        ('raise ValueError(f"cannot read {object()}")', "ValueError: cannot read <object object at 0x...>"),
        ('raise ValueError("/data/tmp/images is no IDX file")', "ValueError: /data/tmp/images is no IDX file"),
    ],
)
def test_names_that_change_from_run_to_run_are_left_out(tmp_path, body, said):
    assert message(tmp_path, body) == said
