"""Code that runs too long in the student kit is stopped, or left behind."""

import contextlib
import threading

import pytest

from autograder.checks.engine.time_limit import TimeUp, within


def endless():
    while True:
        pass


def stubborn():
    while True:
        with contextlib.suppress(Exception):
            endless()


def test_a_result_comes_back():
    assert within(5.0, lambda: 6 * 7) == 42


def test_an_exception_comes_back():
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 // 0)


@pytest.mark.parametrize("action", [endless, stubborn])
def test_an_endless_loop_is_stopped_and_its_place_is_known(action):
    before = threading.active_count()
    with pytest.raises(TimeUp) as stopped:
        within(0.1, action)
    assert threading.active_count() == before
    assert stopped.traceback[-1].name in ("endless", "stubborn")


def test_what_cannot_be_interrupted_is_left_behind():
    release = threading.Event()
    with pytest.raises(TimeUp):
        within(0.1, release.wait)
    release.set()
