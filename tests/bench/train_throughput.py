"""Images a second of ResNet-20's training: the reference trainer against the plain recipe that a student would write.

Plain: a Dataset of PIL images, torchvision's transforms image by image, a DataLoader with two workers, float32. Both
train the same network with the same SGD, batch and augmentation on the same made-up images, in turns, on each device
that is there; the first epoch of either (workers, compilation, capture of CUDA graphs) is not counted. On CUDA the
trainer runs in each of its ways, and SimpleNN with Swish with and without the Triton kernels. About two minutes.

    python tests/bench/train_throughput.py [--batches N] [--rounds N] [--compile] [--device cpu|cuda]
"""

import argparse
import statistics
import time
from dataclasses import replace
from itertools import product

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


def reference_epochs(data, execution, recipe="hw2-resnet20"):
    """A function that trains for one epoch, with the settings of the recipe."""
    settings = find_run(recipe)[1].settings.model_copy(update={"batch_size": BATCH})
    return Trainer(settings, DataSet("made up", data), execution).train_epoch


def ways(device, compiled):
    """How the trainer can run on the device, by name."""
    usual = choose_execution(device, compile=compiled)
    found = {"as it is used": usual, "contiguous": replace(usual, channels_last=False)}
    if device == "cuda":
        found["CUDA graphs"] = choose_execution(device, compile=compiled, cuda_graphs=True)
        found["compiled, CUDA graphs"] = choose_execution(device, compile=True, cuda_graphs=True)
    return {f"reference ({way.precision}, {name})": way for name, way in found.items()}


def made_up(batches):
    """That many batches of images."""
    random = np.random.default_rng(0)
    count = batches * BATCH
    return Labelled(random.integers(0, 256, (count, 32, 32, 3), dtype=np.uint8), random.integers(0, 10, count))


def time_in_turns(contenders, rounds, execution):
    """Median seconds of an epoch of each contender."""
    seconds = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, epoch in contenders.items():
            started = time.perf_counter()
            epoch()
            execution.wait()
            if number:
                seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def measure(device, batches, rounds, compiled):
    """Print the rates, and the ratio of the trainer in its fastest way to the plain recipe."""
    data, execution = made_up(batches), choose_execution(device)
    print(f"{hardware(execution.device)}, {len(data)} images an epoch, median of {rounds} epochs each")
    contenders = {"plain": plain_epochs(data, device)}
    contenders |= {name: reference_epochs(data, way) for name, way in ways(device, compiled).items()}
    seconds = time_in_turns(contenders, rounds, execution)
    plain = seconds.pop("plain")
    for name, median in {"plain": plain, **seconds}.items():
        print(f"  {name:40} {len(data) / median:9.0f} images/s  {plain / median:6.2f} x")
    ratio = plain / min(seconds.values())
    print(f"  ratio {ratio:.2f} x, aim {AIM[device]} x: {'reached' if ratio >= AIM[device] else 'missed'}")


def measure_kernels(batches, rounds):
    """Print what the Triton kernels bring SimpleNN with Swish, launched one by one and as CUDA graphs."""
    data, contenders = made_up(batches), {}
    for kernels, graphs in product(("off", "on"), (False, True)):
        execution = choose_execution("cuda", cuda_graphs=graphs, kernels=kernels)
        name = f"kernels {kernels}{', CUDA graphs' if graphs else ''}"
        contenders[name] = reference_epochs(data, execution, "hw2-simplenn-better/swish")
    print("simplenn_swish")
    for name, median in time_in_turns(contenders, rounds, execution).items():
        print(f"  {name:40} {len(data) / median:9.0f} images/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--batches", type=int, help="batches of 128 images an epoch; 16 on a CPU, 200 on CUDA")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--compile", action="store_true", help="the reference with torch.compile")
    parser.add_argument("--device", choices=("cpu", "cuda"), help="one alone; by default all that there are")
    given = parser.parse_args()
    if given.device != "cuda":
        measure("cpu", given.batches or 16, given.rounds, given.compile)
    if given.device == "cpu":
        return
    if not torch.cuda.is_available():
        print("no CUDA here: not measured")
        return
    measure("cuda", given.batches or 200, given.rounds, given.compile)
    if choose_execution("cuda").kernels:
        measure_kernels(given.batches or 200, given.rounds)


if __name__ == "__main__":
    main()
