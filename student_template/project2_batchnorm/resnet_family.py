"""ResNet-18, 34, 50, 101 and 152 (He et al. 2016, table 1), adapted to 32x32 images."""

from collections.abc import Sequence

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
        raise NotImplementedError("BasicBlock.__init__ in resnet_family.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, channels, H / stride, W / stride)."""
        raise NotImplementedError("BasicBlock.forward in resnet_family.py: not written yet")


class Bottleneck(nn.Module):
    """conv 1x1 to `channels`, batch norm, ReLU, conv 3x3, batch norm, ReLU, conv 1x1 to 4 `channels`, batch norm,
    plus shortcut, ReLU; 4 `channels` come out.

    The 3x3 convolution has the stride; no convolution has a bias. The shortcut is BasicBlock's, and here too the
    residual path is called first.
    """

    expansion = 4

    def __init__(self, in_channels: int, channels: int, stride: int = 1) -> None:
        super().__init__()
        raise NotImplementedError("Bottleneck.__init__ in resnet_family.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, 4 * channels, H / stride, W / stride)."""
        raise NotImplementedError("Bottleneck.forward in resnet_family.py: not written yet")


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
        raise NotImplementedError("ResNet.__init__ in resnet_family.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("ResNet.forward in resnet_family.py: not written yet")


def resnet18(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Basic blocks: 11,173,962 parameters for ten classes."""
    raise NotImplementedError("resnet18 in resnet_family.py: not written yet")


def resnet34(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Basic blocks: 21,282,122 parameters for ten classes."""
    raise NotImplementedError("resnet34 in resnet_family.py: not written yet")


def resnet50(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Bottlenecks: 23,520,842 parameters for ten classes."""
    raise NotImplementedError("resnet50 in resnet_family.py: not written yet")


def resnet101(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Bottlenecks: 42,512,970 parameters for ten classes."""
    raise NotImplementedError("resnet101 in resnet_family.py: not written yet")


def resnet152(num_classes: int = 10, width: int = 64) -> nn.Module:
    """Bottlenecks: 58,156,618 parameters for ten classes."""
    raise NotImplementedError("resnet152 in resnet_family.py: not written yet")
