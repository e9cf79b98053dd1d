"""Learning-rate decay."""

from torch.optim import Optimizer


def decayed_lr(base_lr: float, epoch: int, step_size: int, gamma: float) -> float:
    """The learning rate of an epoch, counted from 0: multiplied by gamma once every step_size epochs."""
    raise NotImplementedError("decayed_lr in schedules.py: not written yet")


class StepDecay:
    """Sets the learning rate of every parameter group of an optimiser, epoch by epoch.

    Call `step()` once at the end of each epoch. Each group decays from its own first learning rate.
    PyTorch's own schedulers are not allowed.
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float) -> None:
        raise NotImplementedError("StepDecay.__init__ in schedules.py: not written yet")

    def step(self) -> None:
        """End an epoch: set the learning rates of the next one."""
        raise NotImplementedError("StepDecay.step in schedules.py: not written yet")
