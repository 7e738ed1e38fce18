"""Week 2: backpropagation by hand, and in matrices."""

import numpy as np

from ..gradient_check import numerical_gradient
from .cards import PARSONS, QUIZZES, Lines, Question
from .exercise import exercise


def layer_inputs(rng):
    """dZ, X, W of one layer; W is square, so that a missing transpose cannot hide behind a shape."""
    return rng.standard_normal((5, 4)), rng.standard_normal((5, 4)), rng.standard_normal((4, 4))


def matches_finite_differences(answer, rng):
    dZ, X, W = layer_inputs(rng)
    dX, dW, _ = answer(dZ, X, W)
    for got, array in ((dX, X), (dW, W)):
        if np.abs(got - numerical_gradient(lambda _: float((X @ W * dZ).sum()), array)).max() > 1e-7:
            return "the gradient does not agree with finite differences of L = sum(Z * dZ)."
    return True


@exercise(
    "week2.dense_backward",
    title="The backward pass of a dense layer",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"dX": "X.shape", "dW": "W.shape", "db": "b.shape, that is (1, n_out)"},
    inputs=layer_inputs,
    hints=(
        "Each weight W[k, j] touches every row of column j of Z. Add up what it does there.",
        "dX = dZ W^T, dW = X^T dZ, db = the sum of dZ over the examples.",
        "dX = dZ @ ...; dW = ... @ dZ; db = dZ.sum(axis=..., keepdims=True)",
    ),
    properties=(("dX and dW match finite differences", matches_finite_differences),),
)
def dense_backward(dZ, X, W):
    dX = dZ @ W.T
    dW = X.T @ dZ
    db = dZ.sum(axis=0, keepdims=True)
    return dX, dW, db


@dense_backward.also_right
def _(dZ, X, W):
    return np.einsum("ij,kj->ik", dZ, W), np.einsum("ik,ij->kj", X, dZ), np.ones((1, len(dZ))) @ dZ


@dense_backward.mistake("dX is dZ W^T: you multiplied by W without its transpose. For a square W the shapes fit all the same.")
def _(dZ, X, W):
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


@dense_backward.mistake("dW is X^T dZ: you have dZ^T X, which is its transpose.")
def _(dZ, X, W):
    return dZ @ W.T, dZ.T @ X, dZ.sum(axis=0, keepdims=True)


@dense_backward.mistake("db is a mean where the sum is meant: the 1/m of the loss is already in dZ, it enters once.")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0, keepdims=True)


@dense_backward.mistake("dW and db are divided by m, but the 1/m of the loss is already in dZ: it enters once.")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ / len(X), dZ.sum(axis=0, keepdims=True) / len(X)


@dense_backward.mistake("db has lost its axis: write keepdims=True, so that it has the shape of b, (1, n_out).")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


PARSONS["week2.backward_order"] = Lines(
    "Order the backward pass of Z1 = X W1, A1 = relu(Z1), Z2 = A1 W2, P = softmax(Z2).",
    ("dZ2 = (P - Y) / m", "dW2 = A1.T @ dZ2", "dA1 = dZ2 @ W2.T", "dZ1 = dA1 * (Z1 > 0)", "dW1 = X.T @ dZ1"),
    {1: (0,), 2: (0,), 3: (2,), 4: (3,)},
)

QUIZZES["week2b"] = [
    Question(
        "W is square. Which of these is dX, the gradient with respect to the layer's input?",
        {
            "dZ W": "the shapes fit, but entry (i, k) would sum dZ[i, j] W[j, k]: it uses the weights into unit k, not out of input k.",
            "dZ W^T": "input k reaches unit j through W[k, j], so dX[i, k] = sum over j of dZ[i, j] W[k, j].",
            "W^T dZ": "rows of dZ are examples; a matrix on the left would mix different examples.",
        },
        "dZ W^T",
    ),
]
