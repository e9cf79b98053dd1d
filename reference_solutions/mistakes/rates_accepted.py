"""Other right ways to write the range test and cyclical learning rates."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

TRIANGULAR, DECAYING = ("rates.triangular",), ("rates.decaying",)

ACCEPTED = (
    accepted(
        "numpy_logspace",
        "rates",
        Define("""
            import numpy as np

            def log_spaced_rates(lowest=1e-9, highest=10.0, count=10):
                return np.logspace(np.log10(lowest), np.log10(highest), num=count).tolist()
        """),
        probes=("rates.log_spaced",),
    ),
    accepted(
        "runs_on_copies",
        "rates",
        Define("""
            def range_test(model, batches, loss_fn, make_optimizer, rates, epochs=5):
                results = []
                for rate in rates:
                    twin = copy.deepcopy(model).train()
                    optimizer = make_optimizer(twin, rate)
                    for _ in range(epochs):
                        sums, count = 0.0, 0
                        for x, y in batches:
                            loss = loss_fn(twin(x), y)
                            optimizer.zero_grad()
                            loss.backward()
                            optimizer.step()
                            sums, count = sums + loss.detach() * x.shape[0], count + x.shape[0]
                    results.append((sums / count).item())
                return results
        """),
        probes=("rates.range_test",),
    ),
    accepted(
        "state_cloned",
        "rates",
        Edit("copy.deepcopy(model.state_dict())", "{k: v.clone() for k, v in model.state_dict().items()}"),
        probes=("rates.range_test",),
    ),
    accepted(
        "bounds_by_loop",
        "rates",
        Define("""
            def pick_rate_bounds(rates, losses, share=0.1):
                best = None
                for i, loss in enumerate(losses):
                    if math.isfinite(loss) and (best is None or loss < losses[best]):
                        best = i
                if best is None or losses[best] >= losses[0]:
                    raise ValueError("the loss never falls")
                threshold = losses[0] - share * (losses[0] - losses[best])
                for i, loss in enumerate(losses):
                    if math.isfinite(loss) and loss <= threshold:
                        return rates[i], rates[best]
        """),
        probes=("rates.bounds",),
    ),
    accepted(
        "formula_of_the_paper",
        "rates",
        Edit(
            "height = 1 - abs(iteration / step_size % 2 - 1)",
            "cycle = math.floor(1 + iteration / (2 * step_size))\n"
            "    x = abs(iteration / step_size - 2 * cycle + 1)\n"
            "    height = max(0.0, 1 - x)",
        ),
        probes=TRIANGULAR + DECAYING,
    ),
    accepted(
        "by_position_in_the_cycle",
        "rates",
        Define("""
            def triangular_rate(iteration, lr_min, lr_max, step_size):
                position = iteration % (2 * step_size)
                if position <= step_size:
                    return lr_min + position * (lr_max - lr_min) / step_size
                return lr_max - (position - step_size) * (lr_max - lr_min) / step_size
        """),
        probes=TRIANGULAR + DECAYING,
    ),
    accepted(
        "decay_by_exponential",
        "rates",
        Edit("* gamma**iteration", "* math.exp(iteration * math.log(gamma))"),
        probes=DECAYING,
    ),
    accepted(
        "written_out",
        "rates",
        Define("""
            class CyclicalRate:
                def __init__(self, optimizer, policy):
                    self.groups = optimizer.param_groups
                    self.rate = policy
                    self.done = -1
                    self.step()

                def step(self):
                    self.done += 1
                    new = self.rate(self.done)
                    for number in range(len(self.groups)):
                        self.groups[number].update(lr=new)
        """),
        probes=("rates.cyclical",),
    ),
)
