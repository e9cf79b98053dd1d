"""Evidence as plain values, and the frames in which it crosses from the worker to the grader.

A frame is two little-endian uint32 lengths, a JSON object, and tensors in the safetensors format
(https://github.com/huggingface/safetensors#format). Nothing is ever unpickled. The writer below
needs numpy only, because it travels in the student kit; graders read with the safetensors package.
"""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
import torch

PLAIN = (bool, int, float, str)
LENGTHS = struct.Struct("<II")
MAX_BYTES = 8 * 2**20
_NAMES = {"float64": "F64", "float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "uint8": "U8"}
_NAMES |= {"int16": "I16", "int8": "I8", "bool": "BOOL"}

Value = np.ndarray | bool | int | float | str | list[Any]


class NotEvidence(TypeError):
    """Student code returned something that cannot be compared: wrong type, or far too large."""


def as_value(raw: Any) -> Value:
    """Evidence as a numpy array or a plain value; lists may nest. Raises NotEvidence for anything else."""
    if isinstance(raw, torch.Tensor):
        return _array(raw.detach().resolve_conj().resolve_neg().cpu().contiguous().numpy())
    if isinstance(raw, (np.ndarray, np.generic)):
        return _array(np.asarray(raw))
    if isinstance(raw, (torch.Size, tuple, list)):
        if len(raw) > 10_000:
            raise NotEvidence(f"a sequence of {len(raw)} entries came back")
        return [as_value(item) for item in raw]
    if type(raw) is int and not -(2**63) <= raw < 2**63:
        raise NotEvidence("a whole number of more than 64 bits came back")
    if type(raw) in PLAIN:
        return raw  # type: ignore[no-any-return]
    if isinstance(raw, torch.dtype):
        return str(raw)
    raise NotEvidence(f"a {type(raw).__name__} came back where a tensor or a number was expected")


def _array(array: np.ndarray) -> np.ndarray:
    if array.dtype.name not in _NAMES:
        raise NotEvidence(f"an array of dtype {array.dtype} came back")
    if array.nbytes > MAX_BYTES:
        raise NotEvidence(f"an array of shape {array.shape} came back, larger than any expected answer")
    return array


def encode_frame(event: dict[str, Any], value: Value | None = None) -> bytes:
    """One frame: `event` as JSON with the plain parts of `value`, arrays beside it as safetensors."""
    arrays: list[np.ndarray] = []
    if value is not None:
        event = event | {"value": _skeleton(value, arrays)}
    text = json.dumps(event).encode()
    tensors = _safetensors(arrays)
    return LENGTHS.pack(len(text), len(tensors)) + text + tensors


def _skeleton(value: Value, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, list):
        return [_skeleton(item, arrays) for item in value]
    return value


def _safetensors(arrays: list[np.ndarray]) -> bytes:
    if not arrays:
        return b""
    header, offset = {}, 0
    for number, array in enumerate(arrays):
        end = offset + array.nbytes
        header[str(number)] = {
            "dtype": _NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + b"".join(a.tobytes() for a in arrays)


def fill_skeleton(skeleton: Any, arrays: dict[str, np.ndarray]) -> Value:
    """Put arrays back in the places that `encode_frame` left for them. Raises KeyError for a missing one."""
    if isinstance(skeleton, dict):
        return arrays[str(skeleton["array"])]
    if isinstance(skeleton, list):
        return [fill_skeleton(item, arrays) for item in skeleton]
    if skeleton is None:
        raise KeyError("value")
    return skeleton  # type: ignore[no-any-return]
