"""Week 2: backpropagation by hand (single gates, one network in scalars) and in matrices (layers, gradient check, a bug hunt)."""

import numpy as np

from ..activations import sigmoid, softmax
from ..gradient_check import numerical_gradient
from .cards import PARSONS, QUIZZES, Lines, Question
from .exercise import exercise

# ---- week 2a: one gate at a time. Single numbers are arrays of shape (), so that the checker sees whether they were changed.


def number(rng):
    """A number between 0.5 and 2 in size, of either sign: off 0, where mistakes hide."""
    return np.asarray(rng.uniform(0.5, 2.0) * rng.choice([-1.0, 1.0]))


def numbers(count):
    """An ``inputs`` function that draws so many numbers."""
    return lambda rng: tuple(number(rng) for _ in range(count))


def matches_nudges(gate, count, draw=None):
    """A property: what is returned are dout times the slopes of gate(*inputs), measured by nudging each input."""
    draw = draw or numbers(1 + count)

    def holds(answer, rng):
        for _ in range(5):
            dout, *inputs = draw(rng)
            slopes = numerical_gradient(lambda x: float(gate(*x)), np.array(inputs, dtype=float))
            if not np.allclose(np.ravel(answer(dout, *inputs)), dout * slopes, atol=1e-6):
                return "your gradient does not agree with what happens when an input is nudged by a tiny step."
        return True

    return holds


NUDGED = "agrees with nudging each input on 5 random examples"


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
    properties=((NUDGED, matches_nudges(lambda a, b: a + b, 2)),),
)
def add_backward(dout, a, b):
    da = dout * 1
    db = dout * 1
    return da, db


@add_backward.also_right
def _(dout, a, b):
    return dout, dout


@add_backward.mistake("these are the slopes 1 and 1 alone: multiply each by dout, or what lies behind this gate is forgotten.")
def _(dout, a, b):
    return 1.0, 1.0


@add_backward.mistake(
    "you shared dout out, half to each input. But if a moves by h, the sum moves by all of h: each input gets the whole dout."
)
def _(dout, a, b):
    return dout / 2, dout / 2


@add_backward.mistake("multiplying by the other input is the rule of the multiply gate. The slope of a + b is 1, whatever a and b are.")
def _(dout, a, b):
    return dout * b, dout * a


@add_backward.mistake("you multiplied dout by the input itself. The slope of a + b is 1, whatever a and b are: da = dout.")
def _(dout, a, b):
    return dout * a, dout * b


@add_backward.mistake("you multiplied by the value a + b. What counts is how fast the output moves, its slope, and that is 1.")
def _(dout, a, b):
    return dout * (a + b), dout * (a + b)


@add_backward.mistake("db has the wrong sign: that is the gate a - b. In a + b both slopes are +1.")
def _(dout, a, b):
    return dout, -dout


@add_backward.mistake("these are the inputs themselves. Asked for is how fast the loss moves with each: da = dout * 1, db = dout * 1.")
def _(dout, a, b):
    return a, b


@add_backward.mistake("you added dout and the input. A gradient is dout times a slope, and both slopes are 1: da = dout, db = dout.")
def _(dout, a, b):
    return dout + a, dout + b


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
    properties=((NUDGED, matches_nudges(lambda a, b: a * b, 2)),),
)
def multiply_backward(dout, a, b):
    da = dout * b
    db = dout * a
    return da, db


@multiply_backward.also_right
def _(dout, a, b):
    return float(b) * float(dout), float(a) * float(dout)


@multiply_backward.mistake("each input got its own value as slope. It is the other one that counts: da = dout * b, db = dout * a.")
def _(dout, a, b):
    return dout * a, dout * b


@multiply_backward.mistake("b and a are the slopes alone: multiply each by dout, for the loss hears of this gate only through its output.")
def _(dout, a, b):
    return b, a


@multiply_backward.mistake(
    "handing dout on unchanged is the rule of the add gate. The slope of a * b is b for the input a, and a for the input b."
)
def _(dout, a, b):
    return dout, dout


@multiply_backward.mistake("you added the two parts, as for (uv)' in one variable. Here a and b are two inputs: each has its own gradient.")
def _(dout, a, b):
    return dout * (a + b), dout * (a + b)


@multiply_backward.mistake("you multiplied by the output a * b. The slope for the input a is b alone: da = dout * b, db = dout * a.")
def _(dout, a, b):
    return dout * a * b, dout * a * b


@multiply_backward.mistake("you added dout and the slope. Slopes along a path are multiplied: da = dout * b.")
def _(dout, a, b):
    return dout + b, dout + a


@multiply_backward.mistake(
    "you divided dout by the inputs. The slope of a * b for a is b, and it multiplies: da = dout * b, db = dout * a."
)
def _(dout, a, b):
    return dout / a, dout / b


@multiply_backward.mistake("da is right. db is the slope alone: dout multiplies it too, db = dout * a.")
def _(dout, a, b):
    return dout * b, a


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
    properties=((NUDGED, matches_nudges(max, 2, draw=two_to_compare)),),
)
def max_backward(dout, a, b):
    if a > b:
        return dout, 0.0
    return 0.0, dout


@max_backward.also_right
def _(dout, a, b):
    return dout * (a > b), dout * (a <= b)


@max_backward.mistake("each input was compared with 0. The two are compared with one another: da is dout if a > b, else 0.")
def _(dout, a, b):
    return dout * (a > 0), dout * (b > 0)


@max_backward.mistake("both inputs got dout. Nudge the smaller one: the maximum does not move, so its gradient is 0.")
def _(dout, a, b):
    return dout, dout


@max_backward.mistake("dout went to a each time. It goes to the larger input, and that can be b: compare first, if a > b.")
def _(dout, a, b):
    return dout, 0.0


@max_backward.mistake("dout went to the smaller input. The larger one sets the maximum and gets dout: compare a > b, signs included.")
def _(dout, a, b):
    return (0.0, dout) if a > b else (dout, 0.0)


@max_backward.mistake(
    "multiplying by the other input is the rule of the multiply gate. Here the larger input gets dout, the smaller one 0."
)
def _(dout, a, b):
    return dout * b, dout * a


@max_backward.mistake("you multiplied by the value of the larger input. Its slope is 1: it gets dout as it is.")
def _(dout, a, b):
    return (dout * a, 0.0) if a > b else (0.0, dout * b)


@max_backward.mistake("1 and 0 are the slopes alone: multiply them by dout.")
def _(dout, a, b):
    return (1.0, 0.0) if a > b else (0.0, 1.0)


@max_backward.mistake("you shared dout out, half to each input. The larger one alone sets the maximum: it gets all of dout.")
def _(dout, a, b):
    return dout / 2, dout / 2


@max_backward.mistake(
    "these are max(a, b) and min(a, b) times dout. What counts is the slope: dout for the larger input, 0 for the smaller one."
)
def _(dout, a, b):
    return dout * max(a, b), dout * min(a, b)


def fan_out_slope(dp, dq, a, b):
    return numerical_gradient(lambda x: float(dp * x[0] * b + dq * x[0] ** 2), np.array([a], dtype=float))[0]


def fan_out_nudged(answer, rng):
    for _ in range(5):
        dp, dq, a, b = numbers(4)(rng)
        if not np.allclose(answer(dp, dq, a, b), fan_out_slope(dp, dq, a, b), atol=1e-6):
            return "your gradient does not agree with what happens when a is nudged by a tiny step."
    return True


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
    properties=((NUDGED, fan_out_nudged),),
)
def fan_out_backward(dp, dq, a, b):
    from_p = dp * b
    from_q = dq * 2 * a
    return from_p + from_q


@fan_out_backward.also_right
def _(dp, dq, a, b):
    return np.dot([dp, dq], [b, 2 * a])


@fan_out_backward.mistake("the path through q is missing. a acts on the loss along both paths: add what comes back along each.")
def _(dp, dq, a, b):
    return dp * b


@fan_out_backward.mistake("the path through p is missing. Was its part overwritten? a acts along both paths: add, with += and not =.")
def _(dp, dq, a, b):
    return dq * 2 * a


@fan_out_backward.mistake("you took the mean of the two paths. Nudging a moves the loss by the sum of both effects: add, do not average.")
def _(dp, dq, a, b):
    return (dp * b + dq * 2 * a) / 2


@fan_out_backward.mistake("dp + dq are the upstream gradients alone. Multiply each by the slope of its own gate first: b, and 2 a.")
def _(dp, dq, a, b):
    return dp + dq


@fan_out_backward.mistake("the slope of a squared is 2 a: the factor 2 is missing on the path through q.")
def _(dp, dq, a, b):
    return dp * b + dq * a


