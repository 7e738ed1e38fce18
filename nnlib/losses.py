"""A loss compares the network's output Z with the targets y, and starts the backward pass.

    L = loss.forward(Z, y)     # a float: the mean over the m examples (one value per network of a stack)
    dZ = loss.backward()       # dL/dZ, the shape of Z

The 1/m of the mean enters here, once, and nowhere else. MeanSquaredError, BinaryCrossEntropy and
SoftmaxCrossEntropy take logits, the scores before any last activation. The two cross-entropies are finite for every
finite logit whose loss is a float; a squared error overflows to infinity beyond 1e154 (float32: 1e19).

A loss of your own is a subclass of Loss::

    class Hinge(Loss):
        def targets(self, y, shape, dtype):         # labels as the array Y of the formula; shape is that of Z
            return np.asarray(y, dtype).reshape(-1, 1)

        def value(self, Z, Y):                      # L; keep what backward needs
            self.sign = 2 * Y - 1
            self.gap = np.maximum(1 - self.sign * Z, 0)
            return self.gap.sum(axis=(-2, -1)) / Z.shape[-2]

        def backward(self):                         # dL/dZ, with the 1/m
            return -self.sign * (self.gap > 0) / self.gap.shape[-2]

        def predict(self, Z):                       # labels (m,); for regression the values (m, n_out)
            return (Z[..., 0] > 0).astype(int)

``classifies = False`` makes it a regression loss. ``probabilities(Z)`` is needed for predict_proba only, and
``correct(Z, Y)`` only if the targets are neither labels 0, 1, 2, ... in one column nor one-hot rows.
"""

import numpy as np

from .activations import sigmoid, softmax
from .checks import as_floats


def as_output(Z):
    """A network's output Z, an array of floats, shape (m, n_out); ValueError for anything else."""
    Z = np.asarray(Z)
    if Z.ndim < 2 or Z.size == 0 or Z.dtype.kind != "f":
        raise ValueError(f"the output Z must hold floats, shape (m, n_out), got {Z.dtype} of shape {Z.shape}")
    return Z


class Loss:
    """L = value(Z, targets(y)). A subclass writes targets, value, backward and predict; see the top of this file."""

    classifies = True  # whether a prediction is correct or wrong; False for regression

    def forward(self, Z, y):
        """L, after checking that y fits Z; ValueError says what to write if it does not."""
        Z = as_output(Z)
        L = self.value(Z, self.targets(y, Z.shape, Z.dtype))
        return float(L) if Z.ndim == 2 else L

    def targets(self, y, shape, dtype=float):
        """Labels y as the array Y of the formula, for an output of the given shape; ValueError if they do not fit."""
        raise NotImplementedError(f"{type(self).__name__} needs def targets(self, y, shape, dtype): return Y")

    def value(self, Z, Y):
        """L, a number, or (R,) for a stack; keeps what ``backward`` needs."""
        raise NotImplementedError(f"{type(self).__name__} needs def value(self, Z, Y): return L")

    def backward(self):
        """dL/dZ, the shape of Z, for the last ``value``."""
        raise NotImplementedError(f"{type(self).__name__} needs def backward(self): return dZ")

    def predict(self, Z):
        """Labels (m,); for regression the values (m, n_out)."""
        raise NotImplementedError(f"{type(self).__name__} needs def predict(self, Z): return labels")

    def correct(self, Z, Y):
        """Which examples are predicted correctly: booleans (m,). Y is what ``targets`` returned."""
        predicted = self.predict(Z)
        labels = Y if Y.ndim == 1 else Y[..., 0] if Y.shape[-1] == 1 else Y.argmax(axis=-1)
        if np.shape(predicted) != Z.shape[:-1] or not np.isin(labels, range(max(2, Z.shape[-1]))).all():
            raise ValueError(
                f"{self} must predict labels of shape {Z.shape[:-1]} and take targets 0, 1, 2, ..., got predictions of shape "
                f"{np.shape(predicted)} and targets {np.unique(labels)[:6]}: write def correct(self, Z, Y): return booleans (m,)"
            )
        return predicted == labels

    def probabilities(self, Z):
        """Probabilities (m, k) from Z."""
        if self.classifies:
            raise ValueError(f"{self} gives no probabilities: use predict(X), or write def probabilities(self, Z): return P")
        raise ValueError(f"{self} is a regression loss, so there are no probabilities: use predict(X)")

    def check_outputs(self, n):
        """ValueError unless n outputs for each example are what this loss takes."""

    def __getattr__(self, name):  # reached only if the attribute is missing
        raise AttributeError(f"{type(self).__name__} has no attribute {name!r}: if backward needs it, call forward(Z, y) before backward")

    def __repr__(self):
        return f"{type(self).__name__}()"


