"""An optimizer is its formula, applied to the one vector theta.

    optimizer.step(theta, grad)      # changes theta in place

``lr`` may be a number, a schedule (called with the number of steps taken so far) or an array that broadcasts over
copies: ``SGD(lr=np.logspace(-4, 0, R)[:, None])``. The first step makes the state; ``reset()`` forgets it.
"""

import inspect
from dataclasses import dataclass

import numpy as np

from .checks import as_count, as_number

SLICE = 65_536  # numbers updated at a time: theta, grad, state and temporaries of one slice stay in the cache


class Optimizer:
    """A subclass names its state arrays and writes ``update(theta, g, lr, *state)``, its formula for one slice."""

    state_names = ()

    def __init__(self, lr):
        self.lr = lr if callable(lr) else check_lr(lr)
        self.reset()

    def reset(self):
        """Forget all state: the next step is the first."""
        self.t, self.state, self.owner, self.last_lr = 0, None, None, self.lr

    def step(self, theta, grad):
        """One update of theta in place, from grad of the same shape. Raises ValueError if the shapes differ."""
        if type(theta) is not np.ndarray or type(grad) is not np.ndarray or grad.dtype.kind not in "biuf":
            check_float_array(theta, "theta, which a step changes in place,"), check_float_array(grad, "grad")
        if theta.shape != grad.shape:
            raise ValueError(f"theta has shape {theta.shape} and grad {grad.shape}: they must be equal")
        if self.state is None:
            self.state, self.owner = self.start_state(theta), theta
        elif self.state and self.state[0].shape != theta.shape:
            raise ValueError(
                f"this optimizer's state belongs to a theta of shape {self.state[0].shape}, got {theta.shape}: make a new one, or reset()"
            )
        lr = self.lr if type(self.lr) is float and self.lr > 0 else self.current_lr(theta)
        self.t, self.last_lr = self.t + 1, lr
        if theta.shape[-1] <= SLICE:
            return self.update(theta, grad, lr, *self.state)
        for i in range(0, theta.shape[-1], SLICE):
            part = (..., slice(i, i + SLICE))
            self.update(theta[part], grad[part], lr, *[array[part] for array in self.state])

    def start_state(self, theta):
        """The state arrays, all 0; ValueError unless theta holds floats, in which eps is not 0."""
        check_float_array(theta, "theta, which a step changes in place,")
        if "eps" in vars(self) and not theta.dtype.type(self.eps):
            raise ValueError(f"eps={self.eps:g} is 0 in {theta.dtype}, so that 0 / 0 would follow: write eps=1e-8")
        return [np.zeros_like(theta) for _ in self.state_names]

    def update(self, theta, g, lr, *state):
        """Change theta, and the state arrays, in place."""
        names = "".join(f", {name}" for name in self.state_names)
        raise NotImplementedError(f"{type(self).__name__} needs def update(self, theta, g, lr{names}): theta -= ...")

    def current_lr(self, theta=None):
        """The learning rate of the next step: a float, or an array (R, 1) over copies."""
        lr = self.lr(self.t) if callable(self.lr) else self.lr
        if lr is not self.lr or not isinstance(lr, np.ndarray):
            lr = check_lr(lr, from_schedule=callable(self.lr))
        if np.ndim(lr) == 0 or theta is None:
            return lr
        if np.shape(lr) != (*theta.shape[:-1], 1):
            raise ValueError(f"lr of shape {np.shape(lr)} does not give one rate per copy of theta {theta.shape}: write lr[:, None]")
        return np.asarray(lr, dtype=theta.dtype)

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in inspect.signature(type(self)).parameters)})"


