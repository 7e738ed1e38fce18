"""The layers with parameters or with two modes: Dense, Dropout, BatchNorm; and Residual, a layer made of layers.

    A = layer.forward(X, training=True)      # X (m, n_in) -> A (m, n_out)
    dX = layer.backward(dA)                  # dA = dL/dA, same shape as A; dX = dL/dX, same shape as X

Examples are rows. A leading axis is free: a stack of R networks has W of shape (R, n_in, n_out), and the same
lines of code run it, because sums go over ``axis=-2`` and transposes are ``.mT``.
"""

import functools

import numpy as np

from .checks import as_count, as_number
from .initializers import he_normal
from .layer import Layer, float_array, gradient, returned_array, run


class Dense(Layer):
    """Z = X W + b: every input is connected to every unit. W (n_in, n_out), b (1, n_out)."""

    parameters = ("W", "b")

    def __init__(self, n_in, n_out, init=he_normal):
        self.n_in, self.n_out = as_count(n_in, "n_in of Dense"), as_count(n_out, "n_out of Dense")
        if not callable(init):
            raise ValueError(f"init must be a function f(rng, n_in, n_out) -> W, got {init!r}: write init=he_normal")
        self.init = init

    def draw(self, rng):
        W = np.asarray(self.init(rng, self.n_in, self.n_out))
        if W.shape != (self.n_in, self.n_out):
            raise ValueError(f"init of {self} must return shape {(self.n_in, self.n_out)}, got {W.shape}")
        return {"W": W, "b": np.zeros((1, self.n_out))}

    def forward(self, X, training):
        if type(X) is not np.ndarray or X.ndim < 2 or X.shape[-1] != self.n_in:
            X = self.rows(X)
        self.X = X
        Z = product(X, self.W)  # Z = X W + b       (m, n_out)
        Z += self.b
        return Z

    def backward(self, dZ):
        dZ = float_array(dZ, "dA")
        try:
            self.parameter_gradients(dZ)
        except (ValueError, IndexError):  # of another type or shape
            self.parameter_gradients(dZ := gradient(dZ, self.X, self.n_out, self.dW.dtype))
        return product(dZ, self.W.mT)  # dX = dZ W^T       (m, n_in)

    def parameter_gradients(self, dZ):
        """The part of ``backward`` that a network's first layer needs: the gradient of the data is never used."""
        product(self.X.mT, dZ, out=self.dW)  # dW = X^T dZ       (n_in, n_out)
        product(ones_row(dZ.shape[-2], dZ.dtype.char), dZ, out=self.db)  # db = 1^T dZ  (1, n_out)


def product(A, B, out=None):
    """A @ B. Where B is a matrix, np.dot gives the same and starts sooner than np.matmul."""
    return np.dot(A, B, out) if B.ndim == 2 else np.matmul(A, B, out)


@functools.lru_cache(maxsize=64)
def ones_row(m, dtype):
    """1^T, shape (1, m), made once: 1^T dZ sums the rows of dZ, three times as fast as ``dZ.sum(axis=-2)``."""
    return np.ones((1, m), dtype)


class Dropout(Layer):
    """A = X * mask / (1 - rate) while training, A = X otherwise. ``rate`` is the probability to drop.

    Dividing by 1 - rate keeps E[A] = X, so evaluation needs no correction (inverted dropout;
    Srivastava et al. 2014, whose p is the probability to keep). Every training pass draws a fresh mask.
    """

    def __init__(self, rate):
        self.rate = as_number(rate, "rate of Dropout, the probability to drop,", 0, 1, advice="Dropout(0.2)")
        self.rngs, self.stacked = [np.random.default_rng(0)], False  # a Network puts its own here, one per copy

    def forward(self, X, training):
        self.mask, X = None, float_array(X)
        if not training:
            return X
        draws = [rng.random(X.shape[-2:]) for rng in self.rngs]
        is_kept = (np.stack(draws) if self.stacked else draws[0]) >= self.rate
        self.mask = is_kept / np.asarray(1 - self.rate, dtype=np.result_type(X, np.float32))  # A = X * mask / (1 - rate)
        return X * self.mask

    def backward(self, dA):
        return float_array(dA, "dA") * (1 if self.mask is None else self.mask)  # dX = dA * mask / (1 - rate)


