"""A checkpoint is run in the real sandbox on the hidden images, and its labels compared with the file."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from autograder.grading.sandbox import open_sandbox
from autograder.grading.sources import reference_source
from autograder.leaderboard.checkpoint import NoHiddenImages, load_hidden_images, verify
from autograder.predictions.solution import Solution
from reference_solutions.resnet import resnet20

IDS = np.arange(100, 140)
SOLUTION = Solution(IDS, np.arange(len(IDS)) % 10, np.full(len(IDS), "Public"))
MEAN, STD = [0.4, 0.5, 0.6], [0.2, 0.25, 0.3]


@pytest.fixture(scope="module")
def world():
    """Images, a network, and what it predicts for them."""
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (len(IDS), 32, 32, 3), dtype=np.uint8)
    model = resnet20()
    with torch.no_grad():
        for _ in range(5):
            model(torch.randn(20, 3, 32, 32))
        pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
        scaled = (pixels - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)
        labels = model.eval()(scaled).argmax(dim=1)
    assert len(labels.unique()) > 1
    return images, model.state_dict(), labels.numpy()


@pytest.fixture(scope="module")
def sandbox():
    return open_sandbox("auto")


@pytest.fixture
def submission(tmp_path, world):
    _, _, labels = world
    (tmp_path / "resnet.py").write_text(reference_source("resnet"))
    write(tmp_path, labels)
    return tmp_path


def write(folder, labels):
    rows = "".join(f"{i},{label}\n" for i, label in zip(IDS, labels, strict=True))
    (folder / "predictions.csv").write_text("Id,Label\n" + rows)


@pytest.mark.parametrize("form", ["notebook", "safetensors"])
def test_predictions_of_the_checkpoint_are_confirmed(submission, world, sandbox, form):
    images, weights, _ = world
    if form == "notebook":
        torch.save({"weights": weights, "mean": MEAN, "std": STD}, submission / "resnet20.pt")
    else:
        scale = {"normalize.mean": torch.tensor(MEAN), "normalize.std": torch.tensor(STD)}
        save_file({k: v.contiguous() for k, v in weights.items()} | scale, submission / "resnet20.safetensors")
    found = verify(submission, images, SOLUTION, sandbox)
    assert found.confirmed, found.told
    assert found.agreement == 1.0


def test_other_predictions_than_the_checkpoints_are_told_with_the_share(submission, world, sandbox):
    images, weights, labels = world
    torch.save({"weights": weights, "mean": MEAN, "std": STD}, submission / "resnet20.pt")
    other = labels.copy()
    other[:10] = (other[:10] + 1) % 10
    write(submission, other)
    found = verify(submission, images, SOLUTION, sandbox)
    assert (found.confirmed, found.agreement) == (False, 0.75)
    assert found.told == "75.00% of predictions.csv are what resnet20.pt predicts"


class Runs:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


def test_a_checkpoint_that_would_run_code_is_refused_and_does_not(submission, world, sandbox):
    trace = submission / "it-ran"
    (submission / "evil.pt").write_bytes(pickle.dumps(Runs(str(trace))))
    found = verify(submission, world[0], SOLUTION, sandbox)
    assert not found.confirmed
    assert "opening it would run code" in found.told
    assert not trace.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: None, "expected one checkpoint (.safetensors, .pt, .pth), found none"),
        (lambda f: (f / "a.pt").write_bytes(b"") or (f / "b.pth").write_bytes(b""), "found a.pt, b.pth"),
        (lambda f: (f / "a.safetensors").write_bytes(b"12345678"), "a.safetensors is no whole safetensors file"),
        (lambda f: (f / "a.pt").symlink_to("/etc/passwd"), "a.pt is a link"),
        (lambda f: (f / "predictions.csv").write_text("x"), "predictions.csv is not valid"),
        (lambda f: (f / "a.pt").write_bytes(b"") or (f / "resnet.py").unlink(), "resnet.py is missing"),
    ],
)
def test_what_cannot_be_run_is_explained_before_anything_is_started(submission, world, change, told):
    change(submission)
    found = verify(submission, world[0], SOLUTION, sandbox=None)
    assert found.agreement is None
    assert told in found.told


def test_hidden_images_come_in_the_solutions_order(tmp_path, world):
    images = world[0]
    np.savez(tmp_path / "test.npz", images=images[::-1], ids=IDS[::-1])
    assert np.array_equal(load_hidden_images(tmp_path / "test.npz", IDS), images)
    with pytest.raises(NoHiddenImages, match="does not hold the solution's images"):
        load_hidden_images(tmp_path / "test.npz", IDS + 1)
