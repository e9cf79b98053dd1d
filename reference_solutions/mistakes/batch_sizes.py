"""Variants of gradient accumulation, of the batch-size finder and of cyclical batch sizes."""

from reference_solutions.mistakes.batch_sizes_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Edit, Variant, mistake

EQUAL, UNEVEN = ("batch_sizes.accumulation",), ("batch_sizes.uneven_accumulation",)
FINDER, CYCLE, BATCHES = ("batch_sizes.finder",), ("batch_sizes.cyclical",), ("batch_sizes.batches",)
BOTH = EQUAL + UNEVEN
LOSS = "loss = loss_fn(model(x), y) * (len(y) / len(targets))"
TOTAL = "        total += loss.item()\n"
ZERO = "    optimizer.zero_grad()\n"
STEP = "    optimizer.step()\n    return total\n"
LOOP = "zip(inputs.split(micro_batch), targets.split(micro_batch), strict=True)"
PAYS = "pays = doubled < (1 - gain) * loss"
STOP = "        if b_min and not pays:\n            break\n"
DEPTH = "depth = 1 - abs(iteration / step_size % 2 - 1)"
SIZE = "return round(b_max - (b_max - b_min) * depth * gamma**iteration)"
REFILL = "        while len(waiting) < size:\n            waiting = torch.cat([waiting, torch.randperm(count)])\n"

ACCUMULATING = (
    mistake(
        "not_divided",
        "batch_sizes",
        Edit(LOSS, "loss = loss_fn(model(x), y)"),
        Edit("total += loss.item()", "total += loss.item() * len(y) / len(targets)"),
        probes=BOTH,
        credit=0.25,
        sentence="You add up the gradients of the micro-batches' means without weights; the mean over the whole batch "
        "needs each times its share of the samples.",
    ),
    mistake(
        "divided_by_parts",
        "batch_sizes",
        Edit(LOSS, "loss = loss_fn(model(x), y) / len(inputs.split(micro_batch))"),
        probes=UNEVEN,
        credit=0.5,
        sentence="You divide by the number of micro-batches, which is right only where all are of one size; "
        "weight each by its share of the samples.",
    ),
    mistake(
        "divided_by_micro_batch",
        "batch_sizes",
        Edit(LOSS, "loss = loss_fn(model(x), y) / micro_batch"),
        probes=BOTH,
        credit=0.25,
        sentence="You divide by the size of a micro-batch; the loss is a mean over it already.",
    ),
    mistake(
        "divided_by_batch",
        "batch_sizes",
        Edit(LOSS, "loss = loss_fn(model(x), y) / len(targets)"),
        probes=BOTH,
        credit=0.25,
        sentence="You divide the micro-batches' means by the size of the whole batch, so the gradient is too small.",
    ),
    mistake(
        "multiplied_by_size",
        "batch_sizes",
        Edit(LOSS, "loss = loss_fn(model(x), y) * len(y)"),
        probes=BOTH,
        credit=0.25,
        sentence="Your gradient is that of the sum over the batch; divide by its size.",
    ),
    mistake(
        "share_of_a_full_part",
        "batch_sizes",
        Edit(LOSS, "loss = loss_fn(model(x), y) * (micro_batch / len(targets))"),
        probes=UNEVEN,
        credit=0.5,
        sentence="You weight every micro-batch as if it were full; the last one is smaller.",
    ),
    mistake(
        "step_each_time",
        "batch_sizes",
        Edit("        loss.backward()\n", "        loss.backward()\n        optimizer.step()\n"),
        Edit("    optimizer.step()\n    return", "    return"),
        probes=BOTH,
        credit=0.25,
        sentence="The optimiser steps after every micro-batch; step once, after the last.",
    ),
    mistake(
        "zero_grad_in_loop",
        "batch_sizes",
        Edit("        loss.backward()\n", "        optimizer.zero_grad()\n        loss.backward()\n"),
        probes=BOTH,
        credit=0.25,
        sentence="zero_grad() stands in the loop, so only the last micro-batch counts.",
    ),
    mistake(
        "no_zero_grad",
        "batch_sizes",
        Edit(ZERO, ""),
        probes=BOTH,
        credit=0.25,
        sentence="Gradients left from earlier take part; call zero_grad() once, before the first micro-batch.",
    ),
    mistake(
        "no_step",
        "batch_sizes",
        Edit("    optimizer.step()\n", ""),
        probes=BOTH,
        sentence="optimizer.step() is missing: no weight ever changes.",
    ),
    mistake(
        "whole_batch",
        "batch_sizes",
        Edit(LOOP, "[(inputs, targets)]"),
        probes=BOTH,
        credit=0.25,
        sentence="The whole batch goes through the model at once, which is what accumulation avoids.",
    ),
    mistake(
        "one_by_one",
        "batch_sizes",
        Edit(LOOP, "zip(inputs.split(1), targets.split(1), strict=True)"),
        probes=BOTH,
        credit=0.5,
        sentence="Samples go through the model one by one; take micro_batch of them at a time.",
    ),
    mistake(
        "rest_dropped",
        "batch_sizes",
        Edit(
            LOOP,
            "[(inputs[i : i + micro_batch], targets[i : i + micro_batch])\n"
            "                 for i in range(0, len(inputs) - micro_batch + 1, micro_batch)]",
        ),
        probes=UNEVEN,
        credit=0.5,
        sentence="The samples that do not fill a micro-batch are dropped; use them in a smaller one.",
    ),
    mistake(
        "last_loss",
        "batch_sizes",
        Edit(TOTAL, "        total = loss.item() * len(targets) / len(y)\n"),
        probes=UNEVEN,
        credit=0.5,
        sentence="You return the loss of the last micro-batch; the mean over the whole batch is asked for.",
    ),
    mistake(
        "loss_summed",
        "batch_sizes",
        Edit(TOTAL, "        total += loss.item() * len(targets) / len(y)\n"),
        probes=UNEVEN,
        credit=0.5,
        sentence="You return the sum of the micro-batches' losses; the mean over the whole batch is asked for.",
    ),
    mistake(
        "loss_mean_of_means",
        "batch_sizes",
        Edit(TOTAL, "        total += loss.item() * len(targets) / len(y) / len(inputs.split(micro_batch))\n"),
        probes=UNEVEN,
        credit=0.5,
        sentence="You return the mean of the micro-batches' means; the last is smaller, so weight each by its size.",
    ),
    mistake(
        "loss_as_tensor",
        "batch_sizes",
        Edit("total += loss.item()", "total += loss"),
        probes=UNEVEN,
        credit=0.5,
        sentence="You return a tensor that keeps the graph of every micro-batch in memory; add up loss.item().",
    ),
)

