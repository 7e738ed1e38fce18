"""A layer has a forward pass that remembers, and a backward pass that uses what was remembered.

    A = layer.forward(X, training=True)      # X (m, n_in) -> A (m, n_out)
    dX = layer.backward(dA)                  # dA = dL/dA, same shape as A; dX = dL/dX, same shape as X

Examples are rows. A leading axis is free: a stack of R networks has W of shape (R, n_in, n_out), and the same
lines of code run it, because sums go over ``axis=-2`` and transposes are ``.mT``.
"""

import functools
import inspect
from operator import attrgetter

import numpy as np

from .checks import as_count, as_number, as_rng
from .initializers import he_normal


def view_property(name):
    """An attribute whose array lives inside theta or grad: assignment copies into it, so it never comes loose."""

    def copy_into(layer, value):
        view = getattr(layer, name)
        if value is not view:
            if np.shape(value) != view.shape:
                raise ValueError(
                    f"{layer}.{name} has shape {view.shape}, got {np.shape(value)}: "
                    f"write layer.{name}[...] = an array of shape {view.shape}"
                )
            view[...] = value

    return property(attrgetter("_" + name), copy_into)


class Layer:
    """What a layer must offer: ``forward``, ``backward``; with parameters, also their names and ``draw``."""

    parameters = ()  # names of trained arrays, as ("W", "b"); their gradients are called dW, db
    buffers = ()  # names of arrays that are remembered but not trained, as running means
    n_in = n_out = None  # columns in and out; None: any number, and as many out as in
    owned = False  # a Network sets this on the layers it takes

    def __init_subclass__(cls):
        for name in cls.parameters:
            setattr(cls, name, view_property(name))
            setattr(cls, "d" + name, view_property("d" + name))

    def forward(self, X, training):
        raise NotImplementedError(f"{type(self).__name__} needs def forward(self, X, training): return A")

    def backward(self, dA):
        raise NotImplementedError(f"{type(self).__name__} needs def backward(self, dA): return dX")

    def draw(self, rng):
        """Start values of the parameters: a dict name -> array."""
        return {}

    def start(self, rng):
        """``draw``, checked: one finite array for each parameter."""
        drawn = self.draw(rng)
        if set(drawn) != set(self.parameters) or not all(np.isfinite(array).all() for array in drawn.values()):
            names = ", ".join(f"{name!r}: array" for name in self.parameters)
            raise ValueError(f"{self}.draw(rng) must return finite start values {{{names}}}, got {drawn}: write def draw(self, rng)")
        return drawn

    def width(self, n):
        """Columns that come out when n go in (None: not known yet); ValueError if the layer wants another n."""
        if None not in (n, self.n_in) and n != self.n_in:
            raise ValueError(f"{self} takes {self.n_in} columns, but gets {n} from the layer before: make the two equal")
        return self.n_out or n

    def wrong_columns(self, X):
        return ValueError(f"{self} takes examples as rows, shape (m, {self.n_in}), got {X.shape}: reshape them, or change the layer's size")

    def bind(self, views):
        """Let the parameters and gradients be the given arrays (a dict name -> view)."""
        for name, view in views.items():
            self.__dict__["_" + name] = view

    def build(self, rng=0):
        """Draw start values for a layer used alone. A Network does this itself, with its own rng."""
        start = self.start(as_rng(rng))
        self.bind(start | {"d" + name: np.zeros_like(array) for name, array in start.items()})
        return self

    def __getattr__(self, name):  # reached only if the attribute is missing: a layer that is used alone
        if any(name in (parameter, "d" + parameter) for parameter in self.parameters):
            return getattr(self.build(), name)
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")

    def settings(self):
        """The constructor's arguments, read back from the attributes of the same names."""
        names = inspect.signature(type(self)).parameters
        return {name: getattr(self, name) for name in names if name in self.__dict__}

    def __repr__(self):
        values = [getattr(value, "__name__", None) or repr(value) for value in self.settings().values()]
        return f"{type(self).__name__}({', '.join(values)})"


@functools.lru_cache(maxsize=64)
def ones_row(m, kind):
    """1^T, shape (1, m), made once: 1^T dZ sums the rows of dZ, three times as fast as ``dZ.sum(axis=-2)``."""
    return np.ones((1, m), kind)


