"""Probes of the functions that count parameters, activations, receptive fields and multiplications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence
from autograder.checks.engine.probe import Evidence, exact, probe


def _whole(value: Any) -> int | float:
    """A count, given as any kind of number: 6.0 from a division is 6. Raises NotEvidence for what is no number."""
    try:
        number = float(value)
    except (TypeError, ValueError) as wrong:
        raise NotEvidence(f"{value!r:.60} came back where a number was expected") from wrong
    return int(number) if number.is_integer() else number


def _all_whole(values: Any) -> list[int | float]:
    if isinstance(values, (str, bytes, dict)) or not isinstance(values, Iterable):
        raise NotEvidence(f"a {type(values).__name__} came back where a sequence of numbers was expected")
    return [_whole(value) for value in values]


def _numbers(draws: Draws, low: int, high: int, count: int) -> list[int]:
    return [int(n) for n in draws.integers(low, high, count)]


@probe(
    "architectures",
    plain=exact("convolution_parameters(in_channels, out_channels, kernel_size) of three convolutions"),
    without_bias=exact("convolution_parameters(..., bias=False)"),
    grouped=exact("convolution_parameters(..., groups=2), groups=4 and one group a channel"),
)
def convolution(code: Code, draws: Draws) -> Evidence:
    """Parameters of convolutions."""
    count = code.architectures.convolution_parameters
    kernels = _numbers(draws, 2, 8, 3)
    sizes = [(16 * a, 16 * b) for a, b in zip(_numbers(draws, 1, 9, 3), _numbers(draws, 9, 16, 3))]
    plain = [(a, b, k) for (a, b), k in zip(sizes, kernels)]
    yield "plain", _all_whole(count(*each) for each in plain)
    yield "without_bias", _all_whole(count(*each, bias=False) for each in plain)
    width, (side, other, last) = sizes[0][0], kernels
    grouped = [(*sizes[0], side, 2), (*sizes[1], other, 4), (width, width, last, width)]
    yield "grouped", _all_whole(count(a, b, k, groups=groups) for a, b, k, groups in grouped)


@probe(
    "architectures",
    counts=exact("linear_parameters(in_features, out_features), with bias and without"),
)
def linear(code: Code, draws: Draws) -> Evidence:
    """Parameters of fully connected layers."""
    count = code.architectures.linear_parameters
    pairs = list(zip(_numbers(draws, 2, 5000, 3), _numbers(draws, 2, 5000, 3)))
    yield "counts", _all_whole(count(a, b, bias=bias) for a, b in pairs for bias in (True, False))


@probe(
    "architectures",
    grouped=exact("alexnet_parameters(num_classes), with its two groups"),
    ungrouped=exact("alexnet_parameters(num_classes, groups=1)"),
)
def alexnet(code: Code, draws: Draws) -> Evidence:
    """AlexNet's parameters layer by layer."""
    classes, others = _numbers(draws, 2, 1000, 2)
    yield "grouped", _all_whole(code.architectures.alexnet_parameters(classes))
    yield "ungrouped", _all_whole(code.architectures.alexnet_parameters(others, groups=1))


def _table(code: Code, blocks: list[list[int]], *rest: int) -> list[list[int | float]]:
    rows = code.architectures.vgg_table(blocks, *rest)
    if isinstance(rows, (str, bytes, dict)) or not isinstance(rows, Iterable):
        raise NotEvidence(f"a {type(rows).__name__} came back where a list of rows was expected")
    return [_all_whole(row) for row in rows]


@probe(
    "architectures",
    activations=exact("the activations in vgg_table(blocks, image_size, num_classes)"),
    parameters=exact("the parameters in vgg_table(blocks, image_size, num_classes)"),
)
def vgg(code: Code, draws: Draws) -> Evidence:
    """A VGG network's table of activations and parameters."""
    widths, (first, second) = _numbers(draws, 5, 40, 6), _numbers(draws, 3, 9, 2)
    classes, others = _numbers(draws, 2, 200, 2)
    tables = [
        _table(code, [widths[:1], widths[1:3], widths[3:]], 8 * first, classes),
        _table(code, [widths[4:], widths[:1]], 4 * second, others),
    ]
    if any(len(row) != 2 for rows in tables for row in rows):
        raise NotEvidence("a row of vgg_table(...) is not a pair (activations, parameters)")
    yield "activations", [[row[0] for row in rows] for rows in tables]
    yield "parameters", [[row[1] for row in rows] for rows in tables]


@probe("architectures", sides=exact("receptive_field(layers, kernel_size) for six stacks"))
def receptive_field(code: Code, draws: Draws) -> Evidence:
    """Receptive fields of stacked convolutions."""
    stacks = [(1, 7), *zip(_numbers(draws, 2, 7, 5), (2, 3, 4, 6, 7))]
    yield "sides", _all_whole(code.architectures.receptive_field(*stack) for stack in stacks)


def _module(draws: Draws) -> list[int]:
    return _numbers(draws, 5, 30, 1) + _numbers(draws, 100, 300, 1) + _numbers(draws, 20, 200, 3)


@probe(
    "architectures",
    depth=exact("the output depth from inception_naive(side, channels, ones, threes, fives)"),
    multiplications=exact("the multiplications from inception_naive(side, channels, ones, threes, fives)"),
)
def inception_naive(code: Code, draws: Draws) -> Evidence:
    """The naive Inception module: output depth and multiplications."""
    found = [_pair(code.architectures.inception_naive(*_module(draws))) for _ in range(2)]
    yield "depth", [depth for depth, _ in found]
    yield "multiplications", [multiplications for _, multiplications in found]


@probe(
    "architectures",
    depth=exact("the output depth from inception_reduced(...)"),
    multiplications=exact("the multiplications from inception_reduced(...)"),
)
def inception_reduced(code: Code, draws: Draws) -> Evidence:
    """The Inception module with reductions: output depth and multiplications."""
    modules = [_module(draws) + _numbers(draws, 10, 100, 3) for _ in range(2)]
    found = [_pair(code.architectures.inception_reduced(*each)) for each in modules]
    yield "depth", [depth for depth, _ in found]
    yield "multiplications", [multiplications for _, multiplications in found]


def _pair(values: Any) -> list[int | float]:
    found = _all_whole(values)
    if len(found) != 2:
        raise NotEvidence(f"{len(found)} numbers came back where depth and multiplications were expected")
    return found
