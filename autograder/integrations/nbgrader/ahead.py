"""Grades the submissions of one `nbgrader autograde` side by side, ahead of nbgrader, which takes them in turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from autograder.grading.results import Result

# How far ahead of nbgrader, for each core: enough that a core is not idle while one submission runs into
# its time limit, and few enough that a run which ends early is not held up by submissions nobody asks for.
WINDOW = 4


class GradingAhead:
    """Results by student: whoever asks for one starts those that come next, at most `jobs` at a time.

    students: who is still to be graded, in the order in which they will be asked for.
    """

    def __init__(self, grade: Callable[[str], Result], students: Sequence[str], jobs: int) -> None:
        self._grade, self._students, self._jobs = grade, list(students), jobs
        self._futures: dict[str, Future[Result]] = {}
        self.asked: set[str] = set()
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="grading")

    def result(self, student: str) -> Result:
        """Wait for a student's result; raises what grading that one raised. A student not announced is graded too."""
        self.asked.add(student)
        for one in (student, *self._next(student)):
            if one not in self._futures:
                self._futures[one] = self._pool.submit(self._grade, one)
        try:
            return self._futures[student].result()
        except KeyboardInterrupt:
            self._pool.shutdown(wait=False, cancel_futures=True)
            raise

    def _next(self, student: str) -> list[str]:
        if student not in self._students:
            return []
        first = self._students.index(student) + 1
        return self._students[first : first + WINDOW * self._jobs]


def to_be_graded(converter: Any, assignment: str) -> list[str]:
    """Students whose submission this run of nbgrader's Autograde will convert, in its order.

    By the rules of BaseConverter.init_destination, which cannot be asked: it removes what it will replace.
    """
    return [student for student in _matched(converter, assignment) if _is_due(converter, assignment, student)]


def submitted(coursedir: Any, assignment: str, student: str) -> Path:
    """The folder of a submission in nbgrader's course directory `coursedir`."""
    return Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))


def _matched(converter: Any, assignment: str) -> Iterator[str]:
    course = converter.coursedir
    named = course.format_path(course.submitted_directory, "(?P<student>.*)", "(?P<assignment>.*)", escape=True)
    for folder in sorted(converter.assignments):
        found = re.match(named, folder)
        if found and found["assignment"] == assignment:
            yield found["student"]


def _is_due(converter: Any, assignment: str, student: str) -> bool:
    course = converter.coursedir
    if student in course.student_id_exclude.split(","):
        return False
    graded = course.format_path(course.autograded_directory, student, assignment)
    if converter.force or not Path(graded).exists():
        return True
    folder = submitted(course, assignment, student)
    try:
        then, now = course.get_existing_timestamp(graded), course.get_existing_timestamp(folder)
    except Exception:
        # nbgrader raises an AttributeError at a timestamp.txt that holds no time, and will say so in this one's turn.
        return False
    return then is not None and now is not None and now > then
