"""Which workers are waited for, how long, and what is said of those that are not."""

from __future__ import annotations

import pytest

from autograder.cluster.roster import Roster
from autograder.cluster.site import Site
from autograder.cluster.unusable import UnusableCluster

OPEN, CLOSED = ({"worker": worker, "threads": 2, "refused": reason} for worker, reason in (("b", None), ("a", "none")))
SILENT = "it did not say within 0 seconds whether it can grade; see its log"


@pytest.fixture
def said() -> list[str]:
    return []


def test_where_no_worker_comes_the_run_ends_and_says_what_it_waited_for(said):
    roster = Roster(Site(None, "the scheduler tcp://there:1", patience=0), said.append)
    with pytest.raises(UnusableCluster, match="no worker came to the scheduler tcp://there:1"):
        roster.compare([])
    assert said == ["waiting for a worker at the scheduler tcp://there:1, up to 0 minutes"]


def test_a_run_goes_on_while_some_of_the_workers_asked_for_may_still_come(said):
    roster = Roster(Site(None, "SLURM"), said.append)
    roster.hear(CLOSED)
    roster.compare(["a"], expected=2)
    roster.hear(OPEN)
    roster.compare(["a", "b"], expected=2)
    assert roster.threads == 2
    assert said == ["worker a is refused: none", "waiting for a worker at SLURM, up to 1 minutes"]
    roster.compare(["a"], expected=2)
    assert roster.threads == 0


def test_a_worker_that_never_reports_is_refused_while_the_others_grade(said):
    roster = Roster(Site(None, "SLURM"), said.append, limit=0)
    roster.hear(OPEN)
    for _ in range(2):
        roster.compare(["silent", "b"])
    assert said == [f"worker silent is refused: {SILENT}"]
    assert roster.threads == 2


def test_where_no_worker_ever_reports_the_run_ends_and_names_one(said):
    roster = Roster(Site(None, "SLURM"), said.append, limit=0)
    with pytest.raises(UnusableCluster, match=f"no worker of SLURM may grade; silent was refused: {SILENT}"):
        roster.compare(["silent"])


def test_a_worker_is_given_minutes_to_report_and_grades_though_it_was_refused_for_silence(said):
    patient, strict = (Roster(Site(None, "SLURM"), said.append, **limit) for limit in ({}, {"limit": 0}))
    patient.compare(["b"])
    assert not said
    strict.compare(["b"], expected=2)
    strict.hear(OPEN)
    strict.compare(["b"])
    assert strict.threads == 2