@fan_out_backward.mistake("on the path through p you used the slope a. That is the slope for b; the slope of a * b for a is b.")
def _(dp, dq, a, b):
    return dp * a + dq * 2 * a


@fan_out_backward.mistake("the two paths are multiplied. Slopes are multiplied along one path; different paths are added.")
def _(dp, dq, a, b):
    return dp * b * dq * 2 * a


@fan_out_backward.mistake("dp and dq are mixed up: p = a * b has slope b and upstream dp, q = a squared has slope 2 a and upstream dq.")
def _(dp, dq, a, b):
    return dq * b + dp * 2 * a


@fan_out_backward.mistake("on the path through q you used the value a squared. What counts is its slope, 2 a.")
def _(dp, dq, a, b):
    return dp * b + dq * a**2


@fan_out_backward.mistake("b + 2 a are the slopes alone: multiply b by dp and 2 a by dq, then add.")
def _(dp, dq, a, b):
    return b + 2 * a


@fan_out_backward.mistake(
    "on the path through q you used slope 1, as in the example before, where q = a + b. Here q = a * a, with slope 2 a."
)
def _(dp, dq, a, b):
    return dp * b + dq


@fan_out_backward.mistake("on the path through q the slope is 2 a, not 2: the a is missing.")
def _(dp, dq, a, b):
    return dp * b + dq * 2


@fan_out_backward.mistake("you multiplied dp and dq by the values p and q. Multiply each by the slope of its gate for a: b, and 2 a.")
def _(dp, dq, a, b):
    return dp * a * b + dq * a**2


@fan_out_backward.mistake(
    "each upstream gradient belongs to its own path: dp meets b only, and dq meets 2 a only. Multiply first, then add."
)
def _(dp, dq, a, b):
    return (dp + dq) * (b + 2 * a)


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
    properties=((NUDGED, matches_nudges(lambda a: a * a, 1)),),
)
def square_backward(dout, a):
    return dout * 2 * a


@square_backward.also_right
def _(dout, a):
    return dout * a + dout * a  # a multiply gate with a on both inputs, and a fan-out


@square_backward.mistake("the factor 2 is missing: a * a has a on both inputs, and each of the two paths brings dout * a.")
def _(dout, a):
    return dout * a


@square_backward.mistake("2 a is the slope alone: multiply it by dout.")
def _(dout, a):
    return 2 * a


@square_backward.mistake("you multiplied dout by the value a squared. What counts is the slope, 2 a.")
def _(dout, a):
    return dout * a**2


@square_backward.mistake("the slope is 2 a, not 2: the square rises faster where a is larger. The a is missing.")
def _(dout, a):
    return 2 * dout


@square_backward.mistake("you squared the upstream gradient. It is a factor as it is: da = dout * 2 * a.")
def _(dout, a):
    return dout**2 * 2 * a


@square_backward.mistake("you differentiated the square of dout, 2 dout. The gate squares a: its slope is 2 a, and dout multiplies it.")
def _(dout, a):
    return 2 * dout * a**2


@square_backward.mistake("you added dout and the slope 2 a. Slopes along a path are multiplied: da = dout * 2 * a.")
def _(dout, a):
    return dout + 2 * a


@square_backward.mistake("you squared dout * a. The slope of the square is 2 a: da = dout * 2 * a.")
def _(dout, a):
    return (dout * a) ** 2


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
    properties=((NUDGED, matches_nudges(sigmoid, 1)),),
)
def sigmoid_backward(dout, a):
    s = 1 / (1 + np.exp(-a))
    return dout * s * (1 - s)


@sigmoid_backward.also_right
def _(dout, a):
    return dout * np.exp(-a) / (1 + np.exp(-a)) ** 2


@sigmoid_backward.mistake("you used the input where the output belongs: the slope is s (1 - s) with s = 1 / (1 + e^-a), not a (1 - a).")
def _(dout, a):
    return dout * a * (1 - a)


@sigmoid_backward.mistake("s (1 - s) is the slope alone: multiply it by dout.")
def _(dout, a):
    s = sigmoid(a)
    return s * (1 - s)


@sigmoid_backward.mistake("you multiplied by the output s. What counts is the slope, s (1 - s).")
def _(dout, a):
    return dout * sigmoid(a)


@sigmoid_backward.mistake("1 - s squared is the slope of tanh. The sigmoid's is s (1 - s).")
def _(dout, a):
    return dout * (1 - sigmoid(a) ** 2)


@sigmoid_backward.mistake("half of the slope is missing: it is s times (1 - s), not 1 - s alone.")
def _(dout, a):
    return dout * (1 - sigmoid(a))


@sigmoid_backward.mistake(
    "the sign is wrong: a sigmoid rises everywhere. Either s has e^+a in place of e^-a, or a minus was lost: da = dout * s * (1 - s)."
)
def _(dout, a):
    s = sigmoid(-a)
    return -dout * s * (1 - s)


@sigmoid_backward.mistake("you applied the sigmoid once more, to s. Compute s from a once, then use s (1 - s).")
def _(dout, a):
    s = sigmoid(sigmoid(a))
    return dout * s * (1 - s)


@sigmoid_backward.mistake("brackets are missing: without them 1 times something is computed before the minus. Write dout * s * (1 - s).")
def _(dout, a):
    s = sigmoid(a)
    return dout * s * 1 - s


@sigmoid_backward.mistake("the second factor takes the input a. It is 1 minus the output: s * (1 - s).")
def _(dout, a):
    return dout * sigmoid(a) * (1 - a)


@sigmoid_backward.mistake("the sign in the second factor is wrong: the slope is s (1 - s), not s (1 + s).")
def _(dout, a):
    s = sigmoid(a)
    return dout * s * (1 + s)


@sigmoid_backward.mistake("the sigmoid is 1 / (1 + e^-a): in your denominator e^-a is subtracted.")
def _(dout, a):
    s = 1 / (1 - np.exp(-a))
    return dout * s * (1 - s)


@sigmoid_backward.mistake("the second factor is 1 - s: the slope is s (1 - s), not s squared.")
def _(dout, a):
    return dout * sigmoid(a) ** 2


@sigmoid_backward.mistake("dout went into the sigmoid. Only a goes in; dout multiplies the slope afterwards: dout * s * (1 - s).")
def _(dout, a):
    s = sigmoid(dout * a)
    return s * (1 - s)


@sigmoid_backward.mistake("this is the slope of a ReLU, 1 or 0. The gate here is a sigmoid, with slope s (1 - s).")
def _(dout, a):
    return dout * (a > 0)


# ---- week 2a: the whole 2-2-1 network, one example, single numbers


def scalar_inputs(rng):
    """One example and the nine parameters. The biases put one hidden unit off, or neither, so that the mask matters.

    Both are on in the first round: a gradient that is 0 there would count as right, whatever is wrong before it.
    """
    x1, x2, w11, w12, w21, w22, v1, v2, c = (number(rng) for _ in range(9))
    z1, z2 = [(0.8, 1.2), (0.6, -1.1), (-0.7, 0.9)][rng.integers(3)]
    b1, b2 = np.asarray(z1 - x1 * w11 - x2 * w21), np.asarray(z2 - x1 * w12 - x2 * w22)
    y = np.asarray(float(rng.integers(2)))
    return x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c


def scalar_loss(x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c):
    s = max(x1 * w11 + x2 * w21 + b1, 0) * v1 + max(x1 * w12 + x2 * w22 + b2, 0) * v2 + c
    return float(np.logaddexp(0, s) - y * s)


def scalar_slopes(x1, x2, y, parameters):
    return numerical_gradient(lambda theta: scalar_loss(x1, x2, y, *theta), np.array(parameters, dtype=float))


def scalar_nudged(answer, rng):
    for _ in range(5):
        x1, x2, y, *parameters = scalar_inputs(rng)
        if not np.allclose(np.ravel(answer(x1, x2, y, *parameters)), scalar_slopes(x1, x2, y, parameters), atol=1e-6):
            return "your gradients do not agree with what happens when a parameter is nudged by a tiny step."
    return True


