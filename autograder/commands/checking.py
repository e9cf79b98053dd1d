"""`autograder collect-check`: which files are missing from whose submission, before anything is graded."""

from __future__ import annotations

from pathlib import Path

from autograder.commands.unusable import UnusableInput
from autograder.grading.entries import Unreadable
from autograder.grading.homework import find_homework
from autograder.grading.intake import Submission, find_submissions, list_submission
from autograder.integrations.nbgrader.collecting.required import missing_lines, required_files


def check_collected(name: str, folder: Path) -> int:
    """Print one line a missing file; exit status 1 where there is one."""
    homework = find_homework(name)
    if not folder.is_dir():
        raise UnusableInput(f"{folder} is no folder: --submissions takes one folder or zip a student")
    submissions = find_submissions(folder, homework.id)
    if not submissions:
        raise UnusableInput(f"{folder} holds no submission: expected one folder or zip a student")
    required = required_files(homework.folder / "rubric.toml")
    lacking = {submission.student: _lines(submission, required) for submission in submissions}
    for student, lines in lacking.items():
        for line in lines:
            print(f"{student}: {line}")
    complete = sum(not lines for lines in lacking.values())
    print(f"{complete} of {len(submissions)} submissions hold all {len(required)} files")
    return 0 if complete == len(submissions) else 1


def _lines(submission: Submission, required: tuple[str, ...]) -> list[str]:
    try:
        listing = list_submission(submission.source)
    except (Unreadable, OSError) as problem:
        return [str(problem)]
    return list(missing_lines([entry.path for entry in listing.unwrapped()], required))
