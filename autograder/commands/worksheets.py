"""`autograder worksheet`: grades of `autograder grade` into the file that Canvas or Moodle exported."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from autograder.commands.unusable import UnusableInput
from autograder.grading.homework import find_homework
from autograder.grading.results import Result
from autograder.grading.whole_files import write_whole
from autograder.reports.lms.canvas import fill_canvas
from autograder.reports.lms.claims import is_canvas
from autograder.reports.lms.grades import result_grades
from autograder.reports.lms.moodle import fill_moodle
from autograder.reports.lms.worksheet import Worksheet


def fill_worksheet(
    name: str, graded: Path, worksheet: Path, to: Path, column: str | None, awaiting_as_zero: bool, overwrite: bool
) -> int:
    """Fill in `worksheet` and write it to `to`; exit status 1 where a line was printed about what was not written."""
    assignment = find_homework(name).rubric.assignment
    sheet = Worksheet.read(worksheet)
    results = _results(graded, name)
    grades, maximum = result_grades(results, awaiting_as_zero), results[0].max_score
    if is_canvas(sheet):
        titles = [column] if column else [assignment.id, assignment.title]
        done = fill_canvas(sheet, titles, grades, maximum, overwrite)
    else:
        done = fill_moodle(sheet, grades, maximum, overwrite)
    for note in done.notes:
        print(note)
    print(f"wrote {done.written} grades into {write_whole(to, sheet.text)}")
    return 1 if done.notes else 0


def _results(graded: Path, homework: str) -> list[Result]:
    try:
        results = [Result.read(path) for path in sorted((graded / "results").glob("*.json"))]
    except (ValidationError, OSError) as broken:
        raise UnusableInput(f"{graded / 'results'} holds a file that is no result: {broken}") from None
    results = [result for result in results if result.assignment == homework]
    if not results:
        raise UnusableInput(f"{graded} holds no results of {homework}: --graded takes what `autograder grade` wrote")
    return results
