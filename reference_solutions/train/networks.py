"""The networks of CURRICULUM by name, each with the images that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import nn

from reference_solutions import resnet_family
from reference_solutions.cifar_cnn import CifarCNN
from reference_solutions.dropout_mlp import MLP
from reference_solutions.googlenet import MiniGoogLeNet
from reference_solutions.lenet import LeNet5, LeNet5BatchNorm, LeNet5Dropout
from reference_solutions.resnet import ResNet
from reference_solutions.simplenn import SimpleNN, SimpleNNBatchNorm, SimpleNNSwish
from reference_solutions.single_factor import build_activation
from reference_solutions.train.unusable import UnusableInput
from reference_solutions.vgg import VGGA, VGGALight


@dataclass(frozen=True)
class Network:
    """How to build a network for ten classes, and the size (pixels a side) and channels of its images."""

    build: Callable[[], nn.Module]
    size: int = 32
    channels: int = 3

    @property
    def images(self) -> str:
        """What it takes, in words."""
        return images_in_words(self.size, self.size, self.channels)


def images_in_words(height: int, width: int, channels: int) -> str:
    """For example "32x32 colour images"."""
    kind = {1: "grey", 3: "colour"}.get(channels, f"{channels}-channel")
    return f"{height}x{width} {kind} images"


NETWORKS: dict[str, Network] = {
    "simplenn": Network(SimpleNN),
    "simplenn_bn": Network(SimpleNNBatchNorm),
    "simplenn_swish": Network(SimpleNNSwish),
    **{f"resnet{depth}": Network(partial(ResNet, depth)) for depth in (20, 32, 44, 56)},
    **{f"resnet{depth}": Network(getattr(resnet_family, f"resnet{depth}")) for depth in (18, 34, 50, 101, 152)},
    "lenet5": Network(LeNet5, 28, 1),
    "lenet5_dropout": Network(LeNet5Dropout, 28, 1),
    "lenet5_bn": Network(LeNet5BatchNorm, 28, 1),
    "minigooglenet": Network(MiniGoogLeNet, 28, 1),
    "mlp": Network(MLP),
    "mlp_dropout": Network(partial(MLP, input_dropout=0.2, hidden_dropout=0.5)),
    "cifar_cnn": Network(CifarCNN),
    "cifar_cnn_bn": Network(partial(CifarCNN, batch_norm=True)),
    "cifar_cnn_dropout": Network(partial(CifarCNN, dropout=0.5)),
    "cifar_cnn_residual": Network(partial(CifarCNN, batch_norm=True, residual=True)),
    "cifar_cnn_all": Network(partial(CifarCNN, batch_norm=True, dropout=0.5, residual=True)),
    **{
        f"cifar_cnn_{name}": Network(partial(CifarCNN, activation=partial(build_activation, name)))
        for name in ("sigmoid", "leaky_relu", "tanh", "softplus")
    },
    "vgg_a": Network(VGGA),
    "vgg_a_light": Network(VGGALight),
    "vgg_a_dropout": Network(partial(VGGA, dropout=0.5)),
    "vgg_a_bn": Network(partial(VGGA, batch_norm=True)),
    "vgg_a_bn_dropout": Network(partial(VGGA, batch_norm=True, dropout=0.5)),
}


def find_network(name: str) -> Network:
    """The network called `name`. Raises UnusableInput, naming those that there are."""
    if name not in NETWORKS:
        raise UnusableInput(f"there is no network {name!r}; the networks are {', '.join(NETWORKS)}")
    return NETWORKS[name]
