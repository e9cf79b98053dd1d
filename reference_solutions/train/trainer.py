"""The training of one network: its epochs, its evaluation, and its state."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference_solutions.kernels.substitution import use_kernels
from reference_solutions.single_factor import build_loss
from reference_solutions.train.batches import TrainingBatches, in_order
from reference_solutions.train.device import Execution
from reference_solutions.train.gradients import Gradients
from reference_solutions.train.images import DataSet, Labelled, Pixels
from reference_solutions.train.landscape_record import measure_landscape
from reference_solutions.train.networks import find_network
from reference_solutions.train.optimization import (
    build_optimizer,
    optimizer_state,
    rate_at,
    restore_optimizer,
    set_rate,
)
from reference_solutions.train.settings import Settings

Row = dict[str, Any]


@dataclass(frozen=True)
class Score:
    """Mean cross-entropy and accuracy over a set of images; unmirrored: the accuracy without their mirror images."""

    loss: float
    accuracy: float
    unmirrored: float


class Trainer:
    """Trains `model` on `data` as `settings` say. All random numbers follow from the seed; torch's global state is
    used for weights and dropout, a generator on the device for order and augmentation.
    """

    def __init__(self, settings: Settings, data: DataSet, execution: Execution) -> None:
        execution.prepare()
        torch.manual_seed(settings.seed)
        self.settings, self.data, self.execution = settings, data, execution
        device = execution.device
        self.model: nn.Module = find_network(settings.model).build().to(device, memory_format=execution.memory_format)
        self.kernels = use_kernels(self.model) if execution.kernels else 0
        self.optimizer = build_optimizer(self.model, settings)
        self.generator = torch.Generator(device).manual_seed(settings.seed + 1)
        self.batches = TrainingBatches(data.train, settings, execution, self.generator)
        self.loss_fn = build_loss(settings.loss)
        self.epoch = 0
        self.rows: list[Row] = []
        self.landscape: list[dict[str, float]] = []
        self.gradients = Gradients(self.model, execution, self.loss_fn, settings.l1)

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.settings.epochs * len(self.batches)

    @property
    def diverged(self) -> bool:
        """Whether the loss of the last epoch is no number."""
        return bool(self.rows) and not math.isfinite(self.rows[-1]["train_loss"])

    def train_epoch(self, seen: Callable[[int], None] = lambda images: None) -> Row:
        """One epoch, then the evaluation; returns and remembers the row. `seen` is told of each batch's images."""
        started, first = time.perf_counter(), self.epoch * len(self.batches)
        self.model.train()
        total = torch.zeros((), device=self.execution.device)
        correct, count = total.clone(), 0
        for number, (images, labels) in enumerate(self.batches):
            rate = rate_at(self.settings, first + number, self.steps)
            loss, logits = self._step(images, labels, rate, first + number)
            # Summed on the device: reading a number back would make a GPU wait after every step.
            total += loss * len(labels)
            correct += (logits.argmax(dim=1) == labels).sum()
            count += len(labels)
            seen(len(labels))
        row: Row = {"epoch": self.epoch + 1, "learning_rate": rate, "train_loss": total.item() / count}
        row["train_accuracy"] = correct.item() / count
        seconds = time.perf_counter() - started
        for part, images_of in (("val", self.data.validation), ("test", self.data.test)):
            if images_of is not None and (part == "val" or self.settings.monitor == "test"):
                score = self.evaluate(images_of)
                row |= {f"{part}_loss": score.loss, f"{part}_accuracy": score.accuracy}
                row |= {f"{part}_unmirrored": score.unmirrored} if self.settings.mirrored else {}
        row |= {"seconds": time.perf_counter() - started, "images_per_second": count / seconds}
        self.epoch += 1
        self.rows.append(row)
        return row

    def _step(self, images: Tensor, labels: Tensor, rate: float, step: int) -> tuple[Tensor, Tensor]:
        s = self.settings
        set_rate(self.optimizer, rate)
        if s.landscape_every and step % s.landscape_every == 0:
            around = measure_landscape(self.model, self.loss_fn, images, labels)
            self.landscape.append({"step": step, **around})
        loss, logits = self.gradients(images, labels)
        self.optimizer.step()
        return loss, logits

    def logits(self, images: Pixels) -> Tensor:
        """Outputs (n, 10) in evaluation mode, float32, for uint8 images (n, H, W, C)."""
        return torch.stack(self._views(images)).mean(dim=0)

    def _views(self, images: Pixels) -> list[Tensor]:
        """The outputs for the images and, where the settings ask for it, those for their mirror images."""
        self.model.eval()
        views = [images, images[:, :, ::-1].copy()] if self.settings.mirrored else [images]
        with torch.inference_mode(), self.execution.autocast():
            return [
                torch.cat([self.model(part).float() for part in in_order(view, self.batches.normalization)])
                for view in views
            ]

    def evaluate(self, part: Labelled) -> Score:
        """Cross-entropy and accuracy of the present weights."""
        views = self._views(part.images)
        labels = torch.from_numpy(part.labels).to(views[0].device)
        logits = torch.stack(views).mean(dim=0)
        accuracy, unmirrored = [(z.argmax(dim=1) == labels).sum().item() / len(part) for z in (logits, views[0])]
        return Score(F.cross_entropy(logits, labels).item(), accuracy, unmirrored)

    def state(self) -> dict[str, Any]:
        """Everything that `restore` needs, in the terms of a Checkpoint."""
        random = {"order": self.generator.get_state(), "cpu": torch.get_rng_state()}
        if self.execution.device.type == "cuda":
            random["cuda"] = torch.cuda.get_rng_state(self.execution.device)
        return {
            "epoch": self.epoch,
            "model": self.model.state_dict(),
            "optimizer": optimizer_state(self.optimizer),
            "random": random,
            "rows": self.rows,
            "landscape": self.landscape,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave. The generators are put back only on the kind of device they are from."""
        self.model.load_state_dict(state["model"])
        restore_optimizer(self.optimizer, state["optimizer"], self.execution.device)
        random = state["random"]
        torch.set_rng_state(random["cpu"])
        on_cuda = self.execution.device.type == "cuda"
        if ("cuda" in random) == on_cuda:
            self.generator.set_state(random["order"])
        if on_cuda and "cuda" in random:
            torch.cuda.set_rng_state(random["cuda"], self.execution.device)
        self.epoch, self.rows, self.landscape = state["epoch"], list(state["rows"]), list(state["landscape"])
