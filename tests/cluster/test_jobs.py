"""A SLURM job that ends before its worker comes is told of, with its state and its log."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.cluster.jobs import JobWatch
from autograder.cluster.unusable import UnusableCluster


class Jobs:
    """A cluster of two jobs as dask-jobqueue keeps it, and squeue's answer about them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.told = folder, []
        self.worker_spec = {"w-0": {}, "w-1": {}}
        self.workers = {name: self.job(id) for name, id in (("w-0", "70"), ("w-1", "71"))}
        self.scheduler_info = {"workers": {}}

    def job(self, id: str) -> SimpleNamespace:
        return SimpleNamespace(job_id=id, job_name="dask-worker", log_directory=str(self.folder))

    def connect(self, *names: str) -> None:
        self.scheduler_info["workers"] = {f"tcp://{name}:1": {"name": name} for name in names}

    def answer(self, *lines: str, status: int = 0) -> None:
        listed = "\n".join(lines)
        squeue = self.folder / "squeue"
        squeue.write_text(f"#!/bin/sh\ncat << 'END'\n{listed}\nEND\nexit {status}\n", encoding="utf-8")
        squeue.chmod(0o755)


@pytest.fixture
def jobs(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    return Jobs(tmp_path)


@pytest.fixture
def watch(jobs):
    return JobWatch(jobs, jobs.told.append, look=0)


def test_a_job_that_failed_is_told_once_and_the_others_go_on(jobs, watch):
    log = jobs.folder / "dask-worker-70.err"
    log.touch()
    jobs.answer("70 FAILED (NonZeroExitCode)", "71 PENDING (Resources)", "5 FAILED (NonZeroExitCode)")
    assert [watch.check(), watch.check()] == [1, 1]
    assert jobs.told == [
        f"SLURM job 70 ended before its worker came: FAILED (NonZeroExitCode); its log is {log}; it is not replaced"
    ]


def test_where_all_jobs_are_gone_one_sentence_ends_the_run(jobs, watch):
    jobs.answer("70 CANCELLED (None)", "71 CANCELLED (None)")
    with pytest.raises(UnusableCluster) as ended:
        watch.check()
    assert not jobs.told
    assert str(ended.value) == (
        "no SLURM job of this run is left: SLURM job 71 ended before its worker came: CANCELLED; it left no log in "
        f"{jobs.folder}; the results so far are kept, and --resume goes on"
    )


def test_a_job_whose_worker_came_is_left_to_be_replaced(jobs, watch):
    jobs.answer("70 RUNNING (None)", "71 RUNNING (None)")
    jobs.connect("w-0", "w-1")
    assert watch.check() == 2
    jobs.connect()
    jobs.answer("70 TIMEOUT (TimeLimit)", "71 CANCELLED (None)")
    assert (watch.check(), jobs.told) == (2, [])
    jobs.workers["w-0"] = jobs.job("72")
    jobs.answer("72 FAILED (NonZeroExitCode)")
    assert watch.check() == 1
    assert "SLURM job 72 ended" in jobs.told[0]


def test_a_job_that_slurm_forgot_is_noticed_at_the_second_look(jobs, watch):
    jobs.answer("71 RUNNING (None)")
    assert [watch.check(), watch.check()] == [2, 1]
    assert "SLURM job 70 ended before its worker came: no longer known to SLURM" in jobs.told[0]


def test_a_controller_that_does_not_answer_ends_no_job(jobs, watch):
    jobs.answer(status=1)
    assert [watch.check(), watch.check(), watch.check()] == [2, 2, 2]
    assert not jobs.told
