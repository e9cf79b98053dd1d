"""Mistakes in the optimisers with two running quantities: Nesterov's RMSProp, AdaDelta, Adam."""

from reference_solutions.mistakes.optimizers_text import AVERAGE, lines
from reference_solutions.mistakes.variant import Edit, mistake

NESTEROV, ADADELTA = ("optimizers.rmsprop_nesterov",), ("optimizers.adadelta",)
ADAM, LOOP = ("optimizers.adam",), ("optimizers.loop",)
SCALED = "r = g / (s.sqrt() + self.eps)"
VELOCITY = "v.copy_(self.momentum * v + r)"
LOOK_AHEAD = "p -= self.lr * (r + self.momentum * v)"
RATIO = "d = g * (u + self.eps).sqrt() / (s + self.eps).sqrt()"
STEPS = "u.copy_(self.rho * u + (1 - self.rho) * d * d)"
FIRST = "m.copy_(self.beta1 * m + (1 - self.beta1) * g)"
SECOND = "v.copy_(self.beta2 * v + (1 - self.beta2) * g * g)"
CORRECTED = "mean, square = m / (1 - self.beta1**self.t), v / (1 - self.beta2**self.t)"
ADAM_STEP = "p -= self.lr * mean / (square.sqrt() + self.eps)"

ON_NESTEROV = (
    mistake(
        "nesterov_plain_momentum",
        "optimizers",
        Edit(LOOK_AHEAD, "p -= self.lr * v"),
        probes=NESTEROV,
        credit=0.5,
        sentence="Your RMSPropNesterov has ordinary momentum (w -= lr * v); Nesterov's is lr * (r + momentum * v).",
    ),
    mistake(
        "nesterov_momentum_before_scaling",
        "optimizers",
        Edit(
            lines(SCALED, VELOCITY, LOOK_AHEAD),
            lines(
                "v.copy_(self.momentum * v + g)",
                "p -= self.lr * (g + self.momentum * v) / (s.sqrt() + self.eps)",
            ),
        ),
        probes=NESTEROV,
        credit=0.5,
        sentence="Your velocity adds up plain gradients and is scaled afterwards; it adds up r, the scaled ones.",
    ),
    mistake(
        "nesterov_sign",
        "optimizers",
        Edit(LOOK_AHEAD, "p -= self.lr * (r - self.momentum * v)"),
        probes=NESTEROV,
        credit=0.25,
        sentence="Your velocity works against the step; momentum * v has the same sign as r.",
    ),
    mistake(
        "nesterov_dampened",
        "optimizers",
        Edit(VELOCITY, "v.copy_(self.momentum * v + (1 - self.momentum) * r)"),
        probes=NESTEROV,
        credit=0.5,
        sentence="Your velocity is a mean (weight 1 - momentum for the new step); it is a sum, momentum * v + r.",
    ),
    mistake(
        "nesterov_whole_velocity",
        "optimizers",
        Edit(LOOK_AHEAD, "p -= self.lr * (r + v)"),
        probes=NESTEROV,
        credit=0.25,
        sentence="You add the whole velocity to r; Nesterov's step looks ahead by momentum * v.",
    ),
    mistake(
        "nesterov_rate_twice",
        "optimizers",
        Edit(VELOCITY, "v.copy_(self.momentum * v + self.lr * r)"),
        probes=NESTEROV,
        credit=0.25,
        sentence="The learning rate stands in the velocity and in the step; it belongs in one of them.",
    ),
    mistake(
        "nesterov_no_momentum",
        "optimizers",
        Edit(LOOK_AHEAD, "p -= self.lr * r"),
        probes=NESTEROV,
        sentence="The velocity never reaches the parameters, so your RMSPropNesterov is plain RMSProp.",
    ),
    mistake(
        "nesterov_own_momentum",
        "optimizers",
        Edit(
            "self.rho, self.momentum, self.eps = rho, momentum, eps",
            "self.rho, self.momentum, self.eps = rho, 0.9, eps",
        ),
        probes=NESTEROV,
        credit=0.5,
        sentence="Your RMSPropNesterov has a momentum of its own (0.9); use the argument.",
    ),
    mistake(
        "nesterov_squares_of_steps",
        "optimizers",
        Edit(
            lines(AVERAGE, SCALED),
            lines("q = g + self.momentum * v", "s.copy_(self.rho * s + (1 - self.rho) * q * q)", SCALED),
        ),
        probes=NESTEROV,
        credit=0.25,
        sentence="Your mean square is made of the gradient with momentum; it is that of the gradient alone.",
    ),
)

