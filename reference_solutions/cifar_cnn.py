"""A small CNN for 32x32 images, with batch norm, dropout and residual connections to switch on and off."""

from collections.abc import Callable

from torch import Tensor, nn


class Stage(nn.Module):
    """Two 3x3 convolutions with padding 1, then 2x2 max pooling.

    convolution (in_channels to channels), [batch norm], activation; convolution (channels to channels),
    [batch norm], [plus shortcut], activation; max pool 2. The shortcut goes around the second convolution: what is
    added is the input of that convolution, unchanged. A convolution has a bias only where no batch norm follows.
    `activation` is called without arguments wherever an activation is needed: `nn.ReLU`, say.
    """

    def __init__(
        self,
        in_channels: int,
        channels: int,
        batch_norm: bool = False,
        residual: bool = False,
        activation: Callable[[], nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.residual = residual
        self.conv1 = nn.Conv2d(in_channels, channels, 3, padding=1, bias=not batch_norm)
        self.norm1 = nn.BatchNorm2d(channels) if batch_norm else nn.Identity()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=not batch_norm)
        self.norm2 = nn.BatchNorm2d(channels) if batch_norm else nn.Identity()
        self.activation1, self.activation2 = activation(), activation()
        self.pool = nn.MaxPool2d(2)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, channels, H / 2, W / 2)."""
        ### BEGIN SOLUTION
        inner = self.activation1(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(inner))
        if self.residual:
            out = out + inner
        return self.pool(self.activation2(out))
        ### END SOLUTION


class CifarCNN(nn.Module):
    """Three stages of `width`, 2 `width` and 4 `width` channels, then two linear layers.

    The maps are flattened as by `nn.Flatten`; [dropout], linear to 8 `width`, activation, [dropout], linear to
    num_classes. Both dropouts drop with probability `dropout` while training, and scale what is kept (`nn.Dropout`);
    logits come out. With width 32 and ten classes: 814,122 parameters.
    """

    def __init__(
        self,
        num_classes: int = 10,
        width: int = 32,
        batch_norm: bool = False,
        dropout: float = 0.0,
        residual: bool = False,
        activation: Callable[[], nn.Module] = nn.ReLU,
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.stages = nn.Sequential(
            Stage(3, width, batch_norm, residual, activation),
            Stage(width, 2 * width, batch_norm, residual, activation),
            Stage(2 * width, 4 * width, batch_norm, residual, activation),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(4 * 4 * 4 * width, 8 * width),
            activation(),
            nn.Dropout(dropout),
            nn.Linear(8 * width, num_classes),
        )
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.classifier(self.stages(x))
        ### END SOLUTION
