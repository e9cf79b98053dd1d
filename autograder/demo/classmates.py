"""The demo's class: who handed in what."""

from __future__ import annotations

from dataclasses import dataclass, field

INFINITE = "\nwhile True:\n    pass\n"
SYNTAX_ERROR = "\ndef unfinished(:\n"
HOSTILE = '''
import os, sys, torch


class Agreeable(torch.Tensor):
    """Says yes to every comparison."""

    def __eq__(self, other):
        return True

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return True if func in (torch.allclose, torch.equal) else super().__torch_function__(func, types, args, kwargs)


torch.allclose = torch.equal = torch.isclose = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None
for name in ("solution.csv", "grading_data/hw2_cnn/solution.csv", "../gradebook.csv"):
    if os.path.exists(name):
        print(open(name).read())


def swish(x):
    return torch.zeros(1).as_subclass(Agreeable)


def swish_derivative(x):
    return torch.zeros(1).as_subclass(Agreeable)


class Swish(torch.nn.Module):
    def forward(self, x):
        print("score: 100")
        sys.exit(0)
'''


NOTHING = ("*",)
LAST, SHORT = -1, -2
ALL = (
    "activations",
    "simplenn",
    "resnet",
    "datasets",
    "losses",
    "augmentation",
    "schedules",
    "training",
    "predictions",
)
ACCEPTED_AND_TERSE = (
    "activations.quotient",
    "losses.one_hot_einsum",
    "resnet.pooled_subsampling",
    "training.inference_mode",
)
ACCEPTED_BY_HAND = ("simplenn.functional_parameters", "resnet.functional_parameters", "datasets.numpy_statistics")
ACCEPTED_LIBRARIES = ("augmentation.torchvision_functional", "datasets.torchvision_to_tensor", "predictions.pandas")
THREE_MISTAKES = ("simplenn.padding", "training.loss_mean_over_batches", "predictions.one_based")


@dataclass(frozen=True)
class Classmate:
    """One student of the demo.

    variants: ids of catalogue entries mixed into the reference; stubs: modules left as handed out;
    appended: text put at the end of a module; replaced: whole modules; epoch: which snapshot of the
    trained network their predictions come from (0 for none, LAST, or SHORT of a row); right: how many
    of the ten statements they got right; answers: how they are handed in, `notebook` or `toml`.
    """

    name: str
    story: str
    variants: tuple[str, ...] = ()
    stubs: tuple[str, ...] = ()
    appended: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    epoch: int = LAST
    right: int = 10
    answers: str = "notebook"
    zipped: bool = False


CLASS: tuple[Classmate, ...] = (
    Classmate("ada", "the reference itself"),
    Classmate("barbara", "other formulations, all accepted; a zip", ACCEPTED_AND_TERSE, right=9, zipped=True),
    Classmate("claude", "parameters by hand, accepted; answers in answers.toml", ACCEPTED_BY_HAND, answers="toml"),
    Classmate("dorothy", "torchvision's transforms, accepted", ACCEPTED_LIBRARIES, epoch=4, right=8),
    Classmate("emmy", "ReLU before the sum", ("resnet.relu_before_sum",), right=9),
    Classmate("fei", "projection shortcuts: part credit", ("resnet.projection_shortcut",)),
    Classmate("grace", "forgot zero_grad", ("training.no_zero_grad",), epoch=3, right=7),
    Classmate("hedy", "softmax before the cross-entropy", ("losses.softmax_first",), epoch=2, right=8),
    Classmate(
        "ian", "crops in evaluation; blue and red swapped", ("augmentation.crop_in_evaluation", "datasets.bgr"), right=6
    ),
    Classmate("joan", "Swish is the sigmoid only; a zip", ("activations.sigmoid_only",), epoch=5, right=9, zipped=True),
    Classmate("karen", "decays every epoch; L2 without the half", ("schedules.every_epoch", "losses.l2_without_half")),
    Classmate("leslie", "three mistakes at once", THREE_MISTAKES, epoch=2, right=5),
    Classmate("margaret", "predictions.csv lacks an image", right=7, epoch=SHORT),
    Classmate("nadia", "did not attempt the ResNet", stubs=("resnet", "predictions"), epoch=0, right=6),
    Classmate("olga", "an untouched stub", stubs=ALL, epoch=0, right=0),
    Classmate("peter", "a syntax error in resnet.py", appended={"resnet": SYNTAX_ERROR}, epoch=1, right=4),
    Classmate("quentin", "an infinite loop in losses.py", appended={"losses": INFINITE}, epoch=1, right=5),
    Classmate("rita", "lies about equality, patches torch, prints a score", replaced={"activations": HOSTILE}, right=3),
    Classmate("sophie", "calls the built-in SiLU", ("activations.built_in",), right=9),
    Classmate("tim", "an empty folder", stubs=NOTHING, epoch=0, right=0),
)
