"""A run reaches its accuracy, writes its files, and goes on after a stop as if there had been none."""

import csv
import json

import numpy as np
import pytest
import torch

from reference_solutions.predictions import predict
from reference_solutions.train.batches import Normalization, in_order
from reference_solutions.train.device import choose_execution
from reference_solutions.train.networks import find_network
from reference_solutions.train.running import Interrupted
from reference_solutions.train.settings import make_settings
from reference_solutions.train.sources import digits
from reference_solutions.train.trainer import Trainer
from reference_solutions.train.unusable import UnusableInput

from .runs import SMALL, assert_equal_runs, command, rows, stop_in_epoch, weights

RUNS = {
    "augmented": {**SMALL, "crop_padding": 4, "flip": True, "cutout": 8, "copies": 2, "nesterov": True},
    "dropout": {"model": "lenet5_dropout", "epochs": 4, "optimizer": "adam", "learning_rate": 1e-3, "monitor": "test"},
    "own optimiser": {"model": "lenet5_dropout", "epochs": 4, "optimizer": "own-adadelta", "learning_rate": 1.0},
    "landscape": {**SMALL, "model": "vgg_a_light", "landscape_every": 3, "loss": "mse", "l1": 1e-5},
}


def test_simplenn_reaches_95_percent_on_the_digits(train):
    record = train(
        digits(32, 3), model="simplenn", epochs=15, batch_size=32, learning_rate=0.05, schedule="cosine", warmup=0.1
    )
    assert record["result"]["val_accuracy"] >= 0.95
    assert record["result"]["test_accuracy"] >= 0.93
    assert record["parameters"] == 82_030


@pytest.mark.parametrize("name", RUNS)
def test_an_interrupted_run_goes_on_bit_for_bit(train, few_digits, tmp_path, monkeypatch, name):
    settings = RUNS[name]
    data = few_digits[28, 1] if "lenet" in settings["model"] else few_digits[32, 3]
    train(data, "whole", **settings)
    with monkeypatch.context() as patch:
        stop_in_epoch(patch, 3)
        with pytest.raises(Interrupted, match=r"stopped in epoch 3 of 4; .* holds 2 epochs: go on with --resume"):
            train(data, "stopped", **settings)
    train(data, "stopped", resume=True, **settings)
    assert_equal_runs(tmp_path, "whole", "stopped")
    if "landscape_every" in settings:
        assert (tmp_path / "whole/landscape.csv").read_text() == (tmp_path / "stopped/landscape.csv").read_text()


def test_bf16_goes_on_bit_for_bit_too(train, few_digits, tmp_path, monkeypatch):
    data = few_digits[28, 1]
    train(data, "whole", precision="bf16", **RUNS["dropout"])
    with monkeypatch.context() as patch:
        stop_in_epoch(patch, 2)
        with pytest.raises(Interrupted):
            train(data, "stopped", precision="bf16", **RUNS["dropout"])
    train(data, "stopped", resume=True, precision="bf16", **RUNS["dropout"])
    assert_equal_runs(tmp_path, "whole", "stopped")


def test_another_seed_is_another_run(train, few_digits, tmp_path):
    for seed in (0, 1):
        train(few_digits[32, 3], f"seed{seed}", **{**SMALL, "epochs": 1}, seed=seed)
    assert rows(tmp_path, "seed0") != rows(tmp_path, "seed1")


def test_measuring_the_landscape_leaves_no_trace(train, few_digits, tmp_path):
    settings = {"model": "cifar_cnn_all", "epochs": 1, "batch_size": 64}
    train(few_digits[32, 3], "plain", **settings)
    train(few_digits[32, 3], "measured", landscape_every=2, **settings)
    assert_equal_runs(tmp_path, "plain", "measured")
    with (tmp_path / "measured/landscape.csv").open() as file:
        measured = list(csv.DictReader(file))
    assert [row["step"] for row in measured] == ["0", "2", "4"]
    assert all(float(row["lowest_loss"]) < float(row["loss"]) for row in measured)
    assert all(float(row["effective_beta"]) > 0 for row in measured)


