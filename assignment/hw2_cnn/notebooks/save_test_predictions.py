# %% [markdown]
# # Predictions for the test images
#
# Labels the images in `test/` with the weights that `resnet-cifar10.ipynb` saved, and writes `predictions.csv`.

# %% autograder={"tests": "lab3.b"}
from autograder.checks.engine.public_show import show

show("lab3.b")

# %%
from pathlib import Path

import numpy as np
import torch
from augmentation import make_transform
from PIL import Image
from predictions import predict, write_predictions
from resnet import resnet20
from training import best_device

# %% tags=["settings"]
DATA = Path("data")  # holds train/CLASS/*.png, val/CLASS/*.png and test/*.png
WEIGHTS = Path("resnet20.pt")

# %%
device = best_device()

# %%
saved = torch.load(WEIGHTS, map_location=device, weights_only=True)
transform = make_transform(False, saved["mean"], saved["std"])
classes = sorted(folder.name for folder in (DATA / "train").iterdir() if folder.is_dir())
model = resnet20(len(classes)).to(device)
model.load_state_dict(saved["weights"])

# %%
paths = sorted((DATA / "test").glob("*.png"), key=lambda path: int(path.stem))
ids = [int(path.stem) for path in paths]


def batches(size=128):
    """The test images, transformed, in the order of `paths`."""
    for start in range(0, len(paths), size):
        pixels = [np.array(Image.open(path).convert("RGB")) for path in paths[start : start + size]]
        yield torch.stack([transform(torch.from_numpy(p).permute(2, 0, 1) / 255) for p in pixels])


# %%
labels = predict(model, batches(), device)
write_predictions("predictions.csv", labels, ids)
print(len(labels), "labels written; as often as each class was predicted:", np.bincount(labels, minlength=len(classes)))

# %% [markdown]
# Before you hand the file in: does it have as many rows as `sample_predictions.csv`, and do a few images that you look
# at yourself carry the right label?
