"""MiniGoogLeNet, the small Inception network of Zhang et al. 2017 (figure 3), for images of 28x28.

Where branches are joined along the channels, and where the grader pairs your weights with its own by order of
use, branches count and run in the order in which the docstrings name them.
"""

from torch import Tensor, nn


class ConvModule(nn.Module):
    """Convolution without bias, batch norm, ReLU. `padding` zeros at each side."""

    def __init__(self, in_channels: int, out_channels: int, kernel: int, stride: int = 1, padding: int = 0) -> None:
        super().__init__()
        raise NotImplementedError("ConvModule.__init__ in googlenet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W)."""
        raise NotImplementedError("ConvModule.forward in googlenet.py: not written yet")


class InceptionModule(nn.Module):
    """Two branches side by side: a 1x1 ConvModule to `ones` maps, then a 3x3 one to `threes` maps, with padding 1."""

    def __init__(self, in_channels: int, ones: int, threes: int) -> None:
        super().__init__()
        raise NotImplementedError("InceptionModule.__init__ in googlenet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, ones + threes, H, W), the 1x1 branch's maps first."""
        raise NotImplementedError("InceptionModule.forward in googlenet.py: not written yet")


class DownsampleModule(nn.Module):
    """Two branches side by side: a 3x3 ConvModule to `threes` maps, then a 3x3 max-pool; stride 2, padding 1."""

    def __init__(self, in_channels: int, threes: int) -> None:
        super().__init__()
        raise NotImplementedError("DownsampleModule.__init__ in googlenet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, threes + in_channels, H / 2, W / 2), the convolution's maps first."""
        raise NotImplementedError("DownsampleModule.forward in googlenet.py: not written yet")


class MiniGoogLeNet(nn.Module):
    """The whole network; (a, b) is an InceptionModule with a maps of 1x1 and b of 3x3.

    A 3x3 ConvModule to 96 maps, padding 1; (32, 32); (32, 48); a DownsampleModule with 80; (112, 48); (96, 64);
    (80, 80); (48, 96); a DownsampleModule with 96; (176, 160); (176, 160); the mean over the 7x7 positions; one
    linear layer. 1,649,386 parameters for ten classes.
    """

    def __init__(self, num_classes: int = 10, in_channels: int = 1) -> None:
        super().__init__()
        raise NotImplementedError("MiniGoogLeNet.__init__ in googlenet.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, 28, 28). Returns logits, (N, num_classes)."""
        raise NotImplementedError("MiniGoogLeNet.forward in googlenet.py: not written yet")
