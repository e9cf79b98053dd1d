"""The part of a student kit that is text generated from the course, and its copy in student_template/.

`python -m autograder.release.template` brings student_template/ into step.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from autograder.grading.homework import COURSE, Homework, find_homework, homeworks
from autograder.grading.sources import marked_source
from autograder.release.placeholders import Facts
from autograder.release.stripping import strip_module, strip_notebook

TEMPLATE = "student_template"
COMMON = "common"


def template_files(homework: Homework) -> dict[str, bytes]:
    """Stubs, handout, tests and further files of a homework, by their path in the student's folder.

    Notebooks come as text in notebooks/. Raises BadMarks and UnknownPlaceholder.
    """
    facts = Facts(homework)
    files: dict[str, bytes] = {}
    for shared in (homework.folder.parent / COMMON, homework.folder / "files"):
        for path in sorted(p for p in shared.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
            files[path.relative_to(shared).as_posix()] = path.read_bytes()
    for module in homework.rubric.assignment.modules:
        files[f"{module}.py"] = strip_module(marked_source(module), f"{module}.py").encode()
    for name in homework.rubric.assignment.notebooks:
        text = _authored(homework.folder / "notebooks" / f"{name}.py", facts)
        files[f"notebooks/{name}.py"] = strip_notebook(text, f"{name}.py").encode()
    files["handout.md"] = _authored(homework.folder / "handout.md", facts).encode()
    return files


def _authored(path: Path, facts: Facts) -> str:
    return facts.fill(path.read_text(encoding="utf-8"), path.name)


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Write `files` below `folder`, making the folders they need."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def write_template(into: Path, say: Callable[[str], None] = lambda line: None) -> None:
    """Generate every homework's template anew in `into`, one folder a homework; what was there goes."""
    for name in homeworks():
        files = template_files(find_homework(name))
        shutil.rmtree(into / name, ignore_errors=True)
        write_files(files, into / name)
        say(f"{into.name}/{name}: {len(files)} files")


if __name__ == "__main__":
    write_template(COURSE / TEMPLATE, print)
