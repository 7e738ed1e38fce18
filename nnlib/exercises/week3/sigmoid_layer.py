import numpy as np

from ...activations import sigmoid
from ..exercise import exercise
from ..properties import matches_slope_of
from .shared import MATCHES, PAIR, pair, scores_and_gradient


@exercise(
    "week3.sigmoid_layer",
    title="Sigmoid, forward and backward",
    minutes=5,
    difficulty=2,
    importance=5,
    returns=PAIR,
    inputs=scores_and_gradient,
    hints=(
        "Compute A first. A alone gives the slope, without another exp.",
        "a = 1 / (1 + e^-z), and the slope is a (1 - a). Backward means: the upstream gradient dA, times the slope, entry by entry.",
        "A = ...; return A, dA * ... * (1 - ...)",
    ),
    properties=((MATCHES, matches_slope_of(sigmoid, scores_and_gradient)),),
)
def sigmoid_layer(Z, dA):
    A = 1 / (1 + np.exp(-Z))
    dZ = dA * A * (1 - A)
    return A, dZ


@sigmoid_layer.also_right
def through_tanh(Z, dA):
    A = 0.5 * (1 + np.tanh(Z / 2))
    return A, dA * np.exp(-Z) / (1 + np.exp(-Z)) ** 2


sigmoid_layer.add_mistakes(
    (
        "A falls where it must rise: the exponent is -z. (Your dZ is right anyway, because a (1 - a) is the same at z and at -z.)",
        pair(lambda Z: sigmoid(-Z), lambda dA, Z, A: dA * A * (1 - A)),
    ),
    (
        "A is 1 + e^-z, as 1 / 1 + e^-z is: that divides first. Write 1 / (1 + np.exp(-Z)).",
        pair(lambda Z: 1 / 1 + np.exp(-Z), lambda dA, Z, A: dA * A * (1 - A)),
    ),
    (
        "dZ takes the input where the output belongs: the slope is a (1 - a), not z (1 - z).",
        pair(sigmoid, lambda dA, Z, A: dA * Z * (1 - Z)),
    ),
    ("a (1 - a) is the slope alone: what arrives, dA, multiplies it.", pair(sigmoid, lambda dA, Z, A: A * (1 - A))),
    ("dZ is dA times the value a. What counts is the slope, a (1 - a).", pair(sigmoid, lambda dA, Z, A: dA * A)),
    ("dZ lacks the factor a: the slope is a (1 - a), not 1 - a alone.", pair(sigmoid, lambda dA, Z, A: dA * (1 - A))),
    ("1 - a squared is the slope of another function. The sigmoid's is a (1 - a).", pair(sigmoid, lambda dA, Z, A: dA * (1 - A**2))),
    (
        "dZ applies the sigmoid a second time, to A, which is an output already. The slope is a (1 - a).",
        pair(sigmoid, lambda dA, Z, A: dA * sigmoid(A) * (1 - sigmoid(A))),
    ),
    (
        "parentheses in dZ: dA * A * 1 - A multiplies first and subtracts A at the end. Write dA * A * (1 - A).",
        pair(sigmoid, lambda dA, Z, A: dA * A * 1 - A),
    ),
    ("the sign of dZ: the slope is a (1 - a), which is positive, not a (a - 1).", pair(sigmoid, lambda dA, Z, A: dA * A * (A - 1))),
    (
        "parentheses in the slope: the whole of 1 + e^-z is squared, (1 + np.exp(-Z)) ** 2. Shorter: a (1 - a).",
        pair(sigmoid, lambda dA, Z, A: dA * np.exp(-Z) / (1 + np.exp(-Z) ** 2)),
    ),
    ("dZ is dA unchanged: multiply it by the slope a (1 - a).", pair(sigmoid, lambda dA, Z, A: dA)),
    (
        "dZ is a matrix product, which mixes the examples. An activation looks at each entry by itself: write * and not @.",
        pair(sigmoid, lambda dA, Z, A: dA @ (A * (1 - A)).T),
    ),
    ("both are right, but in the wrong order: return A, dZ.", sigmoid_layer.spoil(lambda A, dZ: (dZ, A))),
)
