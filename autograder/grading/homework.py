"""Where a homework's parts lie in the course."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch

import autograder
import reference_solutions
from autograder.answers.entry import KeyEntry
from autograder.answers.key import load_key
from autograder.experiments.spec import Experiment, load_experiments
from autograder.grading.rubric import Rubric, RubricError, load_rubric
from reference_solutions.mistakes.variant import Variant

COURSE = Path(autograder.__file__).parents[1]


@dataclass(frozen=True)
class Homework:
    """A homework of the course: its rubric, its folder, its secret data, and the stubs handed out."""

    rubric: Rubric
    folder: Path
    grading_data: Path
    stubs: Path

    @property
    def id(self) -> str:
        """Name of the homework, hw2_cnn for example."""
        return self.rubric.assignment.id

    @cached_property
    def catalogue(self) -> tuple[Variant, ...]:
        """Mistakes and accepted variants of the homework's modules."""
        found: list[Variant] = []
        for module in self.rubric.assignment.modules:
            found += importlib.import_module(f"reference_solutions.mistakes.{module}").VARIANTS
        return tuple(found)

    @property
    def mistakes(self) -> tuple[Variant, ...]:
        """The wrong variants."""
        return tuple(v for v in self.catalogue if not v.accepted)

    @cached_property
    def key(self) -> dict[str, KeyEntry]:
        """The answer key; empty where the rubric asks for no answer. Raises InvalidKey."""
        asked = any(check.answer for check in self.rubric.checks())
        return load_key(self.grading_data / "answers.toml") if asked else {}

    @cached_property
    def experiments(self) -> dict[str, Experiment]:
        """The experiments asked for; empty where the rubric has none. Raises InvalidExperiments."""
        asked = any(check.experiment for check in self.rubric.checks())
        return load_experiments(self.grading_data / "experiments.toml") if asked else {}

    def check_references(self) -> None:
        """Raise RubricError when a check names an answer or an experiment that is not there."""
        faults = [
            f"check {check.id!r}: {what} = {name!r} is not in {self.grading_data / file}"
            for check in self.rubric.checks()
            for what, name, file, known in (
                ("answer", check.answer, "answers.toml", self.key),
                ("experiment", check.experiment, "experiments.toml", self.experiments),
            )
            if name and name not in known
        ]
        if faults:
            raise RubricError(f"{self.folder / 'rubric.toml'}: {'; '.join(faults)}")

    @cached_property
    def suite(self) -> str:
        """Hash of all that decides a score: rubric, probes, grader, reference, catalogue, keys, torch's version.

        The reference's folders for training, recipes and kernels decide none, so results outlive a change in them.
        """
        digest = hashlib.sha256(torch.__version__.encode())
        package = Path(autograder.__file__).parent
        deciding = [package / name for name in ("checks", "answers", "experiments", "predictions", "grading")]
        reference = Path(reference_solutions.__file__).parent
        deciding += [*sorted(reference.glob("*.py")), reference / "mistakes"]
        deciding += [self.folder / "rubric.toml", self.grading_data]
        for folder in (*deciding, self.stubs):
            files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
            for file in files:
                if file.is_file() and "__pycache__" not in file.parts:
                    digest.update(file.name.encode() + file.read_bytes())
        return digest.hexdigest()[:16]


def homeworks(course: Path = COURSE) -> list[str]:
    """Ids of the homeworks that have a rubric."""
    return sorted(p.parent.name for p in (course / "assignment").glob("*/rubric.toml"))


def find_homework(name: str, course: Path = COURSE) -> Homework:
    """The homework called `name`. Raises RubricError when there is none or its rubric is invalid,
    InvalidKey and InvalidExperiments for its key and its experiments.
    """
    folder = course / "assignment" / name
    if not (folder / "rubric.toml").is_file():
        raise RubricError(
            f"there is no homework {name!r} in {course / 'assignment'}; known: {', '.join(homeworks(course))}"
        )
    homework = Homework(
        load_rubric(folder / "rubric.toml"), folder, course / "grading_data" / name, course / "student_template" / name
    )
    homework.check_references()
    return homework
