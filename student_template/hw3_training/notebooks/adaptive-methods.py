# %% [markdown]
# # Adaptive methods
#
# Five optimisers train the same network, with and without dropout. The ten runs differ in nothing else but the
# learning rate, which each method needs for itself.

# %%
import time
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from dropout_mlp import MLP
from optimizers import AdaDelta, AdaGrad, Adam, RMSProp, RMSPropNesterov
from run_log import RunLog
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png and val/CLASS/*.png
EPOCHS = 5  # enough to see that it works; 30 or more for your results
BATCH_SIZE = 128
WEIGHT_DECAY = 1e-4
RATES = {"AdaGrad": 0.002, "RMSProp": 0.0001, "RMSPropNesterov": 0.00003, "AdaDelta": 1.0, "Adam": 0.0003}

# %%
METHODS = {method.__name__: method for method in (AdaGrad, RMSProp, RMSPropNesterov, AdaDelta, Adam)}
device = "cuda" if torch.cuda.is_available() else "cpu"
to_tensor = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])


def load(part):
    """Images, (N, 3, 32, 32) with values from -1 to 1, and labels, (N,), of one part of the data."""
    images, labels = zip(*ImageFolder(DATA / part, to_tensor))
    return (2 * torch.stack(images) - 1).to(device), torch.tensor(labels, device=device)


train_images, train_labels = load("train")
test_images, test_labels = load("val")  # nothing is chosen by these, so they serve as the test set
print(f"{len(train_images)} images to train on, {len(test_images)} to test, on {device}")

# %% [markdown]
# ## (1) Five update rules

# %% autograder={"tests": "p1.1"}
from autograder.checks.engine.public_show import show

show("p1.1")


# %%
@torch.no_grad()
def accuracy(network):
    """Share of the test images that come out right, in evaluation mode."""
    network.eval()
    right = sum(
        (network(x).argmax(1) == y).sum().item() for x, y in zip(test_images.split(512), test_labels.split(512))
    )
    return right / len(test_labels)


def run(name, input_dropout=0.0, hidden_dropout=0.0):
    """Train a new network; gives its losses, epoch by epoch, the seconds it took, and its test accuracy."""
    torch.manual_seed(0)
    network = MLP(input_dropout, hidden_dropout).to(device)
    optimizer = METHODS[name](network.parameters(), lr=RATES[name], weight_decay=WEIGHT_DECAY)
    log = RunLog(
        f"{name}-{'dropout' if hidden_dropout else 'l2'}",
        optimizer=name,
        learning_rate=RATES[name],
        weight_decay=WEIGHT_DECAY,
        batch_size=BATCH_SIZE,
        input_dropout=input_dropout,
        hidden_dropout=hidden_dropout,
    )
    losses, began = [], time.monotonic()
    for _ in range(EPOCHS):
        network.train()
        summed = 0.0
        for chosen in torch.randperm(len(train_labels), device=device).split(BATCH_SIZE):
            optimizer.zero_grad()
            loss = F.cross_entropy(network(train_images[chosen]), train_labels[chosen])
            loss.backward()
            optimizer.step()
            summed += loss.item() * len(chosen)
        losses.append(summed / len(train_labels))
        log.epoch(train_loss=losses[-1])
    seconds = time.monotonic() - began
    test_accuracy = accuracy(network)
    log.finish(test_accuracy=test_accuracy)
    print(f"{name:>16}: loss {losses[-1]:.3f} after {seconds:.1f} s, test accuracy {test_accuracy:.1%}")
    return {"losses": losses, "seconds": seconds, "accuracy": test_accuracy}


def compare(runs, title):
    """The losses of several runs over the epochs, in one figure."""
    plt.figure(figsize=(7, 4.5), layout="constrained")
    for name, found in runs.items():
        plt.plot(range(1, len(found["losses"]) + 1), found["losses"], marker=".", label=name)
    plt.xlabel("epoch")
    plt.ylabel("training loss (cross-entropy)")
    plt.yscale("log")
    plt.title(title)
    plt.legend()
    plt.show()


# %% [markdown]
# ## (2) Training with an L2 penalty

# %% autograder={"tests": "p1.2"}
from autograder.checks.engine.public_show import show

show("p1.2")

# %%
with_l2 = {name: run(name) for name in METHODS}

# %%
compare(with_l2, f"L2 penalty of {WEIGHT_DECAY:g}")

# %% [markdown] autograder={"check": "p1.2.curves"}
# **Training loss of the five methods with an L2 penalty** (points: 1)
#
# *How did you choose the learning rates? Which method is fastest in the first epochs, and which ends lowest? Explain
# two of the differences by the update rules.*
#
# *Write your answer here.*

# %% [markdown]
# ## (3) Training with dropout

# %% autograder={"tests": "p1.3"}
from autograder.checks.engine.public_show import show

show("p1.3")

# %%
with_dropout = {name: run(name, input_dropout=0.2, hidden_dropout=0.5) for name in METHODS}

# %%
compare(with_dropout, "L2 penalty and dropout")

# %%
print(f"{'method':>16}  seconds with L2  seconds with dropout")
for name in METHODS:
    print(f"{name:>16}  {with_l2[name]['seconds']:>15.1f}  {with_dropout[name]['seconds']:>20.1f}")

# %% [markdown] autograder={"check": "p1.3.curves"}
# **Training loss and times of the five methods with dropout** (points: 1)
#
# *What does dropout do to the training loss, and why is that loss not comparable with the one in (2)? What does it cost
# in time, and which method is slowest a step?*
#
# *Write your answer here.*

# %% [markdown]
# ## (4) Test accuracy of the ten runs

# %% autograder={"tests": "p1.4"}
from autograder.checks.engine.public_show import show

show("p1.4")

# %%
print(f"{'method':>16}  test accuracy with L2  with dropout")
for name in METHODS:
    print(f"{name:>16}  {with_l2[name]['accuracy']:>21.1%}  {with_dropout[name]['accuracy']:>12.1%}")

# %% [markdown] autograder={"check": "p1.4.table"}
# **Test accuracies in a table, and what they show** (points: 0.5)
#
# *Which of the ten is best, and is its lead larger than that between two seeds? Does dropout help here?*
#
# *Write your answer here.*
