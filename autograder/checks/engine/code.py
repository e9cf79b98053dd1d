"""A submission's modules, imported one by one from a folder, as the probes see them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from torch import nn

from autograder.checks.engine.watching import Watch


class MissingFile(Exception):
    """The submission has no such module."""


class MissingName(Exception):
    """A module of the submission lacks a name that the handout asks for."""


class StudentModule:
    """One imported module; a missing name is explained instead of raising a bare AttributeError."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self._module, name)
        except AttributeError as missing:
            raise MissingName(f"{self._module.__name__}.py does not define {name}") from missing


class Code:
    """Modules of the submission in `root`: `code.resnet.resnet20()` imports resnet.py when first used.

    Use as a context manager where more than one submission is run in a process: on leaving it, the
    folder is taken off the import path and its modules are forgotten.
    """

    def __init__(self, root: Path, on_import: Callable[[str, bool], None] = lambda name, done: None) -> None:
        self._root = root.resolve()
        self._on_import = on_import
        self._modules: dict[str, StudentModule] = {}
        self._watch = Watch()
        self._before: dict[str, ModuleType] = {}

    def __enter__(self) -> Code:
        self._before = {p.stem: sys.modules.pop(p.stem) for p in self._root.glob("*.py") if p.stem in sys.modules}
        sys.path.insert(0, str(self._root))
        importlib.invalidate_caches()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        sys.path.remove(str(self._root))
        for name, module in list(sys.modules.items()):
            origin = getattr(module, "__file__", None)
            if isinstance(origin, str) and origin.startswith(f"{self._root}/"):
                del sys.modules[name]
        sys.modules.update(self._before)

    def __getattr__(self, name: str) -> StudentModule:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._modules:
            if not (self._root / f"{name}.py").is_file():
                raise MissingFile(f"{name}.py is missing from the submission")
            self._on_import(name, False)
            self._modules[name] = StudentModule(importlib.import_module(name))
            self._on_import(name, True)
        return self._modules[name]

    @property
    def folder(self) -> Path:
        """Where the submission's files lie."""
        return self._root

    @property
    def violations(self) -> list[str]:
        """Forbidden operators seen since the running probe began, in the order of their first use."""
        return self._watch.seen

    @contextmanager
    def forbid(self, *operators: str) -> Iterator[None]:
        """Record every dispatched operator that starts with one of these names.

        `"silu"` stands for aten::silu and its backward; `"autograd"` for any differentiation by torch;
        `"torch.optim"` for a step of any of its optimisers; other names in torch for functions as they are called.
        """
        with self._watch.watching(operators):
            yield

    def forbid_layers(self, model: Any, package: str) -> None:
        """Record `package` when a layer of `model` is defined in it (or below it)."""
        layers = model.modules() if isinstance(model, nn.Module) else ()
        if any(f"{type(layer).__module__}.".startswith(f"{package}.") for layer in layers):
            self._watch.note(package)

    def forbid_package(self, package: str, *things: object) -> None:
        """Record `package` when one of `things`, or an attribute of it, is an instance of its classes or its function.

        For what a handout forbids that dispatches no operator of its own (a scheduler, a data set).
        """
        for thing in things:
            for held in (thing, *getattr(thing, "__dict__", {}).values()):
                if any(kind.__module__.startswith(package) for kind in type(held).__mro__) or _made_in(held, package):
                    self._watch.note(package)


def _made_in(thing: object, package: str) -> bool:
    code = getattr(getattr(thing, "__func__", thing), "__globals__", {})
    return str(code.get("__name__", "")).startswith(package)
