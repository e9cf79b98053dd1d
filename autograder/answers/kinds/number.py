"""Kind `number`: a count or a quantity, right to the rounding that the student's writing shows.

    [answer_3_1]
    kind = "number"
    statement = "How many parameters has AlexNet?"
    value = 60965224                # number, or arithmetic as text: "11*11*3*96 + 96"
    reason = "..."                  # shown after grading
    digits = 2                      # optional: fewest significant digits a rounding must show (2)
    exact = false                   # optional: true refuses every rounding
    tolerance = 0.0                 # optional: relative, for measured quantities
    units = ["MACs"]                # optional: words allowed after the number besides the usual ones
    also = [{value = 62378344, note = "This is AlexNet without its two groups."}]
    mistakes = [{value = 60954656, name = "forgot_biases", sentence = "The biases are missing.", credit = 0.5}]

Students may write 60_965_224, "60,965,224", "61.0M", "61 million", 6.1e7, "2^10", 11*11*3*96 + 96 (quoted or
not). Integers written out are exact; with K, M, B or a power of ten the last place shown is the rounding,
and a number that was cut off instead of rounded is right too ("150K" for 150,528).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from autograder.answers.entry import AnswerVerdict, KeyEntry, Look, NamedMistake, NotAnAnswer, Specimen
from autograder.answers.given import Given, short
from autograder.answers.written import FEWEST_DIGITS, Agreement, Closeness, NotANumber, Written, read_number

Value = int | float | str


class NumberMistake(NamedMistake):
    """A wrong number known by name."""

    value: Value


class AlsoNumber(BaseModel):
    """A further right number, and what to say about it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    value: Value
    note: str = Field(min_length=1)


class NumberCell(BaseModel):
    """One number of a key, alone or as a cell of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    value: Value
    exact: bool = False
    digits: int = Field(default=FEWEST_DIGITS, ge=1)
    tolerance: float = Field(default=0.0, ge=0, lt=1)
    units: list[str] = []
    also: list[AlsoNumber] = []
    mistakes: list[NumberMistake] = []

    @model_validator(mode="after")
    def _readable(self) -> NumberCell:
        for value in (self.value, *(a.value for a in self.also), *(m.value for m in self.mistakes)):
            try:
                read_number(value)
            except NotANumber as problem:
                raise ValueError(f"{value!r} {problem}") from None
        return self

    @property
    def closeness(self) -> Closeness:
        """How close a student's number must be."""
        return Closeness(self.exact, self.digits, self.tolerance)

    @property
    def right(self) -> Fraction:
        """The right number."""
        return read_number(self.value).value

    def read(self, value: object) -> Written:
        """A student's number. Raises NotANumber."""
        return read_number(value, tuple(self.units))

    def look(self, value: object) -> Look:
        """What a student's number is worth. Raises NotANumber."""
        written = self.read(value)
        agreement = self.closeness.agreement(written, self.right)
        if agreement is Agreement.RIGHT:
            return Look(1.0, f"Right, it is {number_text(self.value)}.")
        said = f"You wrote {short_text(written.text)}"
        for also in self.also:
            if self.closeness.agreement(written, read_number(also.value).value) is Agreement.RIGHT:
                return Look(1.0, f"{said}, which is accepted. {also.note}")
        for mistake in self.mistakes:
            if self.closeness.agreement(written, read_number(mistake.value).value) is Agreement.RIGHT:
                return Look(mistake.credit, f"{said}, but it is {number_text(self.value)}.", mistake)
        if agreement is Agreement.TOO_COARSE:
            return Look(0.0, f"{said}, which is rounded too far: it is {number_text(self.value)}.")
        return Look(0.0, f"{said}, but it is {number_text(self.value)}.")


class NumberEntry(KeyEntry, NumberCell):
    """A question whose answer is one number."""

    kind: Literal["number"]

    @property
    def advice(self) -> str:
        """What to write."""
        return "write a number, such as 1728, '1,728' or '1.73K'"

    def verdict(self, given: Given) -> AnswerVerdict:
        """Credit for the number, with the mistake it makes where that is known."""
        try:
            return self.of_look(self.look(given.value))
        except NotANumber as problem:
            raise NotAnAnswer(f"{self.name} is {short(given.value)}, which {problem}: {self.advice}") from None

    def specimens(self) -> Iterator[Specimen]:
        """The key's number, further right ones and the mistakes."""
        yield Specimen("the key's number", self.value)
        yield from (Specimen(f"also {a.value}", a.value) for a in self.also)
        yield from (Specimen(m.name, m.value, None, m.name) for m in self.mistakes)
        yield Specimen("another number", float(2 * self.right + 1), None)


def number_text(value: Value) -> str:
    """A number of the key for people: integers in groups of three; of arithmetic, its value."""
    found = read_number(value).value
    if found.denominator == 1:
        return f"{found.numerator:,}"
    return str(value) if not isinstance(value, str) else f"{float(found):.6g}"


def short_text(text: str, limit: int = 60) -> str:
    """What a student wrote, cut at `limit` characters."""
    return text if len(text) <= limit else f"{text[: limit - 3]}..."
