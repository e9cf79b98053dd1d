# %% [markdown]
# # Part 1: a CIFAR-10 network
#
# Fill in `cifar_cnn.py`, `resnet_family.py`, `single_factor.py` and `interpretation.py` first; `pytest` tells you how
# far you are. Every comparison below changes one thing and keeps all else equal, the seed too. `RunLog` writes each
# run to `runs/NAME.json`; hand that folder in.

# %%
import time
from pathlib import Path

import matplotlib.pyplot as plt
import torch
from cifar_cnn import CifarCNN
from interpretation import filter_grid, to_dot, trace_layers
from resnet_family import resnet18, resnet34, resnet50, resnet101, resnet152
from run_log import RunLog
from single_factor import build_activation, build_loss, build_optimizer, single_factor_grid
from torchvision import transforms
from torchvision.datasets import ImageFolder

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png and val/CLASS/*.png
EPOCHS = 2  # enough to see that it works; 20 or more for your results
RESNET_EPOCHS = 1  # ResNet-152 takes a while: measure the time of one epoch before you set this
WIDTH = 32  # of CifarCNN
RESNET_WIDTH = 64  # 64 is that of the paper
LEARNING_RATE = 1e-3

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"
print(device, torch.cuda.get_device_name() if device == "cuda" else "")


# %%
def load(part):
    """All images of one part, (N, 3, 32, 32) in [0, 1], and their labels (N,), on the device."""
    pairs = list(ImageFolder(DATA / part, transforms.ToTensor()))
    return torch.stack([image for image, _ in pairs]).to(device), torch.tensor([y for _, y in pairs]).to(device)


train_images, train_labels = load("train")
val_images, val_labels = load("val")
classes = ImageFolder(DATA / "train").classes
centre, spread = train_images.mean((0, 2, 3), keepdim=True), train_images.std((0, 2, 3), keepdim=True)
train_images, val_images = (train_images - centre) / spread, (val_images - centre) / spread
print(len(train_labels), "images to train on,", len(val_labels), "to validate;", classes)


# %%
def one_pass(network, loss_fn, images, labels, size, step=None):
    """Mean loss and accuracy over one pass in batches of `size`; with an optimiser `step` it trains, shuffled."""
    network.train(step is not None)
    order = torch.randperm(len(labels), device=device) if step else torch.arange(len(labels), device=device)
    summed, right = 0.0, 0
    with torch.set_grad_enabled(step is not None):
        for part in order.split(size):
            scores = network(images[part])
            batch_loss = loss_fn(scores, labels[part])
            if step:
                step.zero_grad()
                batch_loss.backward()
                step.step()
            summed += float(batch_loss) * len(part)
            right += int(torch.eq(scores.argmax(1), labels[part]).sum())
    return summed / len(labels), right / len(labels)


def fit(name, build, epochs=EPOCHS, batch_size=128, loss="cross_entropy", optimizer="adam", **settings):
    """Train the network that `build()` makes and log the run; gives a dictionary of its curves and its time.

    settings: further settings of the run, for the log.
    """
    log = RunLog(
        name, batch_size=batch_size, loss=loss, optimizer=optimizer, learning_rate=LEARNING_RATE, seed=0, **settings
    )
    torch.manual_seed(0)
    network = build().to(device)
    loss_fn, step = build_loss(loss), build_optimizer(optimizer, network.parameters(), LEARNING_RATE)
    rows, seconds = [], 0.0
    while log.epochs < epochs:
        began = time.perf_counter()
        train_loss, train_accuracy = one_pass(network, loss_fn, train_images, train_labels, batch_size, step)
        seconds += time.perf_counter() - began
        row = {"train_loss": train_loss, "train_accuracy": train_accuracy}
        row["val_loss"], row["val_accuracy"] = one_pass(network, loss_fn, val_images, val_labels, 256)
        log.epoch(**row)
        rows.append(row)
    size = sum(p.numel() for p in network.parameters())
    log.finish(val_accuracy=row["val_accuracy"], seconds_per_epoch=seconds / epochs, parameters=size)
    return {"network": network, "rows": rows, "seconds": seconds / epochs, "parameters": size}


def table(runs):
    """Print one line a run: parameters, seconds an epoch, final accuracies."""
    print(f"{'run':>24} {'parameters':>12} {'s/epoch':>8} {'train':>7} {'val':>7}")
    for label, found in runs.items():
        last = found["rows"][-1]
        numbers = f"{found['parameters']:>12,} {found['seconds']:>8.2f}"
        print(f"{label:>24} {numbers} {last['train_accuracy']:>7.1%} {last['val_accuracy']:>7.1%}")


def curves(runs, columns=("train_loss", "val_accuracy")):
    """Plot columns of the runs' logs over the epochs, side by side."""
    _, axes = plt.subplots(1, len(columns), figsize=(5 * len(columns), 3.5))
    for axis, column in zip(axes, columns):
        for label, found in runs.items():
            axis.plot(range(1, len(found["rows"]) + 1), [row[column] for row in found["rows"]], ".-", label=label)
        axis.set_xlabel("epoch")
        axis.set_ylabel(column.replace("_", " "))
    axes[-1].legend(fontsize="small")
    plt.tight_layout()
    plt.show()


# %% [markdown]
# ## 1. {{title:p1.network}}
#
# The plain network first, then each option alone, then all of them.

# %% autograder={"tests": "p1.network"}
from autograder.checks.engine.public_show import show

show("p1.network")

# %%
cnn = {"batch_norm": False, "dropout": 0.0, "residual": False}
by_option = {}
for settings in [
    *single_factor_grid(cnn, {"batch_norm": [True], "dropout": [0.3], "residual": [True]}),
    {"batch_norm": True, "dropout": 0.3, "residual": True},
]:
    label = "_".join(["cnn", *(key for key, value in settings.items() if value)])
    by_option[label] = fit(
        label, lambda s=settings: CifarCNN(len(classes), WIDTH, **s), model="CifarCNN", activation="relu", **settings
    )
table(by_option)
curves(by_option)

# %% [markdown]
# ## 2. {{title:p1.batch_size}}
#
# Batches of 4, 128 and 256. Look at the accuracy after equal numbers of epochs, and after equal time.

# %% autograder={"tests": "p1.batch_size"}
from autograder.checks.engine.public_show import show

show("p1.batch_size")

# %%
BASE = {"batch_norm": True, "dropout": 0.0, "residual": True}


def base_network(activation="relu"):
    return CifarCNN(len(classes), WIDTH, activation=lambda: build_activation(activation), **BASE)


by_batch = {
    size: fit(f"batch_{size}", base_network, batch_size=size, model="CifarCNN", activation="relu", **BASE)
    for size in (4, 128, 256)
}
table(by_batch)

# %%
_, (left, right) = plt.subplots(1, 2, figsize=(10, 3.5))
for size, found in by_batch.items():
    accuracies = [row["val_accuracy"] for row in found["rows"]]
    left.plot(range(1, len(accuracies) + 1), accuracies, ".-", label=f"batch {size}")
    right.plot([found["seconds"] * epoch for epoch in range(1, len(accuracies) + 1)], accuracies, ".-")
left.set_xlabel("epoch")
right.set_xlabel("seconds of training")
left.set_ylabel("validation accuracy")
left.legend()
plt.show()

# %% [markdown] autograder={"check": "batch_size.discussion"}
# **{{title:batch_size.discussion}}** (points: {{points:batch_size.discussion}})
#
# *How do the time of an epoch and the accuracy depend on the batch size, and why? Which would you choose if you had
# ten minutes, and which if you had a day? What ought to change with the batch size that you kept equal here?*
#
# *Write your answer here.*

# %% [markdown]
# ## 3. {{title:p1.resnets}}

# %% autograder={"tests": "p1.resnets"}
from autograder.checks.engine.public_show import show

show("p1.resnets")

# %%
by_depth = {
    make.__name__: fit(
        make.__name__,
        lambda m=make: m(len(classes), RESNET_WIDTH),
        RESNET_EPOCHS,
        model=make.__name__,
        width=RESNET_WIDTH,
    )
    for make in (resnet18, resnet34, resnet50, resnet101, resnet152)
}
table(by_depth)

# %%
_, axes = plt.subplots(1, 3, figsize=(13, 3.5))
for axis, title, values in (
    (axes[0], "parameters, millions", [found["parameters"] / 1e6 for found in by_depth.values()]),
    (axes[1], "seconds an epoch", [found["seconds"] for found in by_depth.values()]),
    (axes[2], "validation accuracy", [found["rows"][-1]["val_accuracy"] for found in by_depth.values()]),
):
    axis.bar([label.removeprefix("resnet") for label in by_depth], values)
    axis.set_title(title)
plt.show()

# %% [markdown] autograder={"check": "resnets.discussion"}
# **{{title:resnets.discussion}}** (points: {{points:resnets.discussion}})
#
# *What do depth and parameters buy here, and at what price in time? Does the time of an epoch follow the number of
# parameters? If not, what does it follow?*
#
# *Write your answer here.*

# %% [markdown]
# ## 4. {{title:p1.factors}}
#
# One run is the base; every other run differs from it in the loss, the activation or the optimiser.

# %% autograder={"tests": "p1.factors"}
from autograder.checks.engine.public_show import show

show("p1.factors")

# %%
base = {"loss": "cross_entropy", "activation": "relu", "optimizer": "adam"}
factors = {
    "loss": ["cross_entropy", "mse", "smooth_l1", "bce_with_logits"],
    "activation": ["relu", "sigmoid", "leaky_relu", "tanh", "softplus"],
    "optimizer": ["sgd", "adagrad", "adadelta", "adam"],
}
by_factor = {}
for run in single_factor_grid(base, factors):
    changed = [f"{key}_{value}" for key, value in run.items() if value != base[key]]
    by_factor[changed[0] if changed else "base"] = fit(
        changed[0] if changed else "base",
        lambda a=run["activation"]: base_network(a),
        loss=run["loss"],
        optimizer=run["optimizer"],
        activation=run["activation"],
        model="CifarCNN",
        **BASE,
    )
table(by_factor)

# %%
for factor in factors:
    print(factor)
    curves({"base": by_factor["base"]} | {k: v for k, v in by_factor.items() if k.startswith(factor)})

# %% [markdown] autograder={"check": "factors.discussion"}
# **{{title:factors.discussion}}** (points: {{points:factors.discussion}})
#
# *Which loss, which activation and which optimiser did best, by how much, and is that more than a second seed would
# change? Why can the curves of the losses not be compared directly? Is one learning rate for four optimisers a fair
# comparison?*
#
# *Write your answer here.*

# %% [markdown]
# ## 5. {{title:p1.interpretation}}

# %% autograder={"tests": "p1.interpretation"}
from autograder.checks.engine.public_show import show

show("p1.interpretation")

# %%
trained = by_depth["resnet18"]["network"].cpu()
first = next(layer for layer in trained.modules() if isinstance(layer, torch.nn.Conv2d))
plt.figure(figsize=(8, 8))
plt.imshow(filter_grid(first.weight).permute(1, 2, 0))
plt.axis("off")
plt.title(f"{len(first.weight)} filters of the first convolution")
plt.show()

# %%
small = by_option["cnn_batch_norm_dropout_residual"]["network"].cpu()
layers = trace_layers(small, val_images[:1].cpu())
for layer in layers:
    print(f"{layer.name:>24} {layer.kind:>12} {layer.output_shape!s:>20} {layer.parameters:>10,}  {layer.inputs}")
Path("cifar_cnn.dot").write_text(to_dot(layers))  # Graphviz draws it: dot -Tpng cifar_cnn.dot -o cifar_cnn.png


# %%
def draw(layers):
    """The graph from top to bottom; connections that skip layers are drawn as arcs beside it."""
    place = {"input": 0} | {layer.name: -1 - number for number, layer in enumerate(layers)}
    plt.figure(figsize=(7, 0.32 * len(layers) + 1))
    plt.text(0, 0, "input", ha="center", va="center", bbox={"facecolor": "white"}, fontsize=8, zorder=3)
    for layer in layers:
        text = f"{layer.name}: {layer.kind} {'x'.join(map(str, layer.output_shape[1:]))}"
        plt.text(
            0, place[layer.name], text, ha="center", va="center", bbox={"facecolor": "white"}, fontsize=8, zorder=3
        )
        for source in layer.inputs:
            skipped = place[source] - place[layer.name] - 1
            arrow = {"arrowstyle": "->", "connectionstyle": f"arc3,rad={-0.35 if skipped else 0}"}
            plt.annotate(
                "", (0.5 * bool(skipped), place[layer.name]), (0.5 * bool(skipped), place[source]), arrowprops=arrow
            )
    plt.xlim(-2, 2)
    plt.ylim(-len(layers) - 1, 1)
    plt.axis("off")
    plt.show()


draw(layers)

# %% [markdown] autograder={"check": "interpretation.discussion"}
# **{{title:interpretation.discussion}}** (points: {{points:interpretation.discussion}})
#
# *What do the filters respond to (edges, colours, neither)? Point out the residual connections in the graph.*
#
# *Write your answer here.*