def check_float_array(array, what):
    """ValueError unless it is a NumPy array of floats with at least one axis."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f" or array.ndim == 0:
        given = f"an array of {array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else repr(array)
        raise ValueError(f"{what} must be a NumPy array of floats, got {given}: write np.array(..., dtype=float)")


def check_lr(lr, from_schedule=False):
    """A learning rate as a float or an array of floats; ValueError unless positive (from a schedule: or 0) and finite."""
    try:
        rate = np.asarray(lr)
    except ValueError:  # rows of different lengths
        rate = np.array(None)
    low = 0 if from_schedule else np.nextafter(0, 1)
    if rate.dtype.kind not in "iuf" or rate.size == 0 or not np.isfinite(rate).all() or (rate < low).any():
        raise ValueError(f"lr must be a positive number, an array of them, or a schedule, got {lr!r}: write lr=0.1")
    return float(rate) if rate.ndim == 0 else rate.astype(float)


def check_decay(value, name):
    return as_number(value, name, 0, 1, advice=f"{name}=0.9")


def check_positive(value, name):
    return as_number(value, name, 0, advice=f"{name}=1e-8", open_low=True)


class SGD(Optimizer):
    """theta <- theta - lr g."""

    def update(self, theta, g, lr):
        theta -= lr * g


class Momentum(Optimizer):
    """v <- beta v + g;  theta <- theta - lr v   (Polyak 1964, in PyTorch's form).

    ``ema=True``: v <- beta v + (1 - beta) g, an average of gradients. It takes the same path as the first form
    with lr (1 - beta): with beta = 0.9, the average needs an lr ten times larger.
    """

    state_names = ("v",)

    def __init__(self, lr, beta=0.9, ema=False):
        super().__init__(lr)
        self.beta, self.ema = check_decay(beta, "beta"), ema

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

    state_names = ("s",)

    def __init__(self, lr, eps=1e-10):
        super().__init__(lr)
        self.eps = check_positive(eps, "eps")

    def update(self, theta, g, lr, s):
        s += g * g
        theta -= lr * g / (np.sqrt(s) + self.eps)


class RMSProp(Optimizer):
    """s <- rho s + (1 - rho) g^2;  theta <- theta - lr g / (sqrt(s) + eps)   (Tieleman & Hinton 2012)."""

    state_names = ("s",)

    def __init__(self, lr, rho=0.9, eps=1e-8):
        super().__init__(lr)
        self.rho, self.eps = check_decay(rho, "rho"), check_positive(eps, "eps")

    def update(self, theta, g, lr, s):
        s *= self.rho
        s += (1 - self.rho) * g * g
        theta -= lr * g / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    """m <- beta1 m + (1 - beta1) g;  s <- beta2 s + (1 - beta2) g^2;
    theta <- theta - lr mhat / (sqrt(shat) + eps), mhat = m / (1 - beta1^t), shat = s / (1 - beta2^t), t = 1, 2, ...

    Kingma & Ba 2015, algorithm 1 (their v is s here): eps is added outside the root, after the correction.
    """

    state_names = ("m", "s")

    def __init__(self, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(lr)
        self.beta1, self.beta2 = check_decay(beta1, "beta1"), check_decay(beta2, "beta2")
        self.eps = check_positive(eps, "eps")

    def update(self, theta, g, lr, m, s):
        a = g * g  # one array for every intermediate value: it stays in the cache
        a *= 1 - self.beta2
        s *= self.beta2
        s += a  # s <- beta2 s + (1 - beta2) g^2
        np.multiply(g, 1 - self.beta1, out=a)
        m *= self.beta1
        m += a  # m <- beta1 m + (1 - beta1) g
        c = (1 - self.beta2**self.t) ** 0.5  # sqrt(shat) = sqrt(s) / c
        np.sqrt(s, out=a)
        a += self.eps * c
        np.divide(m, a, out=a)
        a *= lr * c / (1 - self.beta1**self.t)  # mhat = m / (1 - beta1^t)
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
        check_schedule_lr(self.lr), as_count(self.every, "every")
        as_number(self.factor, "factor", 0, np.nextafter(1, 2), advice="factor=0.5", open_low=True)

    def __call__(self, t):
        return self.lr * self.factor ** (t // self.every)


@dataclass(frozen=True)
class CosineDecay:
    """Up to lr in ``warmup`` equal steps, the first of them lr / warmup; then down a half cosine to ``floor`` at step
    ``steps`` (Loshchilov & Hutter 2017)."""

    lr: float
    steps: int
    warmup: int = 0
    floor: float = 0.0

    def __post_init__(self):
        check_schedule_lr(self.lr), as_count(self.steps, "steps"), as_number(self.floor, "floor", 0, advice="floor=0.0")
        whole = isinstance(self.warmup, (int, np.integer)) and not isinstance(self.warmup, bool)
        if not whole or not 0 <= self.warmup < self.steps:
            raise ValueError(
                f"warmup must be a whole number, 0 or larger and below steps={self.steps}, got {self.warmup!r}: write warmup=0"
            )
        if np.any(np.asarray(self.lr) < self.floor):
            raise ValueError(f"floor must not be above lr={self.lr}, got {self.floor}: write floor=0.0")

    def __call__(self, t):
        if t < self.warmup:
            return self.lr * (t + 1) / self.warmup
        done = min(1.0, (t - self.warmup) / (self.steps - self.warmup))
        return self.floor + (self.lr - self.floor) * (1 + np.cos(np.pi * done)) / 2


def check_schedule_lr(lr):
    """ValueError unless lr is a number or a NumPy array: a list could not be multiplied."""
    if isinstance(lr, (list, tuple)):
        raise ValueError(f"lr of a schedule must be a number or an array, got {lr!r}: write np.array({lr!r})[:, None]")
    check_lr(lr)


def clip_by_norm(grad, max_norm, per_copy=False):
    """Scale grad in place so that its length is at most max_norm (Pascanu et al. 2013). Returns its length before.

    per_copy   grad (R, ...) belongs to R copies: each is scaled by its own length, and the lengths (R,) are returned.

    A gradient that is not finite stays as it is; the length is then nan or inf.
    """
    max_norm = as_number(max_norm, "max_norm", 0, advice="max_norm=1.0", open_low=True)
    check_float_array(grad, "grad, which is scaled in place,")
    axes = tuple(range(bool(per_copy), grad.ndim))
    largest = np.abs(grad).max(axis=axes, keepdims=True, initial=0).astype(float)
    known = (largest > 0) & np.isfinite(largest)
    with np.errstate(over="ignore"):  # a length may lie beyond the largest float
        unit = grad / np.where(known, largest, 1)  # squares of large numbers would overflow: divide first
        root = np.sqrt((unit * unit).sum(axis=axes, keepdims=True))
        norm = largest * root
    np.copyto(grad, unit * (max_norm / np.where(known, root, 1)), where=known & (norm > max_norm), casting="same_kind")
    return norm.ravel() if per_copy else norm.item()
