"""An optimizer is its formula, applied to the one vector theta.

    optimizer.step(theta, grad)      # changes theta in place

``lr`` may be a number, a schedule (called with the number of steps taken so far) or an array that broadcasts over
copies: ``SGD(lr=np.logspace(-4, 0, R)[:, None])``. State is made at the first step; ``reset()`` forgets it.
"""

import inspect
from dataclasses import dataclass

import numpy as np

from .checks import as_count, as_number

SLICE = 65_536  # numbers updated at a time: theta, grad, state and temporaries of one slice stay in the cache


class Optimizer:
    """A subclass names its state arrays and writes ``update``, its formula for one slice."""

    slots = ()

    def __init__(self, lr):
        self.lr = lr if callable(lr) else check_rate(lr)
        self.reset()

    def reset(self):
        """Forget all state: the next step is the first."""
        self.t, self.state, self.owner, self.last_lr = 0, None, None, self.lr

    def step(self, theta, grad, keep=None):
        """One update of theta in place, from grad of the same shape. Raises ValueError if the shapes differ.

        keep   an array like theta that takes the values from before the step: a slice is copied while it is in the cache.
        """
        if theta.shape != grad.shape:
            raise ValueError(f"theta has shape {theta.shape} and grad {grad.shape}: they must be equal")
        if self.state is None:
            self.state, self.owner = [np.zeros_like(theta) for _ in self.slots], theta
        elif self.state and self.state[0].shape != theta.shape:
            raise ValueError(
                f"this optimizer's state belongs to a theta of shape {self.state[0].shape}, got {theta.shape}: make a new one, or reset()"
            )
        lr = self.lr if type(self.lr) is float else self.rate(theta)
        self.t, self.last_lr = self.t + 1, lr
        if theta.shape[-1] <= SLICE:
            if keep is not None:
                np.copyto(keep, theta)
            return self.update(theta, grad, lr, *self.state)
        for i in range(0, theta.shape[-1], SLICE):
            part = (..., slice(i, i + SLICE))
            if keep is not None:
                keep[part] = theta[part]
            self.update(theta[part], grad[part], lr, *[array[part] for array in self.state])

    def rate(self, theta=None):
        """The learning rate of the next step: a float, or an array (R, 1) over copies."""
        lr = check_rate(self.lr(self.t), from_schedule=True) if callable(self.lr) else self.lr
        if np.ndim(lr) == 0 or theta is None:
            return lr
        if np.shape(lr) != (*theta.shape[:-1], 1):
            raise ValueError(f"lr of shape {np.shape(lr)} is no rate for each copy of theta {theta.shape}: write lr[:, None]")
        return np.asarray(lr, dtype=theta.dtype)

    def __repr__(self):
        values = [f"{name}={getattr(self, name)!r}" for name in inspect.signature(type(self)).parameters]
        return f"{type(self).__name__}({', '.join(values)})"


def check_rate(lr, from_schedule=False):
    """A learning rate as a float or an array of floats; ValueError unless positive (a schedule may reach 0) and finite."""
    rate = np.asarray(lr)
    low = 0 if from_schedule else np.nextafter(0, 1)
    if rate.dtype.kind not in "iuf" or rate.size == 0 or not np.isfinite(rate).all() or (rate < low).any():
        raise ValueError(f"lr must be a positive number, an array of them, or a schedule, got {lr!r}: write lr=0.1")
    return float(rate) if rate.ndim == 0 else rate.astype(float)


def decay(value, name):
    return as_number(value, name, 0, 1, advice=f"{name}=0.9")


def positive(value, name):
    return as_number(value, name, 0, advice=f"{name}=1e-8", open_low=True)


class SGD(Optimizer):
    """theta <- theta - lr g."""

    def update(self, theta, g, lr):
        theta -= lr * g


class Momentum(Optimizer):
    """v <- beta v + g;  theta <- theta - lr v   (Polyak 1964, in PyTorch's form).

    ``ema=True``: v <- beta v + (1 - beta) g, an average of gradients. It takes the same path as the first form
    with lr (1 - beta): with beta = 0.9, the average needs a ten times larger lr.
    """

    slots = ("v",)

    def __init__(self, lr, beta=0.9, ema=False):
        super().__init__(lr)
        self.beta, self.ema = decay(beta, "beta"), ema

    def update(self, theta, g, lr, v):
        v *= self.beta
        v += (1 - self.beta) * g if self.ema else g
        theta -= lr * v


class Nesterov(Momentum):
    """v <- beta v + g;  theta <- theta - lr (g + beta v)   (Sutskever et al. 2013, in PyTorch's form)."""

    def __init__(self, lr, beta=0.9):
        super().__init__(lr, beta)

    def update(self, theta, g, lr, v):
        v *= self.beta
        v += g
        theta -= lr * (g + self.beta * v)


