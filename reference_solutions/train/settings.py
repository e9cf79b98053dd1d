"""What decides the result of a training run, apart from the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from reference_solutions.train.networks import NETWORKS
from reference_solutions.train.unusable import UnusableInput

OptimizerName = Literal[
    "sgd",
    "adagrad",
    "adadelta",
    "adam",
    "own-adagrad",
    "own-rmsprop",
    "own-rmsprop-nesterov",
    "own-adadelta",
    "own-adam",
]


class Settings(BaseModel):
    """A run's settings; those called own-... use the optimisers of reference_solutions.optimizers.

    milestones: shares of the run after which the rate is multiplied by gamma (schedule "step").
    cycle_epochs: length of a cycle, and gamma the decay of its height a step (schedule "cycles", from lr_min up).
    validation: share of the training images held out where the data has no validation images of its own.
    monitor: the images evaluated after each epoch; whichever it is, the last epoch counts and none is picked by it.
    mirrored: whether an image is judged by the mean of the outputs for it and for its mirror image.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    epochs: int = Field(30, ge=1)
    batch_size: int = Field(128, ge=1)
    optimizer: OptimizerName = "sgd"
    learning_rate: float = Field(0.01, gt=0)
    momentum: float = Field(0.9, ge=0, lt=1)
    nesterov: bool = False
    weight_decay: float = Field(0.0, ge=0)
    l1: float = Field(0.0, ge=0)
    loss: Literal["cross_entropy", "mse", "smooth_l1", "bce_with_logits"] = "cross_entropy"
    schedule: Literal["constant", "step", "cosine", "one_cycle", "cycles"] = "constant"
    warmup: float = Field(0.0, ge=0, lt=1)
    milestones: tuple[float, ...] = (0.5, 0.75)
    gamma: float = 0.1
    lr_min: float = Field(0.0, ge=0)
    cycle_epochs: float = Field(4.0, gt=0)
    crop_padding: int = Field(0, ge=0)
    flip: bool = False
    cutout: int = Field(0, ge=0)
    copies: int = Field(1, ge=1)
    validation: float = Field(0.1, ge=0, lt=1)
    monitor: Literal["validation", "test"] = "validation"
    mirrored: bool = False
    landscape_every: int = Field(0, ge=0)
    seed: int = Field(0, ge=0)

    @field_validator("model")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in NETWORKS:
            raise ValueError(f"there is no network {name!r}; the networks are {', '.join(NETWORKS)}")
        return name


def make_settings(values: Mapping[str, Any], where: str) -> Settings:
    """Settings from plain values. Raises UnusableInput naming `where` and the setting that is wrong."""
    try:
        return Settings.model_validate(values)
    except ValidationError as invalid:
        raise UnusableInput(f"{where}: {first_fault(invalid)}") from None


def first_fault(invalid: ValidationError) -> str:
    """The first thing that pydantic found wrong, with its key."""
    fault = invalid.errors()[0]
    key = ".".join(str(part) for part in fault["loc"])
    return f"{key}: {fault['msg'].removeprefix('Value error, ')}"