class BatchNorm(Layer):
    """Xhat = (X - mean) / sqrt(var + eps);  A = gamma * Xhat + beta   (Ioffe & Szegedy 2015, algorithm 1).

    Training uses the mean and the biased variance of the batch, and updates the running values: new =
    (1 - momentum) old + momentum batch, with the unbiased variance. Evaluation uses the running values. A batch of
    one example has no variance: it gives A = beta and leaves the running variance as it was.
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
        X, self.batch = self.rows(X), training
        if training:
            m = X.shape[-2]
            mean = product(ones_row(m, X.dtype.char), X) / m  # 1^T X / m
            centred = X - mean
            var = product(ones_row(m, X.dtype.char), centred * centred) / m
            self.running_mean = self.running_mean + self.momentum * (mean - self.running_mean)
            if m > 1:
                self.running_var = self.running_var + self.momentum * (var * (m / (m - 1)) - self.running_var)
        else:
            centred, var = X - self.running_mean, self.running_var
        self.scale = 1 / np.sqrt(var + self.eps)
        self.Xhat = centred * self.scale
        return self.gamma * self.Xhat + self.beta

    def backward(self, dA):
        dA = gradient(dA, self.Xhat, self.n, self.dgamma.dtype)
        ones, m = ones_row(dA.shape[-2], dA.dtype.char), dA.shape[-2]
        product(ones, dA * self.Xhat, out=self.dgamma)  # dgamma = 1^T (dA * Xhat)
        product(ones, dA, out=self.dbeta)  # dbeta  = 1^T dA
        dX = dA - self.dbeta / m - self.Xhat * (self.dgamma / m) if self.batch else dA
        return self.gamma * self.scale * dX  # dX = gamma/sqrt(var + eps) (dA - dbeta/m - Xhat dgamma/m)


class Residual(Layer):
    """A = X + F(X), where F is the given layers one after the other (He et al. 2016, eq. 1).

    ``Residual([Dense(16, 16), ReLU(), Dense(16, 16)])``: F must return as many columns as it takes. W_0 and dW_0 are
    W and dW of the first of its layers, W_2 those of the third.
    """

    def __init__(self, layers):
        self.layers = layers
        self.n_in, n_out = columns(layers)
        if n_out != self.n_in:
            raise ValueError(
                f"Residual adds X to F(X), so both need the same number of columns, got {self.n_in} and {n_out}: "
                f"end with a layer of {self.n_in} units"
            )
        self.n_out = self.n_in
        self.parameters = tuple(f"{name}_{i}" for i, layer in enumerate(layers) for name in layer.parameters)
        self.buffers = tuple(f"{name}_{i}" for i, layer in enumerate(layers) for name in layer.buffers)

    def draw(self, rng):
        drawn = [(i, layer, layer.checked_draw(rng)) for i, layer in enumerate(self.layers)]
        return {f"{name}_{i}": vars(layer).get("_" + name, d[name]) for i, layer, d in drawn for name in d}

    def bind(self, views):
        for name, view in views.items():
            name, _, i = name.rpartition("_")
            self.layers[int(i)].bind({name: view})

    def forward(self, X, training):
        A = X = float_array(X)
        for layer in self.layers:
            A = run(layer, A, training)
        return X + A  # A = X + F(X)

    def backward(self, dA):
        dX = dA = float_array(dA, "dA")
        for layer in reversed(self.layers):
            dX = returned_array(layer.backward(dX), layer, "backward")
        return dA + dX  # dX = dA + (dF/dX)^T dA: the first term arrives whatever F does

    def __getattr__(self, name):  # W_0 is layers[0].W; dW_0 and running_mean_1 work the same way
        inner, _, i = name.rpartition("_")
        if i.isdecimal() and int(i) < len(self.layers):
            return getattr(self.layers[int(i)], inner)
        return super().__getattr__(name)

    def __setattr__(self, name, value):
        inner, _, i = name.rpartition("_")
        if i.isdecimal():
            setattr(self.layers[int(i)], inner, value)
        else:
            super().__setattr__(name, value)


def columns(layers):
    """(n_in, n_out) of layers one after the other, None where any number will do; ValueError if two do not fit."""
    if not isinstance(layers, (list, tuple)) or not layers:
        raise ValueError(f"layers must be a list of layers, got {layers!r}: write [Dense(2, 1)]")
    n = None
    for layer in layers:
        if not isinstance(layer, Layer):
            hint = f"{layer.__name__}()" if isinstance(layer, type) else "an nnlib layer, or a subclass of Layer"
            raise ValueError(f"{layer!r} is not a layer: write {hint}")
        n = layer.columns_out(n)
    return next((layer.n_in for layer in layers if layer.n_in), None), n


def all_layers(layers):
    """The layers, each followed by the layers inside it."""
    for layer in layers:
        yield layer
        yield from all_layers(layer.layers)
