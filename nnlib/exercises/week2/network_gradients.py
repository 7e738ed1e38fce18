from functools import partial

import numpy as np

from ..exercise import exercise
from .shared import FOUR_ARRAYS, mean_over_examples, network_inputs, network_nudged, two_layer


@exercise(
    "week2.network_gradients",
    title="All gradients of a two-layer softmax network",
    minutes=20,
    difficulty=4,
    importance=5,
    returns=FOUR_ARRAYS,
    inputs=network_inputs,
    hints=(
        "Forward first, keeping Z1 and A1. Then back from the end: scores, second layer, ReLU, first layer.",
        "dZ2 = (P - Y) / m; dW2 = A1^T dZ2; db2 = sum of dZ2 over the examples; dA1 = dZ2 W2^T; dZ1 = dA1 where Z1 > 0; dW1 = X^T dZ1; db1 likewise.",
        "Z1 = ...; A1 = ...; P = ...; dZ2 = ...; dW2 = A1.T @ ...; dA1 = dZ2 @ ...; dZ1 = dA1 * (...); return dW1, db1, dW2, db2",
    ),
    properties=(("all four match finite differences of the loss", network_nudged),),
)
def network_gradients(X, y, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)

    dZ2 = (P - np.eye(Z2.shape[1])[y]) / len(y)
    dW2, db2 = A1.T @ dZ2, dZ2.sum(axis=0, keepdims=True)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * (Z1 > 0)
    dW1, db1 = X.T @ dZ1, dZ1.sum(axis=0, keepdims=True)
    return dW1, db1, dW2, db2


@network_gradients.also_right
def divided_by_m_at_the_end(X, y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = two_layer(X, y, W1, b1, W2, b2, scores=lambda P, Y: P - Y)
    return dW1 / len(X), db1 / len(X), dW2 / len(X), db2 / len(X)  # the other convention for 1/m


def db1_from_dA1(*arguments):
    dW1, _, dW2, db2 = two_layer(*arguments)
    return dW1, two_layer(*arguments, mask=lambda Z1, A1, dA1: 1.0)[1], dW2, db2


network_gradients.add_mistakes(
    ("the 1/m is missing: the loss is a mean over the examples, so dZ2 = (P - Y) / m.", partial(two_layer, scores=lambda P, Y: P - Y)),
    ("all four have the wrong sign: dZ2 is (P - Y) / m, not (Y - P) / m.", partial(two_layer, scores=lambda P, Y: (Y - P) / len(P))),
    (
        "the ReLU's mask is missing, or it is true everywhere, as A1 >= 0 is: dZ1 = dA1 * (Z1 > 0).",
        partial(two_layer, mask=lambda Z1, A1, dA1: 1.0),
    ),
    (
        "the mask comes from the gradient. Z1 decides what passes: dZ1 = dA1 * (Z1 > 0).",
        partial(two_layer, mask=lambda Z1, A1, dA1: dA1 > 0),
    ),
    (
        "dA1 is dZ2 W2^T: you multiplied by W2 without its transpose. Here W2 is square, so the shapes fit anyway.",
        partial(two_layer, back=lambda dZ2, W2: dZ2 @ W2),
    ),
    (
        "dW2 uses Z1, the value before the ReLU. What W2 was multiplied by is A1: dW2 = A1^T dZ2.",
        partial(two_layer, seen=lambda Z1, A1: Z1),
    ),
    (
        "dW2 is transposed: it is A1^T dZ2, and you have dZ2^T A1. W2 is square here, so the shapes fit anyway.",
        network_gradients.spoil(lambda dW1, db1, dW2, db2: (dW1, db1, dW2.T, db2)),
    ),
    (
        "db1 and db2 are means, but should be sums: the 1/m is already in dZ2, and enters only once.",
        partial(two_layer, sum1=mean_over_examples, sum2=mean_over_examples),
    ),
    (
        "the 1/m enters twice: dZ2 has it already, so none of the four arrays is divided by m again.",
        lambda *arguments: tuple(array / len(arguments[0]) for array in two_layer(*arguments)),
    ),
    (
        "db1 and db2 have lost their axis: write .sum(axis=0, keepdims=True), so that they have the shapes of b1 and b2.",
        partial(two_layer, sum1=lambda dZ: dZ.sum(axis=0), sum2=lambda dZ: dZ.sum(axis=0)),
    ),
    (
        "on the way back through the ReLU you multiplied by A1. Its slope is 1 or 0: dZ1 = dA1 * (Z1 > 0).",
        partial(two_layer, mask=lambda Z1, A1, dA1: A1),
    ),
    (
        "in the forward pass the ReLU is missing: A1 = np.maximum(Z1, 0) goes into the second layer.",
        partial(two_layer, hidden=lambda Z1: Z1),
    ),
    ("in the forward pass the biases are missing: Z1 = X @ W1 + b1, and Z2 = A1 @ W2 + b2.", partial(two_layer, bias=0.0)),
    ("db1 adds up dA1. The bias sits before the ReLU: sum dZ1, the gradient after the mask.", db1_from_dA1),
    (
        "dW1 and db1 are divided by m again. The 1/m entered in dZ2 and came back with it: only there.",
        lambda X, *others: network_gradients.spoil(lambda dW1, db1, *second: (dW1 / len(X), db1 / len(X), *second))(X, *others),
    ),
    (
        "the arrays are right, but the second layer comes first: return dW1, db1, dW2, db2.",
        network_gradients.spoil(lambda dW1, db1, dW2, db2: (dW2, db2, dW1, db1)),
    ),
    (
        "the arrays are right, but db1 and dW2 are swapped: return dW1, db1, dW2, db2.",
        network_gradients.spoil(lambda dW1, db1, dW2, db2: (dW1, dW2, db1, db2)),
    ),
    (
        "these are the parameters after a step. You need the gradients alone: return dW1, db1, dW2, db2.",
        lambda *arguments: tuple(array - gradient for array, gradient in zip(arguments[2:], two_layer(*arguments))),
    ),
)
