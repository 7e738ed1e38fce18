from functools import wraps

import numpy as np

from ..exercise import exercise
from .shared import NUDGED, gate_matches_nudging, number


def two_to_compare(rng):
    """dout, a, b, now a larger and now b, often of one sign: comparing with 0, or by size alone, cannot pass."""
    scale = rng.uniform(0.7, 1.3)
    a, b = scale * np.array([(1, 2), (-1, 2), (2, -1), (-1, -2)][rng.integers(4)])
    return number(rng), np.asarray(a), np.asarray(b)


@exercise(
    "week2.max_backward",
    title="Back through a max gate",
    minutes=4,
    difficulty=2,
    importance=4,
    returns={"da": None, "db": None},
    inputs=two_to_compare,
    hints=(
        "Say a = 5 and b = 2. Nudge a: does max(a, b) move? Nudge b: does it move?",
        "The larger input has slope 1, the smaller one slope 0.",
        "If a is larger return dout, 0, else return 0, dout. Write 0.0, so that it is a float.",
    ),
    properties=((NUDGED, gate_matches_nudging(max, two_to_compare)),),
)
def max_backward(dout, a, b):
    if a > b:
        return dout, 0.0
    return 0.0, dout


def without_the_kink(gate):
    """The gate's gradients; nan at a = b, where none is right, so that the check prints no such input."""
    return wraps(gate)(lambda dout, a, b: gate(dout, a, b) if a != b else (np.nan, np.nan))


max_backward.reference = without_the_kink(max_backward.reference)
max_backward.also_right(lambda dout, a, b: (dout * (a > b), dout * (a <= b)))

max_backward.add_mistakes(
    (
        "dout went to the smaller input. The larger one sets the maximum and gets dout: compare a > b, signs included.",
        lambda dout, a, b: (0.0, dout) if a > b else (dout, 0.0),
    ),
    ("both inputs got dout. Nudge the smaller one: the maximum does not move, so its gradient is 0.", lambda dout, a, b: (dout, dout)),
    ("dout went to a each time. It goes to the larger input, and that can be b: compare first, if a > b.", lambda dout, a, b: (dout, 0.0)),
    (
        "multiplying by the other input is the rule of the multiply gate. Here the larger input gets dout, the smaller one 0.",
        lambda dout, a, b: (dout * b, dout * a),
    ),
    (
        "you multiplied by the value of the larger input. Its slope is 1: it gets dout as it is.",
        lambda dout, a, b: (dout * a, 0.0) if a > b else (0.0, dout * b),
    ),
    ("1 and 0 are the slopes alone: multiply them by dout.", lambda dout, a, b: (1.0, 0.0) if a > b else (0.0, 1.0)),
    (
        "you split dout, half to each input. The larger one alone sets the maximum: it gets all of dout.",
        lambda dout, a, b: (dout / 2, dout / 2),
    ),
    (
        "these are max(a, b) and min(a, b) times dout. What counts is the slope: dout for the larger input, 0 for the smaller one.",
        lambda dout, a, b: (dout * max(a, b), dout * min(a, b)),
    ),
    (
        "each input was compared with 0. The two are compared with one another: da is dout if a > b, else 0.",
        lambda dout, a, b: (dout * (a > 0), dout * (b > 0)),
    ),
    (
        "the sizes without their signs are compared: -1 is larger than -2. Write a > b, signs included.",
        lambda dout, a, b: (dout, 0.0) if abs(a) > abs(b) else (0.0, dout),
    ),
)
