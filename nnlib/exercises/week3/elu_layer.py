import numpy as np

from ..exercise import exercise
from ..properties import matches_slope_of, overflows
from .shared import MATCHES, PAIR, pair, scores_and_gradient


def elu_inputs(rng):
    """Scores, an upstream gradient, and an alpha that is not 1."""
    return (*scores_and_gradient(rng), float(rng.choice([0.4, 0.6, 1.6, 2.2]) + 0.1 * rng.random()))


def elu(Z, alpha):
    return np.where(Z > 0, Z, alpha * np.expm1(np.minimum(Z, 0)))


def any_alpha(answer, rng):
    Z, dA, _ = elu_inputs(rng)
    return all(np.allclose(answer(Z, dA, alpha)[0], elu(Z, alpha)) for alpha in (0.5, 2.0))


WHERE = (
    "right near 0, but at z = 800 or -800 a power of e overflows, as e^z does in the branch that is not used. "
    "Let np.exp take np.minimum(Z, 0)."
)


def elu_does_not_overflow(answer, rng):
    return WHERE if overflows(answer, np.array([[800.0, -800.0]]), np.ones((1, 2)), 1.5) else True


@exercise(
    "week3.elu_layer",
    title="ELU, forward and backward",
    minutes=12,
    difficulty=3,
    importance=3,
    returns=PAIR,
    inputs=elu_inputs,
    hints=(
        "Two branches, chosen entry by entry: np.where(Z > 0, ..., ...). Do the forward pass first and find the slope of each branch.",
        "For z <= 0: a = alpha (e^z - 1), with slope alpha e^z = a + alpha. For z > 0 the slope is 1.",
        "A = np.where(Z > 0, Z, alpha * (np.exp(np.minimum(Z, 0)) - 1)); dZ = np.where(Z > 0, ..., dA * (...))",
    ),
    properties=(
        ("A is right for alpha below 1 and above it", any_alpha),
        (MATCHES, matches_slope_of(elu, elu_inputs)),
        ("no overflow at z = 800", elu_does_not_overflow),
    ),
)
def elu_layer(Z, dA, alpha):
    A = np.where(Z > 0, Z, alpha * np.expm1(np.minimum(Z, 0)))
    dZ = np.where(Z > 0, dA, dA * (A + alpha))
    return A, dZ


@elu_layer.also_right
def without_a_branch_in_A(Z, dA, alpha):
    e = np.exp(np.minimum(Z, 0))
    return np.maximum(Z, 0) + alpha * (e - 1), dA * np.where(Z > 0, 1.0, alpha * e)


def elu_slope(low):
    """The backward pass whose slope below 0 is low(Z, A, alpha)."""
    return lambda dA, Z, A, alpha: np.where(Z > 0, dA, dA * low(Z, A, alpha))


def elu_value(low):
    """The forward pass whose value below 0 is low(Z, alpha)."""
    return lambda Z, alpha: np.where(Z > 0, Z, low(Z, alpha))


