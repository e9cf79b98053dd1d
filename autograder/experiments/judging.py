"""Holds a submission's runs against one experiment of the spec: what is missing, a sentence a gap."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograder.answers.formulas import InvalidFormula, parse_formula
from autograder.experiments.plausibility import suspicions
from autograder.experiments.record import FOLDER, Run, Runs, Setting
from autograder.experiments.spec import Agreement, Experiment, Threshold, Wanted, relation_sides

# Numbers that a student rounds to four digits in one place and not in the other.
CLOSE = 5e-5
SHOWN_GAPS = 5


@dataclass(frozen=True)
class ExperimentVerdict:
    """`credit` from 0 to 1, a message with a sentence for each gap, and what looks invented, for the instructor."""

    credit: float
    message: str
    flag: str | None
    attempted: bool


@dataclass
class _Item:
    """Something asked for: a run, or what must hold between runs."""

    title: str
    gaps: list[str] = field(default_factory=list)


def judge_experiment(runs: Runs, spec: Experiment) -> ExperimentVerdict:
    """Verdict on the runs of one submission."""
    wanted = runs_wanted(spec)
    chosen = {title: run for title, asked in wanted.items() if (run := _choose(title, asked, runs, spec)) is not None}
    items = [_of_run(title, asked, chosen.get(title), runs, spec) for title, asked in wanted.items()]
    items += [_Item(f"the same {name}", list(_unequal(name, chosen, len(wanted)))) for name in spec.same]
    if spec.only_varies:
        names = ", ".join(spec.only_varies)
        items.append(_Item(f"only {names} varies", list(_other_factors(spec.only_varies, chosen, len(wanted)))))
    items += [_Item(f"{t.number} reached", list(_short_of(t, chosen, wanted))) for t in spec.reaches]
    satisfied = sum(not item.gaps for item in items)
    share = satisfied / len(items)
    credit = share if spec.credit == "share" else float(share == 1)
    lines = [f"{item.title}: {gap}" for item in items for gap in _shortened(item.gaps)]
    lines += [f"not read: {problem}" for problem in runs.problems]
    lines.append(f"{satisfied} of {len(items)} things asked for are there and consistent.")
    flags = list(suspicions(chosen, spec))
    return ExperimentVerdict(round(credit, 6), "\n".join(lines), "; ".join(flags) or None, bool(chosen))


def _shortened(gaps: list[str]) -> list[str]:
    more = len(gaps) - SHOWN_GAPS
    return gaps if more <= 0 else [*gaps[:SHOWN_GAPS], f"and {more} more"]


def runs_wanted(spec: Experiment) -> dict[str, Mapping[str, Wanted]]:
    """Settings of each run asked for, by its title: "run NAME", or "run with SETTING VALUE" in a sweep."""
    return dict(_wanted(spec))


def _wanted(spec: Experiment) -> Iterator[tuple[str, Mapping[str, Wanted]]]:
    if spec.sweep:
        for values in itertools.product(*spec.sweep.values()):
            swept = dict(zip(spec.sweep, values))
            title = ", ".join(f"{name} {value}" for name, value in swept.items())
            yield f"run with {title}", {**swept, **spec.settings}
    else:
        for name in spec.runs:
            own = spec.runs[name] if isinstance(spec.runs, dict) else {}
            yield f"run {name}", {**spec.settings, **own}


def _choose(title: str, asked: Mapping[str, Wanted], runs: Runs, spec: Experiment) -> Run | None:
    """The run of this name, or the one of this place in the sweep with the fewest gaps."""
    if not spec.sweep:
        return runs.runs.get(title.removeprefix("run "))
    swept = [run for run in runs.runs.values() if all(_fits(run.settings.get(n), asked[n]) for n in spec.sweep)]
    return min(swept, key=lambda run: (len(list(_gaps(run, asked, spec))), -len(run.epochs)), default=None)


def _fits(value: Setting | list[Setting], wanted: Wanted) -> bool:
    if isinstance(wanted, list):
        return any(_fits(value, one) for one in wanted) or value == wanted
    if isinstance(value, (int, float)) and isinstance(wanted, (int, float)) and not isinstance(value, bool):
        return not isinstance(wanted, bool) and math.isclose(value, wanted, rel_tol=1e-6)
    if isinstance(value, str) and isinstance(wanted, str):
        return _plain(value) == _plain(wanted)
    return type(value) is type(wanted) and value == wanted


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _of_run(title: str, asked: Mapping[str, Wanted], run: Run | None, runs: Runs, spec: Experiment) -> _Item:
    if run is None:
        known = ", ".join(list(runs.runs)[:12]) or "none"
        where = "" if spec.sweep else f" ({FOLDER}/{title.removeprefix('run ')}.json; the logs there are: {known})"
        return _Item(title, [f"there is no such run{where}"])
    return _Item(title if not spec.sweep else f"{title} ({run.name})", list(_gaps(run, asked, spec)))


def _gaps(run: Run, asked: Mapping[str, Wanted], spec: Experiment) -> Iterator[str]:
    """What one run lacks of what is asked for, a sentence each."""
    for name, wanted in asked.items():
        if name not in run.settings:
            yield f"the setting {name} is not recorded; {_shown(wanted)} is asked for"
        elif not _fits(run.settings[name], wanted):
            yield f"{name} is {run.settings[name]}, and {_shown(wanted)} is asked for"
    yield from (f"the setting {name} is not recorded" for name in spec.recorded if name not in run.settings)
    yield from _length_gaps(run, spec)
    yield from _column_gaps(run, spec)
    if spec.finished and run.final is None:
        yield "it was not finished: call log.finish() after the last epoch"
    elif not (spec.may_diverge and run.diverged):
        numbers = [name for name in spec.final if (run.final or {}).get(name) is None]
        yield from (f"its final numbers lack {name}: log.finish({name}=...)" for name in numbers)
    yield from _impossible(run)
    for agreement in spec.agree:
        yield from _disagreement(run, agreement)
    for relation in spec.relations:
        yield from _broken_relation(run, relation)


def _shown(wanted: Wanted) -> str:
    return " or ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)


def _length_gaps(run: Run, spec: Experiment) -> Iterator[str]:
    count = len(run.epochs)
    if [row.get("epoch") for row in run.epochs] != list(range(1, count + 1)):
        yield "its epochs do not count 1, 2, 3, ... without a gap"
    if count < spec.epochs.least and not (spec.may_diverge and run.diverged):
        yield f"it has {count} epochs, and at least {spec.epochs.least} are asked for"
    if spec.epochs.most is not None and count > spec.epochs.most:
        yield f"it has {count} epochs, and at most {spec.epochs.most} are allowed"


def _column_gaps(run: Run, spec: Experiment) -> Iterator[str]:
    for name in spec.columns:
        missing = [number for number, row in enumerate(run.epochs, 1) if name not in row]
        empty = [number for number, row in enumerate(run.epochs, 1) if name in row and row[name] is None]
        if missing:
            every = len(missing) == len(run.epochs)
            yield f"{name} is not logged" + ("" if every else f" in epoch {missing[0]}")
        if empty and not spec.may_diverge:
            yield f"{name} is not finite in epoch {empty[0]}"


def _impossible(run: Run) -> Iterator[str]:
    places = [*((f"epoch {n}", row) for n, row in enumerate(run.epochs, 1)), ("the final numbers", run.final or {})]
    for where, row in places:
        for name, value in row.items():
            if "accuracy" in name and value is not None and not 0 <= value <= 1:
                yield f"{name} is {value:g} in {where}: an accuracy lies between 0 and 1"
                return


def _disagreement(run: Run, agreement: Agreement) -> Iterator[str]:
    final = (run.final or {}).get(agreement.final)
    curve = [value for value in run.column(agreement.column) if value is not None]
    if final is None or not curve:
        return
    last = run.column(agreement.column)[-1]
    best = min(curve) if "loss" in agreement.column or "error" in agreement.column else max(curve)
    rows: dict[str, list[float | None]] = {"last": [last], "best": [best], "any": [*curve]}
    allowed = rows[agreement.row]
    if not any(value is not None and math.isclose(final, value, rel_tol=CLOSE, abs_tol=CLOSE) for value in allowed):
        stands = {"last": f"the last epoch has {last}", "best": f"the best epoch has {best}", "any": "no epoch has it"}
        yield f"the final {agreement.final} is {final:g}, but of {agreement.column} {stands[agreement.row]}"


def _broken_relation(run: Run, relation: str) -> Iterator[str]:
    left, right, names = relation_sides(relation)
    values: dict[str, int | float] = {}
    for name in (left, *sorted(names)):
        value = run.number(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            yield f"{name} is not recorded as a number, so {relation} cannot be checked"
            return
        values[name] = value
    try:
        expected = float(parse_formula(right, names, case_matters=True).at(values))
    except InvalidFormula:
        expected = math.nan
    if not math.isclose(values[left], expected, rel_tol=1e-6):
        yield f"{left} is {values[left]:g}, but {right} is {expected:g}"


def _unequal(name: str, chosen: Mapping[str, Run], wanted: int) -> Iterator[str]:
    if len(chosen) < min(2, wanted):
        yield "there are not enough runs to compare"
        return
    values = {run.name: run.number(name) for run in chosen.values()}
    lacking = [run for run, value in values.items() if value is None]
    if lacking:
        yield f"{name} is not recorded in {', '.join(lacking[:5])}"
    elif any(not _fits(value, next(iter(values.values()))) for value in values.values()):
        listed = ", ".join(f"{value} in {run}" for run, value in list(values.items())[:6])
        yield f"it differs between the runs: {listed}"


def _other_factors(varied: list[str], chosen: Mapping[str, Run], wanted: int) -> Iterator[str]:
    if len(chosen) < min(2, wanted):
        yield "there are not enough runs to compare"
        return
    for name in sorted({name for run in chosen.values() for name in run.settings} - set(varied)):
        values = {run.name: run.settings.get(name) for run in chosen.values()}
        first = next(iter(values.values()))
        if any(not _fits(value, first) for value in values.values()):
            listed = ", ".join(f"{value} in {run}" for run, value in list(values.items())[:6])
            yield f"{name} differs too: {listed}"


def _short_of(
    threshold: Threshold, chosen: Mapping[str, Run], wanted: Mapping[str, Mapping[str, Wanted]]
) -> Iterator[str]:
    named = threshold.runs if isinstance(threshold.runs, list) else None
    held = [run for run in chosen.values() if named is None or run.name in named]
    reached = {run.name: _best(run, threshold) for run in held}
    good = {run: value for run, value in reached.items() if value is not None and _reaches(value, threshold)}
    needed = 1 if threshold.runs == "any" else len(wanted) if named is None else len(named)
    if len(good) < needed:
        bound = f"at least {threshold.least:g}" if threshold.least is not None else f"at most {threshold.most:g}"
        listed = ", ".join(
            f"{'not logged' if v is None else f'{v:g}'} in {run}" for run, v in list(reached.items())[:6]
        )
        yield f"{bound} is asked for; it is {listed or 'nowhere logged'}"


def _best(run: Run, threshold: Threshold) -> float | None:
    """The final number of this name, else the best of the column."""
    final = (run.final or {}).get(threshold.number)
    curve = [value for value in run.column(threshold.number) if value is not None]
    if final is not None or not curve:
        return final
    return max(curve) if threshold.least is not None else min(curve)


def _reaches(value: float, threshold: Threshold) -> bool:
    low = -math.inf if threshold.least is None else threshold.least
    high = math.inf if threshold.most is None else threshold.most
    return low <= value <= high
