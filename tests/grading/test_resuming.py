"""A run that was killed, at whatever moment, is continued and loses only what was in flight."""

import random
import resource
import signal
import subprocess
import sys
import time

import pytest

from autograder.commands.grading import grade_class
from autograder.commands.starting import Where
from autograder.grading.homework import find_homework
from autograder.grading.run import UnusableRun, plan_run
from autograder.grading.sources import reference_source

from .small_class import HOMEWORK, q3, results_of, write_class


@pytest.fixture
def begun(tmp_path):
    """Arguments of `plan_run` for a run that was begun with seed 7 and killed at once."""
    run = find_homework(HOMEWORK), [], tmp_path
    plan_run(*run, seed=7, resume=False, forms=())
    return run


def test_what_stops_the_record_of_a_run_from_being_written_leaves_the_earlier_one(begun):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))  # as a full disk, or a kill as the file is created
    try:
        with pytest.raises(OSError, match="too large"):
            plan_run(*begun, seed=None, resume=True, forms=())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert plan_run(*begun, seed=None, resume=True, forms=()).seed == 7
    assert sorted(path.name for path in begun[2].iterdir()) == ["results", "run.json"]


@pytest.mark.parametrize("content", [b"", b'{"seed"', b"[]", b"{}", b'{"seed": null}', b"\xff"], ids=repr)
def test_a_damaged_record_of_a_run_is_named_and_the_seed_can_be_given(begun, content):
    (begun[2] / "run.json").write_bytes(content)
    with pytest.raises(UnusableRun, match=r"run\.json is damaged.*name it with --seed"):
        plan_run(*begun, seed=None, resume=True, forms=())
    assert plan_run(*begun, seed=7, resume=True, forms=()).seed == 7
    assert plan_run(*begun, seed=None, resume=True, forms=()).seed == 7


def test_resuming_regrades_grader_errors_and_changed_files_only(tmp_path):
    submissions, out = write_class(tmp_path / "submissions"), tmp_path / "out"
    grade_class(HOMEWORK, submissions, out, where=Where(jobs=2), seed=4)
    before = results_of(out)
    broken = before["ann"].model_copy(update={"status": "grader_error", "score": None})
    broken.write(out / "results")
    (submissions / "bob" / "batchnorm.py").write_text(reference_source("batchnorm"))
    assert grade_class(HOMEWORK, submissions, out, where=Where(jobs=2), resume=True) == 0
    after = results_of(out)
    assert q3(after["ann"]) == 25
    assert q3(after["bob"]) == 25
    assert after["cyd"] == before["cyd"]


class KilledRun:
    """Grades the small class in a process that is killed, and started again, as often as a test wants."""

    def __init__(self, folder):
        submissions, self.out, self.log = write_class(folder / "submissions"), folder / "out", folder / "log"
        arguments = ["grade", HOMEWORK, "--submissions", str(submissions), "--out", str(self.out), "--jobs", "1"]
        self.command, self.kept = [sys.executable, "-m", "autograder.cli", *arguments], {}

    def kill_when(self, moment):
        """Go on until `moment()` or the end; what was finished is still there, whole and the same, in what is left."""
        resume = ["--resume"] if (self.out / "run.json").exists() else ["--seed", "7"]
        with self.log.open("w") as log:
            run = subprocess.Popen([*self.command, *resume], stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 120
        while not moment() and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        run.kill()
        assert run.wait() in (0, -signal.SIGKILL), self.log.read_text()
        finished = results_of(self.out)
        assert {name: finished[name] for name in self.kept} == self.kept
        self.kept = finished

    def files(self):
        """What it has written of evidence and results."""
        return [*self.out.glob(".evidence/*/*.frames"), *self.out.glob("results/*.json")]

    def finish(self):
        self.kill_when(lambda: False)
        assert list(self.kept) == ["ann", "bob", "cyd", "dan"], self.log.read_text()
        assert (q3(self.kept["ann"]), self.kept["cyd"].score) == (25, 0)
        assert {result.seed for result in self.kept.values()} == {7}
        assert (self.out / "gradebook.csv").is_file()


def test_a_run_killed_again_and_again_loses_only_what_was_in_flight(tmp_path):
    run = KilledRun(tmp_path)
    # while the reference runs, while the first submission may be graded, and after results were written
    for sign in ("run.json", ".evidence/*/*.frames", "results/*.json", "results/c*.json"):
        run.kill_when(lambda sign=sign: list(run.out.glob(sign)))
        assert list(run.out.glob(sign)), f"the run wrote no {sign}"
    run.finish()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_run_killed_at_random_moments_loses_only_what_was_in_flight(tmp_path, seed):
    run, draw = KilledRun(tmp_path), random.Random(seed)
    for _ in range(8):
        files = len(run.files()) + draw.randint(0, 10)  # of 45, so that the later kills find results
        run.kill_when(lambda files=files: len(run.files()) >= files)
    assert run.kept, "no kill came after a result, so nothing could be lost"
    run.finish()
