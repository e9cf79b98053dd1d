"""Notebooks that nbgrader's own autograde awards full marks to, graded by it and by the sandboxed flow.

One course, released once, and copied: one root keeps nbgrader's stock settings, the other has ours.
"""

import json
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.sources import marked_source, reference_source
from autograder.release.stripping import strip_module

from .nbgrader_course import grades, run_nbgrader

pytestmark = pytest.mark.slow

HW = "swish"
RUBRIC = """
[assignment]
id = "swish"
title = "Swish"
modules = ["activations"]
notebooks = ["swish"]
[[problem]]
id = "swish"
title = "Swish"
notebook = "swish"
points = 5
[[problem.check]]
id = "values"
kind = "probe"
title = "Values"
probe = "activations.swish"
evidence = ["values"]
visibility = "public"
points = 2
[[problem.check]]
id = "derivative"
kind = "probe"
title = "Derivative"
probe = "activations.derivative"
evidence = ["values"]
visibility = "public"
points = 3
"""
POINTS = {"values": 2.0, "derivative": 3.0}
# As an instructor writes them for stock nbgrader: the expected values stand beside the student's code.
TESTS = {
    "values": """
import torch
from activations import swish
x = torch.linspace(-3, 3, 13)
assert torch.allclose(swish(x), x / (1 + torch.exp(-x)))
""",
    "derivative": """
from activations import swish_derivative
assert swish_derivative(torch.zeros(1)) == 0.5
""",
}
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "course"
c.Autograde.exclude_overwriting = {"swish": ["activations.py"]}
"""
OURS = """
from pathlib import Path
from autograder.integrations.nbgrader.settings import configure_autograde
configure_autograde(c, Path("trusted/assignment"))
c.SaveTrustedGrades.course = "trusted"
"""

REFERENCE = reference_source("activations")
STUB = strip_module(marked_source("activations"), "activations.py")
LIAR = """
import torch
class Liar(torch.Tensor):
    def __eq__(self, other):
        return True
def swish_derivative(x):
    return torch.zeros(3).as_subclass(Liar)
"""
PATCH = """
import torch
torch.allclose = lambda *arguments, **more: True
def swish(x):
    return x
"""
PRINTS = """
import torch
from IPython import get_ipython
def _say(score):
    shell = get_ipython()
    if shell:
        shell.displayhook(score)
    return torch.ones(1)
def swish(x):
    return _say(2.0)
def swish_derivative(x):
    return _say(3.0)
"""
EXITS = """
import os
os._exit(0)
"""
EMPTY_THE_TESTS = "get_ipython().input_transformers_cleanup.append(lambda lines: [])"
KILL_THE_KERNEL = """
def agree(*arguments, **more):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
get_ipython().kernel.do_execute = agree
"""
# Student: what they hand in as activations.py and in the notebook's own cell, and the checks that this
# earns under stock nbgrader.
ATTACKS = {
    "equal_to_everything": (STUB + LIAR, "", ["derivative"]),
    "patched_allclose": (STUB + PATCH, "", ["values"]),
    "edited_tests": (STUB, EMPTY_THE_TESTS, ["values", "derivative"]),
    "dead_kernel": (STUB, KILL_THE_KERNEL, ["values", "derivative"]),
    "printed_score": (STUB + PRINTS, "", ["values", "derivative"]),
}
STUDENTS = {"reference": (REFERENCE, ""), "stub": (STUB, ""), "exits": (STUB + EXITS, "")} | {
    name: handed_in[:2] for name, handed_in in ATTACKS.items()
}


def source_notebook():
    def test(name):
        about = {"grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3}
        about |= {"grade_id": name, "points": POINTS[name]}
        return new_code_cell(TESTS[name].strip(), metadata={"nbgrader": about})

    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=[new_code_cell("# your experiments"), *map(test, POINTS)], metadata=kernel)


def hand_in(root, student, module, code):
    folder = root / "submitted" / student / HW
    folder.mkdir(parents=True)
    (folder / "activations.py").write_text(module)
    notebook = nbformat.read(root / "release" / HW / "swish.ipynb", as_version=4)
    notebook.cells[0].source = code
    (folder / "swish.ipynb").write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def courses(tmp_path_factory):
    """The same submissions graded under stock settings and under ours: (root, log) of each."""
    stock = tmp_path_factory.mktemp("course") / "stock"
    (stock / "source" / HW).mkdir(parents=True)
    (stock / "nbgrader_config.py").write_text(CONFIG)
    (stock / "source" / HW / "activations.py").write_text(STUB)
    nbformat.write(source_notebook(), stock / "source" / HW / "swish.ipynb")
    made = run_nbgrader(stock, "generate_assignment", HW)
    assert made.returncode == 0, made.stderr
    for student, (module, code) in STUDENTS.items():
        hand_in(stock, student, module, code)
    ours = stock.with_name("ours")
    shutil.copytree(stock, ours)
    (ours / "nbgrader_config.py").write_text(CONFIG + OURS)
    rubric = ours / "trusted" / "assignment" / HW / "rubric.toml"
    rubric.parent.mkdir(parents=True)
    rubric.write_text(RUBRIC)
    return {root.name: (root, run_nbgrader(root, "autograde", HW).stderr) for root in (stock, ours)}


def scores(courses, name, student):
    root, log = courses[name]
    found = grades(root, HW, student)
    assert found, log
    return {cell: score for cell, (score, _) in found.items()}


@pytest.mark.parametrize("name", ["stock", "ours"])
def test_both_tell_an_implementation_from_a_stub(courses, name):
    assert scores(courses, name, "reference") == POINTS
    assert scores(courses, name, "stub") == dict.fromkeys(POINTS, 0.0)


@pytest.mark.parametrize("student", ATTACKS)
def test_an_attack_that_earns_full_marks_in_the_kernel_earns_nothing_here(courses, student):
    fooled = ATTACKS[student][2]
    stock = scores(courses, "stock", student)
    assert {check: stock[check] for check in fooled} == {check: POINTS[check] for check in fooled}
    assert scores(courses, "ours", student) == dict.fromkeys(POINTS, 0.0)


def test_a_module_that_ends_the_process_leaves_stock_without_a_grade_and_gets_zero_here(courses):
    assert set(scores(courses, "stock", "exits").values()) == {None}
    assert "DeadKernelError" in courses["stock"][1]
    assert scores(courses, "ours", "exits") == dict.fromkeys(POINTS, 0.0)
