from ..exercise import exercise
from .shared import NUDGED, gate_matches_nudging, numbers


@exercise(
    "week2.multiply_backward",
    title="Back through a multiply gate",
    minutes=3,
    difficulty=1,
    importance=5,
    returns={"da": None, "db": None},
    inputs=numbers(3),
    hints=(
        "Hold b still, say b = 5. Move a by a tiny step. By how many steps does a * b move?",
        "The slope of a * b is b for the input a, and a for the input b. Each gradient is dout times its slope.",
        "da = dout * ...; db = dout * ...: which input goes where?",
    ),
    properties=((NUDGED, gate_matches_nudging(lambda a, b: a * b, numbers(3))),),
)
def multiply_backward(dout, a, b):
    da = dout * b
    db = dout * a
    return da, db


multiply_backward.also_right(lambda dout, a, b: (float(b) * float(dout), float(a) * float(dout)))

multiply_backward.add_mistakes(
    (
        "each input got its own value as slope. It is the other one that counts: da = dout * b, db = dout * a.",
        lambda dout, a, b: (dout * a, dout * b),
    ),
    (
        "b and a are the slopes alone: multiply each by dout, because the loss depends on this gate only through its output.",
        lambda dout, a, b: (b, a),
    ),
    (
        "passing dout on unchanged is the rule of the add gate. The slope of a * b is b for the input a, and a for the input b.",
        lambda dout, a, b: (dout, dout),
    ),
    (
        "you added the two parts, as for (uv)' in one variable. Here a and b are two inputs: each has its own gradient.",
        lambda dout, a, b: (dout * (a + b), dout * (a + b)),
    ),
    (
        "you multiplied by the output a * b. The slope for the input a is b alone: da = dout * b, db = dout * a.",
        lambda dout, a, b: (dout * a * b, dout * a * b),
    ),
    ("you added dout and the slope. Slopes along a path are multiplied: da = dout * b.", lambda dout, a, b: (dout + b, dout + a)),
    (
        "you divided dout by the inputs. The slope of a * b for a is b, and it multiplies: da = dout * b, db = dout * a.",
        lambda dout, a, b: (dout / a, dout / b),
    ),
    ("da is right. db is the slope alone: dout multiplies it too, db = dout * a.", lambda dout, a, b: (dout * b, a)),
)
