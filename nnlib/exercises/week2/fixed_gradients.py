from functools import partial

import numpy as np

from ..exercise import exercise
from .network_gradients import network_gradients
from .shared import FOUR_ARRAYS, mean_over_examples, network_inputs, network_nudged, two_layer

CACHE = {"seen": lambda Z1, A1: Z1}
MASK = {"mask": lambda Z1, A1, dA1: A1 >= 0}
MEAN = {"sum1": mean_over_examples}


@exercise(
    "week2.fixed_gradients",
    title="Find three bugs",
    minutes=10,
    difficulty=3,
    importance=5,
    returns=FOUR_ARRAYS,
    inputs=network_inputs,
    hints=(
        "Begin at the end of the network. db2 is right, so dZ2 is probably right (its column sums are). So the mistake in dW2 is in its own line.",
        "dW1 and db1 are both wrong: suspect what they share. When that is fixed, look at the two again: one may have a bug of its own.",
        "One line uses the wrong array, one has >= where > belongs, one averages. Check after each change.",
    ),
    properties=(("all four match finite differences of the loss", network_nudged),),
)
def fixed_gradients(X, y, W1, b1, W2, b2):
    m = len(y)
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)

    dZ2 = (P - np.eye(Z2.shape[1])[y]) / m
    dW2 = A1.T @ dZ2  # it was Z1.T
    db2 = dZ2.sum(axis=0, keepdims=True)
    dZ1 = dZ2 @ W2.T * (A1 > 0)  # it was A1 >= 0, which is true everywhere
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0, keepdims=True)  # it was a mean: 1/m a second time
    return dW1, db1, dW2, db2


fixed_gradients.also_right(network_gradients.reference)

fixed_gradients.add_mistakes(
    (
        "all three bugs are still there. Begin with dW2: db2 is right, so dZ2 is probably right too. Which array was W2 multiplied by?",
        partial(two_layer, **CACHE, **MASK, **MEAN),
    ),
    (
        "two are left. dW1 and db1 share dZ1, where nothing is blocked: A1 >= 0 is true everywhere, so compare with > 0.",
        partial(two_layer, **MASK, **MEAN),
    ),
    (
        "two are left. dW2 uses the values before the ReLU: W2 was multiplied by A1. Then look at how db1 is summed.",
        partial(two_layer, **CACHE, **MEAN),
    ),
    (
        "two are left. dW2 uses Z1 where A1 belongs, and in dZ1 nothing is blocked: A1 >= 0 is true everywhere, write > 0.",
        partial(two_layer, **CACHE, **MASK),
    ),
    ("one is left, in dW2: W2 was multiplied by A1, not by Z1, so dW2 = A1^T dZ2.", partial(two_layer, **CACHE)),
    (
        "one is left, in dZ1: nothing is blocked. A1 >= 0 is true everywhere, because A1 is never negative; write (A1 > 0).",
        partial(two_layer, **MASK),
    ),
    ("one is left, in db1: it is a mean, but the 1/m is already in dZ2 and enters once. Write a sum.", partial(two_layer, **MEAN)),
    (
        "db1 is right now, but db2 has become a mean: it was right before. Both are sums, because the 1/m is already in dZ2.",
        partial(two_layer, sum2=mean_over_examples),
    ),
    (
        "now db1 and db2 are both means, and db2 was right before. Both are sums: the 1/m is in dZ2 already.",
        partial(two_layer, sum1=mean_over_examples, sum2=mean_over_examples),
    ),
)
