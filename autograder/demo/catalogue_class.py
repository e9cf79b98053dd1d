"""A demo class for any homework, made from its catalogue, its answer key and its experiments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.demo.classmates import SYNTAX_ERROR
from autograder.experiments.record import FOLDER, Run
from autograder.grading.homework import Homework
from autograder.grading.sources import marked_source, stage
from autograder.release.stripping import strip_module
from autograder.selftest.rehearsed_runs import rehearsed
from reference_solutions.mistakes.variant import Variant

MOST_MISTAKEN = 8


@dataclass(frozen=True)
class Member:
    """One student: modules that differ from the reference, and whether answers and runs were handed in."""

    name: str
    story: str
    changed: dict[str, str] = field(default_factory=dict)
    worked: bool = True


def write_catalogue_class(homework: Homework, out: Path) -> list[Member]:
    """One folder a student in `out`: the reference, accepted variants, mistakes, a broken module, the stub, nothing.

    Their runs are made up from the experiments' specification, as the self-test's are; nothing is trained.
    """
    members = list(_members(homework))
    for member in members:
        folder = stage(homework.rubric.assignment.modules, member.changed, out / member.name)
        if member.worked:
            _write_answers(homework, folder)
            _write_runs(homework, folder)
    (out / "tim").mkdir()
    return [*members, Member("tim", "an empty folder", worked=False)]


def _members(homework: Homework) -> Iterator[Member]:
    yield Member("ada", "the reference itself")
    yield Member("barbara", "other formulations, all accepted", _sources(v for v in homework.catalogue if v.accepted))
    mistakes = list(homework.mistakes)
    step = max(1, len(mistakes) // MOST_MISTAKEN)
    for number, mistake in enumerate(mistakes[step // 2 :: step][:MOST_MISTAKEN], start=1):
        yield Member(f"student{number}", mistake.id, _sources(iter([mistake])))
    modules = homework.rubric.assignment.modules
    stub = {module: strip_module(marked_source(module), f"{module}.py") for module in modules}
    yield Member("peter", f"a syntax error in {modules[0]}.py", {modules[0]: stub[modules[0]] + SYNTAX_ERROR})
    yield Member("olga", "an untouched stub", stub, worked=False)


def _sources(variants: Iterator[Variant]) -> dict[str, str]:
    """The first variant of each module."""
    changed: dict[str, str] = {}
    for variant in variants:
        if variant.module not in changed:
            changed[variant.module] = variant.source(marked_source(variant.module))
    return changed


def _write_answers(homework: Homework, folder: Path) -> None:
    """The key's own answers, in a cell of the first notebook."""
    asked = {check.answer for check in homework.rubric.checks() if check.kind == "answer"}
    right = {name: entry.specimens() for name, entry in homework.key.items() if name in asked}
    lines = [f"{name} = {next(s.value for s in found if s.credit == 1)!r}" for name, found in right.items()]
    if lines and homework.rubric.assignment.notebooks:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(lines))])
        nbformat.write(notebook, folder / f"{homework.rubric.assignment.notebooks[0]}.ipynb")


def _write_runs(homework: Homework, folder: Path) -> None:
    made: dict[str, Run] = {}
    for number, spec in enumerate(homework.experiments.values()):
        for name, run in rehearsed(spec).runs.items():
            own = f"{number}-{name}" if spec.sweep else name
            made[own] = _joined(made[own], run) if own in made else run
    (folder / FOLDER).mkdir(exist_ok=True)
    for name, run in made.items():
        text = json.dumps(run.model_copy(update={"name": name}).model_dump(mode="json", by_alias=True))
        (folder / FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def _joined(one: Run, other: Run) -> Run:
    """A run that two experiments ask for: the longer curve, with the settings and final numbers of both."""
    longer, shorter = (one, other) if len(one.epochs) >= len(other.epochs) else (other, one)
    rows = [
        (shorter.epochs[index] if index < len(shorter.epochs) else {}) | row for index, row in enumerate(longer.epochs)
    ]
    settings, final = shorter.settings | longer.settings, dict(longer.final or {})
    for key, number in (shorter.final or {}).items():  # an accuracy that one of the two asks to be reached
        final[key] = max((value for value in (number, final.get(key)) if value is not None), default=None)
    return longer.model_copy(update={"settings": settings, "final": final, "epochs": rows})
