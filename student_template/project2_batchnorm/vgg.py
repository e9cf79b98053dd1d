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
        raise NotImplementedError("VGGA.__init__ in vgg.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("VGGA.forward in vgg.py: not written yet")


class VGGALight(nn.Module):
    """Two stages instead of five: conv 3x3 to `width`, ReLU, max pool 2; conv 3x3 to 2 `width`, ReLU, max pool 2.

    Padding 1. Then flatten, linear to 8 `width`, ReLU, linear to 8 `width`, ReLU, linear to num_classes. For ten
    classes 285,162 parameters.
    """

    def __init__(self, num_classes: int = 10, width: int = 16) -> None:
        super().__init__()
        raise NotImplementedError("VGGALight.__init__ in vgg.py: not written yet")

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, 3, 32, 32). Returns logits, (N, num_classes)."""
        raise NotImplementedError("VGGALight.forward in vgg.py: not written yet")
