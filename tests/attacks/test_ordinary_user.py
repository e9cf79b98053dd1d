"""The whole corpus for an instructor who is not root: the sandboxes then stand on user namespaces."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder

from .conftest import attacks

CHECKOUT = Path(autograder.__file__).parent.parent
USER = 4242


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of the user's, where every user can get to."""
    folder = Path(tempfile.mkdtemp(prefix="ordinary-"))
    os.chown(folder, USER, USER)
    yield folder
    shutil.rmtree(folder)


def opened(home: Path) -> list[str]:
    """Commands for a mount namespace of their own in which all can reach Python and the checkout, wherever they lie."""
    needed = [Path(p).resolve() for p in (sys.base_prefix, sys.prefix, CHECKOUT)]
    closed = {p: next((d for d in reversed(p.parents) if not d.stat().st_mode & 1), None) for p in needed}
    below = {p: d for p, d in closed.items() if d is not None}
    commands = []
    for number, path in enumerate(below):
        aside = shlex.quote(f"{home}/{number}")
        commands += [f"mkdir {aside}", f"mount --rbind {shlex.quote(str(path))} {aside}"]
    commands += [f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(d))}" for d in set(below.values())]
    for number, path in enumerate(below):
        place = shlex.quote(str(path))
        commands += [f"mkdir -p {place}", f"mount --rbind {shlex.quote(f'{home}/{number}')} {place}"]
    return commands


@pytest.mark.slow
@pytest.mark.skipif(os.getuid() != 0, reason="whoever is not root runs the corpus as an ordinary user anyway")
def test_no_attack_fares_better_where_the_grader_is_not_root(home: Path) -> None:
    pytest_line = [
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "-m",
        "slow or not slow",
    ]
    pytest_line += ["--basetemp", str(home / "base"), "tests/attacks/test_attacks.py"]
    user = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups"]
    script = "\n".join(["set -e", *opened(home), f"cd {shlex.quote(str(CHECKOUT))}", shlex.join([*user, *pytest_line])])
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
    }
    ran = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    passed = re.search(r"^(\d+) passed in", ran.stdout, re.MULTILINE)
    assert passed, ran.stdout[-2000:]
    assert int(passed[1]) >= 2 * len(attacks())
