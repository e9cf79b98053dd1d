"""Probes of training with Adam, of evaluation, and of saved weights, on a small network and seeded batches."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import torch
from torch import nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.devices import DEVICE, Batches, Moves
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence
from autograder.checks.engine.probe import Evidence, close, exact, probe
from autograder.checks.training import ONCE32, UNMOVED, Network, evaluations, fingerprint, seeded_loader

WIDE = torch.float64
STEPS = (
    "float64 through 9 steps of Adam; a gradient that is zero but for rounding (1e-17) is divided by epsilon (1e-8), "
    "which moves a weight by up to 1e-9 of a step"
)
COPIED = "a copy of float64 numbers, and one forward pass"
COLUMNS = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
RATE = 0.02


def _table(rows: Any) -> list[list[float]]:
    """The rows of a history as lists. Raises NotEvidence where they are not rows of the four numbers."""
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, dict) for row in rows):
        raise NotEvidence("fit has to return a list with a dictionary an epoch")
    missing = [name for row in rows for name in COLUMNS if name not in row]
    if missing:
        raise NotEvidence(f"a row of the history lacks {missing[0]!r}; it has {', '.join(COLUMNS)}")
    return [[float(row[name]) for name in COLUMNS] for row in rows]


def _fitted(code: Code, draws: Draws, **options: Any) -> tuple[nn.Module, Any]:
    """A network after three epochs on batches of 8, 8 and 5, started in evaluation mode, and what fit returned."""
    model = Network(draws, WIDE).eval()
    train, val = seeded_loader(draws, 21, 8, WIDE), seeded_loader(draws, 13, 8, WIDE)
    return model, code.fitting.fit(model, train, val, 3, RATE, **options)


@probe(
    "fitting",
    history=close("the rows that fit returns, 3 epochs without weight decay", 1e-6, 1e-7, STEPS),
    weights=close("parameters and running statistics (projected) after fit(..., 3, 0.02)", 1e-6, 1e-7, STEPS),
    reported=close("what fit passes to report after each epoch, by name", 1e-6, 1e-7, STEPS),
)
def fit(code: Code, draws: Draws) -> Evidence:
    """Three epochs of Adam without weight decay: weights, history, and what is reported."""
    rows: list[dict[str, float]] = []
    model, history = _fitted(code, draws, report=lambda **row: rows.append(row))
    yield "weights", fingerprint(model, draws)
    yield "history", _table(history)
    yield "reported", _table(rows)


@probe(
    "fitting",
    moves=close(
        "the rows that fit(..., device='cpu:0') returns; then for fit and for evaluate, how often images and how "
        "often labels that had not been moved met what is on the device",
        1e-6,
        1e-7,
        STEPS,
    ),
)
def devices(code: Code, draws: Draws) -> Evidence:
    """Batches are moved to the device that was asked for, while training and while evaluating."""
    model = Network(draws, WIDE)
    train, val = (Batches(seeded_loader(draws, size, 6, WIDE)) for size in (15, 8))
    device = torch.device(DEVICE)
    with Moves() as fitting:
        history = code.fitting.fit(model, train, val, 2, RATE, device=device)
    with Moves() as evaluating:
        code.fitting.evaluate(model, val, device)
    yield "moves", [*_table(history), fitting.mixed, evaluating.mixed]


@probe(
    "fitting",
    weights=close(
        "parameters and running statistics (projected) after fit(..., 3, 0.02, weight_decay=0.3)", 1e-6, 1e-7, STEPS
    ),
    twice=close("the same after a second call of fit with weight_decay=0.01", 1e-6, 1e-7, STEPS),
)
def decay(code: Code, draws: Draws) -> Evidence:
    """Weight decay as part of Adam's gradient, of two strengths."""
    model, _ = _fitted(code, draws, weight_decay=0.3)
    yield "weights", fingerprint(model, draws)
    train, val = seeded_loader(draws, 12, 4, WIDE), seeded_loader(draws, 5, 5, WIDE)
    code.fitting.fit(model, train, val, 2, 0.005, weight_decay=0.01)
    yield "twice", fingerprint(model, draws)


