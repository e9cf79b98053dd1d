"""Residual networks for 32x32 images (He et al. 2016, section 4.2), with option A shortcuts."""

from torch import Tensor, nn


class BasicBlock(nn.Module):
    """conv 3x3, batch norm, ReLU, conv 3x3, batch norm, add the shortcut, ReLU.

    The first convolution has the stride; neither has a bias. The shortcut has no parameters
    (option A): where the stride is 2 it takes every second row and column of the input, and where
    out_channels exceeds in_channels it appends channels of zeros after the existing ones.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        raise NotImplementedError("BasicBlock.__init__ in resnet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, out_channels, H / stride, W / stride)."""
        raise NotImplementedError("BasicBlock.forward in resnet.py: not written yet")


class ResNet(nn.Module):
    """CIFAR ResNet of depth 6n + 2.

    A 3x3 convolution to 16 maps with batch norm and ReLU; three stages of n blocks with 16, 32 and
    64 maps, the second and third beginning with stride 2; global average pooling; one linear layer.
    Convolutions are initialised as in He et al. 2015 (normal, fan out).
    Raises ValueError when depth is not 6n + 2 with n >= 1.
    """

    def __init__(self, depth: int = 20, num_classes: int = 10) -> None:
        super().__init__()
        raise NotImplementedError("ResNet.__init__ in resnet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("ResNet.forward in resnet.py: not written yet")


def resnet20(num_classes: int = 10) -> nn.Module:
    """The network of depth 20: 269,722 parameters for ten classes."""
    raise NotImplementedError("resnet20 in resnet.py: not written yet")
