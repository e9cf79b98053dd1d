"""The numbers that the curriculum states, computed from the definitions alone: no reference, no answer key."""

import math

import pytest

# He et al. 2016 (resnet) and Simonyan and Zisserman 2015 (vgg): blocks a stage, and convolutions a stage.
BASIC, BOTTLENECK = "basic", "bottleneck"
RESNETS = {18: (BASIC, (2, 2, 2, 2)), 34: (BASIC, (3, 4, 6, 3)), 50: (BOTTLENECK, (3, 4, 6, 3)),
           101: (BOTTLENECK, (3, 4, 23, 3)), 152: (BOTTLENECK, (3, 8, 36, 3))}  # fmt: skip
VGG19 = ((2, 64), (2, 128), (4, 256), (4, 512), (4, 512))


def conv(size, inputs, outputs, bias=True, groups=1):
    """Parameters of a convolution."""
    return size * size * (inputs // groups) * outputs + (outputs if bias else 0)


def linear(inputs, outputs, bias=True):
    return inputs * outputs + (outputs if bias else 0)


def batchnorm(channels):
    return 2 * channels


def small_resnet(blocks, shortcut=lambda inputs, outputs: 0):
    """Section 4.2 of He et al. 2016: a 3x3 stem, three stages of `blocks` blocks at 16, 32, 64 channels."""
    total, inputs = conv(3, 3, 16, bias=False) + batchnorm(16), 16
    for outputs in (16, 32, 64):
        for _ in range(blocks):
            total += (
                conv(3, inputs, outputs, bias=False) + conv(3, outputs, outputs, bias=False) + 2 * batchnorm(outputs)
            )
            total += shortcut(inputs, outputs) if inputs != outputs else 0
            inputs = outputs
    return total + linear(64, 10)


def projected(inputs, outputs):
    return conv(1, inputs, outputs, bias=False) + batchnorm(outputs)


def large_resnet(kind, stages):
    """ResNet of ImageNet with the stem for 32x32: one 3x3 convolution, and no pooling."""
    total, inputs = conv(3, 3, 64, bias=False) + batchnorm(64), 64
    expansion = 1 if kind == BASIC else 4
    for width, blocks in zip((64, 128, 256, 512), stages, strict=True):
        for _ in range(blocks):
            outputs = width * expansion
            layers = ((3, inputs, width), (3, width, width)) if kind == BASIC else (
                (1, inputs, width), (3, width, width), (1, width, outputs))  # fmt: skip
            total += sum(conv(*layer, bias=False) + batchnorm(layer[2]) for layer in layers)
            total += projected(inputs, outputs) if inputs != outputs else 0
            inputs = outputs
    return total + linear(inputs, 10)


def multiplications(size, inputs, outputs, side=32):
    return size * size * inputs * outputs * side * side


def test_hw1_q2_three_convolutions():
    rows = [conv(3, 3, 100), conv(3, 100, 200), conv(3, 200, 400)]
    assert rows == [2_800, 180_200, 720_400]
    assert sum(rows) == 903_400


def test_hw1_lenet5_on_28x28():
    side = ((28 + 2 * 2 - 5 + 1) // 2 - 5 + 1) // 2
    fully_connected = linear(16 * side * side, 120) + linear(120, 84) + linear(84, 10)
    assert conv(5, 1, 6) + conv(5, 6, 16) + fully_connected == 61_706


def test_hw2_simplenn_and_its_batch_norm():
    side = ((32 - 5 + 1) // 2 - 3 + 1) // 2
    total = conv(5, 3, 8) + conv(3, 8, 16) + linear(16 * side * side, 120) + linear(120, 84) + linear(84, 10)
    assert total == 82_030
    assert total + batchnorm(8) + batchnorm(16) == 82_078


def test_hw2_the_initial_loss_of_ten_classes():
    assert round(math.log(10), 3) == 2.303


def test_hw2_resnet20_without_and_with_projections():
    assert small_resnet(3) == 269_722
    assert small_resnet(3, projected) == 272_474


def test_hw3_mlp():
    assert linear(3072, 1000) + linear(1000, 1000) + linear(1000, 10) == 4_084_010


def test_hw3_alexnet_with_and_without_its_groups():
    def layers(groups):
        convolutions = [conv(11, 3, 96), conv(5, 96, 256, groups=groups), conv(3, 256, 384),
                        conv(3, 384, 384, groups=groups), conv(3, 384, 256, groups=groups)]  # fmt: skip
        return [*convolutions, linear(6 * 6 * 256, 4096), linear(4096, 4096), linear(4096, 1000)]

    assert layers(2) == [34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]
    assert sum(layers(2)) == 60_965_224
    assert sum(layers(1)) == 62_378_344


def test_hw3_vgg19_without_biases():
    total, inputs = 0, 3
    for count, channels in VGG19:
        for _ in range(count):
            total += conv(3, inputs, channels, bias=False)
            inputs = channels
    total += sum(linear(i, o, bias=False) for i, o in ((7 * 7 * 512, 4096), (4096, 4096), (4096, 1000)))
    assert total == 143_652_544


@pytest.mark.parametrize(("layers", "size"), [(1, 3), (2, 3), (3, 5), (4, 7)])
def test_hw3_receptive_field_of_stacked_convolutions(layers, size):
    """Walked backwards: each layer widens what one output sees by size - 1."""
    side = 1
    for _ in range(layers):
        side += size - 1
    assert side == layers * size - layers + 1
    assert (layers, size) != (3, 5) or side == 13


def test_hw3_inception_on_32x32x256():
    plain = multiplications(1, 256, 128) + multiplications(3, 256, 192) + multiplications(5, 256, 96)
    reduced = 3 * multiplications(1, 256, 64) + multiplications(1, 256, 128)
    reduced += multiplications(3, 64, 192) + multiplications(5, 64, 96)
    assert (128 + 192 + 96 + 256, 128 + 192 + 96 + 64) == (672, 480)
    assert (plain, reduced) == (1_115_684_864, 354_418_688)
    assert round(plain / reduced, 2) == 3.15


def test_hw3_the_slide_for_28x28_does_not_add_up():
    terms = [multiplications(1, 256, outputs, 28) for outputs in (64, 64, 128, 64)]
    terms += [multiplications(3, 64, 192, 28), multiplications(5, 64, 96, 28)]
    assert round(sum(terms) / 1e6) == 271


def test_hw3_resnet44():
    assert small_resnet(7) == 658_586


@pytest.mark.parametrize(
    ("depth", "parameters"),
    [(18, 11_173_962), (34, 21_282_122), (50, 23_520_842), (101, 42_512_970), (152, 58_156_618)],
)
def test_project2_resnets_for_32x32(depth, parameters):
    assert large_resnet(*RESNETS[depth]) == parameters
