import numpy as np

from ...activations import sigmoid
from ..exercise import exercise
from .shared import NUDGED, gate_matches_nudging, numbers


@exercise(
    "week2.sigmoid_backward",
    title="Back through a sigmoid",
    minutes=5,
    difficulty=2,
    importance=4,
    returns={"da": None},
    inputs=numbers(2),
    hints=(
        "The slope of the sigmoid can be written with its own output s. Compute s first.",
        "With s = 1 / (1 + e^-a) the slope is s (1 - s). The gradient is dout times the slope.",
        "s = 1 / (1 + np.exp(-a)); return dout * ... * (1 - ...)",
    ),
    properties=((NUDGED, gate_matches_nudging(sigmoid, numbers(2))),),
)
def sigmoid_backward(dout, a):
    s = 1 / (1 + np.exp(-a))
    return dout * s * (1 - s)


sigmoid_backward.also_right(lambda dout, a: dout * np.exp(-a) / (1 + np.exp(-a)) ** 2)


def minus_in_the_denominator(dout, a):
    s = 1 / (1 - np.exp(-a))
    return dout * s * (1 - s)


sigmoid_backward.add_mistakes(
    (
        "you used the input where the output belongs. The slope is s (1 - s) with s = 1 / (1 + e^-a), not a (1 - a).",
        lambda dout, a: dout * a * (1 - a),
    ),
    ("s (1 - s) is the slope alone: multiply it by dout.", lambda dout, a: sigmoid(a) * (1 - sigmoid(a))),
    ("you multiplied by the output s. What counts is the slope, s (1 - s).", lambda dout, a: dout * sigmoid(a)),
    ("1 - s squared is the slope of another function. The sigmoid's is s (1 - s).", lambda dout, a: dout * (1 - sigmoid(a) ** 2)),
    ("one factor of the slope is missing: it is s times (1 - s), not 1 - s alone.", lambda dout, a: dout * (1 - sigmoid(a))),
    (
        "the sign is wrong: a sigmoid rises everywhere, so its slope is positive: da = dout * s * (1 - s).",
        lambda dout, a: -dout * sigmoid(-a) * (1 - sigmoid(-a)),
    ),
    (
        "you applied the sigmoid once more, to s. Compute s from a once, then use s (1 - s).",
        lambda dout, a: dout * sigmoid(sigmoid(a)) * (1 - sigmoid(sigmoid(a))),
    ),
    (
        "parentheses are missing: without them 1 times something is computed before the minus. Write dout * s * (1 - s).",
        lambda dout, a: dout * sigmoid(a) * 1 - sigmoid(a),
    ),
    ("the second factor takes the input a. It is 1 minus the output: s * (1 - s).", lambda dout, a: dout * sigmoid(a) * (1 - a)),
    (
        "the sign in the second factor is wrong: the slope is s (1 - s), not s (1 + s).",
        lambda dout, a: dout * sigmoid(a) * (1 + sigmoid(a)),
    ),
    ("that has 1 / (1 - e^-a) for s: the sigmoid is 1 / (1 + e^-a), with a plus.", minus_in_the_denominator),
    ("the second factor is 1 - s: the slope is s (1 - s), not s squared.", lambda dout, a: dout * sigmoid(a) ** 2),
    (
        "dout went into the sigmoid. Only a goes in; dout multiplies the slope afterwards: dout * s * (1 - s).",
        lambda dout, a: sigmoid(dout * a) * (1 - sigmoid(dout * a)),
    ),
    ("you used the slope of a ReLU, 1 or 0. The gate here is a sigmoid, with slope s (1 - s).", lambda dout, a: dout * (a > 0)),
)
