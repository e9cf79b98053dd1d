"""Variants of the adaptive optimisers."""

from reference_solutions.mistakes.optimizers_accepted import ACCEPTED
from reference_solutions.mistakes.optimizers_momentum import ON_ADADELTA, ON_ADAM, ON_NESTEROV
from reference_solutions.mistakes.optimizers_text import AVERAGE, SCALED_STEP, lines
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

FIVE = tuple(f"optimizers.{name}" for name in ("adagrad", "rmsprop", "rmsprop_nesterov", "adadelta", "adam"))
DECAY, LOOP = ("optimizers.weight_decay",), ("optimizers.loop",)
ADAGRAD, RMSPROP = ("optimizers.adagrad",), ("optimizers.rmsprop",)
SUM = lines("s += g * g", SCALED_STEP)
MEAN = lines(AVERAGE, SCALED_STEP)
GRADIENT = "return p.grad.detach() + self.weight_decay * p.detach()"

ON_ADAGRAD = (
    mistake(
        "adagrad_mean",
        "optimizers",
        Edit(
            SUM,
            lines("self.t = getattr(self, 't', 0) + (p is self.params[0])", "s += (g * g - s) / self.t", SCALED_STEP),
        ),
        probes=ADAGRAD,
        credit=0.25,
        sentence="Your AdaGrad keeps the mean of the squared gradients; it keeps their sum, so that steps shrink.",
    ),
    mistake(
        "adagrad_is_rmsprop",
        "optimizers",
        Edit(SUM, lines("s.copy_(0.99 * s + 0.01 * g * g)", SCALED_STEP)),
        probes=ADAGRAD,
        sentence="Your AdaGrad forgets old gradients (a decaying mean), which is RMSProp; AdaGrad adds up all squares.",
    ),
    mistake(
        "adagrad_no_root",
        "optimizers",
        Edit(SUM, lines("s += g * g", "p -= self.lr * g / (s + self.eps)")),
        probes=ADAGRAD,
        credit=0.25,
        sentence="Your AdaGrad divides by the sum of squares; divide by its square root.",
    ),
    mistake(
        "adagrad_step_first",
        "optimizers",
        Edit(SUM, lines(SCALED_STEP, "s += g * g")),
        probes=ADAGRAD,
        credit=0.25,
        sentence="Your AdaGrad takes the step before it adds the new square, so the first step divides by eps alone.",
    ),
    mistake(
        "adagrad_absolute_values",
        "optimizers",
        Edit(SUM, lines("s += g.abs()", SCALED_STEP)),
        probes=ADAGRAD,
        sentence="Your AdaGrad adds up the sizes of the gradients; it adds up their squares.",
    ),
    mistake(
        "adagrad_one_rate_a_tensor",
        "optimizers",
        Edit(SUM, lines("s += (g * g).sum()", SCALED_STEP)),
        probes=ADAGRAD,
        credit=0.25,
        sentence="Your AdaGrad keeps one sum for a whole tensor; every element has its own.",
    ),
    mistake(
        "adagrad_no_eps",
        "optimizers",
        Edit(SUM, lines("s += g * g", "p -= self.lr * g / s.sqrt()")),
        probes=ADAGRAD,
        credit=0.5,
        sentence="Your AdaGrad lacks eps, so an element whose gradients were all zero becomes NaN (0 / 0).",
    ),
    mistake(
        "adagrad_own_eps",
        "optimizers",
        Edit(SUM, lines("s += g * g", "p -= self.lr * g / (s.sqrt() + 1e-10)")),
        probes=ADAGRAD,
        credit=0.5,
        sentence="Your AdaGrad has an eps of its own; use the argument.",
    ),
)

