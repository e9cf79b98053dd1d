# %% [markdown]
# # Part 2: batch norm, and the landscape of the loss
#
# Fill in `vgg.py` and `landscape.py` first. Here you train VGG-A with and without batch norm, and measure what
# Santurkar et al. (2018, "How does batch normalization help optimization?") measured. `RunLog` writes each run to
# `runs/NAME.json`; hand that folder in.

# %%
import time
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from landscape import effective_beta, gradient_predictiveness, loss_along_gradient, loss_envelope
from run_log import RunLog
from torchvision import transforms
from torchvision.datasets import ImageFolder
from vgg import VGGA, VGGALight

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png and val/CLASS/*.png
EPOCHS = 2  # enough to see that it works; 20 for your results
WIDTH = 64  # of VGG-A
LIGHT_WIDTH = 16
BATCH_SIZE = 128
LEARNING_RATES = (1e-3, 2e-3, 1e-4, 5e-4)
MEASURE_EVERY = 20  # training steps between two measurements along the gradient
STEP_SIZES = (0.05, 0.1, 0.2, 0.4)  # eta: how far along the gradient

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"


def load(part):
    """All images of one part, (N, 3, 32, 32) in [0, 1], and their labels (N,), on the device."""
    pairs = list(ImageFolder(DATA / part, transforms.ToTensor()))
    return torch.stack([image for image, _ in pairs]).to(device), torch.tensor([y for _, y in pairs]).to(device)


train_images, train_labels = load("train")
val_images, val_labels = load("val")
classes = ImageFolder(DATA / "train").classes
centre, spread = train_images.mean((0, 2, 3), keepdim=True), train_images.std((0, 2, 3), keepdim=True)
train_images, val_images = (train_images - centre) / spread, (val_images - centre) / spread
print(device, len(train_labels), "images to train on,", len(val_labels), "to validate;", classes)


# %%
@torch.no_grad()
def validate(network):
    """Mean loss and accuracy on the validation images."""
    network.eval()
    scores = torch.cat([network(part) for part in val_images.split(256)])
    return float(F.cross_entropy(scores, val_labels)), float((scores.argmax(1) == val_labels).float().mean())


def fit(name, build, rate=1e-3, measure=None, **settings):
    """Train the network that `build()` makes with Adam and log the run; gives a dictionary of what was seen.

    measure: called with (network, images, labels) every MEASURE_EVERY steps, before the step; what it returns is kept.
    """
    log = RunLog(name, learning_rate=rate, batch_size=BATCH_SIZE, optimizer="adam", seed=0, **settings)
    torch.manual_seed(0)
    network = build().to(device)
    adam = torch.optim.Adam(network.parameters(), rate)
    step_losses, rows, measured, seconds = [], [], [], 0.0
    for _ in range(EPOCHS):
        network.train()
        right, first = 0, len(step_losses)
        for part in torch.randperm(len(train_labels), device=device).split(BATCH_SIZE):
            images, labels = train_images[part], train_labels[part]
            if measure and len(step_losses) % MEASURE_EVERY == 0:
                measured.append((len(step_losses), measure(network, images, labels)))
            began = time.perf_counter()
            scores = network(images)
            batch_loss = F.cross_entropy(scores, labels)
            adam.zero_grad()
            batch_loss.backward()
            adam.step()
            step_losses.append(batch_loss.item())
            seconds += time.perf_counter() - began
            right += int(torch.eq(scores.argmax(1), labels).sum())
        row = {"train_loss": sum(step_losses[first:]) / (len(step_losses) - first)}
        row["train_accuracy"] = right / len(train_labels)
        row["val_loss"], row["val_accuracy"] = validate(network)
        log.epoch(**row)
        rows.append(row)
    size = sum(p.numel() for p in network.parameters())
    log.finish(
        val_accuracy=row["val_accuracy"], steps=len(step_losses), seconds_per_epoch=seconds / EPOCHS, parameters=size
    )
    print(
        f"{name}: {size:,} parameters, {seconds / EPOCHS:.1f} s an epoch, validation accuracy {row['val_accuracy']:.1%}"
    )
    return {
        "rows": rows,
        "step_losses": step_losses,
        "measured": measured,
        "parameters": size,
        "seconds": seconds / EPOCHS,
    }


# %% [markdown]
# ## 1. {{title:p2.vgg}}

# %% autograder={"tests": "p2.vgg"}
from autograder.checks.engine.public_show import show

show("p2.vgg")


# %%
def vgg(batch_norm=False, dropout=0.0):
    return VGGA(len(classes), WIDTH, batch_norm=batch_norm, dropout=dropout)


variants = {
    "vgg_a": fit("vgg_a", vgg, model="vgg_a", batch_norm=False, dropout=0.0),
    "vgg_light": fit(
        "vgg_light", lambda: VGGALight(len(classes), LIGHT_WIDTH), model="vgg_light", batch_norm=False, dropout=0.0
    ),
    "vgg_dropout": fit("vgg_dropout", lambda: vgg(dropout=0.5), model="vgg_a", batch_norm=False, dropout=0.5),
    "vgg_bn": fit("vgg_bn", lambda: vgg(True), model="vgg_a", batch_norm=True, dropout=0.0),
    "vgg_bn_dropout": fit("vgg_bn_dropout", lambda: vgg(True, 0.5), model="vgg_a", batch_norm=True, dropout=0.5),
}

# %%
print(f"{'variant':>16} {'parameters':>12} {'s/epoch':>8} {'train':>7} {'val':>7}")
for label, found in variants.items():
    last = found["rows"][-1]
    numbers = f"{found['parameters']:>12,} {found['seconds']:>8.2f}"
    print(f"{label:>16} {numbers} {last['train_accuracy']:>7.1%} {last['val_accuracy']:>7.1%}")
_, axes = plt.subplots(1, 3, figsize=(14, 3.5))
for axis, column in zip(axes, ("train_loss", "train_accuracy", "val_accuracy")):
    for label, found in variants.items():
        axis.plot(range(1, EPOCHS + 1), [row[column] for row in found["rows"]], ".-", label=label)
    axis.set_xlabel("epoch")
    axis.set_ylabel(column.replace("_", " "))
axes[0].legend()
plt.tight_layout()
plt.show()

# %% [markdown] autograder={"check": "vgg.discussion"}
# **{{title:vgg.discussion}}** (points: {{points:vgg.discussion}})
#
# *What does batch norm change, what dropout, and what both together: in the speed of training, in the accuracy on the
# training images, in that on the validation images? How close does the light network come, for what share of the
# parameters?*
#
# *Write your answer here.*

# %% [markdown]
# ## 2. {{title:p2.envelope}}
#
# VGG-A with and without batch norm, trained at four learning rates each. While the runs at the first learning rate
# train, the loss and the gradient along the gradient's direction are measured too, for the questions below.

# %% autograder={"tests": "p2.envelope"}
from autograder.checks.engine.public_show import show

show("p2.envelope")


# %%
def along(network, images, labels):
    """Loss, gradient predictiveness and effective beta along the gradient, on this batch."""
    batch = (network, F.cross_entropy, images, labels, STEP_SIZES)
    return {
        "losses": loss_along_gradient(*batch).tolist(),
        "distances": gradient_predictiveness(*batch).tolist(),
        "beta": effective_beta(*batch),
    }


def at_rates(batch_norm):
    kind = "bn" if batch_norm else "plain"
    return [
        fit(
            f"landscape_{kind}_{rate:g}".replace(".", "p"),
            lambda: vgg(batch_norm),
            rate,
            along if rate == LEARNING_RATES[0] else None,
            model="vgg_a",
            batch_norm=batch_norm,
            dropout=0.0,
            experiment="landscape",
        )
        for rate in LEARNING_RATES
    ]


landscapes = {"VGG-A": at_rates(False), "VGG-A with batch norm": at_rates(True)}

# %%
for label, runs in landscapes.items():
    lower, upper = loss_envelope([found["step_losses"] for found in runs])
    plt.fill_between(range(1, len(lower) + 1), lower, upper, alpha=0.5, label=label)
plt.xlabel("step")
plt.ylabel("training loss, smallest to largest over four learning rates")
plt.legend()
plt.show()

# %% [markdown] autograder={"check": "landscape.discussion"}
# **{{title:landscape.discussion}}** (points: {{points:landscape.discussion}})
#
# *What does the width of the band say about the loss? What does it not say: which other difference between the runs
# could make it narrow?*
#
# *Write your answer here.*

# %% [markdown]
# ## 3. {{title:p2.predictiveness}}

# %% autograder={"tests": "p2.predictiveness"}
from autograder.checks.engine.public_show import show

show("p2.predictiveness")

# %%
_, axes = plt.subplots(1, 2, figsize=(11, 4))
for axis, key, title in (
    (axes[0], "losses", "loss along the gradient"),
    (axes[1], "distances", "change of the gradient along it"),
):
    for label, runs in landscapes.items():
        steps = [step for step, _ in runs[0]["measured"]]
        values = [seen[key] for _, seen in runs[0]["measured"]]
        axis.fill_between(steps, [min(v) for v in values], [max(v) for v in values], alpha=0.5, label=label)
    axis.set_xlabel("step")
    axis.set_title(title)
    axis.set_yscale("log")
axes[0].legend()
plt.suptitle("Smallest to largest over the step sizes")
plt.tight_layout()
plt.show()

# %% [markdown] autograder={"check": "predictiveness.discussion"}
# **{{title:predictiveness.discussion}}** (points: {{points:predictiveness.discussion}})
#
# *How far does the gradient predict itself, with and without batch norm? The two networks do not stand at the same
# weights, and their gradients differ in length: how does that bear on the comparison?*
#
# *Write your answer here.*

# %% [markdown]
# ## 4. {{title:p2.beta}}

# %% autograder={"tests": "p2.beta"}
from autograder.checks.engine.public_show import show

show("p2.beta")

# %%
for label, runs in landscapes.items():
    seen = runs[0]["measured"]
    plt.plot([step for step, _ in seen], [values["beta"] for _, values in seen], ".-", label=label)
plt.xlabel("step")
plt.ylabel("effective beta")
plt.yscale("log")
plt.legend()
plt.show()

# %% [markdown] autograder={"check": "beta.discussion"}
# **{{title:beta.discussion}}** (points: {{points:beta.discussion}})
#
# *Work out by hand what effective beta is for L(w) = 1/2 w'Aw with a symmetric matrix A, and when it is A's largest
# eigenvalue. Then: is the loss smoother with batch norm, by these curves? Why is the change of the gradient between
# two successive training steps not the same measurement?*
#
# *Write your answer here.*
