"""Variants of the losses, activations and optimisers by name, and of the grid of settings."""

from reference_solutions.mistakes.single_factor_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

LOSSES = ("single_factor.losses",)
ACTIVATIONS = ("single_factor.activations",)
OPTIMIZERS = ("single_factor.optimizers",)
GRID = ("single_factor.grid",)
REFUSALS = ("single_factor.refusals",)
MSE = '"mse": F.mse_loss,'
SMOOTH = '"smooth_l1": F.smooth_l1_loss,'
BCE = '"bce_with_logits": F.binary_cross_entropy_with_logits,'
CROSS_ENTROPY = "        return F.cross_entropy\n"
ADAM = '"adam": torch.optim.Adam,'
BUILD = "return kinds[name](parameters, lr=learning_rate)"

ON_LOSSES = (
    mistake(
        "mse_of_probabilities",
        "single_factor",
        Edit(MSE, '"mse": lambda logits, targets: F.mse_loss(logits.softmax(1), targets),'),
        probes=LOSSES,
        sentence="Your mse applies softmax first; the docstring compares the logits themselves with the "
        "one-hot targets.",
        credit=0.5,
    ),
    mistake(
        "mse_summed_over_classes",
        "single_factor",
        Edit(MSE, '"mse": lambda logits, targets: ((logits - targets) ** 2).sum(1).mean(),'),
        probes=LOSSES,
        sentence="Your mse adds up over the classes; it is the mean over all N * C numbers.",
        credit=0.5,
    ),
    mistake(
        "mse_summed",
        "single_factor",
        Edit(MSE, '"mse": lambda logits, targets: F.mse_loss(logits, targets, reduction="sum"),'),
        probes=LOSSES,
        sentence="Your mse is a sum, so it grows with the batch; it is the mean over all N * C numbers.",
        credit=0.5,
    ),
    mistake(
        "mse_of_labels",
        "single_factor",
        Edit(
            MSE,
            '"mse": lambda logits, targets: F.mse_loss(logits.argmax(1).to(logits.dtype), '
            "targets.argmax(1).to(logits.dtype)),",
        ),
        probes=LOSSES,
        sentence="Your mse compares class numbers, which no gradient passes; compare logits with one-hot targets.",
    ),
    mistake(
        "cross_entropy_of_softmax",
        "single_factor",
        Edit(CROSS_ENTROPY, "        return lambda logits, labels: F.cross_entropy(logits.softmax(1), labels)\n"),
        probes=LOSSES,
        sentence="Softmax is applied twice: F.cross_entropy takes logits.",
    ),
    mistake(
        "cross_entropy_summed",
        "single_factor",
        Edit(CROSS_ENTROPY, '        return nn.CrossEntropyLoss(reduction="sum")\n'),
        probes=LOSSES,
        sentence="Your cross-entropy is a sum over the batch; it is the mean.",
        credit=0.5,
    ),
    mistake(
        "l1_for_smooth_l1",
        "single_factor",
        Edit(SMOOTH, '"smooth_l1": F.l1_loss,'),
        probes=LOSSES,
        sentence="Your smooth_l1 is the plain L1 loss; smooth L1 is quadratic where the difference is below 1.",
    ),
    mistake(
        "smooth_l1_of_probabilities",
        "single_factor",
        Edit(SMOOTH, '"smooth_l1": lambda logits, targets: F.smooth_l1_loss(logits.softmax(1), targets),'),
        probes=LOSSES,
        sentence="Your smooth_l1 applies softmax first; the docstring compares the logits with the one-hot targets.",
        credit=0.5,
    ),
    mistake(
        "smooth_l1_changes_elsewhere",
        "single_factor",
        Edit(SMOOTH, '"smooth_l1": lambda logits, targets: F.smooth_l1_loss(logits, targets, beta=1 / 9),'),
        probes=LOSSES,
        sentence="Your smooth L1 changes over at 1/9, as some detection models do; here it is 1.",
        credit=0.75,
    ),
    mistake(
        "bce_of_softmax",
        "single_factor",
        Edit(BCE, '"bce_with_logits": lambda x, t: F.binary_cross_entropy(x.softmax(1), t),'),
        probes=LOSSES,
        sentence="Your bce_with_logits uses softmax; each class has a sigmoid of its own.",
        credit=0.25,
    ),
    mistake(
        "bce_sigmoid_twice",
        "single_factor",
        Edit(BCE, '"bce_with_logits": lambda x, t: F.binary_cross_entropy_with_logits(x.sigmoid(), t),'),
        probes=LOSSES,
        sentence="The sigmoid is applied twice: binary_cross_entropy_with_logits takes logits.",
    ),
    mistake(
        "bce_overflows",
        "single_factor",
        Edit(
            BCE,
            '"bce_with_logits": lambda x, t: -(t * x.sigmoid().log() + (1 - t) * (1 - x.sigmoid()).log()).mean(),',
        ),
        probes=LOSSES,
        sentence="log(sigmoid(x)) is -inf for very negative x, and 0 * inf is NaN; work with the logits.",
        credit=0.5,
    ),
    mistake(
        "always_ten_classes",
        "single_factor",
        Edit("num_classes=logits.shape[1]", "num_classes=10"),
        probes=LOSSES,
        sentence="Your one-hot targets always have ten classes; their number is that of the logits' columns.",
        credit=0.25,
    ),
    mistake(
        "classes_from_labels",
        "single_factor",
        Edit("F.one_hot(labels, num_classes=logits.shape[1])", "F.one_hot(labels)"),
        Edit(
            "return on_one_hot[name](logits, targets)",
            "return on_one_hot[name](logits[:, : targets.shape[1]], targets)",
        ),
        probes=LOSSES,
        sentence="F.one_hot without num_classes counts up to the largest label of the batch; the logits say how many.",
        credit=0.25,
    ),
)

