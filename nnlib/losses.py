"""A loss compares the network's output Z with the targets y, and starts the backward pass.

    L = loss.forward(Z, y)     # a float: the mean over the m examples (one value per network of a stack)
    dZ = loss.backward()       # dL/dZ, the shape of Z

The 1/m of the mean enters here, once, and nowhere else. MeanSquaredError, BinaryCrossEntropy and
SoftmaxCrossEntropy take logits, the scores before any last activation, and are finite for every finite logit.
``targets`` turns labels into the array that stands in the formula, and refuses what does not fit.
"""

import numpy as np

from .activations import sigmoid, softmax
from .checks import as_floats


class Loss:
    """forward = check the targets, then ``value``. A subclass writes targets, value, backward, predict."""

    classifies = True  # whether a prediction is right or wrong; False for regression

    def forward(self, Z, y):
        """L, after checking that y fits Z; ValueError says what to write if it does not."""
        Z = np.asarray(Z)
        if Z.ndim < 2 or Z.size == 0 or not np.issubdtype(Z.dtype, np.floating):
            raise ValueError(f"the output Z must hold floats, shape (m, n_out), got {Z.dtype} of shape {Z.shape}")
        L = self.value(Z, self.targets(y, Z.shape, Z.dtype))
        return float(L) if Z.ndim == 2 else L

    def check_outputs(self, n):
        """ValueError unless n outputs for each example are what this loss takes."""

    def probabilities(self, Z):
        raise ValueError(f"{self} is no classification loss, so there are no probabilities: use predict(X)")

    def __repr__(self):
        return f"{type(self).__name__}()"


def checked(y, shape, dtype, shapes, advice):
    """Labels as an array of the network's dtype and of one of the allowed shapes, or a ValueError."""
    Y = as_floats(y, "the targets", dtype, advice="class indices 0, 1, 2, ... for names")
    if Y.ndim == 0 or (Y.shape not in shapes and len(Y) != shape[-2]):
        raise ValueError(f"{shape[-2]} rows of output but targets of shape {Y.shape}: X and y must have the same number of rows")
    if Y.shape not in shapes:
        wanted = " or ".join(map(str, dict.fromkeys(shapes)))
        raise ValueError(f"for output of shape {shape} the targets must have shape {wanted}, got {Y.shape}: {advice}")
    return Y


class MeanSquaredError(Loss):
    """L = 1/m sum_i sum_k (z_ik - y_ik)^2: mean over examples, sum over outputs, no 1/2. y (m, n_out)."""

    classifies = False

    def targets(self, y, shape, dtype=float):
        return checked(y, shape, dtype, (shape[-2:], shape), "write y.reshape(-1, 1) for a single output")

    def value(self, Z, Y):
        self.D = Z - Y
        return (self.D * self.D).sum(axis=(-2, -1)) / Z.shape[-2]

    def backward(self):
        return self.D * (2 / self.D.shape[-2])  # dZ = 2 (Z - Y) / m

    def predict(self, Z):
        return Z


class BinaryCrossEntropy(Loss):
    """L = -1/m sum_i [y_i log p_i + (1 - y_i) log(1 - p_i)], p = sigmoid(z), from one logit z an example.

    Computed as max(z, 0) - y z + log(1 + e^-|z|), the same function, finite for every z: log(1 + e^s), which is
    ``np.logaddexp(0, s)``, with s = z for y = 0 and s = -z for y = 1. y is 0 or 1, shape (m,) or (m, 1).
    Its gradient is (p - y) / m: sigmoid' cancels (derived in week 4).
    """

    def check_outputs(self, n):
        if n != 1:
            raise ValueError(
                f"BinaryCrossEntropy takes one logit for each example, shape (m, 1), got (m, {n}): "
                "end with Dense(..., 1), or use SoftmaxCrossEntropy() for several classes"
            )

    def targets(self, y, shape, dtype=float):
        self.check_outputs(shape[-1])
        Y = checked(y, shape, dtype, (shape[-2:-1], shape[-2:], shape), "write y.reshape(-1, 1)")
        if not ((Y == 0) | (Y == 1)).all():
            raise ValueError(f"BinaryCrossEntropy takes labels 0 and 1, got {np.unique(Y)[:6]}: write y = (y == 1)")
        return Y[:, None] if Y.ndim == 1 else Y

    def value(self, Z, Y):
        self.sign = 1 - 2 * Y  # +1 for y = 0, -1 for y = 1
        self.S = self.sign * Z
        self.losses = np.logaddexp(0.0, self.S)  # log(1 + e^s) = max(s, 0) + log(1 + e^-|s|)
        return self.losses.sum(axis=-2)[..., 0] / Z.shape[-2]

    def backward(self):
        dZ = np.exp(self.S - self.losses)  # e^s / (1 + e^s): p for y = 0, 1 - p for y = 1
        dZ *= self.sign
        dZ /= dZ.shape[-2]
        return dZ  # dZ = (p - y) / m

    def probabilities(self, Z):
        P = sigmoid(Z)
        return np.concatenate([1 - P, P], axis=-1)

    def predict(self, Z):
        return (Z[..., 0] > 0).astype(int)  # p > 1/2 where z > 0

    def correct(self, Z, Y):  # which examples are predicted right: booleans (m,)
        return ((Z > 0) == Y)[..., 0]


