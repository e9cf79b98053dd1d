"""Explanations in a notebook's markdown cells: whose they are, and whether anything was written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# "### Explanation 1.3", "**Explanation 1_3:**", "explanation_1_3": at the start of a line.
_MARKER = re.compile(r"^[ \t>#*_`-]*explanation[ _]+(?:(?:for|of)[ _]+)?(\d+)[._](\d+)\b[ \t*_`:.]*", re.I | re.M)
_IDENTITY = re.compile(r"explanation_[0-9a-z_]+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_PLACEHOLDERS = {"your answer here", "your explanation here", "your explanation", "write your explanation here"}
# A run of letters is a word; Chinese and Japanese put no spaces, so there each character counts.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+(?:['’-][^\W\d_]+)*")


def explanations_in(text: str, metadata: Mapping[str, Any]) -> dict[str, str]:
    """Explanations by answer name in one markdown cell.

    The cell's nbgrader grade_id (or `metadata.autograder.id`) `explanation_1_1` claims the whole
    cell; otherwise each line "Explanation 1.1" claims the text up to the next such line.
    """
    markers = list(_MARKER.finditer(text))
    identity = _identity(metadata)
    if identity and len(markers) <= 1:
        return {identity.replace("explanation", "answer", 1): tidy(_MARKER.sub("", text))}
    ends = [m.start() for m in markers[1:]] + [len(text)]
    return {f"answer_{m[1]}_{m[2]}": tidy(text[m.end() : end]) for m, end in zip(markers, ends)}


def _identity(metadata: Mapping[str, Any]) -> str | None:
    for owner, key in (("nbgrader", "grade_id"), ("autograder", "id")):
        table = metadata.get(owner)
        identity = table.get(key) if isinstance(table, Mapping) else None
        if isinstance(identity, str) and _IDENTITY.fullmatch(identity):
            return identity
    return None


def tidy(text: str) -> str:
    """`text` without HTML comments, surrounding emphasis and the stub's placeholder."""
    # JSON and Python can both spell half of a surrogate pair, which no report could then be written with.
    text = _COMMENT.sub("", text.encode("utf-8", "replace").decode()).strip()
    bare = text.strip("*_`#>. \t\n").casefold()
    return "" if bare in _PLACEHOLDERS or not bare else text


def words(text: str) -> int:
    """How many words `text` has; numbers and punctuation are none."""
    return len(_WORD.findall(text))
