"""A small competition whose clock the tests turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from autograder.leaderboard.board import Board
from autograder.leaderboard.participants import enrol, find_student
from autograder.leaderboard.rules import Rules
from autograder.leaderboard.store import open_database
from autograder.predictions.solution import Solution

IMAGES = 400
DEADLINE = datetime(2026, 12, 1, 12, tzinfo=UTC)


def make_solution(images: int = IMAGES, seed: int = 0) -> Solution:
    rng = np.random.default_rng(seed)
    usage = np.where(rng.permutation(images) % 2 == 0, "Public", "Private")
    return Solution(np.arange(images), rng.integers(0, 10, images), usage)


def labels_with(solution: Solution, public: float, private: float, seed: int = 1) -> np.ndarray:
    """Labels that are right on exactly these shares of the two halves."""
    rng = np.random.default_rng(seed)
    labels = (solution.labels + rng.integers(1, 10, len(solution))) % 10
    for usage, share in (("Public", public), ("Private", private)):
        members = rng.permutation(np.flatnonzero(solution.usage == usage))
        right = members[: round(share * len(members))]
        labels[right] = solution.labels[right]
    return labels


def csv_of(labels: np.ndarray) -> bytes:
    return ("Id,Label\n" + "".join(f"{i},{label}\n" for i, label in enumerate(labels))).encode()


class Clock:
    def __init__(self) -> None:
        self.now = DEADLINE - timedelta(days=10)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def solution() -> Solution:
    return make_solution()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_board(tmp_path, solution, clock):
    """make_board(**rules): a board on a new SQLite file, or on `url`, with ann, bob and an instructor enrolled."""

    def make(url: str | None = None, **rules: object) -> Board:
        engine = open_database(url or f"sqlite:///{tmp_path / 'board.db'}")
        board = Board(engine, Rules(title="Digits", deadline=DEADLINE, **rules), solution, clock)
        board.tokens = {name: enrol(engine, name, name == "teacher") for name in ("ann", "bob", "teacher")}
        board.people = {name: find_student(engine, name) for name in board.tokens}
        return board

    return make
