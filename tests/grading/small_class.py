"""A class of four for hw1, which hands in the batch-norm pair only: right, wrong, untouched, and an empty folder."""

from pathlib import Path

from autograder.grading.homework import find_homework
from autograder.grading.results import Result
from autograder.grading.sources import marked_source, reference_source, stage
from autograder.release.stripping import strip_module
from reference_solutions.mistakes.batchnorm import VARIANTS

HOMEWORK = "hw1_foundations"


def write_class(folder: Path) -> Path:
    """What they did not write is as it was handed out: a missing module would be looked up in the whole catalogue."""
    stubs = {m: strip_module(marked_source(m), f"{m}.py") for m in find_homework(HOMEWORK).rubric.assignment.modules}
    mistake = next(v for v in VARIANTS if not v.accepted and "batchnorm.backward" in v.probes)
    right = reference_source("batchnorm")
    for student, written in {"ann": right, "bob": mistake.source(right), "cyd": stubs["batchnorm"]}.items():
        stage(list(stubs), stubs | {"batchnorm": written}, folder / student)
    (folder / "dan").mkdir()
    return folder


def results_of(out: Path) -> dict[str, Result]:
    return {path.stem: Result.read(path) for path in sorted((out / "results").glob("*.json"))}


def q3(result: Result) -> float | None:
    """Points of the batch-norm pair, the only part that these submissions hold."""
    return next(p.score for p in result.problems if p.id == "q3")
