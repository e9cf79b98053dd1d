"""The five optimisers of hw3_training are those of torch.optim and of their papers, computed another way."""

import pytest
import torch
from torch import nn

from reference_solutions.optimizers import AdaDelta, AdaGrad, Adam, RMSProp, RMSPropNesterov

THEIRS = {
    AdaGrad: (torch.optim.Adagrad, {"lr": 0.05, "eps": 1e-10}, {}),
    RMSProp: (torch.optim.RMSprop, {"lr": 0.02, "eps": 1e-8}, {"rho": "alpha"}),
    AdaDelta: (torch.optim.Adadelta, {"lr": 0.7, "eps": 1e-5}, {"rho": "rho"}),
    Adam: (torch.optim.Adam, {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-8}, {}),
}


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 7), nn.Tanh(), nn.Linear(7, 2)).double()


def trajectory(model, optimizer, steps=25):
    generator = torch.Generator().manual_seed(1)
    for _ in range(steps):
        x = torch.randn(6, 4, generator=generator, dtype=torch.float64)
        optimizer.zero_grad()
        (model(x).square().sum() + model(x).sum()).backward()
        optimizer.step()
    return torch.cat([p.detach().flatten() for p in model.parameters()])


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("ours", THEIRS)
def test_weights_are_those_of_torch_after_25_steps(ours, weight_decay):
    theirs, settings, names = THEIRS[ours]
    own = settings | dict.fromkeys(names, 0.85)
    other = settings | dict.fromkeys(names.values(), 0.85)
    one, two = network(), network()
    found = trajectory(one, ours(one.parameters(), weight_decay=weight_decay, **own))
    expected = trajectory(two, theirs(two.parameters(), weight_decay=weight_decay, **other))
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-11)


def test_nesterov_takes_the_gradient_at_the_look_ahead_point():
    """Algorithm 8.6 of Goodfellow et al. keeps w and v, and the gradient at w + momentum * v; ours holds that point."""
    curvature = torch.tensor([3.0, 0.5, 1.0], dtype=torch.float64)
    rate, rho, momentum = 0.01, 0.9, 0.8
    w, v, s = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64), torch.zeros(3).double(), torch.zeros(3).double()
    p = nn.Parameter(w.clone())
    optimizer = RMSPropNesterov([p], lr=rate, rho=rho, momentum=momentum, eps=0.0)
    for _ in range(15):
        torch.testing.assert_close(p.detach(), w + momentum * v, rtol=1e-12, atol=1e-14)
        gradient = curvature * (w + momentum * v)
        s = rho * s + (1 - rho) * gradient**2
        v = momentum * v - rate * gradient / s.sqrt()
        w = w + v
        optimizer.zero_grad()
        (0.5 * (curvature * p.square()).sum()).backward()
        optimizer.step()


@pytest.mark.parametrize("method", [AdaGrad, RMSProp, RMSPropNesterov, AdaDelta, Adam])
def test_what_has_no_gradient_stays_where_it_is(method):
    moving, still = nn.Parameter(torch.ones(3)), nn.Parameter(torch.ones(2))
    optimizer = method([moving, still])
    moving.sum().backward()
    optimizer.step()
    assert (moving < 1).all()
    assert torch.equal(still, torch.ones(2))
