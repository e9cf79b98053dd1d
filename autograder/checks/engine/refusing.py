"""What student code raises when it is asked for what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def raised_by(call: Callable[[], Any]) -> str:
    """The kind of exception that `call` raises: ValueError for its subclasses too, "nothing" for none."""
    try:
        call()
    except NotImplementedError:
        raise
    except Exception as error:
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "nothing"
