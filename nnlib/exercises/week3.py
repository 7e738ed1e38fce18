"""Week 3: activations forward and backward, a sigmoid that never overflows, softmax backward, dead units."""

import numpy as np

from ..activations import sigmoid, softmax
from ..gradient_check import numerical_gradient
from .cards import QUIZZES, Question
from .exercise import exercise

PAIR = {"A": "Z.shape", "dZ": "Z.shape"}


def scores_and_gradient(rng):
    """Z (5, 4), at least 0.05 away from 0, with both signs in every column, and an upstream gradient dA."""
    Z = 1.5 * rng.standard_normal((5, 4))
    Z += 0.05 * np.sign(Z)
    Z[0], Z[1] = np.abs(Z[0]), -np.abs(Z[1])
    return Z, rng.standard_normal((5, 4))


def pair(forward, backward):
    """The answer that returns forward(Z) and backward(dA, Z, A): a short way to write many wrong ones."""

    def answer(Z, dA, *setting):
        A = forward(Z, *setting)
        return A, backward(dA, Z, A, *setting)

    return answer


def slopes_match(g):
    """A property: dZ agrees with finite differences of the sum of g(Z) * dA."""

    def holds(answer, rng):
        Z, dA = scores_and_gradient(rng)
        numeric = numerical_gradient(lambda Z: float((g(Z) * dA).sum()), Z.copy())
        return np.allclose(answer(Z, dA)[1], numeric, atol=1e-7) or "your dZ does not agree with finite differences of L = sum(A * dA)."

    return holds


MATCHES = "dZ matches finite differences"


