"""ResNet-18, 34, 50, 101 and 152 (He et al. 2016, table 1), adapted to 32x32 images."""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor, nn


class BasicBlock(nn.Module):
    """conv 3x3, batch norm, ReLU, conv 3x3, batch norm, plus shortcut, ReLU; `channels` come out.

    The first convolution has the stride; no convolution has a bias. The shortcut is the input itself; only where
    the stride is not 1 or the number of channels changes, it is a 1x1 convolution with that stride, and batch norm
    (option B). Call the layers of the residual path first, then those of the shortcut: the grader pairs your
    weights with its own by order of use.
    """

    expansion = 1

    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.residual = nn.Sequential(
            nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
        )
        self.shortcut = make_shortcut(in_channels, channels, stride)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, channels, H / stride, W / stride)."""
        ### BEGIN SOLUTION
        residual = self.residual(x)
        return F.relu(residual + self.shortcut(x))
        ### END SOLUTION


class Bottleneck(nn.Module):
    """conv 1x1 to `channels`, batch norm, ReLU, conv 3x3, batch norm, ReLU, conv 1x1 to 4 `channels`, batch norm,
    plus shortcut, ReLU; 4 `channels` come out.

    The 3x3 convolution has the stride; no convolution has a bias. The shortcut is BasicBlock's, and here too the
    residual path is called first.
    """

    expansion = 4

    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.residual = nn.Sequential(
            nn.Conv2d(in_channels, channels, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, 4 * channels, 1, bias=False),
            nn.BatchNorm2d(4 * channels),
        )
        self.shortcut = make_shortcut(in_channels, 4 * channels, stride)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, 4 * channels, H / stride, W / stride)."""
        ### BEGIN SOLUTION
        residual = self.residual(x)
        return F.relu(residual + self.shortcut(x))
        ### END SOLUTION


### BEGIN SOLUTION
def make_shortcut(in_channels: int, out_channels: int, stride: int) -> nn.Module:
    """The identity, or a projection where the shape changes."""
    if stride == 1 and in_channels == out_channels:
        return nn.Identity()
    projection = nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)
    return nn.Sequential(projection, nn.BatchNorm2d(out_channels))


### END SOLUTION


class ResNet(nn.Module):
    """A residual network for 32x32 images.

    A 3x3 convolution to `width` maps with stride 1 and no bias, batch norm, ReLU, no max pool; four stages of
    `layers[i]` blocks, `block(in_channels, channels, stride)`, with `channels` of width, 2, 4 and 8 times width; all
    stages but the first begin with stride 2; global average pooling; one linear layer.
    """

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: Sequence[int],
        num_classes: int = 10,
        width: int = 64,
    ) -> None:
        super().__init__()
        ### BEGIN SOLUTION
        self.stem = nn.Sequential(nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU())
        blocks, in_channels = [], width
        for stage, count in enumerate(layers):
            channels = width * 2**stage
            for index in range(count):
                stride = 2 if stage > 0 and index == 0 else 1
                blocks.append(block(in_channels, channels, stride))
                in_channels = channels * block.expansion
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(in_channels, num_classes)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        ### BEGIN SOLUTION
        x = self.blocks(self.stem(x))
        return self.head(x.mean(dim=(2, 3)))
        ### END SOLUTION


def resnet18(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Basic blocks: 11,173,962 parameters for ten classes."""
    ### BEGIN SOLUTION
    return ResNet(BasicBlock, (2, 2, 2, 2), num_classes, width)
    ### END SOLUTION


def resnet34(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Basic blocks: 21,282,122 parameters for ten classes."""
    ### BEGIN SOLUTION
    return ResNet(BasicBlock, (3, 4, 6, 3), num_classes, width)
    ### END SOLUTION


def resnet50(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Bottlenecks: 23,520,842 parameters for ten classes."""
    ### BEGIN SOLUTION
    return ResNet(Bottleneck, (3, 4, 6, 3), num_classes, width)
    ### END SOLUTION


def resnet101(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Bottlenecks: 42,512,970 parameters for ten classes."""
    ### BEGIN SOLUTION
    return ResNet(Bottleneck, (3, 4, 23, 3), num_classes, width)
    ### END SOLUTION


def resnet152(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Bottlenecks: 58,156,618 parameters for ten classes."""
    ### BEGIN SOLUTION
    return ResNet(Bottleneck, (3, 8, 36, 3), num_classes, width)
    ### END SOLUTION