ON_ACTIVATIONS = (
    mistake(
        "leaky_slope_of_two_tenths",
        "single_factor",
        Edit('"leaky_relu": nn.LeakyReLU', '"leaky_relu": lambda: nn.LeakyReLU(0.2)'),
        probes=ACTIVATIONS,
        sentence="Your leaky ReLU has slope 0.2; the docstring says 0.01.",
        credit=0.75,
    ),
    mistake(
        "leaky_slope_learnt",
        "single_factor",
        Edit('"leaky_relu": nn.LeakyReLU', '"leaky_relu": lambda: nn.PReLU(dtype=torch.float64)'),
        probes=ACTIVATIONS,
        sentence="You return PReLU, whose slope is learnt and starts at 0.25; leaky ReLU has the fixed slope 0.01.",
        credit=0.5,
    ),
    mistake(
        "hard_sigmoid",
        "single_factor",
        Edit('"sigmoid": nn.Sigmoid', '"sigmoid": nn.Hardsigmoid'),
        probes=ACTIVATIONS,
        sentence="You return the piecewise linear hard sigmoid; the sigmoid is 1 / (1 + exp(-x)).",
        credit=0.5,
    ),
    mistake(
        "hard_tanh",
        "single_factor",
        Edit('"tanh": nn.Tanh', '"tanh": nn.Hardtanh'),
        probes=ACTIVATIONS,
        sentence="You return hard tanh, which is cut off at -1 and 1; tanh is smooth.",
        credit=0.5,
    ),
    mistake(
        "relu6",
        "single_factor",
        Edit('"relu": nn.ReLU', '"relu": nn.ReLU6'),
        probes=ACTIVATIONS,
        sentence="You return ReLU6, which is cut off at 6.",
        credit=0.5,
    ),
    mistake(
        "softsign_for_softplus",
        "single_factor",
        Edit('"softplus": nn.Softplus', '"softplus": nn.Softsign'),
        probes=ACTIVATIONS,
        sentence="You return softsign, x / (1 + |x|); softplus is log(1 + exp(x)).",
    ),
    mistake(
        "softplus_overflows",
        "single_factor",
        Edit('"softplus": nn.Softplus', '"softplus": Overflowing'),
        Edit(
            "Loss = Callable[[Tensor, Tensor], Tensor]\n",
            "Loss = Callable[[Tensor, Tensor], Tensor]\n\n\n"
            "class Overflowing(nn.Module):\n"
            "    def forward(self, x):\n"
            "        return torch.log(1 + torch.exp(x))\n",
        ),
        probes=ACTIVATIONS,
        sentence="exp(x) overflows for large x; nn.Softplus, or torch.logaddexp, does not.",
        credit=0.75,
    ),
)