def overflows(answer, *arguments):
    """Whether NumPy meets an overflow, or inf divided by inf, on the way."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            answer(*arguments)
    except FloatingPointError:
        return True
    return False


# ---- sigmoid


@exercise(
    "week3.sigmoid_layer",
    title="Sigmoid, forward and backward",
    minutes=5,
    difficulty=2,
    importance=5,
    returns=PAIR,
    inputs=scores_and_gradient,
    hints=(
        "Compute A first. The slope can be had from A alone, without another exp.",
        "a = 1 / (1 + e^-z), and the slope is a (1 - a). Backward means: what arrives, times the slope, entry by entry.",
        "A = ...; return A, dA * ... * (1 - ...)",
    ),
    properties=((MATCHES, slopes_match(sigmoid)),),
)
def sigmoid_layer(Z, dA):
    A = 1 / (1 + np.exp(-Z))
    dZ = dA * A * (1 - A)
    return A, dZ


@sigmoid_layer.also_right
def _(Z, dA):
    A = 0.5 * (1 + np.tanh(Z / 2))
    return A, dA * np.exp(-Z) / (1 + np.exp(-Z)) ** 2


for message, forward, backward in (
    (
        "A falls where it must rise: the exponent is -z. (Your dZ is right all the same, for a (1 - a) is the same at z and at -z.)",
        lambda Z: sigmoid(-Z),
        lambda dA, Z, A: dA * A * (1 - A),
    ),
    (
        "parentheses in A: 1 / 1 + e^-z divides first. Write 1 / (1 + np.exp(-Z)).",
        lambda Z: 1 / 1 + np.exp(-Z),
        lambda dA, Z, A: dA * A * (1 - A),
    ),
    ("dZ takes the input where the output belongs: the slope is a (1 - a), not z (1 - z).", sigmoid, lambda dA, Z, A: dA * Z * (1 - Z)),
    ("a (1 - a) is the slope alone: what arrives, dA, multiplies it.", sigmoid, lambda dA, Z, A: A * (1 - A)),
    ("dZ is dA times the value a. What counts is the slope, a (1 - a).", sigmoid, lambda dA, Z, A: dA * A),
    ("dZ lacks the factor a: the slope is a (1 - a), not 1 - a alone.", sigmoid, lambda dA, Z, A: dA * (1 - A)),
    ("1 - a squared is the slope of tanh. The sigmoid's is a (1 - a).", sigmoid, lambda dA, Z, A: dA * (1 - A**2)),
    (
        "dZ applies the sigmoid a second time, to A, which is an output already. The slope is a (1 - a).",
        sigmoid,
        lambda dA, Z, A: dA * sigmoid(A) * (1 - sigmoid(A)),
    ),
    (
        "brackets in dZ: dA * A * 1 - A multiplies first and takes A off at the end. Write dA * A * (1 - A).",
        sigmoid,
        lambda dA, Z, A: dA * A * 1 - A,
    ),
    ("the sign of dZ: the slope is a (1 - a), which is positive, not a (a - 1).", sigmoid, lambda dA, Z, A: dA * A * (A - 1)),
    (
        "brackets in the slope: the whole of 1 + e^-z is squared, (1 + np.exp(-Z)) ** 2. Shorter: a (1 - a).",
        sigmoid,
        lambda dA, Z, A: dA * np.exp(-Z) / (1 + np.exp(-Z) ** 2),
    ),
    ("dZ is dA unchanged: multiply it by the slope a (1 - a).", sigmoid, lambda dA, Z, A: dA),
    (
        "dZ is a matrix product, which mixes the examples. An activation looks at each entry by itself: write * and not @.",
        sigmoid,
        lambda dA, Z, A: dA @ (A * (1 - A)).T,
    ),
):
    sigmoid_layer.mistake(message)(pair(forward, backward))


@sigmoid_layer.mistake("both are right, but in the wrong order: return A, dZ.")
def _(Z, dA):
    A = sigmoid(Z)
    return dA * A * (1 - A), A


# ---- the sigmoid in numbers of finite size


def far_scores(rng):
    """Scores from tiny to huge, of both signs, in no order."""
    Z = np.concatenate([[800.0, -800.0, 0.0, 60.0, -60.0], rng.uniform(300, 2000, 2), -rng.uniform(300, 2000, 2), rng.uniform(-4, 4, 6)])
    return (rng.permutation(Z).reshape(5, 3),)


NAIVE = "the numbers are right, but at z = -800 your e^-z is e^800 and overflows. Use u = np.exp(-np.abs(Z)), which is never above 1."
BOTH = (
    "the numbers are right, but np.where computes both of its branches everywhere, so each overflows on the other's side. "
    "Compute u = np.exp(-np.abs(Z)) once, and choose the numerator only."
)
RIGHT_SIDE = "the numbers are right, but at z = +800 something overflows on the way. Use u = np.exp(-np.abs(Z)), which is never above 1."
LOST = (
    "nothing overflows, but small results lose their digits: at z = -40 it must be e^-40, about 4e-18. "
    "Near 1, float64 cannot tell 4e-18 from 0: add nothing to it and take it off nothing."
)


def nothing_overflows(answer, rng):
    left, right = overflows(answer, np.full((2, 2), -800.0)), overflows(answer, np.full((2, 2), 800.0))
    return BOTH if left and right else NAIVE if left else RIGHT_SIDE if right else True


def small_ones_keep_their_digits(answer, rng):
    return bool(np.allclose(answer(np.array([[-40.0, -100.0]])) * np.exp([40.0, 100.0]), 1, rtol=1e-6)) or LOST


@exercise(
    "week3.stable_sigmoid",
    title="A sigmoid for every z",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"A": "Z.shape"},
    inputs=far_scores,
    hints=(
        "e^z overflows for large z, e^-z for very negative z. The one thing that never overflows is e to a power that is never positive.",
        "With u = e^-|z|: for z >= 0 it is 1 / (1 + u), for z < 0 it is u / (1 + u).",
        "u = np.exp(-np.abs(Z)); return np.where(..., 1.0, ...) / (1 + u): the denominator is the same on both sides.",
    ),
    properties=(("no overflow at z = -800 and z = 800", nothing_overflows), ("right to 6 digits at z = -40", small_ones_keep_their_digits)),
)
def stable_sigmoid(Z):
    u = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1.0, u) / (1 + u)


@stable_sigmoid.also_right
def _(Z):
    return np.exp(-np.logaddexp(0, -Z))


@stable_sigmoid.also_right
def _(Z):
    A = np.empty_like(Z)
    A[Z >= 0] = 1 / (1 + np.exp(-Z[Z >= 0]))
    A[Z < 0] = np.exp(Z[Z < 0]) / (1 + np.exp(Z[Z < 0]))
    return A


@stable_sigmoid.mistake(NAIVE)
def _(Z):
    return 1 / (1 + np.exp(-Z))


@stable_sigmoid.mistake(BOTH)
def _(Z):
    return np.where(Z >= 0, 1 / (1 + np.exp(-Z)), np.exp(Z) / (1 + np.exp(Z)))


@stable_sigmoid.mistake(RIGHT_SIDE)
def _(Z):
    return 1 - 1 / (1 + np.exp(Z))


@stable_sigmoid.mistake(LOST)
def _(Z):
    return 0.5 * (1 + np.tanh(Z / 2))


@stable_sigmoid.mistake("e^z / (1 + e^z) is nan for large z, infinity over infinity. Use this form for z < 0 only.")
def _(Z):
    return np.exp(Z) / (1 + np.exp(Z))


@stable_sigmoid.mistake("hiding nan with nan_to_num puts 0 where 1 belongs, at large z. Mend the formula: u = np.exp(-np.abs(Z)).")
def _(Z):
    return np.nan_to_num(np.exp(Z) / (1 + np.exp(Z)))


@stable_sigmoid.mistake("you used 1 / (1 + e) on both sides. For z < 0 it is e / (1 + e): without that the curve goes up on both sides.")
def _(Z):
    return 1 / (1 + np.exp(-np.abs(Z)))


@stable_sigmoid.mistake("you used u / (1 + u) on both sides. For z >= 0 it is 1 / (1 + u): there the result lies above one half.")
def _(Z):
    u = np.exp(-np.abs(Z))
    return u / (1 + u)


@stable_sigmoid.mistake("the two sides have changed places: for z >= 0 it is 1 / (1 + u), for z < 0 it is u / (1 + u).")
def _(Z):
    u = np.exp(-np.abs(Z))
    return np.where(Z >= 0, u, 1.0) / (1 + u)


@stable_sigmoid.mistake("the minus is missing: u = np.exp(np.abs(Z)) is huge on both sides. Write u = np.exp(-np.abs(Z)).")
def _(Z):
    u = np.exp(np.abs(Z))
    return np.where(Z >= 0, 1.0, u) / (1 + u)


@stable_sigmoid.mistake("taking off the maximum is the trick of softmax. A sigmoid of z - c is another number: it is not allowed here.")
def _(Z):
    e = np.exp(Z - Z.max())
    return e / (1 + e)


@stable_sigmoid.mistake("cutting z at -10 and 10 makes everything beyond wrong in the fifth digit, and its slope too. No cut is needed.")
def _(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -10, 10)))


@stable_sigmoid.mistake("cutting z at -20 and 20 makes everything beyond wrong in the ninth digit, and its slope too. No cut is needed.")
def _(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -20, 20)))


@stable_sigmoid.mistake("the denominator lacks e: it is 1 + e on both sides.")
def _(Z):
    return np.where(Z >= 0, 1.0, np.exp(-np.abs(Z)))


# ---- tanh


def tanh_far_out(answer, rng):
    A, dZ = answer(np.array([[-800.0, 800.0]]), np.ones((1, 2)))
    return bool(np.allclose(A, [[-1, 1]]) and np.allclose(dZ, 0)) or TANH_NAN


TANH_NAN = "right near 0, but at z = 800 your e^z terms give nan, or stop being right. Write np.tanh(Z), which holds for every z."


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
    properties=((MATCHES, slopes_match(np.tanh)), ("holds at z = -800 and z = 800", tanh_far_out)),
)
def tanh_layer(Z, dA):
    A = np.tanh(Z)
    dZ = dA * (1 - A * A)
    return A, dZ


@tanh_layer.also_right
def _(Z, dA):
    A = 2 * sigmoid(2 * Z) - 1
    return A, dA * (1 - A) * (1 + A)


for message, forward, backward in (
    (
        TANH_NAN,
        lambda Z: (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z)),
        lambda dA, Z, A: dA * (1 - A**2),
    ),
    ("dZ takes the input where the output belongs: the slope is 1 - a^2, not 1 - z^2.", np.tanh, lambda dA, Z, A: dA * (1 - Z**2)),
    (
        "dZ applies tanh a second time, to A, which is an output already. The slope is 1 - A * A.",
        np.tanh,
        lambda dA, Z, A: dA * (1 - np.tanh(A) ** 2),
    ),
    ("a (1 - a) is the slope of the sigmoid. For tanh it is 1 - a^2.", np.tanh, lambda dA, Z, A: dA * A * (1 - A)),
    ("the square is missing: the slope is 1 - a^2, not 1 - a.", np.tanh, lambda dA, Z, A: dA * (1 - A)),
    ("1 - a^2 is the slope alone: what arrives, dA, multiplies it.", np.tanh, lambda dA, Z, A: 1 - A**2),
    ("dZ is dA times the value a. What counts is the slope, 1 - a^2.", np.tanh, lambda dA, Z, A: dA * A),
    ("dZ has a plus: the slope is 1 - a^2. It must be 0 far out, where tanh is flat.", np.tanh, lambda dA, Z, A: dA * (1 + A**2)),
    ("brackets in dZ: dA * 1 - A ** 2 multiplies first. Write dA * (1 - A ** 2).", np.tanh, lambda dA, Z, A: dA * 1 - A**2),
    ("the sign of dZ: tanh rises everywhere, its slope is 1 - a^2, not a^2 - 1.", np.tanh, lambda dA, Z, A: dA * (A**2 - 1)),
    (
        "A is 2 sigmoid(z) - 1, which is tanh(z / 2). For tanh z the sigmoid takes 2 z; or write np.tanh(Z).",
        lambda Z: 2 * sigmoid(Z) - 1,
        lambda dA, Z, A: dA * (1 - A**2),
    ),
    ("A is the tangent of an angle. The activation is the hyperbolic tangent, np.tanh.", np.tan, lambda dA, Z, A: dA * (1 - A**2)),
    (
        "the slope is 1 over cosh z squared: in your dZ the square is missing. 1 - A * A is the same and needs no cosh.",
        np.tanh,
        lambda dA, Z, A: dA / np.cosh(Z),
    ),
):
    tanh_layer.mistake(message)(pair(forward, backward))


@tanh_layer.mistake("both are right, but in the wrong order: return A, dZ.")
def _(Z, dA):
    A = np.tanh(Z)
    return dA * (1 - A * A), A


# ---- ReLU


def scores_with_zeros(rng):
    """As scores_and_gradient, but three entries of Z are exactly 0."""
    Z, dA = scores_and_gradient(rng)
    Z[rng.integers(2, 5, 3), [0, 1, 3]] = 0.0
    return Z, dA


def relu(Z):
    return np.maximum(Z, 0)


@exercise(
    "week3.relu_layer",
    title="ReLU, forward and backward",
    minutes=4,
    difficulty=2,
    importance=5,
    returns=PAIR,
    inputs=scores_with_zeros,
    hints=(
        "Some entries of Z are exactly 0 here. Which slope does this course give them?",
        "a = max(z, 0). The slope is 1 where z > 0 and 0 elsewhere, at z = 0 too.",
        "A = np.maximum(...); return A, dA * (... > 0)",
    ),
    properties=((MATCHES, slopes_match(relu)),),
)
def relu_layer(Z, dA):
    A = np.maximum(Z, 0)
    dZ = dA * (Z > 0)
    return A, dZ


@relu_layer.also_right
def _(Z, dA):
    A = np.where(Z > 0, Z, 0.0)
    return A, dA * (A > 0)  # A > 0 just where Z > 0


@relu_layer.also_right
def _(Z, dA):
    A = np.maximum(Z, 0)
    return A, dA * np.sign(A)


for message, forward, backward in (
    (
        "at z = 0 exactly your slope is 1. The course takes 0 there, as the libraries do: the mask is Z > 0.",
        relu,
        lambda dA, Z, A: dA * (Z >= 0),
    ),
    (
        "nothing is blocked: A is never negative, so A >= 0 is true everywhere. Write A > 0, or Z > 0.",
        relu,
        lambda dA, Z, A: dA * (A >= 0),
    ),
    (
        "at z = 0 exactly your slope is 1/2. Any number from 0 to 1 is a subgradient there, and the course takes 0.",
        relu,
        lambda dA, Z, A: dA * np.heaviside(Z, 0.5),
    ),
    (
        "you multiplied by the sign of Z, which is -1 where z < 0. There the slope is 0: dA * (Z > 0).",
        relu,
        lambda dA, Z, A: dA * np.sign(Z),
    ),
    ("(Z > 0) is the slope alone: what arrives, dA, multiplies it.", relu, lambda dA, Z, A: (Z > 0) * 1.0),
    ("you cut off the negative entries of dA. It is Z that decides who passes: dA * (Z > 0).", relu, lambda dA, Z, A: relu(dA)),
    ("dZ is dA times the value A. The slope is 1 where z > 0: dA * (Z > 0).", relu, lambda dA, Z, A: dA * A),
    ("the mask is the wrong way round: the gradient passes where z > 0.", relu, lambda dA, Z, A: dA * (Z < 0)),
    (
        "dZ looks at dA to see who passes, and hands on Z. It is the other way round: dA passes where Z > 0.",
        relu,
        lambda dA, Z, A: Z * (dA > 0),
    ),
    ("A is the absolute value. Negative entries become 0: np.maximum(Z, 0).", np.abs, lambda dA, Z, A: dA * (Z > 0)),
    (
        "A keeps the negative entries: that is the minimum. Write np.maximum(Z, 0).",
        lambda Z: np.minimum(Z, 0),
        lambda dA, Z, A: dA * (Z > 0),
    ),
    (
        "A is the mask, 1 and 0. Positive entries pass as they are: np.maximum(Z, 0).",
        lambda Z: (Z > 0) * 1.0,
        lambda dA, Z, A: dA * (Z > 0),
    ),
    (
        "A lets negative entries through, 0.01 times. That is a leaky ReLU; here they become 0.",
        lambda Z: np.maximum(Z, 0.01 * Z),
        lambda dA, Z, A: np.where(Z > 0, dA, 0.01 * dA),
    ),
):
    relu_layer.mistake(message)(pair(forward, backward))


@relu_layer.mistake("both are right, but in the wrong order: return A, dZ.")
def _(Z, dA):
    return dA * (Z > 0), relu(Z)


# ---- ELU


def elu_inputs(rng):
    """Scores, an upstream gradient, and an alpha that is not 1."""
    return (*scores_and_gradient(rng), float(rng.choice([0.4, 0.6, 1.6, 2.2]) + 0.1 * rng.random()))


def elu(Z, alpha):
    return np.where(Z > 0, Z, alpha * np.expm1(np.minimum(Z, 0)))


def elu_nudged(answer, rng):
    Z, dA, alpha = elu_inputs(rng)
    numeric = numerical_gradient(lambda Z: float((elu(Z, alpha) * dA).sum()), Z.copy())
    return np.allclose(answer(Z, dA, alpha)[1], numeric, atol=1e-7) or "your dZ does not agree with finite differences of L = sum(A * dA)."


WHERE = (
    "the numbers are right, but np.where computes both branches for all entries: at z = 800 the unused one is e^800 and overflows. "
    "Let e see np.minimum(Z, 0)."
)


def elu_does_not_overflow(answer, rng):
    return WHERE if overflows(answer, np.array([[800.0, -800.0]]), np.ones((1, 2)), 1.5) else True


@exercise(
    "week3.elu_layer",
    title="ELU, forward and backward",
    minutes=8,
    difficulty=3,
    importance=3,
    returns=PAIR,
    inputs=elu_inputs,
    hints=(
        "Two branches, chosen entry by entry: np.where(Z > 0, ..., ...). Do the forward pass first and find the slope of each branch.",
        "For z <= 0: a = alpha (e^z - 1), with slope alpha e^z = a + alpha. For z > 0 the slope is 1.",
        "A = np.where(Z > 0, Z, alpha * (np.exp(np.minimum(Z, 0)) - 1)); dZ = np.where(Z > 0, ..., dA * (...))",
    ),
    properties=((MATCHES, elu_nudged), ("no overflow at z = 800", elu_does_not_overflow)),
)
def elu_layer(Z, dA, alpha):
    A = np.where(Z > 0, Z, alpha * np.expm1(np.minimum(Z, 0)))
    dZ = np.where(Z > 0, dA, dA * (A + alpha))
    return A, dZ


@elu_layer.also_right
def _(Z, dA, alpha):
    e = np.exp(np.minimum(Z, 0))
    return np.maximum(Z, 0) + alpha * (e - 1), dA * np.where(Z > 0, 1.0, alpha * e)


def elu_slope(low):
    """The backward pass whose slope below 0 is low(Z, A, alpha)."""
    return lambda dA, Z, A, alpha: np.where(Z > 0, dA, dA * low(Z, A, alpha))


def elu_value(low):
    """The forward pass whose value below 0 is low(Z, alpha)."""
    return lambda Z, alpha: np.where(Z > 0, Z, low(Z, alpha))


for message, forward, backward in (
    (WHERE, elu_value(lambda Z, alpha: alpha * (np.exp(Z) - 1)), elu_slope(lambda Z, A, alpha: alpha * np.exp(Z))),
    (
        "alpha is missing in A: below 0 it is alpha (e^z - 1). (dZ misses it then as well.)",
        elu_value(lambda Z, alpha: np.exp(Z) - 1),
        elu_slope(lambda Z, A, alpha: np.exp(Z)),
    ),
    (
        "the -1 is missing in A: below 0 it is alpha (e^z - 1), which joins the other branch at z = 0.",
        elu_value(lambda Z, alpha: alpha * np.exp(Z)),
        elu_slope(lambda Z, A, alpha: alpha * np.exp(Z)),
    ),
    (
        "brackets in A: alpha * e^z - 1 takes 1 off after the product. Write alpha * (np.exp(...) - 1).",
        elu_value(lambda Z, alpha: alpha * np.exp(Z) - 1),
        elu_slope(lambda Z, A, alpha: alpha * np.exp(Z)),
    ),
    (
        "that is a leaky ReLU, alpha z below 0. ELU bends: alpha (e^z - 1).",
        elu_value(lambda Z, alpha: alpha * Z),
        elu_slope(lambda Z, A, alpha: alpha),
    ),
    ("below 0 you multiplied dA by the value a. The slope is alpha e^z, which is a + alpha.", elu, elu_slope(lambda Z, A, alpha: A)),
    ("below 0 the slope is a + alpha. You added 1, which is right only for alpha = 1.", elu, elu_slope(lambda Z, A, alpha: A + 1)),
    ("alpha is missing in dZ: below 0 the slope is alpha e^z, or a + alpha.", elu, elu_slope(lambda Z, A, alpha: np.exp(Z))),
    (
        "dZ takes e to the output: below 0 the slope is alpha e^z, or a + alpha without any exp.",
        elu,
        elu_slope(lambda Z, A, alpha: alpha * np.exp(A)),
    ),
    ("dZ is that of a ReLU: below 0 nothing passes. ELU has the slope a + alpha there.", elu, elu_slope(lambda Z, A, alpha: 0.0)),
    ("dZ is dA everywhere. Below 0 the slope is not 1 but a + alpha.", elu, elu_slope(lambda Z, A, alpha: 1.0)),
    (
        "below 0 the slope is not alpha alone, that is its value at z = 0. It is alpha e^z = a + alpha.",
        elu,
        elu_slope(lambda Z, A, alpha: alpha),
    ),
    (
        "dZ holds the slopes alone, 1 and a + alpha: what arrives, dA, multiplies them.",
        elu,
        lambda dA, Z, A, alpha: np.where(Z > 0, 1.0, A + alpha),
    ),
    (
        "the sign in A: below 0 it is alpha (e^z - 1), which is negative.",
        elu_value(lambda Z, alpha: alpha * (1 - np.exp(Z))),
        elu_slope(lambda Z, A, alpha: -alpha * np.exp(Z)),
    ),
):
    elu_layer.mistake(message)(pair(forward, backward))


for message, forward in (
    ("alpha is missing in A: below 0 it is alpha (e^z - 1). Your dZ = dA (a + alpha) is right once A is.", lambda Z, alpha: np.exp(Z) - 1),
    (
        "the -1 is missing in A: below 0 it is alpha (e^z - 1). Your dZ = dA (a + alpha) is right once A is.",
        lambda Z, alpha: alpha * np.exp(Z),
    ),
    (
        "brackets in A: write alpha * (np.exp(...) - 1), so that alpha multiplies the -1 too. Your dZ is right once A is.",
        lambda Z, alpha: alpha * np.exp(Z) - 1,
    ),
):
    elu_layer.mistake(message)(pair(elu_value(forward), elu_slope(lambda Z, A, alpha: A + alpha)))


@elu_layer.mistake(
    "the larger of the two branches is the right one only for alpha up to 1. Choose by the sign of z: np.where(Z > 0, ..., ...)."
)
def _(Z, dA, alpha):
    return np.maximum(Z, alpha * np.expm1(np.minimum(Z, 0))), np.where(Z > 0, dA, dA * alpha * np.exp(np.minimum(Z, 0)))


@elu_layer.mistake("the branches of dZ have changed places: for z > 0 the slope is 1, below it is a + alpha.")
def _(Z, dA, alpha):
    A = elu(Z, alpha)
    return A, np.where(Z > 0, dA * (A + alpha), dA)


@elu_layer.mistake("both are right, but in the wrong order: return A, dZ.")
def _(Z, dA, alpha):
    A = elu(Z, alpha)
    return np.where(Z > 0, dA, dA * (A + alpha)), A


# ---- softmax


def probabilities_and_gradient(rng):
    """As many examples as classes, so that a lost axis raises no error and must be seen in the numbers."""
    return softmax(1.2 * rng.standard_normal((4, 4))), rng.standard_normal((4, 4))


def softmax_nudged(answer, rng):
    Z, dP = rng.standard_normal((5, 3)), rng.standard_normal((5, 3))
    numeric = numerical_gradient(lambda Z: float((softmax(Z) * dP).sum()), Z.copy())
    return np.allclose(answer(softmax(Z), dP), numeric, atol=1e-7) or "your dZ does not agree with finite differences of L = sum(P * dP)."


def softmax_rows(answer, rng):
    return np.allclose(answer(*probabilities_and_gradient(rng)).sum(axis=1), 0)


@exercise(
    "week3.softmax_backward",
    title="Back through a softmax",
    minutes=8,
    difficulty=4,
    importance=4,
    returns={"dZ": "P.shape"},
    inputs=probabilities_and_gradient,
    hints=(
        "Each row is an example of its own. Within a row every score acts on every probability, so the row's gradients meet in a sum.",
        "dz_j = p_j (dp_j - s), where s is the sum over the row of p_i dp_i.",
        "s = (...).sum(axis=1, keepdims=True); return P * (...)",
    ),
    properties=((MATCHES, softmax_nudged), ("each row of dZ adds up to 0", softmax_rows)),
)
def softmax_backward(P, dP):
    s = (P * dP).sum(axis=1, keepdims=True)
    return P * (dP - s)


@softmax_backward.also_right
def _(P, dP):
    return np.stack([(np.diag(p) - np.outer(p, p)) @ dp for p, dp in zip(P, dP)])


@softmax_backward.also_right
def _(P, dP):
    return P * dP - P * np.einsum("ij,ij->i", P, dP)[:, None]


@softmax_backward.mistake(
    "this is the diagonal of the Jacobian alone, p (1 - p), as for a sigmoid. A score also lowers all other probabilities of its row."
)
def _(P, dP):
    return dP * P * (1 - P)


@softmax_backward.mistake("the part -p_i p_j is missing: raising one score lowers all other probabilities of the row. Take off s first.")
def _(P, dP):
    return P * dP


@softmax_backward.mistake("the part with the diagonal is missing: dz_j = p_j (dp_j - s), and you have only -p_j s.")
def _(P, dP):
    return -P * (P * dP).sum(axis=1, keepdims=True)


@softmax_backward.mistake("the sum runs over the examples. It belongs to one example, over its classes: axis=1.")
def _(P, dP):
    return P * (dP - (P * dP).sum(axis=0, keepdims=True))


@softmax_backward.mistake(
    "keepdims is missing: s has shape (m,) and was laid along the rows, so example i got the sums of the others. Write keepdims=True."
)
def _(P, dP):
    return P * (dP - (P * dP).sum(axis=1))


@softmax_backward.mistake("the sum has no axis: one number for all examples. Each row has its own s: axis=1, keepdims=True.")
def _(P, dP):
    return P * (dP - (P * dP).sum())


@softmax_backward.mistake("the sum lacks P: s is the sum of p_i dp_i, a mean of dP weighted by the probabilities.")
def _(P, dP):
    return P * (dP - dP.sum(axis=1, keepdims=True))


@softmax_backward.mistake("you took off the plain mean of dP. s is the mean weighted by the probabilities: the sum of p_i dp_i.")
def _(P, dP):
    return P * (dP - dP.mean(axis=1, keepdims=True))


@softmax_backward.mistake("s is a sum, not a mean: the probabilities are the weights, and they add up to 1 already.")
def _(P, dP):
    return P * (dP - (P * dP).mean(axis=1, keepdims=True))


@softmax_backward.mistake("the factor P in front is missing: dz_j = p_j (dp_j - s).")
def _(P, dP):
    return dP - (P * dP).sum(axis=1, keepdims=True)


@softmax_backward.mistake("brackets: the factor p_j multiplies s as well. Write P * (dP - s), not P * dP - s.")
def _(P, dP):
    return P * dP - (P * dP).sum(axis=1, keepdims=True)


@softmax_backward.mistake("the sign is turned round: dz_j = p_j (dp_j - s), not p_j (s - dp_j).")
def _(P, dP):
    return P * ((P * dP).sum(axis=1, keepdims=True) - dP)


@softmax_backward.mistake("there is a plus where a minus belongs: the Jacobian is diag(p) - p p^T.")
def _(P, dP):
    return P * (dP + (P * dP).sum(axis=1, keepdims=True))


@softmax_backward.mistake("P was put through softmax again: it holds the outputs already, use it as it is.")
def _(P, dP):
    Q = softmax(P)
    return Q * (dP - (Q * dP).sum(axis=1, keepdims=True))


@softmax_backward.mistake("P - dP is the short form for cross-entropy with one-hot labels. dP here is any gradient: dz_j = p_j (dp_j - s).")
def _(P, dP):
    return P - dP


# ---- dead units


def scores_of_a_layer(rng):
    """Z (12, 13): three or four dead units, one of them exactly 0 once; two are on for one example only; one example switches all off."""
    m, n, dead = 12, 13, int(rng.integers(3, 5))
    Z = 0.5 + rng.random((m, n))
    Z[:, :dead] = -0.2 - rng.random((m, dead))
    Z[1:, -2:] = -0.2 - rng.random((m - 1, 2))  # off on average, but not dead
    Z[-1] = -0.3  # this example switches all units off
    Z[rng.integers(m), 0] = 0.0  # off as well
    return (Z[rng.permutation(m)][:, rng.permutation(n)],)


def order_does_not_matter(answer, rng):
    (Z,) = scores_of_a_layer(rng)
    return answer(Z[rng.permutation(len(Z))]) == answer(Z)


@exercise(
    "week3.count_dead",
    title="Count the dead units",
    minutes=5,
    difficulty=2,
    importance=4,
    returns={"count": None},
    inputs=scores_of_a_layer,
    hints=(
        "A unit is a column. When is it dead: if it is off for one example, or if it is off for all of them?",
        "Off means z <= 0. Ask each column whether that holds for all its rows, then count the columns that say yes.",
        "dead = (...).all(axis=...); return dead.sum()",
    ),
    properties=(("the order of the examples does not matter", order_does_not_matter),),
)
def count_dead(Z):
    dead = (Z <= 0).all(axis=0)
    return dead.sum()


@count_dead.also_right
def _(Z):
    return int((Z.max(axis=0) <= 0).sum())


@count_dead.also_right
def _(Z):
    return Z.shape[1] - np.count_nonzero((np.maximum(Z, 0) > 0).any(axis=0))


@count_dead.mistake("one silent example is not death: you counted units that are off for any example. Ask for all of them: .all(axis=0).")
def _(Z):
    return (Z <= 0).any(axis=0).sum()


@count_dead.mistake("you asked each example whether all units are off. A unit is a column: .all(axis=0) runs down the rows.")
def _(Z):
    return (Z <= 0).all(axis=1).sum()


@count_dead.mistake("this counts single entries that are off. Ask for whole columns: .all(axis=0) first, then count.")
def _(Z):
    return (Z <= 0).sum()


@count_dead.mistake("a unit whose score is exactly 0 for some example is off there too: z <= 0, not z < 0.")
def _(Z):
    return (Z < 0).all(axis=0).sum()


@count_dead.mistake("this counts the units that are on for at least one example, the living ones.")
def _(Z):
    return (Z > 0).any(axis=0).sum()


@count_dead.mistake("a unit that is off on average may still be on for some examples. Ask for all of them, not for the mean.")
def _(Z):
    return (Z.mean(axis=0) <= 0).sum()


@count_dead.mistake("this is the share of dead units. Asked for is their number: .sum(), not .mean().")
def _(Z):
    return (Z <= 0).all(axis=0).mean()


@count_dead.mistake("this says for each unit whether it is dead. Count the True ones: .sum().")
def _(Z):
    return (Z <= 0).all(axis=0)


@count_dead.mistake("this asks whether all numbers are off at once, one True or False. Go column by column: .all(axis=0).sum().")
def _(Z):
    return (Z <= 0).all()


@count_dead.mistake("sums hide signs: a column can add up to 0 or less and still hold positive scores. Compare each z with 0 first.")
def _(Z):
    return np.round(np.minimum(Z, 0).sum(axis=0)).sum()


def layer_with_dead_units(rng):
    """X (8, 3), W (3, 6), b (1, 6): units 1 and 4 (and sometimes 5) are off for all examples, unit 0 is on for all."""
    X, W = rng.standard_normal((8, 3)) + [0.5, 0.0, -1.0], rng.standard_normal((3, 6))
    S = X @ W
    b = -np.median(S, axis=0, keepdims=True) + rng.uniform(-0.3, 0.3, (1, 6))
    b[0, 0] = -S[:, 0].min() + rng.uniform(0.5, 1)
    dead = [1, 4, 5][: rng.integers(2, 4)]
    b[0, dead] = -S[:, dead].max(axis=0) - rng.uniform(0.5, 2, len(dead))
    return X, W, b


def half_switch_it_on(answer, rng):
    X, W, b = layer_with_dead_units(rng)
    Z = X @ W + answer(X, W, b)
    was_dead = (X @ W + b <= 0).all(axis=0)
    return bool(((Z > 0).mean(axis=0)[was_dead] == 0.5).all())


@exercise(
    "week3.revive",
    title="Bring dead units back",
    minutes=8,
    difficulty=4,
    importance=3,
    returns={"b": "(1, n_out)"},
    inputs=layer_with_dead_units,
    hints=(
        "A unit is on where (X W)_j > -b_j. Which bias puts that threshold in the middle of the examples?",
        "For a dead unit b_j = -(median over the examples of column j of X W). All other biases stay.",
        "S = X @ W; dead = (S + b <= 0).all(axis=0, keepdims=True); return np.where(dead, ..., b)",
    ),
    properties=(("each revived unit is on for half of the examples", half_switch_it_on),),
)
def revive(X, W, b):
    S = X @ W
    dead = (S + b <= 0).all(axis=0, keepdims=True)
    return np.where(dead, -np.median(S, axis=0, keepdims=True), b)


@revive.also_right
def _(X, W, b):
    new, Z = b.copy(), X @ W + b
    for j in range(b.shape[1]):
        if Z[:, j].max() <= 0:
            new[0, j] -= np.median(Z[:, j])
    return new


def revived(bias, which=lambda S, b: (S + b <= 0).all(axis=0, keepdims=True)):
    """The answer that gives the units in which(S, b) the bias bias(S, b)."""
    return lambda X, W, b: np.where(which(X @ W, b), bias(X @ W, b), b)


def median(S, b):
    return np.median(S, axis=0, keepdims=True)


for message, answer in (
    ("the sign: a unit is on where (X W)_j > -b_j, so b_j is minus the median.", revived(median)),
    (
        "the living units were moved as well. Only the dead ones get a new bias: np.where(dead, ..., b).",
        revived(lambda S, b: -median(S, b), lambda S, b: True),
    ),
    (
        "the median is that of Z, with the old bias in it, and it replaces b. Take the median of X W alone.",
        revived(lambda S, b: -median(S + b, b)),
    ),
    ("you added to the old bias. The new bias replaces it: minus the median of X W.", revived(lambda S, b: b - median(S, b))),
    ("a bias of 0 need not bring a unit back: that depends on X W. Use minus the median of X W.", revived(lambda S, b: 0.0)),
    ("a small positive bias need not bring a unit back: that depends on X W. Use minus the median of X W.", revived(lambda S, b: 0.01)),
    (
        "turning the sign of the bias need not bring a unit back, or may leave it on for all. Use minus the median of X W.",
        revived(lambda S, b: -b),
    ),
    (
        "minus the maximum puts the threshold at the highest example: not one lies above it. Use the median.",
        revived(lambda S, b: -S.max(axis=0, keepdims=True)),
    ),
    (
        "minus the minimum switches the unit on for nearly all examples: no bend is left among them. Use the median.",
        revived(lambda S, b: -S.min(axis=0, keepdims=True)),
    ),
    (
        "that is the mean. It is near the median, but only the median has half of the examples above it: np.median.",
        revived(lambda S, b: -S.mean(axis=0, keepdims=True)),
    ),
    (
        "the median has no axis: one number for all units. Each unit has its own: axis=0, keepdims=True.",
        revived(lambda S, b: -np.median(S)),
    ),
    (
        "you revived the units that are off for some example. Dead means off for all of them: .all(axis=0).",
        revived(lambda S, b: -median(S, b), lambda S, b: (S + b <= 0).any(axis=0, keepdims=True)),
    ),
    (
        "dead was asked of X W without the bias. A unit is off where X W + b <= 0.",
        revived(lambda S, b: -median(S, b), lambda S, b: (S <= 0).all(axis=0, keepdims=True)),
    ),
    (
        "the right units were chosen and the others changed: np.where(dead, new, b) takes the new value where dead is True.",
        revived(lambda S, b: -median(S, b), lambda S, b: (S + b > 0).any(axis=0, keepdims=True)),
    ),
):
    revive.mistake(message)(answer)


@revive.mistake("the numbers are right, but the shape is (n_out,). b is a row, (1, n_out): use keepdims=True.")
def _(X, W, b):
    S = X @ W
    return np.where((S + b <= 0).all(axis=0), -np.median(S, axis=0), b[0])


# ---- cards

QUIZZES["week3"] = [
    Question(
        "A sigmoid layer stores only its output. For one entry a = 0.9. What is the slope there?",
        {
            "0.9": "that is the output. The slope is a (1 - a).",
            "0.09": "0.9 times 0.1: the slope needs nothing but the output.",
            "0.19": "1 - a squared is the slope of tanh; here it is a (1 - a).",
            "0.25": "that is the largest slope a sigmoid has, at a = 0.5.",
        },
        "0.09",
    ),
    Question(
        "In a network of 10 sigmoid layers, what can the activations multiply into the gradient on its way back, at most?",
        {
            "1, if the units do not saturate": "a slope of 1 is never reached: it is at most 1/4, in the middle.",
            "10 times 1/4": "slopes along a path are multiplied, not added: 1/4 to the power 10.",
            "About one millionth": "1/4 to the power 10 is 9.5e-7. Weights can make up for it, but they then push the units into the flat parts.",
        },
        "About one millionth",
    ),
    Question(
        "ReLU backward: which mask is wrong? Z is the input, A the output.",
        {
            "Z > 0": "right: 1 where the input is positive.",
            "A > 0": "right too: the output is positive just where the input is.",
            "A >= 0": "the output is never negative, so this is true everywhere and blocks nothing.",
        },
        "A >= 0",
    ),
    Question(
        "A unit of the first layer is off for all training examples. Training goes on, at a small learning rate, without weight decay. What happens to it?",
        {
            "It stays off for good.": "all its slopes are 0, so its weights and bias get gradient 0, and its inputs, the data, never change.",
            "It comes back slowly.": "nothing pulls it back: with slope 0 for every example its gradient is exactly 0, however long you train.",
            "Its bias still learns.": "the bias sits behind the same closed gate as the weights.",
        },
        "It stays off for good.",
    ),
    Question(
        "For softmax, why is dP * P * (1 - P) not the backward pass?",
        {
            "It lacks the 1/m.": "the 1/m is in dP already; it enters once, in the loss.",
            "It overflows for large scores.": "P lies between 0 and 1: nothing overflows here.",
            "Each score moves all probabilities.": "they compete for a sum of 1, so the Jacobian has entries -p_i p_j off its diagonal too.",
        },
        "Each score moves all probabilities.",
    ),
]
