"""What cannot be released says which file is at fault, before anything is written."""

import dataclasses
import shutil

import pytest

from autograder.grading.homework import find_homework
from autograder.grading.rubric import RubricError
from autograder.release import kit
from autograder.release.kit import ReleaseError, release


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A copy of hw2_cnn's authored files, which the release reads instead of the course's."""
    real = find_homework("hw2_cnn")
    shutil.copytree(real.folder.parent, tmp_path / "assignment")
    shutil.copytree(real.grading_data, tmp_path / "grading_data")
    copied = dataclasses.replace(
        real, folder=tmp_path / "assignment" / "hw2_cnn", grading_data=tmp_path / "grading_data"
    )
    monkeypatch.setattr(kit, "find_homework", lambda name: copied)
    return tmp_path


def refusal(tmp_path):
    with pytest.raises(ReleaseError) as refused:
        release("hw2_cnn", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    return str(refused.value)


def test_an_unknown_homework(tmp_path):
    with pytest.raises(RubricError, match="there is no homework 'hw9'"):
        release("hw9", tmp_path)


@pytest.mark.parametrize("name", ["assignment/hw2_cnn/handout.md", "grading_data/solution.csv"])
def test_a_missing_file(course, name):
    (course / name).unlink()
    assert refusal(course) == f"{course / name} is missing"


def test_a_handout_that_names_an_unknown_problem(course):
    with (course / "assignment/hw2_cnn/handout.md").open("a", encoding="utf-8") as handout:
        handout.write("Worth {{points:lab7.x}}.\n")
    assert "nothing is known for {{points:lab7.x}}" in refusal(course)


def test_a_notebook_with_a_mark_too_few(course):
    (course / "assignment/hw2_cnn/notebooks/resnet-cifar10.py").write_text(
        "# %%\n### BEGIN SOLUTION\n", encoding="utf-8"
    )
    assert refusal(course) == "resnet-cifar10.py, line 2: BEGIN SOLUTION without an END SOLUTION"
