"""Parses Python in one thread at a time."""

from __future__ import annotations

import ast
import threading
import warnings

# CPython 3.11 counts the depth of the trees that its threads build together: two at once end now and then in
# "SystemError: AST constructor recursion depth mismatch" (python/cpython issue 106905). Filters of warnings are
# those of all threads too.
PARSING = threading.Lock()


def parse(source: str | bytes) -> ast.Module:
    """`ast.parse` without its warnings. Raises SyntaxError, ValueError, RecursionError or MemoryError."""
    with PARSING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)
