"""The Ladder: who guesses cannot climb, who is better can."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.leaderboard.ladder import climb
from autograder.leaderboard.statistics import bootstrap_interval

N, TRIES = 1000, 400


def climber(ladder: bool, seed: int = 0) -> float:
    """The boosting attack of Blum and Hardt (section 5) on two classes: random guesses, then the majority of the best.

    Hands in TRIES random files, keeps those that scored above one half, and hands in their vote. Returns the score
    shown in the end.
    """
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, N)
    votes, best, shown = np.zeros(N), None, None
    for _ in range(TRIES):
        guess = rng.integers(0, 2, N)
        right = guess == truth
        before = shown
        rung = climb(right, best, shown)
        told = rung.shown if ladder else float(right.mean())
        if rung.climbed or not ladder:
            best, shown = (right, rung.shown) if ladder else (None, max(shown or 0, told))
        if told > (before if ladder and before is not None else 0.5):
            votes += 2 * guess - 1
    final = (votes > 0).astype(int) == truth
    return climb(final, best, shown).shown if ladder else float(final.mean())


def test_hundreds_of_guesses_gain_less_than_one_interval_under_the_ladder_and_more_without_it():
    low, high = bootstrap_interval(np.arange(N) < N // 2)
    with_ladder = np.mean([climber(True, seed) for seed in range(5)])
    without = np.mean([climber(False, seed) for seed in range(5)])
    assert with_ladder - 0.5 < high - low
    assert without - 0.5 > 2 * (high - low)


def test_a_real_improvement_is_shown_to_the_image():
    right = np.arange(N) < 700
    first = climb(np.arange(N) < 600, None, None)
    second = climb(right, np.arange(N) < 600, first.shown)
    assert (first.shown, first.climbed) == (0.6, True)
    assert (second.shown, second.climbed) == (0.7, True)


def test_a_change_within_the_noise_leaves_the_score():
    rng = np.random.default_rng(1)
    base = rng.random(N) < 0.7
    other = base.copy()
    other[np.flatnonzero(~base)[:30]] = True
    other[np.flatnonzero(base)[:28]] = False
    rung = climb(other, base, float(base.mean()))
    assert not rung.climbed
    assert rung.shown == pytest.approx(base.mean())


def test_the_same_file_again_does_not_climb():
    right = np.arange(N) < 600
    assert not climb(right, right, 0.6).climbed


def test_one_image_is_enough_data_for_no_error():
    assert climb(np.array([True]), np.array([False]), 0.0).shown == 1.0
