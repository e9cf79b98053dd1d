"""The networks of project2_batchnorm are what their definitions say: counts, formulas, and what options switch."""

import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from reference_solutions.cifar_cnn import CifarCNN, Stage
from reference_solutions.resnet_family import (
    BasicBlock,
    Bottleneck,
    ResNet,
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
)
from reference_solutions.vgg import VGGA, VGGALight

TABLE_1 = {
    resnet18: (1, (2, 2, 2, 2)),
    resnet34: (1, (3, 4, 6, 3)),
    resnet50: (4, (3, 4, 6, 3)),
    resnet101: (4, (3, 4, 23, 3)),
    resnet152: (4, (3, 8, 36, 3)),
}
PUBLISHED = {resnet18: 11_173_962, resnet34: 21_282_122, resnet50: 23_520_842}
PUBLISHED |= {resnet101: 42_512_970, resnet152: 58_156_618}


def size(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def with_norm(inputs: int, outputs: int, kernel: int) -> int:
    """A convolution without bias and the two numbers a channel of its batch norm."""
    return inputs * outputs * kernel**2 + 2 * outputs


def resnet_size(expansion: int, layers: tuple[int, ...], classes: int = 10) -> int:
    """He et al. 2016, table 1, with a 3x3 stem and projections where the shape changes."""
    total, inputs = with_norm(3, 64, 3), 64
    for stage, blocks in enumerate(layers):
        width = 64 * 2**stage
        for _ in range(blocks):
            outputs = width * expansion
            if expansion == 1:
                total += with_norm(inputs, width, 3) + with_norm(width, width, 3)
            else:
                total += with_norm(inputs, width, 1) + with_norm(width, width, 3) + with_norm(width, outputs, 1)
            total += with_norm(inputs, outputs, 1) if inputs != outputs else 0
            inputs = outputs
    return total + (inputs + 1) * classes


@pytest.mark.parametrize("build", TABLE_1, ids=lambda build: build.__name__)
def test_resnet_parameter_counts_are_the_published_ones(build) -> None:
    with torch.device("meta"):
        model = build()
    assert size(model) == resnet_size(*TABLE_1[build]) == PUBLISHED[build]


def vgg_size(norm: bool, width: int = 64, classes: int = 10) -> int:
    """Simonyan and Zisserman 2015, table 1, column A, with the linear layers for 32x32 images."""
    channels = [3, *(width * factor for factor in (1, 2, 4, 4, 8, 8, 8, 8))]
    total = sum((9 * a + 1 + 2 * norm) * b for a, b in pairwise(channels))
    return total + sum((a + 1) * b for a, b in pairwise([8 * width, 8 * width, 8 * width, classes]))


def test_vgg_parameter_counts_follow_from_the_layers() -> None:
    with torch.device("meta"):
        plain, normalised, light = VGGA(), VGGA(batch_norm=True, dropout=0.5), VGGALight()
    assert size(plain) == vgg_size(False) == 9_750_922
    assert size(normalised) == vgg_size(True) == 9_756_426
    assert size(light) == 28 * 16 + (9 * 16 + 1) * 32 + 2049 * 128 + 129 * 128 + 129 * 10 == 285_162


def test_the_cifar_network_has_the_parameters_that_its_docstring_states() -> None:
    convolutions = [(3, 32), (32, 32), (32, 64), (64, 64), (64, 128), (128, 128)]
    expected = sum((9 * a + 1) * b for a, b in convolutions) + 2049 * 256 + 257 * 10
    assert size(CifarCNN()) == expected == 814_122
    assert size(CifarCNN(batch_norm=True)) == expected + sum(b for _, b in convolutions)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("residual", [False, True])
def test_a_stage_is_its_formula(batch_norm: bool, residual: bool) -> None:
    torch.manual_seed(0)
    stage = Stage(3, 4, batch_norm, residual, nn.Tanh).double()
    x = torch.randn(5, 3, 8, 8, dtype=torch.float64)

    def norm(y):
        return (y - y.mean((0, 2, 3), True)) / (y.var((0, 2, 3), unbiased=False, keepdim=True) + 1e-5).sqrt()

    first = F.conv2d(x, stage.conv1.weight, stage.conv1.bias, padding=1)
    inner = (norm(first) if batch_norm else first).tanh()
    second = F.conv2d(inner, stage.conv2.weight, stage.conv2.bias, padding=1)
    outer = ((norm(second) if batch_norm else second) + (inner if residual else 0)).tanh()
    expected = outer.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).amax(dim=(3, 5))
    torch.testing.assert_close(stage(x), expected)


@pytest.mark.parametrize("network", [lambda p: CifarCNN(5, 4, dropout=p), lambda p: VGGA(5, 4, dropout=p)])
def test_dropout_drops_in_training_only(network) -> None:
    torch.manual_seed(0)
    model, x = network(0.5), torch.randn(2, 3, 32, 32)
    assert not torch.equal(model.train()(x), model(x))
    assert torch.equal(model.eval()(x), model(x))


@pytest.mark.parametrize(("block", "inputs", "stride"), [(BasicBlock, 8, 1), (BasicBlock, 4, 2), (Bottleneck, 32, 1)])
def test_a_block_without_its_residual_path_is_the_relu_of_its_shortcut(block, inputs: int, stride: int) -> None:
    torch.manual_seed(0)
    made = block(inputs, 8, stride)
    nn.init.zeros_(made.residual[-1].weight)
    x = torch.randn(3, inputs, 6, 6)
    torch.testing.assert_close(made(x), made.shortcut(x).clamp(min=0))
    assert (size(made.shortcut) == 0) == (stride == 1)


def test_stages_halve_the_image_and_end_in_pooling() -> None:
    seen = []
    model = ResNet(Bottleneck, (1, 1, 1, 1), num_classes=6, width=2)
    for made in model.blocks:
        made.register_forward_hook(lambda _, __, output: seen.append(tuple(output.shape[1:])))
    assert model(torch.randn(2, 3, 32, 32)).shape == (2, 6)
    assert seen == [(8, 32, 32), (16, 16, 16), (32, 8, 8), (64, 4, 4)]


def test_the_first_loss_of_every_network_is_near_ln_10() -> None:
    torch.manual_seed(0)
    x, y = torch.randn(64, 3, 32, 32), torch.arange(64) % 10
    for model in (CifarCNN(width=8), VGGALight(), VGGA(width=8)):
        assert F.cross_entropy(model(x), y).item() == pytest.approx(math.log(10), abs=0.3)
