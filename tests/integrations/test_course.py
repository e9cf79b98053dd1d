"""The nbgrader course: its source, nbgrader's own release of it, and what students read in a test cell."""

import contextlib
import dataclasses
import json
import subprocess
import sys
from collections import Counter

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.api import Gradebook

from autograder.checks.engine.public_session import PublicSession
from autograder.grading.homework import find_homework
from autograder.integrations.nbgrader.course import generate_assignment, prepare_course, write_source
from autograder.integrations.nbgrader.grade_ids import cell_id, check_id, checks_by_cell, grade_id
from autograder.integrations.nbgrader.marked_cells import CellsMissing, source_notebook
from autograder.release.kit import kit_files

HOMEWORK = find_homework("hw2_cnn")
RUBRIC = HOMEWORK.rubric
NOTEBOOKS = RUBRIC.assignment.notebooks
CHECKS = checks_by_cell(RUBRIC)


@pytest.fixture(scope="module")
def files():
    """The kit's files; its snapshots know two mistakes only, which saves half a minute."""
    few = tuple(m for m in HOMEWORK.mistakes if "activations.swish" in m.probes)[:2]
    assert few
    smaller = dataclasses.replace(HOMEWORK)
    smaller.__dict__["catalogue"] = few
    return kit_files(smaller)


@pytest.fixture(scope="module")
def course(files, tmp_path_factory):
    """A course root of its own, with hw2_cnn released by nbgrader."""
    root = tmp_path_factory.mktemp("course")
    write_source(HOMEWORK, files, root)
    generate_assignment("hw2_cnn", root)
    return root


@pytest.fixture(scope="module")
def released(course):
    return course / "release" / "hw2_cnn"


def notebook(folder, name):
    return nbformat.read(folder / f"{name}.ipynb", as_version=4)


def graded_cells(folder, name):
    return [cell for cell in notebook(folder, name).cells if cell.metadata.get("nbgrader", {}).get("grade")]


def test_every_check_has_one_cell_with_its_points_in_the_notebook_of_its_problem(released):
    for name in NOTEBOOKS:
        due = {cell_id(c): c for p in RUBRIC.problems if p.notebook == name for c in p.checks}
        found = {c.metadata.nbgrader.grade_id: c.metadata.nbgrader for c in graded_cells(released, name)}
        assert Counter(c.metadata.nbgrader.grade_id for c in graded_cells(released, name)) == Counter(list(due))
        for cell, check in due.items():
            manual = check.kind == "manual"
            expected = (check.points, manual, not manual, "markdown" if manual else "code", 3)
            about = found[cell]
            assert (about.points, about.solution, about.locked, about.cell_type, about.schema_version) == expected


def test_the_gradebooks_maximum_of_every_problem_is_the_rubrics_with_its_bonus(course):
    maximum = Counter()
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "cnn") as gradebook:
        for name in NOTEBOOKS:
            for cell in gradebook.find_notebook(name, "hw2_cnn").grade_cells:
                problem = next(p for p in RUBRIC.problems if CHECKS[cell.name] in p.checks)
                maximum[problem.id] += cell.max_score
        assert gradebook.find_assignment("hw2_cnn").max_score == RUBRIC.max_score + RUBRIC.max_bonus
    assert maximum == {p.id: p.points + p.bonus for p in RUBRIC.problems}


