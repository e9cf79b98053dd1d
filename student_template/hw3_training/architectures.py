"""Counting by formula: parameters, activations, receptive fields and multiplications of well-known networks."""

from collections.abc import Sequence


def convolution_parameters(
    in_channels: int, out_channels: int, kernel_size: int, groups: int = 1, bias: bool = True
) -> int:
    """How many numbers a convolution with square kernels learns.

    groups: the channels on both sides are divided evenly into so many groups, and a filter sees
    the input channels of its own group only. bias: whether each output channel has one.
    """
    raise NotImplementedError("convolution_parameters in architectures.py: not written yet")


def linear_parameters(in_features: int, out_features: int, bias: bool = True) -> int:
    """How many numbers a fully connected layer learns. bias: whether each output has one."""
    raise NotImplementedError("linear_parameters in architectures.py: not written yet")


def alexnet_parameters(num_classes: int = 1000, groups: int = 2) -> list[int]:
    """Parameters of AlexNet (Krizhevsky et al. 2012), biases included, for the eight layers that have any.

    An RGB image of 227x227; conv1 with 96 filters of 11x11, stride 4, no padding, and max-pooling;
    conv2 with 256 of 5x5, padding 2, and max-pooling; conv3, conv4 and conv5 with 384, 384 and 256 of
    3x3, padding 1; max-pooling; fully connected layers of 4096, 4096 and num_classes. All pooling is 3x3 with
    stride 2. conv2, conv4 and conv5 have `groups` groups (the paper's two GPUs), conv1 and conv3 one.
    Returns eight counts, conv1 first.
    """
    raise NotImplementedError("alexnet_parameters in architectures.py: not written yet")


def vgg_table(blocks: Sequence[Sequence[int]], image_size: int = 224, num_classes: int = 1000) -> list[tuple[int, int]]:
    """Activations and parameters of a VGG network (Simonyan and Zisserman 2015), layer by layer, without biases.

    blocks: the numbers of filters of the 3x3 convolutions (padding 1), block by block; each block
    ends with a 2x2 max-pooling of stride 2. Three fully connected layers follow: 4096, 4096, num_classes.
    image_size: side of the RGB image, divisible by 2 once a block.
    Returns one (activations, parameters) a row: the image itself, every convolution and every
    pooling in order, then the three fully connected layers. Activations are those of one image.
    """
    raise NotImplementedError("vgg_table in architectures.py: not written yet")


def receptive_field(layers: int, kernel_size: int) -> int:
    """Side of the input square that one output of `layers` stacked convolutions sees (stride 1, no dilation)."""
    raise NotImplementedError("receptive_field in architectures.py: not written yet")


def inception_naive(side: int, channels: int, ones: int, threes: int, fives: int) -> tuple[int, int]:
    """Output depth and multiplications of the naive Inception module (Szegedy et al. 2015, figure 2a).

    An input of side x side with `channels` channels goes through four branches, padded to keep its side:
    1x1, 3x3 and 5x5 convolutions with `ones`, `threes` and `fives` filters, and 3x3 max-pooling
    with stride 1. Their outputs are concatenated. Each weight multiplies once at each output
    position, padding included; biases and pooling multiply nothing.
    """
    raise NotImplementedError("inception_naive in architectures.py: not written yet")


def inception_reduced(
    side: int, channels: int, ones: int, threes: int, fives: int, before_threes: int, before_fives: int, after_pool: int
) -> tuple[int, int]:
    """Output depth and multiplications of the Inception module with reductions (figure 2b).

    As `inception_naive`, with 1x1 convolutions added: `before_threes` filters ahead of the 3x3,
    `before_fives` ahead of the 5x5, `after_pool` behind the pooling.
    """
    raise NotImplementedError("inception_reduced in architectures.py: not written yet")
