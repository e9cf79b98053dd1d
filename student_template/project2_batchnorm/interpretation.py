"""A look inside a network: its filters as a picture, and the graph of its layers."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor, nn


def filter_grid(weight: Tensor, columns: int = 8, padding: int = 1) -> Tensor:
    """The filters of a convolution side by side, as one picture with values in [0, 1].

    weight: (K, C, h, w). Returns (C, H, W). Filter by filter, (f - min) / (max - min) over all of the filter's numbers,
    all its channels together; a filter whose numbers are all equal becomes 0. The filters stand row by row from
    the top left, `columns` in each row, with `padding` white (1.0) pixels between them and all around; places
    left over in the last row are white. So H = rows * (h + padding) + padding, and W likewise. `weight` stays as it is.
    """
    raise NotImplementedError("filter_grid in interpretation.py: not written yet")


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
    raise NotImplementedError("trace_layers in interpretation.py: not written yet")


def to_dot(layers: Sequence[Layer]) -> str:
    """The graph in Graphviz's language DOT (https://graphviz.org/doc/info/lang.html).

    A `digraph` with one node a layer, called by the layer's name in double quotes, whose label holds the kind and
    the output shape without the batch: "conv1" [label="Conv2d 16x32x32"]; and one edge for each of a layer's inputs:
    "conv1" -> "bn1". Of a layer that was called more than once, the first call gives the label.
    """
    raise NotImplementedError("to_dot in interpretation.py: not written yet")
