"""Run logs made by the recorder that students are handed, and specs as an instructor writes them."""

import importlib.util
import itertools
import math

import pytest

from autograder.experiments.judging import judge_experiment
from autograder.experiments.record import read_runs
from autograder.experiments.spec import load_experiments
from autograder.grading.homework import COURSE


def load_recorder():
    path = COURSE / "assignment/common/run_log.py"
    spec = importlib.util.spec_from_file_location("run_log", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def recorder():
    return load_recorder()


@pytest.fixture
def clock(recorder, monkeypatch):
    """Two seconds pass between any two looks at the clock."""
    ticks = itertools.count(100.0, 2.0)
    monkeypatch.setattr(recorder.time, "monotonic", lambda: next(ticks))


@pytest.fixture
def record(recorder, clock, tmp_path):
    """Logs a run whose loss falls from ln 10, as training would; returns the submission's folder."""

    def make(name, epochs=3, best=0.9, finish=True, **settings):
        log = recorder.RunLog(name, folder=tmp_path / "runs", **settings)
        for epoch in range(epochs):
            loss = math.log(10) / (1 + epoch * (0.5 + best))
            log.epoch(train_loss=loss, val_accuracy=0.1 + (best - 0.1) * epoch / max(1, epochs - 1))
        if finish:
            log.finish(test_accuracy=best)
        return tmp_path

    return make


@pytest.fixture
def judge(tmp_path):
    """Verdict on the runs in tmp_path under a spec given as TOML."""

    def verdict(text):
        path = tmp_path / "experiments.toml"
        path.write_text(f"[sweep]\n{text}\n")
        return judge_experiment(read_runs(tmp_path), load_experiments(path)["sweep"])

    return verdict
