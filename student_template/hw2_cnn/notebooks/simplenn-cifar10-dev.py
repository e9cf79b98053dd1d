# %% [markdown]
# # Lab 2: better training
#
# Each part compares runs that differ in one thing only. Keep seeds, epochs and batches equal.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from augmentation import make_transform
from datasets import CIFAR10Dataset, channel_statistics, make_loaders
from losses import cross_entropy, l1_penalty, l2_penalty
from simplenn import SimpleNN, SimpleNNBatchNorm, SimpleNNSwish
from training import best_device, evaluate, train_one_epoch

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png, val/CLASS/*.png and test/*.png
EPOCHS = 3  # enough to see that it works; 20 to 30 for your results

# %%
device = best_device()
mean, std = (values.tolist() for values in channel_statistics(CIFAR10Dataset(DATA, "train")))


# %%
def loaders(augmented):
    """Loaders of training and validation images, the former augmented or not."""
    training = CIFAR10Dataset(DATA, "train", make_transform(augmented, mean, std))
    return make_loaders(training, CIFAR10Dataset(DATA, "val", make_transform(False, mean, std)))


def run(network_class, rate=0.01, augmented=True, penalty=None, epochs=EPOCHS, seed=0):
    """Train a new network; gives (network, history) with one row of four numbers an epoch.

    The numbers are training loss (with the penalty), training accuracy, validation loss, validation accuracy.
    penalty: a function of the parameters that is added to the training loss, or None.
    """
    torch.manual_seed(seed)
    network = network_class().to(device)
    train_loader, val_loader = loaders(augmented)
    sgd = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)

    def loss(scores, targets):
        extra = penalty(network.parameters()) if penalty else 0.0
        return cross_entropy(scores, targets) + extra

    history = []
    while len(history) < epochs:
        trained = train_one_epoch(network, train_loader, loss, sgd, device)
        history.append(trained + evaluate(network, val_loader, cross_entropy, device))
    return network, history


def compare(runs, columns=((0, "training loss"), (1, "training accuracy"), (3, "validation accuracy"))):
    """Plot columns of several histories, given by label, and print a table of the last epoch."""
    _, axes = plt.subplots(1, len(columns), figsize=(5 * len(columns), 4))
    for axis, (column, name) in zip(axes, columns):
        for label, history in runs.items():
            axis.plot(range(1, len(history) + 1), [row[column] for row in history], "o-", label=str(label))
        axis.set_xlabel("epoch")
        axis.set_ylabel(name)
    axes[-1].legend()
    plt.tight_layout()
    plt.show()
    print(f"{'last epoch':>24}" + "".join(f"{name:>22}" for _, name in columns))
    for label, history in runs.items():
        print(f"{label!s:>24}" + "".join(f"{history[-1][column]:>22.3f}" for column, _ in columns))


def sweep(runs, name):
    """Plot the last validation accuracy of several histories over the value that was varied, in the order given."""
    places = range(len(runs))
    plt.plot(places, [history[-1][3] for history in runs.values()], "o-")
    plt.xticks(places, [f"{value:g}" for value in runs])
    plt.xlabel(name)
    plt.ylabel("validation accuracy, last epoch")
    plt.show()


# %% [markdown]
# ## (a) Augmentation

# %% autograder={"tests": "lab2.a"}
from autograder.checks.engine.public_show import show

show("lab2.a")

# %%
plain, augmented = run(SimpleNN, augmented=False)[1], run(SimpleNN)[1]
compare({"plain": plain, "augmented": augmented})

# %% [markdown] autograder={"check": "augmentation.experiment"}
# **Training with and without augmentation** (points: 1)
#
# *What does augmentation do to the accuracy on the training images, to that on the validation images, and to the
# gap between them? Why does the transform of the test images contain no randomness?*
#
# *Write your answer here.*

# %% [markdown]
# ## (b) Batch norm and Swish
#
# Show that batch norm allows a larger learning rate: find a rate at which one network fails and the other trains.

# %% autograder={"tests": "lab2.b"}
from autograder.checks.engine.public_show import show

show("lab2.b")

# %%
named = {"plain": SimpleNN, "batch norm": SimpleNNBatchNorm}
compare({f"{name}, rate {rate}": run(named[name], rate)[1] for name in named for rate in (0.01, 0.1, 0.5)})

# %% [markdown] autograder={"check": "batchnorm.experiment"}
# **Evidence that batch norm allows a larger learning rate** (points: 3)
#
# *What do these runs show? Say which numbers you rely on.*
#
# *Write your answer here.*

# %%
seeds = (0, 1)
compare(
    {f"ReLU, seed {seed}": run(SimpleNNBatchNorm, 0.1, seed=seed)[1] for seed in seeds}
    | {f"Swish, seed {seed}": run(SimpleNNSwish, 0.1, seed=seed)[1] for seed in seeds}
)

# %% [markdown] autograder={"check": "swish.experiment"}
# **Swish at learning rate 0.1** (points: 2)
#
# *What does Swish change at learning rate 0.1? Is the difference larger than that between two seeds?*
#
# *Write your answer here.*

# %% [markdown]
# ## (c) Learning rates and L2 strengths

# %% autograder={"tests": "lab2.c"}
from autograder.checks.engine.public_show import show

show("lab2.c")

# %%
rates = (1.0, 0.1, 0.05, 0.01, 0.005, 0.001)
by_rate = {rate: run(SimpleNNSwish, rate)[1] for rate in rates}
compare(by_rate)

# %%
sweep(by_rate, "learning rate")

# %% [markdown] autograder={"check": "sweep.learning_rate"}
# **Sweep of learning rates** (points: 5)
#
# *Explain both ends of the table and curves: what goes wrong when the rate is too large, and when it is too small?*
#
# *Write your answer here.*

# %%
strengths = (1e-2, 1e-3, 1e-4, 1e-5, 0.0)
by_strength = {
    strength: run(SimpleNNSwish, 0.01, penalty=lambda weights, s=strength: l2_penalty(weights, s))[1]
    for strength in strengths
}
compare(by_strength)

# %%
sweep(by_strength, "L2 strength")

# %% [markdown] autograder={"check": "sweep.l2"}
# **Sweep of L2 strengths** (points: 5)
#
# *Explain both ends of the table and curves: what does too strong a penalty do, and what one too weak?*
#
# *Write your answer here.*

# %% [markdown]
# ## (d, bonus) L1 penalty (bonus)

# %% autograder={"tests": "lab2.d"}
from autograder.checks.engine.public_show import show

show("lab2.d")

# %%
l1_strength, l2_strength = 1e-4, 1e-3
l1_network, l1_history = run(SimpleNNSwish, 0.01, penalty=lambda weights: l1_penalty(weights, l1_strength))
l2_network, l2_history = run(SimpleNNSwish, 0.01, penalty=lambda weights: l2_penalty(weights, l2_strength))
compare({f"L1, {l1_strength:g}": l1_history, f"L2, {l2_strength:g}": l2_history})

# %%
for label, network in (("L1", l1_network), ("L2", l2_network)):
    values = torch.cat([p.detach().cpu().flatten() for p in network.parameters()])
    plt.hist(values.numpy(), bins=200, range=(-0.2, 0.2), histtype="step", label=label, log=True)
    print(f"{label}: {(values.abs() < 1e-3).float().mean():.1%} of the weights are below 0.001 in size")
plt.xlabel("weight")
plt.ylabel("number of weights (logarithmic)")
plt.legend()
plt.show()

# %% [markdown] autograder={"check": "l1.experiment"}
# **Weight distributions under L1 and L2** (points: 4)
#
# *How do the two distributions differ, and where does the difference come from?*
#
# *Write your answer here.*
