import numpy as np

from ...activations import sigmoid
from ..exercise import exercise
from .shared import hard_logits, naive_bce


def agrees_with_the_naive_form(answer, rng):
    z, y = rng.uniform(-5, 5, (9, 1)), rng.integers(0, 2, (9, 1)).astype(float)
    return np.allclose(answer(z, y), naive_bce(z, y)) or "for logits between -5 and 5 it differs from the textbook formula (4)."


def turning_both_changes_nothing(answer, rng):
    z, y = hard_logits(rng)
    return np.allclose(answer(z, y), answer(-z, 1 - y)) or "calling class 1 class 0 must only flip the sign of z."


@exercise(
    "week4.binary_cross_entropy",
    title="Binary cross-entropy that no logit can break",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"losses": "(m, 1)"},
    inputs=hard_logits,
    hints=(
        "Never form p. Write the loss of one example in z alone, so that e is never raised to a positive power.",
        "max(z, 0) - y z + log(1 + e^-|z|), for each example.",
        "return np.maximum(z, 0) - ... + np.log1p(np.exp(-np.abs(...)))",
    ),
    properties=(
        ("equal to the textbook formula where that one works", agrees_with_the_naive_form),
        ("the same if the classes swap names", turning_both_changes_nothing),
    ),
)
def binary_cross_entropy(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


binary_cross_entropy.also_right(lambda z, y: np.logaddexp(0, z) - y * z)
binary_cross_entropy.also_right(lambda z, y: np.logaddexp(0, np.where(y == 1, -z, z)))


def clipped(eps):
    """p held away from 0 and 1 by eps, the usual patch."""

    def answer(z, y):
        p = np.clip(sigmoid(z), eps, 1 - eps)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p))

    return answer


def padded(eps):
    """eps added inside the log, the other patch."""

    def answer(z, y):
        p = sigmoid(z)
        return -(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps))

    return answer


binary_cross_entropy.add_mistakes(
    (
        "this is the textbook formula (4): at z = 800 its log(1 - p) comes out infinite. Use (7), which has no such term.",
        naive_bce,
    ),
    ("this is infinite at z = 800: raise e only to -|z|, and max(z, 0) carries the rest.", lambda z, y: np.log(1 + np.exp(z)) - y * z),
    (
        "e^|z| overflows at z = 800. The power is negative: np.exp(-np.abs(z)).",
        lambda z, y: np.maximum(z, 0) - y * z + np.log1p(np.exp(np.abs(z))),
    ),
    (
        "e^-z overflows at z = -800. The power is -|z|, never positive: np.exp(-np.abs(z)).",
        lambda z, y: np.maximum(z, 0) - y * z + np.log1p(np.exp(-z)),
    ),
    (
        "the term max(z, 0) is missing: without it a confident error with y = 0 costs nothing.",
        lambda z, y: -y * z + np.log1p(np.exp(-np.abs(z))),
    ),
    ("the term log(1 + e^-|z|) is missing. It is what remains near z = 0, where p is 1/2: log 2.", lambda z, y: np.maximum(z, 0) - y * z),
    (
        "the sign of y z is flipped: a large z with y = 1 is right, so it must lower the loss. Write - y * z.",
        lambda z, y: np.maximum(z, 0) + y * z + np.log1p(np.exp(-np.abs(z))),
    ),
    (
        "the classes are swapped: z speaks for y = 1, so the middle term is - y * z, not - (1 - y) * z.",
        lambda z, y: np.maximum(z, 0) - (1 - y) * z + np.log1p(np.exp(-np.abs(z))),
    ),
    (
        "you took |z| for max(z, 0): for negative z the first term is 0. Write np.maximum(z, 0).",
        lambda z, y: np.abs(z) - y * z + np.log1p(np.exp(-np.abs(z))),
    ),
    (
        "nan_to_num hides the nan, and turns the loss of a confident error into 1.8e308. Fix the cause: use (7), which never forms p.",
        lambda z, y: np.nan_to_num(naive_bce(z, y)),
    ),
    ("this is the squared error of the probability, (p - y)^2. You need the cross-entropy, by (7).", lambda z, y: (sigmoid(z) - y) ** 2),
    (
        "you need the loss of each example, shape (m, 1). Leave the mean out: it comes later.",
        lambda z, y: np.mean(np.logaddexp(0, z) - y * z),
    ),
    (
        "this is (6), which is safe for z >= 0 only: at z = -800 it is infinite. Use (7), where the power is e^-|z|.",
        lambda z, y: (1 - y) * z + np.log1p(np.exp(-z)),
    ),
    (
        "this is infinite where y = 0 and z = 800. Use (7): the power is e^-|z|, and max(z, 0) carries the rest.",
        lambda z, y: np.where(y == 1, np.log1p(np.exp(-z)), np.log1p(np.exp(z))),
    ),
    (
        "the log of the last term is missing: log(1 + e^-|z|), that is np.log1p(np.exp(-np.abs(z))).",
        lambda z, y: np.maximum(z, 0) - y * z + np.exp(-np.abs(z)),
    ),
    (
        "the e of the last term is missing: log(1 + e^-|z|), that is np.log1p(np.exp(-np.abs(z))).",
        lambda z, y: np.maximum(z, 0) - y * z + np.log1p(-np.abs(z)),
    ),
    (
        "the losses are right, but they have lost their axis: z is (m, 1), so return (m, 1).",
        lambda z, y: (np.logaddexp(0, z) - y * z).ravel(),
    ),
    *(
        row
        for eps in (1e-7, 1e-8, 1e-10, 1e-12, 1e-15)
        for row in (
            (
                f"p is clipped at {eps:g}: no nan, but every confident error costs the same {-np.log(eps):.1f}, "
                "and learns nothing more. The true loss at z = 800, y = 0 is 800. Use (7).",
                clipped(eps),
            ),
            (
                f"{eps:g} is added inside the log, or bounds it: no nan, but the loss of a confident error stops at {-np.log(eps):.1f}. "
                "The true one at z = 800, y = 0 is 800. Use (7).",
                padded(eps),
            ),
        )
    ),
)
