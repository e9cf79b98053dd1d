"""With `mirrored`, an image is judged by the mean of the outputs for it and for its mirror image."""

import csv
import dataclasses

import torch

from reference_solutions.train.checkpoint import load_checkpoint, save_checkpoint
from reference_solutions.train.device import choose_execution
from reference_solutions.train.settings import make_settings
from reference_solutions.train.trainer import Trainer

SETTINGS = {"model": "simplenn_bn", "epochs": 2, "batch_size": 64, "learning_rate": 0.05, "monitor": "test"}


def trainers(data):
    """Two with the same weights, without mirror images and with them."""
    how = choose_execution("cpu", "float32")
    return [Trainer(make_settings({**SETTINGS, "mirrored": m}, "the test"), data, how) for m in (False, True)]


def test_outputs_are_the_mean_over_both_views(few_digits):
    plain, mirrored = trainers(few_digits[32, 3])
    images = few_digits[32, 3].test.images
    both = plain.logits(images) + plain.logits(images[:, :, ::-1].copy())
    assert torch.allclose(mirrored.logits(images), both / 2, atol=1e-5)
    assert not torch.allclose(mirrored.logits(images), plain.logits(images), atol=1e-3)


def test_the_accuracy_without_mirror_images_is_kept_beside_it(few_digits):
    data = few_digits[32, 3]
    plain, mirrored = (trainer.train_epoch() for trainer in trainers(data))
    assert mirrored["test_unmirrored"] == plain["test_accuracy"]
    assert "test_unmirrored" not in plain


def test_they_change_nothing_of_the_training(train, few_digits, tmp_path):
    for name, mirrored in (("plain", False), ("mirrored", True)):
        train(few_digits[32, 3], name, **SETTINGS, mirrored=mirrored)
    columns = [
        [row["train_loss"] for row in csv.DictReader((tmp_path / name / "metrics.csv").open())]
        for name in ("plain", "mirrored")
    ]
    assert columns[0] == columns[1]


def test_a_checkpoint_from_before_a_setting_existed_goes_on_as_its_default(train, few_digits, tmp_path):
    train(few_digits[32, 3], "run", **SETTINGS)
    found = load_checkpoint(tmp_path / "run")
    older = {key: value for key, value in found.identity.settings.items() if key != "mirrored"}
    identity = dataclasses.replace(found.identity, settings=older)
    save_checkpoint(tmp_path / "run", dataclasses.replace(found, identity=identity))
    assert train(few_digits[32, 3], "run", resume=True, **SETTINGS)["epochs"] == 2
