"""An nbgrader course root: the source of an assignment in it, and nbgrader's own release of that source.

The source is made anew from rubric, texts and reference at each release; only nbgrader_config.py and the
header's text are authored.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.grading.homework import COURSE, Homework
from autograder.integrations.nbgrader.marked_cells import source_notebook
from autograder.release.audit import all_secrets, audit_bytes
from autograder.release.kit import LeakFound, ReleaseError, pack
from autograder.release.notebooks import to_notebook
from autograder.release.template import write_files

COURSE_ROOT = COURSE / "assignment"
CONFIG = "nbgrader_config.py"
HEADER = Path("source") / "header.ipynb"
# The authored header, in jupytext's percent form, beside the configuration.
HEADER_TEXT = "header.py"


class NbgraderFailed(ReleaseError):
    """nbgrader refused to generate the assignment; the text ends with what it printed."""


def prepare_course(course: Path = COURSE_ROOT) -> None:
    """Make `course` a course root: configuration and header, copied where `course` has none of its own."""
    course.mkdir(parents=True, exist_ok=True)
    for name in (CONFIG, HEADER_TEXT):
        if not (course / name).exists():
            shutil.copyfile(COURSE_ROOT / name, course / name)
    header = course / HEADER
    header.parent.mkdir(exist_ok=True)
    header.write_text(to_notebook((course / HEADER_TEXT).read_text(encoding="utf-8")), encoding="utf-8")


def write_source(homework: Homework, files: dict[str, bytes], course: Path = COURSE_ROOT) -> Path:
    """Write COURSE/source/HOMEWORK anew from the kit's `files`; returns the folder. Raises CellsMissing."""
    prepare_course(course)
    made = dict(files)
    for name in homework.rubric.assignment.notebooks:
        made[f"{name}.ipynb"] = source_notebook(made[f"{name}.ipynb"].decode(), name, homework.rubric).encode()
    folder = course / "source" / homework.id
    shutil.rmtree(folder, ignore_errors=True)
    write_files(made, folder)
    return folder


def generate_assignment(homework: str, course: Path = COURSE_ROOT, seeds: tuple[int, ...] = ()) -> Path:
    """Run nbgrader's generate_assignment in `course`; returns COURSE/release/HOMEWORK, audited for leaks.

    Raises NbgraderFailed, and LeakFound after removing the release.
    """
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", homework, "--force", "--create"]
    # nbgrader starts `alembic` by name, which a virtual environment that is not activated keeps off the path.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    environment = os.environ | {"PATH": path}
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True, check=False)
    released = course / "release" / homework
    if done.returncode != 0 or not released.is_dir():
        last = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise NbgraderFailed(f"nbgrader generate_assignment {homework} failed in {course}:\n{last}")
    files = {p.relative_to(released).as_posix(): p.read_bytes() for p in released.rglob("*") if p.is_file()}
    leaks = audit_bytes(pack(files, homework), all_secrets(seeds))
    if leaks:
        shutil.rmtree(released)
        raise LeakFound(leaks)
    return released
