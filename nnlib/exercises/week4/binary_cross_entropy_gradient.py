import numpy as np

from ...activations import sigmoid
from ..exercise import exercise
from ..properties import matches_finite_differences, overflows
from .shared import hard_logits, naive_bce


def mild_logits(rng):
    return rng.uniform(-5, 5, (7, 1)), rng.integers(0, 2, (7, 1)).astype(float)


matches_the_mean_loss = matches_finite_differences(
    mild_logits,
    loss=lambda _, z, y: naive_bce(z, y).mean(),
    gradient=lambda answer, z, y: answer(z, y),
    otherwise="your dZ is not the gradient of the mean of the losses.",
    atol=1e-8,
)


def nothing_overflows(answer, rng):
    y = np.ones((2, 1))
    if overflows(answer, np.full((2, 1), -800.0), y) or overflows(answer, np.full((2, 1), 800.0), y):
        return "the numbers are right, but at z = -800 or 800 something overflows on the way, as an exp does. Raise e to -|z| only: e = np.exp(-np.abs(z))."
    return True


@exercise(
    "week4.binary_cross_entropy_gradient",
    title="The gradient of the binary cross-entropy",
    minutes=5,
    difficulty=2,
    importance=5,
    returns={"dZ": "(m, 1)"},
    inputs=hard_logits,
    hints=(
        "After all the cancelling, one difference is left, between the prediction and the label.",
        "dZ = (p - y) / m, with p the sigmoid of z. Compute p so that e is never raised to a positive power.",
        "e = np.exp(-np.abs(z)); p = np.where(z >= 0, 1, e) / (1 + e); return ...",
    ),
    properties=(
        ("matches finite differences of the mean loss", matches_the_mean_loss),
        ("no overflow at z = -800 and z = 800", nothing_overflows),
    ),
)
def binary_cross_entropy_gradient(z, y):
    e = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, e) / (1 + e)
    return (p - y) / len(z)


binary_cross_entropy_gradient.also_right(lambda z, y: (0.5 * (1 + np.tanh(z / 2)) - y) / len(z))


def gradient_for_p(z, y):
    """Of each example's loss."""
    p = 1 / (1 + np.exp(-z))
    return -y / p + (1 - y) / (1 - p)


binary_cross_entropy_gradient.add_mistakes(
    (
        "the 1/m is missing. The loss is a mean over the examples, and here is where it enters: (p - y) / len(z).",
        lambda z, y: sigmoid(z) - y,
    ),
    ("the sign is flipped: p - y, not y - p. If p is above y, raising z raises the loss.", lambda z, y: (y - sigmoid(z)) / len(z)),
    (
        "the two factors of the chain rule are computed one by one: at z = 800 the first divides by 1 - p = 0. Cancel on paper first: (p - y) / m.",
        lambda z, y: gradient_for_p(z, y) * sigmoid(z) * (1 - sigmoid(z)) / len(z),
    ),
    (
        "this is the gradient for p, and it divides by 0 where p is 0 or 1. You need dZ, where the sigmoid's slope cancels it.",
        lambda z, y: gradient_for_p(z, y) / len(z),
    ),
    (
        "the slope p (1 - p) is applied a second time: p - y is already the gradient for z. At z = -10 your network would hardly learn.",
        lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)) / len(z),
    ),
    (
        "this is the gradient of the squared error after a sigmoid, 2 (p - y) p (1 - p). For the cross-entropy it is p - y.",
        lambda z, y: 2 * (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)) / len(z),
    ),
    ("there is no factor 2: that belongs to the squared error. The gradient is (p - y) / m.", lambda z, y: 2 * (sigmoid(z) - y) / len(z)),
    (
        "e^z is infinite at z = 800, and e^z / (1 + e^z) is nan. Use e = np.exp(-np.abs(z)), and np.where for the two signs of z.",
        lambda z, y: (np.exp(z) / (1 + np.exp(z)) - y) / len(z),
    ),
    (
        "z - y compares the logit with the label. What is compared with the label is the probability, the sigmoid of z.",
        lambda z, y: (z - y) / len(z),
    ),
    (
        "this compares decisions, 0 or 1, with labels: the rule of the perceptron. The loss wants the probability: p - y.",
        lambda z, y: ((z > 0) - y) / len(z),
    ),
    ("the labels are missing: the gradient is p - y, not p.", lambda z, y: sigmoid(z) / len(z)),
    (
        "you need one number per example, shape (m, 1): divide each by m, and add nothing up.",
        lambda z, y: np.mean(sigmoid(z) - y),
    ),
    (
        "this is the sigmoid of |z|: for negative z it is 1 - p. With e = np.exp(-np.abs(z)) write np.where(z >= 0, 1, e) / (1 + e).",
        lambda z, y: (sigmoid(np.abs(z)) - y) / len(z),
    ),
    ("your p is the probability of class 0: the sigmoid has e^-z below, 1 / (1 + e^-z).", lambda z, y: (sigmoid(-z) - y) / len(z)),
    ("you return the losses themselves. You need their gradient, (p - y) / m.", lambda z, y: np.logaddexp(0, z) - y * z),
)
