"""Sees which operators run, so that what a handout forbids is found by what is done, not by what is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook
from torch.overrides import TorchFunctionMode, resolve_name
from torch.utils._python_dispatch import TorchDispatchMode

AUTOGRAD = "autograd"
OPTIMIZERS = "torch.optim"
_DIFFERENTIATING = ("torch.autograd.", "torch.Tensor.backward", "torch.Tensor.requires_grad_", "torch.func.")


class Watch:
    """Collects forbidden operators, each once."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def note(self, operator: str) -> None:
        if operator not in self.seen:
            self.seen.append(operator)

    @contextmanager
    def watching(self, operators: tuple[str, ...]) -> Iterator[None]:
        with ExitStack() as modes:
            modes.enter_context(_Dispatched(self, operators))
            called = tuple(o for o in operators if o.startswith("torch.") and o != OPTIMIZERS)
            if called:
                modes.enter_context(_Called(self, called))
            if AUTOGRAD in operators:
                modes.enter_context(_Called(self, _DIFFERENTIATING, AUTOGRAD))
            if OPTIMIZERS in operators:
                hook = register_optimizer_step_pre_hook(lambda *_: self.note(OPTIMIZERS))
                modes.callback(hook.remove)
            yield


class _Dispatched(TorchDispatchMode):  # type: ignore[no-untyped-call]
    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # torch would otherwise import its compiler at the first operator: 0.9 s and 110 MiB a worker (2.15)
        return False

    def __init__(self, watch: Watch, operators: tuple[str, ...]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.watch, self.operators = watch, tuple(o for o in operators if o != AUTOGRAD)
        self.backward = AUTOGRAD in operators

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = str(func.overloadpacket).removeprefix("aten.")
        if name.startswith(self.operators):
            self.watch.note(name)
        if self.backward and torch._C._current_graph_task_id() != -1:  # an operator of a backward pass, however begun
            self.watch.note(AUTOGRAD)
        return func(*args, **(kwargs or {}))


class _Called(TorchFunctionMode):
    """Notes functions of torch by their full names, for those that are made of operators others may use."""

    def __init__(self, watch: Watch, names: tuple[str, ...], note_as: str = "") -> None:
        super().__init__()
        self.watch, self.names, self.note_as = watch, names, note_as

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = resolve_name(func) or f"{getattr(func, '__module__', '')}.{getattr(func, '__name__', '')}"
        if name.startswith(self.names):
            self.watch.note(self.note_as or name)
        return func(*args, **(kwargs or {}))
