# %% [markdown]
# # Lab 1: a simple network
#
# Fill in the modules first; `pytest` tells you how far you are. This notebook uses them on real images.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from augmentation import Normalize
from datasets import CIFAR10Dataset, channel_statistics, make_loaders
from losses import cross_entropy
from schedules import StepDecay
from simplenn import SimpleNN
from training import best_device, evaluate, train_one_epoch

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png, val/CLASS/*.png and test/*.png
EPOCHS = 3  # enough to see that it works; up to 30 for your results
LEARNING_RATE = 0.05

# %%
_ = torch.manual_seed(0)

# %% [markdown]
# ## (a) SimpleNN
#
# Work out by hand how many parameters each layer has, then check the sum.

# %% autograder={"tests": "lab1.a"}
from autograder.checks.engine.public_show import show

show("lab1.a")

# %%
model = SimpleNN()
print(model(torch.zeros(2, 3, 32, 32)).shape)
print(sum(p.numel() for p in model.parameters()), "parameters")

# %% [markdown]
# *Your count, layer by layer:*

# %% [markdown]
# ## (b) Preprocessing

# %% autograder={"tests": "lab1.b"}
from autograder.checks.engine.public_show import show

show("lab1.b")

# %%
mean, std = channel_statistics(CIFAR10Dataset(DATA, "train"))
print("mean", mean, "deviation", std)
normalize = Normalize(mean.tolist(), std.tolist())

# %% [markdown]
# ## (c) Data set and loaders

# %% autograder={"tests": "lab1.c"}
from autograder.checks.engine.public_show import show

show("lab1.c")

# %%
train_set = CIFAR10Dataset(DATA, "train", transform=normalize)
val_set = CIFAR10Dataset(DATA, "val", transform=normalize)
train_loader, val_loader = make_loaders(train_set, val_set)
print(len(train_set), "images to train on,", len(val_set), "to validate")
print("classes:", ", ".join(train_set.classes))

# %%
_, axes = plt.subplots(2, 5, figsize=(10, 4))
shown = CIFAR10Dataset(DATA, "train")
for axis, index in zip(axes.flat, torch.randperm(len(shown)).tolist()):
    picture, number = shown[index]
    axis.imshow(picture.permute(1, 2, 0))
    axis.set_title(shown.classes[number])
    axis.axis("off")
plt.show()

# %% [markdown]
# ## (d) Model on the device
#
# Show which device is used. If there is no GPU, the cell below says so, which is fine.

# %% autograder={"tests": "lab1.d"}
from autograder.checks.engine.public_show import show

show("lab1.d")

# %%
device = best_device()
torch.manual_seed(0)
model = SimpleNN(len(train_set.classes)).to(device)
print(device, next(model.parameters()).device)
print(torch.cuda.get_device_name() if device.type == "cuda" else "no GPU here")

# %% [markdown] autograder={"check": "training.device.evidence"}
# **Evidence that the GPU was used** (points: 0.5)
#
# *Which device did you train on, and which printed line shows it?*
#
# *Write your answer here.*

# %% [markdown]
# ## (e, f) Loss and optimiser; Training loop
#
# Which loss do you expect before training, for ten classes? Write it down before you run the cell.

# %% autograder={"tests": "lab1.e"}
from autograder.checks.engine.public_show import show

show("lab1.e")

# %% autograder={"tests": "lab1.f"}
from autograder.checks.engine.public_show import show

show("lab1.f")

# %%
first_loss, first_accuracy = evaluate(model, val_loader, cross_entropy, device)
print(f"before training: loss {first_loss:.3f}, accuracy {first_accuracy:.1%}")


# %%
def fit(network, epochs, rate, decay=None):
    """Train `network`; gives one row (train loss, train accuracy, val loss, val accuracy) an epoch.

    decay: (step_size, gamma) for StepDecay, or None.
    """
    sgd = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)
    schedule = StepDecay(sgd, *decay) if decay else None
    history = []
    for epoch in range(epochs):
        row = train_one_epoch(network, train_loader, cross_entropy, sgd, device)
        row += evaluate(network, val_loader, cross_entropy, device)
        history.append(row)
        print(f"epoch {epoch + 1}: train {row[0]:.3f} {row[1]:.1%}, val {row[2]:.3f} {row[3]:.1%}")
        if schedule:
            schedule.step()
    return history


history = fit(model, EPOCHS, LEARNING_RATE)

# %% [markdown]
# ## (g) Initial loss and curves

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
for axis, first, name in ((left, 0, "loss"), (right, 1, "accuracy")):
    for offset, part in ((0, "train"), (2, "validation")):
        axis.plot(range(1, len(history) + 1), [row[first + offset] for row in history], "o-", label=part)
    axis.set_xlabel("epoch")
    axis.set_ylabel(name)
    axis.legend()
plt.tight_layout()
plt.show()

# %% [markdown] autograder={"check": "lab1.curves"}
# **Initial loss near ln 10, and what the curves show** (points: 1)
#
# *Was the first loss what you expected, and why? What do the curves show: is the network still learning, does it
# overfit, and from which epoch on?*
#
# *Write your answer here.*

# %% [markdown]
# ## (h, bonus) Learning-rate decay (bonus)
#
# Train again with decay, from a new network, and plot both runs together.

# %% autograder={"tests": "lab1.h"}
from autograder.checks.engine.public_show import show

show("lab1.h")

# %%
torch.manual_seed(0)
fresh = SimpleNN(len(train_set.classes)).to(device)
decayed = fit(fresh, EPOCHS, LEARNING_RATE, decay=(max(1, EPOCHS // 2), 0.1))

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
for axis, column, name in ((left, 0, "training loss"), (right, 3, "validation accuracy")):
    for label, rows in (("constant", history), ("decayed", decayed)):
        axis.plot(range(1, len(rows) + 1), [row[column] for row in rows], "o-", label=label)
    axis.set_xlabel("epoch")
    axis.set_ylabel(name)
    axis.legend()
plt.tight_layout()
plt.show()

# %% [markdown] autograder={"check": "decay.experiment"}
# **Training with decay, compared** (points: 2)
#
# *What does decay change, and when?*
#
# *Write your answer here.*
