"""Which submissions a run of `nbgrader autograde` grades ahead, and what becomes of those that fail."""

import threading
from types import SimpleNamespace

import pytest
from nbgrader.coursedir import CourseDirectory

from autograder.integrations.nbgrader.ahead import WINDOW, GradingAhead, to_be_graded

PATIENCE = 60.0


@pytest.fixture
def converter(tmp_path):
    """What nbgrader's Autograde knows once it has looked for notebooks; students b and c were graded before."""
    course = CourseDirectory(root=str(tmp_path))
    found = {}
    for student in ("c", "a", "b", "d.e"):
        folder = tmp_path / "submitted" / student / "hw"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text("2026-03-02 10:00:00 UTC")
        found[str(folder)] = [str(folder / "q.ipynb")]
    for student in ("b", "c"):
        folder = tmp_path / "autograded" / student / "hw"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text("2026-03-02 10:00:00 UTC")
    return SimpleNamespace(coursedir=course, assignments=found, force=False)


def hand_in_again(converter, student, time):
    folder = converter.coursedir.format_path("submitted", student, "hw")
    with open(f"{folder}/timestamp.txt", "w") as file:
        file.write(time)


def test_a_class_is_graded_ahead_in_nbgraders_order_without_what_is_done(converter):
    assert to_be_graded(converter, "hw") == ["a", "d.e"]


def test_with_force_everything_is_due_but_excluded_students(converter):
    converter.force = True
    converter.coursedir.student_id_exclude = "c,a"
    assert to_be_graded(converter, "hw") == ["b", "d.e"]


def test_a_later_submission_is_due_again(converter):
    hand_in_again(converter, "b", "2026-03-02 10:00:01 UTC")
    assert to_be_graded(converter, "hw") == ["a", "b", "d.e"]


def test_a_timestamp_that_is_no_time_is_left_to_its_own_turn(converter):
    hand_in_again(converter, "b", "yesterday")
    assert to_be_graded(converter, "hw") == ["a", "d.e"]


def test_the_next_submission_is_graded_while_the_first_one_is():
    together = threading.Barrier(2)
    ahead = GradingAhead(lambda student: (together.wait(PATIENCE), student)[1], ["a", "b"], jobs=2)
    assert [ahead.result("a"), ahead.result("b")] == ["a", "b"]


def test_every_submission_is_graded_once_however_often_it_is_asked_for():
    calls = []
    ahead = GradingAhead(lambda student: calls.append(student) or student, ["a", "b"], jobs=1)
    assert [ahead.result(s) for s in ("a", "a", "b", "stranger", "b", "stranger")][-1] == "stranger"
    assert sorted(calls) == ["a", "b", "stranger"]


def test_a_submission_that_cannot_be_graded_stops_no_other():
    def grade(student):
        if student == "b":
            raise OSError("no space left on device")
        return student

    ahead = GradingAhead(grade, ["a", "b", "c"], jobs=2)
    assert ahead.result("a") == "a"
    with pytest.raises(OSError, match="no space"):
        ahead.result("b")
    assert ahead.result("c") == "c"


def test_no_more_than_the_window_is_started_for_a_run_that_may_end_early():
    started, students = [], [f"s{number:02d}" for number in range(20)]
    ahead = GradingAhead(lambda student: started.append(student) or student, students, jobs=1)
    ahead.result("s00")
    ahead._pool.shutdown()
    assert started == students[: 1 + WINDOW]
