"""Reads every file of a finished archive, archives inside it too."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Member:
    """One file of an archive: its path (outer!inner for an archive in an archive) and its bytes."""

    path: str
    data: bytes

    @property
    def text(self) -> str:
        """The bytes as text; of a binary file the stretches of printable ASCII."""
        if self.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return self.data.decode("utf-16", "replace")
        try:
            text = self.data.decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        return _printable(self.data) if "\0" in text else text

    @cached_property
    def readable(self) -> str:
        """The text, a notebook's with its cells and outputs as they are read, not as JSON quotes them."""
        text = self.text
        if self.path.endswith((".ipynb", ".json")):
            try:
                return text + "\n" + "\n".join(_strings(json.loads(text)))
            except (ValueError, RecursionError):
                return text
        return text

    @cached_property
    def _array(self) -> np.ndarray | None:
        if not self.path.endswith(".npy"):
            return None
        try:
            array: np.ndarray = np.load(io.BytesIO(self.data), allow_pickle=False)
        except (ValueError, EOFError, OSError):
            return None
        return array

    @property
    def pickled(self) -> bool:
        """Whether this is an array file that cannot be read without unpickling, or at all."""
        return self.path.endswith(".npy") and self._array is None

    @cached_property
    def integers(self) -> list[int]:
        """The numbers of a file in numpy's format when they are whole, else nothing."""
        array = self._array
        if array is None or array.dtype.kind not in "iuf" or not bool(np.all(np.isfinite(array))):
            return []
        whole = bool(np.all(array == np.round(array)))
        return [int(v) for v in array.reshape(-1)] if whole else []


def _printable(data: bytes) -> str:
    return b"\n".join(re.findall(rb"[\t\r\n\x20-\x7e]{6,}", data)).decode("ascii")


def is_bare_png(data: bytes) -> bool:
    """Whether `data` is a PNG of header, pixels and nothing else, so that no text can be in it."""
    if not data.startswith(_PNG):
        return False
    place, kinds = len(_PNG), []
    while place + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        kinds.append(kind)
        place += 12 + size
    return place == len(data) and kinds[:1] == [b"IHDR"] and kinds[-1:] == [b"IEND"] and set(kinds[1:-1]) == {b"IDAT"}


def members(data: bytes, path: str = "") -> Iterator[Member]:
    """Every file in the zip archive `data`; archives in it are yielded and then opened."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                yield Member(path + entry.filename, b"")
                continue
            member = Member(path + entry.filename, archive.read(entry))
            yield member
            if zipfile.is_zipfile(io.BytesIO(member.data)):
                yield from members(member.data, f"{member.path}!")


def _strings(node: Any) -> Iterator[str]:
    """Strings in a JSON document; lists of lines, as notebooks store cells, come joined."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _strings(value)
    elif isinstance(node, list):
        if node and all(isinstance(item, str) for item in node):
            yield "".join(node)
        elif node and all(isinstance(item, (int, float)) for item in node):
            yield ", ".join(f"{item:g}" for item in node)
        else:
            for item in node:
                yield from _strings(item)
