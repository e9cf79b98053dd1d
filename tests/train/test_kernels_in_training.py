"""Training with the Triton kernels is the same run as without: on a GPU, and here through Triton's interpreter.

As in tests/reference/test_kernels.py the interpreter gets a process of its own, which is this file run as a script.
"""

import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.torch import load_file
from torch import nn

from reference_solutions.activations import Swish
from reference_solutions.kernels.batchnorm import BatchNormSwish
from reference_solutions.kernels.substitution import use_kernels
from reference_solutions.kernels.swish import Swish as KernelSwish
from reference_solutions.train.device import choose_execution
from reference_solutions.train.images import DataSet, Labelled
from reference_solutions.train.networks import NETWORKS, find_network
from reference_solutions.train.progress import TrainingProgress
from reference_solutions.train.running import Interrupted, Plan, run
from reference_solutions.train.settings import make_settings
from reference_solutions.train.trainer import Trainer
from reference_solutions.train.unusable import UnusableInput

# Ten images: two epochs are six steps, the third and the sixth of two images.
SETTINGS = {"model": "simplenn_swish", "epochs": 2, "batch_size": 4, "learning_rate": 0.05, "validation": 0}
# In float32 the sums differ by rounding. In bfloat16 eager Swish rounds the sigmoid and the product to 8 bits, the
# kernels only what comes out.
CLOSE = {"float32": {"rtol": 1e-3, "atol": 1e-4}, "bf16": {"rtol": 0.05, "atol": 0.02}}
PRECISIONS = tuple(CLOSE)


def few_images() -> DataSet:
    images = np.random.default_rng(0).integers(0, 256, (10, 32, 32, 3), dtype=np.uint8)
    part = Labelled(images, np.arange(10))
    return DataSet("made up", part, test=part)


def trained(device: str, precision: str, kernels: str) -> dict:
    """What two epochs leave."""
    settings = make_settings(SETTINGS, "the test")
    trainer = Trainer(settings, few_images(), choose_execution(device, precision, kernels=kernels))
    losses = [trainer.train_epoch()["train_loss"] for _ in range(settings.epochs)]
    return {
        "layers": trainer.kernels,
        "losses": torch.tensor(losses),
        "logits": trainer.logits(few_images().test.images).cpu(),
        "gradients": {name: p.grad.cpu() for name, p in trainer.model.named_parameters()},
        "state": {name: value.cpu() for name, value in trainer.model.state_dict().items()},
    }


def first_epoch(out: Path, device: str, kernels: str) -> None:
    """A run that is stopped before its second epoch."""

    def stop(self, row):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, suppress(Interrupted):
        patch.setattr(TrainingProgress, "epoch", stop)
        both_epochs(out, device, kernels)


def both_epochs(out: Path, device: str, kernels: str) -> None:
    """A run, or the rest of it."""
    execution = choose_execution(device, "float32", kernels=kernels)
    resume = (out / "checkpoint.pt").is_file()
    run(
        Plan(make_settings(SETTINGS, "the test"), "none", out, execution, resume),
        few_images(),
        Console(file=io.StringIO()),
    )


def assert_same_training(with_kernels: dict, without: dict, precision: str) -> None:
    assert with_kernels["layers"] == 4, "two batch norms with their Swish, and two of Swish alone"
    assert without["layers"] == 0
    assert list(with_kernels["state"]) == list(without["state"])
    for part in ("losses", "logits", "gradients", "state"):
        torch.testing.assert_close(with_kernels[part], without[part], **CLOSE[precision])


def assert_same_end(one: Path, other: Path, kernels: int) -> None:
    first, second = load_file(one / "weights.safetensors"), load_file(other / "weights.safetensors")
    torch.testing.assert_close(first, second, **CLOSE["float32"])
    record = json.loads((one / "run.json").read_text())
    assert (record["epochs"], record["machine"]["kernels"]) == (2, kernels)


