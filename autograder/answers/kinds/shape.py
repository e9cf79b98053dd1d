"""Kind `shape`: a shape, symbolic in the batch size.

    [answer_1_1]
    kind = "shape"
    statement = "What is the shape of X?"
    value = ["m", 10]               # or "(m, 10)"
    reason = "..."
    also = ["(50,)", "(1, 50)"]     # optional: further right shapes, full credit; or {value = ..., note = "..."}
    aliases = {m = ["M", "-1"]}     # optional: what may stand for a symbol; for m the usual names are known
    mistakes = [{value = [10, "m"], name = "transposed", sentence = "Rows are samples, columns are features."}]

Students may write (m, 10), ("m", 10), "m x 10", "[m,10]", "m*10", "m by 10", torch.Size([m, 10]) as text; for
one dimension 50, (50,), [50] or "50".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from autograder.answers.entry import AnswerVerdict, KeyEntry, Look, NamedMistake, NotAnAnswer, Specimen
from autograder.answers.formulas import InvalidFormula, parse_formula
from autograder.answers.given import Given, short

Value = int | str | list[int | str]
Shape = tuple[int | str, ...]
MOST_DIMENSIONS = 8
USUAL = {"m": ["m", "M", "n", "N", "B", "b", "batch", "batch_size", "batchsize", "num_samples"]}
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_PREFIX = re.compile(r"^(?:torch\.Size|Size|shape|tuple)?\s*[:=]?\s*(?=[(\[{])", re.I)
_BETWEEN = re.compile(r"\s*(?:,|;|×|\*|·|\bby\b|(?<=[\w\s])x(?=[\s\d(])|(?<=\d)x(?=\w))\s*", re.I)
_SYMBOL = re.compile(r"[A-Za-z_]\w{0,19}|\?|-1")


class NotAShape(ValueError):
    """What was written is no shape; the text says why, and shows no answer."""


class AlsoShape(BaseModel):
    """A further right shape; the note, if any, is told to whoever writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    value: Value
    note: str = ""


class ShapeMistake(NamedMistake):
    """A wrong shape known by name."""

    value: Value


class ShapeCell(BaseModel):
    """One shape of a key, alone or as a cell of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    value: Value
    also: list[Value | AlsoShape] = []
    aliases: dict[str, list[str]] = {}
    mistakes: list[ShapeMistake] = []

    @model_validator(mode="after")
    def _readable(self) -> ShapeCell:
        for value in (self.value, *(a.value for a in self._also), *(m.value for m in self.mistakes)):
            try:
                read_shape(value)
            except NotAShape as problem:
                raise ValueError(f"{value!r} {problem}") from None
        return self

    @property
    def _also(self) -> list[AlsoShape]:
        return [a if isinstance(a, AlsoShape) else AlsoShape(value=a) for a in self.also]

    def _same(self, shape: Shape, key: Value) -> bool:
        wanted = read_shape(key)
        return len(shape) == len(wanted) and all(self._stands_for(s, w) for s, w in zip(shape, wanted))

    def _stands_for(self, written: int | str, wanted: int | str) -> bool:
        if isinstance(wanted, int) or written == wanted:
            return written == wanted
        return str(written) in [*USUAL.get(wanted, []), *self.aliases.get(wanted, [])]

    def look(self, value: object) -> Look:
        """What a student's shape is worth. Raises NotAShape."""
        shape = read_shape(value)
        if self._same(shape, self.value):
            return Look(1.0, f"Right, it is {shape_text(read_shape(self.value))}.")
        said = f"You wrote {shape_text(shape)}"
        for also in self._also:
            if self._same(shape, also.value):
                return Look(1.0, f"{said}, which is right. {also.note}".strip())
        wrong = f"{said}, but it is {shape_text(read_shape(self.value))}."
        for mistake in self.mistakes:
            if self._same(shape, mistake.value):
                return Look(mistake.credit, wrong, mistake)
        return Look(0.0, wrong)


class ShapeEntry(KeyEntry, ShapeCell):
    """A question whose answer is one shape."""

    kind: Literal["shape"]

    @property
    def advice(self) -> str:
        """What to write."""
        return "write a shape, such as ('m', 7) or 'm x 7'"

    def verdict(self, given: Given) -> AnswerVerdict:
        """Credit for the shape, with the mistake it makes where that is known."""
        try:
            return self.of_look(self.look(given.value))
        except NotAShape as problem:
            raise NotAnAnswer(f"{self.name} is {short(given.value)}, which {problem}: {self.advice}") from None

    def specimens(self) -> Iterator[Specimen]:
        """The key's shape, further right ones and the mistakes."""
        yield Specimen("the key's shape", self.value)
        yield from (Specimen(f"also {a.value}", a.value) for a in self._also)
        yield from (Specimen(m.name, m.value, None, m.name) for m in self.mistakes)
        yield Specimen("one dimension more", [*read_shape(self.value), 97], None)


def read_shape(value: object) -> Shape:
    """A shape as numbers and symbols; a number alone is a shape of one dimension. Raises NotAShape."""
    if isinstance(value, str):
        return tuple(_dimension(part) for part in _parts(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return (_dimension(value),)
    if not isinstance(value, (tuple, list)):
        raise NotAShape("is not a shape")
    if not 0 < len(value) <= MOST_DIMENSIONS:
        raise NotAShape("has too many dimensions" if value else "names no dimension")
    return tuple(_dimension(part) for part in value)


def shape_text(shape: Shape) -> str:
    """A shape for people, as Python would write it with symbols for names."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _parts(text: str) -> list[str]:
    if len(text) > 200:
        raise NotAShape("is too long for a shape")
    bare = _PREFIX.sub("", text.strip().strip("`"))
    while bare and bare[0] in _BRACKETS and bare.endswith(_BRACKETS[bare[0]]):
        bare = bare[1:-1].strip()
    bare = bare.rstrip(",").strip()
    if not bare:
        raise NotAShape("names no dimension")
    parts = _BETWEEN.split(bare)
    if len(parts) > MOST_DIMENSIONS:
        raise NotAShape("has too many dimensions")
    return parts


def _dimension(part: object) -> int | str:
    if part is None:
        return "None"
    if isinstance(part, int) and not isinstance(part, bool) and abs(part) < 10**12:
        return "-1" if part == -1 else part
    if not isinstance(part, str):
        raise NotAShape("has a dimension that is neither a number nor a name")
    bare = part.strip().strip("'\"").strip()
    if _SYMBOL.fullmatch(bare):
        return bare
    try:
        value = parse_formula(bare).at({})
    except InvalidFormula:
        raise NotAShape(f"has {short(bare, 20)} for a dimension") from None
    if value != int(value) or value < 0:
        raise NotAShape(f"has {short(bare, 20)} for a dimension")
    return int(value)
