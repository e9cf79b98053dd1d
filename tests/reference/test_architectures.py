"""The counting functions agree with real layers, and with the numbers that the curriculum names."""

import math

import pytest
import torch
from torch import Tensor, nn

from reference_solutions.architectures import (
    alexnet_parameters,
    convolution_parameters,
    inception_naive,
    inception_reduced,
    linear_parameters,
    receptive_field,
    vgg_table,
)

VGG19 = [[64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4]


def size(layer: nn.Module) -> int:
    return sum(p.numel() for p in layer.parameters())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("a", "b", "kernel", "groups"), [(3, 96, 11, 1), (96, 256, 5, 2), (32, 32, 3, 32)])
def test_a_convolution_has_as_many_parameters_as_torchs(a: int, b: int, kernel: int, groups: int, bias: bool) -> None:
    assert convolution_parameters(a, b, kernel, groups, bias) == size(nn.Conv2d(a, b, kernel, groups=groups, bias=bias))


@pytest.mark.parametrize("bias", [True, False])
def test_a_linear_layer_has_as_many_parameters_as_torchs(bias: bool) -> None:
    assert linear_parameters(70, 9, bias) == size(nn.Linear(70, 9, bias=bias))


def alexnet(groups: int, classes: int) -> nn.Sequential:
    """The network that the stub's docstring describes, without memory behind it."""
    with torch.device("meta"):
        return nn.Sequential(
            nn.Conv2d(3, 96, 11, stride=4),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(96, 256, 5, padding=2, groups=groups),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(256, 384, 3, padding=1),
            nn.Conv2d(384, 384, 3, padding=1, groups=groups),
            nn.Conv2d(384, 256, 3, padding=1, groups=groups),
            nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Linear(256 * 6 * 6, 4096),
            nn.Linear(4096, 4096),
            nn.Linear(4096, classes),
        )


@pytest.mark.parametrize(("groups", "total"), [(2, 60_965_224), (1, 62_378_344)])
def test_alexnet_is_counted_as_its_layers_are(groups: int, total: int) -> None:
    network = alexnet(groups, 1000)
    assert network(torch.empty(1, 3, 227, 227, device="meta")).shape == (1, 1000)
    assert alexnet_parameters(groups=groups) == [size(layer) for layer in network if size(layer)]
    assert sum(alexnet_parameters(groups=groups)) == size(network) == total


def test_alexnets_eight_layers_are_the_published_ones() -> None:
    published = [34_944, 307_456, 885_120, 663_936, 442_624, 37_752_832, 16_781_312, 4_097_000]
    assert alexnet_parameters() == published
    assert alexnet_parameters(10)[:-1] == published[:-1]
    assert alexnet_parameters(10)[-1] == 40_970


def vgg(blocks: list[list[int]], side: int, classes: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    before = 3
    with torch.device("meta"):
        for block in blocks:
            for filters in block:
                layers.append(nn.Conv2d(before, filters, 3, padding=1, bias=False))
                before = filters
            layers.append(nn.MaxPool2d(2))
        features = before * (side // 2 ** len(blocks)) ** 2
        dense = [nn.Linear(a, b, bias=False) for a, b in ((features, 4096), (4096, 4096), (4096, classes))]
    return [*layers, nn.Sequential(nn.Flatten(), dense[0]), *dense[1:]]


@pytest.mark.parametrize(("blocks", "side", "classes"), [(VGG19, 224, 1000), ([[5, 7], [4], [9, 3, 2]], 40, 12)])
def test_the_table_is_what_goes_through_a_real_network(blocks: list[list[int]], side: int, classes: int) -> None:
    x = torch.empty(1, 3, side, side, device="meta")
    rows = [(x.numel(), 0)]
    for layer in vgg(blocks, side, classes):
        x = layer(x)
        rows.append((x.numel(), size(layer)))
    assert vgg_table(blocks, side, classes) == rows


def test_vgg19_has_the_published_parameters_without_biases() -> None:
    rows = vgg_table(VGG19)
    assert sum(parameters for _, parameters in rows) == 143_652_544
    assert len(rows) == 1 + 16 + 5 + 3


@pytest.mark.parametrize(("layers", "kernel"), [(1, 3), (2, 3), (3, 5), (4, 2), (5, 7)])
def test_the_receptive_field_is_where_the_gradient_reaches(layers: int, kernel: int) -> None:
    stack = nn.Sequential(*[nn.Conv2d(1, 1, kernel, bias=False, dtype=torch.float64) for _ in range(layers)])
    for parameter in stack.parameters():
        nn.init.ones_(parameter)
    x = torch.zeros(1, 1, 40, 40, dtype=torch.float64, requires_grad=True)
    stack(x)[0, 0, 2, 2].backward()
    assert x.grad is not None
    assert int((x.grad != 0).sum()) == receptive_field(layers, kernel) ** 2


def test_three_convolutions_of_5x5_see_13() -> None:
    assert receptive_field(3, 5) == 13


def counted(convolutions: list[nn.Conv2d], x: Tensor) -> tuple[Tensor, int]:
    """The output of convolutions in a row, and one multiplication a weight and output position."""
    multiplications = 0
    for convolution in convolutions:
        x = convolution(x)
        multiplications += convolution.weight.numel() * math.prod(x.shape[2:])
    return x, multiplications


def branch(*channels: int, kernels: tuple[int, ...]) -> list[nn.Conv2d]:
    return [
        nn.Conv2d(a, b, k, padding=k // 2, bias=False, device="meta")
        for a, b, k in zip(channels, channels[1:], kernels)
    ]


@pytest.mark.parametrize(
    ("side", "channels", "filters", "reductions"),
    [(32, 256, (128, 192, 96), (64, 64, 64)), (28, 192, (64, 128, 32), (96, 16, 32))],
)
def test_inception_is_counted_as_its_branches_are(side, channels, filters, reductions) -> None:
    x = torch.empty(1, channels, side, side, device="meta")
    pooled = nn.MaxPool2d(3, stride=1, padding=1)(x)
    ones, threes, fives = filters
    naive = [counted(branch(channels, n, kernels=(k,)), x) for n, k in ((ones, 1), (threes, 3), (fives, 5))]
    joined = torch.cat([*(y for y, _ in naive), pooled], dim=1)
    assert inception_naive(side, channels, *filters) == (joined.shape[1], sum(m for _, m in naive))
    before_threes, before_fives, after_pool = reductions
    reduced = [
        naive[0],
        counted(branch(channels, before_threes, threes, kernels=(1, 3)), x),
        counted(branch(channels, before_fives, fives, kernels=(1, 5)), x),
        counted(branch(channels, after_pool, kernels=(1,)), pooled),
    ]
    joined = torch.cat([y for y, _ in reduced], dim=1)
    assert joined.shape[2:] == (side, side)
    assert inception_reduced(side, channels, *filters, *reductions) == (joined.shape[1], sum(m for _, m in reduced))


def test_inceptions_numbers_are_the_curriculums() -> None:
    naive = inception_naive(32, 256, 128, 192, 96)
    reduced = inception_reduced(32, 256, 128, 192, 96, 64, 64, 64)
    assert naive == (672, 1_115_684_864)
    assert reduced == (480, 354_418_688)
    assert naive[1] / reduced[1] == pytest.approx(3.15, abs=0.005)


def test_the_slide_for_28x28_adds_up_to_271_million_and_not_to_358() -> None:
    assert round(inception_reduced(28, 256, 128, 192, 96, 64, 64, 64)[1] / 1e6) == 271