FINDING = (
    mistake(
        "b_max_before",
        "batch_sizes",
        Edit("    return b_min, size\n", "    return b_min, max(b_min, size // 2)\n"),
        probes=FINDER,
        credit=0.5,
        sentence="Your b_max is one doubling too small: it is the size after the last doubling that pays.",
    ),
    mistake(
        "b_max_does_not_pay",
        "batch_sizes",
        Edit(STOP, "        if b_min and not pays:\n            size *= 2\n            break\n"),
        probes=FINDER,
        credit=0.5,
        sentence="Your b_max is the first size that no longer pays; it is the size before that.",
    ),
    mistake(
        "b_min_after",
        "batch_sizes",
        Edit("            b_min = size\n", "            b_min = 2 * size\n"),
        probes=FINDER,
        credit=0.5,
        sentence="Your b_min is the size after the first doubling that pays; it is the size before it.",
    ),
    mistake(
        "smallest_is_b_min",
        "batch_sizes",
        Edit("    return b_min, size\n", "    return smallest, size\n"),
        probes=FINDER,
        credit=0.5,
        sentence="Your b_min is always the smallest size; it is the first one at which doubling pays.",
    ),
    mistake(
        "absolute_gain",
        "batch_sizes",
        Edit(PAYS, "pays = doubled < loss - gain"),
        probes=FINDER,
        credit=0.5,
        sentence="You compare the fall of the loss with gain; gain is a share of the loss before.",
    ),
    mistake(
        "any_gain",
        "batch_sizes",
        Edit(PAYS, "pays = doubled < loss"),
        probes=FINDER,
        credit=0.5,
        sentence="Any fall of the loss counts as a gain; it must be more than the share `gain`.",
    ),
    mistake(
        "against_the_first",
        "batch_sizes",
        Edit("size, loss = 2 * size, doubled", "size = 2 * size"),
        probes=FINDER,
        credit=0.25,
        sentence="You compare every loss with the first; compare it with that of half the size.",
    ),
    mistake(
        "goes_on_after_the_break",
        "batch_sizes",
        Edit(STOP, ""),
        Edit(
            "size, loss = 2 * size, doubled",
            "size, loss = 2 * size, doubled\n        b_max = size if pays else locals().get('b_max')",
        ),
        Edit("    return b_min, size\n", "    return b_min, b_max\n"),
        probes=FINDER,
        credit=0.5,
        sentence="You look past a doubling that does not pay; the search ends there.",
    ),
    mistake(
        "stops_before_it_begins",
        "batch_sizes",
        Edit("if b_min and not pays:", "if not pays:"),
        probes=FINDER,
        credit=0.5,
        sentence="Your search ends at the first doubling that does not pay, even before one has paid.",
    ),
    mistake(
        "trains_twice",
        "batch_sizes",
        Edit("size, loss = 2 * size, doubled", "size, loss = 2 * size, loss_of(2 * size)"),
        probes=FINDER,
        credit=0.5,
        sentence="You train sizes twice; keep the loss, since every call is a training run.",
    ),
    mistake(
        "trains_all",
        "batch_sizes",
        Edit(
            "b_min, size, loss = 0, smallest, loss_of(smallest)\n",
            "known, b = {}, smallest\n"
            "    while b <= largest:\n"
            "        known[b] = loss_of(b)\n"
            "        b *= 2\n"
            "    loss_of = known.__getitem__\n"
            "    b_min, size, loss = 0, smallest, loss_of(smallest)\n",
        ),
        probes=FINDER,
        credit=0.5,
        sentence="You train every size before you look at the losses; stop at the first doubling that no longer pays.",
    ),
    mistake(
        "largest_exceeded",
        "batch_sizes",
        Edit("while 2 * size <= largest:", "while size <= largest:"),
        probes=FINDER,
        credit=0.5,
        sentence="You try a size above the largest allowed.",
    ),
    mistake(
        "largest_left_out",
        "batch_sizes",
        Edit("while 2 * size <= largest:", "while 2 * size < largest:"),
        probes=FINDER,
        credit=0.5,
        sentence="The largest size is never tried; it is allowed.",
    ),
    mistake(
        "nothing_refused",
        "batch_sizes",
        Edit(
            '        raise ValueError(f"no doubling from {smallest} to {largest} pays")\n',
            "        return smallest, size\n",
        ),
        probes=FINDER,
        credit=0.5,
        sentence="Where no doubling pays there are no bounds; raise ValueError.",
    ),
)

