"""One epoch of training, and evaluation."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

Loss = Callable[[Tensor, Tensor], Tensor]
Batches = Iterable[tuple[Tensor, Tensor]]


def best_device() -> torch.device:
    """The first CUDA device where there is one, else the CPU."""
    ### BEGIN SOLUTION
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    ### END SOLUTION


def train_one_epoch(
    model: nn.Module, loader: Batches, loss_fn: Loss, optimizer: Optimizer, device: torch.device | str = "cpu"
) -> tuple[float, float]:
    """Train for one pass over the loader, one optimiser step a batch, with the model in training mode.

    The loader gives (images, labels), (N, C, H, W) and (N,); both are moved to `device`.
    Returns (mean loss, accuracy) over the images seen, each image counting once whatever the size of
    its batch, as plain floats; accuracy lies between 0 and 1 and uses the outputs of the training passes.
    """
    ### BEGIN SOLUTION
    model.train()
    total_loss, correct, seen = 0.0, 0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        logits = model(images)
        loss = loss_fn(logits, labels)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(labels)
        correct += int((logits.argmax(dim=1) == labels).sum())
        seen += len(labels)
    return total_loss / seen, correct / seen
    ### END SOLUTION


def evaluate(
    model: nn.Module, loader: Batches, loss_fn: Loss, device: torch.device | str = "cpu"
) -> tuple[float, float]:
    """Mean loss and accuracy over the loader, in evaluation mode and without recording gradients.

    Changes nothing: no parameter, no buffer, no gradient; the model is left in the mode it was in.
    Returns plain floats, averaged over images.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    total_loss, correct, seen = 0.0, 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            logits = model(images)
            total_loss += loss_fn(logits, labels).item() * len(labels)
            correct += int((logits.argmax(dim=1) == labels).sum())
            seen += len(labels)
    model.train(was_training)
    return total_loss / seen, correct / seen
    ### END SOLUTION