ON_ADADELTA = (
    mistake(
        "adadelta_eps_outside",
        "optimizers",
        Edit(RATIO, "d = g * (u.sqrt() + self.eps) / (s.sqrt() + self.eps)"),
        probes=ADADELTA,
        credit=0.5,
        sentence="Your AdaDelta adds eps outside the roots; it belongs under them, where it sets the first steps.",
    ),
    mistake(
        "adadelta_rate_in_mean",
        "optimizers",
        Edit(RATIO, f"{RATIO} * self.lr"),
        Edit("p -= self.lr * d", "p -= d"),
        probes=ADADELTA,
        credit=0.5,
        sentence="Your mean of squared steps contains the learning rate, which then acts again through it; "
        "average d, and multiply by lr in the update only.",
    ),
    mistake(
        "adadelta_rate_twice",
        "optimizers",
        Edit(RATIO, f"{RATIO} * self.lr"),
        probes=ADADELTA,
        credit=0.25,
        sentence="Your AdaDelta applies the learning rate twice, in d and in the update.",
    ),
    mistake(
        "adadelta_rate_ignored",
        "optimizers",
        Edit("p -= self.lr * d", "p -= d"),
        probes=ADADELTA,
        credit=0.5,
        sentence="Your AdaDelta ignores the learning rate; the update is lr * d.",
    ),
    mistake(
        "adadelta_gradients_in_both",
        "optimizers",
        Edit(STEPS, "u.copy_(self.rho * u + (1 - self.rho) * g * g)"),
        probes=ADADELTA,
        credit=0.25,
        sentence="Your second mean is made of squared gradients too; u is made of the squared steps d.",
    ),
    mistake(
        "adadelta_steps_forgotten",
        "optimizers",
        Edit(lines(STEPS), ""),
        probes=ADADELTA,
        credit=0.25,
        sentence="Your mean of squared steps is never updated, so it stays zero.",
    ),
    mistake(
        "adadelta_inverted",
        "optimizers",
        Edit(RATIO, "d = g * (s + self.eps).sqrt() / (u + self.eps).sqrt()"),
        probes=ADADELTA,
        sentence="Your ratio is upside down: the steps' root mean square belongs above, the gradients' below.",
    ),
    mistake(
        "adadelta_no_roots",
        "optimizers",
        Edit(RATIO, "d = g * (u + self.eps) / (s + self.eps)"),
        probes=ADADELTA,
        credit=0.25,
        sentence="Your AdaDelta divides mean squares; take the square root of both.",
    ),
    mistake(
        "adadelta_sums",
        "optimizers",
        Edit(lines(AVERAGE, RATIO, STEPS), lines("s += g * g", RATIO, "u += d * d")),
        probes=ADADELTA,
        credit=0.25,
        sentence="Your AdaDelta adds up all squares, as AdaGrad does; both are means that decay by rho.",
    ),
    mistake(
        "adadelta_never_moves",
        "optimizers",
        Edit(RATIO, "d = g * u.sqrt() / (s + self.eps).sqrt()"),
        probes=ADADELTA,
        credit=0.25,
        sentence="eps is missing in the numerator, so the first step is zero and all later ones too.",
    ),
)

