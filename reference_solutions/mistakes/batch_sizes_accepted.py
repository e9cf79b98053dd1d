"""Other right ways to accumulate gradients, to find batch sizes and to cycle through them."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

ACCUMULATION = ("batch_sizes.accumulation", "batch_sizes.uneven_accumulation")

ACCEPTED = (
    accepted(
        "divided_at_the_end",
        "batch_sizes",
        Define("""
            def accumulated_step(model, inputs, targets, loss_fn, optimizer, micro_batch):
                n = inputs.shape[0]
                model.zero_grad(set_to_none=False)
                losses = []
                for start in range(0, n, micro_batch):
                    part = slice(start, start + micro_batch)
                    loss = loss_fn(model(inputs[part]), targets[part])
                    (loss * targets[part].shape[0]).backward()
                    losses.append(float(loss.detach()) * targets[part].shape[0])
                for p in model.parameters():
                    p.grad /= n
                optimizer.step()
                return sum(losses) / n
        """),
        probes=ACCUMULATION,
    ),
    accepted(
        "gradients_by_hand",
        "batch_sizes",
        Define("""
            def accumulated_step(model, inputs, targets, loss_fn, optimizer, micro_batch):
                weights = list(model.parameters())
                gathered = [torch.zeros_like(w) for w in weights]
                mean = 0.0
                for x, y in zip(torch.split(inputs, micro_batch), torch.split(targets, micro_batch)):
                    share = len(x) / len(inputs)
                    loss = loss_fn(model(x), y)
                    for total, new in zip(gathered, torch.autograd.grad(loss, weights)):
                        total.add_(new, alpha=share)
                    mean += share * loss.item()
                for w, total in zip(weights, gathered):
                    w.grad = total
                optimizer.step()
                return mean
        """),
        probes=ACCUMULATION,
    ),
    accepted(
        "recursive_finder",
        "batch_sizes",
        Define("""
            def find_batch_bounds(loss_of, smallest=64, largest=8192, gain=0.02):
                runs = [(smallest, loss_of(smallest))]
                paid = []
                while runs[-1][0] * 2 <= largest and not (len(paid) > 1 and paid[-2] and not paid[-1]):
                    if paid and not paid[-1] and any(paid):
                        break
                    before = runs[-1]
                    runs.append((before[0] * 2, loss_of(before[0] * 2)))
                    paid.append((before[1] - runs[-1][1]) / before[1] > gain)
                if True not in paid:
                    raise ValueError("no size pays")
                first = paid.index(True)
                last = first
                while last < len(paid) and paid[last]:
                    last += 1
                return runs[first][0], runs[last][0]
        """),
        probes=("batch_sizes.finder",),
    ),
    accepted(
        "mirrored_rate",
        "batch_sizes",
        Define("""
            import math

            def cyclical_batch_size(iteration, b_min, b_max, step_size, gamma=1.0):
                cycle = math.floor(1 + iteration / (2 * step_size))
                x = abs(iteration / step_size - 2 * cycle + 1)
                rate = b_min + (b_max - b_min) * max(0, 1 - x) * gamma ** iteration
                return int(math.floor(b_max + b_min - rate + 0.5))
        """),
        probes=("batch_sizes.cyclical",),
    ),
    accepted(
        "lists_of_indices",
        "batch_sizes",
        Define("""
            import random

            def index_batches(count, policy, iterations):
                queue = []
                for i in range(iterations):
                    batch = []
                    for _ in range(policy(i)):
                        if not queue:
                            queue = random.sample(range(count), count)
                        batch.append(queue.pop())
                    yield torch.tensor(batch)
        """),
        probes=("batch_sizes.batches",),
    ),
    accepted(
        "all_batches_at_once",
        "batch_sizes",
        Edit(
            "    waiting = torch.empty(0, dtype=torch.int64)\n    for",
            "    batches = []\n    waiting = torch.empty(0, dtype=torch.int64)\n    for",
        ),
        Edit("        yield waiting[:size]\n", "        batches.append(waiting[:size])\n"),
        Edit("        waiting = waiting[size:]\n", "        waiting = waiting[size:]\n    return iter(batches)\n"),
        probes=("batch_sizes.batches",),
    ),
)