class SoftmaxCrossEntropy(Loss):
    """L = -1/m sum_i log p_i[y_i], p = softmax(z), from k logits an example.

    log p = (z - max z) - log sum e^(z - max z), so no e^ overflows and no log meets 0. y holds class indices
    0..k-1, shape (m,), or one-hot rows, shape (m, k). Its gradient is (P - Y) / m (derived in week 4).
    """

    def check_outputs(self, n):
        if n < 2:
            raise ValueError(f"{self} takes a number for each class, 2 or more, got {n}: use BinaryCrossEntropy() for one logit")

    def targets(self, y, shape, dtype=float):
        k = shape[-1]
        self.check_outputs(k)
        Y = checked(y, shape, dtype, (shape[-2:-1], shape[-2:], shape), "write class indices of shape (m,)")
        if Y.ndim == 1:
            if (Y != np.floor(Y)).any() or Y.min() < 0 or Y.max() >= k:
                wrong = Y[(Y != np.floor(Y)) | (Y < 0) | (Y >= k)][0]
                raise ValueError(
                    f"labels must be class indices 0 to {k - 1} for {k} logits, got {wrong:g}: "
                    f"number the classes from 0, or give the last layer more units"
                )
            return np.eye(k, dtype=dtype)[Y.astype(int)]
        if not (((Y == 0) | (Y == 1)).all() and (Y.sum(axis=-1) == 1).all()):
            raise ValueError("one-hot rows must hold a single 1 and zeros elsewhere: write np.eye(k)[labels]")
        return Y

    def value(self, Z, Y):
        shifted = Z - Z.max(axis=-1, keepdims=True)
        E = np.exp(shifted)
        total = E.sum(axis=-1, keepdims=True)
        self.P, self.Y = E / total, Y
        return -(Y * (shifted - np.log(total))).sum(axis=(-2, -1)) / Z.shape[-2]

    def backward(self):
        dZ = self.P - self.Y
        dZ /= dZ.shape[-2]
        return dZ  # dZ = (P - Y) / m

    def probabilities(self, Z):
        return softmax(Z)

    def predict(self, Z):
        return Z.argmax(axis=-1)

    def correct(self, Z, Y):
        return Z.argmax(axis=-1) == Y.argmax(axis=-1)


class CategoricalCrossEntropy(SoftmaxCrossEntropy):
    """L = -1/m sum_i log p_i[y_i], from probabilities P: the last layer must be Softmax().

    A probability that has rounded to 0 counts as the smallest positive float, so that L stays finite; its gradient
    through Softmax is then 0 and the example teaches nothing. SoftmaxCrossEntropy has no such floor.
    """

    def forward(self, P, y):
        if (
            np.asarray(P).dtype.kind == "f"
            and np.ndim(P)
            and (np.min(P, initial=0) < 0 or not np.allclose(np.sum(P, axis=-1), 1, atol=1e-4))
        ):
            raise ValueError(f"{self} takes probabilities, rows that sum to 1: put Softmax() before it, or use SoftmaxCrossEntropy()")
        return super().forward(P, y)

    def value(self, P, Y):
        self.P, self.Y = np.maximum(P, np.finfo(P.dtype).tiny), Y
        return -(Y * np.log(self.P)).sum(axis=(-2, -1)) / P.shape[-2]

    def backward(self):
        return -self.Y / self.P / self.P.shape[-2]  # dP = -Y / P / m

    def probabilities(self, P):
        return P
