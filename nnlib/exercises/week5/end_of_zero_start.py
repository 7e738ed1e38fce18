import numpy as np

from ...gradient_check import numerical_gradient
from ..exercise import exercise


def unequal_labels(rng):
    ones = int(rng.choice([2, 3, 7, 8, 9]))
    return (rng.permutation(np.repeat([0, 1], [int(rng.integers(11, 13)) - ones, ones])),)


def nothing_left_to_gain(answer, rng):
    (y,) = unequal_labels(rng)
    b, L = answer(y)
    loss = lambda t: float(np.mean(np.log1p(np.exp(t[0])) - y * t[0]))  # noqa: E731
    point = np.array([float(b)])
    if abs(numerical_gradient(loss, point)[0]) > 1e-6:
        return "at your b the loss still has a slope: gradient descent would go on."
    return bool(np.isclose(loss(point), L)) or "L is not the loss at your b."


@exercise(
    "week5.end_of_zero_start",
    title="Where a zero start ends",
    minutes=6,
    difficulty=3,
    importance=3,
    returns={"b": None, "L": None},
    inputs=unequal_labels,
    hints=(
        "Only the output bias b moves, so every example gets the same logit b, and the same probability p = sigmoid(b). Which p is best?",
        "The gradient of the mean loss is p minus the mean of y: it is 0 where p is the share of ones. Solve sigmoid(b) = p for b.",
        "p = y.mean(); b = log(p / (1 - p)); L = -(p log p + (1 - p) log(1 - p))",
    ),
    properties=(("the slope of the loss at b is 0, and L is the loss there", nothing_left_to_gain),),
)
def end_of_zero_start(y):
    p = y.mean()
    b = np.log(p / (1 - p))
    L = -(p * np.log(p) + (1 - p) * np.log(1 - p))
    return b, L


@end_of_zero_start.also_right
def from_the_two_counts(y):
    ones, zeros = (y == 1).sum(), (y == 0).sum()
    b = np.log(ones) - np.log(zeros)
    return b, np.mean(np.log(1 + np.exp(b)) - y * b)


end_of_zero_start.add_mistakes(
    ("that is the start, b = 0 and log 2. The output bias does learn: it moves until p is the share of ones.", lambda y: (0.0, np.log(2))),
    (
        "b is the share of ones itself. The bias is a logit: solve sigmoid(b) = p, which gives log(p / (1 - p)).",
        lambda y: (y.mean(), end_of_zero_start.reference(y)[1]),
    ),
    (
        "b has the wrong sign: with more ones than zeros the logit is positive. It is log(p / (1 - p)), p the share of ones.",
        end_of_zero_start.spoil(lambda b, L: (-b, L)),
    ),
    ("b is right. L is still log 2, the loss at the start: put p into the loss.", lambda y: (end_of_zero_start.reference(y)[0], np.log(2))),
    (
        "b is right. In L the zeros are missing: they cost -log(1 - p) each, and their share is 1 - p.",
        lambda y: (end_of_zero_start.reference(y)[0], -y.mean() * np.log(y.mean())),
    ),
    (
        "b is right. L is in bits: the loss of this course uses the natural logarithm, np.log.",
        end_of_zero_start.spoil(lambda b, L: (b, L / np.log(2))),
    ),
    ("b is right. L lacks its minus sign: a cross-entropy is never negative.", end_of_zero_start.spoil(lambda b, L: (b, -L))),
    (
        "b is sigmoid(p). It is the other way round: sigmoid(b) = p, so b = log(p / (1 - p)).",
        lambda y: (1 / (1 + np.exp(-y.mean())), end_of_zero_start.reference(y)[1]),
    ),
    (
        "b = log p is the logit only together with the zeros: log p - log(1 - p).",
        lambda y: (np.log(y.mean()), end_of_zero_start.reference(y)[1]),
    ),
)
