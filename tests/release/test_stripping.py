"""Stubs: what a solution leaves behind, and which marks are refused."""

import ast
import subprocess
import sys

import pytest

from autograder.grading.homework import find_homework, homeworks
from autograder.grading.sources import marked_source
from autograder.release.stripping import BadMarks, solution_blocks, strip_module, strip_notebook

MODULES = [module for name in homeworks() for module in find_homework(name).rubric.assignment.modules]

MARKED = '''"""Shapes."""

import math
from pathlib import Path

import torch
from torch import Tensor, nn

from activations import Swish


class Circle(nn.Module):
    """A circle."""

    def __init__(self, radius: float) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.radius = radius
        self.act = Swish()
        ### END SOLUTION

    def area(self) -> float:
        """Its area."""
        ### BEGIN SOLUTION
        return square(self.radius) * math.pi
        ### END SOLUTION


def read(path: Path) -> Tensor:
    """Given in part."""
    if not path.exists():
        ### BEGIN SOLUTION
        raise FileNotFoundError(path)
        ### END SOLUTION
    text = path.read_text()
    ### BEGIN SOLUTION
    return torch.tensor(float(text))
    ### END SOLUTION


### BEGIN SOLUTION
def square(x: float) -> float:
    """Of the solution's own."""
    return x * x


### END SOLUTION
'''

STUB = '''"""Shapes."""

from pathlib import Path

from torch import Tensor, nn


class Circle(nn.Module):
    """A circle."""

    def __init__(self, radius: float) -> None:
        super().__init__()
        raise NotImplementedError("Circle.__init__ in shapes.py: not written yet")

    def area(self) -> float:
        """Its area."""
        raise NotImplementedError("Circle.area in shapes.py: not written yet")


def read(path: Path) -> Tensor:
    """Given in part."""
    if not path.exists():
        raise NotImplementedError("read in shapes.py: not written yet")
    text = path.read_text()
    raise NotImplementedError("read in shapes.py: not written yet")
'''


def test_a_solution_gives_way_to_an_error_that_names_the_function_and_the_file():
    assert strip_module(MARKED, "shapes.py") == STUB


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        ("### BEGIN SOLUTION\nx = 1\n", 1, "without an END"),
        ("x = 1\n### END SOLUTION\n", 2, "without a BEGIN"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n", 2, "inside the one of line 1"),
        ("def f():\n    ### BEGIN SOLUTION\n    return 1\n### END SOLUTION\n", 4, "indented unlike"),
        ("x = 1\n# BEGIN SOLUTION\ny = 2\n# END SOLUTION\n", 2, "a line of its own"),
        ("x = 1  ### BEGIN SOLUTION\n### END SOLUTION\n", 1, "a line of its own"),
        ("### begin solution\n", 1, "a line of its own"),
    ],
)
def test_marks_that_do_not_pair_are_refused_with_file_and_line(source, line, word):
    with pytest.raises(BadMarks, match=rf"^thing\.py, line {line}: .*{word}"):
        strip_module(source, "thing.py")


def test_a_stub_that_would_be_no_python_is_refused():
    source = "class A:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n"
    with pytest.raises(BadMarks, match=r"^thing\.py, line \d+: not valid Python"):
        strip_module(source, "thing.py")


def test_a_notebook_keeps_its_cells_and_loses_its_solutions():
    text = "# %%\n%matplotlib inline\nx = 1\n### BEGIN SOLUTION\ny = 2\n### END SOLUTION\n\n# %% [markdown]\n# Why?\n"
    stripped = strip_notebook(text, "lab.py")
    assert "y = 2" not in stripped
    assert '\nraise NotImplementedError("not written yet")\n' in stripped
    assert "%matplotlib inline\nx = 1\n" in stripped
    assert stripped.endswith("# %% [markdown]\n# Why?\n")


def test_a_solution_does_not_run_on_into_the_next_cell():
    text = "# %%\n### BEGIN SOLUTION\ny = 2\n# %%\n### END SOLUTION\n"
    with pytest.raises(BadMarks, match=r"lab\.py, line 2: .*next cell"):
        strip_notebook(text, "lab.py")


@pytest.mark.parametrize("module", MODULES)
def test_every_solution_in_a_function_of_the_course_raises_in_the_stub(module):
    source = marked_source(module)
    stub = ast.parse(strip_module(source, f"{module}.py"))
    raising = [node for node in ast.walk(stub) if isinstance(node, ast.Raise)]
    assert len(raising) == sum(bool(block.indent) for block in solution_blocks(source, module))
    assert raising


def test_the_course_s_stubs_are_clean_and_import_only_each_other_and_packages(tmp_path):
    for module in MODULES:
        stub = strip_module(marked_source(module), f"{module}.py")
        assert "reference_solutions" not in stub
        (tmp_path / f"{module}.py").write_text(stub, encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E,F,W,I", "--line-length", "120", "."]
    checked = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
