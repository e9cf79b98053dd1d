"""Five adaptive optimisers, written by hand. Nothing of `torch.optim` is allowed in this module.

In the formulas g is the gradient that `Optimizer.gradient` gives, everything is element by element,
and every running quantity starts at zero. Where a docstring writes sqrt(s) + eps, sqrt(s + eps) is
as good. `step()` changes the parameters in place, and leaves alone those whose `.grad` is None.
"""

from collections.abc import Iterable

import torch
from torch import Tensor


class Optimizer:
    """What the five have in common.

    params: the tensors to update. lr: learning rate, which may be set to another value between steps.
    weight_decay: strength of an L2 penalty weight_decay / 2 * sum(w^2), whose gradient is part of g.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, weight_decay: float = 0.0) -> None:
        self.params = list(params)
        self.lr = lr
        self.weight_decay = weight_decay

    def zero_grad(self) -> None:
        """Forget the gradients, so that the next backward pass starts anew."""
        ### BEGIN SOLUTION
        for p in self.params:
            p.grad = None
        ### END SOLUTION

    def gradient(self, p: Tensor) -> Tensor:
        """g: the gradient in p.grad plus that of the L2 penalty. p.grad itself stays as it is."""
        ### BEGIN SOLUTION
        return p.grad.detach() + self.weight_decay * p.detach()
        ### END SOLUTION


class AdaGrad(Optimizer):
    """s += g^2; w -= lr * g / (sqrt(s) + eps) (Duchi, Hazan and Singer 2011)."""

    def __init__(
        self, params: Iterable[Tensor], lr: float = 0.01, eps: float = 1e-10, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, lr, weight_decay)
        ### BEGIN SOLUTION
        self.eps = eps
        self.sums = [torch.zeros_like(p) for p in self.params]
        ### END SOLUTION

    def step(self) -> None:
        """Update every parameter once."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p, s in zip(self.params, self.sums, strict=True):
                if p.grad is not None:
                    g = self.gradient(p)
                    s += g * g
                    p -= self.lr * g / (s.sqrt() + self.eps)
        ### END SOLUTION


class RMSProp(Optimizer):
    """s = rho * s + (1 - rho) * g^2; w -= lr * g / (sqrt(s) + eps) (Tieleman and Hinton 2012)."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 0.01,
        rho: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        ### BEGIN SOLUTION
        self.rho, self.eps = rho, eps
        self.means = [torch.zeros_like(p) for p in self.params]
        ### END SOLUTION

    def step(self) -> None:
        """Update every parameter once."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p, s in zip(self.params, self.means, strict=True):
                if p.grad is not None:
                    g = self.gradient(p)
                    s.copy_(self.rho * s + (1 - self.rho) * g * g)
                    p -= self.lr * g / (s.sqrt() + self.eps)
        ### END SOLUTION


class RMSPropNesterov(Optimizer):
    """RMSProp's scaled gradient with Nesterov momentum (Sutskever et al. 2013; Goodfellow et al. 2016, algorithm 8.6).

    Algorithm 8.6 takes the gradient at the look-ahead point; here the parameters are that point, so that
    the gradient in p.grad is the right one. With s as in RMSProp and r = g / (sqrt(s) + eps):
    v = momentum * v + r; w -= lr * (r + momentum * v).
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 0.01,
        rho: float = 0.99,
        momentum: float = 0.9,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        ### BEGIN SOLUTION
        self.rho, self.momentum, self.eps = rho, momentum, eps
        self.means = [torch.zeros_like(p) for p in self.params]
        self.velocities = [torch.zeros_like(p) for p in self.params]
        ### END SOLUTION

    def step(self) -> None:
        """Update every parameter once."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p, s, v in zip(self.params, self.means, self.velocities, strict=True):
                if p.grad is not None:
                    g = self.gradient(p)
                    s.copy_(self.rho * s + (1 - self.rho) * g * g)
                    r = g / (s.sqrt() + self.eps)
                    v.copy_(self.momentum * v + r)
                    p -= self.lr * (r + self.momentum * v)
        ### END SOLUTION


class AdaDelta(Optimizer):
    """Steps scaled by the size of the steps before (Zeiler 2012, algorithm 1).

    s = rho * s + (1 - rho) * g^2; d = g * sqrt(u + eps) / sqrt(s + eps); u = rho * u + (1 - rho) * d^2;
    w -= lr * d. Here eps belongs under both roots: it makes the first steps possible, when u is 0.
    """

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, lr, weight_decay)
        ### BEGIN SOLUTION
        self.rho, self.eps = rho, eps
        self.gradient_means = [torch.zeros_like(p) for p in self.params]
        self.step_means = [torch.zeros_like(p) for p in self.params]
        ### END SOLUTION

    def step(self) -> None:
        """Update every parameter once."""
        ### BEGIN SOLUTION
        with torch.no_grad():
            for p, s, u in zip(self.params, self.gradient_means, self.step_means, strict=True):
                if p.grad is not None:
                    g = self.gradient(p)
                    s.copy_(self.rho * s + (1 - self.rho) * g * g)
                    d = g * (u + self.eps).sqrt() / (s + self.eps).sqrt()
                    u.copy_(self.rho * u + (1 - self.rho) * d * d)
                    p -= self.lr * d
        ### END SOLUTION


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1), t counting the steps from 1.

    m = beta1 * m + (1 - beta1) * g; v = beta2 * v + (1 - beta2) * g^2;
    w -= lr * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps).
    """

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 0.001,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, weight_decay)
        ### BEGIN SOLUTION
        (self.beta1, self.beta2), self.eps = betas, eps
        self.first = [torch.zeros_like(p) for p in self.params]
        self.second = [torch.zeros_like(p) for p in self.params]
        self.t = 0
        ### END SOLUTION

    def step(self) -> None:
        """Update every parameter once."""
        ### BEGIN SOLUTION
        self.t += 1
        with torch.no_grad():
            for p, m, v in zip(self.params, self.first, self.second, strict=True):
                if p.grad is not None:
                    g = self.gradient(p)
                    m.copy_(self.beta1 * m + (1 - self.beta1) * g)
                    v.copy_(self.beta2 * v + (1 - self.beta2) * g * g)
                    mean, square = m / (1 - self.beta1**self.t), v / (1 - self.beta2**self.t)
                    p -= self.lr * mean / (square.sqrt() + self.eps)
        ### END SOLUTION
