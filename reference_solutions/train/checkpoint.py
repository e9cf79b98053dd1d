"""Checkpoints: all that a run needs to go on as if it had never stopped."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from reference_solutions.train.settings import Settings
from reference_solutions.train.unusable import UnusableInput
from reference_solutions.train.whole_files import write_whole

NAME = "checkpoint.pt"


@dataclass(frozen=True)
class Identity:
    """Which run a checkpoint is of. recipe: its name, or "none"; data: fingerprint of the training images."""

    model: str
    recipe: str
    data: str
    settings: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.model} (recipe {self.recipe})"


@dataclass(frozen=True)
class Checkpoint:
    """State after `epoch` epochs. rows: metrics of those epochs; random: states of the generators; steps: the
    records of `landscape_every`.
    """

    identity: Identity
    execution: str
    epoch: int
    model: dict[str, Any]
    optimizer: dict[str, Any]
    random: dict[str, torch.Tensor]
    rows: list[dict[str, Any]] = field(default_factory=list)
    landscape: list[dict[str, float]] = field(default_factory=list)


def save_checkpoint(folder: Path, checkpoint: Checkpoint) -> None:
    """Replace the folder's checkpoint by this one. Raises UnusableInput where it cannot be written."""
    content = {**vars(checkpoint), "identity": vars(checkpoint.identity)}
    path, archive = folder / NAME, io.BytesIO()
    torch.save(content, archive)  # into memory: its writer turns a full disk into a position in a C++ file
    try:
        write_whole(path, lambda file: file.write(archive.getbuffer()))
    except OSError as full:
        state = "the one before is intact" if path.is_file() else "there is none yet"
        raise UnusableInput(f"{path} cannot be written ({full.strerror}); {state}") from None


def load_checkpoint(folder: Path) -> Checkpoint | None:
    """The folder's checkpoint; None where it has none. Raises UnusableInput for a file that is none."""
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        return Checkpoint(**{**content, "identity": Identity(**content["identity"])})
    except Exception:  # a broken archive raises whatever its first broken byte leads to
        raise UnusableInput(f"{path} is not a checkpoint of this trainer; choose another --out") from None


def check_same_run(found: Identity, wanted: Identity, folder: Path) -> None:
    """Raise UnusableInput unless a checkpoint of `found` can go on as `wanted`."""
    path = folder / NAME
    if (found.model, found.recipe) != (wanted.model, wanted.recipe):
        raise UnusableInput(f"{path} is of {found}, not of {wanted}; choose another --out")
    for key, value in wanted.settings.items():
        had = found.settings.get(key, Settings.model_fields[key].default)  # absent: older than the setting
        if had != value:
            raise UnusableInput(f"{path} was trained with {key} = {had}, not {value}")
    if found.data != wanted.data:
        raise UnusableInput(f"{path} was trained on other images than those of --data")
