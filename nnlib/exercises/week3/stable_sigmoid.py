import numpy as np

from ..exercise import exercise
from ..properties import overflows


def far_scores(rng):
    """Scores from tiny to huge, of both signs, in no order."""
    Z = np.concatenate([[800.0, -800.0, 0.0, 60.0, -60.0], rng.uniform(300, 2000, 2), -rng.uniform(300, 2000, 2), rng.uniform(-4, 4, 6)])
    return (rng.permutation(Z).reshape(*rng.permutation([5, 3])),)


NAIVE = "the numbers are right, but at z = -800 a power of e overflows, as e^-z does. Use u = np.exp(-np.abs(Z)), which is never above 1."
BOTH = (
    "the numbers are right, but a power of e overflows on both sides, as when np.where computes both of its branches everywhere. "
    "Compute u = np.exp(-np.abs(Z)) once, and choose the numerator only."
)
RIGHT_SIDE = "the numbers are right, but at z = +800 something overflows on the way. Use u = np.exp(-np.abs(Z)), which is never above 1."
LOST = (
    "nothing overflows, but small results lose their digits: at z = -40 it must be e^-40, about 4e-18. "
    "Beside 1, float64 cannot tell 4e-18 from 0, so it cannot be had as a difference of numbers near 1. Write u / (1 + u)."
)
CUT = "nothing overflows, but at z = -600 it must be e^-600, about 3e-261. A cut, or a small number added, spoils it: with u = np.exp(-np.abs(Z)) none is needed."


def nothing_overflows(answer, rng):
    left, right = overflows(answer, np.full((2, 2), -800.0)), overflows(answer, np.full((2, 2), 800.0))
    return BOTH if left and right else NAIVE if left else RIGHT_SIDE if right else True


def small_ones_keep_their_digits(answer, rng):
    if not np.allclose(answer(np.array([[-40.0, -100.0]])) * np.exp([40.0, 100.0]), 1, rtol=1e-6):
        return CUT if np.any(answer(np.array([[-2000.0]]))) else LOST  # e^-2000 is 0 in float64
    return bool(np.allclose(answer(np.array([[-600.0]])) * np.exp(600.0), 1, rtol=1e-6)) or CUT


@exercise(
    "week3.stable_sigmoid",
    title="A sigmoid for every z",
    minutes=12,
    difficulty=3,
    importance=5,
    returns={"A": "Z.shape"},
    inputs=far_scores,
    hints=(
        "e^z overflows for large z, e^-z for very negative z. The one thing that never overflows is e to a power that is never positive.",
        "With u = e^-|z|: for z >= 0 it is 1 / (1 + u), for z < 0 it is u / (1 + u).",
        "u = np.exp(-np.abs(Z)); return np.where(..., 1.0, ...) / (1 + u): the denominator is the same on both sides.",
    ),
    properties=(
        ("no overflow at z = -800 and z = 800", nothing_overflows),
        ("right to 6 digits at z = -40 and z = -600", small_ones_keep_their_digits),
    ),
)
def stable_sigmoid(Z):
    u = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1.0, u) / (1 + u)


stable_sigmoid.also_right(lambda Z: np.exp(-np.logaddexp(0, -Z)))


@stable_sigmoid.also_right
def one_side_at_a_time(Z):
    A = np.empty_like(Z)
    A[Z >= 0] = 1 / (1 + np.exp(-Z[Z >= 0]))
    A[Z < 0] = np.exp(Z[Z < 0]) / (1 + np.exp(Z[Z < 0]))
    return A


stable_sigmoid.add_mistakes(
    (NAIVE, lambda Z: 1 / (1 + np.exp(-Z))),
    (BOTH, lambda Z: np.where(Z >= 0, 1 / (1 + np.exp(-Z)), np.exp(Z) / (1 + np.exp(Z)))),
    (RIGHT_SIDE, lambda Z: 1 - 1 / (1 + np.exp(Z))),
    (LOST, lambda Z: 0.5 * (1 + np.tanh(Z / 2))),
    (CUT, lambda Z: 1 / (1 + np.exp(-np.clip(Z, -30, 30)))),
    (
        "nan for large z: there e^z / (1 + e^z) is infinity over infinity, and nan times 0 is nan, too. Use u = np.exp(-np.abs(Z)).",
        lambda Z: np.exp(Z) / (1 + np.exp(Z)),
    ),
    (
        "at large z there is 0 where 1 belongs, as nan_to_num puts it for a nan. Fix the formula: u = np.exp(-np.abs(Z)).",
        lambda Z: np.nan_to_num(np.exp(Z) / (1 + np.exp(Z))),
    ),
    (
        "you used 1 / (1 + u) on both sides. For z < 0 it is u / (1 + u): without that the curve goes up on both sides.",
        lambda Z: 1 / (1 + np.exp(-np.abs(Z))),
    ),
    (
        "you used u / (1 + u) on both sides. For z >= 0 it is 1 / (1 + u): there the result lies above one half.",
        lambda Z: np.exp(-np.abs(Z)) / (1 + np.exp(-np.abs(Z))),
    ),
    (
        "that is the sigmoid of -z. Over 1 + u, with u = e^-|z|, stands 1 for z >= 0 and u for z < 0.",
        lambda Z: np.where(Z >= 0, np.exp(-np.abs(Z)), 1.0) / (1 + np.exp(-np.abs(Z))),
    ),
    (
        "that is the sigmoid of -z, with nan where e^-z overflows: is a minus missing, or one too many? Begin with u = np.exp(-np.abs(Z)).",
        lambda Z: np.where(Z >= 0, 1.0, np.exp(np.abs(Z))) / (1 + np.exp(np.abs(Z))),
    ),
    (
        "subtracting the maximum is the trick of softmax. A sigmoid of z - c is another number: it is not allowed here.",
        lambda Z: np.exp(Z - Z.max()) / (1 + np.exp(Z - Z.max())),
    ),
    (
        "cutting z at -10 and 10 makes everything beyond wrong, by up to 5e-5, and its slope too. With u = np.exp(-np.abs(Z)) no cut is needed.",
        lambda Z: 1 / (1 + np.exp(-np.clip(Z, -10, 10))),
    ),
    (
        "cutting z at -20 and 20 makes everything beyond wrong, by up to 3e-9, and its slope too. With u = np.exp(-np.abs(Z)) no cut is needed.",
        lambda Z: 1 / (1 + np.exp(-np.clip(Z, -20, 20))),
    ),
    ("the denominator lacks u: it is 1 + u on both sides.", lambda Z: np.where(Z >= 0, 1.0, np.exp(-np.abs(Z)))),
)
