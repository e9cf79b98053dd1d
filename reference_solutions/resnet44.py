"""ResNet-44 for 32x32 images (He et al. 2016, section 4.2)."""

import torch.nn.functional as F
from torch import Tensor, nn

### BEGIN SOLUTION


def convolution(inputs: int, outputs: int, stride: int = 1) -> list[nn.Module]:
    """A 3x3 convolution initialised as in He et al. 2015, and its batch norm."""
    layer = nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)
    nn.init.kaiming_normal_(layer.weight, mode="fan_out")
    return [layer, nn.BatchNorm2d(outputs)]


class Residual(nn.Module):
    """Two convolutions beside a shortcut without parameters."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.stride, self.missing = stride, outputs - inputs
        self.body = nn.Sequential(*convolution(inputs, outputs, stride), nn.ReLU(), *convolution(outputs, outputs))

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, inputs, H, W). Returns (N, outputs, H / stride, W / stride)."""
        aside = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.missing))
        return (self.body(x) + aside).relu()


### END SOLUTION


def cifar_resnet(depth: int, num_classes: int = 10) -> nn.Module:
    """The residual network of depth 6n + 2 for (N, 3, 32, 32) images; its outputs are logits, (N, num_classes).

    A 3x3 convolution to 16 maps with batch norm and ReLU; three stages of n blocks with 16, 32 and 64
    maps, the second and third beginning with stride 2; global average pooling; one linear layer.
    A block is conv 3x3, batch norm, ReLU, conv 3x3, batch norm, plus the shortcut, then ReLU; its
    first convolution has the stride, no convolution has a bias. Shortcuts have no parameters
    (option A): every second row and column where the stride is 2, from the first on, and channels
    of zeros appended after the existing ones.
    """
    ### BEGIN SOLUTION
    layers, inputs = [*convolution(3, 16), nn.ReLU()], 16
    for outputs in (16, 32, 64):
        for _ in range((depth - 2) // 6):
            layers.append(Residual(inputs, outputs, outputs // inputs))
            inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, num_classes))
    ### END SOLUTION


def resnet44(num_classes: int = 10) -> nn.Module:
    """The network of depth 44: 658,586 parameters for ten classes."""
    ### BEGIN SOLUTION
    return cifar_resnet(44, num_classes)
    ### END SOLUTION
