import numpy as np

from ...activations import sigmoid, softmax
from ..exercise import exercise
from ..properties import matches_finite_differences
from .shared import cross_entropy


def logits_and_labels(rng):
    """Logits (7, k) and labels neither sorted nor equally frequent; with k = 4 the last class never occurs."""
    return rng.standard_normal((7, rng.integers(3, 5))) * 2, rng.permutation([0, 2, 1, 2, 2, 0, 2])


matches_the_loss = matches_finite_differences(
    logits_and_labels,
    loss=lambda _, Z, y: cross_entropy(Z, y),
    gradient=lambda answer, Z, y: answer(Z, y),
    otherwise="your dZ does not agree with finite differences of the loss.",
)


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
    properties=(("matches finite differences of the loss", matches_the_loss), ("each row sums to 0", rows_sum_to_zero)),
)
def softmax_cross_entropy_backward(Z, y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    Y = np.eye(Z.shape[1])[y]
    return (P - Y) / len(y)


@softmax_cross_entropy_backward.also_right
def subtracting_in_place(Z, y):
    dZ = np.exp(Z) / np.exp(Z).sum(axis=1)[:, None]
    dZ[np.arange(len(y)), y] -= 1
    return dZ / len(y)


def whole_columns(Z, y):
    P = softmax(Z)
    P[:, y] -= 1
    return P / len(y)


def maximum_of_each_column(Z, y):
    E = np.exp(Z - Z.max(axis=0))
    return (E / E.sum(axis=1, keepdims=True) - np.eye(Z.shape[1])[y]) / len(y)


softmax_cross_entropy_backward.add_mistakes(
    (
        "the 1/m is missing. The loss is a mean over m examples, and here is the one place where it enters: (P - Y) / m.",
        lambda Z, y: softmax(Z) - np.eye(Z.shape[1])[y],
    ),
    (
        "the sign is flipped: it is P - Y. Raising the score of a wrong class raises the loss.",
        lambda Z, y: (np.eye(Z.shape[1])[y] - softmax(Z)) / len(y),
    ),
    (
        "the softmax runs down the columns, so examples are mixed. Each row is an example: sum over axis=1.",
        lambda Z, y: (np.exp(Z) / np.exp(Z).sum(axis=0) - np.eye(Z.shape[1])[y]) / len(y),
    ),
    (
        "the softmax divides by the sum of the whole matrix. Each row is a set of probabilities: .sum(axis=1, keepdims=True).",
        lambda Z, y: (np.exp(Z) / np.exp(Z).sum() - np.eye(Z.shape[1])[y]) / len(y),
    ),
    ("Y is missing: subtract 1 from the probability of the right class in each row.", lambda Z, y: softmax(Z) / len(y)),
    ("you subtracted 1 from whole columns: P[:, y] means every row at the columns y. Write P[np.arange(m), y] -= 1.", whole_columns),
    (
        "you divided by the number of all entries, m times k. The loss is a mean over the m examples: divide by m.",
        lambda Z, y: (softmax(Z) - np.eye(Z.shape[1])[y]) / Z.size,
    ),
    (
        "these are scores minus labels: the softmax is missing. Turn each row of Z into probabilities first.",
        lambda Z, y: (Z - np.eye(Z.shape[1])[y]) / len(y),
    ),
    (
        "-Y / P is the gradient with respect to the probabilities. One step is left, back through the softmax: dZ = (P - Y) / m.",
        lambda Z, y: -np.eye(Z.shape[1])[y] / softmax(Z) / len(y),
    ),
    (
        "you subtracted the class index y from the probabilities, as if it were a number. Use its one-hot row: Y = np.eye(Z.shape[1])[y].",
        lambda Z, y: (softmax(Z) - y[:, None]) / len(y),
    ),
    (
        "there is a factor p (1 - p), but P - Y is already the gradient for the scores. Write (P - Y) / m.",
        lambda Z, y: (softmax(Z) - np.eye(Z.shape[1])[y]) * softmax(Z) * (1 - softmax(Z)) / len(y),
    ),
    (
        "this is a sigmoid of each score. The classes share one softmax: divide e^Z by the sum of its row, .sum(axis=1, keepdims=True).",
        lambda Z, y: (sigmoid(Z) - np.eye(Z.shape[1])[y]) / len(y),
    ),
    (
        "you divided by k, the number of classes. The loss is a mean over the m examples: divide by m, len(y).",
        lambda Z, y: (softmax(Z) - np.eye(Z.shape[1])[y]) / Z.shape[1],
    ),
    (
        "you subtracted the maximum of each column, so the rows no longer agree. Subtract the maximum of each row: axis=1, keepdims=True.",
        maximum_of_each_column,
    ),
    ("this is the loss itself, one number. You need its gradient, one number for each score: dZ = (P - Y) / m.", cross_entropy),
    (
        "only the right class of each example is here. The scores of the other classes have a gradient too, P / m: return the whole (P - Y) / m.",
        lambda Z, y: (softmax(Z)[np.arange(len(y)), y] - 1) / len(y),
    ),
)
