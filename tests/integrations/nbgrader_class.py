"""A class made from a homework's catalogue, and what each student hands in to nbgrader."""

import dataclasses
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

import nbformat

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


def hand_in(student, homework, release, folder):
    """Write what `student` hands in: the released files with modules, answers, explanations and predictions."""
    shutil.copytree(release, folder)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for module in homework.rubric.assignment.modules:
        source = student.sources.get(module) or reference_source(module)
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}
    answers = given_answers(homework, student.right)
    for notebook in notebooks.values():
        for cell in notebook.cells:
            fill_in(cell, answers, student.explains)
    student.edit(notebooks)
    for name, notebook in notebooks.items():
        text = notebook if isinstance(notebook, str) else json.dumps(notebook)
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8")
    if student.right:
        write_labels(homework, student.right, folder)


def fill_in(cell, answers, explains):
    """Answer a cell's question."""
    if cell.cell_type == "code":
        cell.source = ANSWER.sub(lambda found: f"{found[1]} = {answers[found[1]]!r}", cell.source)
    elif explains and "YOUR ANSWER HERE" in cell.source:
        cell.source = cell.source.replace("YOUR ANSWER HERE", "Because the lecture showed it; see the plot.")


def given_answers(homework, right):
    """Answers by name: the first share `right` of them right, the others wrong, none at all for 0."""
    path = homework.grading_data / "answers.toml"
    key = load_key(path) if path.is_file() else {}
    known = round(right * len(key))
    return {name: (entry.value == (i < known) if right else None) for i, (name, entry) in enumerate(key.items())}


def write_labels(homework, right, folder):
    """predictions.csv with the share `right` of its labels right, where the homework asks for one."""
    due = [c for c in homework.rubric.checks() if c.kind == "predictions"]
    if due:
        solution = read_solution(homework.grading_data / due[0].solution)
        labels = solution.labels.tolist()
        first = round(right * len(labels))
        labels[first:] = [(label + 1) % solution.classes for label in labels[first:]]
        write_predictions(folder / "predictions.csv", labels, solution.ids.tolist())
