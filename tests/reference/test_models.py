"""The reference networks and Swish are what their definitions say, computed another way."""

import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference_solutions.activations import Swish, swish, swish_derivative
from reference_solutions.resnet import BasicBlock, ResNet, resnet20
from reference_solutions.simplenn import SimpleNN, SimpleNNBatchNorm, SimpleNNSwish


def size(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def convolution(inputs: int, outputs: int, kernel: int, bias: bool) -> int:
    return outputs * (inputs * kernel**2 + bias)


def resnet_size(depth: int, classes: int) -> int:
    """He et al. 2016, section 4.2, option A: convolutions without bias, two numbers a channel of batch norm."""
    n = (depth - 2) // 6
    total, inputs = convolution(3, 16, 3, False) + 2 * 16, 16
    for width in (16, 32, 64):
        for _ in range(n):
            total += convolution(inputs, width, 3, False) + convolution(width, width, 3, False) + 4 * width
            inputs = width
    return total + 64 * classes + classes


def simplenn_size(classes: int) -> int:
    linear = [16 * 6 * 6, 120, 84, classes]
    return convolution(3, 8, 5, True) + convolution(8, 16, 3, True) + sum((a + 1) * b for a, b in pairwise(linear))


@pytest.mark.parametrize(("depth", "published"), [(20, 269_722), (44, 658_586)])
def test_resnet_parameter_counts_are_the_published_ones(depth: int, published: int) -> None:
    assert size(ResNet(depth)) == resnet_size(depth, 10) == published


@pytest.mark.parametrize(("depth", "classes"), [(8, 10), (14, 7), (32, 100)])
def test_resnet_parameter_counts_at_other_depths(depth: int, classes: int) -> None:
    assert size(ResNet(depth, classes)) == resnet_size(depth, classes)


def test_projection_shortcuts_would_have_272_474_parameters() -> None:
    projections = sum(convolution(a, b, 1, False) + 2 * b for a, b in ((16, 32), (32, 64)))
    assert resnet_size(20, 10) + projections == 272_474


def test_simplenn_parameter_counts_are_the_published_ones() -> None:
    assert size(SimpleNN()) == simplenn_size(10) == 82_030
    assert size(SimpleNNBatchNorm()) == size(SimpleNNSwish()) == simplenn_size(10) + 2 * (8 + 16) == 82_078
    assert size(SimpleNN(7)) == simplenn_size(7)


def normalise(x: Tensor, layer: nn.BatchNorm2d, training: bool) -> Tensor:
    mean = x.mean(dim=(0, 2, 3)) if training else layer.running_mean
    var = ((x - x.mean(dim=(0, 2, 3))[:, None, None]) ** 2).mean(dim=(0, 2, 3)) if training else layer.running_var
    assert mean is not None
    assert var is not None
    scale = layer.weight / torch.sqrt(var + 1e-5)
    return x * scale[:, None, None] + (layer.bias - mean * scale)[:, None, None]


def convolve(x: Tensor, kernel: Tensor, stride: int = 1, padding: int = 0) -> Tensor:
    """Convolution written out as one matrix product over patches."""
    size = kernel.shape[-1]
    side = (x.shape[-1] + 2 * padding - size) // stride + 1
    columns = F.unfold(x, size, padding=padding, stride=stride)
    return (kernel.flatten(1) @ columns).unflatten(2, (side, side))


def by_formula(block: BasicBlock, x: Tensor, stride: int) -> Tensor:
    """y = ReLU(F(x) + S(x)), S keeping every stride-th pixel and adding zero channels (option A)."""
    inner = normalise(convolve(x, block.conv1.weight, stride, 1), block.bn1, block.training).clamp(min=0)
    residual = normalise(convolve(inner, block.conv2.weight, 1, 1), block.bn2, block.training)
    shortcut = torch.zeros_like(residual)
    for row in range(residual.shape[2]):
        for column in range(residual.shape[3]):
            shortcut[:, : x.shape[1], row, column] = x[:, :, stride * row, stride * column]
    return (residual + shortcut).clamp(min=0)


def disturbed(model: nn.Module) -> nn.Module:
    """Float64, with batch-norm scales, shifts and running statistics that matter."""
    torch.manual_seed(3)
    for name, values in [*model.named_parameters(), *model.named_buffers()]:
        if values.ndim == 1 and values.is_floating_point():
            noise = 0.3 * torch.randn_like(values)
            values.data.copy_(noise.exp() if name.endswith(("weight", "var")) else noise)
    return model.double()


@pytest.mark.parametrize(("channels", "stride"), [((4, 4), 1), ((4, 8), 2), ((3, 8), 1), ((5, 5), 2)])
@pytest.mark.parametrize("training", [True, False])
def test_block_is_the_formula_of_he_et_al(channels: tuple[int, int], stride: int, training: bool) -> None:
    block = disturbed(BasicBlock(*channels, stride)).train(training)
    x = torch.randn(3, channels[0], 8, 8, dtype=torch.float64)
    with torch.no_grad():
        expected = by_formula(block, x, stride)  # type: ignore[arg-type]
        torch.testing.assert_close(block(x), expected, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("training", [True, False])
def test_resnet20_is_stem_nine_blocks_pooling_and_one_linear_layer(training: bool) -> None:
    model = disturbed(resnet20()).train(training)
    kernels = [m for m in model.modules() if isinstance(m, nn.Conv2d)]
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    blocks = [m for m in model.modules() if isinstance(m, BasicBlock)]
    (linear,) = (m for m in model.modules() if isinstance(m, nn.Linear))
    x = torch.randn(2, 3, 32, 32, dtype=torch.float64)
    with torch.no_grad():
        y = normalise(convolve(x, kernels[0].weight, 1, 1), norms[0], training).clamp(min=0)
        for block, stride in zip(blocks, (1, 1, 1, 2, 1, 1, 2, 1, 1), strict=True):
            y = by_formula(block, y, stride)
        assert y.shape == (2, 64, 8, 8)
        expected = y.flatten(2).sum(dim=2) / 64 @ linear.weight.t() + linear.bias
        torch.testing.assert_close(model(x), expected, rtol=1e-8, atol=1e-9)


def test_convolutions_start_as_in_he_et_al_2015() -> None:
    torch.manual_seed(0)
    for layer in resnet20().modules():
        if isinstance(layer, nn.Conv2d) and layer.weight.numel() > 2000:
            expected = math.sqrt(2 / (9 * layer.out_channels))
            assert layer.weight.std().item() == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize("depth", [19, 21, 2, 0, -4, 18])
def test_depths_that_do_not_exist_are_refused(depth: int) -> None:
    with pytest.raises(ValueError, match="6n"):
        ResNet(depth)


@pytest.mark.parametrize("network", [SimpleNN, SimpleNNBatchNorm, SimpleNNSwish])
@pytest.mark.parametrize("training", [True, False])
def test_simplenn_is_its_formula(network: type[nn.Module], training: bool) -> None:
    model = disturbed(network(7)).train(training)
    activation = (lambda t: t / (1 + torch.exp(-t))) if network is SimpleNNSwish else (lambda t: t.clamp(min=0))
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    assert len(norms) == (0 if network is SimpleNN else 2)
    weights = {name: p for name, p in model.named_parameters() if p.ndim > 1}
    biases = [p for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear)) for p in [m.bias]]
    first, second, *dense = weights.values()
    x = torch.randn(3, 3, 32, 32, dtype=torch.float64)
    with torch.no_grad():
        y = x
        for i, kernel in enumerate((first, second)):
            y = convolve(y, kernel) + biases[i][:, None, None]
            y = activation(normalise(y, norms[i], training) if norms else y)
            y = y.unflatten(3, (-1, 2)).unflatten(2, (-1, 2)).amax(dim=(3, 5))
        y = y.reshape(3, -1)
        assert y.shape[1] == 576
        for i, matrix in enumerate(dense):
            y = (activation(y) if i else y) @ matrix.t() + biases[2 + i]
        torch.testing.assert_close(model(x), y, rtol=1e-9, atol=1e-10)


def test_swish_derivative_agrees_with_finite_differences() -> None:
    x, step = torch.linspace(-12, 12, 241, dtype=torch.float64), 1e-5
    numeric = (swish(x + step) - swish(x - step)) / (2 * step)
    torch.testing.assert_close(swish_derivative(x), numeric, rtol=0, atol=1e-9)


def test_swish_is_x_over_one_plus_exp_minus_x_and_lets_gradients_through() -> None:
    x = torch.linspace(-20, 20, 401, dtype=torch.float64, requires_grad=True)
    torch.testing.assert_close(swish(x), x / (1 + torch.exp(-x)))
    (gradient,) = torch.autograd.grad(Swish()(x).sum(), x)
    torch.testing.assert_close(gradient, swish_derivative(x.detach()))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_swish_derivative_is_finite_for_every_finite_x(dtype: torch.dtype) -> None:
    largest = torch.finfo(dtype).max
    x = torch.tensor([-largest, -1e4, 0.0, 1e4, largest], dtype=dtype)
    found = swish_derivative(x)
    assert found.dtype == dtype
    assert found.tolist() == [0.0, 0.0, 0.5, 1.0, 1.0]
