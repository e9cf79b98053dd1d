"""SimpleNN, the small CNN of Lab 1, and its two improved forms of Lab 2."""

from torch import Tensor, nn

from reference_solutions.activations import Swish


class SimpleNN(nn.Module):
    """conv 5x5 to 8 maps, ReLU, max-pool 2; conv 3x3 to 16 maps, ReLU, max-pool 2; linear 120, 84, num_classes.

    No padding; ReLU after the first two linear layers; logits come out (no softmax). The maps are
    flattened as by `nn.Flatten`: channels, then rows, then columns.
    Call the layers in this order: the grader pairs your weights with its own by order of use.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 5),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(16 * 6 * 6, 120),
            nn.ReLU(),
            nn.Linear(120, 84),
            nn.ReLU(),
            nn.Linear(84, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.classifier(self.features(x))
        ### END SOLUTION


class SimpleNNBatchNorm(nn.Module):
    """SimpleNN with `nn.BatchNorm2d` between each convolution and its ReLU; the rest is unchanged.

    The convolutions keep their biases.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.net = normalised_simplenn(nn.ReLU, num_classes)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.net(x)
        ### END SOLUTION


class SimpleNNSwish(nn.Module):
    """SimpleNNBatchNorm with your own Swish in place of every ReLU, in the linear part too."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.net = normalised_simplenn(Swish, num_classes)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.net(x)
        ### END SOLUTION


### BEGIN SOLUTION
def normalised_simplenn(activation: type[nn.Module], num_classes: int) -> nn.Sequential:
    """SimpleNN's layers with batch norm after each convolution and the given activation."""
    return nn.Sequential(
        nn.Conv2d(3, 8, 5),
        nn.BatchNorm2d(8),
        activation(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3),
        nn.BatchNorm2d(16),
        activation(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 6 * 6, 120),
        activation(),
        nn.Linear(120, 84),
        activation(),
        nn.Linear(84, num_classes),
    )


### END SOLUTION
