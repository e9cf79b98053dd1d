"""The reference's modules as flat files, and folders staged from them as if they were submissions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import reference_solutions

ROOT = Path(reference_solutions.__file__).parent
_MARK = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n", re.MULTILINE)


def marked_source(module: str) -> str:
    """A reference module as students' files import each other, with the solution marks still in it."""
    text = (ROOT / f"{module}.py").read_text(encoding="utf-8")
    return text.replace("from reference_solutions.", "from ")


def reference_source(module: str) -> str:
    """A reference module as a student would hand it in."""
    return _MARK.sub("", marked_source(module))


def stage(modules: Sequence[str], changed: Mapping[str, str], into: Path) -> Path:
    """Write the reference's modules into `into`, with some replaced by `changed`; returns `into`."""
    into.mkdir(parents=True, exist_ok=True)
    for module in modules:
        (into / f"{module}.py").write_text(changed.get(module) or reference_source(module), encoding="utf-8")
    return into
