"""Small runs, what they leave, and ways to stop them."""

import csv

import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

from reference_solutions.train.progress import TrainingProgress

SMALL = {"model": "simplenn_bn", "epochs": 4, "batch_size": 64, "learning_rate": 0.05, "schedule": "cosine"}


def weights(tmp_path, name):
    return load_file(tmp_path / name / "weights.safetensors")


def rows(tmp_path, name):
    with (tmp_path / name / "metrics.csv").open() as file:
        return [{k: v for k, v in row.items() if "second" not in k} for row in csv.DictReader(file)]


def assert_equal_runs(tmp_path, one, other):
    assert rows(tmp_path, one) == rows(tmp_path, other)
    first, second = weights(tmp_path, one), weights(tmp_path, other)
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)


def stop_in_epoch(monkeypatch, epoch):
    """Ctrl-C after the first batch of that epoch."""
    report = TrainingProgress.batch
    done = []

    def batch(self, images):
        report(self, images)
        done.append(images)
        if sum(done) > (epoch - 1) * self.images:
            raise KeyboardInterrupt

    monkeypatch.setattr(TrainingProgress, "batch", batch)


def command(*arguments):
    from reference_solutions.train.__main__ import train
    from reference_solutions.train.command import application

    given = [*map(str, arguments), "--data", "digits", "--precision", "float32"]
    return CliRunner().invoke(application(train), given)
