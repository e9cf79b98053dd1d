"""A run from its settings to its files, with checkpoints on the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from reference_solutions.train import outputs
from reference_solutions.train.checkpoint import (
    NAME,
    Checkpoint,
    Identity,
    check_same_run,
    load_checkpoint,
    save_checkpoint,
)
from reference_solutions.train.device import Execution
from reference_solutions.train.images import DataSet
from reference_solutions.train.networks import find_network
from reference_solutions.train.progress import TrainingProgress
from reference_solutions.train.settings import Settings
from reference_solutions.train.trainer import Trainer
from reference_solutions.train.unusable import UnusableInput

RECORD = "run.json"


@dataclass(frozen=True)
class Plan:
    """One run. recipe: the name of the recipe it follows, or "none"; out: its folder."""

    settings: Settings
    recipe: str
    out: Path
    execution: Execution
    resume: bool = False


class Interrupted(Exception):
    """Ctrl-C; the text says what the checkpoint holds and how to go on."""


def run(plan: Plan, data: DataSet, console: Console) -> dict[str, Any]:
    """Train, or go on training, and write everything; returns what run.json holds.

    Raises UnusableInput for data that does not fit, a folder that holds another run, or files that cannot be
    written, and Interrupted on Ctrl-C.
    """
    settings = plan.settings
    data.check(find_network(settings.model), settings.model)
    data = data.with_validation(settings.validation, settings.seed)
    if settings.monitor == "test" and data.test is None:
        raise UnusableInput(f"{data.place} has no labelled test images, which monitor = test asks for")
    identity = Identity(settings.model, plan.recipe, data.fingerprint(), settings.model_dump(mode="json"))
    before = _checkpoint_to_resume(plan, identity)
    trainer = Trainer(settings, data, plan.execution)
    how = str(replace(plan.execution, kernels=trainer.kernels > 0))
    if before:
        trainer.restore(vars(before))
        if before.execution != how:
            console.print(f"note: begun on {before.execution}, goes on on {how}: equal within noise, not bit for bit")
    started = _now()

    def save() -> None:
        save_checkpoint(plan.out, Checkpoint(identity=identity, execution=how, **trainer.state()))

    try:
        if not before:
            save()
        _epochs(trainer, save, plan, console)
        if trainer.gradients.note:
            console.print(f"note: {trainer.gradients.note}", highlight=False, markup=False)
        return _finish(trainer, plan, identity, started)
    except KeyboardInterrupt:
        raise Interrupted(_where_stopped(trainer, plan)) from None
    except OSError as full:
        raise UnusableInput(f"{plan.out}: {full.strerror}; the checkpoint is intact: --resume goes on") from None


def _where_stopped(trainer: Trainer, plan: Plan) -> str:
    kept = load_checkpoint(plan.out)  # what is on the disk counts: Ctrl-C may come while it is written
    if kept is None:
        return "stopped before the first epoch; nothing was begun that could be lost"
    stopped = min(trainer.epoch + 1, plan.settings.epochs)
    return (
        f"stopped in epoch {stopped} of {plan.settings.epochs}; {plan.out / NAME} holds "
        f"{kept.epoch} epochs: go on with --resume"
    )


def _checkpoint_to_resume(plan: Plan, identity: Identity) -> Checkpoint | None:
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusableInput(f"--out {plan.out} cannot be made: {error.strerror}") from None
    found = load_checkpoint(plan.out)
    if found is None:
        if plan.resume:
            raise UnusableInput(f"--resume: {plan.out} holds no {NAME}; leave out --resume to begin")
        return None
    check_same_run(found.identity, identity, plan.out)
    if not plan.resume:
        raise UnusableInput(
            f"{plan.out / NAME} holds {found.epoch} of {plan.settings.epochs} epochs of this run: go on with "
            "--resume, or choose another --out"
        )
    return found


def _epochs(trainer: Trainer, save: Any, plan: Plan, console: Console) -> None:
    epochs = trainer.settings.epochs
    images = len(trainer.data.train) * trainer.settings.copies
    with TrainingProgress(console, epochs, trainer.epoch, images) as progress:
        while trainer.epoch < epochs and not trainer.diverged:
            row = trainer.train_epoch(progress.batch)
            save()
            outputs.write_metrics(plan.out / "metrics.csv", trainer.rows)
            progress.epoch(row)


def _finish(trainer: Trainer, plan: Plan, identity: Identity, started: str) -> dict[str, Any]:
    last, data = trainer.rows[-1], trainer.data
    result = {key: last[key] for key in ("train_loss", "train_accuracy", "val_loss", "val_accuracy") if key in last}
    if data.test is not None:
        score = trainer.evaluate(data.test)
        result |= {"test_loss": score.loss, "test_accuracy": score.accuracy}
    record: dict[str, Any] = {
        "recipe": plan.recipe,
        "settings": identity.settings,
        "data": {"place": data.place, "fingerprint": identity.data, "training_images": len(data.train)},
        "machine": outputs.machine(plan.execution, trainer.gradients.captured, trainer.kernels),
        "parameters": sum(p.numel() for p in trainer.model.parameters()),
        "epochs": trainer.epoch,
        "diverged": trainer.diverged,
        "seconds": sum(row["seconds"] for row in trainer.rows),
        "started": started,
        "finished": _now(),
        "result": outputs.finite(result),
    }
    _write_results(trainer, plan)
    outputs.write_record(plan.out / RECORD, record)
    return record


def _write_results(trainer: Trainer, plan: Plan) -> None:
    out, unlabelled = plan.out, trainer.data.unlabelled
    outputs.write_metrics(out / "metrics.csv", trainer.rows)
    outputs.write_curves(out / "curves.png", trainer.rows, f"{trainer.settings.model}, {plan.recipe}")
    outputs.write_weights(out / "weights.safetensors", trainer.model.state_dict())
    if trainer.landscape:
        outputs.write_metrics(out / "landscape.csv", trainer.landscape)
    if unlabelled is not None:
        labels = trainer.logits(unlabelled.images).argmax(dim=1).tolist()
        outputs.write_predicted(out / "predictions.csv", labels, unlabelled.ids)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