def check_targets(y, shape, dtype, shapes, advice):
    """Labels as an array of the network's dtype and of one of the allowed shapes, or a ValueError."""
    Y = as_floats(y, "the targets", dtype, advice="np.unique(y, return_inverse=True)[1], class indices 0, 1, 2, ... for names")
    if Y.ndim == 0 or (Y.shape not in shapes and len(Y) != shape[-2]):
        raise ValueError(f"{shape[-2]} rows of output but targets of shape {Y.shape}: X and y must have the same number of rows")
    if Y.shape not in shapes:
        wanted = " or ".join(map(str, dict.fromkeys(shapes)))
        raise ValueError(f"for output of shape {shape} the targets must have shape {wanted}, got {Y.shape}: write {advice(Y)}")
    return Y


def as_column(Y):
    """What to write where one column of targets is needed."""
    if Y.ndim == 1 or Y.shape[1:] == (1,):
        return "y.reshape(-1, 1) for a single output"
    if Y.ndim == 2 and Y.shape[1] == 2 and ((Y == 0) | (Y == 1)).all() and (Y.sum(axis=1) == 1).all():
        return "y[:, 1], the second column of one-hot rows"
    return "y[:, 0] for the first column, or give the last layer more units"


class MeanSquaredError(Loss):
    """L = 1/m sum_i sum_k (z_ik - y_ik)^2: mean over examples, sum over outputs, no 1/2. y (m, n_out)."""

    classifies = False

    def targets(self, y, shape, dtype=float):
        advice = as_column if shape[-1] == 1 else lambda Y: f"an array of shape {shape[-2:]}, a column per output"
        return check_targets(y, shape, dtype, (shape[-2:], shape), advice)

    def value(self, Z, Y):
        self.D = Z - Y
        return (self.D * self.D).sum(axis=(-2, -1)) / Z.shape[-2]

    def backward(self):
        return self.D * (2 / self.D.shape[-2])  # dZ = 2 (Z - Y) / m

    def predict(self, Z):
        return as_output(Z)


class BinaryCrossEntropy(Loss):
    """L = -1/m sum_i [y_i log p_i + (1 - y_i) log(1 - p_i)], p = sigmoid(z), from one logit z per example.

    Computed as max(z, 0) - y z + log(1 + e^-|z|), the same function, finite for every z: log(1 + e^s), which is
    ``np.logaddexp(0, s)``, with s = z for y = 0 and s = -z for y = 1. y is 0 or 1, shape (m,) or (m, 1).
    Its gradient is (p - y) / m: sigmoid' cancels (derived in week 4).
    """

    def check_outputs(self, n):
        if n != 1:
            raise ValueError(
                f"BinaryCrossEntropy takes one logit per example, shape (m, 1), got (m, {n}): "
                "end with Dense(..., 1), or use SoftmaxCrossEntropy() for several classes"
            )

    def targets(self, y, shape, dtype=float):
        self.check_outputs(shape[-1])
        Y = check_targets(y, shape, dtype, (shape[-2:-1], shape[-2:], shape), as_column)
        if not ((Y == 0) | (Y == 1)).all():
            values = np.unique(Y)
            advice = f"write y = (y == {values[-1]:g})" if values.size < 3 else "use SoftmaxCrossEntropy() for several classes"
            raise ValueError(f"BinaryCrossEntropy takes labels 0 and 1, got {values[:6]}: {advice}")
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
        P = sigmoid(as_output(Z))
        return np.concatenate([1 - P, P], axis=-1)

    def predict(self, Z):
        return (as_output(Z)[..., 0] > 0).astype(int)  # p > 1/2 where z > 0

    def correct(self, Z, Y):
        return ((Z > 0) == Y)[..., 0]


