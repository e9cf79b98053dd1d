"""Grading in SLURM jobs, on a real SLURM of one node: a job that is lost is replaced and changes no result."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .dask_cluster import SEED, ended, grading, results, wait_for
from .slurm_node import asked, slurm

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    with slurm(tmp_path_factory.mktemp("slurm")) as environment:
        # the node is this machine, so that its workers reach the scheduler without a network
        yield environment | {"DASK_JOBQUEUE__SLURM__SCHEDULER_OPTIONS": '{"host": "127.0.0.1"}'}


def jobs(node: dict[str, str], *states: str) -> set[str]:
    return set(asked(node, "squeue", "-h", "-o", "%i", "-t", ",".join(states)))


def test_results_are_those_of_a_local_run_though_a_job_is_cancelled(node, submissions, local, tmp_path):
    out = tmp_path / "out"
    options = ("--seed", str(SEED), "--cluster", "slurm", "--workers", "2", "--jobs", "1")
    run = grading(submissions, out, *options, environment=node)
    wait_for(lambda: run.poll() is not None or (list(out.glob("results/*.json")) and len(jobs(node, "R")) == 2))
    first = min(jobs(node, "R"), default="none")
    subprocess.run(["scancel", first], env=node, check=True)
    status, said = ended(run)
    assert status == 0, said
    assert results(out) == local
    wait_for(lambda: not jobs(node, "PD", "R", "CG"))


def test_the_only_job_is_replaced_when_it_is_lost(node, submissions, local, tmp_path):
    out = tmp_path / "out"
    options = ("--seed", str(SEED), "--cluster", "slurm", "--jobs", "1")
    run = grading(submissions, out, *options, environment=node)
    wait_for(lambda: run.poll() is not None or list(out.glob("results/*.json")))
    (only,) = jobs(node, "R")
    subprocess.run(["scancel", only], env=node, check=True)
    wait_for(lambda: run.poll() is not None or jobs(node, "R") - {only})
    status, said = ended(run)
    assert status == 0, said
    assert results(out) == local


def test_a_job_that_slurm_does_not_take_is_refused_in_slurms_words(node, submissions, tmp_path):
    environment = node | {"DASK_JOBQUEUE__SLURM__QUEUE": "nowhere"}
    status, said = ended(grading(submissions, tmp_path / "out", "--cluster", "slurm", environment=environment))
    assert status == 2
    assert "SLURM does not take the job" in said
    assert "nvalid partition" in said


def test_a_job_that_cannot_start_its_worker_ends_the_run_and_names_its_log(node, submissions, tmp_path):
    environment = node | {"DASK_JOBQUEUE__SLURM__PYTHON": "/nowhere/python"}
    run = grading(submissions, tmp_path / "out", "--cluster", "slurm", environment=environment)
    status, said = ended(run)
    assert status == 2
    assert "ended before its worker came: FAILED" in said
    (log,) = (tmp_path / "out" / ".slurm").glob("*.err")
    assert "/nowhere/python" in log.read_text()
    assert str(log) in said


def test_the_job_asks_for_what_dasks_configuration_says(node, submissions, tmp_path):
    environment = node | {
        "DASK_JOBQUEUE__SLURM__JOB_EXTRA_DIRECTIVES": '["--hold"]',
        "DASK_JOBQUEUE__SLURM__WALLTIME": "02:00:00",
    }
    run = grading(submissions, tmp_path / "out", "--cluster", "slurm", "--jobs", "3", environment=environment)
    (job,) = wait_for(lambda: jobs(node, "PD"))
    shown = asked(node, "scontrol", "show", "job", job)
    assert {"NumCPUs=3", "MinMemoryNode=6G", "TimeLimit=02:00:00", "Requeue=0"} <= set(shown)
    assert Path(tmp_path / "out" / ".slurm").stat().st_mode & 0o077 == 0
    run.terminate()
    assert run.wait(60)
    subprocess.run(["scancel", job], env=node, check=True)
