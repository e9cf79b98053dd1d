"""The rest of P1 and P2 of hw3_training: dropout, rates, batch sizes and MiniGoogLeNet, computed another way."""

import math
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from reference_solutions.batch_sizes import accumulated_step, cyclical_batch_size, find_batch_bounds, index_batches
from reference_solutions.dropout_mlp import MLP, Dropout
from reference_solutions.googlenet import MiniGoogLeNet
from reference_solutions.rates import (
    CyclicalRate,
    decaying_triangular_rate,
    log_spaced_rates,
    pick_rate_bounds,
    range_test,
    triangular_rate,
)


def size(model):
    return sum(p.numel() for p in model.parameters())


def test_the_mlp_has_the_published_number_of_parameters():
    assert size(MLP()) == sum((a + 1) * b for a, b in pairwise((3072, 1000, 1000, 10))) == 4_084_010


def test_minigooglenet_has_the_parameters_of_its_table():
    """Zhang et al. 2017, figure 3: k*k*in*out weights and two numbers a map of batch norm in every convolution."""
    inputs, total = 96, 3 * 3 * 1 * 96 + 2 * 96
    for ones, threes in (
        (32, 32),
        (32, 48),
        (0, 80),
        (112, 48),
        (96, 64),
        (80, 80),
        (48, 96),
        (0, 96),
        *[(176, 160)] * 2,
    ):
        total += inputs * ones + 9 * inputs * threes + 2 * (ones + threes)
        inputs = ones + threes if ones else inputs + threes
    assert size(MiniGoogLeNet()) == total + (inputs + 1) * 10
    assert MiniGoogLeNet()(torch.zeros(2, 1, 28, 28)).shape == (2, 10)


@pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 0.9])
def test_dropout_keeps_the_mean(p):
    """The mean of n kept or dropped ones has a deviation of sqrt(p / (1 - p) / n); 6 of these are allowed."""
    torch.manual_seed(0)
    layer, ones = Dropout(p), torch.ones(400, 500)
    assert layer(ones).mean().item() == pytest.approx(1, abs=6 * math.sqrt(p / (1 - p) / 200_000) + 1e-6)
    assert torch.equal(layer.eval()(ones), ones)


def test_ten_rates_from_1e_9_to_10():
    rates = log_spaced_rates()
    assert rates == pytest.approx(torch.logspace(-9, 1, 10, dtype=torch.float64).tolist())


def test_policies_are_those_of_torchs_cyclic_lr():
    gamma, options = 0.97, {"base_lr": 0.01, "max_lr": 0.3, "step_size_up": 4, "cycle_momentum": False}
    for mode, policy in (
        ("triangular", lambda i: triangular_rate(i, 0.01, 0.3, 4)),
        ("exp_range", lambda i: decaying_triangular_rate(i, 0.01, 0.3, 4, gamma)),
    ):
        ours, theirs = (torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=0.5) for _ in "ab")
        schedule = CyclicalRate(ours, policy)
        reference = torch.optim.lr_scheduler.CyclicLR(theirs, mode=mode, gamma=gamma, **options)
        for _ in range(20):
            assert ours.param_groups[0]["lr"] == pytest.approx(theirs.param_groups[0]["lr"], rel=1e-9)
            theirs.step()
            schedule.step()
            reference.step()


def test_the_batch_size_mirrors_the_rate():
    for iteration in range(60):
        rate = decaying_triangular_rate(iteration, 100, 900, 7, 0.98)
        assert cyclical_batch_size(iteration, 100, 900, 7, 0.98) == pytest.approx(1000 - rate, abs=0.5)


def test_the_range_test_finds_the_rates_at_which_a_quadratic_converges():
    """Gradient descent on w^2 / 2 multiplies w by 1 - rate in each step."""
    line = nn.Linear(1, 1, bias=False).double()
    nn.init.ones_(line.weight)
    batches = [(torch.ones(1, 1).double(), torch.zeros(1))] * 3
    rates = [1e-6, 0.01, 0.1, 1.0, 1.9, 3.0]
    losses = range_test(
        line,
        batches,
        lambda out, _: out.square().mean() / 2,
        lambda m, lr: torch.optim.SGD(m.parameters(), lr),
        rates,
        2,
    )
    expected = [sum((1 - rate) ** (2 * step) for step in (3, 4, 5)) / 6 for rate in rates]
    assert losses == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert pick_rate_bounds(rates, losses) == (0.1, 1.0)
    assert line.weight.item() == 1.0


@pytest.mark.parametrize("micro_batch", [1, 4, 5, 10, 16])
def test_accumulated_gradients_are_those_of_the_large_batch(micro_batch):
    torch.manual_seed(0)
    model = nn.Linear(3, 4).double()
    x, y = torch.randn(10, 3).double(), torch.randint(4, (10,))
    expected = F.cross_entropy(model(x), y)
    gradient = torch.autograd.grad(expected, model.weight)[0]
    before = model.weight.detach().clone()
    loss = accumulated_step(model, x, y, F.cross_entropy, torch.optim.SGD(model.parameters(), 1.0), micro_batch)
    assert loss == pytest.approx(expected.item(), rel=1e-12)
    torch.testing.assert_close(before - model.weight.detach(), gradient, rtol=1e-10, atol=1e-13)


def test_doubling_pays_between_the_bounds():
    losses = {64: 2.0, 128: 1.99, 256: 1.7, 512: 1.4, 1024: 1.395}
    assert find_batch_bounds(losses.__getitem__) == (128, 512)  # a KeyError would tell of a run too many
    with pytest.raises(ValueError, match="no doubling from 64 to 255 pays"):
        find_batch_bounds(losses.__getitem__, largest=255)


def test_every_sample_comes_once_a_pass_whatever_the_batches():
    order = torch.cat(list(index_batches(10, lambda iteration: iteration + 1, 9))).tolist()
    assert [sorted(order[start : start + 10]) for start in (0, 10, 20, 30)] == [list(range(10))] * 4
