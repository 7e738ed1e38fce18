import numpy as np

from ..exercise import exercise
from ..properties import matches_slope_of


def relu_inputs(rng):
    shape = rng.integers(4, 7, 2)
    return rng.standard_normal(shape), rng.standard_normal(shape)


def off_the_kink(rng):
    """Z, at least 0.01 away from 0, where a nudge would see both sides, and dA."""
    dA, Z = relu_inputs(rng)
    return Z + 0.01 * np.sign(Z), dA


def closed_at_zero(answer, rng):
    dA = rng.standard_normal((2, 3))
    return not np.any(answer(dA, np.zeros((2, 3)))) or "at z = 0 exactly, dZ must be 0, as with the mask Z > 0."


@exercise(
    "week2.relu_backward",
    title="The backward pass of a ReLU",
    minutes=3,
    difficulty=2,
    importance=5,
    returns={"dZ": "Z.shape"},
    inputs=relu_inputs,
    hints=(
        "A ReLU is a max gate, max(z, 0), for every entry. Which entries let the gradient through?",
        "dZ is dA where Z > 0, and 0 elsewhere.",
        "return dA * (...): a comparison gives True and False, which multiply as 1 and 0.",
    ),
    properties=(
        ("matches finite differences", matches_slope_of(lambda Z: np.maximum(Z, 0), off_the_kink, lambda answer, Z, dA: answer(dA, Z))),
        ("is 0 where z is exactly 0", closed_at_zero),
    ),
)
def relu_backward(dA, Z):
    return dA * (Z > 0)


relu_backward.also_right(lambda dA, Z: np.where(Z > 0, dA, 0.0))

relu_backward.add_mistakes(
    (
        "you cut off the negative entries of dA. It is Z that decides what passes, not the gradient: dA * (Z > 0).",
        lambda dA, Z: np.maximum(dA, 0),
    ),
    (
        "nothing is blocked. Either the mask is missing, or it was taken from A >= 0, which is true everywhere: use Z > 0.",
        lambda dA, Z: dA * (np.maximum(Z, 0) >= 0),
    ),
    (
        "you multiplied by the output max(Z, 0). What counts is the slope, which is 1 or 0: dA * (Z > 0).",
        lambda dA, Z: dA * np.maximum(Z, 0),
    ),
    ("this is the mask alone, the slopes 1 and 0: multiply it by dA.", lambda dA, Z: (Z > 0) * 1.0),
    ("the mask is the wrong way round: the gradient passes where Z > 0.", lambda dA, Z: dA * (Z < 0)),
    ("you multiplied by Z. The slope of a ReLU is 1 where Z > 0 and 0 elsewhere: dA * (Z > 0).", lambda dA, Z: dA * Z),
    ("where Z < 0 you return Z in place of a gradient: there dZ is 0.", lambda dA, Z: np.where(Z > 0, dA, Z)),
    ("you multiplied by the sign of Z, which is -1 where Z < 0. There the slope is 0: dA * (Z > 0).", lambda dA, Z: dA * np.sign(Z)),
    ("this is the forward pass, max(Z, 0). Going back, dA is what passes, where Z > 0: dA * (Z > 0).", lambda dA, Z: np.maximum(Z, 0)),
    ("dA and Z are swapped: dA passes, and Z decides where. Write dA * (Z > 0).", lambda dA, Z: Z * (dA > 0)),
    ("you kept only the entries that pass, so the shape is lost. The others stay in place, as 0: dA * (Z > 0).", lambda dA, Z: dA[Z > 0]),
)
