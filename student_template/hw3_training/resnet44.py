"""ResNet-44 for 32x32 images (He et al. 2016, section 4.2)."""

from torch import nn


def cifar_resnet(depth: int, num_classes: int = 10) -> nn.Module:
    """The residual network of depth 6n + 2 for (N, 3, 32, 32) images; its outputs are logits, (N, num_classes).

    A 3x3 convolution to 16 maps with batch norm and ReLU; three stages of n blocks with 16, 32 and 64
    maps, the second and third beginning with stride 2; global average pooling; one linear layer.
    A block is conv 3x3, batch norm, ReLU, conv 3x3, batch norm, plus the shortcut, then ReLU; its
    first convolution has the stride, no convolution has a bias. Shortcuts have no parameters
    (option A): every second row and column where the stride is 2, from the first on, and channels
    of zeros appended after the existing ones.
    """
    raise NotImplementedError("cifar_resnet in resnet44.py: not written yet")


def resnet44(num_classes: int = 10) -> nn.Module:
    """The network of depth 44: 658,586 parameters for ten classes."""
    raise NotImplementedError("resnet44 in resnet44.py: not written yet")
