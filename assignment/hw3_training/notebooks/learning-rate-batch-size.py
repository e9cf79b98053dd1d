# %% [markdown]
# # Learning rate and batch size
#
# MiniGoogLeNet needs a GPU for full runs; on a CPU, try everything out with the small network and part of the images.

# %%
import gzip
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from batch_sizes import accumulated_step, cyclical_batch_size, find_batch_bounds, index_batches
from googlenet import MiniGoogLeNet
from rates import CyclicalRate, decaying_triangular_rate, log_spaced_rates, pick_rate_bounds, range_test
from run_log import RunLog
from torch import nn

# %% tags=["settings"]
DATA = Path("fashion")  # holds FashionMNIST's four files, train-images-idx3-ubyte.gz and so on
NETWORK = "MiniGoogLeNet"  # or "small", to try things out on a CPU
IMAGES = None  # how many images to train on; None for all
RANGE_EPOCHS = 5
EPOCHS = 20  # of the cyclical runs
ITERATIONS = 500  # of each batch size
MICRO_BATCH = 512  # the most images that go through the network at a time
CYCLES = 4  # of rate and batch size, over a whole run
GAMMA_AT_END = 0.1  # what is left of the height in the end

# %%
torch.manual_seed(0)
device = "cuda" if torch.cuda.is_available() else "cpu"
names = ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")


