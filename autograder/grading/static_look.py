"""A look at the source, for the instructor: what the dispatch watch could have been kept from seeing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.answers.parsing import parse

FORBIDDEN = {
    "activations": ("silu", "SiLU", "hardswish"),
    "losses": ("nll_loss", "NLLLoss", "CrossEntropyLoss", "log_softmax", "LogSoftmax"),
    "batchnorm": ("batch_norm", "BatchNorm1d", "BatchNorm2d", "autograd", "backward", "vjp", "grad"),
    "datasets": ("CIFAR10", "ImageFolder"),
    "resnet": ("resnet18", "resnet34", "hub", "models"),
    "resnet_family": ("hub", "models"),
    "vgg": ("vgg11", "hub", "models"),
    "schedules": ("lr_scheduler",),
    "dropout_mlp": ("dropout", "dropout_", "alpha_dropout", "Dropout1d", "AlphaDropout"),
    "googlenet": ("googlenet", "inception_v3", "hub", "models"),
    "optimizers": ("optim", "Adagrad", "RMSprop", "Adadelta", "AdamW"),
}
PRYING: tuple[str, ...] = ("_getframe", "settrace", "setprofile", "ctypes", "subprocess", "socket")
PRYING += (
    "__eq__",
    "__torch_function__",
    "get_objects",
    "_exit",
    "system",
    "fork",
    "environ",
    "load_state_dict_from_url",
)


def suspicious_names(root: Path) -> list[str]:
    """One line a finding: file, line, and the name that an honest solution has no use for."""
    return [line for path in sorted(root.glob("*.py")) for line in _findings(path)]


def _findings(path: Path) -> Iterator[str]:
    try:
        tree = parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    wanted = {*FORBIDDEN.get(path.stem, ()), *PRYING}
    seen = set()
    for node in ast.walk(tree):
        for name in _names(node):
            if name in wanted and name not in seen:
                seen.add(name)
                yield f"{path.name}, line {getattr(node, 'lineno', '?')}: uses {name}"


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [node.attr]
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        modules = (getattr(node, "module", None) or "").split(".")
        return [*modules, *(part for alias in node.names for part in alias.name.split("."))]
    return []