@exercise(
    "week2.scalar_gradients",
    title="A whole backward pass, one number at a time",
    minutes=20,
    difficulty=4,
    importance=5,
    returns={name: None for name in ("dw11", "dw12", "dw21", "dw22", "db1", "db2", "dv1", "dv2", "dc")},
    inputs=scalar_inputs,
    hints=(
        "First write the forward pass and keep z1, z2, a1, a2, s, p. Then walk back from L, one gate at a time.",
        "ds = p - y; dv = ds * a; dc = ds; da = ds * v; dz = da where z > 0, else 0; dw = dz * its own x; db = dz.",
        "z1 = ...; z2 = ...; a1 = max(z1, 0); ...; p = 1 / (1 + np.exp(-s)); ds = ...; da1 = ds * ...; dz1 = da1 * (z1 > 0); dw21 = dz1 * ...",
    ),
    properties=(("all nine agree with nudging on 5 random networks", scalar_nudged),),
)
def scalar_gradients(x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c):
    z1 = x1 * w11 + x2 * w21 + b1
    z2 = x1 * w12 + x2 * w22 + b2
    a1, a2 = max(z1, 0), max(z2, 0)
    s = a1 * v1 + a2 * v2 + c
    p = 1 / (1 + np.exp(-s))

    ds = p - y
    dv1, dv2, dc = ds * a1, ds * a2, ds
    da1, da2 = ds * v1, ds * v2
    dz1, dz2 = da1 * (z1 > 0), da2 * (z2 > 0)
    dw11, dw21, db1 = dz1 * x1, dz1 * x2, dz1
    dw12, dw22, db2 = dz2 * x1, dz2 * x2, dz2
    return dw11, dw12, dw21, dw22, db1, db2, dv1, dv2, dc


@scalar_gradients.also_right
def _(x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c):
    x, W, v = np.array([[x1, x2]]), np.array([[w11, w12], [w21, w22]]), np.array([[v1], [v2]])
    Z = x @ W + np.array([[b1, b2]])
    A = np.maximum(Z, 0)
    p = sigmoid(A @ v + c)
    dp = -y / p + (1 - y) / (1 - p)  # through the loss and the sigmoid one after the other
    ds = dp * p * (1 - p)
    dZ = ds @ v.T * (Z > 0)
    dW = x.T @ dZ
    return *dW.ravel(), *dZ.ravel(), *(A.T @ ds).ravel(), ds.item()


def scalar_variant(arguments, *, score=lambda s, p, y: p - y, slope=lambda z, da: 1.0 * (z > 0), seen=lambda z: max(z, 0), **changed):
    """The same backward pass with one thing changed: the raw material of the stored mistakes."""
    x1, x2, y, w11, w12, w21, w22, b1, b2, v1, v2, c = arguments
    z1, z2 = x1 * w11 + x2 * w21 + b1, x1 * w12 + x2 * w22 + b2
    s = max(z1, 0) * v1 + max(z2, 0) * v2 + c
    ds = score(s, sigmoid(s), y)
    da1, da2 = ds * v1, ds * v2
    if changed.get("no v"):
        da1, da2 = ds, ds
    if changed.get("own factor"):
        da1, da2 = ds * max(z1, 0), ds * max(z2, 0)
    dz1, dz2 = da1 * slope(z1, da1), da2 * slope(z2, da2)
    dv1, dv2 = (ds * v1, ds * v2) if changed.get("own factor") else (ds * seen(z1), ds * seen(z2))
    dw11, dw21, dw12, dw22 = dz1 * x1, dz1 * x2, dz2 * x1, dz2 * x2
    db1, db2 = (dz1 * b1, dz2 * b2) if changed.get("bias") else (dz1, dz2)
    if changed.get("no input"):
        dw11, dw21, dw12, dw22 = dz1, dz1, dz2, dz2
    if changed.get("score for da"):
        db1, db2 = ds, ds
    if changed.get("wrong x"):
        dw12, dw21 = dz2 * x2, dz1 * x1
    if changed.get("swapped"):
        dw12, dw21 = dw21, dw12
    return dw11, dw12, dw21, dw22, db1, db2, dv1, dv2, ds


@scalar_gradients.mistake(
    "all gradients have the wrong sign: ds is p - y, not y - p. If you went through dp: it begins with a minus, -y/p + (1 - y)/(1 - p)."
)
def _(*arguments):
    return scalar_variant(arguments, score=lambda s, p, y: y - p)


@scalar_gradients.mistake("the sigmoid's slope is missing: ds is dp times p (1 - p). All of it together shortens to ds = p - y.")
def _(*arguments):
    return scalar_variant(arguments, score=lambda s, p, y: -y / p + (1 - y) / (1 - p))


@scalar_gradients.mistake(
    "2 (s - y) is the start of the squared error in the worked example. Here the loss is the cross-entropy: ds = p - y."
)
def _(*arguments):
    return scalar_variant(arguments, score=lambda s, p, y: 2 * (s - y))


@scalar_gradients.mistake("2 (p - y) is the slope of a squared error in p. Here the loss is the cross-entropy: ds = p - y.")
def _(*arguments):
    return scalar_variant(arguments, score=lambda s, p, y: 2 * (p - y))


@scalar_gradients.mistake("the max gate is missing on the way back: a unit with z < 0 has slope 0, so dz = da * (z > 0).")
def _(*arguments):
    return scalar_variant(arguments, slope=lambda z, da: 1.0)


@scalar_gradients.mistake("you cut off negative gradients. The max gate looks at its input, not at the gradient: dz = da * (z > 0).")
def _(*arguments):
    return scalar_variant(arguments, slope=lambda z, da: 1.0 * (da > 0))


@scalar_gradients.mistake("on the way back through the max gate you multiplied by the value a. Its slope is 1 or 0: dz = da * (z > 0).")
def _(*arguments):
    return scalar_variant(arguments, slope=lambda z, da: max(z, 0))


@scalar_gradients.mistake("dw12 and dw21 are mixed up. w12 leads from x1 to unit 2, so dw12 = dz2 * x1; dw21 = dz1 * x2.")
def _(*arguments):
    return scalar_variant(arguments, swapped=True)


@scalar_gradients.mistake(
    "in q = a * v each gradient takes the other factor: dv = ds * a and da = ds * v. You have them the other way round."
)
def _(*arguments):
    return scalar_variant(arguments, **{"own factor": True})


@scalar_gradients.mistake("dv1 and dv2 use z, the value before the max gate. What v was multiplied by is a: dv = ds * a.")
def _(*arguments):
    return scalar_variant(arguments, seen=lambda z: z)


@scalar_gradients.mistake("db1 and db2 are multiplied by the biases. A bias is added, so its slope is 1: db = dz.")
def _(*arguments):
    return scalar_variant(arguments, bias=True)


@scalar_gradients.mistake(
    "the weights of the first layer are multiplied by x1 or x2 on the way forward, so that input is their slope: dw11 = dz1 * x1."
)
def _(*arguments):
    return scalar_variant(arguments, **{"no input": True})


@scalar_gradients.mistake("s - y compares the score with the label. What the label is compared with is the probability: ds = p - y.")
def _(*arguments):
    return scalar_variant(arguments, score=lambda s, p, y: s - y)


@scalar_gradients.mistake("the sigmoid's slope came in twice: p - y holds it already. ds is dp * p (1 - p), or p - y, not both.")
def _(*arguments):
    return scalar_variant(arguments, score=lambda s, p, y: (p - y) * p * (1 - p))


@scalar_gradients.mistake("the sigmoid's slope is written with its output: p (1 - p). You used the score, s (1 - s).")
def _(*arguments):
    return scalar_variant(arguments, score=lambda s, p, y: (-y / p + (1 - y) / (1 - p)) * s * (1 - s))


@scalar_gradients.mistake("v1 and v2 are missing on the way back: each a was multiplied by its v, so da1 = ds * v1 and da2 = ds * v2.")
def _(*arguments):
    return scalar_variant(arguments, **{"no v": True})


@scalar_gradients.mistake("db1 and db2 are ds. They sit in front of the max gate and of v: db1 = dz1, db2 = dz2.")
def _(*arguments):
    return scalar_variant(arguments, **{"score for da": True})


@scalar_gradients.mistake(
    "the four dw are taken from da, before the max gate. They sit in front of it: dw11 = dz1 * x1, with dz = da * (z > 0)."
)
def _(*arguments):
    return *scalar_variant(arguments, slope=lambda z, da: 1.0)[:4], *scalar_variant(arguments)[4:]


@scalar_gradients.mistake("dw12 and dw21 took the wrong x. The first index is the input: dw12 = dz2 * x1, dw21 = dz1 * x2.")
def _(*arguments):
    return scalar_variant(arguments, **{"wrong x": True})


@scalar_gradients.mistake("in the forward pass w12 and w21 are mixed up. w12 leads from x1 to unit 2: z1 = x1 * w11 + x2 * w21 + b1.")
def _(x1, x2, y, w11, w12, w21, w22, *others):
    return scalar_variant((x1, x2, y, w11, w21, w12, w22, *others))


