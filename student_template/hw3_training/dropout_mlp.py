"""The multilayer perceptron of problem 1, and dropout written by hand."""

from collections.abc import Sequence

from torch import Tensor, nn


class Dropout(nn.Module):
    """Sets elements to zero with probability p in training, each on its own and anew in every call.

    Training and evaluation must agree in expectation, in one of two ways: either the elements that are kept are
    divided by 1 - p in training and evaluation changes nothing (inverted dropout), or training leaves them as they
    are and evaluation multiplies everything by 1 - p (Srivastava et al. 2014).
    `nn.Dropout` and `torch.nn.functional.dropout` are not allowed. Raises ValueError unless 0 <= p < 1.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        raise NotImplementedError("Dropout.__init__ in dropout_mlp.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: any shape, floating point. Returns the same shape and dtype."""
        raise NotImplementedError("Dropout.forward in dropout_mlp.py: not written yet")


class MLP(nn.Module):
    """Three linear layers with a ReLU after the first and after the second; logits come out.

    `input_dropout` is the probability that an input is dropped, `hidden_dropout` that an output of either hidden
    layer is. Use your own `Dropout`, and `nn.Linear` for the layers, called in order. With the usual
    sizes the network has 4,084,010 parameters.
    """

    def __init__(
        self,
        input_dropout: float = 0.0,
        hidden_dropout: float = 0.0,
        sizes: Sequence[int] = (3072, 1000, 1000, 10),
    ) -> None:
        super().__init__()
        raise NotImplementedError("MLP.__init__ in dropout_mlp.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32), or any (N, ...) with sizes[0] numbers a sample. Returns logits, (N, sizes[-1])."""
        raise NotImplementedError("MLP.forward in dropout_mlp.py: not written yet")