def test_the_files_of_a_run(train, few_digits, tmp_path):
    record = train(few_digits[32, 3], **SMALL)
    out = tmp_path / "out"
    assert json.loads((out / "run.json").read_text()) == record
    assert record["machine"].keys() >= {"hardware", "torch", "python", "precision"}
    assert record["settings"].keys() >= SMALL.keys()
    assert record["started"] <= record["finished"]
    assert [row["epoch"] for row in rows(tmp_path, "out")] == ["1", "2", "3", "4"]
    assert (out / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert not list(out.glob("*.part"))


def test_the_saved_weights_score_what_the_record_says(train, few_digits, tmp_path):
    data = few_digits[32, 3]
    record = train(data, **SMALL)
    model = find_network("simplenn_bn").build()
    model.load_state_dict(weights(tmp_path, "out"))
    kept = data.with_validation(0.1, 0).train
    normalization = Normalization(kept.images, choose_execution("cpu", "float32"))
    found = np.array(predict(model, in_order(data.test.images, normalization)))
    assert (found == data.test.labels).mean() == record["result"]["test_accuracy"]


def test_normalisation_is_that_of_the_training_images(few_digits):
    images = few_digits[32, 3].train.images
    normalised = Normalization(images, choose_execution("cpu"))(torch.from_numpy(images))
    assert normalised.mean(dim=(0, 2, 3)).abs().max() < 1e-5
    assert (normalised.var(dim=(0, 2, 3), correction=0) - 1).abs().max() < 1e-4


def test_a_run_that_diverges_ends_and_says_so(train, few_digits, tmp_path):
    record = train(few_digits[32, 3], model="simplenn", epochs=5, learning_rate=1e12)
    assert record["diverged"]
    assert record["epochs"] < 5
    assert record["result"]["train_loss"] is None


def test_a_finished_run_is_not_begun_again(train, few_digits):
    first = train(few_digits[32, 3], **SMALL)
    with pytest.raises(UnusableInput, match="4 of 4 epochs of this run: go on with --resume"):
        train(few_digits[32, 3], **SMALL)
    assert train(few_digits[32, 3], resume=True, **SMALL)["result"] == first["result"]


def test_ctrl_c_exits_with_130_and_one_line(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        stop_in_epoch(patch, 2)
        ended = command("lenet5", "--out", tmp_path / "out", "--epochs", 2)
    assert ended.exit_code == 130
    last = ended.output.splitlines()[-1]
    assert last == f"stopped in epoch 2 of 2; {tmp_path / 'out/checkpoint.pt'} holds 1 epochs: go on with --resume"


def test_the_command_says_what_came_out_and_refuses_in_one_sentence(tmp_path):
    ended = command("lenet5", "--out", tmp_path / "out", "--epochs", 1)
    assert ended.exit_code == 0, ended.output
    assert "lenet5: train_loss" in ended.output.splitlines()[-1]
    for wrong, said in (
        (["lenet6", "--out", tmp_path / "x"], "there is no network 'lenet6'"),
        (["lenet5", "--out", tmp_path / "x", "--epochs", 0], "epochs: Input should be greater than or equal to 1"),
        (["lenet5", "--out", tmp_path / "x", "--recipe", "hw2-resnet20"], "trains resnet20, not lenet5"),
        (["lenet5", "--out", tmp_path / "x", "--device", "tpu"], "--device tpu: this machine has no such device"),
        (["lenet5_bn", "--out", tmp_path / "out"], "is of lenet5 (recipe hw1-lenet5/baseline), not of lenet5_bn"),
    ):
        ended = command(*wrong)
        assert ended.exit_code == 2
        assert said in ended.output
        assert ended.output.count("\n") == 1


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
@pytest.mark.parametrize("precision", ["bf16", "float32"])
@pytest.mark.parametrize("cuda_graphs", [False, True])
@pytest.mark.parametrize("name", ["augmented", "dropout"])
def test_a_gpu_goes_on_bit_for_bit(train, few_digits, tmp_path, monkeypatch, name, precision, cuda_graphs):
    settings = RUNS[name]
    data = few_digits[28, 1] if "lenet" in settings["model"] else few_digits[32, 3]
    how = {"device": "cuda", "precision": precision, "cuda_graphs": cuda_graphs}
    train(data, "whole", **how, **settings)
    with monkeypatch.context() as patch:
        stop_in_epoch(patch, 3)
        with pytest.raises(Interrupted):
            train(data, "stopped", **how, **settings)
    train(data, "stopped", resume=True, **how, **settings)
    assert_equal_runs(tmp_path, "whole", "stopped")


@pytest.mark.slow
def test_compiling_changes_nothing_but_rounding(few_digits, tmp_path):
    scores = []
    for compiled in (False, True):
        settings = make_settings({**SMALL, "epochs": 1}, "the test")
        trainer = Trainer(settings, few_digits[32, 3], choose_execution("cpu", "float32", compile=compiled))
        trainer.train_epoch()
        scores.append(trainer.evaluate(few_digits[32, 3].test).loss)
    assert scores[1] == pytest.approx(scores[0], rel=1e-3)


def test_a_network_that_cannot_be_compiled_trains_all_the_same(few_digits, monkeypatch):
    """Where there is no C++ compiler, say: the network is then called as it is."""

    def broken(graph, inputs):
        raise RuntimeError("no compiler")

    compile = torch.compile
    monkeypatch.setattr(torch, "compile", lambda model, **_: compile(model, backend=broken))
    settings = make_settings({"model": "simplenn", "epochs": 1}, "the test")
    trainer = Trainer(settings, few_digits[32, 3], choose_execution("cpu", "float32", compile=True))
    assert trainer.train_epoch()["train_loss"] == pytest.approx(2.3, abs=0.1)
