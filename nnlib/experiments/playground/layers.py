"""Two activations that the course does not teach, as layers of your own: ``nnlib/layer.py`` says what a layer needs."""

import numpy as np

from ...activations import sigmoid
from ...layer import Layer


class Swish(Layer):
    """A = Z sigmoid(Z), also called SiLU (Ramachandran et al. 2017)."""

    def forward(self, Z, training):
        self.Z, self.S = Z, sigmoid(Z)
        return Z * self.S

    def backward(self, dA):
        return dA * self.S * (1 + self.Z * (1 - self.S))  # g'(z) = s + z s (1 - s)


class Sine(Layer):
    """A = sin Z (Sitzmann et al. 2020, without their factor 30)."""

    def forward(self, Z, training):
        self.Z = Z
        return np.sin(Z)

    def backward(self, dA):
        return dA * np.cos(self.Z)
