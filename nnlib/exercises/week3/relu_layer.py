import numpy as np

from ..exercise import exercise
from ..properties import matches_slope_of
from .shared import MATCHES, PAIR, pair, scores_and_gradient


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
    properties=((MATCHES, matches_slope_of(relu, scores_and_gradient)),),
)
def relu_layer(Z, dA):
    A = np.maximum(Z, 0)
    dZ = dA * (Z > 0)
    return A, dZ


@relu_layer.also_right
def mask_from_the_output(Z, dA):
    A = np.where(Z > 0, Z, 0.0)
    return A, dA * (A > 0)  # A > 0 just where Z > 0


@relu_layer.also_right
def sign_of_the_output(Z, dA):
    A = np.maximum(Z, 0)
    return A, dA * np.sign(A)


relu_layer.add_mistakes(
    (
        "at z = 0 exactly your slope is 1. The course takes 0 there, as the libraries do: the mask is Z > 0.",
        pair(relu, lambda dA, Z, A: dA * (Z >= 0)),
    ),
    (
        "nothing is blocked: the mask is missing, or true everywhere, as A >= 0 is. Write A > 0, or Z > 0.",
        pair(relu, lambda dA, Z, A: dA * (A >= 0)),
    ),
    ("at z = 0 exactly your slope is 1/2. There the course takes 0.", pair(relu, lambda dA, Z, A: dA * np.heaviside(Z, 0.5))),
    (
        "you multiplied by the sign of Z, which is -1 where z < 0. There the slope is 0: dA * (Z > 0).",
        pair(relu, lambda dA, Z, A: dA * np.sign(Z)),
    ),
    ("(Z > 0) is the slope alone: what arrives, dA, multiplies it.", pair(relu, lambda dA, Z, A: (Z > 0) * 1.0)),
    ("you cut off the negative entries of dA. It is Z that decides what passes: dA * (Z > 0).", pair(relu, lambda dA, Z, A: relu(dA))),
    ("dZ is dA times the value A. The slope is 1 where z > 0: dA * (Z > 0).", pair(relu, lambda dA, Z, A: dA * A)),
    ("the mask is the wrong way round: the gradient passes where z > 0.", pair(relu, lambda dA, Z, A: dA * (Z < 0))),
    (
        "dZ looks at dA to see what passes, and passes Z on. It must be the reverse: dA passes where Z > 0.",
        pair(relu, lambda dA, Z, A: Z * (dA > 0)),
    ),
    ("A is the absolute value. Negative entries become 0: np.maximum(Z, 0).", pair(np.abs, lambda dA, Z, A: dA * (Z > 0))),
    (
        "A keeps the negative entries: that is the minimum. Write np.maximum(Z, 0).",
        pair(lambda Z: np.minimum(Z, 0), lambda dA, Z, A: dA * (Z > 0)),
    ),
    (
        "A is the mask, 1 and 0. Positive entries pass as they are: np.maximum(Z, 0).",
        pair(lambda Z: (Z > 0) * 1.0, lambda dA, Z, A: dA * (Z > 0)),
    ),
    (
        "below 0 a share of 0.01 passes. Here it is 0.",
        pair(lambda Z: np.maximum(Z, 0.01 * Z), lambda dA, Z, A: np.where(Z > 0, dA, 0.01 * dA)),
    ),
    ("both are right, but in the wrong order: return A, dZ.", lambda Z, dA: (dA * (Z > 0), relu(Z))),
)
