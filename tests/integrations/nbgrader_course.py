"""A course root as tests use it: nbgrader's commands run in it, and what its gradebook then says."""

import os
import subprocess
import sys
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from traitlets.config import PyFileConfigLoader


def run_nbgrader(root, *arguments, timeout=240):
    """Run `nbgrader ARGUMENTS` in `root`, as a user does; returns the finished process, output as text."""
    bin_folder = Path(sys.executable).parent
    path = f"{bin_folder}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        [bin_folder / "nbgrader", *arguments],
        cwd=root,
        env=os.environ | {"PATH": path, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def load_config(root):
    """What nbgrader_config.py in `root` sets."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()


def transfer(root, kind, homework, student, assignment_dir):
    """Do one of the exchange's transfers (ExchangeSubmit and its like) as `student`, in their folder."""
    config = load_config(root)
    config.Exchange.assignment_dir = str(assignment_dir)
    config.Exchange.cache = str(assignment_dir / "cache")
    course = CourseDirectory(config=config, assignment_id=homework, student_id=student)
    return kind(coursedir=course, authenticator=Authenticator(config=config), config=config).start()


def open_gradebook(root, course_id="course"):
    """The gradebook of the course in `root`; use as a context manager."""
    return Gradebook(f"sqlite:///{root / 'gradebook.db'}", course_id)


def grades(root, homework, student):
    """Automatic score and needs_manual_grade by grade id."""
    with open_gradebook(root) as book:
        found = [g for n in book.find_submission(homework, student).notebooks for g in n.grades]
        return {g.name: (g.auto_score, g.needs_manual_grade) for g in found}
