"""Variants of the range test and of cyclical learning rates."""

from reference_solutions.mistakes.rates_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

LOG, TEST, BOUNDS = ("rates.log_spaced",), ("rates.range_test",), ("rates.bounds",)
TRIANGULAR, DECAYING, CYCLICAL = ("rates.triangular",), ("rates.decaying",), ("rates.cyclical",)
SPACED = "return [lowest * ratio**number for number in range(count)]"
RESTORE = "        model.load_state_dict(start)\n        model.train()\n"
FINALLY = "    model.load_state_dict(start)\n    model.train(mode)\n"
MEAN = "    return total / seen\n"
LR_MIN = "lr_min = next(rate for rate, loss in finite if loss <= top - share * (top - bottom))"
BEST = "lr_max, bottom = min(finite, key=lambda pair: pair[1], default=(math.nan, math.nan))"
HEIGHT = "height = 1 - abs(iteration / step_size % 2 - 1)"
SUM = "return lr_min + (lr_max - lr_min) * height"
DECAY = "return lr_min + (triangular_rate(iteration, lr_min, lr_max, step_size) - lr_min) * gamma**iteration"

SPACING = (
    mistake(
        "linear_spacing",
        "rates",
        Edit(SPACED, "return [lowest + (highest - lowest) * number / (count - 1) for number in range(count)]"),
        probes=LOG,
        sentence="Your rates are equally far apart; they are equal multiples, equally far apart in the logarithm.",
    ),
    mistake(
        "highest_left_out",
        "rates",
        Edit("** (1 / (count - 1))", "** (1 / count)"),
        probes=LOG,
        credit=0.5,
        sentence="Your highest rate is missing: ten rates have nine steps between them, so take count - 1.",
    ),
    mistake(
        "one_too_many",
        "rates",
        Edit("for number in range(count)]", "for number in range(count + 1)]"),
        probes=LOG,
        credit=0.5,
        sentence="You return one rate too many.",
    ),
    mistake(
        "powers_of_ten",
        "rates",
        Edit(SPACED, "return [lowest * 10.0**number for number in range(count)]"),
        probes=LOG,
        credit=0.5,
        sentence="Each of your rates is ten times the one before; the multiple follows from the bounds and the count.",
    ),
    mistake(
        "exponents",
        "rates",
        Edit(SPACED, "return [math.log10(lowest * ratio**number) for number in range(count)]"),
        probes=LOG,
        credit=0.25,
        sentence="You return the exponents; raise 10 to them.",
    ),
    mistake(
        "falling_rates",
        "rates",
        Edit("for number in range(count)]", "for number in reversed(range(count))]"),
        probes=LOG,
        credit=0.5,
        sentence="Your rates fall; they go from lowest to highest.",
    ),
)

