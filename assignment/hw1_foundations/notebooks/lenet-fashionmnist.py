# %% [markdown]
# # LeNet-5 on FashionMNIST
#
# Fill in the modules first; `pytest` tells you how far you are. This notebook trains the five variants. On a laptop's
# processor an epoch takes a quarter of a minute or so; try everything with `EPOCHS = 1` before the long run.

# %% tags=["settings"]
# The four files of FashionMNIST: here where torchvision's downloader puts them, see the handout. On Debian, with the
# package dataset-fashion-mnist: /usr/share/datasets/fashion-mnist
DATA = "data/FashionMNIST/raw"
EPOCHS = 12
RETUNED_EPOCHS = 20
BATCH = 64
RATE = 1e-3
SEED = 0

# %%
import matplotlib.pyplot as plt
import torch
from fashion import CLASSES, FashionMNIST, train_val_split
from fitting import evaluate, fit, load_weights
from lenet import LeNet5, LeNet5BatchNorm, LeNet5Dropout
from run_log import RunLog
from torch.utils.data import DataLoader

device = "cuda" if torch.cuda.is_available() else "cpu"

# %% [markdown]
# ## (a, b) {{title:practical.a}}; {{title:practical.b}}

# %% autograder={"tests": "practical.a"}
from autograder.checks.engine.public_show import show

show("practical.a")

# %% autograder={"tests": "practical.b"}
from autograder.checks.engine.public_show import show

show("practical.b")

# %%
for network in (LeNet5, LeNet5Dropout, LeNet5BatchNorm):
    print(f"{network.__name__:16} {sum(p.numel() for p in network().parameters()):7,} parameters")

# %% [markdown]
# ## (c) {{title:practical.c}}

# %% autograder={"tests": "practical.c"}
from autograder.checks.engine.public_show import show

show("practical.c")

# %%
test_set = FashionMNIST(DATA, "test")
train_set, val_set = train_val_split(FashionMNIST(DATA, "train"), 0.1, SEED)
train_loader = DataLoader(train_set, BATCH, shuffle=True)
val_loader, test_loader = DataLoader(val_set, 500), DataLoader(test_set, 500)
print(f"{len(train_set):,} images to train on, {len(val_set):,} to validate, {len(test_set):,} to test")

# %%
_, axes = plt.subplots(2, 5, figsize=(10, 4.4))
for axis, (image, label) in zip(axes.flat, (train_set[i] for i in range(10))):
    axis.imshow(image[0], cmap="gray")
    axis.set_title(CLASSES[label])
    axis.axis("off")

# %% [markdown]
# ## (d) {{title:practical.d}}

# %% autograder={"tests": "practical.d"}
from autograder.checks.engine.public_show import show

show("practical.d")


# %%
def run(name, network, epochs, weight_decay=0.0, dropout=0.0, batch_norm=False):
    """Train a new network, keep its log in runs/ and its weights in NAME.pt; gives its row of the table and its curves.

    dropout and batch_norm say what is in the network, for the log.
    """
    torch.manual_seed(SEED)
    model = network().to(device)
    log = RunLog(
        name,
        model=network.__name__,
        optimizer="adam",
        learning_rate=RATE,
        batch_size=BATCH,
        weight_decay=weight_decay,
        dropout=dropout,
        batch_norm=batch_norm,
    )
    history = fit(
        model, train_loader, val_loader, epochs, RATE, weight_decay, device, weights=f"{name}.pt", report=log.epoch
    )
    _, test = evaluate(model, test_loader, device)
    _, reloaded = evaluate(load_weights(network().to(device), f"{name}.pt", device), test_loader, device)
    last = history[-1]
    log.finish(val_accuracy=last["val_accuracy"], test_accuracy=test, reloaded_accuracy=reloaded)
    print(f"{name}: validation {last['val_accuracy']:.2%}, test {test:.2%}, test with reloaded weights {reloaded:.2%}")
    return {"name": name, "epochs": epochs, "history": history, "test": test, "reloaded": reloaded}


# %% [markdown]
# ## (e) {{title:practical.e}}
#
# Each run differs from the baseline in one thing. The last one weakens the weight decay and trains longer.

# %%
results = [
    run("baseline", LeNet5, EPOCHS),
    run("dropout", LeNet5Dropout, EPOCHS, dropout=0.5),
    run("weight_decay", LeNet5, EPOCHS, weight_decay=0.01),
    run("batch_norm", LeNet5BatchNorm, EPOCHS, batch_norm=True),
    run("weight_decay_retuned", LeNet5, RETUNED_EPOCHS, weight_decay=0.001),
]

# %% autograder={"tests": "practical.e"}
from autograder.checks.engine.public_show import show

show("practical.e")

# %% [markdown]
# Train and validation accuracy of each variant, in a table and as curves. The training numbers are averages over an
# epoch in which the network changed, and with dropout in which it was thinned.

# %%
print(f"{'variant':22}{'epochs':>7}{'train':>9}{'validation':>12}{'test':>8}{'reloaded':>10}")
for result in results:
    last = result["history"][-1]
    print(
        f"{result['name']:22}{result['epochs']:7}{last['train_accuracy']:9.1%}{last['val_accuracy']:12.1%}"
        f"{result['test']:8.1%}{result['reloaded']:10.1%}"
    )

# %%
_, axes = plt.subplots(1, len(results), figsize=(3.4 * len(results), 3.4), sharey=True)
for axis, result in zip(axes, results):
    steps = range(1, result["epochs"] + 1)
    for column, style in (("train_accuracy", "-"), ("val_accuracy", "--")):
        axis.plot(steps, [row[column] for row in result["history"]], style, label=column.replace("_", " "))
    axis.set_title(result["name"].replace("_", " "))
    axis.set_xlabel("epoch")
axes[0].set_ylabel("accuracy")
axes[0].legend()
plt.tight_layout()

# %% [markdown] autograder={"check": "variants.table"}
# **{{title:variants.table}}** (points: {{points:variants.table}})
#
# *Describe each variant's curve in a sentence: does it overfit, from which epoch on, and is it still learning at the
# end? The table and the curves above are read with it.*
#
# *Write your answer here.*

# %% [markdown] autograder={"check": "variants.comparison"}
# **{{title:variants.comparison}}** (points: {{points:variants.comparison}})
#
# *Which remedy closes the gap between training and validation, and at what price? Why does a weight decay of 0.01 in
# Adam cost so much more than 0.001? Why can validation accuracy exceed training accuracy with dropout?*
#
# *Write your answer here.*
