import numpy as np

from ..exercise import exercise
from ..properties import matches_nudging
from .shared import NUDGED, numbers

OTHERWISE = "your gradient does not agree with what happens when a is nudged by a tiny step."


@exercise(
    "week2.fan_out_backward",
    title="One number, two uses",
    minutes=5,
    difficulty=2,
    importance=5,
    returns={"da": None},
    inputs=numbers(4),
    hints=(
        "Nudge a: p moves, and q moves as well. The loss feels both.",
        "Work out what comes back along each of the two paths, by the rule of its gate. Then add.",
        "da = dp * ... + dq * ...: the slope of a * b for a, and the slope of a squared.",
    ),
    properties=((NUDGED, matches_nudging(numbers(4), lambda dp, dq, a, b: dp * a * b + dq * a**2, 2, OTHERWISE)),),
)
def fan_out_backward(dp, dq, a, b):
    from_p = dp * b
    from_q = dq * 2 * a
    return from_p + from_q


fan_out_backward.also_right(lambda dp, dq, a, b: np.dot([dp, dq], [b, 2 * a]))

fan_out_backward.add_mistakes(
    ("the path through q is missing. a acts on the loss along both paths: add what comes back along each.", lambda dp, dq, a, b: dp * b),
    (
        "the path through p is missing. Was its part overwritten? a acts along both paths: add, with += and not =.",
        lambda dp, dq, a, b: dq * 2 * a,
    ),
    (
        "you took the mean of the two paths. Nudging a moves the loss by the sum of both effects: add, do not average.",
        lambda dp, dq, a, b: (dp * b + dq * 2 * a) / 2,
    ),
    (
        "dp + dq are the upstream gradients alone. Multiply each by the slope of its own gate first: b, and 2 a.",
        lambda dp, dq, a, b: dp + dq,
    ),
    ("the slope of a squared is 2 a: the factor 2 is missing on the path through q.", lambda dp, dq, a, b: dp * b + dq * a),
    (
        "on the path through p you used the slope a. That is the slope for b; the slope of a * b for a is b.",
        lambda dp, dq, a, b: dp * a + dq * 2 * a,
    ),
    (
        "the two paths are multiplied. Slopes are multiplied along one path; different paths are added.",
        lambda dp, dq, a, b: dp * b * dq * 2 * a,
    ),
    (
        "dp and dq are mixed up: p = a * b has slope b and upstream dp, q = a squared has slope 2 a and upstream dq.",
        lambda dp, dq, a, b: dq * b + dp * 2 * a,
    ),
    ("on the path through q you used the value a squared. What counts is its slope, 2 a.", lambda dp, dq, a, b: dp * b + dq * a**2),
    ("b + 2 a are the slopes alone: multiply b by dp and 2 a by dq, then add.", lambda dp, dq, a, b: b + 2 * a),
    (
        "on the path through q you used slope 1, that of an add gate. Here q = a * a, with slope 2 a.",
        lambda dp, dq, a, b: dp * b + dq,
    ),
    ("on the path through q the slope is 2 a, not 2: the a is missing.", lambda dp, dq, a, b: dp * b + dq * 2),
    (
        "you multiplied dp and dq by the values p and q. Multiply each by the slope of its gate for a: b, and 2 a.",
        lambda dp, dq, a, b: dp * a * b + dq * a**2,
    ),
    (
        "each upstream gradient belongs to its own path: dp meets b only, and dq meets 2 a only. Multiply first, then add.",
        lambda dp, dq, a, b: (dp + dq) * (b + 2 * a),
    ),
)
