"""LeNet-5 for images of 28x28 grey pixels, and its forms with dropout and with batch norm.

After LeCun et al. 1998, with today's ReLU and max-pooling in place of tanh and trained sub-sampling.
"""

from torch import Tensor, nn


class LeNet5(nn.Module):
    """conv 5x5 to 6 maps, ReLU, max-pool 2; conv 5x5 to 16 maps, ReLU, max-pool 2; linear 120, 84, num_classes.

    The first convolution pads by 2, so that a 28x28 image is treated as LeCun's 32x32; the second does not pad.
    ReLU after the first two linear layers; logits come out (no softmax). The maps are flattened as by
    `nn.Flatten`: channels, then rows, then columns.
    Call the layers in this order: the grader pairs your weights with its own by order of use.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("LeNet5.__init__ in lenet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 1, 28, 28). Returns logits, (N, num_classes)."""
        raise NotImplementedError("LeNet5.forward in lenet.py: not written yet")


class LeNet5Dropout(nn.Module):
    """LeNet5 with dropout of probability 0.5 on the outputs of both hidden linear layers (120 and 84).

    Nothing else is dropped: neither the maps and their flattened form nor the logits. As `nn.Dropout` does, each
    number of each sample is dropped on its own, those kept are scaled by 2, and evaluation drops nothing.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("LeNet5Dropout.__init__ in lenet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 1, 28, 28). Returns logits, (N, num_classes)."""
        raise NotImplementedError("LeNet5Dropout.forward in lenet.py: not written yet")


class LeNet5BatchNorm(nn.Module):
    """LeNet5 with `nn.BatchNorm2d` between each convolution and its ReLU; the rest is unchanged.

    The convolutions keep their biases.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("LeNet5BatchNorm.__init__ in lenet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 1, 28, 28). Returns logits, (N, num_classes)."""
        raise NotImplementedError("LeNet5BatchNorm.forward in lenet.py: not written yet")