def load(part):
    """Images, (N, 28, 28) bytes, and labels, (N,), of train or t10k, in the order of the files."""
    pixels = np.frombuffer(gzip.decompress((DATA / f"{part}-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((DATA / f"{part}-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    return torch.tensor(pixels.reshape(-1, 28, 28)), torch.tensor(labels.astype(np.int64))


raw_images, raw_labels = load("train")
raw_test_images, raw_test_labels = load("t10k")

# %% [markdown]
# ## (1) {{title:p2.1}}

# %%
print(
    f"{len(raw_images)} images to train on, {len(raw_test_images)} to test, {tuple(raw_images.shape[1:])} pixels, grey"
)
print(f"pixels from {raw_images.min()} to {raw_images.max()}, mean {raw_images.float().mean():.1f}")
for number, name in enumerate(names):
    here, there = (raw_labels == number).sum(), (raw_test_labels == number).sum()
    print(f"{number} {name:>9}: {here:5d} to train on, {there:5d} to test")

# %%
figure, axes = plt.subplots(1, 3, figsize=(7, 2.6), layout="constrained")
for axis, index in zip(axes, (0, 1, 2)):
    axis.imshow(raw_images[index].numpy(), cmap="gray")
    axis.set_title(names[raw_labels[index]])
    axis.set_axis_off()
plt.show()

# %% [markdown] autograder={"check": "p2.1.summary"}
# **{{title:p2.1.summary}}** (points: {{points:p2.1.summary}})
#
# *Describe the data in two sentences. Are the classes of equal size? What accuracy does guessing reach?*
#
# *Write your answer here.*

# %% [markdown]
# ## {{title:p2.network}}

# %% autograder={"tests": "p2.network"}
from autograder.checks.engine.public_show import show

show("p2.network")


# %%
def prepare(images):
    """(N, 1, 28, 28), with mean 0 and deviation 1 over the training images."""
    mean, deviation = raw_images.float().mean(), raw_images.float().std()
    return ((images.float() - mean) / deviation).unsqueeze(1).to(device)


shuffled = torch.randperm(len(raw_labels))
held, kept = shuffled[: len(shuffled) // 10], shuffled[len(shuffled) // 10 :][:IMAGES]
train_images, train_labels = prepare(raw_images[kept]), raw_labels[kept].to(device)
val_images, val_labels = prepare(raw_images[held]), raw_labels[held].to(device)
test_images, test_labels = prepare(raw_test_images), raw_test_labels.to(device)


def make_network():
    """A new network with the same first weights each time."""
    torch.manual_seed(0)
    if NETWORK == "MiniGoogLeNet":
        return MiniGoogLeNet().to(device)
    layers = [
        nn.Conv2d(1, 8, 3, 2, 1),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, 2, 1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(784, 10),
    ]
    return nn.Sequential(*layers).to(device)


def sgd(network, rate):
    return torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)


@torch.no_grad()
def measure(network, images, labels):
    """Mean loss and accuracy in evaluation mode."""
    network.eval()
    scores = torch.cat([network(part) for part in images.split(MICRO_BATCH)])
    return F.cross_entropy(scores, labels).item(), (scores.argmax(1) == labels).float().mean().item()


class Batches:
    """The training images in batches of 64, in a new order in each pass."""

    def __iter__(self):
        for chosen in torch.randperm(len(train_labels), device=device).split(64):
            yield train_images[chosen], train_labels[chosen]


# %% [markdown]
# ## (2) {{title:p2.2}}

# %% autograder={"tests": "p2.2"}
from autograder.checks.engine.public_show import show

show("p2.2")

# %%
rates = log_spaced_rates()
losses = []
for number, rate in enumerate(rates):
    losses += range_test(make_network(), Batches(), F.cross_entropy, sgd, [rate], RANGE_EPOCHS)
    log = RunLog(f"range-{number}", learning_rate=rate, batch_size=64, epochs=RANGE_EPOCHS, network=NETWORK)
    log.epoch(train_loss=losses[-1])
    log.finish()
    print(f"rate {rate:.3g}: loss {losses[-1]:.3f}")
lr_min, lr_max = pick_rate_bounds(rates, losses)
print(f"lr_min = {lr_min:.3g}, lr_max = {lr_max:.3g}")

# %%
plt.figure(figsize=(7, 4), layout="constrained")
plt.plot(rates, losses, marker="o")
plt.axvline(lr_min, color="tab:green", linestyle="--", label=f"lr_min = {lr_min:.3g}")
plt.axvline(lr_max, color="tab:red", linestyle="--", label=f"lr_max = {lr_max:.3g}")
plt.xscale("log")
plt.xlabel("learning rate")
plt.ylabel(f"training loss after {RANGE_EPOCHS} epochs")
plt.ylim(0, 1.5 * losses[0])  # what lies above has diverged
plt.legend()
plt.show()

# %% [markdown] autograder={"check": "p2.2.curve"}
# **{{title:p2.2.curve}}** (points: {{points:p2.2.curve}})
#
# *Describe the three parts of the curve. Would you have chosen the bounds of the rule, by eye?*
#
# *Write your answer here.*

# %% [markdown]
# ## (3) {{title:p2.3}}

# %% autograder={"tests": "p2.3"}
from autograder.checks.engine.public_show import show

show("p2.3")

# %%
BUDGET = EPOCHS * len(train_labels)  # samples that either cyclical run may use


def train(name, rate_policy, size_policy, iterations, **settings):
    """Train by two policies, at most BUDGET samples; gives rows (samples, rate, size, four numbers), one an epoch."""
    network = make_network()
    optimizer = sgd(network, rate_policy(0))
    schedule = CyclicalRate(optimizer, rate_policy)
    log = RunLog(name, samples=BUDGET, network=NETWORK, **settings)
    rows, seen, total, since = [], 0, 0.0, 0
    for chosen in index_batches(len(train_labels), size_policy, iterations):
        network.train()
        chosen = chosen[: BUDGET - seen].to(device)
        loss = accumulated_step(
            network, train_images[chosen], train_labels[chosen], F.cross_entropy, optimizer, MICRO_BATCH
        )
        seen, total, since = seen + len(chosen), total + loss * len(chosen), since + len(chosen)
        rate = optimizer.param_groups[0]["lr"]
        schedule.step()
        if seen == BUDGET or since >= len(train_labels):
            numbers = {
                "train_loss": total / since,
                "train_accuracy": measure(network, train_images[:2000], train_labels[:2000])[1],
            }
            numbers["val_loss"], numbers["val_accuracy"] = measure(network, val_images, val_labels)
            log.epoch(**numbers, learning_rate=rate, batch=len(chosen))
            rows.append((seen, rate, len(chosen), numbers))
            total, since = 0.0, 0
        if seen == BUDGET:
            break
    test_accuracy = measure(network, test_images, test_labels)[1]
    log.finish(test_accuracy=test_accuracy)
    print(f"{name}: validation accuracy {rows[-1][3]['val_accuracy']:.1%}, test accuracy {test_accuracy:.1%}")
    return rows


def curves(rows, title, place, policy):
    """Losses, accuracies, and the policy of a run."""
    figure, axes = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    axes[0].ticklabel_format(axis="x", scilimits=(0, 3))
    axes[1].ticklabel_format(axis="x", scilimits=(0, 3))
    for axis, what in zip(axes, ("loss", "accuracy")):
        for part in ("train", "val"):
            axis.plot([row[0] for row in rows], [row[3][f"{part}_{what}"] for row in rows], marker=".", label=part)
        axis.set_ylabel(what)
        axis.legend()
    axes[2].plot(policy)
    axes[2].set_ylabel(place)
    for axis, name in zip(axes, ("samples", "samples", "iteration")):
        axis.set_xlabel(name)
    figure.suptitle(title)
    plt.show()


# %%
iterations = -(-BUDGET // 64)
half_cycle = max(1, iterations // (2 * CYCLES))
gamma = GAMMA_AT_END ** (1 / iterations)


def rate_of(iteration):
    return decaying_triangular_rate(iteration, lr_min, lr_max, half_cycle, gamma)


settings = {"lr_min": lr_min, "lr_max": lr_max, "step_size": half_cycle, "gamma": gamma, "batch_size": 64}
cyclical_rate = train("cyclical-rate", rate_of, lambda iteration: 64, iterations, **settings)

# %%
curves(cyclical_rate, "Cyclical learning rate", "learning rate", [rate_of(i) for i in range(iterations)])

# %% [markdown] autograder={"check": "p2.3.curves"}
# **{{title:p2.3.curves}}** (points: {{points:p2.3.curves}})
#
# *Has the loss converged? What do you see in the curves where the rate is at its highest and at its lowest?*
#
# *Write your answer here.*

# %% [markdown]
# ## (4) {{title:p2.4}}

# %% autograder={"tests": "p2.4"}
from autograder.checks.engine.public_show import show

show("p2.4")

# %%
sizes = [64 * 2**power for power in range(8)]
loss_by_size = {}
for size in sizes:
    network = make_network()
    optimizer = sgd(network, lr_min)
    log = RunLog(f"batch-{size}", batch_size=size, learning_rate=lr_min, iterations=ITERATIONS, network=NETWORK)
    total = 0.0
    for chosen in index_batches(len(train_labels), lambda iteration, size=size: size, ITERATIONS):
        chosen = chosen.to(device)
        network.train()
        total += accumulated_step(
            network, train_images[chosen], train_labels[chosen], F.cross_entropy, optimizer, MICRO_BATCH
        )
    loss_by_size[size], _ = measure(network, train_images[:5000], train_labels[:5000])
    log.epoch(train_loss=loss_by_size[size], mean_loss=total / ITERATIONS)
    log.finish()
    print(f"batch size {size}: training loss {loss_by_size[size]:.4f}")

# %%
plt.figure(figsize=(7, 4), layout="constrained")
plt.plot(sizes, list(loss_by_size.values()), marker="o")
plt.xscale("log", base=2)
plt.xlabel("batch size")
plt.ylabel(f"training loss after {ITERATIONS} iterations at lr_min")
plt.show()

# %% [markdown] autograder={"check": "p2.4.curve"}
# **{{title:p2.4.curve}}** (points: {{points:p2.4.curve}})
#
# *All runs make equally many steps. How many more samples does the largest batch see, and what does it gain by them?
# Batch norm sees micro-batches: for which sizes does that matter?*
#
# *Write your answer here.*

# %% [markdown]
# ## (5) {{title:p2.5}}

# %% autograder={"tests": "p2.5"}
from autograder.checks.engine.public_show import show

show("p2.5")

# %%
try:
    b_min, b_max = find_batch_bounds(loss_by_size.__getitem__, sizes[0], sizes[-1])
except ValueError as nothing:
    b_min, b_max = 64, 512
    print(nothing, "- going on with bounds of our own")
print(f"b_min = {b_min}, b_max = {b_max}")

# %% [markdown] autograder={"check": "p2.5.bounds"}
# **{{title:p2.5.bounds}}** (points: {{points:p2.5.bounds}})
#
# *What are b_min and b_max here? How often did the search train, and how would noise in the losses mislead it?*
#
# *Write your answer here.*

# %% [markdown]
# ## (6) {{title:p2.6}}
#
# The rate stays at lr_min; the batch changes in its place.

# %% autograder={"tests": "p2.6"}
from autograder.checks.engine.public_show import show

show("p2.6")

# %%
iterations = 2 * BUDGET // (b_min + b_max) + 1
half_cycle = max(1, iterations // (2 * CYCLES))
gamma = GAMMA_AT_END ** (1 / iterations)


def size_of(iteration):
    return cyclical_batch_size(iteration, b_min, b_max, half_cycle, gamma)


settings = {"b_min": b_min, "b_max": b_max, "step_size": half_cycle, "gamma": gamma, "learning_rate": lr_min}
cyclical_batch = train("cyclical-batch", lambda iteration: lr_min, size_of, BUDGET, **settings)

# %%
curves(cyclical_batch, "Cyclical batch size", "batch size", [size_of(i) for i in range(iterations)])

# %% [markdown] autograder={"check": "p2.6.curves"}
# **{{title:p2.6.curves}}** (points: {{points:p2.6.curves}})
#
# *Why does a growing batch calm training as a falling rate does? Where do the two trajectories mirror each other?*
#
# *Write your answer here.*

# %% [markdown]
# ## (7) {{title:p2.7}}

# %%
plt.figure(figsize=(7, 4), layout="constrained")
for label, rows in (("cyclical rate", cyclical_rate), ("cyclical batch size", cyclical_batch)):
    plt.plot([row[0] for row in rows], [row[3]["val_accuracy"] for row in rows], marker=".", label=label)
plt.xlabel("samples")
plt.ylabel("validation accuracy")
plt.legend()
plt.show()

# %% [markdown] autograder={"check": "p2.7.comparison"}
# **{{title:p2.7.comparison}}** (points: {{points:p2.7.comparison}})
#
# *Which is better after equally many samples, and which in time? Say which numbers you rely on.*
#
# *Write your answer here.*
