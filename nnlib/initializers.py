"""Where weights start: each initializer is a function ``f(rng, n_in, n_out) -> W`` of shape (n_in, n_out).

An initializer with settings takes them first and the shape later::

    Dense(64, 32, init=he_normal)             # as it is
    Dense(64, 32, init=normal(std=0.01))      # with a setting
    W = he_normal(rng, 64, 32)                # called directly

Biases always start at zero. The variances are derived in week 5.
"""

import functools
import inspect

import numpy as np

from .checks import as_count, as_number, as_rng


def initializer(draw):
    """Let ``draw(rng, n_in, n_out, **settings)`` also be called with its settings alone."""
    names = list(inspect.signature(draw).parameters)[3:]

    def checked(settings):
        """std and gain are 0 or larger, ``value`` is any finite number; ValueError otherwise."""
        for name, given in settings.items():
            low = -np.inf if name == "value" else 0
            as_number(given, f"{name} of {draw.__name__}", low, open_low=name == "value", advice=f"{draw.__name__}({name}=0.1)")
        return settings

    @functools.wraps(draw)
    def configure(*args, **settings):
        if len(args) == 3 and set(settings) <= set(names):
            rng, n_in, n_out = args
            return draw(as_rng(rng), as_count(n_in, "n_in"), as_count(n_out, "n_out"), **checked(settings))
        if len(args) > len(names) or not (args or settings) or not set(settings) <= set(names[len(args) :]):
            wanted = ", ".join(f"{name}=..." for name in names)
            raise ValueError(
                f"{draw.__name__} takes (rng, n_in, n_out), or its settings ({wanted or 'it has none'}), "
                f"got {args} and {settings}: write init={draw.__name__}"
            )
        settings = checked(dict(zip(names, args), **settings))
        configured = functools.partial(draw, **settings)
        configured.__name__ = f"{draw.__name__}({', '.join(f'{name}={value!r}' for name, value in settings.items())})"
        return configured

    return configure


@initializer
def zeros(rng, n_in, n_out):
    """W = 0. In every layer: ReLU and tanh units get gradient 0 and never learn, sigmoid units can learn, as copies of one another (week 5)."""
    return np.zeros((n_in, n_out))


@initializer
def constant(rng, n_in, n_out, value=0.1):
    """W = value everywhere. In every layer: the units of a hidden layer stay copies of one another."""
    return np.full((n_in, n_out), float(value))


@initializer
def normal(rng, n_in, n_out, std=0.01):
    """W ~ N(0, std^2), whatever the shape."""
    return std * rng.standard_normal((n_in, n_out))


@initializer
def lecun_normal(rng, n_in, n_out, gain=1.0):
    """W ~ N(0, gain^2 / n_in): keeps the variance of a linear layer (LeCun et al. 1998, section 4.6)."""
    return gain * np.sqrt(1 / n_in) * rng.standard_normal((n_in, n_out))


@initializer
def lecun_uniform(rng, n_in, n_out, gain=1.0):
    """W ~ U(-a, a), a = gain sqrt(3 / n_in): the variance of ``lecun_normal``."""
    return gain * np.sqrt(3 / n_in) * rng.uniform(-1, 1, (n_in, n_out))


@initializer
def xavier_normal(rng, n_in, n_out, gain=1.0):
    """W ~ N(0, 2 gain^2 / (n_in + n_out)) (Glorot & Bengio 2010, eq. 12); for tanh-like units."""
    return gain * np.sqrt(2 / (n_in + n_out)) * rng.standard_normal((n_in, n_out))


@initializer
def xavier_uniform(rng, n_in, n_out, gain=1.0):
    """W ~ U(-a, a), a = gain sqrt(6 / (n_in + n_out)) (Glorot & Bengio 2010, eq. 16)."""
    return gain * np.sqrt(6 / (n_in + n_out)) * rng.uniform(-1, 1, (n_in, n_out))


@initializer
def he_normal(rng, n_in, n_out, gain=1.0):
    """W ~ N(0, 2 gain^2 / n_in): keeps E[a^2] through ReLU layers (He et al. 2015, eq. 10)."""
    return gain * np.sqrt(2 / n_in) * rng.standard_normal((n_in, n_out))


@initializer
def he_uniform(rng, n_in, n_out, gain=1.0):
    """W ~ U(-a, a), a = gain sqrt(6 / n_in): the variance of ``he_normal``."""
    return gain * np.sqrt(6 / n_in) * rng.uniform(-1, 1, (n_in, n_out))


@initializer
def orthogonal(rng, n_in, n_out, gain=1.0):
    """W = gain Q with orthonormal columns, or rows where n_in < n_out (Saxe et al. 2014).

    The signs of R's diagonal go into Q, so that Q is uniform over the orthogonal matrices.
    """
    Q, R = np.linalg.qr(rng.standard_normal((max(n_in, n_out), min(n_in, n_out))))
    Q = Q * np.sign(np.diag(R))
    return gain * (Q if n_in >= n_out else Q.T)
