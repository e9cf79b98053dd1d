"""Probes of predicting labels and of writing predictions.csv."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.devices import DEVICE, Elsewhere, Moves
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, exact, probe


class Scorer(nn.Module):
    """Batch norm and a linear layer; its running statistics are far from those of any batch."""

    def __init__(self, draws: Draws) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(12)
        self.linear = nn.Linear(12, 10)
        self.to(draws.conditions.dtype)
        with torch.no_grad():
            dict(self.norm.named_buffers())["running_mean"].copy_(draws.normal(12, scale=2.0))
            self.linear.weight.copy_(draws.normal(10, 12, dtype=torch.float64))
            self.linear.bias.copy_(draws.normal(10, dtype=torch.float64))

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.linear(self.norm(images.flatten(1)))
        return logits


def _integers(labels: Any) -> Any:
    """Numpy's integers in a list as Python's; anything else as it came."""
    if not isinstance(labels, list):
        return labels
    return [int(label) if isinstance(label, np.integer) else label for label in labels]


@probe(
    "predictions",
    labels=exact("predict(model, batches) for batches of 9, 9 and 4 images, once from each mode"),
    mode=exact("model.training after predict, started in training mode, then in evaluation mode"),
    moves=exact("labels for device='cpu:0', then how often images that had not been moved met what is on the device"),
)
def predict(code: Code, draws: Draws) -> Evidence:
    """Labels of three batches from a generator, and the mode in which the model is left."""
    model = Scorer(draws)
    batches = [draws.normal(n, 3, 2, 2) for n in (9, 9, 4)]
    labels, modes = [], []
    for training in (True, False):
        model.train(training)
        labels.append(_integers(code.predictions.predict(model, (images for images in batches), "cpu")))
        modes.append(model.training)
    yield "labels", labels
    yield "mode", modes
    with Moves() as moving:
        arriving = (images.as_subclass(Elsewhere) for images in batches)
        found = _integers(code.predictions.predict(model, arriving, torch.device(DEVICE)))
    yield "moves", [found, moving.mixed]


def _written(code: Code, *arguments: Any) -> str:
    """The file's text with line ends as \\n and none at the end: the handout asks for no particular one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "predictions.csv")
        code.predictions.write_predictions(path, *arguments)
        text = path.read_text(encoding="utf-8") if path.is_file() else "no file was written"
    return text.replace("\r\n", "\n").removesuffix("\n")


def _refusal(code: Code, labels: list[int], ids: list[int]) -> str:
    """Name of the exception for labels and ids of unequal number."""
    try:
        _written(code, labels, ids)
    except NotImplementedError:
        raise
    except ValueError:
        return "ValueError"
    except Exception as error:
        return type(error).__name__
    return "no exception"


@probe(
    "predictions",
    text=exact("the file that write_predictions(path, labels) writes"),
    text_with_ids=exact("the file that write_predictions(path, labels, ids) writes"),
    refusal=exact("what write_predictions(path, labels, ids) raises for more ids than labels, then for fewer"),
)
def write(code: Code, draws: Draws) -> Evidence:
    """Text of predictions.csv with ids of its own and with given ones."""
    labels = draws.integers(0, 10, 12).tolist()
    ids = draws.permutation(500)[:12].tolist()
    yield "text", _written(code, labels)
    yield "text_with_ids", _written(code, labels, ids)
    yield "refusal", [_refusal(code, labels[:5], ids[:7]), _refusal(code, labels[:7], ids[:5])]
