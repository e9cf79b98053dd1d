"""Runs that satisfy an experiment's spec, made up from the spec itself, to show that it can be satisfied."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.answers.formulas import parse_formula
from autograder.experiments.judging import runs_wanted
from autograder.experiments.record import Run, Runs, Setting
from autograder.experiments.spec import Experiment, Wanted, relation_sides

Settings = dict[str, Setting | list[Setting]]
# What a product comes to that must be the same in all runs: a power of two, so that usual factors divide it.
PRODUCT = 2**13
SECONDS = 60.0


def rehearsed(spec: Experiment) -> Runs:
    """A complete and consistent run for each that `spec` asks for."""
    runs = {}
    for number, (title, asked) in enumerate(runs_wanted(spec).items()):
        name = f"run-{number}" if spec.sweep else title.removeprefix("run ")
        runs[name] = _run(name, number, asked, spec)
    return Runs(runs)


def _run(name: str, number: int, asked: Mapping[str, Wanted], spec: Experiment) -> Run:
    settings: Settings = {key: value[0] if isinstance(value, list) else value for key, value in asked.items()}
    for relation in spec.relations:
        settings |= _related(relation, settings, spec)
    settings = dict.fromkeys([*spec.recorded, *spec.same], 1) | settings
    ends = {key: _reached(key, name, spec) for key in spec.columns}
    ends |= {agreement.column: _reached(agreement.final, name, spec) for agreement in spec.agree}
    numbers = [*spec.final, *(a.final for a in spec.agree), *(t.number for t in spec.reaches)]
    count = max(3, spec.epochs.least) if spec.epochs.most is None else min(max(3, spec.epochs.least), spec.epochs.most)
    return Run(
        schema=1,
        name=name,
        settings=settings,
        epochs=[_row(epoch, count, ends, number) for epoch in range(1, count + 1)],
        final={
            key: known if isinstance(known := settings.get(key), (int, float)) else _reached(key, name, spec)
            for key in numbers
        },
        seconds=SECONDS * count,
    )


def _related(relation: str, settings: Settings, spec: Experiment) -> Settings:
    """Settings that make effective = copies * batch hold: one factor that is open is chosen to fit what is fixed."""
    left, right, names = relation_sides(relation)
    fixed = {name: value for name in names if isinstance(value := settings.get(name), (int, float))}
    free = sorted(names - set(fixed))
    factors: dict[str, int | float] = dict.fromkeys(free, 1) | fixed
    value = float(parse_formula(right, names, case_matters=True).at(factors))
    target = settings.get(left, PRODUCT if left in spec.same else None)
    if free and isinstance(target, (int, float)):
        return {left: target, **factors, free[0]: target / value}
    return {left: value, **factors}


def _reached(key: str, run: str, spec: Experiment) -> float:
    """A value for a final number or the end of a column, within every threshold on it for this run."""
    value = 0.5
    for threshold in spec.reaches:
        if threshold.number == key and (not isinstance(threshold.runs, list) or run in threshold.runs):
            value = value if threshold.least is None else max(value, threshold.least)
            value = value if threshold.most is None else min(value, threshold.most)
    return value


def _row(epoch: int, count: int, ends: Mapping[str, float], number: int) -> dict[str, int | float | None]:
    """An epoch on the way to `ends`: losses and errors fall to them, all else rises; no two runs take the same way."""
    away = (1 - epoch / count) * (0.3 + 0.01 * number)
    row: dict[str, int | float | None] = {"epoch": epoch, "seconds": SECONDS * epoch}
    for key, end in ends.items():
        row[key] = end * (1 + away if "loss" in key or "error" in key else 1 - away)
    return row
