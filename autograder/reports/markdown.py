"""Text that students control inside Markdown: it must stay text in every renderer."""

from __future__ import annotations

import re

from autograder.reports.wording import one_line

_MARKUP = re.compile(r"([\\`*_\[\]<>#|~&$]|^[-+=])")


def plain_markdown(text: str) -> str:
    """`text` on one line with what begins markup, HTML, a table or a formula escaped (CommonMark 2.4)."""
    # A dot matters after a number at the start of a line only; escaping all would make reports hard to read raw.
    return re.sub(r"^(\d+)\.", r"\1\\.", _MARKUP.sub(r"\\\1", one_line(text, 1000)))


def fenced(text: str, indent: int = 0) -> str:
    """`text` as a code block, in a fence longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join(" " * indent + line for line in [fence + "text", *text.splitlines(), fence])