class SoftmaxCrossEntropy(Loss):
    """L = -1/m sum_i log p_i[y_i], p = softmax(z), from k logits per example.

    -log p = log sum e^(z - max z) - (z - max z), so no e^ overflows and no log takes 0. A logit of -inf is a
    probability of 0. y holds class indices 0..k-1, shape (m,), or one-hot rows,
    shape (m, k). Its gradient is (P - Y) / m (derived in week 4).
    """

    def check_outputs(self, n):
        if n < 2:
            raise ValueError(f"{self} takes one number per class, 2 or more, got {n}: use BinaryCrossEntropy() for one logit")

    def targets(self, y, shape, dtype=float):
        k = shape[-1]
        self.check_outputs(k)

        def advice(Y):
            return "y.ravel() for class indices" if Y.size == len(Y) else f"class indices (m,), or one-hot rows of {k} columns"

        Y = check_targets(y, shape, dtype, (shape[-2:-1], shape[-2:], shape), advice)
        if Y.ndim == 1:
            if (Y != np.floor(Y)).any() or Y.min() < 0 or Y.max() >= k:
                wrong = Y[(Y != np.floor(Y)) | (Y < 0) | (Y >= k)][0]
                raise ValueError(
                    f"labels must be class indices 0 to {k - 1} for {k} logits, got {wrong:g}: "
                    f"write np.unique(y, return_inverse=True)[1] to number the classes from 0, or give the last layer more units"
                )
            return np.eye(k, dtype=dtype)[Y.astype(int)]
        if not (((Y == 0) | (Y == 1)).all() and (Y.sum(axis=-1) == 1).all()):
            raise ValueError("one-hot rows must hold a single 1 and zeros elsewhere: write np.eye(k)[labels]")
        return Y

    def value(self, Z, Y):
        with np.errstate(over="ignore"):  # a difference beyond the largest float: e^-inf = 0 is right
            shifted = Z - Z.max(axis=-1, keepdims=True)
        E = np.exp(shifted)
        total = E.sum(axis=-1, keepdims=True)
        self.P, self.Y = E / total, Y
        losses = np.where(Y, np.log(total) - shifted, 0)  # -log p of the true class; the others may be infinite
        return losses.sum(axis=(-2, -1)) / Z.shape[-2]

    def backward(self):
        dZ = self.P - self.Y
        dZ /= dZ.shape[-2]
        return dZ  # dZ = (P - Y) / m

    def probabilities(self, Z):
        return softmax(as_output(Z))

    def predict(self, Z):
        return as_output(Z).argmax(axis=-1)

    def correct(self, Z, Y):
        return Z.argmax(axis=-1) == Y.argmax(axis=-1)


class CategoricalCrossEntropy(SoftmaxCrossEntropy):
    """L = -1/m sum_i log p_i[y_i], from probabilities P: the last layer must be Softmax().

    A probability that has rounded to 0 counts as the smallest normal float, 2.2e-308 (float32: 1.2e-38), so that L
    stays finite; its gradient through Softmax is then 0, and the example has no influence. SoftmaxCrossEntropy has no
    such floor.
    """

    def forward(self, P, y):
        P = as_output(P)
        if P.min() < 0 or not np.allclose(P.sum(axis=-1), 1, atol=1e-4):
            raise ValueError(f"{self} takes probabilities, rows that sum to 1: put Softmax() before it, or use SoftmaxCrossEntropy()")
        return super().forward(P, y)

    def value(self, P, Y):
        self.P, self.Y = np.maximum(P, np.finfo(P.dtype).tiny), Y
        return np.where(Y, -np.log(self.P), 0).sum(axis=(-2, -1)) / P.shape[-2]

    def backward(self):
        # dP = -Y / P / m, and 0 where P has been raised to the smallest float: there the loss is flat
        return np.where(self.P > np.finfo(self.P.dtype).tiny, -self.Y / self.P / self.P.shape[-2], 0)

    def probabilities(self, P):
        return as_output(P)
