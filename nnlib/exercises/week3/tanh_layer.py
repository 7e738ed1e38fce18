import numpy as np

from ...activations import sigmoid
from ..exercise import exercise
from ..properties import matches_slope_of
from .shared import MATCHES, PAIR, pair, scores_and_gradient


def tanh_far_out(answer, rng):
    A, dZ = answer(np.array([[-800.0, 800.0]]), np.ones((1, 2)))
    return bool(np.allclose(A, [[-1, 1]]) and np.allclose(dZ, 0)) or TANH_NAN


TANH_NAN = "right near 0, but at z = -800 or 800 it is nan or wrong, as e^z terms are there. Write np.tanh(Z), which holds for every z."


@exercise(
    "week3.tanh_layer",
    title="Tanh, forward and backward",
    minutes=4,
    difficulty=2,
    importance=4,
    returns=PAIR,
    inputs=scores_and_gradient,
    hints=(
        "NumPy has np.tanh. As for the sigmoid, the slope can be written with the output alone.",
        "The slope of tanh is 1 - a^2, with a = tanh z.",
        "A = ...; return A, dA * (1 - ...)",
    ),
    properties=((MATCHES, matches_slope_of(np.tanh, scores_and_gradient)), ("holds at z = -800 and z = 800", tanh_far_out)),
)
def tanh_layer(Z, dA):
    A = np.tanh(Z)
    dZ = dA * (1 - A * A)
    return A, dZ


@tanh_layer.also_right
def through_the_sigmoid(Z, dA):
    A = 2 * sigmoid(2 * Z) - 1
    return A, dA * (1 - A) * (1 + A)


tanh_layer.add_mistakes(
    ("dZ squares the difference: the slope is 1 - a^2, and you have (1 - a)^2.", pair(np.tanh, lambda dA, Z, A: dA * (1 - A) ** 2)),
    (TANH_NAN, pair(lambda Z: (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z)), lambda dA, Z, A: dA * (1 - A**2))),
    ("dZ takes the input where the output belongs: the slope is 1 - a^2, not 1 - z^2.", pair(np.tanh, lambda dA, Z, A: dA * (1 - Z**2))),
    (
        "dZ applies tanh a second time, to A, which is an output already. The slope is 1 - A * A.",
        pair(np.tanh, lambda dA, Z, A: dA * (1 - np.tanh(A) ** 2)),
    ),
    ("a (1 - a) is the slope of the sigmoid. For tanh it is 1 - a^2.", pair(np.tanh, lambda dA, Z, A: dA * A * (1 - A))),
    ("the square is missing: the slope is 1 - a^2, not 1 - a.", pair(np.tanh, lambda dA, Z, A: dA * (1 - A))),
    ("1 - a^2 is the slope alone: what arrives, dA, multiplies it.", pair(np.tanh, lambda dA, Z, A: 1 - A**2)),
    ("dZ is dA times the value a. What counts is the slope, 1 - a^2.", pair(np.tanh, lambda dA, Z, A: dA * A)),
    ("dZ has a plus: the slope is 1 - a^2. It must be 0 far out, where tanh is flat.", pair(np.tanh, lambda dA, Z, A: dA * (1 + A**2))),
    ("parentheses in dZ: dA * 1 - A ** 2 multiplies first. Write dA * (1 - A ** 2).", pair(np.tanh, lambda dA, Z, A: dA * 1 - A**2)),
    ("the sign of dZ: tanh rises everywhere, its slope is 1 - a^2, not a^2 - 1.", pair(np.tanh, lambda dA, Z, A: dA * (A**2 - 1))),
    (
        "A is tanh(z / 2), as 2 sigmoid(z) - 1 is. For tanh z the sigmoid takes 2 z; or write np.tanh(Z).",
        pair(lambda Z: 2 * sigmoid(Z) - 1, lambda dA, Z, A: dA * (1 - A**2)),
    ),
    ("A is the tangent of an angle. The activation is the hyperbolic tangent, np.tanh.", pair(np.tan, lambda dA, Z, A: dA * (1 - A**2))),
    (
        "dZ is dA over cosh z, but the slope is 1 over its square. 1 - A * A is the same and needs no cosh.",
        pair(np.tanh, lambda dA, Z, A: dA / np.cosh(Z)),
    ),
    ("both are right, but in the wrong order: return A, dZ.", tanh_layer.spoil(lambda A, dZ: (dZ, A))),
)