ON_OPTIMIZERS = (
    mistake(
        "sgd_with_momentum",
        "single_factor",
        Edit(BUILD, f'if name == "sgd":\n        return torch.optim.SGD(parameters, learning_rate, 0.9)\n    {BUILD}'),
        probes=OPTIMIZERS,
        sentence="Your sgd has momentum 0.9, which is a second factor; the docstring says none.",
        credit=0.5,
    ),
    mistake(
        "adamw_for_adam",
        "single_factor",
        Edit(ADAM, '"adam": torch.optim.AdamW,'),
        probes=OPTIMIZERS,
        sentence="You return AdamW, whose weights decay by default; adam is torch.optim.Adam.",
        credit=0.75,
    ),
    mistake(
        "rmsprop_for_adagrad",
        "single_factor",
        Edit('"adagrad": torch.optim.Adagrad', '"adagrad": torch.optim.RMSprop'),
        probes=OPTIMIZERS,
        sentence="You return RMSprop, which forgets old gradients; Adagrad adds up all their squares.",
        credit=0.5,
    ),
    mistake(
        "adadelta_at_its_default",
        "single_factor",
        Edit(BUILD, f'if name == "adadelta":\n        return torch.optim.Adadelta(parameters)\n    {BUILD}'),
        probes=OPTIMIZERS,
        sentence="Your adadelta keeps its default learning rate 1.0; pass learning_rate on.",
        credit=0.5,
    ),
    mistake(
        "weight_decay",
        "single_factor",
        Edit(BUILD, "return kinds[name](parameters, lr=learning_rate, weight_decay=5e-4)"),
        probes=OPTIMIZERS,
        sentence="Your optimisers have weight decay, which is a second factor; the docstring says none.",
        credit=0.5,
    ),
    mistake(
        "rate_ignored",
        "single_factor",
        Edit(BUILD, "return kinds[name](parameters, lr=0.01)"),
        probes=OPTIMIZERS,
        sentence="Your optimisers ignore learning_rate.",
    ),
)

UNION = "        runs += [{**base, factor: value} for value in values if value != base[factor]]\n"
ON_GRID = (
    mistake(
        "all_combinations",
        "single_factor",
        Define("""
            import itertools

            def single_factor_grid(base, factors):
                if any(factor not in base for factor in factors):
                    raise ValueError("unknown factor")
                return [
                    {**base, **dict(zip(factors, values))} for values in itertools.product(*factors.values())
                ]
        """),
        probes=GRID,
        sentence="You return every combination of the factors; only one factor differs from the base in each run.",
    ),
    mistake(
        "base_missing",
        "single_factor",
        Edit("runs = [dict(base)]", "runs = []"),
        probes=GRID,
        sentence="The base run itself is missing; without it there is nothing to compare with.",
        credit=0.5,
    ),
    mistake(
        "base_repeated",
        "single_factor",
        Edit("for value in values if value != base[factor]]", "for value in values]"),
        probes=GRID,
        sentence="A value equal to the base's gives another run of the same settings; leave it out.",
        credit=0.5,
    ),
    mistake(
        "changes_add_up",
        "single_factor",
        Edit(
            UNION,
            "        for value in values:\n"
            "            if value != base[factor]:\n"
            "                runs.append({**runs[-1], factor: value})\n",
        ),
        probes=GRID,
        sentence="Each of your runs starts from the run before, so changes add up; each starts from the base.",
    ),
    mistake(
        "one_shared_dictionary",
        "single_factor",
        Edit(
            UNION,
            "        run = dict(base)\n"
            "        for value in values:\n"
            "            if value != base[factor]:\n"
            "                run[factor] = value\n"
            "                runs.append(run)\n",
        ),
        probes=GRID,
        sentence="Your runs are one and the same dictionary, changed again and again; make a new one for each run.",
    ),
    mistake(
        "base_itself_returned",
        "single_factor",
        Edit("runs = [dict(base)]", "runs = [base]"),
        probes=GRID,
        sentence="The first run is the caller's own dictionary; a later change of it would change the run.",
        credit=0.5,
    ),
    mistake(
        "unknown_factor_accepted",
        "single_factor",
        Edit("if factor not in base]", "if False]"),
        Edit("if value != base[factor]]", "if value != base.get(factor)]"),
        probes=REFUSALS,
        sentence="A factor that is not among the base settings, a typing mistake say, is accepted; raise ValueError.",
        credit=0.75,
    ),
    mistake(
        "key_errors",
        "single_factor",
        Edit("if name not in kinds:", "if False:", times=2),
        Edit("if name not in on_one_hot:", "on_one_hot[name]\n    if False:"),
        probes=REFUSALS,
        sentence="An unknown name ends in a KeyError from inside; raise ValueError and say which names there are.",
        credit=0.75,
    ),
)

VARIANTS: tuple[Variant, ...] = ON_LOSSES + ON_ACTIVATIONS + ON_OPTIMIZERS + ON_GRID + ACCEPTED
