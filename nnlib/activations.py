"""Activations: layers without parameters, A = g(Z) element by element (Softmax: row by row).

Each backward pass is dZ = dA * g'(Z). Where g' can be computed from A, only A is remembered. Z may be any array of
numbers, or a list: anything that is not a float is converted to float64 first.
"""

import math

import numpy as np

from .checks import as_number
from .layer import Layer, float_array


def sigmoid(Z):
    """1 / (1 + e^-Z), without overflow: with e = e^-|Z| it is 1/(1 + e) for Z >= 0, else e/(1 + e)."""
    Z = float_array(Z, "Z")
    e = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1.0, e) / (1 + e)


def softmax(Z):
    """e^Z / sum e^Z over the last axis. Subtracting the row's maximum first changes nothing, and nothing overflows."""
    Z = np.atleast_1d(float_array(Z, "Z"))
    with np.errstate(over="ignore"):  # a difference beyond the largest float: e^-inf = 0 is right
        E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


class Identity(Layer):
    """A = Z."""

    def forward(self, Z, training):
        return float_array(Z, "Z")

    def backward(self, dA):
        return float_array(dA, "dA")  # g'(z) = 1


class Sigmoid(Layer):
    """A = 1 / (1 + e^-Z), between 0 and 1."""

    def forward(self, Z, training):
        self.A = sigmoid(Z)
        return self.A

    def backward(self, dA):
        return float_array(dA, "dA") * self.A * (1 - self.A)  # g'(z) = a (1 - a) <= 1/4


class Tanh(Layer):
    """A = tanh Z, between -1 and 1."""

    def forward(self, Z, training):
        self.A = np.tanh(float_array(Z, "Z"))
        return self.A

    def backward(self, dA):
        return float_array(dA, "dA") * (1 - self.A * self.A)  # g'(z) = 1 - a^2 <= 1


class ReLU(Layer):
    """A = max(Z, 0)."""

    def forward(self, Z, training):
        self.A = np.maximum(float_array(Z, "Z"), 0.0)
        return self.A

    def backward(self, dA):
        return float_array(dA, "dA") * self.A.astype(bool)  # g'(z) = 1 if z > 0 else 0, and a is 0 exactly where z <= 0


class LeakyReLU(Layer):
    """A = Z where Z > 0, else slope * Z (Maas et al. 2013)."""

    def __init__(self, slope=0.01):
        self.slope = as_number(slope, "slope of LeakyReLU", 0, 1, advice="LeakyReLU(0.01)")

    def forward(self, Z, training):
        self.Z = Z = float_array(Z, "Z")
        return np.maximum(Z, self.slope * Z)

    def backward(self, dA):
        return np.where(self.Z > 0, float_array(dA, "dA"), self.slope * np.asarray(dA))  # g'(z) = 1 if z > 0 else slope


class ELU(Layer):
    """A = Z where Z > 0, else alpha (e^Z - 1) (Clevert et al. 2016, eq. 15)."""

    def __init__(self, alpha=1.0):
        self.alpha = as_number(alpha, "alpha of ELU", 0, advice="ELU(1.0)", open_low=True)

    def forward(self, Z, training):
        Z = float_array(Z, "Z")
        self.A = np.where(Z > 0, Z, self.alpha * np.expm1(np.minimum(Z, 0)))
        return self.A

    def backward(self, dA):
        return float_array(dA, "dA") * np.where(self.A > 0, 1, self.A + self.alpha)  # g'(z) = 1 if z > 0 else alpha e^z = a + alpha


erf = np.vectorize(math.erf, otypes=[float])  # NumPy has none; exact, and fast enough for a lesson


class GELU(Layer):
    """A = Z Phi(Z) with Phi(z) = (1 + erf(z / sqrt 2)) / 2, the exact form (Hendrycks & Gimpel 2016)."""

    def forward(self, Z, training):
        self.Z = Z = float_array(Z, "Z")
        self.Phi = (0.5 * (1 + erf(Z / math.sqrt(2)))).astype(np.result_type(Z, np.float32))
        return Z * self.Phi

    def backward(self, dA):
        phi = np.exp(-0.5 * self.Z**2) / math.sqrt(2 * math.pi)
        return float_array(dA, "dA") * (self.Phi + self.Z * phi)  # g'(z) = Phi(z) + z phi(z)


class Softmax(Layer):
    """P = e^Z / sum e^Z in each row. For training, prefer logits with SoftmaxCrossEntropy: it is stable."""

    def forward(self, Z, training):
        self.P = softmax(Z)
        return self.P

    def backward(self, dP):
        inner = (float_array(dP, "dP") * self.P).sum(axis=-1, keepdims=True)
        return self.P * (dP - inner)  # dZ = (diag(p) - p p^T) dP, row by row
