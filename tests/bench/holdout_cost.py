"""What a hold-out's transformations cost an honest model: SimpleNN on the images as published and as handed out.

Trains the reference SimpleNN on both forms of the same split, with the same seeds, and prints the accuracies on the
hidden test images and their difference in points.

    python tests/bench/holdout_cost.py [--source digits] [--epochs 40] [--seeds 6] [--most 20000]
"""

from __future__ import annotations

import argparse

import numpy as np
import torch
from torch import Tensor

from autograder.predictions.holdout.keyed import Keyed
from autograder.predictions.holdout.sources import load_source
from autograder.predictions.holdout.splitting import split
from autograder.predictions.holdout.transforming import transform
from reference_solutions.losses import cross_entropy
from reference_solutions.simplenn import SimpleNN

BATCH = 64


def accuracy(images: Tensor, labels: Tensor, train: Tensor, test: Tensor, epochs: int, seed: int) -> float:
    """Test accuracy of a SimpleNN on images float32 (n, 3, 32, 32), normalised by the training part's statistics."""
    torch.manual_seed(seed)
    mean = images[train].mean(dim=(0, 2, 3), keepdim=True)
    scaled = (images - mean) / images[train].std(dim=(0, 2, 3), keepdim=True)
    model = SimpleNN()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.05, total_steps=epochs * (len(train) // BATCH + 1))
    for _ in range(epochs):
        for batch in torch.split(train[torch.randperm(len(train))], BATCH):
            optimizer.zero_grad()
            cross_entropy(model(scaled[batch]), labels[batch]).backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        found = torch.cat([model(scaled[batch]).argmax(dim=1) for batch in torch.split(test, 512)])
    return float((found == labels[test]).float().mean())


def main() -> None:
    """Train in both forms and print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--source", default="digits")
    options.add_argument("--epochs", type=int, default=40)
    options.add_argument("--seeds", type=int, default=6)
    options.add_argument("--most", type=int, default=20_000)
    chosen = options.parse_args()
    public, keyed = load_source(chosen.source), Keyed("what does it cost?")
    parts = split(public.labels, public.validation, public.test, keyed)
    train, test = (torch.from_numpy(part[: chosen.most]) for part in (parts.train, parts.test))
    labels = torch.from_numpy(public.labels)
    found = {}
    for form, pixels in (("as published", public.images), ("transformed", transform(public.images, keyed))):
        images = torch.from_numpy(pixels).permute(0, 3, 1, 2).to(torch.float32) / 255
        found[form] = [accuracy(images, labels, train, test, chosen.epochs, seed) for seed in range(chosen.seeds)]
        each = ", ".join(f"{share:.2%}" for share in found[form])
        print(f"{form:13s} {np.mean(found[form]):.2%} of {len(test):,} hidden images ({each})")
    cost = 100 * (np.mean(found["as published"]) - np.mean(found["transformed"]))
    told = f"SimpleNN on {len(train):,} images of {public.name}, {chosen.epochs} epochs"
    print(f"{told}: the hold-out costs {cost:.2f} points")


if __name__ == "__main__":
    main()
