"""The hash of what decides a score reads all of that and nothing else, so that results outlive other changes."""

from pathlib import Path

import pytest

from autograder.grading.homework import COURSE, find_homework


@pytest.fixture
def read_for_the_hash(monkeypatch):
    read, read_bytes = [], Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or read_bytes(path))
    assert len(find_homework("hw2_cnn").suite) == 16
    return {path.relative_to(COURSE).as_posix() for path in read}


def test_what_decides_a_score_is_in_it(read_for_the_hash):
    assert read_for_the_hash >= {
        "reference_solutions/resnet.py",
        "reference_solutions/mistakes/resnet.py",
        "autograder/checks/resnet.py",
        "autograder/grading/judge.py",
        "assignment/hw2_cnn/rubric.toml",
        "grading_data/hw2_cnn/answers.toml",
        "student_template/hw2_cnn/resnet.py",
    }


def test_training_recipes_and_kernels_are_not(read_for_the_hash):
    apart = ("train", "reproduce", "recipes", "kernels")
    assert not [
        path for path in read_for_the_hash if path.split("/")[0:2] in [["reference_solutions", p] for p in apart]
    ]