TESTING = (
    mistake(
        "weights_kept",
        "rates",
        Edit(RESTORE, "        model.train()\n"),
        probes=TEST,
        credit=0.25,
        sentence="Each run goes on with the weights of the one before; start every run from the same weights.",
    ),
    mistake(
        "start_not_copied",
        "rates",
        Edit("copy.deepcopy(model.state_dict())", "model.state_dict()"),
        probes=TEST,
        credit=0.25,
        sentence="state_dict() gives the weights themselves, so they change while you train; keep a deep copy.",
    ),
    mistake(
        "statistics_kept",
        "rates",
        Edit(
            "copy.deepcopy(model.state_dict())",
            "{k: v.detach().clone() for k, v in model.named_parameters()}",
        ),
        Edit("model.load_state_dict(start)", "model.load_state_dict(start, strict=False)", times=2),
        probes=TEST,
        credit=0.5,
        sentence="Only parameters are restored; batch norm's running statistics belong to the start as well.",
    ),
    mistake(
        "optimizer_shared",
        "rates",
        Edit("    losses = []\n", "    losses = []\n    optimizer = make_optimizer(model, rates[0])\n"),
        Edit(
            "        losses.append(_last_epoch_loss(model, batches, loss_fn, make_optimizer(model, rate), epochs))\n",
            '        optimizer.param_groups[0]["lr"] = rate\n'
            "        losses.append(_last_epoch_loss(model, batches, loss_fn, optimizer, epochs))\n",
        ),
        probes=TEST,
        credit=0.5,
        sentence="All runs share one optimiser, so momentum of one rate reaches the next; make a new one for each.",
    ),
    mistake(
        "first_rate_only",
        "rates",
        Edit("make_optimizer(model, rate), epochs", "make_optimizer(model, rates[0]), epochs"),
        probes=TEST,
        sentence="Every run uses the first rate.",
    ),
    mistake(
        "first_epoch",
        "rates",
        Edit(
            "            seen += len(targets)\n",
            "            seen += len(targets)\n        first = locals().get('first', total / seen)\n",
        ),
        Edit(MEAN, "    return first\n"),
        probes=TEST,
        credit=0.5,
        sentence="You return the loss of the first epoch; that of the last one is asked for.",
    ),
    mistake(
        "mean_of_all_epochs",
        "rates",
        Edit(
            "    for _ in range(epochs):\n        total, seen = 0.0, 0\n",
            "    total, seen = 0.0, 0\n    for _ in range(epochs):\n",
        ),
        probes=TEST,
        credit=0.5,
        sentence="You average over all epochs; the mean of the last one is asked for.",
    ),
    mistake(
        "mean_over_batches",
        "rates",
        Edit("total += loss.item() * len(targets)", "total += loss.item()"),
        Edit("seen += len(targets)", "seen += 1"),
        probes=TEST,
        credit=0.5,
        sentence="You average the batches' losses; the last batch is smaller, so weight each by its number of samples.",
    ),
    mistake(
        "last_batch",
        "rates",
        Edit(MEAN, "    return loss.item()\n"),
        probes=TEST,
        credit=0.5,
        sentence="You return the loss of the last batch; take the mean over the samples of the last epoch.",
    ),
    mistake(
        "evaluation_mode",
        "rates",
        Edit(RESTORE, "        model.load_state_dict(start)\n"),
        probes=TEST,
        credit=0.5,
        sentence="The runs take place in the mode that the model came in; call model.train().",
    ),
    mistake(
        "no_zero_grad",
        "rates",
        Edit("            optimizer.zero_grad()\n", ""),
        probes=TEST,
        credit=0.25,
        sentence="optimizer.zero_grad() is missing, so gradients of all earlier batches pile up.",
    ),
    mistake(
        "left_trained",
        "rates",
        Edit(FINALLY, "    model.train(mode)\n"),
        probes=TEST,
        credit=0.5,
        sentence="The model is left with the weights of the last run; put the start back.",
    ),
    mistake(
        "left_in_training_mode",
        "rates",
        Edit(FINALLY, "    model.load_state_dict(start)\n"),
        probes=TEST,
        credit=0.5,
        sentence="The model is left in training mode; put it back into the mode it came in.",
    ),
    mistake(
        "diverged_left_out",
        "rates",
        Edit("return math.nan", "break"),
        probes=TEST,
        credit=0.5,
        sentence="A batch whose loss is not finite is left out of the mean, so a run that broke down looks fine; "
        "end it with nan.",
    ),
    mistake(
        "epochs_ignored",
        "rates",
        Edit("for _ in range(epochs):", "for _ in range(5):"),
        probes=TEST,
        credit=0.5,
        sentence="You always train for 5 epochs; use the argument epochs.",
    ),
)

