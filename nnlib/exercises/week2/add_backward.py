from ..exercise import exercise
from .shared import NUDGED, gate_matches_nudging, numbers


@exercise(
    "week2.add_backward",
    title="Back through an add gate",
    minutes=3,
    difficulty=1,
    importance=4,
    returns={"da": None, "db": None},
    inputs=numbers(3),
    hints=(
        "Move a by a tiny step. By how much does a + b move? And b?",
        "Both slopes of a + b are 1. Each gradient is dout times its slope.",
        "da = dout * ...; db = dout * ...; return da, db",
    ),
    properties=((NUDGED, gate_matches_nudging(lambda a, b: a + b, numbers(3))),),
)
def add_backward(dout, a, b):
    da = dout * 1
    db = dout * 1
    return da, db


add_backward.also_right(lambda dout, a, b: (dout, dout))

add_backward.add_mistakes(
    (
        "these are the slopes 1 and 1 alone: multiply each by dout, or everything between this gate and the loss is left out.",
        lambda dout, a, b: (1.0, 1.0),
    ),
    (
        "you split dout, half to each input. But if a moves by h, the sum moves by all of h: each input gets the whole dout.",
        lambda dout, a, b: (dout / 2, dout / 2),
    ),
    (
        "multiplying by the other input is the rule of the multiply gate. The slope of a + b is 1, whatever a and b are.",
        lambda dout, a, b: (dout * b, dout * a),
    ),
    (
        "you multiplied dout by the input itself. The slope of a + b is 1, whatever a and b are: da = dout.",
        lambda dout, a, b: (dout * a, dout * b),
    ),
    (
        "you multiplied by the value a + b. What counts is how fast the output moves, its slope, and that is 1.",
        lambda dout, a, b: (dout * (a + b), dout * (a + b)),
    ),
    ("db has the wrong sign: that is the gate a - b. In a + b both slopes are +1.", lambda dout, a, b: (dout, -dout)),
    (
        "these are the inputs themselves. The question is how fast the loss moves with each: da = dout * 1, db = dout * 1.",
        lambda dout, a, b: (a, b),
    ),
    (
        "you added dout and the input. A gradient is dout times a slope, and both slopes are 1: da = dout, db = dout.",
        lambda dout, a, b: (dout + a, dout + b),
    ),
)
