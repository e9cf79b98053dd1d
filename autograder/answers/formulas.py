"""Arithmetic as people write it, parsed by a small grammar of its own and evaluated on numbers.

Used for numbers written as arithmetic ("3*3*3*100 + 100", "2^10"), for formulas asked of students, and for
the formulas that keys and experiment specs state. sympy's parser goes through Python's eval and its powers
have no bound, so neither is used: the grammar knows numbers, the symbols it is told, + - * / ^, brackets of
any shape, implicit multiplication ("2N", "NF", "N(F-1)") and the functions below, and nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

LONGEST = 300
DEEPEST = 40
_MOST_BITS = 20_000
Number = int | float | Fraction

_SPELLINGS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/"}
    | {"[": "(", "]": ")", "{": "(", "}": ")"} | {"\u00a0": " ", "\u2009": " ", "\u202f": " "}
)  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_LATEX = re.compile(r"\\(cdot|times|left|right|,|;| )")
_GROUPED = re.compile(r"(?<![\w.])\d{1,3}(?:([,_' ’])\d{3})(?:\1\d{3})*(?![\w])")
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([^\W\d]\w*)|(\*\*|[-+*/^(),]))")
# An x that stands for times, as in 13x13 and (N + 1) x (N + 1); that of max and exp has a letter before it.
_TIMES = re.compile(r"(?<=[\d)\s])(?<!\b0)x(?=[\s\d(])", re.I)
_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "sqrt": math.sqrt,
    "log": math.log,
    "ln": math.log,
    "exp": math.exp,
    "floor": math.floor,
    "ceil": math.ceil,
    "abs": abs,
    "min": min,
    "max": max,
    "sum": lambda *terms: sum(terms),
}


class InvalidFormula(ValueError):
    """What was written is no formula of this grammar, or has no value; the text says why."""


@dataclass(frozen=True)
class Formula:
    """A parsed formula: an operator, a function or a leaf, with its operands."""

    head: str
    operands: tuple[Formula, ...] = ()
    number: Fraction = Fraction(0)

    def names(self) -> frozenset[str]:
        """Symbols that occur in it."""
        own = {self.head[1:]} if self.head.startswith("$") else set()
        return frozenset(own.union(*(o.names() for o in self.operands)))

    def at(self, values: Mapping[str, Number]) -> Number:
        """Its value where the symbols have `values`: exact for integers and fractions without functions.

        Raises InvalidFormula where it has none (division by zero, a root of a negative number) or
        where it is too large to write down.
        """
        try:
            found = self._value(values)
        except (ZeroDivisionError, OverflowError, ValueError, TypeError) as error:
            if isinstance(error, InvalidFormula):
                raise
            raise InvalidFormula(f"it has no value ({error})") from None
        if isinstance(found, complex) or (isinstance(found, float) and not math.isfinite(found)):
            raise InvalidFormula("it has no finite value")
        return found

    def _value(self, values: Mapping[str, Number]) -> Number:
        if not self.operands:
            return values[self.head[1:]] if self.head.startswith("$") else self.number
        parts = [operand._value(values) for operand in self.operands]
        if self.head == "^":
            return _power(parts[0], parts[1])
        if self.head in _FUNCTIONS:
            return _FUNCTIONS[self.head](*parts)
        first, *rest = parts
        if self.head == "neg":
            return -first
        second = rest[0]
        if self.head == "/":
            return first / (Fraction(second) if isinstance(second, int) else second)
        found = first + second if self.head == "+" else first - second if self.head == "-" else first * second
        return _bounded(found)


def _power(base: Number, exponent: Number) -> Number:
    """`base` ** `exponent`, refused before it is computed where it would be huge."""
    exact = not isinstance(base, float) and not isinstance(exponent, float) and Fraction(exponent).denominator == 1
    if not exact:
        found = float(base) ** float(exponent)
        if isinstance(found, complex):
            raise InvalidFormula("it takes a root of a negative number")
        return float(found)
    whole, whole_exponent = Fraction(base), int(exponent)
    bits = max(abs(whole.numerator).bit_length(), whole.denominator.bit_length())
    if abs(whole_exponent) > _MOST_BITS or bits * abs(whole_exponent) > _MOST_BITS:
        raise InvalidFormula("it is too large")
    return whole**whole_exponent


def _bounded(value: Number) -> Number:
    if isinstance(value, Fraction) and max(abs(value.numerator), value.denominator).bit_length() > _MOST_BITS:
        raise InvalidFormula("it is too large")
    return value


def tidy_formula(text: str) -> str:
    """`text` with the many ways of writing minus, times, powers and grouped thousands made one."""
    text = _LATEX.sub(lambda m: "*" if m[1] in ("cdot", "times") else " ", text)
    text = _SUPERSCRIPT.sub(lambda m: f"^{m[0].translate(_SUPERSCRIPTS)}", text)
    text = text.strip().strip("$").translate(_SPELLINGS)
    return _GROUPED.sub(lambda m: m[0].replace(m[1], ""), text)


def parse_formula(text: str, symbols: Collection[str] = (), case_matters: bool = False) -> Formula:
    """The formula written in `text`; of several sides of an equation, the last. Raises InvalidFormula.

    symbols: names it may use; others are refused by name. Small and capital letters are the same
    unless `case_matters` or two symbols differ in nothing else.
    """
    if len(text) > LONGEST:
        raise InvalidFormula(f"it is longer than {LONGEST} characters")
    last = tidy_formula(text).rpartition("=")[2]
    if "x" not in {symbol.casefold() for symbol in symbols}:
        last = _TIMES.sub("*", last)
    return _Parser(last, symbols, case_matters).parse()


class _Parser:
    """Recursive descent: sum, product (also implicit), sign, power, atom."""

    def __init__(self, text: str, symbols: Collection[str], case_matters: bool) -> None:
        folded = {name.casefold(): name for name in symbols}
        loose = not case_matters and len(folded) == len(symbols)
        self.symbols = {name: name for name in symbols} | (folded | {n.upper(): n for n in symbols} if loose else {})
        self.tokens = self._tokens(text)
        self.place = 0
        self.depth = 0

    def _tokens(self, text: str) -> list[str]:
        tokens: list[str] = []
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise InvalidFormula(f"{text[place:].strip()[0]!r} has no place in a formula")
            number, name, operator = match.groups()
            tokens += self._split(name) if name else [number or operator]
            place = match.end()
        return tokens

    def _split(self, name: str) -> list[str]:
        """A run of letters as a function, a symbol, or symbols side by side: NF is N times F."""
        if name in self.symbols:
            return [f"${self.symbols[name]}"]
        if name.lower() in _FUNCTIONS:
            return [name.lower()]
        for length in range(len(name) - 1, 0, -1):
            if name[:length] in self.symbols and not name[length].isdigit():
                return [f"${self.symbols[name[:length]]}", *self._split(name[length:])]
        known = ", ".join(dict.fromkeys(self.symbols.values()))
        raise InvalidFormula(f"{name[:30]!r} is not known here" + (f" (the symbols are {known})" if known else ""))

    def parse(self) -> Formula:
        if not self.tokens:
            raise InvalidFormula("it is empty")
        found = self._sum()
        if self.place < len(self.tokens):
            raise InvalidFormula(f"{_shown(self.tokens[self.place])} stands where an operator is expected")
        return found

    def _next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self.place += 1
        return token

    def _sum(self) -> Formula:
        self.depth += 1
        if self.depth > DEEPEST:
            raise InvalidFormula("its brackets are nested too deeply")
        left = self._product()
        while self._next() in ("+", "-"):
            left = Formula(self._take(), (left, self._product()))
        self.depth -= 1
        return left

    def _product(self) -> Formula:
        left = self._signed()
        while (token := self._next()) and token not in ("+", "-", ")", ","):
            if token in ("*", "/"):
                left = Formula(self._take(), (left, self._signed()))
            elif token[0] in "0123456789." or token in ("^", "**"):
                raise InvalidFormula(f"an operator is missing before {_shown(token)}")
            else:
                left = Formula("*", (left, self._power()))
        return left

    def _signed(self) -> Formula:
        negative = False
        while self._next() in ("+", "-"):
            negative ^= self._take() == "-"
        found = self._power()
        return Formula("neg", (found,)) if negative else found

    def _power(self) -> Formula:
        base = self._atom()
        if self._next() not in ("^", "**"):
            return base
        self._take()
        self.depth += 1
        if self.depth > DEEPEST:
            raise InvalidFormula("its powers are nested too deeply")
        exponent = self._signed()
        self.depth -= 1
        return Formula("^", (base, exponent))

    def _atom(self) -> Formula:
        token = self._take()
        if token == "(":
            inner = self._sum()
            self._close()
            return inner
        if token in _FUNCTIONS:
            return Formula(token, self._arguments(token))
        if token.startswith("$"):
            return Formula(token)
        if token and (token[0].isdigit() or token[0] == "."):
            return Formula("number", number=_literal(token))
        raise InvalidFormula(
            f"{_shown(token)} stands where a number or a name is expected" if token else "it breaks off"
        )

    def _arguments(self, function: str) -> tuple[Formula, ...]:
        if self._take() != "(":
            raise InvalidFormula(f"{function} needs brackets around what it is taken of")
        found = [self._sum()]
        while self._next() == ",":
            self._take()
            found.append(self._sum())
        self._close()
        if len(found) > 1 and function not in ("min", "max", "sum"):
            raise InvalidFormula(f"{function} takes one value")
        return tuple(found)

    def _close(self) -> None:
        if self._take() != ")":
            raise InvalidFormula("a closing bracket is missing")


def _literal(token: str) -> Fraction:
    exponent = re.search(r"[eE]([+-]?\d+)$", token)
    if exponent and (len(exponent[1]) > 5 or abs(int(exponent[1])) > 400):
        raise InvalidFormula(f"{token[:30]} is too large or too small")
    return Fraction(token)


def _shown(token: str) -> str:
    return repr(token.removeprefix("$"))
