"""What the handout forbids around the network is recorded while it runs, and what it allows is not."""

from pathlib import Path

import pytest

from autograder.checks.engine.code import Code
from autograder.checks.engine.collecting import collect
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import find_probe

CROSS_ENTROPY = """
import torch, torch.nn.functional as F
def cross_entropy(logits, targets):
    return {}
"""
STEP_LR = """
from torch.optim.lr_scheduler import StepLR
class StepDecay({}):
    def __init__(self, optimizer, step_size, gamma):
        {}
    def step(self):
        {}
"""
IMAGE_FOLDER = """
from torchvision import datasets
from torchvision.transforms.functional import to_tensor
class CIFAR10Dataset({}):
    def __init__(self, root, split="train", transform=None):
        {}
        self.classes = []
    def __len__(self):
        return 0
"""


def violations(folder: Path, probe: str, source: str) -> tuple[str, ...]:
    (folder / f"{probe.split('.')[0]}.py").write_text(source)
    with Code(folder) as code:
        found = find_probe(probe)
        return collect(found, code, Draws(1, probe), folder).finish.violations


@pytest.mark.parametrize(
    "body",
    [
        "F.cross_entropy(logits, targets)",
        "F.nll_loss(torch.log(torch.softmax(logits, 1)), targets)",
        "-F.log_softmax(logits, 1)[torch.arange(len(targets)), targets].mean()",
        "torch.nn.CrossEntropyLoss()(logits, targets)",
        "-logits.log_softmax(1)[torch.arange(len(targets)), targets].mean()",
    ],
)
@pytest.mark.parametrize("probe", ["losses.cross_entropy", "losses.cross_entropy_stable"])
def test_torchs_own_cross_entropy_is_seen(tmp_path, body, probe):
    assert violations(tmp_path, probe, CROSS_ENTROPY.format(body))


@pytest.mark.parametrize(
    "body",
    [
        "(logits.logsumexp(1) - logits[torch.arange(len(targets)), targets]).mean()",
        "-logits.softmax(1).log()[torch.arange(len(targets)), targets].mean()",
    ],
)
def test_log_sum_exp_and_softmax_are_allowed(tmp_path, body):
    assert not violations(tmp_path, "losses.cross_entropy", CROSS_ENTROPY.format(body))


@pytest.mark.parametrize(
    ("base", "first", "step"),
    [
        ("object", "self.inner = StepLR(optimizer, step_size, gamma)", "self.inner.step()"),
        ("StepLR", "super().__init__(optimizer, step_size, gamma)", "super().step()"),
        ("object", "inner = StepLR(optimizer, step_size, gamma); self.hidden = [inner]", "self.hidden[0].step()"),
    ],
    ids=["held", "inherited", "hidden in a list"],
)
def test_torchs_own_scheduler_is_seen(tmp_path, base, first, step):
    assert violations(tmp_path, "schedules.step_decay", STEP_LR.format(base, first, step))


@pytest.mark.parametrize(
    ("base", "first"),
    [
        ("object", 'self.inner = datasets.ImageFolder(f"{root}/{split}")'),
        ("datasets.ImageFolder", 'super().__init__(f"{root}/{split}")'),
    ],
    ids=["held", "inherited"],
)
def test_torchvisions_data_sets_are_seen(tmp_path, base, first):
    assert violations(tmp_path, "datasets.image_folder", IMAGE_FOLDER.format(base, first)) == ("torchvision.datasets",)


@pytest.mark.parametrize("probe", ["losses.cross_entropy", "schedules.step_decay", "datasets.image_folder"])
def test_the_reference_uses_nothing_forbidden(tmp_path, probe):
    topic = probe.split(".")[0]
    reference = Path(__file__).parents[2] / "reference_solutions" / f"{topic}.py"
    assert violations(tmp_path, probe, reference.read_text()) == ()
