"""Probes of the picture of filters, and of the traced and drawn graph of layers."""

from __future__ import annotations

import re

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.images import names
from autograder.checks.engine.probe import Evidence, close, exact, probe

FLOAT32 = "float32: one subtraction and one division"
NODE = re.compile(r'^\s*"([^"]*)"\s*\[[^\]"]*\blabel\s*=\s*"([^"]*)"[^\]]*\]', re.MULTILINE)
EDGE = re.compile(r'"([^"]*)"\s*->\s*"([^"]*)"')


@probe(
    "interpretation",
    colour=close("filter_grid(weight, columns=4), weight of shape (10, 3, 3, 5)", 1e-5, 1e-5, FLOAT32),
    wide=close("filter_grid(weight, padding=2), weight of shape (16, 3, 3, 3)", 1e-5, 1e-5, FLOAT32),
)
def filters(code: Code, draws: Draws) -> Evidence:
    """Filters of three channels, in a grid with a last row that is not full, and in one that is."""
    weight = draws.normal(10, 3, 3, 5) * draws.uniform(10, 1, 1, 1, low=0.2, high=3.0)
    yield "colour", code.interpretation.filter_grid(weight, columns=4)
    yield "wide", code.interpretation.filter_grid(draws.normal(16, 3, 3, 3), padding=2)


@probe(
    "interpretation",
    grey=close("filter_grid(weight, columns=4), weight of shape (7, 1, 4, 4)", 1e-5, 1e-5, FLOAT32),
    constant=close("filter_grid(weight, columns=4) where one filter's numbers are all equal", 1e-5, 1e-5, FLOAT32),
    weight=close("weight after filter_grid(weight)", 1e-6, 1e-6, "nothing may move"),
)
def filters_edges(code: Code, draws: Draws) -> Evidence:
    """Grey filters, a constant filter, and the weight itself afterwards."""
    weight = draws.normal(7, 1, 4, 4)
    yield "grey", code.interpretation.filter_grid(weight.clone(), columns=4)
    with_constant = weight.clone()
    with_constant[2] = float(weight[2, 0, 0, 0])
    yield "constant", code.interpretation.filter_grid(with_constant, columns=4)
    layer = nn.Conv2d(1, 7, 4, bias=False).to(weight.dtype)
    layer.weight.data.copy_(weight)
    code.interpretation.filter_grid(layer.weight, columns=4)
    yield "weight", layer.weight


class Branching(nn.Module):
    """Layers registered in another order than they are called in, with a sum, a concatenation and nesting.

    In the order of their calls: a convolution, batch norm; two branches from its ReLU, one nested; their sum and
    ReLU; a pool beside it, and a linear layer on both, concatenated.
    """

    def __init__(self, called: list[str], width: int) -> None:
        super().__init__()
        first, norm, inner, aside, pool, head = called
        inside = nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(width, width, 1))
        layers = {
            head: nn.Linear(2 * width, 5),
            pool: nn.AdaptiveAvgPool2d(1),
            aside: nn.Conv2d(width, width, 1, bias=False),
            inner: inside,
            first: nn.Conv2d(3, width, kernel_size=3, padding=1),
            norm: nn.BatchNorm2d(width),
        }
        for name, layer in layers.items():
            self.add_module(name, layer)
        self.called = called

    def forward(self, x: Tensor) -> Tensor:
        first, norm, inner, aside, pool, head = (getattr(self, name) for name in self.called)
        x = F.relu(norm(first(x)))
        y = F.relu(inner(x) + aside(x))
        z = torch.cat([pool(y).flatten(1), x.mean(dim=(2, 3))], dim=1)
        logits: Tensor = head(z)
        return logits


def _branching(draws: Draws) -> tuple[Branching, Tensor]:
    model = Branching(names(draws, 6), int(draws.integers(3, 9, 1)))
    side = int(draws.integers(5, 10, 1))
    x = draws.normal(2, 3, side, side)
    model.to(x.dtype)
    return model, x


@probe(
    "interpretation",
    layers=exact("trace_layers(model, x): name, kind, output shape and parameters of each layer"),
    connections=exact("trace_layers(model, x): name and inputs of each layer"),
)
def trace(code: Code, draws: Draws) -> Evidence:
    """The layers of a network with two branches, in the order in which they are called."""
    found = code.interpretation.trace_layers(*_branching(draws))
    rows = [[layer.name, layer.kind, list(layer.output_shape), layer.parameters] for layer in found]
    yield "layers", rows
    yield "connections", [[layer.name, *layer.inputs] for layer in found]


@probe(
    "interpretation",
    chain=exact("trace_layers(model, x) of a model in which a layer is used twice: name and inputs"),
    state=close("statistics and gradients after trace_layers(model, x)", 1e-6, 1e-6, "nothing may move"),
    left=exact("modes of the layers and number of hooks after trace_layers(model, x), and a second trace's length"),
)
def trace_again(code: Code, draws: Draws) -> Evidence:
    """A layer that is used twice; and what is left behind in a model in training mode."""
    words = names(draws, 3)
    twice = nn.Sequential()
    shared = nn.Tanh()
    for name, layer in zip(words, (nn.Linear(4, 4), shared, nn.Linear(4, 4)), strict=True):
        twice.add_module(name, layer)
    twice.append(shared)
    found = code.interpretation.trace_layers(twice, draws.normal(2, 4, dtype=torch.float32))
    yield "chain", [[layer.name, *layer.inputs] for layer in found]
    model, x = _branching(draws)
    for p in model.parameters():
        p.grad = draws.normal(*p.shape, dtype=p.dtype)
    model.train()
    model.get_submodule(model.called[2]).eval()
    length = len(code.interpretation.trace_layers(model, x))
    gradients = [torch.zeros(1) if p.grad is None else p.grad for p in model.parameters()]
    yield "state", [*gradients, *(b.double() for b in model.buffers())]
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in model.modules())
    again = len(code.interpretation.trace_layers(model, x))
    yield "left", [*(m.training for m in model.modules()), hooks, length, again]


@probe(
    "interpretation",
    nodes=exact("to_dot(layers): the nodes and their labels"),
    edges=exact("to_dot(layers): the edges"),
    form=exact("to_dot(layers): digraph { ... }"),
)
def dot(code: Code, draws: Draws) -> Evidence:
    """The drawing of a given list of layers, read back."""
    a, b, c = names(draws, 3)
    n, side = (int(value) for value in draws.integers(2, 30, 2))
    layer = code.interpretation.Layer
    layers = [
        layer(f"{a}.0", "Conv2d", (4, n, side, side), 27 * n, ("input",)),
        layer(b, "BatchNorm2d", (4, n, side, side), 2 * n, (f"{a}.0",)),
        layer(c, "Linear", (4, n + 3), 9, ("input", f"{a}.0", b)),
    ]
    text = code.interpretation.to_dot(layers)
    # whoever draws a node for the input too, styles nodes or names the graph is right as well
    nodes = [[name, " ".join(label.split())] for name, label in NODE.findall(text) if name != "input"]
    yield "nodes", sorted(nodes)
    yield "edges", sorted([*edge] for edge in EDGE.findall(text))
    form = re.fullmatch(r"\s*(?:strict\s+)?(\w+)\b[^{]*(\{).*(\})\s*", text, flags=re.DOTALL)
    yield "form", list(form.groups()) if form else []