BOUNDING = (
    mistake(
        "steepest_for_lr_max",
        "rates",
        Edit(
            LR_MIN,
            f"{LR_MIN}\n    lr_max = max(zip(finite, finite[1:]), key=lambda pair: pair[0][1] - pair[1][1])[1][0]",
        ),
        probes=BOUNDS,
        credit=0.25,
        sentence="Your lr_max is where the curve falls fastest; the rule takes the rate of the smallest loss.",
    ),
    mistake(
        "lowest_rate",
        "rates",
        Edit(LR_MIN, "lr_min = rates[0]"),
        probes=BOUNDS,
        credit=0.25,
        sentence="Your lr_min is the lowest rate tried, at which nothing is learnt yet.",
    ),
    mistake(
        "any_fall",
        "rates",
        Edit(LR_MIN, "lr_min = next(rate for rate, loss in finite if loss < top)"),
        probes=BOUNDS,
        credit=0.5,
        sentence="Your lr_min is the first rate with any fall, however small; it must be `share` of the whole.",
    ),
    mistake(
        "share_of_the_loss",
        "rates",
        Edit(LR_MIN, "lr_min = next((rate for rate, loss in finite if loss <= (1 - share) * top), lr_max)"),
        probes=BOUNDS,
        credit=0.5,
        sentence="You take `share` of the first loss; it is a share of the way from there down to the smallest.",
    ),
    mistake(
        "own_share",
        "rates",
        Edit(LR_MIN, LR_MIN.replace("share *", "0.1 *")),
        probes=BOUNDS,
        credit=0.5,
        sentence="You wrote 0.1 for the share; use the argument.",
    ),
    mistake(
        "nan_counts",
        "rates",
        Edit("if math.isfinite(loss)]", "]"),
        Edit(LR_MIN, LR_MIN.replace("next(", "next((").replace("bottom))", "bottom)), math.nan)")),
        probes=BOUNDS,
        credit=0.5,
        sentence="Losses that are nan or infinite take part; leave them out.",
    ),
    mistake(
        "last_of_equals",
        "rates",
        Edit(BEST, BEST.replace("min(finite,", "min(reversed(finite),")),
        probes=BOUNDS,
        credit=0.75,
        sentence="Where two rates reach the smallest loss you take the higher; lr_max is the first.",
    ),
    mistake(
        "bounds_swapped",
        "rates",
        Edit("    return lr_min, lr_max\n", "    return lr_max, lr_min\n"),
        probes=BOUNDS,
        credit=0.5,
        sentence="You return (lr_max, lr_min); lr_min comes first.",
    ),
    mistake(
        "a_tenth_of_the_best",
        "rates",
        Edit("    return lr_min, lr_max\n", "    return lr_min, lr_max / 10\n"),
        probes=BOUNDS,
        credit=0.5,
        sentence="Your lr_max is a tenth of the best rate, another rule of thumb; here it is that rate itself.",
    ),
    mistake(
        "positions",
        "rates",
        Edit("    return lr_min, lr_max\n", "    return rates.index(lr_min), rates.index(lr_max)\n"),
        probes=BOUNDS,
        credit=0.5,
        sentence="You return positions in the list; the rates at these positions are asked for.",
    ),
    mistake(
        "nothing_refused",
        "rates",
        Edit("    if not bottom < top:\n", "    if not finite:\n"),
        probes=BOUNDS,
        credit=0.5,
        sentence="A curve that never falls has no bounds; raise ValueError.",
    ),
)

