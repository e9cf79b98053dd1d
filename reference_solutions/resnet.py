"""Residual networks for 32x32 images (He et al. 2016, section 4.2), with option A shortcuts."""

import torch.nn.functional as F
from torch import Tensor, nn


class BasicBlock(nn.Module):
    """conv 3x3, batch norm, ReLU, conv 3x3, batch norm, add the shortcut, ReLU.

    The first convolution has the stride; neither has a bias. The shortcut has no parameters
    (option A): where the stride is 2 it takes every second row and column of the input, and where
    out_channels exceeds in_channels it appends channels of zeros after the existing ones.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.stride = stride
        self.extra_channels = out_channels - in_channels
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, out_channels, H / stride, W / stride)."""
        ### BEGIN SOLUTION
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        shortcut = x[:, :, :: self.stride, :: self.stride]
        shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.extra_channels))
        return F.relu(out + shortcut)
        ### END SOLUTION


class ResNet(nn.Module):
    """CIFAR ResNet of depth 6n + 2.

    A 3x3 convolution to 16 maps with batch norm and ReLU; three stages of n blocks with 16, 32 and
    64 maps, the second and third beginning with stride 2; global average pooling; one linear layer.
    Convolutions are initialised as in He et al. 2015 (normal, fan out).
    Raises ValueError when depth is not 6n + 2 with n >= 1.
    """

    def __init__(self, depth: int = 20, num_classes: int = 10) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        n, remainder = divmod(depth - 2, 6)
        if remainder or n < 1:
            raise ValueError(f"depth must be 6n + 2 with n >= 1, got {depth}")
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        blocks, channels = [], 16
        for width, stride in ((16, 1), (32, 2), (64, 2)):
            for index in range(n):
                blocks.append(BasicBlock(channels, width, stride if index == 0 else 1))
                channels = width
        self.stages = nn.Sequential(*blocks)
        self.head = nn.Linear(64, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        x = self.stages(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))
        ### END SOLUTION


def resnet20(num_classes: int = 10) -> nn.Module:
    """The network of depth 20: 269,722 parameters for ten classes."""
    ### BEGIN SOLUTION
    return ResNet(20, num_classes)
    ### END SOLUTION
