"""Images a second of ResNet-20's training: the reference trainer against the plain recipe that a student would write.

Plain: a Dataset of PIL images, torchvision's transforms image by image, a DataLoader with two workers, float32. Both
train the same network with the same SGD, batch and augmentation on the same made-up images, in turns, on each device
that is there; the first epoch of either (workers, compilation of kernels) is not counted. About two minutes.

    python tests/bench/train_throughput.py [--batches N] [--rounds N] [--compile]
"""

import argparse
import statistics
import time
from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from reference_solutions.resnet import resnet20
from reference_solutions.train.device import choose_execution, hardware
from reference_solutions.train.images import DataSet, Labelled
from reference_solutions.train.recipes import find_run
from reference_solutions.train.trainer import Trainer

BATCH = 128
AIM = {"cpu": 2, "cuda": 20}


class PlainImages(Dataset):
    """In the manner of torchvision.datasets.CIFAR10."""

    def __init__(self, data, transform):
        self.data, self.transform = data, transform

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return self.transform(Image.fromarray(self.data.images[index])), int(self.data.labels[index])


def plain_epochs(data, device):
    """A function that trains for one epoch."""
    torch.manual_seed(0)
    steps = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(), transforms.ToTensor()]
    steps.append(transforms.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)))
    images = PlainImages(data, transforms.Compose(steps))
    loader = DataLoader(images, BATCH, shuffle=True, num_workers=2, persistent_workers=True)
    model = resnet20().to(device)
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)

    def epoch():
        model.train()
        total = 0.0
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()

    return epoch


def reference_epochs(data, execution):
    """A function that trains for one epoch, with the settings of the recipe hw2-resnet20."""
    return Trainer(find_run("hw2-resnet20")[1].settings, DataSet("made up", data), execution).train_epoch


def measure(device, batches, rounds, compiled):
    """Print the rates, and the ratio of the trainer as it is used to the plain recipe."""
    random = np.random.default_rng(0)
    count = batches * BATCH
    data = Labelled(random.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), random.integers(0, 10, count))
    execution = choose_execution(device, compile=compiled)
    print(f"{hardware(execution.device)}, {count} images an epoch, median of {rounds} epochs each")
    contenders = {
        "plain": plain_epochs(data, device),
        f"reference ({execution.precision}, channels_last)": reference_epochs(data, execution),
        f"reference ({execution.precision}, contiguous)": reference_epochs(
            data, replace(execution, channels_last=False)
        ),
    }
    seconds = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, epoch in contenders.items():
            started = time.perf_counter()
            epoch()
            execution.wait()
            if number:
                seconds[name].append(time.perf_counter() - started)
    plain = statistics.median(seconds["plain"])
    for name, taken in seconds.items():
        median = statistics.median(taken)
        print(f"  {name:34} {count / median:9.0f} images/s  {plain / median:6.2f} x")
    print(f"  aim for the first of the reference's: {AIM[device]} x")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--batches", type=int, help="batches of 128 images an epoch; 16 on a CPU, 200 on CUDA")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="the reference with torch.compile")
    given = parser.parse_args()
    measure("cpu", given.batches or 16, given.rounds, given.compile)
    if torch.cuda.is_available():
        measure("cuda", given.batches or 200, given.rounds, given.compile)
    else:
        print("no CUDA here: not measured")


if __name__ == "__main__":
    main()
