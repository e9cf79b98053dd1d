"""Signs of copying and look-up: those who copied are named, independent models are not."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.leaderboard.ranking import Entry
from autograder.leaderboard.signs import signs

from .conftest import make_solution

N = 2000


@pytest.fixture
def world():
    """Twelve independent models: hard images are hard for all, and their likely wrong label is the same one."""
    solution = make_solution(N)
    rng = np.random.default_rng(5)
    hard, likely = rng.random(N) ** 3, (solution.labels + rng.integers(1, 10, N)) % 10
    entries = []
    for number in range(12):
        labels = solution.labels.copy()
        wrong = rng.random(N) < 0.6 * hard
        labels[wrong] = np.where(rng.random(wrong.sum()) < 0.5, likely[wrong], rng.integers(0, 10, wrong.sum()))
        entries.append(Entry(f"s{number}", labels))
    return solution, entries, rng


def test_independent_models_give_no_sign(world):
    solution, entries, _ = world
    assert signs(entries, solution) == []


def test_a_copy_with_some_labels_changed_is_named_with_its_numbers(world):
    solution, entries, rng = world
    copied = entries[3].labels.copy()
    changed = rng.permutation(N)[:60]
    copied[changed] = rng.integers(0, 10, 60)
    (sign,) = signs([*entries, Entry("copycat", copied)], solution)
    assert sign.startswith("s3 and copycat make the same mistakes: ")
    assert "pairs of this class usually share" in sign


def test_equal_files_are_named(world):
    solution, entries, _ = world
    assert signs([*entries, Entry("twin", entries[0].labels)], solution) == [
        "s0 and twin handed in the same 2,000 labels."
    ]


def test_who_is_right_where_nobody_is_may_have_looked_labels_up(world):
    solution, entries, _ = world
    hard = np.arange(40)
    for entry in entries:
        entry.labels[hard] = (solution.labels[hard] + 1) % 10
    looked_up = solution.labels.copy()
    looked_up[::50] = (looked_up[::50] + 1) % 10
    found = signs([*entries, Entry("seer", looked_up)], solution)
    assert [s for s in found if s.startswith("seer is right on")]
    assert not [s for s in found if "looked up" in s and not s.startswith("seer")]


def test_one_participant_alone_gives_no_sign(world):
    solution, entries, _ = world
    assert signs(entries[:1], solution) == []
