"""A look inside a network: its filters as a picture, and the graph of its layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


def filter_grid(weight: Tensor, columns: int = 8, padding: int = 1) -> Tensor:
    """The filters of a convolution side by side, as one picture with values in [0, 1].

    weight: (K, C, h, w). Returns (C, H, W). Filter by filter, (f - min) / (max - min) over all of the filter's numbers,
    all its channels together; a filter whose numbers are all equal becomes 0. The filters stand row by row from
    the top left, `columns` in each row, with `padding` white (1.0) pixels between them and all around; places
    left over in the last row are white. So H = rows * (h + padding) + padding, and W likewise. `weight` stays as it is.
    """
    ### BEGIN SOLUTION
    count, channels, height, width = weight.shape
    filters = weight.detach()
    low, high = filters.amin(dim=(1, 2, 3), keepdim=True), filters.amax(dim=(1, 2, 3), keepdim=True)
    span = torch.where(high > low, high - low, torch.ones_like(high))
    filters = (filters - low) / span
    rows = -(-count // columns)
    down, across = height + padding, width + padding
    grid = filters.new_ones(channels, rows * down + padding, columns * across + padding)
    for number, picture in enumerate(filters):
        top, left = padding + number // columns * down, padding + number % columns * across
        grid[:, top : top + height, left : left + width] = picture
    return grid
    ### END SOLUTION


@dataclass(frozen=True)
class Layer:
    """One call of a layer (a module without submodules) in a forward pass.

    name: as in `model.named_modules()`; kind: the name of its class; output_shape: with the batch; parameters: how
    many numbers it learns; inputs: names of the layers whose outputs reach it with no other layer in between, in
    the order in which they were called, each once, and "input" first if the model's own input does.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    inputs: tuple[str, ...]


def trace_layers(model: nn.Module, x: Tensor) -> list[Layer]:
    """The layers of `model` in the order in which `model(x)` calls them, and how they are connected.

    x: a batch, (N, C, H, W). Additions, `F.relu`, reshaping and the like are no layers: what they take in passes
    through to the next layer. Afterwards the model is as it was: its mode, running statistics, gradients and hooks.
    A hint: forward hooks see each layer's input and output, and a tensor's `grad_fn`, with its `next_functions`, says
    where it came from. Run the model in evaluation mode.
    """
    ### BEGIN SOLUTION
    names = {module: name for name, module in model.named_modules() if not list(module.children())}
    made_by: dict[Any, str] = {}
    found: list[Layer] = []

    def note(module: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        sources = origins([tensor.grad_fn for tensor in inputs], made_by)
        order = ["input", *(layer.name for layer in found)]
        sizes = sum(p.numel() for p in module.parameters())
        layer = Layer(
            names[module],
            type(module).__name__,
            tuple(output.shape),
            sizes,
            tuple(sorted(sources, key=order.index)),
        )
        found.append(layer)
        made_by[output.grad_fn] = layer.name

    handles = [module.register_forward_hook(note) for module in names]
    modes = {module: module.training for module in model.modules()}
    try:
        model.eval()
        with torch.enable_grad():
            start = x.detach().clone().requires_grad_() * 1
            made_by[start.grad_fn] = "input"
            model(start)
    finally:
        for handle in handles:
            handle.remove()
        for module, training in modes.items():
            module.training = training
    return found
    ### END SOLUTION


### BEGIN SOLUTION
def origins(functions: Sequence[Any], made_by: dict[Any, str]) -> set[str]:
    """Names of the layers whose outputs these autograd functions were computed from, the nearest on each path."""
    sources: set[str] = set()
    seen: set[Any] = set()
    waiting = list(functions)
    while waiting:
        function = waiting.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        if function in made_by:
            sources.add(made_by[function])
        else:
            waiting += [earlier for earlier, _ in function.next_functions]
    return sources


### END SOLUTION


def to_dot(layers: Sequence[Layer]) -> str:
    """The graph in Graphviz's language DOT (https://graphviz.org/doc/info/lang.html).

    A `digraph` with one node a layer, called by the layer's name in double quotes, whose label holds the kind and
    the output shape without the batch: "conv1" [label="Conv2d 16x32x32"]; and one edge for each of a layer's inputs:
    "conv1" -> "bn1". Of a layer that was called more than once, the first call gives the label.
    """
    ### BEGIN SOLUTION
    nodes: dict[str, str] = {}
    for layer in layers:
        shape = "x".join(str(size) for size in layer.output_shape[1:])
        nodes.setdefault(layer.name, f'  "{layer.name}" [label="{layer.kind} {shape}"];')
    edges = [f'  "{source}" -> "{layer.name}";' for layer in layers for source in layer.inputs]
    return "\n".join(["digraph {", *nodes.values(), *edges, "}"]) + "\n"
    ### END SOLUTION
