"""Two networks get the same weights whatever their attributes, layouts and kinds of layers are."""

from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.checks.engine.draws import Draws
from autograder.checks.engine.evidence import NotEvidence
from autograder.checks.engine.filling import (
    canonical_shape,
    count,
    fill,
    in_canonical_order,
    projections,
    running_statistics,
    shapes,
)

SEED = 7


def draws() -> Draws:
    return Draws(SEED, "test.filling")


def images() -> Tensor:
    return torch.randn(5, 3, 6, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


class Plain(nn.Module):
    """Two convolutions of one shape, each with batch norm, and two linear layers of one shape."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 3, 3, padding=1),
            nn.BatchNorm2d(3),
            nn.ReLU(),
            nn.Conv2d(3, 3, 3, padding=1),
            nn.BatchNorm2d(3),
        )
        self.head = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 4))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.layers(x).mean(dim=(2, 3)))


class DeclaredBackwards(Plain):
    def __init__(self) -> None:
        super().__init__()
        layers, head = self.layers, self.head
        del self.layers, self.head
        self.z = nn.ModuleList(reversed(head))
        self.y = nn.ModuleList(reversed(layers))

    def forward(self, x: Tensor) -> Tensor:
        x = x.to(self.z[0].weight.dtype, copy=True) + 0 * self.y[0].weight.shape[0]
        for layer in reversed(self.y):
            x = layer(x)
        x = x.mean(dim=(2, 3))
        for layer in reversed(self.z):
            x = layer(x)
        return x


class Lazy(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.LazyConv2d(3, 3, padding=1),
            nn.LazyBatchNorm2d(),
            nn.ReLU(),
            nn.LazyConv2d(3, 3, padding=1),
            nn.LazyBatchNorm2d(),
        )
        self.head = nn.Sequential(nn.LazyLinear(4), nn.ReLU(), nn.LazyLinear(3), nn.ReLU(), nn.LazyLinear(4))


class Functional(nn.Module):
    """Bare parameters: (in, out) matrices, shifts of shape (1, C, 1, 1) and (1, C), scales that start at zero."""

    def __init__(self) -> None:
        super().__init__()
        self.matrices = nn.ParameterList(torch.randn(a, b) for a, b in ((3, 4), (4, 3), (3, 4)))
        self.offsets = nn.ParameterList(torch.zeros(1, n) for n in (4, 3, 4))
        self.shift = nn.ParameterList(torch.zeros(3) for _ in range(2))
        self.scale = nn.ParameterList(torch.zeros(3) for _ in range(2))
        self.kernel = nn.ParameterList(torch.randn(3, 3, 3, 3) for _ in range(2))
        self.bias = nn.ParameterList(torch.zeros(1, 3, 1, 1) for _ in range(2))
        for i in range(2):
            self.register_buffer(f"variance{i}", torch.ones(3))
            self.register_buffer(f"mean{i}", torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        for i in range(2):
            x = F.conv2d(torch.relu(x) if i else x, self.kernel[i], padding=1) + self.bias[i]
            mean, variance = getattr(self, f"mean{i}"), getattr(self, f"variance{i}")
            x = F.batch_norm(x, mean, variance, self.scale[i], self.shift[i], training=self.training)
        x = x.mean(dim=(2, 3))
        for i, (w, b) in enumerate(zip(self.matrices, self.offsets, strict=True)):
            x = (torch.relu(x) if i else x) @ w + b
        return x


class TriedOut(Plain):
    """Runs itself once in the constructor, which moves the running statistics."""

    def __init__(self) -> None:
        super().__init__()
        self(torch.full((4, 3, 6, 6), 100.0) + torch.randn(4, 3, 6, 6))


class VarianceFirst(nn.Module):
    """Batch norm by hand whose evaluation pass uses the running variance before the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("variance", torch.ones(1, 3, 1, 1))
        self.register_buffer("mean", torch.zeros(1, 3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            self.mean = 0.9 * self.mean + 0.1 * x.mean(dim=(0, 2, 3), keepdim=True)
            self.variance = 0.9 * self.variance + 0.1 * x.var(dim=(0, 2, 3), keepdim=True)
        scale = torch.rsqrt(self.variance + 1e-5)
        return (x - self.mean) * scale


SAME = [DeclaredBackwards, Lazy, Functional, TriedOut]


@pytest.mark.parametrize("other", SAME)
@pytest.mark.parametrize("training", [True, False])
def test_equal_networks_give_equal_outputs(other: Callable[[], nn.Module], training: bool) -> None:
    first, second = Plain(), other()
    outputs = []
    for model in (first, second):
        fill(model, draws(), images())
        model.train(training)
        outputs.append(model(images()))
    torch.testing.assert_close(outputs[0], outputs[1], rtol=1e-10, atol=1e-12)
    assert outputs[0].std() > 0.1


@pytest.mark.parametrize("other", SAME)
def test_gradient_fingerprints_do_not_depend_on_names_or_layouts(other: Callable[[], nn.Module]) -> None:
    fingerprints = []
    for model in (Plain(), other()):
        parameters = fill(model, draws(), images())
        model.train()(images()).square().sum().backward()
        fingerprints.append(projections(parameters, lambda p: p.grad, draws()))
    torch.testing.assert_close(fingerprints[0], fingerprints[1], rtol=1e-9, atol=1e-10)


def test_a_fingerprint_moves_with_any_single_gradient_element() -> None:
    model = Plain()
    parameters = fill(model, draws(), images())
    before = projections(parameters, lambda p: p, draws())
    with torch.no_grad():
        model.layers[3].weight[2, 1, 0, 2] += 1e-3
    moved = (projections(parameters, lambda p: p, draws()) - before).abs() > 1e-8
    assert moved.any(dim=1).sum() == 1


def test_swapping_two_layers_of_one_shape_changes_the_output() -> None:
    model = Plain()
    fill(model, draws(), images())
    first = model.eval()(images())
    swapped = DeclaredBackwards()
    swapped.y[1], swapped.y[4] = swapped.y[4], swapped.y[1]
    fill(swapped, draws(), images())
    torch.testing.assert_close(first, swapped.eval()(images()), rtol=1e-10, atol=1e-12)
    swapped.y[1], swapped.y[4] = swapped.y[4], swapped.y[1]
    assert (swapped.eval()(images()) - first).abs().max() > 1e-2


def test_filled_values_depend_on_the_seed_and_not_on_the_initialisation() -> None:
    one, other = Plain(), Plain()
    fill(one, draws(), images())
    fill(other, draws(), images())
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))
    fill(other, Draws(SEED + 1, "test.filling"), images())
    assert not any(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


def test_the_mode_of_the_model_is_kept_and_its_dtype_follows_the_input() -> None:
    model = Plain()
    assert model.training
    fill(model, draws(), images())
    assert model.training
    assert {p.dtype for p in model.parameters()} == {torch.float64}
    fill(model.eval(), draws(), images().float())
    assert not model.training
    assert {p.dtype for p in model.parameters()} == {torch.float32}


def test_scales_are_near_one_even_when_they_start_at_zero() -> None:
    model = Functional()
    fill(model, draws(), images())
    assert all((scale - 1).abs().max() < 0.9 for scale in model.scale)
    assert all(shift.abs().max() < 0.9 for shift in model.shift)


def test_unused_parameters_are_counted_but_not_filled() -> None:
    model = Plain()
    model.dummy = nn.Parameter(torch.full((11,), 5.0))
    parameters = fill(model, draws(), images())
    assert all(p is not model.dummy for p in parameters.values())
    assert torch.equal(model.dummy, torch.full((11,), 5.0, dtype=torch.float64))
    assert count(model) == count(Plain()) + 11
    assert [11] in shapes(model)


def test_looking_at_a_tensor_is_not_using_it() -> None:
    class Looks(Plain):
        def forward(self, x: Tensor) -> Tensor:
            x = x.to(self.layers[3].weight.device, self.layers[3].weight.dtype)
            return super().forward(x) * (1 if self.layers[3].weight.requires_grad else 2)

    one, other = Plain(), Looks()
    fill(one, draws(), images())
    fill(other, draws(), images())
    assert torch.equal(one.eval()(images()), other.eval()(images()))


def test_layouts_meet_in_the_canonical_order() -> None:
    ordered = [
        in_canonical_order(fill(model, draws(), images()), lambda p: p.detach()) for model in (Plain(), Functional())
    ]
    assert [v.shape for v in ordered[0]] == [v.shape for v in ordered[1]]
    assert all(torch.equal(a, b) for a, b in zip(*ordered, strict=True))


@pytest.mark.parametrize(
    ("shape", "canonical"),
    [
        ((1, 16, 1, 1), (16,)),
        ((1, 120), (120,)),
        ((16,), (16,)),
        ((576, 120), (120, 576)),
        ((120, 576), (120, 576)),
        ((16, 3, 3, 3), (16, 3, 3, 3)),
        ((), ()),
    ],
)
def test_canonical_shapes(shape: tuple[int, ...], canonical: tuple[int, ...]) -> None:
    assert canonical_shape(torch.zeros(shape)) == canonical


def test_running_statistics_are_those_of_the_batches_whatever_is_used_first() -> None:
    x = images()
    found = []
    for model in (nn.BatchNorm2d(3, affine=False).double(), VarianceFirst().double()):
        model.train()(x)
        found.append(running_statistics(model, lambda model=model: model(x)))
    assert [len(f) for f in found] == [2, 2]
    for ours, theirs in zip(*found, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found[0][0], 0.9 + 0.1 * x.var(dim=(0, 2, 3)))
    torch.testing.assert_close(found[0][1], 0.1 * x.mean(dim=(0, 2, 3)))


def test_running_statistics_are_read_without_changing_them() -> None:
    model = Plain()
    fill(model, draws(), images())
    model.train()(images())
    before = running_statistics(model, lambda: model(images()))
    after = running_statistics(model, lambda: model(images()))
    assert len(before) == 4
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert model.training


def test_what_is_no_module_is_refused_in_words() -> None:
    with pytest.raises(NotEvidence, match=r"a str came back where an nn\.Module was expected"):
        fill("network", draws(), images())  # type: ignore[arg-type]