def run_as_script(folder: Path) -> None:
    torch.save({precision: trained("cpu", precision, "on") for precision in PRECISIONS}, folder / "trained.pt")
    first_epoch(folder / "begun with", "cpu", "on")
    both_epochs(folder / "begun without", "cpu", "on")


@pytest.fixture(scope="module")
def interpreted(tmp_path_factory):
    """The folder of what the script did."""
    pytest.importorskip("triton")
    folder = tmp_path_factory.mktemp("interpreted")
    first_epoch(folder / "begun without", "cpu", "off")
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1", "TRITON_INTERPRET": "1"}
    subprocess.run([sys.executable, __file__, folder], env={**os.environ, **environment}, check=True, timeout=280)
    both_epochs(folder / "whole", "cpu", "off")
    return folder


@pytest.mark.parametrize("precision", PRECISIONS)
def test_interpreted_kernels_train_like_pytorch(interpreted, precision):
    with_kernels = torch.load(interpreted / "trained.pt")[precision]
    assert_same_training(with_kernels, trained("cpu", precision, "off"), precision)


def test_a_run_goes_on_without_the_kernels_that_it_began_with(interpreted):
    both_epochs(interpreted / "begun with", "cpu", "off")
    assert_same_end(interpreted / "begun with", interpreted / "whole", 0)


def test_a_run_goes_on_with_kernels_that_it_did_not_begin_with(interpreted):
    assert_same_end(interpreted / "begun without", interpreted / "whole", 4)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_gpus_kernels_train_like_pytorch(precision, tmp_path):
    assert_same_training(trained("cuda", precision, "on"), trained("cuda", precision, "off"), precision)
    assert trained("cuda", precision, "auto")["layers"] == 4
    both_epochs(tmp_path / "whole", "cuda", "off")
    for first, then, layers in (("on", "off", 0), ("off", "on", 4)):
        first_epoch(tmp_path / first, "cuda", first)
        both_epochs(tmp_path / first, "cuda", then)
        assert_same_end(tmp_path / first, tmp_path / "whole", layers)


@pytest.mark.parametrize("name", NETWORKS)
def test_names_and_tensors_stay_and_only_swish_is_replaced(name):
    model = find_network(name).build()
    before = model.state_dict(keep_vars=True)
    layers = [type(layer) for layer in model.modules()]
    placed = use_kernels(model)
    after = model.state_dict(keep_vars=True)
    assert list(after) == list(before)
    assert all(after[key] is before[key] for key in before)
    assert placed == (4 if name == "simplenn_swish" else 0)
    assert placed or [type(layer) for layer in model.modules()] == layers


def test_a_batch_norm_is_fused_only_where_that_changes_nothing():
    model = nn.Sequential(
        nn.BatchNorm2d(3, eps=1e-3, momentum=0.3), Swish(), nn.BatchNorm2d(3), nn.ReLU(), Swish(),
        nn.BatchNorm2d(3, affine=False), Swish(), nn.BatchNorm2d(3, track_running_stats=False), Swish(),
    )  # fmt: skip
    x = torch.randn(4, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    expected, before = model(x), model[0].running_var.clone()
    model[0].reset_running_stats()
    assert use_kernels(model) == 4
    kinds = [BatchNormSwish, nn.Identity, nn.BatchNorm2d, nn.ReLU, KernelSwish]
    assert [type(layer) for layer in model] == [*kinds, nn.BatchNorm2d, KernelSwish, nn.BatchNorm2d, KernelSwish]
    torch.testing.assert_close(model(x), expected)
    torch.testing.assert_close(model[0].running_var, before)


def test_kernels_that_cannot_run_are_refused_or_left_out():
    assert not choose_execution("cpu").kernels
    with pytest.raises(UnusableInput, match="--kernels on: they need a CUDA GPU"):
        choose_execution("cpu", kernels="on")
    with pytest.raises(UnusableInput, match="fuses these layers itself"):
        choose_execution("cpu", compile=True, kernels="on")


if __name__ == "__main__":
    run_as_script(Path(sys.argv[1]))
