# %% [markdown]
# # Lab 3: a residual network
#
# A ResNet-20 needs a GPU for a full run. On a CPU, a few epochs show that everything fits together.

# %%
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from augmentation import make_transform
from datasets import CIFAR10Dataset, channel_statistics, make_loaders
from losses import cross_entropy
from resnet import resnet20
from schedules import StepDecay
from training import best_device, evaluate, train_one_epoch

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png, val/CLASS/*.png and test/*.png
EPOCHS = 2  # at most 200 for your results
WEIGHTS = Path("resnet20.pt")

# %%
device = best_device()
_ = torch.manual_seed(0)

# %% [markdown]
# ## (a) ResNet-20

# %% autograder={"tests": "lab3.a"}
from autograder.checks.engine.public_show import show

show("lab3.a")

# %%
model = resnet20()
print(sum(p.numel() for p in model.parameters()), "parameters")
print(model(torch.zeros(2, 3, 32, 32)).shape)

# %% [markdown]
# *Count the parameters of one block of the second stage by hand. What do the shortcuts add to it?*

# %% [markdown]
# ## (b) More than 90%
#
# Choose the optimiser, the schedule and the number of epochs yourself, by the validation images. The values below are
# a start, not an answer.

# %%
mean, std = (values.tolist() for values in channel_statistics(CIFAR10Dataset(DATA, "train")))
train_loader, val_loader = make_loaders(
    CIFAR10Dataset(DATA, "train", make_transform(True, mean, std)),
    CIFAR10Dataset(DATA, "val", make_transform(False, mean, std)),
)
model = resnet20(len(CIFAR10Dataset(DATA, "train").classes)).to(device)
sgd = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)
schedule = StepDecay(sgd, step_size=max(1, EPOCHS // 2), gamma=0.1)

# %%
history = []
for epoch in range(EPOCHS):
    row = train_one_epoch(model, train_loader, cross_entropy, sgd, device)
    row += evaluate(model, val_loader, cross_entropy, device)
    history.append(row)
    schedule.step()
    print(f"epoch {epoch + 1}: train {row[0]:.3f} {row[1]:.1%}, val {row[2]:.3f} {row[3]:.1%}")
torch.save({"weights": model.state_dict(), "mean": mean, "std": std}, WEIGHTS)

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
for offset, part in ((0, "train"), (2, "validation")):
    left.plot(range(1, len(history) + 1), [row[offset] for row in history], "o-", label=part)
    right.plot(range(1, len(history) + 1), [1 - row[offset + 1] for row in history], "o-", label=part)
for axis, name in ((left, "loss"), (right, "error")):
    axis.set_xlabel("epoch")
    axis.set_ylabel(name)
    axis.legend()
plt.tight_layout()
plt.show()

# %% [markdown]
# *What did you try, what helped, and which run gave the weights that you use for the predictions?*
