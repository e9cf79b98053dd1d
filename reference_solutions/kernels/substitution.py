"""Puts the kernels in the place of a network's own layers, names of parameters and state dict unchanged."""

from itertools import pairwise

from torch import nn

from reference_solutions import activations
from reference_solutions.kernels.batchnorm import BatchNormSwish
from reference_solutions.kernels.swish import Swish


def use_kernels(model: nn.Module) -> int:
    """Within `model`, every Swish becomes the kernel's, and a BatchNorm2d with Swish behind it the two in one.

    What follows what is known in an `nn.Sequential` only. Parameters and buffers are the same tensors as before, so an
    optimiser may hold them already, and checkpoints fit either form. Returns how many layers were put in.
    """
    placed = 0
    for parent in list(model.modules()):
        if type(parent) is nn.Sequential:
            for (name, layer), (behind, following) in pairwise(list(parent._modules.items())):
                if _fusible(layer, following):
                    setattr(parent, name, BatchNormSwish.of(layer))
                    setattr(parent, behind, nn.Identity())
                    placed += 1
        for name, child in list(parent._modules.items()):
            if type(child) is activations.Swish:
                setattr(parent, name, Swish())
                placed += 1
    return placed


def _fusible(layer: nn.Module | None, following: nn.Module | None) -> bool:
    """Whether the layer keeps running statistics, scales and shifts as BatchNormSwish does, and Swish follows."""
    if type(layer) is not nn.BatchNorm2d or type(following) is not activations.Swish:
        return False
    return layer.affine and layer.track_running_stats and layer.momentum is not None