ON_ADAM = (
    mistake(
        "adam_no_correction",
        "optimizers",
        Edit(CORRECTED, "mean, square = m, v"),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="Your Adam lacks the bias correction: divide m by 1 - beta1^t and v by 1 - beta2^t.",
    ),
    mistake(
        "adam_first_corrected_only",
        "optimizers",
        Edit(CORRECTED, "mean, square = m / (1 - self.beta1**self.t), v"),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="Your Adam corrects m but not v; divide v by 1 - beta2^t.",
    ),
    mistake(
        "adam_second_corrected_only",
        "optimizers",
        Edit(CORRECTED, "mean, square = m, v / (1 - self.beta2**self.t)"),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="Your Adam corrects v but not m; divide m by 1 - beta1^t.",
    ),
    mistake(
        "adam_counts_from_zero",
        "optimizers",
        Edit("        self.t += 1\n", ""),
        Edit(
            "                    p -= self.lr * mean / (square.sqrt() + self.eps)\n",
            "                    p -= self.lr * mean / (square.sqrt() + self.eps)\n        self.t += 1\n",
        ),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="Your t is 0 in the first step, and 1 - beta^0 = 0 makes it divide by zero; count from 1.",
    ),
    mistake(
        "adam_counts_from_two",
        "optimizers",
        Edit("self.t = 0\n", "self.t = 1\n"),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="Your t is 2 in the first step: it starts at 1 and is raised before its first use.",
    ),
    mistake(
        "adam_no_power",
        "optimizers",
        Edit(CORRECTED, "mean, square = m / (1 - self.beta1), v / (1 - self.beta2)"),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="Your correction divides by 1 - beta in every step; it is 1 - beta^t, which tends to 1.",
    ),
    mistake(
        "adam_counts_parameters",
        "optimizers",
        Edit("        self.t += 1\n", ""),
        Edit(lines(FIRST), lines("self.t += 1", FIRST)),
        probes=ADAM,
        credit=0.5,
        sentence="Your t grows with every parameter; it counts steps.",
    ),
    mistake(
        "adam_betas_swapped",
        "optimizers",
        Edit("(self.beta1, self.beta2), self.eps = betas, eps", "(self.beta2, self.beta1), self.eps = betas, eps"),
        probes=ADAM + LOOP,
        credit=0.25,
        sentence="You swapped the betas: the first belongs to the mean of gradients, the second to that of squares.",
    ),
    mistake(
        "adam_square_of_mean",
        "optimizers",
        Edit(SECOND, "v.copy_(self.beta2 * v + (1 - self.beta2) * m * m)"),
        probes=ADAM + LOOP,
        credit=0.25,
        sentence="Your v is made of m squared; it is the mean of g squared.",
    ),
    mistake(
        "adam_first_not_squared",
        "optimizers",
        Edit(SECOND, "v.copy_(self.beta2 * v + (1 - self.beta2) * g.abs())"),
        probes=ADAM + LOOP,
        credit=0.25,
        sentence="Your v is a mean of the gradients' sizes; square them first.",
    ),
    mistake(
        "adam_undamped",
        "optimizers",
        Edit(FIRST, "m.copy_(self.beta1 * m + g)"),
        probes=ADAM + LOOP,
        credit=0.25,
        sentence="Your m adds the new gradient in full; it counts with weight 1 - beta1.",
    ),
    mistake(
        "adam_no_root",
        "optimizers",
        Edit(ADAM_STEP, "p -= self.lr * mean / (square + self.eps)"),
        probes=ADAM + LOOP,
        credit=0.25,
        sentence="Your Adam divides by the mean square; divide by its square root.",
    ),
    mistake(
        "adam_correction_stored",
        "optimizers",
        Edit(CORRECTED, f"{CORRECTED}\n                    m.copy_(mean)\n                    v.copy_(square)"),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="You store the corrected means back into m and v, so they are corrected again in every step.",
    ),
    mistake(
        "adam_gradient_over_root",
        "optimizers",
        Edit(ADAM_STEP, "p -= self.lr * g / (square.sqrt() + self.eps)"),
        probes=ADAM + LOOP,
        credit=0.25,
        sentence="Your step uses the gradient in place of its mean m, so there is no momentum in it.",
    ),
    mistake(
        "adam_amsgrad",
        "optimizers",
        Edit(
            CORRECTED,
            f"{CORRECTED}\n                    self.largest = getattr(self, 'largest', {{}})\n"
            "                    square = self.largest[id(p)] = torch.maximum(square, self.largest.get(id(p), square))",
        ),
        probes=ADAM + LOOP,
        credit=0.5,
        sentence="You keep the largest v so far, which is AMSGrad; Adam uses the present one.",
    ),
    mistake(
        "adam_state_remade",
        "optimizers",
        Edit(
            "        self.t += 1\n        with torch.no_grad():\n",
            "        self.t += 1\n        self.first = [torch.zeros_like(p) for p in self.params]\n"
            "        self.second = [torch.zeros_like(p) for p in self.params]\n        with torch.no_grad():\n",
        ),
        probes=ADAM + LOOP,
        sentence="Your running means are made anew in every step; make them once, in __init__, and keep them.",
    ),
)
