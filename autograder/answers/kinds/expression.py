"""Kind `expression`: a formula, compared with the key's at random points, so that any equal form is right.

    [answer_3_3]
    kind = "expression"
    statement = "How large is the receptive field of N stacked FxF convolutions, along one side?"
    symbols = ["N", "F"]
    value = "N*F - N + 1"
    reason = "..."
    domain = {N = [1, 9], F = [1, 11]}  # optional: where each symbol is drawn from; 1.1 to 5 otherwise
    integers = false                    # optional: true draws whole numbers only, for formulas with floor or ceil
    mistakes = [{value = "N*F", name = "no_overlap", sentence = "Neighbouring windows overlap.", credit = 0.25}]

Students write a string (or bare arithmetic): "N(F-1)+1", "NF - N + 1", "(N*F-N+1)^2", with ^ or **, implicit
multiplication, any brackets, sqrt, log, ln, exp, floor, ceil, abs, min, max. Of an equation the last side counts.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from autograder.answers.entry import AnswerVerdict, KeyEntry, Look, NamedMistake, NotAnAnswer, Specimen
from autograder.answers.formulas import Formula, InvalidFormula, parse_formula
from autograder.answers.given import Given, short

POINTS = 16
# Below this many points with a value, the key's domain is a mistake of the key.
FEWEST_POINTS = 8
# Rounding of two orders of summation in double precision stays far below, any wrong formula far above.
CLOSE = 1e-9


class ExpressionMistake(NamedMistake):
    """A wrong formula known by name."""

    value: str


class ExpressionEntry(KeyEntry):
    """A question whose answer is a formula."""

    kind: Literal["expression"]
    value: str
    symbols: list[str] = Field(min_length=1)
    case_matters: bool = False
    domain: dict[str, list[float]] = Field(default_factory=dict)
    integers: bool = False
    mistakes: list[ExpressionMistake] = Field(default_factory=list)

    @model_validator(mode="after")
    def _readable(self) -> ExpressionEntry:
        for text in (self.value, *(m.value for m in self.mistakes)):
            try:
                self._parse(text)
            except InvalidFormula as invalid:
                raise ValueError(f"{text!r}: {invalid}") from None
        for symbol, bounds in self.domain.items():
            if symbol not in self.symbols or len(bounds) != 2 or bounds[0] > bounds[1]:
                raise ValueError(f"domain.{symbol} must be a symbol's lower and upper bound")
        if len(self._points()) < FEWEST_POINTS:
            raise ValueError(f"{self.value!r} has no value at most points of its domain")
        return self

    @property
    def advice(self) -> str:
        """What to write."""
        return f"write a formula in {', '.join(self.symbols)} between quotes"

    def verdict(self, given: Given) -> AnswerVerdict:
        """Full credit for any formula that is equal wherever the key's has a value."""
        value = given.value
        text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
        if not isinstance(text, str):
            raise NotAnAnswer(f"{self.name} is {short(value)}: {self.advice}")
        try:
            formula = self._parse(text)
        except InvalidFormula as invalid:
            raise NotAnAnswer(f"{self.name} is {short(value)}, which is not read: {invalid}; {self.advice}") from None
        return self.of_look(self._look(formula, short(text)))

    def _look(self, formula: Formula, said: str) -> Look:
        if self._equal(formula, self.value):
            return Look(1.0, f"Right, it equals {self.value}.")
        for mistake in self.mistakes:
            if self._equal(formula, mistake.value):
                return Look(mistake.credit, f"You wrote {said}, but it is {self.value}.", mistake)
        return Look(0.0, f"You wrote {said}, but it is {self.value}.")

    def specimens(self) -> Iterator[Specimen]:
        """The key's formula and the mistakes."""
        yield Specimen("the key's formula", self.value)
        yield from (Specimen(m.name, m.value, None, m.name) for m in self.mistakes)
        yield Specimen("another formula", f"{self.value} + 0.5", None)

    def _parse(self, text: str) -> Formula:
        return parse_formula(text, self.symbols, self.case_matters)

    def _points(self) -> list[dict[str, float]]:
        """Points at which the key's formula has a value; always the same for a question."""
        draws = random.Random(self.name)
        formula = self._parse(self.value)
        found = []
        for _ in range(POINTS):
            point = {symbol: self._draw(draws, symbol) for symbol in self.symbols}
            if _value(formula, point) is not None:
                found.append(point)
        return found

    def _draw(self, draws: random.Random, symbol: str) -> float:
        low, high = self.domain.get(symbol, [1, 9] if self.integers else [1.1, 5.0])
        return float(draws.randint(math.ceil(low), math.floor(high))) if self.integers else draws.uniform(low, high)

    def _equal(self, formula: Formula, key: str) -> bool:
        wanted = self._parse(key)
        for point in self._points():
            right, written = _value(wanted, point), _value(formula, point)
            if right is None and written is None:
                continue
            if right is None or written is None or not math.isclose(right, written, rel_tol=CLOSE, abs_tol=CLOSE):
                return False
        return True


def _value(formula: Formula, point: dict[str, float]) -> float | None:
    try:
        return float(formula.at(point))
    except (InvalidFormula, OverflowError):
        return None
