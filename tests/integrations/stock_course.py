"""A homework as an nbgrader course without us: the same checks, run in the kernel beside the student's code.

The reference's evidence and the right answers lie beside the student's files, as they must for checks in a kernel.
"""

import json
import shutil

import nbformat

from autograder.answers.key import load_key
from autograder.checks.engine.probe import find_probe
from autograder.checks.engine.public_session import CHECKS, SNAPSHOTS
from autograder.checks.engine.snapshot import Snapshot, write_snapshot
from autograder.grading.store import EvidenceStore
from autograder.integrations.nbgrader.grade_ids import checks_by_cell
from autograder.release.template import write_files

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "course"
c.Autograde.exclude_overwriting = {}
"""
# What test cells import. PublicSession runs a probe on the modules beside it and compares as the grader does.
KERNEL_CHECKS = """
from pathlib import Path

import torch

from autograder.checks.engine.public_session import PublicSession
from autograder.predictions.curve import load_curve
from autograder.predictions.reading import read_predictions
from autograder.predictions.scoring import score
from autograder.predictions.solution import read_solution

torch.set_num_threads(1)
SESSION = PublicSession(Path.cwd())
KNOWN = {check.id: check for check in SESSION.checks}


def passes(name):
    outcome = SESSION.outcome(KNOWN[name])
    assert outcome.status == "passed", outcome.text


def points(solution, curve, most):
    labels = read_solution(Path(solution))
    accuracy = score(read_predictions(Path("predictions.csv"), labels.ids.tolist()), labels).accuracy
    return float(round(load_curve(Path(curve)).credit(accuracy) * most, 6))
"""


def write_stock_course(homework, source, root, seed):
    """Write a course root to `root` from our course's `source` of the homework: configuration and source."""
    folder = root / "source" / homework.id
    folder.mkdir(parents=True)
    modules = [f"{module}.py" for module in homework.rubric.assignment.modules]
    own = {homework.id: [*modules, "predictions.csv"]}
    (root / "nbgrader_config.py").write_text(CONFIG.replace("{}", repr(own)))
    for name in modules:
        shutil.copy(source / name, folder / name)
    for path in homework.grading_data.iterdir():
        if path.name in {c.solution for c in homework.rubric.checks()} | {c.curve for c in homework.rubric.checks()}:
            shutil.copy(path, folder / path.name)
    table = evidence_table(homework, seed)
    write_files({"kernel_checks.py": KERNEL_CHECKS.encode(), CHECKS.as_posix(): table}, folder)
    write_evidence(homework, seed, folder / SNAPSHOTS)
    for name in homework.rubric.assignment.notebooks:
        notebook = nbformat.read(source / f"{name}.ipynb", as_version=4)
        nbformat.write(kernel_notebook(homework, notebook), folder / f"{name}.ipynb")


def evidence_table(homework, seed):
    """The kit's table of public checks, with every probe check in it."""
    checks = [
        {"problem": p.id, "requires": [r for r in c.requires if "." in r]}
        | {key: getattr(c, key) for key in ("id", "title", "points", "bonus", "probe")}
        | {"evidence": list(c.evidence)}
        for p in homework.rubric.problems
        for c in p.checks
        if c.kind == "probe"
    ]
    return json.dumps({"seed": seed, "problems": [], "checks": checks}).encode()


def write_evidence(homework, seed, folder):
    """The reference's evidence of every probe, without the catalogue of mistakes."""
    folder.mkdir(parents=True)
    with EvidenceStore(homework.rubric.assignment.modules) as store:
        for name in homework.rubric.probes:
            write_snapshot(folder, Snapshot(find_probe(name).name, store.reference(name, seed).evidence, ()))


def kernel_notebook(homework, notebook):
    """The graded cells and the cells with answers, no training; test cells check in the kernel."""
    checks = checks_by_cell(homework.rubric)
    path = homework.grading_data / "answers.toml"
    key = load_key(path) if path.is_file() else {}
    kept = []
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader")
        if about and cell.cell_type == "code":
            cell.source = test_source(checks[about["grade_id"]], key)
        if about or cell.source.startswith("answer_"):
            kept.append(cell)
    notebook.cells = kept
    return notebook


def test_source(check, key):
    if check.kind == "probe":
        return f"from kernel_checks import passes\n\npasses({check.id!r})"
    if check.kind == "answer":
        entry = key[check.answer]
        wanted = "is not None" if entry.disputed else f"is {entry.value!r}"  # a disputed one is credited either way
        return f"assert {check.answer} {wanted}"
    return f"from kernel_checks import points\n\npoints({check.solution!r}, {check.curve!r}, {check.points!r})"


test_source.__test__ = False
