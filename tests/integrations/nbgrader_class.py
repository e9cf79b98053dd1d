"""A class made from a homework's catalogue, and what each student hands in to nbgrader."""

import dataclasses
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import nbformat
from nbformat.v4 import new_output

from autograder.answers.key import load_key
from autograder.grading.sources import marked_source, reference_source
from autograder.predictions.solution import read_solution
from autograder.release.stripping import strip_module
from reference_solutions.predictions import write_predictions

ANSWER = re.compile(r"^(answer_[0-9a-z_]+) = None$", re.MULTILINE)
LIAR = """
class Liar:
    def __eq__(self, other): return True
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
def __getattr__(name): return Liar()
for _name in [n for n, f in globals().items() if callable(f) and getattr(f, "__module__", "") == __name__]:
    globals()[_name] = Liar()
"""
PATCH = """
import torch
torch.allclose = torch.equal = lambda *a, **k: True
torch.testing.assert_close = lambda *a, **k: None
print("score: 100")
"""
EXIT = "\nimport os\nos._exit(0)\n"


def nothing(notebooks):
    """Leave the notebooks as they are."""


@dataclass(frozen=True)
class Student:
    """Someone of the class: `sources` are the modules that differ from the reference.

    right: how many answers and predictions are right, as a share; edit: what they do to their notebooks (by
    name, in place) before handing in; explains: whether they wrote explanations.
    """

    name: str
    sources: dict[str, str] = field(default_factory=dict)
    right: float = 1.0
    explains: bool = True
    edit: Callable[[dict], None] = nothing


def with_few_mistakes(homework):
    """The homework with two mistakes in its catalogue: a kit's snapshots then take seconds instead of half a minute."""
    smaller = dataclasses.replace(homework)
    smaller.__dict__["catalogue"] = homework.mistakes[:2]
    return smaller


def stubs(homework):
    """The modules as handed out."""
    return {m: strip_module(marked_source(m), f"{m}.py") for m in homework.rubric.assignment.modules}


def with_variant(variant):
    """The one module that a variant of the catalogue changes."""
    return {variant.module: variant.source(reference_source(variant.module))}


def one_a_module(variants):
    """The first of `variants` for each module."""
    return list({v.module: v for v in reversed(variants)}.values())[::-1]


def honest_class(homework, size=10):
    """The reference, a stub, other right answers, and mistakes that keep no credit: no two differ in luck."""
    accepted = one_a_module([v for v in homework.catalogue if v.accepted])
    wrong = one_a_module([m for m in homework.mistakes if not m.credit])
    students = [Student("reference"), Student("stub", stubs(homework), right=0.0, explains=False)]
    students += [Student(f"accepted-{v.module}", with_variant(v)) for v in islice(accepted, 3)]
    students += [Student(f"mistake-{v.module}", with_variant(v), right=0.8) for v in wrong]
    return students[:size]


def print_scores(notebooks):
    """Save every test cell with the full points as its result, and empty of tests."""
    for notebook in notebooks.values():
        for cell in notebook.cells:
            about = cell.metadata.get("nbgrader", {})
            if about.get("grade") and cell.cell_type == "code":
                cell.source = str(about["points"])
                cell.outputs = [new_output("execute_result", data={"text/plain": cell.source}, execution_count=1)]


def break_the_first(notebooks):
    """Cut a notebook's file off in the middle."""
    notebooks[min(notebooks)] = '{"cells": ['


def mixed_class(homework):
    """Ten students: reference, stub, other right answers, mistakes, hostile ones, a broken notebook.

    Most wrote a single module; what they left as handed out costs the grader no worker.
    """
    accepted = one_a_module([v for v in homework.catalogue if v.accepted])
    wrong = one_a_module([m for m in homework.mistakes if not m.credit])
    untouched, module = stubs(homework), homework.rubric.assignment.modules[0]
    written = reference_source(module)

    def only(name, source, *rest, module=module, **more):
        return Student(name, untouched | {module: source}, *rest, **more)

    lie = {"right": 0.0, "explains": False}
    return [
        Student("reference"),
        Student("stub", untouched, **lie),
        only("broken", written, right=0.5, edit=break_the_first),
        only("liar", written + LIAR, **lie),
        only("patcher", untouched[module] + PATCH, **lie, edit=print_scores),
        only("exits", written + EXIT, **lie),
        *(only(f"other-{v.module}", *with_variant(v).values(), module=v.module) for v in accepted[:2]),
        *(only(f"wrong-{v.module}", *with_variant(v).values(), module=v.module, right=0.7) for v in wrong[:2]),
    ]


def hand_in(student, homework, release, folder):
    """Write what `student` hands in to `folder`, from the released files."""
    shutil.copytree(release, folder)
    work(student, homework, folder)


def work(student, homework, folder):
    """Do the homework in `folder`, which holds the released files: modules, answers, explanations, predictions."""
    for module in homework.rubric.assignment.modules:
        write(folder / f"{module}.py", student.sources.get(module) or reference_source(module))
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}
    answers = given_answers(homework, student.right)
    for notebook in notebooks.values():
        for cell in notebook.cells:
            fill_in(cell, answers, student.explains)
    student.edit(notebooks)
    for name, notebook in notebooks.items():
        write(folder / f"{name}.ipynb", notebook if isinstance(notebook, str) else json.dumps(notebook))
    if student.right:
        write_labels(homework, student.right, folder)


def write(path, text):
    """Write a file of the release, which nbgrader hands out read-only."""
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def fill_in(cell, answers, explains):
    """Answer a cell's question."""
    if cell.cell_type == "code":
        cell.source = ANSWER.sub(lambda found: f"{found[1]} = {answers[found[1]]!r}", cell.source)
    elif explains and cell.metadata.get("nbgrader", {}).get("solution"):
        cell.source = cell.source.replace("YOUR ANSWER HERE", "Because the lecture showed it; see the plot.")


def given_answers(homework, right):
    """Answers by name: the first share `right` of the true/false ones right, the others wrong; others stay open."""
    path = homework.grading_data / "answers.toml"
    key = load_key(path) if path.is_file() else {}
    verdicts = [name for name, entry in key.items() if entry.kind == "true_false"] if right else []
    known = round(right * len(verdicts))
    return dict.fromkeys(key) | {name: key[name].value == (i < known) for i, name in enumerate(verdicts)}


def write_labels(homework, right, folder):
    """predictions.csv with the share `right` of its labels right, where the homework asks for one."""
    due = [c for c in homework.rubric.checks() if c.kind == "predictions"]
    if due:
        solution = read_solution(homework.grading_data / due[0].solution)
        labels = solution.labels.tolist()
        first = round(right * len(labels))
        labels[first:] = [(label + 1) % solution.classes for label in labels[first:]]
        write_predictions(folder / "predictions.csv", labels, solution.ids.tolist())
