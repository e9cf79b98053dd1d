"""Other right ways to write the adaptive optimisers."""

from reference_solutions.mistakes.optimizers_text import AVERAGE, SCALED_STEP, lines
from reference_solutions.mistakes.variant import Define, Edit, accepted

ADAGRAD, RMSPROP, NESTEROV, ADADELTA, ADAM = (
    (f"optimizers.{name}",) for name in ("adagrad", "rmsprop", "rmsprop_nesterov", "adadelta", "adam")
)
DECAY, LOOP = ("optimizers.weight_decay",), ("optimizers.loop",)
ALL = ADAGRAD + RMSPROP + NESTEROV + ADADELTA + ADAM + DECAY + LOOP
NESTEROV_LINES = lines(
    "r = g / (s.sqrt() + self.eps)",
    "v.copy_(self.momentum * v + r)",
    "p -= self.lr * (r + self.momentum * v)",
)
ADAM_LINES = lines(
    "mean, square = m / (1 - self.beta1**self.t), v / (1 - self.beta2**self.t)",
    "p -= self.lr * mean / (square.sqrt() + self.eps)",
)

ACCEPTED = (
    accepted(
        "eps_under_the_root",
        "optimizers",
        Edit("g / (s.sqrt() + self.eps)", "g / (s + self.eps).sqrt()", times=3),
        Edit("(square.sqrt() + self.eps)", "torch.sqrt(square + self.eps)"),
        probes=ALL,
    ),
    accepted(
        "adam_correction_in_the_rate",
        "optimizers",
        Edit(
            ADAM_LINES,
            lines(
                "rate = self.lr * (1 - self.beta2**self.t) ** 0.5 / (1 - self.beta1**self.t)",
                "p -= rate * m / (v.sqrt() + self.eps)",
            ),
        ),
        probes=ADAM + DECAY + LOOP,
    ),
    accepted(
        "adam_count_for_each_parameter",
        "optimizers",
        Define("""
            import math

            class Adam(Optimizer):
                def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
                    super().__init__(params, lr, weight_decay)
                    self.betas, self.eps, self.state = betas, eps, {}

                @torch.no_grad()
                def step(self):
                    b1, b2 = self.betas
                    for p in self.params:
                        if p.grad is None:
                            continue
                        state = self.state.setdefault(p, {"t": 0, "m": 0.0, "v": 0.0})
                        g = self.gradient(p)
                        state["t"] += 1
                        state["m"] = b1 * state["m"] + (1 - b1) * g
                        state["v"] = b2 * state["v"] + (1 - b2) * g**2
                        scale = state["v"].sqrt() / math.sqrt(1 - b2 ** state["t"]) + self.eps
                        p.sub_(self.lr / (1 - b1 ** state["t"]) * state["m"] / scale)
        """),
        probes=ADAM + DECAY + LOOP,
    ),
    accepted(
        "adam_with_lerp",
        "optimizers",
        Edit("m.copy_(self.beta1 * m + (1 - self.beta1) * g)", "m.lerp_(g, 1 - self.beta1)"),
        Edit(
            "v.copy_(self.beta2 * v + (1 - self.beta2) * g * g)",
            "v.mul_(self.beta2).addcmul_(g, g, value=1 - self.beta2)",
        ),
        probes=ADAM + DECAY + LOOP,
    ),
    accepted(
        "nesterov_of_the_textbook",
        "optimizers",
        Edit(
            NESTEROV_LINES,
            lines(
                "old = v.clone()",
                "v.copy_(self.momentum * v - self.lr * g / (s.sqrt() + self.eps))",
                "p += (v - self.momentum * old) + self.momentum * v",
            ),
        ),
        probes=NESTEROV + DECAY,
    ),
    accepted(
        "nesterov_in_one_line",
        "optimizers",
        Edit(
            NESTEROV_LINES,
            lines(
                "r = g / (s.sqrt() + self.eps)",
                "p -= self.lr * (self.momentum**2 * v + (1 + self.momentum) * r)",
                "v.mul_(self.momentum).add_(r)",
            ),
        ),
        probes=NESTEROV + DECAY,
    ),
    accepted(
        "rmsprop_with_addcdiv",
        "optimizers",
        Edit(
            lines(AVERAGE, SCALED_STEP),
            lines(
                "s.mul_(self.rho).addcmul_(g, g, value=1 - self.rho)",
                "p.addcdiv_(g, s.sqrt().add_(self.eps), value=-self.lr)",
            ),
        ),
        probes=RMSPROP + DECAY + LOOP,
    ),
    accepted(
        "rmsprop_state_by_number",
        "optimizers",
        Define("""
            class RMSProp(Optimizer):
                def __init__(self, params, lr=0.01, rho=0.99, eps=1e-8, weight_decay=0.0):
                    super().__init__(params, lr, weight_decay)
                    self.rho, self.eps = rho, eps
                    self.squares = {}

                def step(self):
                    for number, p in enumerate(self.params):
                        if p.grad is None:
                            continue
                        g = p.grad.data + self.weight_decay * p.data
                        before = self.squares.get(number, torch.zeros_like(g))
                        self.squares[number] = before + (1 - self.rho) * (g.pow(2) - before)
                        p.data = p.data - self.lr * g * (self.squares[number].sqrt() + self.eps).reciprocal()
        """),
        probes=RMSPROP + DECAY + LOOP,
    ),
    accepted(
        "adadelta_by_ratio",
        "optimizers",
        Edit(
            "d = g * (u + self.eps).sqrt() / (s + self.eps).sqrt()", "d = ((u + self.eps) / (s + self.eps)) ** 0.5 * g"
        ),
        probes=ADADELTA + DECAY,
    ),
    accepted(
        "adagrad_remembers_gradients",
        "optimizers",
        Edit(
            lines("s += g * g", SCALED_STEP),
            lines(
                "self.past = getattr(self, 'past', {})",
                "self.past.setdefault(id(p), []).append(g)",
                "p -= self.lr * g / (torch.stack(self.past[id(p)]).norm(dim=0) + self.eps)",
            ),
        ),
        probes=ADAGRAD + DECAY,
    ),
    accepted(
        "gradients_set_to_zero",
        "optimizers",
        Edit(
            "            p.grad = None\n",
            "            if p.grad is not None:\n                p.grad.detach_().zero_()\n",
        ),
        probes=LOOP,
    ),
)