CYCLING = (
    mistake(
        "not_mirrored",
        "batch_sizes",
        Edit(SIZE, "return round(b_min + (b_max - b_min) * depth * gamma**iteration)"),
        probes=CYCLE,
        credit=0.25,
        sentence="Your batch size moves as the rate does, up from b_min, and decays to b_min; it is the mirror: "
        "down from b_max, and growing to b_max.",
    ),
    mistake(
        "starts_small",
        "batch_sizes",
        Edit(DEPTH, "depth = abs(iteration / step_size % 2 - 1)"),
        probes=CYCLE,
        credit=0.5,
        sentence="Your cycle starts at b_min; iteration 0 has b_max.",
    ),
    mistake(
        "dips_deepen",
        "batch_sizes",
        Edit(SIZE, "return round(b_max - (b_max - b_min) * depth / gamma**iteration)"),
        probes=CYCLE,
        credit=0.25,
        sentence="Your dips below b_max become deeper; they become flatter, by gamma ** iteration.",
    ),
    mistake(
        "gamma_ignored",
        "batch_sizes",
        Edit("* depth * gamma**iteration", "* depth"),
        probes=CYCLE,
        credit=0.5,
        sentence="gamma has no effect on your batch sizes, so they do not grow.",
    ),
    mistake(
        "gamma_by_cycle",
        "batch_sizes",
        Edit("gamma**iteration", "gamma ** (iteration // (2 * step_size))"),
        probes=CYCLE,
        credit=0.5,
        sentence="Your dips become flatter once a cycle; multiply by gamma ** iteration.",
    ),
    mistake(
        "whole_size_scaled",
        "batch_sizes",
        Edit(SIZE, "return round((b_max - (b_max - b_min) * depth) * gamma**iteration)"),
        probes=CYCLE,
        credit=0.25,
        sentence="You multiply the whole batch size by gamma ** iteration, so it shrinks; multiply the depth only.",
    ),
    mistake(
        "step_size_is_a_cycle",
        "batch_sizes",
        Edit(DEPTH, "depth = 1 - abs(2 * iteration / step_size % 2 - 1)"),
        probes=CYCLE,
        credit=0.5,
        sentence="You take step_size for a whole cycle; it is half of one.",
    ),
    mistake(
        "sawtooth",
        "batch_sizes",
        Edit(DEPTH, "depth = iteration / step_size % 1"),
        probes=CYCLE,
        credit=0.25,
        sentence="Your batch size falls and jumps back; after the fall it rises in a straight line.",
    ),
    mistake(
        "rounded_down",
        "batch_sizes",
        Edit("return round(b_max", "return int(b_max"),
        probes=CYCLE,
        credit=0.75,
        sentence="You round down; round to the nearest whole number.",
    ),
    mistake(
        "powers_of_two",
        "batch_sizes",
        Edit(SIZE, "return 2 ** (int(b_max - (b_max - b_min) * depth * gamma**iteration).bit_length() - 1)"),
        probes=CYCLE,
        credit=0.5,
        sentence="You round to powers of two, which makes the trajectory a staircase; round to whole numbers.",
    ),
    mistake(
        "not_whole",
        "batch_sizes",
        Edit(
            "return round(b_max - (b_max - b_min) * depth * gamma**iteration)",
            "return b_max - (b_max - b_min) * depth * gamma**iteration",
        ),
        probes=CYCLE,
        credit=0.5,
        sentence="A batch size is a whole number; round it.",
    ),
)

