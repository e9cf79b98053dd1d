"""Places, ties, intervals and recall."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from autograder.leaderboard.exports import as_csv, as_json
from autograder.leaderboard.finals import Standings
from autograder.leaderboard.ranking import Entry, rank
from autograder.leaderboard.statistics import better, bootstrap_interval

from .conftest import labels_with, make_solution


def test_the_interval_is_what_resampling_gives():
    right = np.arange(500) < 430
    rng = np.random.default_rng(0)
    drawn = right[rng.integers(0, 500, (4000, 500))].mean(axis=1)
    assert bootstrap_interval(right) == pytest.approx(tuple(np.quantile(drawn, [0.025, 0.975])), abs=0.005)
    assert bootstrap_interval(np.ones(10, bool)) == (1.0, 1.0)


@pytest.mark.parametrize("n", [1, 7, 500, 10_000])
def test_the_quantiles_are_the_binomials(n):
    for k in {0, n // 3, n // 2, n - 1}:
        expected = binom.ppf([0.025, 0.975], n, k / n) / n
        assert bootstrap_interval(np.arange(n) < k) == pytest.approx(tuple(expected))


def test_the_paired_test_is_mcnemars_exact_one():
    rng = np.random.default_rng(2)
    right = rng.random((4, 300)) < np.array([[0.9], [0.85], [0.6], [0.6]])
    beats = better(right)
    for i in range(4):
        for j in range(4):
            b, c = int((right[i] & ~right[j]).sum()), int((~right[i] & right[j]).sum())
            expected = b > c and binomtest(b, b + c).pvalue < 0.05
            assert beats[i, j] == expected
    assert beats.any()


def test_pairing_finds_what_two_intervals_would_call_equal():
    """Thirty images of a thousand, all in one direction: the intervals overlap, the paired test is sure."""
    first = np.arange(1000) < 800
    second = first.copy()
    second[:30] = False
    assert bootstrap_interval(second)[1] > bootstrap_interval(first)[0]
    assert better(np.stack([first, second])).tolist() == [[False, True], [False, False]]


def test_places_are_shared_by_equals_and_ties_span_the_places_left_open():
    solution = make_solution(2000)
    entries = [
        Entry("cleo", labels_with(solution, 0.95, 0.5, seed=1)),
        Entry("abel", labels_with(solution, 0.94, 0.5, seed=2)),
        Entry("bert", labels_with(solution, 0.94, 0.5, seed=3)),
        Entry("dora", labels_with(solution, 0.50, 0.9, seed=4), submissions=7),
    ]
    found = rank(entries, solution, "Public")
    assert [(s.name, s.place, s.first, s.last) for s in found] == [
        ("cleo", 1, 1, 3),
        ("abel", 2, 1, 3),
        ("bert", 2, 1, 3),
        ("dora", 4, 4, 4),
    ]
    assert [s.tied for s in found] == [True, True, True, False]
    assert (found[3].submissions, found[3].accuracy) == (7, 0.5)
    assert rank(entries, solution, "Private")[0].name == "dora"


def test_recall_is_that_of_each_class_on_the_half_that_ranks():
    solution = make_solution(1000)
    labels = solution.labels.copy()
    labels[solution.labels == 3] = 4
    (standing,) = rank([Entry("ann", labels)], solution, "Public")
    assert standing.recall[3] == 0.0
    assert [r for k, r in enumerate(standing.recall) if k != 3] == [1.0] * 9


def test_exports_hold_every_line_and_no_formula():
    solution = make_solution()
    found = Standings("Public", tuple(rank([Entry("=1+1", solution.labels)], solution, "Public")))
    head, row = as_csv(found).splitlines()
    assert head.startswith("place,first,last,name,accuracy,low,high,submissions,recall_0")
    assert row.startswith("1,1,1,'=1+1,1.000000,1.000000,1.000000,1,1.000000")
    assert '"usage": "Public"' in as_json(found)
    assert as_csv(Standings("Public", ())).strip() == "place,first,last,name,accuracy,low,high,submissions"