@probe(
    "fitting",
    results=close(
        "(loss, accuracy) that evaluate returns on batches of 8, 8 and 5, started in either mode", 1e-5, 1e-6, ONCE32
    ),
    state=close("projections of parameters and running statistics after evaluate, and the mode", 1e-5, 1e-6, UNMOVED),
    gradients=close("projections of the gradients after evaluate, and whether it recorded any", 1e-5, 1e-6, UNMOVED),
)
def evaluation(code: Code, draws: Draws) -> Evidence:
    """Evaluation from training mode and from evaluation mode; what it returns and what it leaves."""
    yield from evaluations(code.fitting.evaluate, draws)


@probe(
    "fitting",
    reloaded=close(
        "outputs of another network after load_weights, in evaluation mode, for the weights that save_weights wrote",
        1e-9,
        1e-10,
        COPIED,
    ),
    state=close("projections of parameters and running statistics of both networks", 1e-9, 1e-10, COPIED),
    modes=exact("whether the saved network, the loaded one and what load_weights returns are in training mode"),
    refusals=exact("whether load_weights refuses the weights of a network without batch norm, and of another width"),
)
def saving(code: Code, draws: Draws) -> Evidence:
    """Saved and reloaded weights: outputs, state, modes, and files of other networks."""
    saved, fresh = Network(draws, WIDE).train(), Network(draws, WIDE).train()
    images, _ = next(iter(seeded_loader(draws, 6, 6, WIDE)))
    with tempfile.TemporaryDirectory() as folder:
        first, moved = Path(folder, "weights.pt"), Path(folder, "elsewhere.pt")
        code.fitting.save_weights(saved, first)
        modes = [saved.training]
        # what is loaded can only come from the file: it was moved, and the saved network has trained on
        shutil.move(_written(first), moved)
        before = fingerprint(saved, draws)
        with torch.no_grad():
            expected = saved.eval()(images)
            saved.train()(images)
            for parameter in saved.parameters():
                parameter.mul_(-0.5)
        returned = code.fitting.load_weights(fresh, moved)
        modes += [fresh.training, bool(getattr(returned, "training", True))]
        with torch.no_grad():
            yield "reloaded", [expected, fresh.eval()(images)]
        yield "state", [before, fingerprint(fresh, draws)]
        yield "modes", modes
        yield "refusals", [_refused(code, model, fresh, Path(folder, "other.pt")) for model in _others()]


def _written(path: Path) -> Path:
    """`path` where there is such a file. Raises NotEvidence when there is none."""
    if path.exists():
        return path
    raise NotEvidence(f"save_weights(model, path) wrote no file {path.name}")


def _others() -> list[nn.Module]:
    """Networks whose weights do not fit: one lacks the layers of batch norm, one has another number of classes."""
    wide = nn.Module()
    wide.convolution, wide.norm, wide.linear = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(64, 7)
    bare = nn.Module()
    bare.convolution, bare.linear = nn.Conv2d(3, 4, 3), nn.Linear(64, 4)
    return [bare.double(), wide.double()]


def _refused(code: Code, other: nn.Module, fresh: nn.Module, path: Path) -> str:
    code.fitting.save_weights(other, path)
    try:
        code.fitting.load_weights(fresh, path)
    except NotImplementedError:
        raise
    except Exception:
        return "refused"
    return "loaded"


@probe(
    "fitting",
    scores=close(
        "loss and accuracy of a fitted network and of another one that read the file of fit(..., weights=file)",
        1e-6,
        1e-7,
        STEPS,
    ),
    state=close("projections of parameters and running statistics read from that file", 1e-6, 1e-7, STEPS),
)
def fitted_weights(code: Code, draws: Draws) -> Evidence:
    """The file that fit writes holds the weights after the last step, and they score the same."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "weights.pt")
        model, _ = _fitted(code, draws, weight_decay=0.1, weights=path)
        again = Network(draws, WIDE)
        code.fitting.load_weights(again, _written(path))
        loader = seeded_loader(draws, 40, 8, WIDE)
        yield "scores", [list(code.fitting.evaluate(network, loader)) for network in (model, again)]
        yield "state", fingerprint(again, draws)
