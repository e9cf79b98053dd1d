"""Brings a submitted notebook's cells into the form that nbgrader and nbconvert count on."""

from __future__ import annotations

from typing import Any

from nbformat.notebooknode import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

_MAKERS = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}


def normalise(cell: Any) -> NotebookNode:
    """A valid cell with the source, the sound saved outputs and the attachments of `cell`, whatever that is."""
    raw: dict[str, Any] = cell if isinstance(cell, dict) else {}
    kind = raw.get("cell_type")
    kind = kind if isinstance(kind, str) and kind in _MAKERS else "raw"
    new: NotebookNode = _MAKERS[kind](source=_text(raw.get("source")))
    about = raw.get("metadata")
    if isinstance(about, dict) and isinstance(about.get("nbgrader"), dict):
        new.metadata["nbgrader"] = NotebookNode(about["nbgrader"])
    if kind == "code":
        outputs = raw.get("outputs")
        sound = [_sound(output) for output in (outputs if isinstance(outputs, list) else [])]
        new.outputs = [output for output in sound if output is not None]
        new.execution_count = _count(raw.get("execution_count"))
    elif isinstance(raw.get("attachments"), dict):
        files = {name: _bundle(data) for name, data in raw["attachments"].items() if isinstance(name, str)}
        new["attachments"] = NotebookNode({name: data for name, data in files.items() if data})
    return new


def _sound(output: Any) -> NotebookNode | None:
    """The output rebuilt from its known parts, None for what nbconvert could not show."""
    raw: dict[str, Any] = output if isinstance(output, dict) else {}
    kind = raw.get("output_type")
    if kind == "stream":
        name = "stderr" if raw.get("name") == "stderr" else "stdout"
        return new_output("stream", name=name, text=_text(raw.get("text")))
    if kind == "error":
        trace = raw.get("traceback")
        lines = [_text(line) for line in trace] if isinstance(trace, list) else []
        return new_output("error", ename=_text(raw.get("ename")), evalue=_text(raw.get("evalue")), traceback=lines)
    if kind == "display_data":
        return new_output("display_data", data=_bundle(raw.get("data")))
    if kind == "execute_result":
        count = _count(raw.get("execution_count"))
        return new_output("execute_result", data=_bundle(raw.get("data")), execution_count=count)
    return None


def _bundle(data: Any) -> dict[str, Any]:
    """A MIME bundle's textual and JSON parts."""
    if not isinstance(data, dict):
        return {}
    return {
        kind: content if kind.endswith("json") else _text(content)
        for kind, content in data.items()
        if isinstance(kind, str) and "/" in kind
    }


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else None
