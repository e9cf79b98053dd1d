"""Learning-rate decay."""

from torch.optim import Optimizer


def decayed_lr(base_lr: float, epoch: int, step_size: int, gamma: float) -> float:
    """The learning rate of an epoch, counted from 0: multiplied by gamma once every step_size epochs."""
    ### BEGIN SOLUTION
    return float(base_lr * gamma ** (epoch // step_size))
    ### END SOLUTION


class StepDecay:
    """Sets the learning rate of every parameter group of an optimiser, epoch by epoch.

    Call `step()` once at the end of each epoch. Each group decays from its own first learning rate.
    PyTorch's own schedulers are not allowed.
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float) -> None:
        ### BEGIN SOLUTION
        self.optimizer, self.step_size, self.gamma = optimizer, step_size, gamma
        self.base_lrs = [group["lr"] for group in optimizer.param_groups]
        self.epoch = 0
        ### END SOLUTION

    def step(self) -> None:
        """End an epoch: set the learning rates of the next one."""
        ### BEGIN SOLUTION
        self.epoch += 1
        for group, base_lr in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = decayed_lr(base_lr, self.epoch, self.step_size, self.gamma)
        ### END SOLUTION