POLICIES = (
    mistake(
        "starts_high",
        "rates",
        Edit(HEIGHT, "height = abs(iteration / step_size % 2 - 1)"),
        probes=TRIANGULAR + DECAYING,
        credit=0.5,
        sentence="Your cycle starts at lr_max; iteration 0 has lr_min.",
    ),
    mistake(
        "sawtooth",
        "rates",
        Edit(HEIGHT, "height = iteration / step_size % 1"),
        probes=TRIANGULAR + DECAYING,
        credit=0.25,
        sentence="Your rate rises and jumps back; after the rise it comes down in a straight line too.",
    ),
    mistake(
        "step_size_is_a_cycle",
        "rates",
        Edit(HEIGHT, "height = 1 - abs(2 * iteration / step_size % 2 - 1)"),
        probes=TRIANGULAR + DECAYING,
        credit=0.5,
        sentence="You take step_size for a whole cycle; it is half of one.",
    ),
    mistake(
        "counted_from_one",
        "rates",
        Edit(HEIGHT, "height = 1 - abs((iteration + 1) / step_size % 2 - 1)"),
        probes=TRIANGULAR + DECAYING,
        credit=0.5,
        sentence="Your policy is one iteration ahead; iterations count from 0.",
    ),
    mistake(
        "whole_steps",
        "rates",
        Edit(HEIGHT, "height = 1 - abs(iteration // step_size % 2 - 1)"),
        probes=TRIANGULAR + DECAYING,
        credit=0.25,
        sentence="You divide and round down (//), so the rate jumps between the bounds.",
    ),
    mistake(
        "cosine",
        "rates",
        Edit(HEIGHT, "height = (1 - math.cos(math.pi * iteration / step_size)) / 2"),
        probes=TRIANGULAR + DECAYING,
        credit=0.5,
        sentence="Your rate follows a cosine; the triangular policy goes in straight lines.",
    ),
    mistake(
        "height_of_lr_max",
        "rates",
        Edit(SUM, "return lr_min + lr_max * height"),
        probes=TRIANGULAR + DECAYING,
        credit=0.5,
        sentence="Your peak is lr_min + lr_max; the height is lr_max - lr_min.",
    ),
    mistake(
        "one_cycle_only",
        "rates",
        Edit(HEIGHT, "height = max(0.0, 1 - abs(iteration / step_size - 1))"),
        probes=TRIANGULAR + DECAYING,
        credit=0.5,
        sentence="Your rate has one cycle and then stays at lr_min; the cycles repeat.",
    ),
    mistake(
        "decays_by_cycle",
        "rates",
        Edit(DECAY, DECAY.replace("gamma**iteration", "gamma ** (iteration // (2 * step_size))")),
        probes=DECAYING,
        credit=0.5,
        sentence="Your height decays once a cycle; it is multiplied by gamma ** iteration.",
    ),
    mistake(
        "halves_by_cycle",
        "rates",
        Edit(DECAY, DECAY.replace("gamma**iteration", "0.5 ** (iteration // (2 * step_size))")),
        probes=DECAYING,
        credit=0.25,
        sentence="Your height halves with each cycle (Smith's triangular2); multiply it by gamma ** iteration.",
    ),
    mistake(
        "decays_by_step_size",
        "rates",
        Edit(DECAY, DECAY.replace("gamma**iteration", "gamma ** (iteration / step_size)")),
        probes=DECAYING,
        credit=0.5,
        sentence="Your exponent is iteration / step_size; it is the iteration itself.",
    ),
    mistake(
        "whole_rate_decays",
        "rates",
        Edit(DECAY, "return triangular_rate(iteration, lr_min, lr_max, step_size) * gamma**iteration"),
        probes=DECAYING,
        credit=0.5,
        sentence="The whole rate decays, and falls below lr_min; only the height above lr_min does.",
    ),
    mistake(
        "multiplied_by_iteration",
        "rates",
        Edit(DECAY, DECAY.replace("gamma**iteration", "gamma * iteration")),
        probes=DECAYING,
        credit=0.25,
        sentence="You multiply gamma by the iteration; it has to be raised to that power.",
    ),
    mistake(
        "no_decay",
        "rates",
        Edit(DECAY, "return triangular_rate(iteration, lr_min, lr_max, step_size)"),
        probes=DECAYING,
        sentence="gamma has no effect on your rate.",
    ),
)

SETTING = (
    mistake(
        "not_set_at_first",
        "rates",
        Edit("        self.iteration = 0\n        self._set()\n", "        self.iteration = 0\n"),
        probes=CYCLICAL,
        credit=0.5,
        sentence="The first iteration runs with the optimiser's own rate; set that of iteration 0 on creation.",
    ),
    mistake(
        "one_behind",
        "rates",
        Edit(
            "        self.iteration += 1\n        self._set()\n", "        self._set()\n        self.iteration += 1\n"
        ),
        probes=CYCLICAL,
        credit=0.5,
        sentence="step() sets the rate of the iteration that has just ended; count first, then set the next one's.",
    ),
    mistake(
        "first_group_only",
        "rates",
        Edit("in self.optimizer.param_groups:", "in self.optimizer.param_groups[:1]:"),
        probes=CYCLICAL,
        credit=0.5,
        sentence="Only the first parameter group gets the rate; set every group in optimizer.param_groups.",
    ),
    mistake(
        "multiplied",
        "rates",
        Edit('group["lr"] = self.policy(self.iteration)', 'group["lr"] *= self.policy(self.iteration)'),
        probes=CYCLICAL,
        credit=0.25,
        sentence="You multiply the present rate by the policy's; replace it.",
    ),
    mistake(
        "optimizer_untouched",
        "rates",
        Edit('group["lr"] = self', "self.lr = self"),
        probes=CYCLICAL,
        sentence='The rate never reaches the optimiser; write it to group["lr"] of its param_groups.',
    ),
    mistake(
        "torch_scheduler",
        "rates",
        Define("""
            from torch.optim.lr_scheduler import LambdaLR

            class CyclicalRate(LambdaLR):
                pass
        """),
        probes=CYCLICAL,
        sentence="You use a scheduler of torch.optim.lr_scheduler; set the rates yourself.",
    ),
)

VARIANTS: tuple[Variant, ...] = SPACING + TESTING + BOUNDING + POLICIES + SETTING + ACCEPTED
