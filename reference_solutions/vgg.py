"""VGG-A (Simonyan and Zisserman 2015, table 1) for 32x32 images, and its light form."""

from torch import Tensor, nn


class VGGA(nn.Module):
    """Eight convolutions in five stages, each stage ending with 2x2 max pooling, then three linear layers.

    Convolutions 3x3 with padding 1 and a bias, [batch norm], ReLU. Channels, with w for `width` and M for pooling:
    w, M, 2w, M, 4w, 4w, M, 8w, 8w, M, 8w, 8w, M. Then flatten, [dropout], linear to 8w, ReLU, [dropout], linear to
    8w, ReLU, linear to num_classes; no dropout before the last. Both dropouts drop with probability `dropout` while
    training, as `nn.Dropout` does; logits come out. For ten classes 9,750,922 parameters, 9,756,426 with batch norm
    (the convolutions keep their biases).
    """

    def __init__(self, num_classes: int = 10, width: int = 64, batch_norm: bool = False, dropout: float = 0.0) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        layers: list[nn.Module] = []
        channels = 3
        for factors in ((1,), (2,), (4, 4), (8, 8), (8, 8)):
            for factor in factors:
                layers.append(nn.Conv2d(channels, factor * width, 3, padding=1))
                if batch_norm:
                    layers.append(nn.BatchNorm2d(factor * width))
                layers.append(nn.ReLU())
                channels = factor * width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(8 * width, 8 * width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(8 * width, 8 * width),
            nn.ReLU(),
            nn.Linear(8 * width, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.classifier(self.features(x))
        ### END SOLUTION


class VGGALight(nn.Module):
    """Two stages instead of five: conv 3x3 to `width`, ReLU, max pool 2; conv 3x3 to 2 `width`, ReLU, max pool 2.

    Padding 1. Then flatten, linear to 8 `width`, ReLU, linear to 8 `width`, ReLU, linear to num_classes. For ten
    classes 285,162 parameters.
    """

    def __init__(self, num_classes: int = 10, width: int = 16) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.features = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(width, 2 * width, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(2 * width * 8 * 8, 8 * width),
            nn.ReLU(),
            nn.Linear(8 * width, 8 * width),
            nn.ReLU(),
            nn.Linear(8 * width, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.classifier(self.features(x))
        ### END SOLUTION