class Dense(Layer):
    """Z = X W + b: every input joined to every unit. W (n_in, n_out), b (1, n_out)."""

    parameters = ("W", "b")
    dot = staticmethod(np.dot)  # for two matrices the same as @, and quicker to start; a stack needs np.matmul

    def __init__(self, n_in, n_out, init=he_normal):
        self.n_in, self.n_out = as_count(n_in, "n_in of Dense"), as_count(n_out, "n_out of Dense")
        if not callable(init):
            raise ValueError(f"init must be a function f(rng, n_in, n_out) -> W, got {init!r}: write init=he_normal")
        self.init = init

    def bind(self, views):
        super().bind(views)
        if self.W.ndim > 2:
            self.dot = np.matmul

    def draw(self, rng):
        W = np.asarray(self.init(rng, self.n_in, self.n_out))
        if W.shape != (self.n_in, self.n_out):
            raise ValueError(f"init of {self} must return shape {(self.n_in, self.n_out)}, got {W.shape}")
        return {"W": W, "b": np.zeros((1, self.n_out))}

    def forward(self, X, training):
        if X.ndim < 2 or X.shape[-1] != self.n_in:
            raise self.wrong_columns(X)
        self.X = X
        Z = self.dot(X, self.W)  # Z = X W + b       (m, n_out)
        Z += self.b
        return Z

    def backward(self, dZ):
        self.parameter_gradients(dZ)
        return self.dot(dZ, self.W.mT)  # dX = dZ W^T       (m, n_in)

    def parameter_gradients(self, dZ):
        """The part of ``backward`` that a network's first layer needs: nobody reads the dX of the data."""
        self.dot(self.X.mT, dZ, out=self.dW)  # dW = X^T dZ       (n_in, n_out)
        self.dot(ones_row(dZ.shape[-2], dZ.dtype.char), dZ, out=self.db)  # db = 1^T dZ  (1, n_out)


class Dropout(Layer):
    """A = X * mask / (1 - rate) while training, A = X otherwise. ``rate`` is the probability to drop.

    Dividing by 1 - rate keeps E[A] = X, so evaluation needs no correction (inverted dropout;
    Srivastava et al. 2014, whose p is the probability to keep). Every training pass draws a fresh mask.
    """

    def __init__(self, rate):
        self.rate = as_number(rate, "rate of Dropout, the probability to drop,", 0, 1, advice="Dropout(0.2)")
        self.rngs = [np.random.default_rng(0)]  # a Network puts its own here, one for each copy
        self.stacked = False

    def forward(self, X, training):
        self.mask = None
        if not training:
            return X
        draws = [rng.random(X.shape[-2:]) for rng in self.rngs]
        kept = (np.stack(draws) if self.stacked else draws[0]) >= self.rate
        self.mask = kept / np.asarray(1 - self.rate, dtype=np.result_type(X, np.float32))  # A = X * mask / (1 - rate)
        return X * self.mask

    def backward(self, dA):
        return dA if self.mask is None else dA * self.mask  # dX = dA * mask / (1 - rate)


class BatchNorm(Layer):
    """Xhat = (X - mean) / sqrt(var + eps);  A = gamma * Xhat + beta   (Ioffe & Szegedy 2015, algorithm 1).

    Training: mean and biased variance of the batch; the running values follow, new = (1 - momentum) old +
    momentum batch, the variance unbiased. Evaluation: the running values. A batch of one example has no
    variance: it gives A = beta and leaves the running variance as it was.
    """

    parameters = ("gamma", "beta")
    buffers = ("running_mean", "running_var")

    def __init__(self, n, momentum=0.1, eps=1e-5):
        self.n = self.n_in = self.n_out = as_count(n, "n of BatchNorm")
        self.momentum = as_number(momentum, "momentum of BatchNorm", 0, np.nextafter(1, 2), advice="momentum=0.1", open_low=True)
        self.eps = as_number(eps, "eps of BatchNorm", 0, advice="eps=1e-5", open_low=True)
        self.running_mean, self.running_var = np.zeros((1, n)), np.ones((1, n))

    def draw(self, rng):
        return {"gamma": np.ones((1, self.n)), "beta": np.zeros((1, self.n))}

    def forward(self, X, training):
        if X.ndim < 2 or X.shape[-1] != self.n:
            raise self.wrong_columns(X)
        self.batch = training
        if training:
            m = X.shape[-2]
            mean = X.mean(axis=-2, keepdims=True)
            centred = X - mean
            var = (centred * centred).mean(axis=-2, keepdims=True)
            self.running_mean = self.running_mean + self.momentum * (mean - self.running_mean)
            if m > 1:
                self.running_var = self.running_var + self.momentum * (var * (m / (m - 1)) - self.running_var)
        else:
            centred, var = X - self.running_mean, self.running_var
        self.scale = 1 / np.sqrt(var + self.eps)
        self.Xhat = centred * self.scale
        return self.gamma * self.Xhat + self.beta

    def backward(self, dA):
        (dA * self.Xhat).sum(axis=-2, keepdims=True, out=self.dgamma)  # dgamma = 1^T (dA * Xhat)
        dA.sum(axis=-2, keepdims=True, out=self.dbeta)  # dbeta  = 1^T dA
        dX = dA - (self.dbeta + self.Xhat * self.dgamma) / dA.shape[-2] if self.batch else dA
        return self.gamma * self.scale * dX  # dX = gamma/sqrt(var + eps) (dA - dbeta/m - Xhat dgamma/m)
