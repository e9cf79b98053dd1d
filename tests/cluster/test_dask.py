"""Grading on a real dask cluster: the results of a local run, whatever is lost on the way, or a plain refusal."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from autograder.cluster import roster
from autograder.cluster.unusable import UnusableCluster
from autograder.commands.grading import grade_class
from autograder.commands.starting import Where

from .dask_cluster import HOMEWORK, PRELOADS, SEED, SLOW, ended, free_port, grading, results, wait_for

pytestmark = pytest.mark.timeout(1800)  # on an idle machine each takes seconds
SEEDED = ("--seed", str(SEED))


def executing(client) -> str | None:
    """The worker on which the slow submission is being graded."""
    found = [w for w, keys in client.processing().items() if any(str(key).endswith(f"-{SLOW}") for key in keys)]
    return found[0] if found else None


def plugins(client) -> list[str]:
    found = client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.worker_plugins))
    return [name for name in found if name.startswith("autograder-")]


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_changes_no_result(cluster, submissions, local, tmp_path):
    cluster.worker()
    cluster.worker()
    with cluster.client() as client:
        client.wait_for_workers(2, timeout=600)
        pids = client.run(os.getpid)
        run = grading(submissions, tmp_path / "out", *SEEDED, "--scheduler", cluster.address)
        os.kill(pids[wait_for(lambda: executing(client))], signal.SIGKILL)
        status, said = ended(run)
        assert (status, plugins(client)) == (0, []), said
    assert results(tmp_path / "out") == local
    assert {r.isolation for r in local.values()} == {"warm"}


@pytest.mark.slow
def test_the_only_worker_killed_is_waited_for_until_it_is_back(cluster, submissions, local, tmp_path):
    cluster.worker()
    with cluster.client() as client:
        client.wait_for_workers(1, timeout=600)
        pids = client.run(os.getpid)
        run = grading(submissions, tmp_path / "out", *SEEDED, "--scheduler", cluster.address)
        os.kill(pids[wait_for(lambda: executing(client))], signal.SIGKILL)
        status, said = ended(run)
    assert status == 0, said
    assert results(tmp_path / "out") == local


def test_workers_that_must_not_grade_are_refused_while_another_grades(cluster, submissions, local, tmp_path):
    (tmp_path / "empty").mkdir()
    cluster.worker("--no-nanny", PATH=str(tmp_path / "empty"))
    cluster.worker("--no-nanny", "--preload", str(PRELOADS / "another_course.py"))
    cluster.worker("--no-nanny", "--preload", str(PRELOADS / "no_course.py"))
    arguments = (*SEEDED, "--scheduler", cluster.address)
    with cluster.client() as client:
        client.wait_for_workers(3, timeout=600)
        status, said = ended(grading(submissions, tmp_path / "none", *arguments))
        assert (status, results(tmp_path / "none")) == (2, {})
        assert f"no worker of the scheduler {cluster.address} may grade" in said
        cluster.worker("--no-nanny")
        client.wait_for_workers(4, timeout=600)
    status, said = ended(grading(submissions, tmp_path / "out", *arguments))
    assert status == 0, said
    refusals = [line for line in said.splitlines() if line.startswith("worker tcp://127.0.0.1:")]
    assert len(refusals) == 3, said
    for reason in ("apt-get install bubblewrap", "suite ffffffffffffffff there", "No module named"):
        assert sum(reason in line for line in refusals) == 1, said
    assert results(tmp_path / "out") == local


@pytest.mark.slow
def test_a_failure_at_a_worker_leaves_the_score_open(cluster, submissions, local, tmp_path):
    cluster.worker("--no-nanny", "--preload", str(PRELOADS / "broken_station.py"))
    status, said = ended(grading(submissions, tmp_path / "out", *SEEDED, "--scheduler", cluster.address))
    assert status == 1
    assert "not graded: wrong: OSError: no space left on the worker" in said
    found = results(tmp_path / "out")
    failed = found.pop("wrong")
    assert (failed.status, failed.score) == ("grader_error", None)
    assert found == {name: result for name, result in local.items() if name != "wrong"}


@pytest.mark.slow
def test_a_lost_scheduler_loses_no_result(cluster, submissions, local, tmp_path):
    cluster.worker("--no-nanny")
    out = tmp_path / "out"
    with cluster.client() as client:
        run = grading(submissions, out, *SEEDED, "--scheduler", cluster.address)
        wait_for(lambda: executing(client) and list(out.glob("results/*.json")))
    cluster.close()
    status, said = ended(run)
    assert status == 2
    assert f"the scheduler {cluster.address} was lost" in said
    kept = results(out)
    assert kept
    assert SLOW not in kept
    assert grade_class(HOMEWORK, submissions, out, Where(jobs=1), resume=True) == 0
    assert results(out) == local


def test_a_scheduler_that_is_not_there_is_named(submissions, tmp_path):
    address = f"tcp://127.0.0.1:{free_port()}"
    status, said = ended(grading(submissions, tmp_path / "out", "--scheduler", address))
    assert status == 2
    assert f"the scheduler {address} cannot be reached" in said
    assert [line.startswith("autograder: ") for line in said.strip().splitlines()] == [True], said
    assert not list(Path(tmp_path).glob("out/results/*.json"))


def test_a_worker_that_hangs_while_it_starts_ends_the_run_and_nothing_is_graded(
    cluster, submissions, tmp_path, monkeypatch
):
    monkeypatch.setattr(roster.Roster.__init__, "__defaults__", (2.0,))
    cluster.worker("--no-nanny", "--preload", str(PRELOADS / "hanging_station.py"))
    out = tmp_path / "out"
    with cluster.client() as client:
        client.wait_for_workers(1, timeout=600)
        (worker,) = client.scheduler_info()["workers"]
        with pytest.raises(UnusableCluster, match=f"{worker} was refused: it did not say within 2 seconds"):
            grade_class(HOMEWORK, submissions, out, Where(scheduler=cluster.address), seed=SEED)
        assert plugins(client) == []
    assert results(out) == {}