def test_grade_ids_are_nbgraders_and_lead_back_to_their_checks():
    for check in RUBRIC.checks():
        assert check_id(grade_id(check.id)) == check.id
    assert len(CHECKS) == len(list(RUBRIC.checks()))
    assert all(set(cell) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") for cell in CHECKS)


def test_released_answer_cells_keep_their_question_and_wait_for_an_answer(released):
    curves = next(
        c for c in graded_cells(released, "simplenn-cifar10") if c.metadata.nbgrader.grade_id == "lab1--curves"
    )
    assert "Was the first loss what you expected" in curves.source
    assert "YOUR ANSWER HERE" in curves.source
    assert all("SOLUTION" not in c.source for name in NOTEBOOKS for c in notebook(released, name).cells)


def test_every_released_notebook_starts_with_the_header_and_carries_no_output(released):
    for name in NOTEBOOKS:
        cells = notebook(released, name).cells
        assert cells[0].source.startswith("Before you hand this notebook in")
        assert not [c for c in cells if c.cell_type == "code" and c.outputs]


def test_stubs_tests_and_sample_predictions_are_handed_out_with_the_notebooks(released, files):
    for name in (*(f"{m}.py" for m in RUBRIC.assignment.modules), "handout.md", "sample_predictions.csv"):
        assert (released / name).read_bytes() == files[name]
    assert (released / "tests" / "public_checks.json").is_file()


def shown(folder, cell):
    """What a released test cell prints, run in this process as in a kernel, and the value that it ends in."""
    imports, call = cell.source.split("\n\n")
    scope = {}
    with contextlib.redirect_stdout(_Lines()) as printed, contextlib.chdir(folder):
        exec(imports, scope)
        value = eval(call.split("#")[0], scope)
    return printed.text, value


class _Lines:
    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text

    def flush(self):
        pass


def cell_of(folder, check):
    name = next(p.notebook for p in RUBRIC.problems if check in [c.id for c in p.checks])
    return next(c for c in graded_cells(folder, name) if c.metadata.nbgrader.grade_id == grade_id(check))


@pytest.mark.parametrize(
    ("written", "status"),
    [
        (None, "not attempted"),
        ("def swish(x):\n    return x * 0.25\n", "failed"),
        ("def swish(x):\n    return x * x.sigmoid()\n", "passed"),
    ],
)
def test_a_test_cell_prints_what_pytest_says_about_the_same_check(released, tmp_path, written, status):
    for path in released.rglob("*"):
        if path.is_file() and path.suffix != ".ipynb":
            copy = tmp_path / path.relative_to(released)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    if written:
        stub = (tmp_path / "activations.py").read_text(encoding="utf-8")
        (tmp_path / "activations.py").write_text(f"{stub}\n\n{written}", encoding="utf-8")
    before = dict(sys.modules), list(sys.path)
    printed, value = shown(tmp_path, cell_of(released, "swish.gradient"))
    assert "activations" not in set(sys.modules) - set(before[0])
    assert sys.path == before[1]
    pytest_run = subprocess.run(
        [sys.executable, "-m", "pytest", "-k", "swish.gradient", "-rs"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    session = PublicSession(tmp_path)
    outcome = session.outcome(next(c for c in session.checks if c.id == "swish.gradient"))
    assert outcome.status == status
    assert f"(swish.gradient): {status}" in printed
    assert outcome.text in printed
    assert all(line in pytest_run.stdout for line in outcome.text.splitlines()), pytest_run.stdout
    assert value == (None if status == "passed" else 0.0)


def test_cells_of_hidden_checks_and_answers_say_that_they_are_graded_later(released):
    public = {c["id"] for c in json.loads((released / "tests" / "public_checks.json").read_text())["checks"]}
    hidden = [c for c in RUBRIC.checks() if c.kind != "manual" and c.id not in public]
    assert {c.kind for c in hidden} == {"probe", "answer", "predictions"}
    for check in hidden:
        assert shown(released, cell_of(released, check.id)) == (f"{check.id}: graded after you hand in\n", None)


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_released_notebook_runs_in_a_kernel_up_to_what_is_not_written_yet(released, name):
    nb = notebook(released, name)
    client = NotebookClient(nb, timeout=120, allow_errors=True, resources={"metadata": {"path": str(released)}})
    client.execute()
    code = [c for c in nb.cells if c.cell_type == "code"]
    errors = [o.ename for c in code for o in c.outputs if o.output_type == "error"]
    assert errors[:1] == ([] if name == "true_false" else ["NotImplementedError"])
    for cell in code:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            kinds = [o.output_type for o in cell.outputs]
            assert kinds in (["stream"], ["stream", "execute_result"]), cell.outputs
            assert "not attempted" in cell.outputs[0].text or "graded after you hand in" in cell.outputs[0].text


def test_a_check_without_a_cell_stops_the_release(files):
    text = files["simplenn-cifar10.ipynb"].decode().replace("lab1.curves", "lab1.other")
    with pytest.raises(CellsMissing, match=r"simplenn-cifar10\.py: lab1--curves has 0 cells instead of 1"):
        source_notebook(text, "simplenn-cifar10", RUBRIC)


def test_a_course_keeps_its_own_configuration(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    prepare_course(tmp_path)
    assert (tmp_path / "nbgrader_config.py").read_text() == "c = get_config()\n"
    assert (tmp_path / "source" / "header.ipynb").is_file()