@scalar_gradients.mistake(
    "w12 and w21 are mixed up, forward and back. w12 leads from x1 to unit 2: z1 = x1 * w11 + x2 * w21 + b1, and dw12 = dz2 * x1."
)
def _(x1, x2, y, w11, w12, w21, w22, *others):
    return scalar_variant((x1, x2, y, w11, w21, w12, w22, *others), swapped=True)


@scalar_gradients.mistake("dc is multiplied by c. A bias is added, so its slope is 1: dc = ds.")
def _(*arguments):
    return *scalar_variant(arguments)[:-1], scalar_variant(arguments)[-1] * arguments[-1]


@scalar_gradients.mistake("dc is the slope 1 alone. What comes from behind multiplies it: dc = ds.")
def _(*arguments):
    return *scalar_variant(arguments)[:-1], 1.0


@scalar_gradients.mistake(
    "the numbers are right, the order is not: first the four dw, then db1 and db2. Return them as the docstring lists them."
)
def _(*arguments):
    dw11, dw12, dw21, dw22, db1, db2, *others = scalar_variant(arguments)
    return dw11, dw21, db1, dw12, dw22, db2, *others


@scalar_gradients.mistake("the numbers are right, but they stand in the order of the way back. Return them as the docstring lists them.")
def _(*arguments):
    dw11, dw12, dw21, dw22, db1, db2, dv1, dv2, dc = scalar_variant(arguments)
    return dc, dv1, dv2, db1, db2, dw11, dw12, dw21, dw22


# ---- week 2b: one layer


def layer_inputs(rng):
    """dZ, X, W of one layer; W is square, so that a missing transpose cannot hide behind a shape."""
    return rng.standard_normal((5, 4)), rng.standard_normal((5, 4)), rng.standard_normal((4, 4))


def matches_finite_differences(answer, rng):
    dZ, X, W = layer_inputs(rng)
    dX, dW, _ = answer(dZ, X, W)
    for got, array in ((dX, X), (dW, W)):
        if np.abs(got - numerical_gradient(lambda _: float((X @ W * dZ).sum()), array)).max() > 1e-7:
            return "the gradient does not agree with finite differences of L = sum(Z * dZ)."
    return True


@exercise(
    "week2.dense_backward",
    title="The backward pass of a dense layer",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"dX": "X.shape", "dW": "W.shape", "db": "b.shape, that is (1, n_out)"},
    inputs=layer_inputs,
    hints=(
        "Each weight W[k, j] touches every row of column j of Z. Add up what it does there.",
        "dX = dZ W^T, dW = X^T dZ, db = the sum of dZ over the examples.",
        "dX = dZ @ ...; dW = ... @ dZ; db = dZ.sum(axis=..., keepdims=True)",
    ),
    properties=(("dX and dW match finite differences", matches_finite_differences),),
)
def dense_backward(dZ, X, W):
    dX = dZ @ W.T
    dW = X.T @ dZ
    db = dZ.sum(axis=0, keepdims=True)
    return dX, dW, db


@dense_backward.also_right
def _(dZ, X, W):
    return np.einsum("ij,kj->ik", dZ, W), np.einsum("ik,ij->kj", X, dZ), np.ones((1, len(dZ))) @ dZ


@dense_backward.mistake("dX is dZ W^T: you multiplied by W without its transpose. For a square W the shapes fit all the same.")
def _(dZ, X, W):
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


@dense_backward.mistake("dW is X^T dZ: you have dZ^T X, which is its transpose.")
def _(dZ, X, W):
    return dZ @ W.T, dZ.T @ X, dZ.sum(axis=0, keepdims=True)


@dense_backward.mistake("db is a mean where the sum is meant: the 1/m of the loss is already in dZ, it enters once.")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.mean(axis=0, keepdims=True)


@dense_backward.mistake("dW and db are divided by m, but the 1/m of the loss is already in dZ: it enters once.")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ / len(X), dZ.sum(axis=0, keepdims=True) / len(X)


@dense_backward.mistake("db has lost its axis: write keepdims=True, so that it has the shape of b, (1, n_out).")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


@dense_backward.mistake("db is summed over the units. Every example adds to the same bias, so sum over the examples: axis=0.")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=1, keepdims=True)


@dense_backward.mistake("the three are right, but in another order: return dX, dW, db.")
def _(dZ, X, W):
    return X.T @ dZ, dZ.sum(axis=0, keepdims=True), dZ @ W.T


@dense_backward.mistake("dX and dW have changed places: return dX, dW, db.")
def _(dZ, X, W):
    return X.T @ dZ, dZ @ W.T, dZ.sum(axis=0, keepdims=True)


@dense_backward.mistake("db is one number for all units. Each unit has its own bias: sum over the examples only, axis=0, keepdims=True.")
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ.sum()


@dense_backward.mistake(
    "db is dZ itself, one row for each example. The bias is shared by all of them: add the rows, .sum(axis=0, keepdims=True)."
)
def _(dZ, X, W):
    return dZ @ W.T, X.T @ dZ, dZ


@dense_backward.mistake("dX went through a ReLU's mask. This is the dense layer alone: dX = dZ W^T.")
def _(dZ, X, W):
    return dZ @ W.T * (X > 0), X.T @ dZ, dZ.sum(axis=0, keepdims=True)


@dense_backward.mistake("dX is multiplied by X. X is what you take the gradient for; its slope is W alone: dX = dZ W^T.")
def _(dZ, X, W):
    return dZ @ W.T * X, X.T @ dZ, dZ.sum(axis=0, keepdims=True)


def relu_inputs(rng):
    return rng.standard_normal((5, 4)), rng.standard_normal((5, 4))


def relu_nudged(answer, rng):
    dA, Z = relu_inputs(rng)
    Z += 0.01 * np.sign(Z)  # off the kink, where a nudge would see both sides
    numeric = numerical_gradient(lambda Z: float((np.maximum(Z, 0) * dA).sum()), Z.copy())
    return np.allclose(answer(dA, Z), numeric, atol=1e-7) or "your dZ does not agree with finite differences of L = sum(A * dA)."


def closed_at_zero(answer, rng):
    dA = rng.standard_normal((2, 3))
    return not np.any(answer(dA, np.zeros((2, 3)))) or "at z = 0 exactly, dZ must be 0: the mask is Z > 0, not Z >= 0."


@exercise(
    "week2.relu_backward",
    title="The backward pass of a ReLU",
    minutes=5,
    difficulty=2,
    importance=5,
    returns={"dZ": "Z.shape"},
    inputs=relu_inputs,
    hints=(
        "A ReLU is a max gate, max(z, 0), for every entry. Which entries let the gradient through?",
        "dZ is dA where Z > 0, and 0 elsewhere.",
        "return dA * (...): a comparison gives True and False, which multiply as 1 and 0.",
    ),
    properties=(("matches finite differences", relu_nudged), ("is 0 where z is exactly 0", closed_at_zero)),
)
def relu_backward(dA, Z):
    return dA * (Z > 0)


@relu_backward.also_right
def _(dA, Z):
    return np.where(Z > 0, dA, 0.0)


@relu_backward.mistake("you cut off the negative entries of dA. It is Z that decides who passes, not the gradient: dA * (Z > 0).")
def _(dA, Z):
    return np.maximum(dA, 0)


@relu_backward.mistake("nothing is blocked. Either the mask is missing, or it was taken from A >= 0, which is true everywhere: use Z > 0.")
def _(dA, Z):
    return dA * (np.maximum(Z, 0) >= 0)


@relu_backward.mistake("you multiplied by the output max(Z, 0). What counts is the slope, which is 1 or 0: dA * (Z > 0).")
def _(dA, Z):
    return dA * np.maximum(Z, 0)


@relu_backward.mistake("this is the mask alone, the slopes 1 and 0: multiply it by dA.")
def _(dA, Z):
    return (Z > 0) * 1.0


@relu_backward.mistake("the mask is the wrong way round: the gradient passes where Z > 0.")
def _(dA, Z):
    return dA * (Z < 0)


@relu_backward.mistake("you multiplied by Z. The slope of a ReLU is 1 where Z > 0 and 0 elsewhere: dA * (Z > 0).")
def _(dA, Z):
    return dA * Z


@relu_backward.mistake("where Z < 0 you return Z in place of a gradient: there dZ is 0.")
def _(dA, Z):
    return np.where(Z > 0, dA, Z)


@relu_backward.mistake("you multiplied by the sign of Z, which is -1 where Z < 0. There the slope is 0: dA * (Z > 0).")
def _(dA, Z):
    return dA * np.sign(Z)


@relu_backward.mistake("this is the forward pass, max(Z, 0). Going back, dA is what passes, where Z > 0: dA * (Z > 0).")
def _(dA, Z):
    return np.maximum(Z, 0)