ON_RMSPROP = (
    mistake(
        "rmsprop_weights_swapped",
        "optimizers",
        Edit(MEAN, lines("s.copy_((1 - self.rho) * s + self.rho * g * g)", SCALED_STEP)),
        probes=RMSPROP + LOOP,
        credit=0.25,
        sentence="Your RMSProp weights the new square by rho and the old mean by 1 - rho; it is the other way round.",
    ),
    mistake(
        "rmsprop_undamped",
        "optimizers",
        Edit(MEAN, lines("s.copy_(self.rho * s + g * g)", SCALED_STEP)),
        probes=RMSPROP + LOOP,
        credit=0.25,
        sentence="Your RMSProp adds the new square in full; it counts with weight 1 - rho, which makes s a mean.",
    ),
    mistake(
        "rmsprop_step_first",
        "optimizers",
        Edit(MEAN, lines(SCALED_STEP, AVERAGE)),
        probes=RMSPROP + LOOP,
        credit=0.25,
        sentence="Your RMSProp takes the step before it updates the mean square; update s first.",
    ),
    mistake(
        "rmsprop_no_root",
        "optimizers",
        Edit(MEAN, lines(AVERAGE, "p -= self.lr * g / (s + self.eps)")),
        probes=RMSPROP + LOOP,
        credit=0.25,
        sentence="Your RMSProp divides by the mean square; divide by its square root.",
    ),
    mistake(
        "rmsprop_bias_corrected",
        "optimizers",
        Edit(
            MEAN,
            lines(
                AVERAGE,
                "self.t = getattr(self, 't', 0) + (p is self.params[0])",
                "p -= self.lr * g / ((s / (1 - self.rho**self.t)).sqrt() + self.eps)",
            ),
        ),
        probes=RMSPROP + LOOP,
        credit=0.5,
        sentence="Your RMSProp corrects the mean for starting at zero, as Adam does; RMSProp has no such correction.",
    ),
    mistake(
        "rmsprop_starts_with_square",
        "optimizers",
        Edit(
            MEAN,
            lines(
                "s.copy_(torch.where(s == 0, g * g, self.rho * s + (1 - self.rho) * g * g))",
                SCALED_STEP,
            ),
        ),
        probes=RMSPROP + LOOP,
        credit=0.5,
        sentence="Your RMSProp starts the mean at the first squared gradient; every running quantity starts at zero.",
    ),
    mistake(
        "rmsprop_centred",
        "optimizers",
        Edit(
            MEAN,
            lines(
                AVERAGE,
                "self.centre = getattr(self, 'centre', {})",
                "c = self.rho * self.centre.get(id(p), 0.0) + (1 - self.rho) * g",
                "self.centre[id(p)] = c",
                "p -= self.lr * g / ((s - c * c).sqrt() + self.eps)",
            ),
        ),
        probes=RMSPROP + LOOP,
        credit=0.25,
        sentence="Your RMSProp subtracts the squared mean gradient (the centred form); the plain form is asked for.",
    ),
    mistake(
        "rmsprop_shared_state",
        "optimizers",
        Edit(
            MEAN,
            lines(
                "self.mean = self.rho * getattr(self, 'mean', 0.0) + (1 - self.rho) * (g * g).mean()",
                "p -= self.lr * g / (self.mean.sqrt() + self.eps)",
            ),
        ),
        probes=RMSPROP + LOOP,
        sentence="Your RMSProp keeps one mean for all parameters; every element of every parameter has its own.",
    ),
    mistake(
        "rmsprop_own_rho",
        "optimizers",
        Edit(MEAN, lines("s.copy_(0.99 * s + 0.01 * g * g)", SCALED_STEP)),
        probes=RMSPROP,
        credit=0.5,
        sentence="Your RMSProp has a rho of its own (0.99); use the argument.",
    ),
    mistake(
        "rmsprop_rate_frozen",
        "optimizers",
        Edit(
            MEAN,
            lines(
                "self.rate = getattr(self, 'rate', self.lr)",
                AVERAGE,
                "p -= self.rate * g / (s.sqrt() + self.eps)",
            ),
        ),
        probes=RMSPROP,
        credit=0.5,
        sentence="Your RMSProp keeps the first learning rate; read self.lr in every step, so that schedules work.",
    ),
    mistake(
        "rmsprop_no_eps",
        "optimizers",
        Edit(MEAN, lines(AVERAGE, "p -= self.lr * g / s.sqrt()")),
        probes=RMSPROP,
        credit=0.5,
        sentence="Your RMSProp lacks eps, so an element whose gradients were all zero becomes NaN (0 / 0).",
    ),
)

