"""Variants of learning-rate decay."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

RATES, TRACE = ("schedules.decayed_lr",), ("schedules.step_decay",)
BOTH = RATES + TRACE
FORMULA = "float(base_lr * gamma ** (epoch // step_size))"

VARIANTS: tuple[Variant, ...] = (
    mistake(
        "epoch_counted_after",
        "schedules",
        Edit(
            "        self.epoch += 1\n        for group",
            "        for group",
        ),
        Edit(
            "decayed_lr(base_lr, self.epoch, self.step_size, self.gamma)\n",
            "decayed_lr(base_lr, self.epoch, self.step_size, self.gamma)\n        self.epoch += 1\n",
        ),
        probes=TRACE,
        sentence="step() sets the rate of the epoch that has just ended; count the epoch first, then set the "
        "next one's rate.",
    ),
    mistake(
        "every_epoch",
        "schedules",
        Edit(FORMULA, "base_lr * gamma**epoch"),
        probes=BOTH,
        sentence="You decay every epoch; the rate changes once every step_size epochs only (epoch // step_size).",
    ),
    mistake(
        "smooth",
        "schedules",
        Edit(FORMULA, "base_lr * gamma ** (epoch / step_size)"),
        probes=BOTH,
        sentence="You divide epochs without rounding down (/ for //), so the rate falls a little every epoch.",
    ),
    mistake(
        "one_late",
        "schedules",
        Edit(FORMULA, "base_lr * gamma ** (max(epoch - 1, 0) // step_size)"),
        probes=BOTH,
        sentence="Your decay comes one epoch late: epochs count from 0, so epoch step_size is the first with "
        "the lower rate.",
    ),
    mistake(
        "one_early",
        "schedules",
        Edit(FORMULA, "base_lr * gamma ** ((epoch + 1) // step_size)"),
        probes=BOTH,
        sentence="Your decay comes one epoch early: epochs count from 0, so epoch step_size is the first with "
        "the lower rate.",
    ),
    mistake(
        "linear",
        "schedules",
        Edit(FORMULA, "base_lr * gamma * (epoch // step_size) if epoch >= step_size else base_lr"),
        probes=BOTH,
        sentence="You multiply gamma by the number of decays; it has to be raised to that power.",
    ),
    mistake(
        "subtracted",
        "schedules",
        Edit(FORMULA, "max(0.0, base_lr * (1 - (1 - gamma) * (epoch // step_size)))"),
        probes=BOTH,
        sentence="You lower the rate by equal amounts; each decay multiplies it by gamma.",
    ),
    mistake(
        "only_once",
        "schedules",
        Edit(FORMULA, "base_lr * gamma if epoch >= step_size else base_lr"),
        probes=BOTH,
        sentence="You decay once and never again; the rate is multiplied by gamma every step_size epochs.",
    ),
    mistake(
        "only_at_multiples",
        "schedules",
        Edit(FORMULA, "base_lr * gamma if epoch % step_size == 0 and epoch else base_lr"),
        probes=BOTH,
        sentence="The rate falls in the epochs that step_size divides and jumps back after them; it must stay down.",
    ),
    mistake(
        "divided",
        "schedules",
        Edit(FORMULA, "base_lr / gamma ** (epoch // step_size)"),
        probes=BOTH,
        sentence="You divide by gamma, so the rate grows; multiply by it.",
    ),
    mistake(
        "first_group_only",
        "schedules",
        Edit(
            "for group, base_lr in zip(self.optimizer.param_groups, self.base_lrs, strict=True):",
            "for group, base_lr in zip(self.optimizer.param_groups[:1], self.base_lrs):",
        ),
        probes=TRACE,
        credit=0.5,
        sentence="Only the first parameter group decays; set the rate of every group in optimizer.param_groups.",
    ),
    mistake(
        "same_for_all_groups",
        "schedules",
        Edit('group["lr"] = decayed_lr(base_lr,', 'group["lr"] = decayed_lr(self.base_lrs[0],'),
        probes=TRACE,
        credit=0.5,
        sentence="Every group gets the rate of the first one; each decays from its own first rate.",
    ),
    mistake(
        "compounded",
        "schedules",
        Edit("decayed_lr(base_lr, self", 'decayed_lr(group["lr"], self'),
        probes=TRACE,
        sentence="You decay the current rate by the whole factor again, so decays pile up; start from the first rate.",
    ),
    mistake(
        "optimizer_untouched",
        "schedules",
        Edit('group["lr"] = decayed', "base_lr = decayed"),
        probes=TRACE,
        sentence='The new rate never reaches the optimiser; write it to group["lr"] of its param_groups.',
    ),
    mistake(
        "torch_scheduler",
        "schedules",
        Define("""
            from torch.optim.lr_scheduler import StepLR

            class StepDecay(StepLR):
                pass
        """),
        probes=TRACE,
        sentence="You use a scheduler of torch.optim.lr_scheduler; write the decay yourself.",
    ),
    accepted(
        "multiplied_in_place",
        "schedules",
        Define("""
            class StepDecay:
                def __init__(self, optimizer, step_size, gamma):
                    self.optimizer = optimizer
                    self.step_size = step_size
                    self.gamma = gamma
                    self.finished = 0

                def step(self):
                    self.finished += 1
                    if self.finished % self.step_size == 0:
                        for group in self.optimizer.param_groups:
                            group["lr"] *= self.gamma
        """),
        probes=BOTH,
    ),
    accepted(
        "repeated_product",
        "schedules",
        Define("""
            import math

            def decayed_lr(base_lr, epoch, step_size, gamma):
                rate = base_lr
                for _ in range(math.floor(epoch / step_size)):
                    rate = rate * gamma
                return rate
        """),
        probes=BOTH,
    ),
)
