from ..exercise import exercise
from .shared import NUDGED, gate_matches_nudging, numbers


@exercise(
    "week2.square_backward",
    title="Back through a square",
    minutes=3,
    difficulty=1,
    importance=3,
    returns={"da": None},
    inputs=numbers(2),
    hints=(
        "A square is a multiply gate with the same number on both inputs: a * a.",
        "The slope of a squared is 2 a. The gradient is dout times the slope.",
        "da = dout * ... * ...",
    ),
    properties=((NUDGED, gate_matches_nudging(lambda a: a * a, numbers(2))),),
)
def square_backward(dout, a):
    return dout * 2 * a


@square_backward.also_right
def as_a_fan_out(dout, a):
    return dout * a + dout * a  # a multiply gate with a on both inputs, and a fan-out


square_backward.add_mistakes(
    ("the factor 2 is missing: a * a has a on both inputs, and each of the two paths brings dout * a.", lambda dout, a: dout * a),
    ("2 a is the slope alone: multiply it by dout.", lambda dout, a: 2 * a),
    ("you multiplied dout by the value a squared. What counts is the slope, 2 a.", lambda dout, a: dout * a**2),
    ("the slope is 2 a, not 2: the square rises faster where a is larger. The a is missing.", lambda dout, a: 2 * dout),
    ("you squared the upstream gradient. It is a factor as it is: da = dout * 2 * a.", lambda dout, a: dout**2 * 2 * a),
    (
        "that is dout times twice a squared. The slope of a squared is 2 a: the square is gone.",
        lambda dout, a: 2 * dout * a**2,
    ),
    ("you added dout and the slope 2 a. Slopes along a path are multiplied: da = dout * 2 * a.", lambda dout, a: dout + 2 * a),
    ("you squared dout * a. The slope of the square is 2 a: da = dout * 2 * a.", lambda dout, a: (dout * a) ** 2),
)
