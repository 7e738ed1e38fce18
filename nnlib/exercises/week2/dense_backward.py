import numpy as np

from ...gradient_check import numerical_gradient
from ..exercise import exercise


def layer_inputs(rng):
    """dZ, X, W of one layer; W is square, so that a missing transpose cannot hide behind a shape."""
    m, n = rng.integers(5, 8), rng.integers(3, 5)
    return rng.standard_normal((m, n)), rng.standard_normal((m, n)), rng.standard_normal((n, n))


def matches_both_slopes(answer, rng):
    dZ, X, W = layer_inputs(rng)
    dX, dW, _ = answer(dZ, X, W)
    for got, array in ((dX, X), (dW, W)):
        if np.abs(got - numerical_gradient(lambda _: float((X @ W * dZ).sum()), array)).max() > 1e-7:
            return "the gradient does not agree with finite differences of L = sum(Z * dZ)."
    return True


@exercise(
    "week2.dense_backward",
    title="The backward pass of a dense layer",
    minutes=5,
    difficulty=3,
    importance=5,
    returns={"dX": "X.shape", "dW": "W.shape", "db": "b.shape, that is (1, n_out)"},
    inputs=layer_inputs,
    hints=(
        "Each weight W[k, j] touches every row of column j of Z. Add up what it does there.",
        "dX = dZ W^T, dW = X^T dZ, db = the sum of dZ over the examples.",
        "dX = dZ @ ...; dW = ... @ dZ; db = dZ.sum(axis=..., keepdims=True)",
    ),
    properties=(("dX and dW match finite differences", matches_both_slopes),),
)
def dense_backward(dZ, X, W):
    dX = dZ @ W.T
    dW = X.T @ dZ
    db = dZ.sum(axis=0, keepdims=True)
    return dX, dW, db


dense_backward.also_right(lambda dZ, X, W: (np.einsum("ij,kj->ik", dZ, W), np.einsum("ik,ij->kj", X, dZ), np.ones((1, len(dZ))) @ dZ))

dense_backward.add_mistakes(
    (
        "dX is dZ W^T: you multiplied by W without its transpose. For a square W the shapes fit anyway.",
        lambda dZ, X, W: (dZ @ W, X.T @ dZ, dZ.sum(axis=0, keepdims=True)),
    ),
    ("dW is X^T dZ: you have dZ^T X, which is its transpose.", lambda dZ, X, W: (dZ @ W.T, dZ.T @ X, dZ.sum(axis=0, keepdims=True))),
    (
        "db is a mean, but should be a sum: the 1/m of the loss is already in dZ, and enters only once.",
        lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.mean(axis=0, keepdims=True)),
    ),
    (
        "dW and db are divided by m, but the 1/m of the loss is already in dZ: it enters once.",
        lambda dZ, X, W: (dZ @ W.T, X.T @ dZ / len(X), dZ.sum(axis=0, keepdims=True) / len(X)),
    ),
    (
        "db has lost its axis: write keepdims=True, so that it has the shape of b, (1, n_out).",
        lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)),
    ),
    (
        "db is summed over the units. Every example adds to the same bias, so sum over the examples: axis=0.",
        lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum(axis=1, keepdims=True)),
    ),
    (
        "the three are right, but in the wrong order: return dX, dW, db.",
        lambda dZ, X, W: (X.T @ dZ, dZ.sum(axis=0, keepdims=True), dZ @ W.T),
    ),
    ("dX and dW are swapped: return dX, dW, db.", lambda dZ, X, W: (X.T @ dZ, dZ @ W.T, dZ.sum(axis=0, keepdims=True))),
    (
        "db is one number for all units. Each unit has its own bias: sum over the examples only, axis=0, keepdims=True.",
        lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ.sum()),
    ),
    (
        "db is dZ itself, one row for each example. The bias is shared by all of them: add the rows, .sum(axis=0, keepdims=True).",
        lambda dZ, X, W: (dZ @ W.T, X.T @ dZ, dZ),
    ),
    (
        "dX went through a ReLU's mask. This is the dense layer alone: dX = dZ W^T.",
        lambda dZ, X, W: (dZ @ W.T * (X > 0), X.T @ dZ, dZ.sum(axis=0, keepdims=True)),
    ),
    (
        "dX is multiplied by X. X is what you take the gradient for; its slope is W alone: dX = dZ W^T.",
        lambda dZ, X, W: (dZ @ W.T * X, X.T @ dZ, dZ.sum(axis=0, keepdims=True)),
    ),
)