ORDERING = (
    mistake(
        "not_shuffled",
        "batch_sizes",
        Edit("torch.randperm(count)", "torch.arange(count)"),
        probes=BATCHES,
        credit=0.5,
        sentence="The samples come in their own order; shuffle them.",
    ),
    mistake(
        "same_order",
        "batch_sizes",
        Edit(
            "    for iteration in range(iterations):\n",
            "    order = torch.randperm(count)\n    for iteration in range(iterations):\n",
        ),
        Edit("torch.cat([waiting, torch.randperm(count)])", "torch.cat([waiting, order])"),
        probes=BATCHES,
        credit=0.5,
        sentence="Every pass has the order of the first; shuffle anew for each.",
    ),
    mistake(
        "with_replacement",
        "batch_sizes",
        Edit("torch.randperm(count)", "torch.randint(count, (count,))"),
        probes=BATCHES,
        credit=0.25,
        sentence="Samples are drawn with replacement: some come twice in a pass and others not at all.",
    ),
    mistake(
        "each_batch_anew",
        "batch_sizes",
        Edit("        waiting = waiting[size:]\n", "        waiting = waiting[:0]\n"),
        probes=BATCHES,
        credit=0.25,
        sentence="Every batch is drawn from all samples; all have to come before any comes again.",
    ),
    mistake(
        "cut_at_the_end",
        "batch_sizes",
        Edit(REFILL, "        if not len(waiting):\n            waiting = torch.randperm(count)\n"),
        probes=BATCHES,
        credit=0.5,
        sentence="Batches at the end of a pass are too small; fill them up from the next pass.",
    ),
    mistake(
        "end_of_pass_dropped",
        "batch_sizes",
        Edit(
            REFILL,
            "        if len(waiting) < size:\n"
            "            waiting = torch.cat([torch.randperm(count) for _ in range(1 + size // count)])\n",
        ),
        probes=BATCHES,
        credit=0.5,
        sentence="What is left at the end of a pass is dropped; it comes first in the next batch.",
    ),
    mistake(
        "one_size",
        "batch_sizes",
        Edit("size = policy(iteration)", "size = policy(0)"),
        probes=BATCHES,
        credit=0.25,
        sentence="All batches have the first one's size; ask the policy in every iteration.",
    ),
    mistake(
        "one_size_late",
        "batch_sizes",
        Edit("size = policy(iteration)", "size = policy(max(iteration - 1, 0))"),
        probes=BATCHES,
        credit=0.5,
        sentence="Your sizes come one iteration late.",
    ),
)

VARIANTS: tuple[Variant, ...] = ACCUMULATING + FINDING + CYCLING + ORDERING + ACCEPTED
