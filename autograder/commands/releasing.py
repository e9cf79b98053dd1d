"""`autograder release`: the student kit, and nbgrader's release of the same files."""

from __future__ import annotations

from pathlib import Path

from autograder.grading.homework import find_homework
from autograder.integrations.nbgrader.course import COURSE_ROOT as DEFAULT_COURSE
from autograder.integrations.nbgrader.course import generate_assignment, write_source
from autograder.release.kit import release_files, write_released

__all__ = ["DEFAULT_COURSE", "release_kit"]


def release_kit(homework: str, out: Path, course: Path | None = None, data: Path | None = None) -> int:
    """Write the kit and, with `course`, an nbgrader course root, its source and release; print their paths."""
    found = find_homework(homework)
    released = release_files(found, data=data)
    for path in write_released(found, released, out):
        print(f"wrote {path}")
    if released.apart:
        print(f"{len(released.apart):,} images are too many for the kit: put {path.name} where students can get it")
    if course is None:
        return 0
    if not found.rubric.assignment.notebooks:
        print(f"{found.id} has no notebooks, so nbgrader has nothing to release")
        return 0
    write_source(found, released.files, course.resolve())
    print(f"wrote {generate_assignment(found.id, course.resolve())}, nbgrader's release")
    return 0
