"""What exercises of week 2 share. Single numbers are arrays of shape (), so that the checker sees whether they were changed."""

import numpy as np

from ...activations import softmax
from ...gradient_check import numerical_gradient
from ..properties import matches_nudging


def number(rng):
    """A number between 0.5 and 2 in size, of either sign: off 0, where mistakes hide."""
    return np.asarray(rng.uniform(0.5, 2.0) * rng.choice([-1.0, 1.0]))


def numbers(count):
    """An ``inputs`` function that draws that many numbers."""
    return lambda rng: tuple(number(rng) for _ in range(count))


def gate_matches_nudging(gate, draw):
    """A property: the returned values are dout times the slopes of gate(*inputs), for dout, *inputs from draw(rng)."""
    otherwise = "your gradient does not agree with what happens when an input is nudged by a tiny step."
    return matches_nudging(draw, lambda dout, *inputs: dout * gate(*inputs), 1, otherwise)


NUDGED = "agrees with nudging each input on 5 random examples"


def cross_entropy(Z, y):
    """The loss as the course prints it, a mean over the examples."""
    Z = Z - Z.max(axis=1, keepdims=True)
    return float((np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]).mean())


def network_inputs(rng):
    """X, y and the parameters of a network 2-k-k: W2 is square, no bias is 0, the labels are not sorted, the last class may be missing."""
    X, y, k = rng.standard_normal((7, 2)), rng.permutation([0, 2, 1, 2, 2, 0, 2]), rng.integers(3, 6)
    return X, y, rng.standard_normal((2, k)), rng.standard_normal((1, k)), rng.standard_normal((k, k)), rng.standard_normal((1, k))


def network_nudged(answer, rng):
    X, y, *theta = network_inputs(rng)

    def loss(_):
        return cross_entropy(np.maximum(X @ theta[0] + theta[1], 0) @ theta[2] + theta[3], y)

    for name, got, array in zip(("dW1", "db1", "dW2", "db2"), answer(X, y, *theta), theta):
        if not np.allclose(got, numerical_gradient(loss, array), atol=1e-7):
            return f"{name} does not agree with finite differences of the loss."
    return True


def two_layer(
    *arguments,
    scores=lambda P, Y: (P - Y) / len(P),
    seen=lambda Z1, A1: A1,
    back=lambda dZ2, W2: dZ2 @ W2.T,
    mask=lambda Z1, A1, dA1: Z1 > 0,
    sum1=lambda dZ: dZ.sum(axis=0, keepdims=True),
    sum2=lambda dZ: dZ.sum(axis=0, keepdims=True),
    hidden=lambda Z1: np.maximum(Z1, 0),
    bias=1.0,
):
    """The backward pass with its places open to change: the raw material of the stored mistakes."""
    X, y, W1, b1, W2, b2 = arguments
    Z1 = X @ W1 + bias * b1
    A1 = hidden(Z1)
    dZ2 = scores(softmax(A1 @ W2 + bias * b2), np.eye(W2.shape[1])[y])
    dA1 = back(dZ2, W2)
    dZ1 = dA1 * mask(Z1, A1, dA1)
    return X.T @ dZ1, sum1(dZ1), seen(Z1, A1).T @ dZ2, sum2(dZ2)


def mean_over_examples(dZ):
    return dZ.mean(axis=0, keepdims=True)


FOUR_ARRAYS = {"dW1": "W1.shape", "db1": "b1.shape, a single row", "dW2": "W2.shape", "db2": "b2.shape, a single row"}


# ---- derivations: a dense layer, Z = X W + b, followed by some loss

DENSE = {
    "X": ("m n_in", "the inputs"),
    "W": ("n_in n_out", "the weights"),
    "b": ("1 n_out", "the biases, a row; b[j] is short for b[0, j]"),
    "Z": ("m n_out", "X @ W + b"),
    "dZ": ("m n_out", "dL/dZ, known"),
}
SIZES = ({"m": 5, "n_in": 3, "n_out": 4}, {"m": 4, "n_in": 2, "n_out": 3}, {"m": 3, "n_in": 3, "n_out": 3}, {"m": 2, "n_in": 4, "n_out": 3})


def dense_layer(rng, m, n_in, n_out):
    """All values of a layer; the gradients by finite differences of L = sum(Z * dZ)."""
    X, W, b, dZ = (rng.standard_normal(shape) for shape in ((m, n_in), (n_in, n_out), (1, n_out), (m, n_out)))

    def loss(_):
        return float(((X @ W + b) * dZ).sum())

    dX, dW, db = (numerical_gradient(loss, array) for array in (X, W, b))
    return {"X": X, "W": W, "b": b, "Z": X @ W + b, "dZ": dZ, "slope": X.copy(), "dX": dX, "dW": dW, "db": db}
