"""Steps replayed from a CUDA graph are the steps that would have been launched; where none can be captured, those are.

Without a GPU a stand-in replays: it computes anew and writes into the tensors of the capture, as a graph does.
"""

import io
import json
from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from rich.console import Console

from reference_solutions.train import cuda_graph, gradients
from reference_solutions.train.cuda_graph import CapturedPass
from reference_solutions.train.device import choose_execution
from reference_solutions.train.images import DataSet
from reference_solutions.train.running import Plan, run
from reference_solutions.train.settings import make_settings
from reference_solutions.train.sources import digits
from reference_solutions.train.trainer import Trainer

# 100 images are three batches of 32 and one of 4. What a capture could disturb are the running statistics of batch
# norm and the random numbers of dropout; cifar_cnn_all has both.
SETTINGS = {"epochs": 2, "batch_size": 32, "learning_rate": 0.05, "validation": 0, "l1": 1e-5, "crop_padding": 2}
MODELS = ("simplenn_bn", "cifar_cnn_all")


def images() -> DataSet:
    few = digits(32, 3).train
    return DataSet("digits", few.take(np.arange(100)), test=few.take(np.arange(100, 140)))


def settings_of(model: str):
    return make_settings({**SETTINGS, "model": model}, "the test")


def trained(model: str, device: str = "cpu", cuda_graphs: bool = False) -> tuple[Trainer, dict[str, object]]:
    execution = replace(choose_execution(device, "float32"), cuda_graphs=cuda_graphs)
    trainer = Trainer(settings_of(model), images(), execution)
    rows = [trainer.train_epoch() for _ in range(2)]
    found = {name: value.cpu() for name, value in trainer.model.state_dict().items()}
    return trainer, found | {"losses": torch.tensor([(r["train_loss"], r["train_accuracy"]) for r in rows])}


class PretendedPass(CapturedPass):
    """Replays without a GPU."""

    def __init__(self, model, compute, images, labels):
        super().__init__(model, compute, images, labels)
        self.replays = 0

        def replay():
            self.replays += 1
            results = compute(self._images, self._labels)
            fresh = [*results, *(p.grad for p in self._parameters)]
            for into, value in zip([*self._results, *self._gradients], fresh, strict=True):
                into.copy_(value)

        self._graph.replay = replay


@pytest.fixture
def pretended(monkeypatch):
    stream = SimpleNamespace(wait_stream=lambda other: None)
    for name, stand_in in {
        "CUDAGraph": SimpleNamespace,
        "graph": lambda graph: nullcontext(),
        "stream": lambda stream: nullcontext(),
        "Stream": lambda device: stream,
        "current_stream": lambda device: stream,
        "get_rng_state": lambda device: torch.get_rng_state(),
        "set_rng_state": lambda state, device: torch.set_rng_state(state),
    }.items():
        monkeypatch.setattr(torch.cuda, name, stand_in)
    monkeypatch.setattr(cuda_graph, "CapturedPass", PretendedPass)


@pytest.mark.parametrize("model", MODELS)
def test_whole_batches_are_replayed_and_nothing_else_changes(model, pretended):
    trainer, replayed = trained(model, cuda_graphs=True)
    assert trainer.gradients._captured.replays == 2 * 3
    launched = trained(model)[1]
    assert all(torch.equal(replayed[name], launched[name]) for name in launched)


@pytest.mark.parametrize("model", MODELS)
def test_where_nothing_can_be_captured_the_run_says_so_and_is_the_same(model, monkeypatch, tmp_path):
    def refused(*_):
        raise RuntimeError("operation not permitted when stream is capturing\nsee the manual")

    monkeypatch.setattr(gradients, "capture", refused)
    text, execution = io.StringIO(), replace(choose_execution("cpu", "float32"), cuda_graphs=True)
    plan = Plan(settings_of(model), "none", tmp_path, execution)
    run(plan, images(), Console(file=text, soft_wrap=True))
    assert (
        "note: no CUDA graph could be captured (operation not permitted when stream is capturing): kernels were "
        "launched one by one\n"
    ) in text.getvalue()
    record = json.loads((tmp_path / "run.json").read_text())
    assert record["machine"]["cuda_graphs"] is False
    losses = trained(model)[1]["losses"]
    assert record["result"]["train_loss"] == pytest.approx(losses[-1, 0].item(), rel=1e-6)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
@pytest.mark.parametrize("model", [*MODELS, "simplenn_swish"])
def test_a_gpu_replays_what_it_would_have_launched(model):
    trainer, replayed = trained(model, "cuda", cuda_graphs=True)
    assert trainer.gradients.captured, trainer.gradients.note
    again, launched = trained(model, "cuda", cuda_graphs=True)[1], trained(model, "cuda")[1]
    for name in launched:
        assert torch.equal(replayed[name], again[name]), name
        torch.testing.assert_close(replayed[name], launched[name], rtol=1e-3, atol=1e-4)
