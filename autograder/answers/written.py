"""Numbers as students write them, with the rounding that the writing shows.

"3.2M" shows hundreds of thousands, "1,728" and 3_200_000 show every digit, 1.2e6 shows two digits. A number
is right when the exact one rounds (or, as people do, is cut off) to what was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from autograder.answers.formulas import InvalidFormula, parse_formula, tidy_formula

FEWEST_DIGITS = 2
UNITS: tuple[str, ...] = (
    "parameters",
    "parameter",
    "params",
    "param",
    "weights",
    "multiplications",
    "mults",
    "macs",
    "times",
    "values",
)
UNITS += ("x", "neurons", "pixels", "activations", "images", "epochs", "layers", "samples", "iterations")
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mio": 6, "million": 6, "millions": 6, "g": 9, "b": 9, "billion": 9}
_ABOUT = re.compile(r"^\s*(?:[~≈]|about\b|approx(?:imately|\.)?\s|ca\.)\s*", re.I)
_SCALED = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)\s*([a-z]+)?\.?", re.I)
_SCIENTIFIC = re.compile(
    r"([+-]?\d+(?:\.\d*)?)\s*(?:[*x]\s*10\s*(?:\^|\*\*)\s*\(?([+-]?\d{1,3})\)?|e([+-]?\d{1,3}))", re.I
)
_LARGEST = 10**30
_EVERY_DIGIT = 99


class NotANumber(ValueError):
    """What was written is no number; the text says why, and shows no answer."""


class Agreement(Enum):
    """How a written number stands to the right one."""

    RIGHT = "right"
    TOO_COARSE = "too coarse"
    WRONG = "wrong"


@dataclass(frozen=True)
class Written:
    """A number as written. `step`: the unit of the last place shown, 0 for exact; `digits`: significant ones shown."""

    value: Fraction
    step: Fraction
    digits: int
    text: str


@dataclass(frozen=True)
class Closeness:
    """What of a number must be right: `exact`, or at least `digits` digits shown; `tolerance` is relative."""

    exact: bool = False
    digits: int = FEWEST_DIGITS
    tolerance: float = 0.0

    def agreement(self, written: Written, right: Fraction, slack: Fraction = Fraction(0)) -> Agreement:
        """Whether `written` is `right`; `slack` is an uncertainty of the right number itself."""
        off = abs(written.value - right)
        if off <= slack + Fraction(self.tolerance) * abs(right):
            return Agreement.RIGHT
        whole = written.value.denominator == 1 and right.denominator != 1
        step = written.step or Fraction(whole)  # a whole number for a fraction was rounded; arithmetic was not
        if self.exact or not step:
            return Agreement.WRONG
        cut = 0 < (right - written.value if right >= 0 else written.value - right) < step
        if off * 2 > step + slack and not cut:
            return Agreement.WRONG
        return Agreement.RIGHT if written.digits >= self.digits else Agreement.TOO_COARSE


def read_number(value: object, units: tuple[str, ...] = ()) -> Written:
    """An int, a float or text as a number. Raises NotANumber.

    units: words that may follow the number besides the usual ones for counts.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise NotANumber("is not a number")
    if isinstance(value, str):
        return _of_text(value, units)
    if isinstance(value, float):
        return _of_float(value)
    if abs(value) > _LARGEST:
        raise NotANumber("is far too large")
    return Written(Fraction(value), Fraction(0), len(str(abs(value))), f"{value:,}")


def _of_float(value: float) -> Written:
    if value != value or abs(value) > _LARGEST:
        raise NotANumber("is not a finite number of a sensible size")
    shown = Decimal(repr(value)).normalize()
    return _rounded(shown, 0, f"{value:,.0f}" if value == int(value) and abs(value) >= 1000 else repr(value))


def _rounded(mantissa: Decimal, power: int, text: str) -> Written:
    """A number that shows the digits of `mantissa`, times ten to `power`."""
    _, digits, exponent = mantissa.as_tuple()
    assert isinstance(exponent, int)
    scale = Fraction(10) ** power
    return Written(
        Fraction(mantissa) * scale, Fraction(10) ** exponent * scale, len(str(int("".join(map(str, digits))))), text
    )


def _of_text(text: str, units: tuple[str, ...]) -> Written:
    if len(text) > 300:
        raise NotANumber("is too long for a number")
    bare = _ABOUT.sub("", tidy_formula(text.strip().strip("`'\"")).rpartition("=")[2].strip()).strip()
    known: list[str] = sorted((*units, *UNITS), key=len, reverse=True)
    for unit in known:
        bare = re.sub(rf"(?<=[\d\sKMGBkmgb)]){re.escape(unit)}$", "", bare, flags=re.I).strip()
    if scientific := _SCIENTIFIC.fullmatch(bare):
        return _rounded(Decimal(scientific[1]), int(scientific[2] or scientific[3]), text.strip())
    scaled = _SCALED.fullmatch(bare)
    if scaled and (not scaled[2] or scaled[2].casefold() in _SCALES):
        return _of_scaled(scaled[1], scaled[2] or "", text.strip())
    if re.fullmatch(r"[+-]?\d{1,3}(?:\.?\d*),\d+(?:\D.*)?", bare):
        raise NotANumber("has a comma that separates no thousands: write a decimal point")
    try:
        value = Fraction(parse_formula(bare).at({}))
    except InvalidFormula as invalid:
        raise NotANumber(f"is not read as a number: {invalid}") from None
    if abs(value) > _LARGEST:
        raise NotANumber("is far too large")
    return Written(value, Fraction(0), _EVERY_DIGIT, text.strip())


def _of_scaled(number: str, scale: str, text: str) -> Written:
    if not scale and "." not in number:
        return Written(Fraction(number), Fraction(0), len(number.lstrip("+-")), text)
    mantissa, power = Decimal(number), _SCALES.get(scale.casefold(), 0)
    written = _rounded(mantissa, power, text)
    # Of "800K" it cannot be seen whether the zeros are digits or filling: two digits are what it surely shows.
    whole = number.lstrip("+-0")
    if scale and whole.isdigit() and whole.endswith("0") and len(whole) > FEWEST_DIGITS:
        shown = max(FEWEST_DIGITS, len(whole.rstrip("0")))
        step = Fraction(10) ** (power + len(whole) - shown)
        return Written(written.value, step, len(whole), text)
    return written