ON_ALL = (
    mistake(
        "parameters_replaced",
        "optimizers",
        Edit(" p -= ", " p = p - ", times=5),
        probes=FIVE + DECAY + LOOP,
        sentence="You write p = p - ..., which makes a new tensor and leaves the network's own as it was; "
        "change it in place, p -= ... .",
    ),
    mistake(
        "ascends",
        "optimizers",
        Edit(" p -= ", " p += ", times=5),
        probes=FIVE + DECAY + LOOP,
        sentence="You add the step, which climbs the loss; subtract it.",
    ),
    mistake(
        "records_the_update",
        "optimizers",
        Edit("with torch.no_grad():", "if True:", times=5),
        probes=FIVE + DECAY + LOOP,
        sentence="The update itself is recorded by autograd, which PyTorch refuses; put it under torch.no_grad().",
    ),
    mistake(
        "no_gradient_not_skipped",
        "optimizers",
        Edit("return p.grad.detach()", "return p.grad", times=1),
        Edit("if p.grad is not None:", "if True:", times=5),
        Edit("return p.grad +", "return p.grad.data +"),
        probes=FIVE,
        credit=0.5,
        sentence="A parameter whose .grad is None stops your optimiser; skip it.",
    ),
    mistake(
        "first_parameter_only",
        "optimizers",
        Edit(
            "        self.params = list(params)\n",
            "        self.params = list(params)[:1]\n",
        ),
        probes=FIVE + DECAY,
        sentence="Only the first parameter is ever updated; go through all of self.params.",
    ),
    mistake(
        "torch_optimizer",
        "optimizers",
        Define("""
            class Adam(Optimizer):
                def __init__(self, params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
                    super().__init__(params, lr, weight_decay)
                    self.inner = torch.optim.Adam(self.params, lr, betas, eps, weight_decay)

                def step(self):
                    self.inner.param_groups[0]["lr"] = self.lr
                    self.inner.step()
        """),
        probes=("optimizers.adam",),
        sentence="Your Adam lets torch.optim do the work; write the update yourself.",
    ),
    mistake(
        "zero_grad_empty",
        "optimizers",
        Edit("            p.grad = None\n", "            p.grad\n"),
        probes=LOOP,
        sentence="zero_grad clears nothing, so gradients of all earlier batches pile up.",
    ),
)

ON_DECAY = (
    mistake(
        "decay_ignored",
        "optimizers",
        Edit(GRADIENT, "return p.grad.detach()"),
        probes=DECAY,
        sentence="weight_decay has no effect; add weight_decay * p to the gradient.",
    ),
    mistake(
        "decay_subtracted",
        "optimizers",
        Edit(GRADIENT, "return p.grad.detach() - self.weight_decay * p.detach()"),
        probes=DECAY,
        sentence="You subtract the penalty's gradient, which makes weights grow; add it.",
    ),
    mistake(
        "decay_doubled",
        "optimizers",
        Edit(GRADIENT, "return p.grad.detach() + 2 * self.weight_decay * p.detach()"),
        probes=DECAY,
        credit=0.5,
        sentence="Your penalty's gradient is twice too large: the penalty is weight_decay / 2 * sum(w^2).",
    ),
    mistake(
        "decay_times_rate",
        "optimizers",
        Edit(GRADIENT, "return p.grad.detach() + self.lr * self.weight_decay * p.detach()"),
        probes=DECAY,
        credit=0.25,
        sentence="You multiply the penalty's gradient by the learning rate; the step multiplies by it already.",
    ),
    mistake(
        "decay_of_absolute_values",
        "optimizers",
        Edit(GRADIENT, "return p.grad.detach() + self.weight_decay * p.detach().sign()"),
        probes=DECAY,
        sentence="You add the weights' signs, the gradient of an L1 penalty; the L2 penalty's is weight_decay * p.",
    ),
    mistake(
        "decay_piles_up",
        "optimizers",
        Edit(GRADIENT, "return p.grad.detach().add_(p.detach(), alpha=self.weight_decay)"),
        probes=DECAY,
        credit=0.5,
        sentence="gradient() changes p.grad in place, so calling it twice decays twice; return a new tensor.",
    ),
    mistake(
        "decay_decoupled",
        "optimizers",
        Edit(
            "g = self.gradient(p)\n                    m.copy_",
            lines("p *= 1 - self.lr * self.weight_decay", "g = p.grad.detach()").lstrip()
            + lines("m.copy_").rstrip("\n"),
        ),
        probes=DECAY,
        credit=0.5,
        sentence="Your Adam shrinks the weights apart from the gradient (AdamW); here the penalty is part of g.",
    ),
    mistake(
        "decay_not_in_squares",
        "optimizers",
        Edit(
            MEAN,
            lines("s.copy_(self.rho * s + (1 - self.rho) * p.grad * p.grad)", SCALED_STEP),
        ),
        probes=DECAY,
        credit=0.5,
        sentence="Your RMSProp squares the gradient without the penalty; s is made of the same g as the step.",
    ),
)

VARIANTS: tuple[Variant, ...] = (
    ON_ADAGRAD + ON_RMSPROP + ON_NESTEROV + ON_ADADELTA + ON_ADAM + ON_ALL + ON_DECAY + ACCEPTED
)