class AdaGrad(Optimizer):
    """s <- s + g^2;  theta <- theta - lr g / (sqrt(s) + eps)   (Duchi et al. 2011)."""

    slots = ("s",)

    def __init__(self, lr, eps=1e-10):
        super().__init__(lr)
        self.eps = positive(eps, "eps")

    def update(self, theta, g, lr, s):
        s += g * g
        theta -= lr * g / (np.sqrt(s) + self.eps)


class RMSProp(Optimizer):
    """s <- rho s + (1 - rho) g^2;  theta <- theta - lr g / (sqrt(s) + eps)   (Tieleman & Hinton 2012)."""

    slots = ("s",)

    def __init__(self, lr, rho=0.9, eps=1e-8):
        super().__init__(lr)
        self.rho, self.eps = decay(rho, "rho"), positive(eps, "eps")

    def update(self, theta, g, lr, s):
        s *= self.rho
        s += (1 - self.rho) * g * g
        theta -= lr * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    """m <- beta1 m + (1 - beta1) g;  s <- beta2 s + (1 - beta2) g^2;
    theta <- theta - lr mhat / (sqrt(shat) + eps), mhat = m / (1 - beta1^t), shat = s / (1 - beta2^t), t = 1, 2, ...

    Kingma & Ba 2015, algorithm 1 (their v is s here): eps stands outside the root, after the correction.
    """

    slots = ("m", "s")

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2 = decay(beta1, "beta1"), decay(beta2, "beta2")
        self.eps = positive(eps, "eps")

    def update(self, theta, g, lr, m, s):
        m *= self.beta1  # m and s are kept without their factors 1 - beta: two passes over theta less
        m += g
        a = g * g  # one array for every intermediate value: it stays in the cache
        s *= self.beta2
        s += a
        c1 = (1 - self.beta1) / (1 - self.beta1**self.t)  # mhat = c1 m
        c2 = ((1 - self.beta2) / (1 - self.beta2**self.t)) ** 0.5  # sqrt(shat) = c2 sqrt(s)
        np.sqrt(s, out=a)
        a += self.eps / c2
        np.divide(m, a, out=a)
        a *= lr * c1 / c2
        theta -= a


class AdamW(Adam):
    """theta <- theta - lr weight_decay theta, then Adam's step (Loshchilov & Hutter 2019; PyTorch's form).

    The decay acts on all of theta, biases too, and does not pass through m and s: that is what l2 would do.
    """

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
        super().__init__(lr, beta1, beta2, eps)
        self.weight_decay = as_number(weight_decay, "weight_decay", 0, advice="weight_decay=0.01")

    def update(self, theta, g, lr, m, s):
        theta *= 1 - lr * self.weight_decay
        super().update(theta, g, lr, m, s)


# ---- schedules: the learning rate as a function of the number t = 0, 1, 2, ... of steps taken


@dataclass(frozen=True)
class StepDecay:
    """lr * factor^floor(t / every): a staircase; with every=1 an exponential decay."""

    lr: float
    every: int
    factor: float = 0.5

    def __post_init__(self):
        check_rate(self.lr), as_count(self.every, "every"), positive(self.factor, "factor")

    def __call__(self, t):
        return self.lr * self.factor ** (t // self.every)


@dataclass(frozen=True)
class CosineDecay:
    """From 0 up to lr in ``warmup`` steps, then down a half cosine to ``floor`` at step ``steps`` (Loshchilov & Hutter 2017)."""

    lr: float
    steps: int
    warmup: int = 0
    floor: float = 0.0

    def __post_init__(self):
        check_rate(self.lr), as_count(self.steps, "steps"), as_number(self.floor, "floor", 0, advice="floor=0.0")
        as_count(self.warmup + 1, "warmup + 1")

    def __call__(self, t):
        if t < self.warmup:
            return self.lr * (t + 1) / self.warmup
        done = min(1.0, (t - self.warmup) / max(1, self.steps - self.warmup))
        return self.floor + (self.lr - self.floor) * (1 + np.cos(np.pi * done)) / 2


def clip_by_norm(grad, max_norm):
    """Scale grad in place so that its length is at most max_norm (Pascanu et al. 2013); each copy by its own length.

    Returns the length before: a float, or (R,) for copies.
    """
    as_number(max_norm, "max_norm", 0, advice="max_norm=1.0", open_low=True)
    largest = np.maximum(np.abs(grad).max(axis=-1, keepdims=True), np.finfo(grad.dtype).tiny)
    norm = largest * np.sqrt(((grad / largest) ** 2).sum(axis=-1, keepdims=True))  # scaled first: squares of large numbers overflow
    grad *= np.minimum(1, max_norm / np.maximum(norm, np.finfo(grad.dtype).tiny))
    return norm[..., 0] if grad.ndim > 1 else float(norm[0])
