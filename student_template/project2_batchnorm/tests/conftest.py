"""Makes `pytest` find your files and the checks that came with them. Nothing here needs changing."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from autograder.checks.engine.public import (  # noqa: F401
    public_outcome,
    pytest_configure,
    pytest_generate_tests,
    pytest_terminal_summary,
)
