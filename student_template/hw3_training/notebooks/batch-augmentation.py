# %% [markdown]
# # Cutout and batch augmentation
#
# Full runs need a GPU: the largest trains on 32 times as many images an epoch. On a CPU a few epochs on part of the
# images show that everything fits together.

# %%
import time
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from cutout import batch_augmentation, cutout
from resnet44 import cifar_resnet, resnet44
from run_log import RunLog
from torch.utils.data import DataLoader, Subset
from torchvision.datasets import ImageFolder
from torchvision.transforms import v2

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png and val/CLASS/*.png
IMAGES = None  # how many images to train on, spread over the classes; None for all
DEPTH = 44  # a smaller 6n + 2 tries things out
EPOCHS = 30  # of the plain network; at most 200
MOST_EPOCHS = 100  # of a run with batch augmentation, which ends earlier when it reaches TARGET
COPIES = (2, 4, 8, 16, 32)
BATCH_SIZE = 64
SIZE = 16  # side of the square
RATE = 0.1
TARGET = 0.94

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"
to_tensor = v2.Compose([v2.ToImage(), v2.ToDtype(torch.float32, scale=True)])
plain = ImageFolder(DATA / "train", to_tensor)
chosen = torch.linspace(0, len(plain) - 1, min(IMAGES or len(plain), len(plain))).long().tolist()
pixels = torch.stack([plain[i][0] for i in chosen])
normalize = v2.Normalize(pixels.mean(dim=(0, 2, 3)).tolist(), pixels.std(dim=(0, 2, 3)).tolist())
augment = v2.Compose([to_tensor, v2.RandomCrop(32, padding=4), v2.RandomHorizontalFlip(), normalize])
train_loader = DataLoader(Subset(ImageFolder(DATA / "train", augment), chosen), BATCH_SIZE, shuffle=True)
val_loader = DataLoader(ImageFolder(DATA / "val", v2.Compose([to_tensor, normalize])), 256)
classes = len(plain.classes)
print(f"{len(chosen)} images to train on, {len(val_loader.dataset)} to validate, {classes} classes, on {device}")

# %% [markdown]
# ## (1) Cutout

# %% autograder={"tests": "p4.1"}
from autograder.checks.engine.public_show import show

show("p4.1")

# %%
torch.manual_seed(0)
figure, axes = plt.subplots(2, 5, figsize=(10, 4.4), layout="constrained")
for row, place in zip(axes, (0, len(pixels) // 2)):
    shown = [pixels[place], *(cutout(pixels[place], SIZE) for _ in range(4))]
    for axis, picture, name in zip(row, shown, ("image", "cutout", "cutout", "cutout", "cutout")):
        axis.imshow(picture.permute(1, 2, 0).numpy())
        axis.set_title(name, fontsize=9)
        axis.set_axis_off()
plt.show()

# %% [markdown] autograder={"check": "cutout.figure"}
# **Cutout shown on two images** (points: 2)
#
# *The figure shows two images and four versions of each. In which of them is the square cut off at the border? The
# images that you train on are normalised: which colour is a square of zeros there?*
#
# *Write your answer here.*

# %% [markdown]
# ## (2) ResNet-44

# %% autograder={"tests": "p4.2"}
from autograder.checks.engine.public_show import show

show("p4.2")

# %%
print(f"{sum(p.numel() for p in resnet44().parameters()):,} parameters")


# %%
@torch.no_grad()
def validate(network):
    """Mean loss and accuracy over the validation images."""
    network.eval()
    loss, right = 0.0, 0
    for images, labels in val_loader:
        logits, labels = network(images.to(device)), labels.to(device)
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
        right += (logits.argmax(dim=1) == labels).sum().item()
    return loss / len(val_loader.dataset), right / len(val_loader.dataset)


def train_one_epoch(network, sgd, copies):
    """One pass over the training images; gives the mean loss over all samples that the network saw.

    copies: how many cutout versions of every sample a batch holds; 1 leaves the samples as they are.
    """
    network.train()
    summed, seen = 0.0, 0
    for images, labels in train_loader:
        if copies > 1:
            images, labels = batch_augmentation(images, labels, copies, SIZE)
        sgd.zero_grad()
        loss = F.cross_entropy(network(images.to(device)), labels.to(device))
        loss.backward()
        sgd.step()
        summed, seen = summed + loss.item() * len(labels), seen + len(labels)
    return summed / seen


def train(name, copies, epochs, target=None):
    """Train a new network and log the run; stops early where the validation accuracy reaches `target`.

    Gives the validation errors and the seconds passed, both after each epoch.
    """
    torch.manual_seed(0)
    network = cifar_resnet(DEPTH, classes).to(device)
    sgd = torch.optim.SGD(network.parameters(), lr=RATE, momentum=0.9, weight_decay=1e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, epochs)
    log = RunLog(
        name,
        model=f"resnet{DEPTH}",
        optimizer="sgd",
        learning_rate=RATE,
        batch_size=BATCH_SIZE,
        copies=copies,
        effective_batch=copies * BATCH_SIZE,
        cutout_size=SIZE if copies > 1 else 0,
    )
    errors, seconds, start = [], [], time.perf_counter()
    for epoch in range(epochs):
        train_loss = train_one_epoch(network, sgd, copies)
        schedule.step()
        val_loss, val_accuracy = validate(network)
        errors.append(1 - val_accuracy)
        seconds.append(time.perf_counter() - start)
        log.epoch(train_loss=train_loss, val_loss=val_loss, val_accuracy=val_accuracy)
        print(f"{name}, epoch {epoch + 1}: loss {train_loss:.3f}, error {1 - val_accuracy:.1%}, {seconds[-1]:.0f} s")
        if target is not None and val_accuracy >= target:
            break
    log.finish(best_val_accuracy=1 - min(errors))
    return {"errors": errors, "seconds": seconds}


def draw(runs):
    """Validation errors over the epochs, a line a run."""
    for label, run in runs.items():
        plt.plot(range(1, len(run["errors"]) + 1), run["errors"], marker=".", label=label)
    plt.axhline(1 - TARGET, color="grey", linestyle=":", label=f"{TARGET:.0%} accuracy")
    plt.xlabel("epoch")
    plt.ylabel("validation error")
    plt.ylim(bottom=0)
    plt.legend()
    plt.show()


# %%
baseline = train("resnet44", 1, EPOCHS)
draw({"plain": baseline})

# %% [markdown] autograder={"check": "resnet44.curve"}
# **Validation error over epochs** (points: 1)
#
# *How does the error go down, and where does it stop? What does the learning rate have to do with it?*
#
# *Write your answer here.*

# %% [markdown]
# ## (3) Batch augmentation

# %% autograder={"tests": "p4.3"}
from autograder.checks.engine.public_show import show

show("p4.3")

# %%
augmented = {copies: train(f"copies{copies}", copies, MOST_EPOCHS, TARGET) for copies in COPIES}
draw({"plain": baseline} | {f"M = {copies}": run for copies, run in augmented.items()})

# %%
print(
    f"{'M':>5} {'batch':>6} {'s an epoch':>11} {f'epochs to {TARGET:.0%}':>14} {'time to it':>11} {'best accuracy':>14}"
)
for copies, run in {1: baseline, **augmented}.items():
    reached = next((n for n, error in enumerate(run["errors"]) if 1 - error >= TARGET), None)
    epochs, passed = ("never", "") if reached is None else (reached + 1, f"{run['seconds'][reached]:.0f} s")
    pace = run["seconds"][-1] / len(run["seconds"])
    best = f"{1 - min(run['errors']):.1%}"
    print(f"{copies:>5} {copies * BATCH_SIZE:>6} {pace:>11.1f} {epochs:>14} {passed:>8} {best:>7}")

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for axis, value, name in (
    (left, lambda run: run["seconds"][-1] / len(run["seconds"]), "seconds an epoch"),
    (right, lambda run: 1 - min(run["errors"]), "best validation accuracy"),
):
    axis.plot(list(augmented), [value(run) for run in augmented.values()], marker="o")
    axis.set_xscale("log", base=2)
    axis.set_xlabel("M, versions of a sample in a batch")
    axis.set_ylabel(name)
plt.show()

# %% [markdown] autograder={"check": "batch_augmentation.comparison"}
# **Time and epochs to 94%, or what was reached** (points: 3)
#
# *Which M reach 94%, after how many epochs and how much time, and what do the others reach? What does a larger M cost
# an epoch, and what does it buy? Which M would you choose? Did you change the learning rate with M, and why?*
#
# *Write your answer here.*
