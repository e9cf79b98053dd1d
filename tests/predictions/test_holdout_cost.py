"""An honest model loses less than two points to the hold-out's transformations."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "bench" / "holdout_cost.py"


@pytest.mark.slow
def test_simplenn_on_the_digits_loses_under_two_points() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True)
    published = re.search(r"as published +([\d.]+)%", done.stdout)
    assert published is not None
    assert float(published[1]) > 90, "a network that learned nothing loses nothing"
    cost = re.search(r"costs (-?[\d.]+) points", done.stdout)
    assert cost is not None
    assert float(cost[1]) < 2