@relu_backward.mistake("dA and Z have changed places: dA passes, and Z decides where. Write dA * (Z > 0).")
def _(dA, Z):
    return Z * (dA > 0)


@relu_backward.mistake("you kept only the entries that pass, so the shape is lost. The others stay in place, as 0: dA * (Z > 0).")
def _(dA, Z):
    return dA[Z > 0]


def logits_and_labels(rng):
    """Logits (7, 3) and labels neither sorted nor equally frequent."""
    return rng.standard_normal((7, 3)) * 2, rng.permutation([0, 2, 1, 2, 2, 0, 2])


def cross_entropy(Z, y):
    """The loss as the course prints it, a mean over the examples."""
    Z = Z - Z.max(axis=1, keepdims=True)
    return float((np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]).mean())


def logits_nudged(answer, rng):
    Z, y = logits_and_labels(rng)
    numeric = numerical_gradient(lambda Z: cross_entropy(Z, y), Z.copy())
    return np.allclose(answer(Z, y), numeric, atol=1e-7) or "your dZ does not agree with finite differences of the loss."


def rows_sum_to_zero(answer, rng):
    return np.allclose(answer(*logits_and_labels(rng)).sum(axis=1), 0)


@exercise(
    "week2.softmax_cross_entropy_backward",
    title="Where the backward pass starts: softmax with cross-entropy",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"dZ": "Z.shape"},
    inputs=logits_and_labels,
    hints=(
        "Compute the probabilities P first. The gradient compares them with the one-hot labels Y.",
        "dZ = (P - Y) / m, with P the softmax of each row and m the number of examples.",
        "E = np.exp(Z - Z.max(axis=1, keepdims=True)); P = E / ...; Y = np.eye(...)[y]; return (P - Y) / len(y)",
    ),
    properties=(("matches finite differences of the loss", logits_nudged), ("each row sums to 0", rows_sum_to_zero)),
)
def softmax_cross_entropy_backward(Z, y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    Y = np.eye(Z.shape[1])[y]
    return (P - Y) / len(y)


@softmax_cross_entropy_backward.also_right
def _(Z, y):
    dZ = np.exp(Z) / np.exp(Z).sum(axis=1)[:, None]
    dZ[np.arange(len(y)), y] -= 1
    return dZ / len(y)


@softmax_cross_entropy_backward.mistake(
    "the 1/m is missing. The loss is a mean over m examples, and here is the one place where it enters: (P - Y) / m."
)
def _(Z, y):
    return softmax(Z) - np.eye(3)[y]


@softmax_cross_entropy_backward.mistake("the sign is turned: it is P - Y. Raising the score of a wrong class raises the loss.")
def _(Z, y):
    return (np.eye(3)[y] - softmax(Z)) / len(y)


@softmax_cross_entropy_backward.mistake(
    "the softmax runs down the columns, so examples are mixed. Each row is an example: sum over axis=1."
)
def _(Z, y):
    return (np.exp(Z) / np.exp(Z).sum(axis=0) - np.eye(3)[y]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "the softmax divides by the sum of the whole matrix. Each row is a set of probabilities: .sum(axis=1, keepdims=True)."
)
def _(Z, y):
    return (np.exp(Z) / np.exp(Z).sum() - np.eye(3)[y]) / len(y)


@softmax_cross_entropy_backward.mistake("Y is missing: take 1 off the probability of the right class in each row.")
def _(Z, y):
    return softmax(Z) / len(y)


@softmax_cross_entropy_backward.mistake(
    "you took 1 off whole columns: P[:, y] means every row at the columns y. Write P[np.arange(m), y] -= 1."
)
def _(Z, y):
    P = softmax(Z)
    P[:, y] -= 1
    return P / len(y)


@softmax_cross_entropy_backward.mistake(
    "you divided by the number of all entries, m times k. The loss is a mean over the m examples: divide by m."
)
def _(Z, y):
    return (softmax(Z) - np.eye(3)[y]) / Z.size


@softmax_cross_entropy_backward.mistake(
    "these are scores minus labels: the softmax is missing. Turn each row of Z into probabilities first."
)
def _(Z, y):
    return (Z - np.eye(3)[y]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "-Y / P is the gradient with respect to the probabilities. One step is left, back through the softmax: dZ = (P - Y) / m."
)
def _(Z, y):
    return -np.eye(3)[y] / softmax(Z) / len(y)


@softmax_cross_entropy_backward.mistake(
    "you took the class index y off the probabilities, as if it were a number. Use its one-hot row: Y = np.eye(Z.shape[1])[y]."
)
def _(Z, y):
    return (softmax(Z) - y[:, None]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "the slope p (1 - p) came in a second time: P - Y is already the gradient for the scores. Write (P - Y) / m."
)
def _(Z, y):
    P = softmax(Z)
    return (P - np.eye(3)[y]) * P * (1 - P) / len(y)


@softmax_cross_entropy_backward.mistake(
    "this is a sigmoid of each score. The classes share one softmax: divide e^Z by the sum of its row, .sum(axis=1, keepdims=True)."
)
def _(Z, y):
    return (sigmoid(Z) - np.eye(3)[y]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "you divided by k, the number of classes. The loss is a mean over the m examples: divide by m, len(y)."
)
def _(Z, y):
    return (softmax(Z) - np.eye(3)[y]) / Z.shape[1]


@softmax_cross_entropy_backward.mistake(
    "you took the maximum of each column off, so the rows no longer agree. Take off the maximum of each row: axis=1, keepdims=True."
)
def _(Z, y):
    E = np.exp(Z - Z.max(axis=0))
    return (E / E.sum(axis=1, keepdims=True) - np.eye(3)[y]) / len(y)


@softmax_cross_entropy_backward.mistake(
    "this is the loss itself, one number. Asked for is its gradient, one number for each score: dZ = (P - Y) / m."
)
def _(Z, y):
    return cross_entropy(Z, y)


@softmax_cross_entropy_backward.mistake(
    "only the right class of each example is here. The scores of the other classes have a gradient too, P / m: return the whole (P - Y) / m."
)
def _(Z, y):
    return (softmax(Z)[np.arange(len(y)), y] - 1) / len(y)


# ---- week 2b: the two-layer network


def network_inputs(rng):
    """X, y and the parameters of a 2-3-3 network: W2 is square, the biases are not 0, the labels not sorted."""
    X, y = rng.standard_normal((7, 2)), rng.permutation([0, 2, 1, 2, 2, 0, 2])
    return X, y, rng.standard_normal((2, 3)), rng.standard_normal((1, 3)), rng.standard_normal((3, 3)), rng.standard_normal((1, 3))


def network_nudged(answer, rng):
    X, y, *theta = network_inputs(rng)

    def loss(_):
        return cross_entropy(np.maximum(X @ theta[0] + theta[1], 0) @ theta[2] + theta[3], y)

    for name, got, array in zip(("dW1", "db1", "dW2", "db2"), answer(X, y, *theta), theta):
        if not np.allclose(got, numerical_gradient(loss, array), atol=1e-7):
            return f"{name} does not agree with finite differences of the loss."
    return True


def two_layer(
    arguments,
    *,
    scores=lambda P, Y: (P - Y) / len(P),
    seen=lambda Z1, A1: A1,
    back=lambda dZ2, W2: dZ2 @ W2.T,
    mask=lambda Z1, A1, dA1: Z1 > 0,
    sum1=lambda dZ: dZ.sum(axis=0, keepdims=True),
    sum2=lambda dZ: dZ.sum(axis=0, keepdims=True),
    hidden=lambda Z1: np.maximum(Z1, 0),
    bias=1.0,
):
    """The backward pass with its places open to change: the raw material of the stored mistakes."""
    X, y, W1, b1, W2, b2 = arguments
    Z1 = X @ W1 + bias * b1
    A1 = hidden(Z1)
    dZ2 = scores(softmax(A1 @ W2 + bias * b2), np.eye(3)[y])
    dA1 = back(dZ2, W2)
    dZ1 = dA1 * mask(Z1, A1, dA1)
    return X.T @ dZ1, sum1(dZ1), seen(Z1, A1).T @ dZ2, sum2(dZ2)


def mean_over_examples(dZ):
    return dZ.mean(axis=0, keepdims=True)


FOUR_ARRAYS = {"dW1": "W1.shape", "db1": "b1.shape, a single row", "dW2": "W2.shape", "db2": "b2.shape, a single row"}


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
def _(X, y, W1, b1, W2, b2):
    dW1, db1, dW2, db2 = two_layer((X, y, W1, b1, W2, b2), scores=lambda P, Y: P - Y)
    return dW1 / len(X), db1 / len(X), dW2 / len(X), db2 / len(X)  # the other convention for 1/m


@network_gradients.mistake("the 1/m is missing: the loss is a mean over the examples, so dZ2 = (P - Y) / m.")
def _(*arguments):
    return two_layer(arguments, scores=lambda P, Y: P - Y)


@network_gradients.mistake("all four have the wrong sign: dZ2 is (P - Y) / m, not (Y - P) / m.")
def _(*arguments):
    return two_layer(arguments, scores=lambda P, Y: (Y - P) / len(P))


@network_gradients.mistake("the ReLU's mask is missing, or it is true everywhere, as A1 >= 0 is: dZ1 = dA1 * (Z1 > 0).")
def _(*arguments):
    return two_layer(arguments, mask=lambda Z1, A1, dA1: 1.0)


@network_gradients.mistake("the mask comes from the gradient. Z1 decides who passes: dZ1 = dA1 * (Z1 > 0).")
def _(*arguments):
    return two_layer(arguments, mask=lambda Z1, A1, dA1: dA1 > 0)


@network_gradients.mistake(
    "dA1 is dZ2 W2^T: you multiplied by W2 without its transpose. Here W2 is square, so the shapes did not warn you."
)
def _(*arguments):
    return two_layer(arguments, back=lambda dZ2, W2: dZ2 @ W2)


@network_gradients.mistake("dW2 uses Z1, the value before the ReLU. What W2 was multiplied by is A1: dW2 = A1^T dZ2.")
def _(*arguments):
    return two_layer(arguments, seen=lambda Z1, A1: Z1)


@network_gradients.mistake("dW2 is transposed: it is A1^T dZ2, and you have dZ2^T A1. W2 is square here, so the shapes did not warn you.")
def _(*arguments):
    dW1, db1, dW2, db2 = two_layer(arguments)
    return dW1, db1, dW2.T, db2


@network_gradients.mistake("db1 and db2 are means where sums are meant: the 1/m is already in dZ2, it enters once.")
def _(*arguments):
    return two_layer(arguments, sum1=mean_over_examples, sum2=mean_over_examples)


@network_gradients.mistake("the 1/m enters twice: dZ2 has it already, so none of the four arrays is divided by m again.")
def _(*arguments):
    return tuple(array / len(arguments[0]) for array in two_layer(arguments))


@network_gradients.mistake(
    "db1 and db2 have lost their axis: write .sum(axis=0, keepdims=True), so that they have the shapes of b1 and b2."
)
def _(*arguments):
    return two_layer(arguments, sum1=lambda dZ: dZ.sum(axis=0), sum2=lambda dZ: dZ.sum(axis=0))


@network_gradients.mistake("on the way back through the ReLU you multiplied by A1. Its slope is 1 or 0: dZ1 = dA1 * (Z1 > 0).")
def _(*arguments):
    return two_layer(arguments, mask=lambda Z1, A1, dA1: A1)


@network_gradients.mistake("in the forward pass the ReLU is missing: A1 = np.maximum(Z1, 0) goes into the second layer.")
def _(*arguments):
    return two_layer(arguments, hidden=lambda Z1: Z1)


@network_gradients.mistake("in the forward pass the biases are missing: Z1 = X @ W1 + b1, and Z2 = A1 @ W2 + b2.")
def _(*arguments):
    return two_layer(arguments, bias=0.0)


@network_gradients.mistake("db1 adds up dA1. The bias sits in front of the ReLU: sum dZ1, the gradient behind the mask.")
def _(*arguments):
    dW1, _, dW2, db2 = two_layer(arguments)
    return dW1, two_layer(arguments, mask=lambda Z1, A1, dA1: 1.0)[1], dW2, db2


@network_gradients.mistake("dW1 and db1 are divided by m again. The 1/m entered in dZ2 and came back with it: only there.")
def _(*arguments):
    dW1, db1, dW2, db2 = two_layer(arguments)
    return dW1 / len(arguments[0]), db1 / len(arguments[0]), dW2, db2


@network_gradients.mistake("the arrays are right, but the second layer comes first: return dW1, db1, dW2, db2.")
def _(*arguments):
    dW1, db1, dW2, db2 = two_layer(arguments)
    return dW2, db2, dW1, db1


@network_gradients.mistake("the arrays are right, but db1 and dW2 have changed places: return dW1, db1, dW2, db2.")
def _(*arguments):
    dW1, db1, dW2, db2 = two_layer(arguments)
    return dW1, dW2, db1, db2


@network_gradients.mistake("these are the parameters after a step. Asked for are the gradients alone: return dW1, db1, dW2, db2.")
def _(*arguments):
    return tuple(array - gradient for array, gradient in zip(arguments[2:], two_layer(arguments)))


# ---- week 2b: the gradient check


def scaled_cube(x):
    """A smooth function of an array (3, 2) whose entries all act differently, and on one another."""
    return float((np.arange(1.0, 7.0).reshape(3, 2) * x**3).sum() / 6 + x.prod() + (x[0] * x[1]).sum())


def function_and_point(rng):
    """f, x, h. The entries of x differ in size and sign; f is no sum of one-entry functions."""
    return scaled_cube, rng.uniform(0.5, 1.5, (3, 2)) * rng.choice([-1, 1], (3, 2)), 1e-4


def slope_of_a_square(answer, rng):
    x = rng.standard_normal((2, 4))
    return np.allclose(answer(lambda x: float((x**2).sum()), x, 1e-4), 2 * x, atol=1e-8)


@exercise(
    "week2.central_differences",
    title="A gradient without a derivation",
    minutes=12,
    difficulty=3,
    importance=5,
    returns={"gradient": "x.shape"},
    inputs=function_and_point,
    hints=(
        "One entry at a time: nudge it up, nudge it down, see how far f moves, and put it back.",
        "gradient[index] = (f(x with + h there) - f(x with - h there)) / (2 h).",
        "gradient = np.zeros_like(x); for index in np.ndindex(x.shape): up = x.copy(); up[index] += h; down = ...; gradient[index] = (...) / (2 * h)",
    ),
    properties=(("gives 2 x for the sum of squares, in another shape", slope_of_a_square),),
)
def central_differences(f, x, h):
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


@central_differences.also_right
def _(f, x, h):
    return numerical_gradient(f, x, h)


@central_differences.also_right
def _(f, x, h):
    steps = h * np.eye(x.size).reshape(-1, *x.shape)
    return np.array([f(x + step) - f(x - step) for step in steps]).reshape(x.shape) / (2 * h)


def by_entry(f, x, rule):
    """rule(f, x with one entry moved by t) for every entry."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):

        def moved(t, index=index):
            y = x.copy()
            y[index] += t
            return f(y)

        gradient[index] = rule(moved)
    return gradient


@central_differences.mistake(
    "this steps forward only, (f(x + h) - f(x)) / h: its error is of order h, not h^2. Step both ways and divide by 2 h."
)
def _(f, x, h):
    return by_entry(f, x, lambda at: (at(h) - at(0)) / h)


@central_differences.mistake(
    "this steps back only, (f(x) - f(x - h)) / h: its error is of order h, not h^2. Step both ways and divide by 2 h."
)
def _(f, x, h):
    return by_entry(f, x, lambda at: (at(0) - at(-h)) / h)


@central_differences.mistake("the two points lie 2 h apart, and you divided by h: the slope is twice too large.")
def _(f, x, h):
    return by_entry(f, x, lambda at: (at(h) - at(-h)) / h)


@central_differences.mistake("/ 2 * h divides by 2 and then multiplies by h. Brackets: / (2 * h).")
def _(f, x, h):
    return by_entry(f, x, lambda at: (at(h) - at(-h)) / 2 * h)


@central_differences.mistake("this is how far f moves. A slope is that divided by the distance, 2 h.")
def _(f, x, h):
    return by_entry(f, x, lambda at: at(h) - at(-h))


@central_differences.mistake("the sign is turned: f at + h minus f at - h.")
def _(f, x, h):
    return by_entry(f, x, lambda at: (at(-h) - at(h)) / (2 * h))


@central_differences.mistake("all entries are nudged at once, so every place holds the same number. Nudge one entry, and leave the others.")
def _(f, x, h):
    return np.full_like(x, (f(x + h) - f(x - h)) / (2 * h))


@central_differences.mistake(
    "x[i] is a whole row, so all its entries are nudged at once. Loop over np.ndindex(x.shape): one entry at a time."
)
def _(f, x, h):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@central_differences.mistake(
    "entries you have finished stay nudged while the next ones are measured. Start each from a fresh copy, or put the old number back."
)
def _(f, x, h):
    gradient, up, down = np.zeros_like(x), x.copy(), x.copy()
    for index in np.ndindex(x.shape):
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


@central_differences.mistake(
    "f(x + h) nudges all entries at once, which gives one number. Nudge one entry at a time, and keep one number for each."
)
def _(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


@central_differences.mistake(
    "all zeros: up and down are the same array. up = x is a second name and no copy; write up = x.copy() and down = x.copy()."
)
def _(f, x, h):
    return np.zeros_like(x)


@central_differences.mistake("only the second f is divided by 2 h. Brackets round the difference: (f(up) - f(down)) / (2 * h).")
def _(f, x, h):
    return by_entry(f, x, lambda at: at(h) - at(-h) / (2 * h))


@central_differences.mistake("the numbers are right, but in a flat row. Give them the shape of x: gradient.reshape(x.shape).")
def _(f, x, h):
    return numerical_gradient(f, x, h).ravel()


@central_differences.mistake("you used a step of your own, 1e-5. The step is the argument h.")
def _(f, x, h):
    return by_entry(f, x, lambda at: (at(1e-5) - at(-1e-5)) / 2e-5)


@central_differences.mistake("only the first entry is filled: return stands inside the loop. Move it left, behind the loop.")
def _(f, x, h):
    gradient = np.zeros_like(x)
    gradient.flat[0] = numerical_gradient(f, x, h).flat[0]
    return gradient


@central_differences.mistake("the entries are added up. A gradient keeps one number for each entry of x: leave out the sum.")
def _(f, x, h):
    return numerical_gradient(f, x, h).sum()


def two_gradients(rng):
    """An analytic gradient with one tiny entry, and a numeric one a little off everywhere, now the larger, now the smaller of the two."""
    analytic = rng.standard_normal((4, 3))
    analytic[tuple(rng.integers((4, 3)))] = 1e-3
    return analytic, rng.choice([0.97, 1.03]) * analytic + 0.01 * rng.standard_normal((4, 3))


def order_does_not_matter(answer, rng):
    analytic, numeric = two_gradients(rng)
    return np.allclose(answer(analytic, numeric), answer(numeric, analytic), rtol=1e-9, atol=0)


def scale_does_not_matter(answer, rng):
    analytic, numeric = two_gradients(rng)
    if np.allclose(answer(analytic, numeric), answer(1e-6 * analytic, 1e-6 * numeric), rtol=1e-9, atol=0):
        return True
    return "gradients a million times smaller must give the same error. Is there a fixed number in the scale, such as 1 or 1e-10? Leave it out."


@exercise(
    "week2.relative_error",
    title="How far apart are two gradients?",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"error": None},
    inputs=two_gradients,
    hints=(
        "Find the largest distance between two entries. Then ask: large compared with what?",
        "The largest |a - n|, divided by the largest number that stands in either array, taken without its sign.",
        "difference = np.abs(...).max(); scale = max(np.abs(analytic).max(), ...); return difference / scale",
    ),
    properties=(
        ("the order of the two does not matter", order_does_not_matter),
        ("gradients a million times smaller give the same", scale_does_not_matter),
    ),
)
def relative_error(analytic, numeric):
    difference = np.abs(analytic - numeric).max()
    scale = max(np.abs(analytic).max(), np.abs(numeric).max())
    return difference / scale


@relative_error.also_right
def _(analytic, numeric):
    return np.linalg.norm((analytic - numeric).ravel(), np.inf) / np.abs(np.stack([analytic, numeric])).max()


@relative_error.mistake(
    "this is the absolute error: 1e-6 is fine for gradients near 1, and hopeless for gradients near 1e-6. Divide by the largest entry."
)
def _(analytic, numeric):
    return np.abs(analytic - numeric).max()


@relative_error.mistake(
    "you divided entry by entry: an entry that is 0 by chance then decides. Take the largest difference over the largest entry."
)
def _(analytic, numeric):
    return (np.abs(analytic - numeric) / np.maximum(np.abs(analytic), np.abs(numeric))).max()


@relative_error.mistake("this is one error for each entry. What is asked for is one number: the largest difference over the largest entry.")
def _(analytic, numeric):
    return np.abs(analytic - numeric) / np.maximum(np.abs(analytic), np.abs(numeric))


@relative_error.mistake("without np.abs around the difference a large negative one counts as small: np.abs(analytic - numeric).max().")
def _(analytic, numeric):
    return (analytic - numeric).max() / max(np.abs(analytic).max(), np.abs(numeric).max())


@relative_error.mistake("a mean hides a single wrong entry among many right ones: take the largest difference, .max().")
def _(analytic, numeric):
    return np.abs(analytic - numeric).mean() / max(np.abs(analytic).max(), np.abs(numeric).max())


@relative_error.mistake(
    "you divided by the analytic maximum, but the numeric one is larger here. If a gradient is 0 by mistake, you divide by 0: use max(..., ...)."
)
def _(analytic, numeric):
    return np.abs(analytic - numeric).max() / np.abs(analytic).max()


@relative_error.mistake(
    "you divided by the numeric maximum, but the analytic one is larger here. If a gradient is 0, you divide by 0: use the larger one."
)
def _(analytic, numeric):
    return np.abs(analytic - numeric).max() / np.abs(numeric).max()


@relative_error.mistake("you divided by the sum of the two maxima, so the error comes out half as large: use the larger of the two.")
def _(analytic, numeric):
    return np.abs(analytic - numeric).max() / (np.abs(analytic).max() + np.abs(numeric).max())


@relative_error.mistake("the scale lacks np.abs: if the largest entry is negative, .max() misses it. Write np.abs(analytic).max().")
def _(analytic, numeric):
    return np.abs(analytic - numeric).max() / max(analytic.max(), numeric.max())


@relative_error.mistake(
    "this compares lengths (norms). It is used elsewhere, but one wrong entry drowns in it: take the largest difference here."
)
def _(analytic, numeric):
    return np.linalg.norm(analytic - numeric) / (np.linalg.norm(analytic) + np.linalg.norm(numeric))


@relative_error.mistake(
    "you compared the two largest entries. Take the difference first, entry by entry, then its largest: np.abs(analytic - numeric).max()."
)
def _(analytic, numeric):
    a, n = np.abs(analytic).max(), np.abs(numeric).max()
    return abs(a - n) / max(a, n)


@relative_error.mistake(
    "you took the signs off before the difference: 1 and -1 then count as equal. Write np.abs(analytic - numeric).max()."
)
def _(analytic, numeric):
    return (np.abs(analytic) - np.abs(numeric)).max() / max(np.abs(analytic).max(), np.abs(numeric).max())


@relative_error.mistake("both lines are sums or means. One wrong entry among many right ones drowns in them: take .max() in both.")
def _(analytic, numeric):
    return np.abs(analytic - numeric).sum() / max(np.abs(analytic).sum(), np.abs(numeric).sum())


@relative_error.mistake("this is in percent. Leave out the factor 100.")
def _(analytic, numeric):
    return 100 * np.abs(analytic - numeric).max() / max(np.abs(analytic).max(), np.abs(numeric).max())


@relative_error.mistake("you divided by the product of the two maxima. Divide by the larger of the two: max(..., ...).")
def _(analytic, numeric):
    return np.abs(analytic - numeric).max() / (np.abs(analytic).max() * np.abs(numeric).max())


@relative_error.mistake("you added 1e-8 to the scale. Gradients that are themselves near 1e-8 would then look right: leave it out.")
def _(analytic, numeric):
    return np.abs(analytic - numeric).max() / (max(np.abs(analytic).max(), np.abs(numeric).max()) + 1e-8)


@relative_error.mistake(
    "this divides the difference by one number, but keeps all entries. Asked for is one number: .max() on the difference too."
)
def _(analytic, numeric):
    return np.abs(analytic - numeric) / max(np.abs(analytic).max(), np.abs(numeric).max())


@relative_error.mistake(
    "this says whether the two agree, True or False. Return the error itself, and leave the comparison to whoever calls."
)
def _(analytic, numeric):
    return np.abs(analytic - numeric).max() / max(np.abs(analytic).max(), np.abs(numeric).max()) < 1e-7


@relative_error.mistake(
    "this divides one length (norm) by another. In a length one wrong entry drowns: take the largest entry, np.abs(...).max()."
)
def _(analytic, numeric):
    return np.linalg.norm(analytic - numeric) / max(np.linalg.norm(analytic), np.linalg.norm(numeric))


# ---- week 2b: three bugs

BUGS = {
    "cache": {"seen": lambda Z1, A1: Z1},
    "mask": {"mask": lambda Z1, A1, dA1: A1 >= 0},
    "mean": {"sum1": mean_over_examples},
}


def with_bugs(*left):
    """The backward pass that still holds these bugs."""
    changes = {place: change for bug in left for place, change in BUGS[bug].items()}
    return lambda *arguments: two_layer(arguments, **changes)


@exercise(
    "week2.fixed_gradients",
    title="Find three bugs",
    minutes=15,
    difficulty=3,
    importance=5,
    returns=FOUR_ARRAYS,
    inputs=network_inputs,
    hints=(
        "Begin at the end of the network. db2 is right: so dZ2 is right, and whatever is wrong in dW2 stands in its own line.",
        "dW1 and db1 are both wrong: suspect what they share. When that is mended, look at the two again: one may have a bug of its own.",
        "One line uses the wrong array, one compares the wrong array with 0, one averages. Check after each change.",
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


@fixed_gradients.also_right
def _(*arguments):
    return network_gradients.reference(*arguments)


for message, left in (
    (
        "all three bugs are still there. Begin with dW2: db2 is right, so dZ2 is right. Which array was W2 multiplied by?",
        ("cache", "mask", "mean"),
    ),
    ("two are left. dW1 and db1 share dZ1, and its mask is true everywhere: A1 is never negative, so compare with > 0.", ("mask", "mean")),
    ("two are left. dW2 uses the values before the ReLU: W2 was multiplied by A1. Then look at how db1 is summed.", ("cache", "mean")),
    ("two are left. dW2 uses Z1 where A1 belongs, and the mask A1 >= 0 is true everywhere: write > 0.", ("cache", "mask")),
    ("one is left, in dW2: W2 was multiplied by A1, not by Z1, so dW2 = A1^T dZ2.", ("cache",)),
    ("one is left, in dZ1: nothing is blocked. A1 >= 0 is true everywhere, for A1 is never negative; write (A1 > 0).", ("mask",)),
    ("one is left, in db1: it is a mean, but the 1/m is already in dZ2 and enters once. Write a sum.", ("mean",)),
):
    fixed_gradients.mistake(message)(with_bugs(*left))


@fixed_gradients.mistake("db1 is mended, but now db2 is a mean: it was right before. Both are sums, the 1/m is in dZ2.")
def _(*arguments):
    return two_layer(arguments, sum2=mean_over_examples)


@fixed_gradients.mistake("now db1 and db2 are both means, and db2 was right before. Both are sums: the 1/m is in dZ2 already.")
def _(*arguments):
    return two_layer(arguments, sum1=mean_over_examples, sum2=mean_over_examples)


# ---- cards

PARSONS["week2.scalar_order"] = Lines(
    "Order the backward pass of z = x * w + b, a = max(z, 0), s = a * v + c, L = (s - y) squared.",
    ("ds = 2 * (s - y)", "dv = ds * a", "da = ds * v", "dz = da * (z > 0)", "dw = dz * x", "w = w - lr * dw", "v = v - lr * dv"),
    {1: (0,), 2: (0,), 3: (2,), 4: (3,), 5: (4,), 6: (1, 2)},
)

PARSONS["week2.backward_order"] = Lines(
    "Order the backward pass of Z1 = X W1, A1 = relu(Z1), Z2 = A1 W2, P = softmax(Z2).",
    ("dZ2 = (P - Y) / m", "dW2 = A1.T @ dZ2", "dA1 = dZ2 @ W2.T", "dZ1 = dA1 * (Z1 > 0)", "dW1 = X.T @ dZ1"),
    {1: (0,), 2: (0,), 3: (2,), 4: (3,)},
)

QUIZZES["week2a"] = [
    Question(
        "A gate computes f = a * b with a = 3 and b = -2. The gradient that arrives is dL/df = 5. What is dL/da?",
        {
            "15": "this is 5 * 3, the gradient of b: each input takes the value of the other one.",
            "-2": "this is the slope of the gate alone; what arrives from behind, 5, multiplies it.",
            "-10": "the slope of a * b for a is b = -2, times what arrives: 5 * (-2).",
            "-30": "this multiplies by the output a * b = -6; the slope for a is b alone.",
        },
        "-10",
    ),
    Question(
        "x goes into two gates. 4 comes back from one of them and -1 from the other. What is dL/dx?",
        {
            "-1": "keeping the last one forgets a path. It is the bug of = in place of +=.",
            "-4": "slopes are multiplied along one path; what comes back on different paths is added.",
            "1.5": "an average would be half the effect: the loss feels both paths in full.",
            "3": "nudging x moves the loss along both paths, and the two effects add up: 4 + (-1).",
        },
        "3",
    ),
    Question(
        "A hidden ReLU unit has z = -0.4 for this example. What do its weights and its bias learn from the example?",
        {
            "The bias learns, the weights do not.": "the bias sits behind the same closed gate: db = dz = 0.",
            "Nothing: their gradients are 0.": "the max gate has slope 0 there, and everything behind it is multiplied by that 0.",
            "They get negative gradients.": "the sign of z does not pass to the gradient; the slope at z = -0.4 is 0.",
            "As much as in any other unit.": "that would be so without the max gate, whose slope is 0 for z < 0.",
        },
        "Nothing: their gradients are 0.",
    ),
    Question(
        "Why are the gradients computed from the loss back to the inputs, and not from the inputs on?",
        {
            "Forward, the chain rule does not hold.": "it holds in both directions; but forward you need one pass for every parameter.",
            "The loss is known before the activations.": "it is the other way round: the forward pass comes first, and its values are used on the way back.",
            "One pass then serves all parameters.": "each gate is visited once, and the number that arrives is shared by everything before the gate.",
        },
        "One pass then serves all parameters.",
    ),
    Question(
        "The loss is 2.25 and dL/dw = 6. You change w from 1.5 to 1.501. About where does the loss go?",
        {
            "8.25": "6 is the change for a step of 1 if the slope stayed; the step here is 0.001.",
            "2.256": "the slope times the step, 6 * 0.001, is added.",
            "2.244": "that would be a step against the gradient; w went up, and the slope is positive.",
            "2.25": "it moves a little: slope times step, 0.006.",
        },
        "2.256",
    ),
]

QUIZZES["week2b"] = [
    Question(
        "W is square. Which of these is dX, the gradient with respect to the layer's input?",
        {
            "dZ W": "the shapes fit, but entry (i, k) would sum dZ[i, j] W[j, k]: it uses the weights into unit k, not out of input k.",
            "dZ W^T": "input k reaches unit j through W[k, j], so dX[i, k] = sum over j of dZ[i, j] W[k, j].",
            "W^T dZ": "rows of dZ are examples; a matrix on the left would mix different examples.",
        },
        "dZ W^T",
    ),
    Question(
        "db is the sum of dZ over the examples. Why a sum?",
        {
            "Because the loss is a sum over examples.": "the loss of this course is a mean; its 1/m is in dZ already.",
            "Every example uses the same b.": "b fans out to all rows, and what comes back along different paths is added.",
            "Because the shapes fit only so.": "a mean over the examples has the same shape: shapes prove nothing here.",
        },
        "Every example uses the same b.",
    ),
    Question(
        "The gradient check reports: dW2 right, db2 right, dW1 wrong, db1 wrong. Where do you look first?",
        {
            "In the loss": "an error there would spoil dZ2, and with it dW2 and db2.",
            "In the line dW1 = X^T dZ1": "that line alone would leave db1 right.",
            "Between dZ2 and dZ1": "dZ2 must be right, since dW2 and db2 are; dW1 and db1 share dZ1: the step back through W2, or the ReLU's mask.",
        },
        "Between dZ2 and dZ1",
    ),
    Question(
        "In float64, you make h smaller, from 1e-5 to 1e-11. What happens to the error of the central difference?",
        {
            "It shrinks as h squared.": "so it does down to about 1e-5; below that rounding takes over.",
            "It grows.": "the error of the formula, of order h squared, is negligible by then; the rounding of the two losses, divided by 2 h, grows.",
            "It stays the same.": "the rounding error is about eps / h: dividing by a smaller h makes it larger.",
        },
        "It grows.",
    ),
    Question(
        "The loss falls and the accuracy reaches 99 %. What does that say about the backward pass?",
        {
            "It is right.": "with three bugs at once, the network of this notebook still reached 99 % on easy data.",
            "It is right, but for the biases.": "nothing in the accuracy tells which arrays are right: compare each with finite differences.",
            "Little: wrong gradients can train too.": "a step that points only roughly downhill still goes down. A gradient check tells.",
        },
        "Little: wrong gradients can train too.",
    ),
]
