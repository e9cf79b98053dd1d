"""Five adaptive optimisers, written by hand. Nothing of `torch.optim` is allowed in this module.

In the formulas g is the gradient that `Optimizer.gradient` gives, everything is element by element,
and every running quantity starts at zero. Where a docstring writes sqrt(s) + eps, sqrt(s + eps) is
as good. `step()` changes the parameters in place, and leaves alone those whose `.grad` is None.
"""

from collections.abc import Iterable

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
        raise NotImplementedError("Optimizer.zero_grad in optimizers.py: not written yet")

    def gradient(self, p: Tensor) -> Tensor:
        """g: the gradient in p.grad plus that of the L2 penalty. p.grad itself stays as it is."""
        raise NotImplementedError("Optimizer.gradient in optimizers.py: not written yet")


class AdaGrad(Optimizer):
    """s += g^2; w -= lr * g / (sqrt(s) + eps) (Duchi, Hazan and Singer 2011)."""

    def __init__(
        self, params: Iterable[Tensor], lr: float = 0.01, eps: float = 1e-10, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, lr, weight_decay)
        raise NotImplementedError("AdaGrad.__init__ in optimizers.py: not written yet")

    def step(self) -> None:
        """Update every parameter once."""
        raise NotImplementedError("AdaGrad.step in optimizers.py: not written yet")


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
        raise NotImplementedError("RMSProp.__init__ in optimizers.py: not written yet")

    def step(self) -> None:
        """Update every parameter once."""
        raise NotImplementedError("RMSProp.step in optimizers.py: not written yet")


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
        raise NotImplementedError("RMSPropNesterov.__init__ in optimizers.py: not written yet")

    def step(self) -> None:
        """Update every parameter once."""
        raise NotImplementedError("RMSPropNesterov.step in optimizers.py: not written yet")


class AdaDelta(Optimizer):
    """Steps scaled by the size of the steps before (Zeiler 2012, algorithm 1).

    s = rho * s + (1 - rho) * g^2; d = g * sqrt(u + eps) / sqrt(s + eps); u = rho * u + (1 - rho) * d^2;
    w -= lr * d. Here eps belongs under both roots: it makes the first steps possible, when u is 0.
    """

    def __init__(
        self, params: Iterable[Tensor], lr: float = 1.0, rho: float = 0.9, eps: float = 1e-6, weight_decay: float = 0.0
    ) -> None:
        super().__init__(params, lr, weight_decay)
        raise NotImplementedError("AdaDelta.__init__ in optimizers.py: not written yet")

    def step(self) -> None:
        """Update every parameter once."""
        raise NotImplementedError("AdaDelta.step in optimizers.py: not written yet")


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
        raise NotImplementedError("Adam.__init__ in optimizers.py: not written yet")

    def step(self) -> None:
        """Update every parameter once."""
        raise NotImplementedError("Adam.step in optimizers.py: not written yet")
