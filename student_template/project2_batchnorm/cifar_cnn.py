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
        raise NotImplementedError("Stage.__init__ in cifar_cnn.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, in_channels, H, W). Returns (N, channels, H / 2, W / 2)."""
        raise NotImplementedError("Stage.forward in cifar_cnn.py: not written yet")


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
        raise NotImplementedError("CifarCNN.__init__ in cifar_cnn.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("CifarCNN.forward in cifar_cnn.py: not written yet")
