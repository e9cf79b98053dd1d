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


def run(network_class, rate=0.01, augmented=True, penalty=None, epochs=EPOCHS):
    """Train a new network; gives (network, history) with one row of four numbers an epoch.

    penalty: a function of the parameters that is added to the training loss, or None.
    """
    torch.manual_seed(0)
    network = network_class().to(device)
    train_loader, val_loader = loaders(augmented)
    sgd = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)

    def loss(scores, targets):
        extra = penalty(network.parameters()) if penalty else 0.0
        return cross_entropy(scores, targets) + extra

    history = []
    for _ in range(epochs):
        trained = train_one_epoch(network, train_loader, loss, sgd, device)
        history.append(trained + evaluate(network, val_loader, cross_entropy, device))
    print(f"{network_class.__name__}, rate {rate}: validation accuracy {history[-1][3]:.1%}")
    return network, history


def compare(runs, column=3, name="validation accuracy"):
    """Plot one column of several histories, given by label."""
    for label, history in runs.items():
        plt.plot(range(1, len(history) + 1), [row[column] for row in history], label=str(label))
    plt.xlabel("epoch")
    plt.ylabel(name)
    plt.legend()
    plt.show()


# %% [markdown]
# ## (a) Augmentation

# %% autograder={"tests": "lab2.a"}
from autograder.checks.engine.public_show import show

show("lab2.a")

# %%
compare({"plain": run(SimpleNN, augmented=False)[1], "augmented": run(SimpleNN)[1]})

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
compare({f"{c.__name__}, {rate}": run(c, rate)[1] for c in (SimpleNN, SimpleNNBatchNorm) for rate in (0.01, 0.1, 0.5)})

# %% [markdown] autograder={"check": "batchnorm.experiment"}
# **Evidence that batch norm allows a larger learning rate** (points: 3)
#
# *What do these runs show? Say which numbers you rely on.*
#
# *Write your answer here.*

# %%
compare({"ReLU": run(SimpleNNBatchNorm, 0.1)[1], "Swish": run(SimpleNNSwish, 0.1)[1]})

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
strengths = (1e-2, 1e-3, 1e-4, 1e-5, 0.0)
by_strength = {s: run(SimpleNNSwish, 0.01, penalty=lambda weights, s=s: l2_penalty(weights, s))[1] for s in strengths}
compare(by_strength)

# %%
for title, runs in (("learning rate", by_rate), ("L2 strength", by_strength)):
    print(f"{title:>14}  accuracy")
    for value, history in runs.items():
        print(f"{value:>14g}  {history[-1][3]:.1%}")

# %% [markdown] autograder={"check": "sweep.learning_rate"}
# **Sweep of learning rates** (points: 5)
#
# *Explain both ends of the first table: what goes wrong when the rate is too large, and when it is too small?*
#
# *Write your answer here.*

# %% [markdown] autograder={"check": "sweep.l2"}
# **Sweep of L2 strengths** (points: 5)
#
# *Explain both ends of the second table: what does too strong a penalty do, and what one too weak?*
#
# *Write your answer here.*

# %% [markdown]
# ## (d, bonus) L1 penalty (bonus)

# %% autograder={"tests": "lab2.d"}
from autograder.checks.engine.public_show import show

show("lab2.d")

# %%
l1_network, _ = run(SimpleNNSwish, 0.01, penalty=lambda weights: l1_penalty(weights, 1e-4))
l2_network, _ = run(SimpleNNSwish, 0.01, penalty=lambda weights: l2_penalty(weights, 1e-3))
for label, network in (("L1", l1_network), ("L2", l2_network)):
    values = torch.cat([p.detach().cpu().flatten() for p in network.parameters()])
    plt.hist(values.numpy(), bins=200, range=(-0.2, 0.2), histtype="step", label=label, log=True)
    print(f"{label}: {(values.abs() < 1e-3).float().mean():.1%} of the weights are below 0.001 in size")
plt.legend()

# %% [markdown] autograder={"check": "l1.experiment"}
# **Weight distributions under L1 and L2** (points: 4)
#
# *How do the two distributions differ, and where does the difference come from?*
#
# *Write your answer here.*
