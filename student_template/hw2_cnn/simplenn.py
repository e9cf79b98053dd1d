"""SimpleNN, the small CNN of Lab 1, and its two improved forms of Lab 2."""

from torch import Tensor, nn


class SimpleNN(nn.Module):
    """conv 5x5 to 8 maps, ReLU, max-pool 2; conv 3x3 to 16 maps, ReLU, max-pool 2; linear 120, 84, num_classes.

    No padding; ReLU after the first two linear layers; logits come out (no softmax). The maps are
    flattened as by `nn.Flatten`: channels, then rows, then columns.
    Call the layers in this order: the grader pairs your weights with its own by order of use.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("SimpleNN.__init__ in simplenn.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("SimpleNN.forward in simplenn.py: not written yet")


class SimpleNNBatchNorm(nn.Module):
    """SimpleNN with `nn.BatchNorm2d` between each convolution and its ReLU; the rest is unchanged.

    The convolutions keep their biases.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("SimpleNNBatchNorm.__init__ in simplenn.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("SimpleNNBatchNorm.forward in simplenn.py: not written yet")


class SimpleNNSwish(nn.Module):
    """SimpleNNBatchNorm with your own Swish in place of every ReLU, in the linear part too."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("SimpleNNSwish.__init__ in simplenn.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("SimpleNNSwish.forward in simplenn.py: not written yet")
