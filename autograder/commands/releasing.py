"""`autograder release`: the student kit, and nbgrader's release of the same files."""

from __future__ import annotations

from pathlib import Path

from autograder.grading.homework import find_homework
from autograder.integrations.nbgrader.course import COURSE_ROOT as DEFAULT_COURSE
from autograder.integrations.nbgrader.course import generate_assignment, write_source
from autograder.release.kit import release_files, write_audited

__all__ = ["DEFAULT_COURSE", "release_kit"]


def release_kit(homework: str, out: Path, course: Path | None = None) -> int:
    """Write the kit and, with `course`, an nbgrader course root, its source and release; print their paths."""
    found = find_homework(homework)
    files = release_files(found)
    print(f"wrote {write_audited(files, out / f'{found.id}.zip', found.id)}")
    if course is None:
        return 0
    if not found.rubric.assignment.notebooks:
        print(f"{found.id} has no notebooks, so nbgrader has nothing to release")
        return 0
    write_source(found, files, course.resolve())
    print(f"wrote {generate_assignment(found.id, course.resolve())}, nbgrader's release")
    return 0
