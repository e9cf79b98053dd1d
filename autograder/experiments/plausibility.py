"""Signs that a log was invented or copied. They go to the instructor and decide no points."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

from autograder.experiments.record import Run
from autograder.experiments.spec import Experiment

# Two runs that share this many numbers of a column to the last digit share more than a seed.
FEWEST_EQUAL = 3
# Untrained networks start at ln(classes); a large first batch of steps brings it down, rarely up by half.
HIGHEST_START = 1.5


def suspicions(runs: Mapping[str, Run], spec: Experiment) -> Iterator[str]:
    """Sentences on what looks odd in the runs that were chosen for an experiment."""
    distinct = list({run.name: run for run in runs.values()}.values())
    for one, other in itertools.combinations(distinct, 2):
        copied = [name for name in _columns(one) if _same_curve(one, other, name)]
        if copied:
            yield f"runs {one.name} and {other.name} have the same {', '.join(copied)} to the last digit"
    for run in distinct:
        yield from _odd_time(run)
        if spec.first_loss is not None:
            yield from _odd_start(run, spec.first_loss.column, spec.first_loss.classes)


def _columns(run: Run) -> list[str]:
    first = run.epochs[0] if run.epochs else {}
    return [name for name in first if name not in ("epoch", "seconds")]


def _same_curve(one: Run, other: Run, name: str) -> bool:
    shared = list(zip(one.column(name), other.column(name)))
    varied = len({value for value, _ in shared}) > 1
    return (
        varied and len(shared) >= FEWEST_EQUAL and all(a == b and a is not None for a, b in shared) and _measured(name)
    )


def _measured(name: str) -> bool:
    return any(word in name for word in ("loss", "accuracy", "error"))


def _odd_time(run: Run) -> Iterator[str]:
    seconds = [value for value in run.column("seconds") if value is not None]
    if len(seconds) < len(run.epochs):
        yield f"run {run.name} lacks the seconds that RunLog writes in each epoch"
    elif any(later < earlier for earlier, later in itertools.pairwise(seconds)):
        yield f"run {run.name}: the clock goes backwards between two epochs"
    elif len(seconds) >= FEWEST_EQUAL and seconds[-1] - seconds[0] < 0.01:
        yield f"run {run.name}: {len(seconds)} epochs were logged within {seconds[-1] - seconds[0]:.3f} s"


def _odd_start(run: Run, column: str, classes: int) -> Iterator[str]:
    first = next((value for value in run.column(column) if value is not None), None)
    if first is not None and not 0 <= first <= HIGHEST_START * math.log(classes):
        yield f"run {run.name}: {column} starts at {first:g}; ln({classes}) is {math.log(classes):.3f}"
