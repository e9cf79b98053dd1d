"""Other right ways to build losses, activations, optimisers, and the grid of settings."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

LOSSES = ("single_factor.losses", "single_factor.refusals")

ACCEPTED = (
    accepted(
        "losses_by_hand",
        "single_factor",
        Define("""
            class BadName(ValueError):
                pass


            def build_loss(name):
                def cross_entropy(x, y):
                    return (x.logsumexp(1) - x[torch.arange(len(y)), y]).mean()

                def difference(x, y):
                    return x - torch.eye(x.shape[1], dtype=x.dtype)[y]

                def smooth(x, y):
                    d = difference(x, y).abs()
                    return torch.where(d < 1, d * d / 2, d - 0.5).mean()

                def bce(x, y):
                    return (F.softplus(x, threshold=1000).sum() - x[torch.arange(len(y)), y].sum()) / x.numel()

                losses = dict(
                    cross_entropy=cross_entropy,
                    mse=lambda x, y: difference(x, y).square().mean(),
                    smooth_l1=smooth,
                    bce_with_logits=bce,
                )
                try:
                    return losses[name]
                except KeyError:
                    raise BadName(name) from None
        """),
        probes=LOSSES,
    ),
    accepted(
        "losses_as_modules",
        "single_factor",
        Define("""
            class OnOneHot(nn.Module):
                def __init__(self, loss):
                    super().__init__()
                    self.loss = loss

                def forward(self, logits, labels):
                    targets = torch.zeros_like(logits).scatter_(1, labels.unsqueeze(1), 1.0)
                    return self.loss(logits, targets)


            def build_loss(name):
                match name:
                    case "cross_entropy":
                        return nn.CrossEntropyLoss()
                    case "mse":
                        return OnOneHot(nn.MSELoss())
                    case "smooth_l1":
                        return OnOneHot(nn.HuberLoss())
                    case "bce_with_logits":
                        return OnOneHot(nn.BCEWithLogitsLoss())
                raise ValueError(name)
        """),
        probes=LOSSES,
    ),
    accepted(
        "activations_by_hand",
        "single_factor",
        Define("""
            class Elementwise(nn.Module):
                def __init__(self, function):
                    super().__init__()
                    self.function = function

                def forward(self, x):
                    return self.function(x)


            def build_activation(name):
                zero = torch.zeros(())
                functions = {
                    "relu": lambda x: x.clamp(min=0),
                    "sigmoid": torch.sigmoid,
                    "leaky_relu": lambda x: torch.maximum(x, 0.01 * x),
                    "tanh": torch.tanh,
                    "softplus": lambda x: torch.logaddexp(x, zero.to(x.dtype)),
                }
                if name not in functions:
                    raise ValueError(f"no activation called {name}")
                return Elementwise(functions[name])
        """),
        probes=("single_factor.activations", "single_factor.refusals"),
    ),
    accepted(
        "optimizers_with_defaults_spelt_out",
        "single_factor",
        Define("""
            def build_optimizer(name, parameters, learning_rate):
                parameters = list(parameters)
                if name == "sgd":
                    return torch.optim.SGD(parameters, learning_rate, momentum=0.0, foreach=False)
                if name == "adagrad":
                    return torch.optim.Adagrad(parameters, learning_rate, foreach=True)
                if name == "adadelta":
                    return torch.optim.Adadelta(parameters, learning_rate, rho=0.9, eps=1e-6, foreach=True)
                if name == "adam":
                    return torch.optim.Adam(parameters, learning_rate, betas=(0.9, 0.999), eps=1e-8, foreach=True)
                raise ValueError(name)
        """),
        probes=("single_factor.optimizers", "single_factor.refusals"),
    ),
    accepted(
        "grid_by_loops",
        "single_factor",
        Define("""
            import copy

            def single_factor_grid(base, factors):
                if not set(factors) <= set(base):
                    raise ValueError("unknown factor")
                runs = [copy.deepcopy(base)]
                for factor in factors:
                    for value in factors[factor]:
                        if value == base[factor]:
                            continue
                        run = copy.deepcopy(base)
                        run[factor] = value
                        runs.append(run)
                return runs
        """),
        probes=("single_factor.grid", "single_factor.refusals"),
    ),
    accepted(
        "grid_of_tuples",
        "single_factor",
        Edit("return runs\n", "return tuple(runs)\n"),
        probes=("single_factor.grid",),
    ),
)
