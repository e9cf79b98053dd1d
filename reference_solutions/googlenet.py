"""MiniGoogLeNet, the small Inception network of Zhang et al. 2017 (figure 3), for images of 28x28.

Where branches are joined along the channels, and where the grader pairs your weights with its own by order of
use, branches count and run in the order in which the docstrings name them.
"""

import torch
from torch import Tensor, nn


class ConvModule(nn.Module):
    """Convolution without bias, batch norm, ReLU. `padding` zeros at each side."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, padding: int = 0) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, kernel, stride, padding, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
        )
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W)."""
        ### BEGIN SOLUTION
        return self.layers(x)
        ### END SOLUTION


class InceptionModule(nn.Module):
    """Two branches side by side: a 1x1 ConvModule to `ones` maps, then a 3x3 one to `threes` maps, with padding 1."""

    def __init__(self, in_channels: int, ones: int, threes: int) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.one = ConvModule(in_channels, ones, 1)
        self.three = ConvModule(in_channels, threes, 3, padding=1)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, ones + threes, H, W), the 1x1 branch's maps first."""
        ### BEGIN SOLUTION
        return torch.cat([self.one(x), self.three(x)], dim=1)
        ### END SOLUTION


class DownsampleModule(nn.Module):
    """Two branches side by side: a 3x3 ConvModule to `threes` maps, then a 3x3 max-pool; stride 2, padding 1."""

    def __init__(self, in_channels: int, threes: int) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.three = ConvModule(in_channels, threes, 3, stride=2, padding=1)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, threes + in_channels, H / 2, W / 2), the convolution's maps first."""
        ### BEGIN SOLUTION
        return torch.cat([self.three(x), self.pool(x)], dim=1)
        ### END SOLUTION


class MiniGoogLeNet(nn.Module):
    """The whole network; (a, b) is an InceptionModule with a maps of 1x1 and b of 3x3.

    A 3x3 ConvModule to 96 maps, padding 1; (32, 32); (32, 48); a DownsampleModule with 80; (112, 48); (96, 64);
    (80, 80); (48, 96); a DownsampleModule with 96; (176, 160); (176, 160); the mean over the 7x7 positions; one
    linear layer. 1,649,386 parameters for ten classes.
    """

    def __init__(self, num_classes: int = 10, in_channels: int = 1) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        layers: list[nn.Module] = [ConvModule(in_channels, 96, 3, padding=1)]
        channels = 96
        stages = (
            ((32, 32), (32, 48), (0, 80)),
            ((112, 48), (96, 64), (80, 80), (48, 96), (0, 96)),
            ((176, 160), (176, 160)),
        )
        for ones, threes in (widths for stage in stages for widths in stage):
            layers.append(InceptionModule(channels, ones, threes) if ones else DownsampleModule(channels, threes))
            channels = threes + (ones or channels)
        self.features = nn.Sequential(*layers)
        self.head = nn.Linear(channels, num_classes)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, 28, 28). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        return self.head(self.features(x).mean(dim=(2, 3)))
        ### END SOLUTION
