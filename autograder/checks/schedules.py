"""Probes of learning-rate decay."""

import torch

from autograder.checks.engine.code import Code
from autograder.checks.engine.draws import Draws
from autograder.checks.engine.probe import Evidence, close, probe

DOUBLE = "Python floats: a power and a product are right to 1e-15, also when multiplied up step by step"


@probe(
    "schedules",
    rates=close("decayed_lr(base_lr, epoch, step_size, gamma) for epochs 0 to 13", 1e-9, 1e-15, DOUBLE),
)
def decayed_lr(code: Code, draws: Draws) -> Evidence:
    """The decayed rate, epoch by epoch, for three decays."""
    rates = []
    for step_size in (1, 3, 4):
        base, gamma = draws.uniform(2, low=0.1, high=0.8, dtype=torch.float64).tolist()
        rates.append([float(code.schedules.decayed_lr(base, epoch, step_size, gamma)) for epoch in range(14)])
    yield "rates", torch.tensor(rates, dtype=torch.float64)


@probe(
    "schedules",
    trace=close(
        "StepDecay(optimizer, step_size=3, gamma): the rates of two parameter groups over 10 epochs",
        1e-9,
        1e-15,
        DOUBLE,
    ),
)
def step_decay(code: Code, draws: Draws) -> Evidence:
    """Rates of two parameter groups, epoch by epoch."""
    first, second, gamma = draws.uniform(3, low=0.1, high=0.8, dtype=torch.float64).tolist()
    weights = [torch.nn.Parameter(draws.normal(3)) for _ in range(2)]
    optimizer = torch.optim.SGD([{"params": [weights[0]], "lr": first}, {"params": [weights[1]], "lr": second}])
    decay = code.schedules.StepDecay(optimizer, 3, gamma)
    trace = [[float(group["lr"]) for group in optimizer.param_groups]]
    for _ in range(10):
        for weight in weights:
            weight.grad = torch.ones_like(weight)
        optimizer.step()
        decay.step()
        trace.append([float(group["lr"]) for group in optimizer.param_groups])
    code.forbid_package("torch.optim.lr_scheduler", decay, optimizer.step)
    yield "trace", torch.tensor(trace, dtype=torch.float64)
