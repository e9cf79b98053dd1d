"""What a probe is, what evidence it promises, and how each piece is compared."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.checks.engine.code import Code
    from autograder.checks.engine.draws import Draws

Evidence = Iterator[tuple[str, Any]]
Analysis = Callable[[Any, "Draws"], Any]


class UnknownProbe(KeyError):
    """A probe was named that no topic module defines."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Tolerance:
    """Two values match when |a - b| <= absolute + relative * |expected|, element by element."""

    relative: float
    absolute: float
    reason: str


EXACT = Tolerance(0.0, 0.0, "a count, a shape or a copy: no arithmetic separates two right answers")


@dataclass(frozen=True)
class Criterion:
    """How one piece of evidence is produced (in words, for the student) and compared.

    `analyse` reduces raw evidence to what is comparable (the offsets of random crops, say). It runs
    in the trusted process, on both sides, after shape and dtype were found equal. A dictionary of
    statistics by what they are called makes the message name the one that differs.
    """

    call: str
    tolerance: Tolerance
    analyse: Analysis | None = None


def exact(call: str, analyse: Analysis | None = None) -> Criterion:
    """Evidence that must agree to the last bit."""
    return Criterion(call, EXACT, analyse)


def close(
    call: str,
    relative: float,
    absolute: float,
    because: str,
    analyse: Analysis | None = None,
) -> Criterion:
    """Evidence that may differ by rounding; `because` says where the numbers come from."""
    return Criterion(call, Tolerance(relative, absolute, because), analyse)


@dataclass(frozen=True)
class Probe:
    """One thing a student implemented, exercised; contains no expected answer.

    `modules` are the student's files it touches, `seconds` the wall time it may take.
    """

    name: str
    modules: tuple[str, ...]
    criteria: Mapping[str, Criterion]
    run: Callable[[Code, Draws], Evidence]
    seconds: float

    @property
    def title(self) -> str:
        """First line of the probe's docstring."""
        return (self.run.__doc__ or self.name).strip().splitlines()[0].rstrip(".")


def probe(
    *modules: str, seconds: float = 10.0, **criteria: Criterion
) -> Callable[[Callable[[Code, Draws], Evidence]], Probe]:
    """Declare a probe: the student modules it touches, its wall-time limit, and its evidence by key."""

    def declare(run: Callable[[Code, Draws], Evidence]) -> Probe:
        topic = run.__module__.rsplit(".", 1)[-1]
        return Probe(f"{topic}.{run.__name__}", modules, criteria, run, seconds)

    return declare


def find_probe(name: str) -> Probe:
    """The probe called `topic.function`. Raises UnknownProbe with what is wrong about the name."""
    topic, _, function = name.partition(".")
    try:
        module = importlib.import_module(f"autograder.checks.{topic}")
    except ModuleNotFoundError as missing:
        raise UnknownProbe(f"no topic module autograder/checks/{topic}.py for probe {name!r}") from missing
    found = getattr(module, function, None)
    if not isinstance(found, Probe):
        raise UnknownProbe(f"autograder/checks/{topic}.py has no probe {function!r}")
    return found
