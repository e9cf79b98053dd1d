"""The strict reading of what a worker writes: every frame is a claim by untrusted code."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors.numpy import load

from autograder.checks.engine.evidence import LENGTHS, MAX_BYTES, Value

MAX_TEXT = 2 * 2**20
MAX_TENSORS = 4 * MAX_BYTES
MAX_DEPTH = 6
MAX_MESSAGE = 4_000
_INTEGERS = 2**63
_DTYPES = {"float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"}
_FIELDS = {
    "ready": set[str](),
    "importing": {"module"},
    "imported": {"module"},
    "begin": {"probe"},
    "evidence": {"probe", "key", "value"},
    "end": {"probe", "ending", "message", "violations"},
    "done": set[str](),
}
ENDINGS = ("complete", "not_attempted", "error", "out_of_memory")


class ProtocolViolation(Exception):
    """The worker wrote what no honest worker writes; `probe` is the one that the frame names, if any."""

    def __init__(self, what: str, probe: str | None = None) -> None:
        super().__init__(what)
        self.probe = probe


@dataclass(frozen=True)
class Frame:
    """One event; the fields that its kind does not have are empty."""

    event: str
    probe: str = ""
    key: str = ""
    value: Value | None = None
    module: str = ""
    ending: str = ""
    message: str = ""
    violations: tuple[str, ...] = ()


class FrameReader:
    """Cuts a stream of bytes into frames; never holds more than one frame and never more than `limit` in all."""

    def __init__(self, limit: int) -> None:
        self._left, self._buffer = limit, bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Frames completed by `data`. Raises ProtocolViolation."""
        self._left -= len(data)
        if self._left < 0:
            raise ProtocolViolation("more evidence came back than any right answer has")
        self._buffer += data
        while len(self._buffer) >= LENGTHS.size:
            text, tensors = LENGTHS.unpack_from(self._buffer)
            if text > MAX_TEXT or tensors > MAX_TENSORS:
                raise ProtocolViolation("a piece of evidence came back that is larger than any right answer")
            end = LENGTHS.size + text + tensors
            if len(self._buffer) < end:
                return
            whole = bytes(self._buffer[LENGTHS.size : end])
            del self._buffer[:end]
            yield parse(whole[:text], whole[text:])


def parse(text: bytes, tensors: bytes) -> Frame:
    """A frame from its JSON and its safetensors. Raises ProtocolViolation for anything out of the ordinary."""
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise ProtocolViolation("a message that is not JSON came back") from None
    event = fields.pop("event", None) if isinstance(fields, dict) else None
    if not isinstance(event, str) or set(fields) != _FIELDS.get(event):
        raise ProtocolViolation("a message of an unknown kind came back", _named(fields))
    try:
        return _frame(event, fields, _arrays(tensors))
    except ProtocolViolation as wrong:
        raise ProtocolViolation(str(wrong), _named(fields)) from None


def _named(fields: Any) -> str | None:
    name = fields.get("probe") if isinstance(fields, dict) else None
    return name if isinstance(name, str) else None


def _frame(event: str, fields: dict[str, Any], arrays: dict[str, np.ndarray]) -> Frame:
    skeleton, violations = fields.pop("value", None), fields.pop("violations", [])
    if not all(isinstance(text, str) for text in fields.values()):
        raise ProtocolViolation("a message with a field of the wrong type came back")
    if not isinstance(violations, list) or len(violations) > 100 or not all(isinstance(v, str) for v in violations):
        raise ProtocolViolation("a malformed list of operators came back")
    if event == "end" and fields["ending"] not in ENDINGS:
        raise ProtocolViolation("an unknown ending came back")
    value = _value(skeleton, arrays, 0) if event == "evidence" else None
    if arrays:
        raise ProtocolViolation("tensors came back that belong to nothing")
    fields["message"] = printable(fields.get("message", ""))
    return Frame(event, value=value, violations=tuple(printable(v)[:200] for v in violations), **fields)


def _arrays(tensors: bytes) -> dict[str, np.ndarray]:
    if not tensors:
        return {}
    try:
        arrays: dict[str, np.ndarray] = load(tensors)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the Rust reader is no Exception
        raise ProtocolViolation("tensors came back that are not in the safetensors format") from None
    if any(a.dtype.name not in _DTYPES or a.nbytes > MAX_BYTES for a in arrays.values()):
        raise ProtocolViolation("a tensor of an unknown type or size came back")
    return arrays


def _value(skeleton: Any, arrays: dict[str, np.ndarray], depth: int) -> Value:
    """The value that `evidence.encode_frame` took apart; takes each array out of `arrays` once."""
    if depth > MAX_DEPTH:
        raise ProtocolViolation("evidence nested too deeply came back")
    if isinstance(skeleton, list):
        return [_value(item, arrays, depth + 1) for item in skeleton]
    if isinstance(skeleton, dict):
        number = skeleton.get("array")
        if set(skeleton) != {"array"} or type(number) is not int or str(number) not in arrays:
            raise ProtocolViolation("evidence came back that refers to no tensor")
        return arrays.pop(str(number))
    if isinstance(skeleton, str):
        return printable(skeleton)
    if skeleton is None or (type(skeleton) is int and not -_INTEGERS <= skeleton < _INTEGERS):
        raise ProtocolViolation("evidence came back that is no number")
    return skeleton  # type: ignore[no-any-return]


def printable(text: str) -> str:
    """`text` without lone surrogates and control characters, cut to a readable length."""
    cut = text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}..."
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Cf") else "\ufffd" for c in cut)
