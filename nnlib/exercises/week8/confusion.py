import numpy as np

from ..exercise import exercise
from .shared import counts


def truth_and_answers(rng):
    """Labels and answers of 5 or 6 classes, the last one never occurring among the first four; several pairs occur more than once."""
    y = rng.permutation([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3][: rng.integers(13, 15)])
    predicted = y.copy()
    wrong = rng.permutation(np.flatnonzero(y == 0))[:2], np.flatnonzero(y == 3)[:1], np.flatnonzero(y == 2)[:1]
    for rows, answer in zip(wrong, (2, 1, 0)):
        predicted[rows] = answer
    return y, predicted, int(rng.integers(5, 7))


@exercise(
    "week8.confusion",
    title="Which class is taken for which",
    minutes=7,
    difficulty=2,
    importance=4,
    returns={"C": "(k, k)"},
    inputs=truth_and_answers,
    hints=(
        "Go through the examples. Each adds 1 in one place of the table: in which row, in which column?",
        "C[i, j] counts the examples of class i that were predicted as j. A class may be missing: the table has k rows anyway.",
        "C = np.zeros((k, k), dtype=int); for truth, answer in zip(y, predicted): C[..., ...] += 1",
    ),
    properties=(
        (
            "the rows add up to the number of examples of each class",
            lambda f, rng: (lambda y, p, k: np.array_equal(f(y, p, k).sum(axis=1), np.bincount(y, minlength=k)))(*truth_and_answers(rng)),
        ),
    ),
)
def confusion(y, predicted, k):
    C = np.zeros((k, k), dtype=int)
    for truth, answer in zip(y, predicted):
        C[truth, answer] += 1
    return C


confusion.also_right(lambda y, predicted, k: np.bincount(k * y + predicted, minlength=k * k).reshape(k, k))
confusion.also_right(lambda y, predicted, k: np.eye(k, dtype=int)[y].T @ np.eye(k, dtype=int)[predicted])

confusion.add_mistakes(
    (
        "rows and columns are swapped: the row is the true class, the column the predicted one, C[truth, answer].",
        lambda y, predicted, k: counts(y, predicted, k).T,
    ),
    (
        "a pair that occurs several times is counted once, as `C[y, predicted] += 1` does. Add 1 for each example, in a loop or with np.add.at.",
        lambda y, predicted, k: np.minimum(counts(y, predicted, k), 1),
    ),
    (
        "the table has only the classes that occur. It has k rows and k columns, so that tables can be compared.",
        lambda y, predicted, k: counts(y, predicted, k)[:4, :4],
    ),
    ("only the errors are counted: correct predictions belong on the diagonal.", confusion.spoil(lambda C: C - np.diag(np.diag(C)))),
    (
        "only the correct predictions are counted: the errors, off the diagonal, are what the table is for.",
        lambda y, predicted, k: np.diag(np.diag(counts(y, predicted, k))),
    ),
    ("these are shares of each row. You need counts.", confusion.spoil(lambda C: C / np.maximum(C.sum(axis=1, keepdims=True), 1))),
    ("these are shares of all examples. You need counts.", lambda y, predicted, k: counts(y, predicted, k) / len(y)),
    (
        "every example was counted twice, as C[truth, answer] and as C[answer, truth]. Count it once: C[truth, answer] += 1.",
        confusion.spoil(lambda C: C + C.T),
    ),
)
