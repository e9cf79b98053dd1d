"""CIFAR-10 as a `Dataset` of your own, its statistics, and the loaders.

`torchvision.datasets` is not allowed here.
"""

import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

Transform = Callable[[Tensor], Tensor]


class CIFAR10Dataset(Dataset):
    """Labelled 32x32 colour images from a folder, in either of two layouts.

    Image folder: root/SPLIT/CLASS/*.png (or .jpg), SPLIT being "train", "val" or "test". Classes are numbered
    from 0 in alphabetical order; images are ordered by class, then by file name.
    Python batches: root/data_batch_1 ... data_batch_5 and test_batch, pickled dictionaries with
    b"data", (n, 3072) uint8 holding the red, green and blue planes row by row, and b"labels", a list;
    images keep their order in the files. These files are your own download: unpickle nothing else.

    Item i is (image, label): a float32 tensor (3, 32, 32) of RGB values in [0, 1], and an int. When
    `transform` is given, the image goes through it first. `classes` lists the class names by number
    (image folder only). Raises FileNotFoundError when root holds neither layout.
    """

    def __init__(self, root: str | Path, split: str = "train", transform: Transform | None = None) -> None:
        ### BEGIN SOLUTION
        self.transform = transform
        self.classes: list[str] = []
        root = Path(root)
        if (root / split).is_dir():
            self.images, self.labels, self.classes = read_folder(root / split)
        elif (root / "test_batch").is_file():
            self.images, self.labels = read_batches(root, split)
        else:
            raise FileNotFoundError(f"{root} holds neither {split}/CLASS/*.png nor CIFAR-10's python batches")
        ### END SOLUTION

    def __len__(self) -> int:
        """Number of images."""
        ### BEGIN SOLUTION
        return len(self.labels)
        ### END SOLUTION

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        """Image and label number `index`."""
        ### BEGIN SOLUTION
        image = torch.from_numpy(self.images[index]).permute(2, 0, 1).to(torch.float32) / 255
        if self.transform is not None:
            image = self.transform(image)
        return image, self.labels[index]
        ### END SOLUTION


def channel_statistics(dataset: Dataset) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each channel over all pixels of all images of a data set.

    dataset: items (image, label) with images (C, H, W). Returns two float tensors of shape (C,); the
    standard deviation is that of all pixels together (divided by their number), not a mean over images.
    """
    ### BEGIN SOLUTION
    images = torch.stack([dataset[i][0] for i in range(len(dataset))]).to(torch.float64)
    mean = images.mean(dim=(0, 2, 3))
    std = images.std(dim=(0, 2, 3), unbiased=False)
    return mean.to(torch.float32), std.to(torch.float32)
    ### END SOLUTION


def make_loaders(
    train_set: Dataset, test_set: Dataset, batch_size: int = 128, num_workers: int = 0
) -> tuple[DataLoader, DataLoader]:
    """Loaders of (train, test): the training set in a new random order each epoch, the test set in order.

    Every image of both sets is delivered, so the last batch may be smaller.
    """
    ### BEGIN SOLUTION
    return (
        DataLoader(train_set, batch_size, shuffle=True, num_workers=num_workers),
        DataLoader(test_set, batch_size, shuffle=False, num_workers=num_workers),
    )
    ### END SOLUTION


### BEGIN SOLUTION
def read_folder(folder: Path) -> tuple[np.ndarray, list[int], list[str]]:
    """Images (n, 32, 32, 3) uint8, labels and class names of an image folder."""
    classes = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    images, labels = [], []
    for label, name in enumerate(classes):
        for path in sorted(p for p in (folder / name).iterdir() if p.suffix.lower() in (".png", ".jpg", ".jpeg")):
            with Image.open(path) as image:
                images.append(np.asarray(image.convert("RGB")))
            labels.append(label)
    return np.stack(images), labels, classes


def read_batches(root: Path, split: str) -> tuple[np.ndarray, list[int]]:
    """Images (n, 32, 32, 3) uint8 and labels of CIFAR-10's python batches."""
    names = [f"data_batch_{i}" for i in range(1, 6)] if split == "train" else ["test_batch"]
    planes, labels = [], []
    for name in names:
        with open(root / name, "rb") as file:
            batch = pickle.load(file, encoding="bytes")
        planes.append(np.asarray(batch[b"data"], dtype=np.uint8).reshape(-1, 3, 32, 32))
        labels += [int(label) for label in batch[b"labels"]]
    return np.concatenate(planes).transpose(0, 2, 3, 1).copy(), labels


### END SOLUTION