elu_layer.add_mistakes(
    (
        "A is right. In dZ, alpha is subtracted where it is added: below 0 the slope is alpha e^z, which is A + alpha.",
        lambda Z, dA, alpha: (
            elu_layer.reference(Z, dA, alpha)[0],
            np.where(Z > 0, dA, dA * (elu_layer.reference(Z, dA, alpha)[0] - alpha)),
        ),
    ),
    (WHERE, pair(elu_value(lambda Z, alpha: alpha * (np.exp(Z) - 1)), elu_slope(lambda Z, A, alpha: alpha * np.exp(Z)))),
    (
        "alpha is missing in A: below 0 it is alpha (e^z - 1). (Then it is missing in dZ as well.)",
        pair(elu_value(lambda Z, alpha: np.exp(Z) - 1), elu_slope(lambda Z, A, alpha: np.exp(Z))),
    ),
    (
        "the -1 is missing in A: below 0 it is alpha (e^z - 1), which joins the other branch at z = 0.",
        pair(elu_value(lambda Z, alpha: alpha * np.exp(Z)), elu_slope(lambda Z, A, alpha: alpha * np.exp(Z))),
    ),
    (
        "parentheses in A: alpha * e^z - 1 subtracts 1 after the product. Write alpha * (np.exp(...) - 1).",
        pair(elu_value(lambda Z, alpha: alpha * np.exp(Z) - 1), elu_slope(lambda Z, A, alpha: alpha * np.exp(Z))),
    ),
    (
        "that is a leaky ReLU, alpha z below 0. ELU bends: alpha (e^z - 1).",
        pair(elu_value(lambda Z, alpha: alpha * Z), elu_slope(lambda Z, A, alpha: alpha)),
    ),
    ("below 0 you multiplied dA by the value a. The slope is alpha e^z, which is a + alpha.", pair(elu, elu_slope(lambda Z, A, alpha: A))),
    ("below 0 the slope is a + alpha. You added 1, which is right only for alpha = 1.", pair(elu, elu_slope(lambda Z, A, alpha: A + 1))),
    ("alpha is missing in dZ: below 0 the slope is alpha e^z, or a + alpha.", pair(elu, elu_slope(lambda Z, A, alpha: np.exp(Z)))),
    (
        "dZ takes e to the output: below 0 the slope is alpha e^z, or a + alpha without any exp.",
        pair(elu, elu_slope(lambda Z, A, alpha: alpha * np.exp(A))),
    ),
    ("dZ is that of a ReLU: below 0 nothing passes. ELU has the slope a + alpha there.", pair(elu, elu_slope(lambda Z, A, alpha: 0.0))),
    ("dZ is dA everywhere. Below 0 the slope is not 1 but a + alpha.", pair(elu, elu_slope(lambda Z, A, alpha: 1.0))),
    (
        "below 0 the slope is not alpha alone, that is its value at z = 0. It is alpha e^z = a + alpha.",
        pair(elu, elu_slope(lambda Z, A, alpha: alpha)),
    ),
    (
        "dZ holds the slopes alone, 1 and a + alpha: what arrives, dA, multiplies them.",
        pair(elu, lambda dA, Z, A, alpha: np.where(Z > 0, 1.0, A + alpha)),
    ),
    (
        "the sign in A: below 0 it is alpha (e^z - 1), which is negative.",
        pair(elu_value(lambda Z, alpha: alpha * (1 - np.exp(Z))), elu_slope(lambda Z, A, alpha: -alpha * np.exp(Z))),
    ),
    (
        "alpha is missing in A: below 0 it is alpha (e^z - 1). Your dZ = dA (a + alpha) is right once A is.",
        pair(elu_value(lambda Z, alpha: np.exp(Z) - 1), elu_slope(lambda Z, A, alpha: A + alpha)),
    ),
    (
        "the -1 is missing in A: below 0 it is alpha (e^z - 1). Your dZ = dA (a + alpha) is right once A is.",
        pair(elu_value(lambda Z, alpha: alpha * np.exp(Z)), elu_slope(lambda Z, A, alpha: A + alpha)),
    ),
    (
        "parentheses in A: write alpha * (np.exp(...) - 1), so that alpha multiplies the -1 too. Your dZ is right once A is.",
        pair(elu_value(lambda Z, alpha: alpha * np.exp(Z) - 1), elu_slope(lambda Z, A, alpha: A + alpha)),
    ),
    (
        "the larger of the two branches is the right one only for alpha up to 1. Choose by the sign of z: np.where(Z > 0, ..., ...).",
        lambda Z, dA, alpha: (
            np.maximum(Z, alpha * np.expm1(np.minimum(Z, 0))),
            np.where(Z > 0, dA, dA * alpha * np.exp(np.minimum(Z, 0))),
        ),
    ),
    (
        "the branches of dZ are swapped: for z > 0 the slope is 1, below it is a + alpha.",
        pair(elu, lambda dA, Z, A, alpha: np.where(Z > 0, dA * (A + alpha), dA)),
    ),
    ("both are right, but in the wrong order: return A, dZ.", elu_layer.spoil(lambda A, dZ: (dZ, A))),
)
