import numpy as np

from ..exercise import exercise


def shuffled_labels(rng):
    """Labels of 5 or 6 classes, the last of which never occurs: counting the classes in y gives one too few."""
    y = np.concatenate([[2, 0, 3, 1, 1], rng.integers(0, 4, rng.integers(3, 6))])
    return rng.permutation(y), int(rng.integers(5, 7))


def one_hot_can_be_undone(answer, rng):
    y, k = shuffled_labels(rng)
    Y = np.asarray(answer(y, k))
    return bool(np.array_equal(Y.argmax(axis=1), y) and (Y.sum(axis=1) == 1).all())


@exercise(
    "week0.one_hot",
    title="Labels as rows with a single 1",
    minutes=5,
    difficulty=2,
    importance=4,
    returns={"Y": "(m, k)"},
    inputs=shuffled_labels,
    hints=(
        "Row c of the identity matrix is the row for class c. Which rows do you need, and in which order?",
        "Y[i, j] = 1 if y[i] = j, else 0.",
        "return np.eye(...)[...]",
    ),
    properties=(("argmax of each row gives the label back", one_hot_can_be_undone),),
)
def one_hot(y, k):
    return np.eye(k)[y]


one_hot.also_right(lambda y, k: y[:, None] == np.arange(k))


@one_hot.also_right
def filled_by_index(y, k):
    Y = np.zeros((len(y), k))
    Y[np.arange(len(y)), y] = 1
    return Y


def marked(places):
    """A wrong solution: zeros, with 1 at the places that this index chooses."""

    def answer(y, k):
        Y = np.zeros((len(y), k))
        Y[places(y)] = 1
        return Y

    return answer


one_hot.add_mistakes(
    (
        "there are y.max() + 1 columns: a class that does not occur in y still needs its column. Use k.",
        lambda y, k: np.eye(y.max() + 1)[y],
    ),
    ("Y is (k, m): examples are rows, so it must be transposed to (m, k).", lambda y, k: np.eye(k)[y].T),
    (
        "each 1 is one column too far left (for class 0 in the last column), as with y - 1: classes count from 0.",
        lambda y, k: np.eye(k)[y - 1],
    ),
    (
        "whole columns are filled, as Y[:, y] = 1 does: pair each row with its own label, Y[np.arange(m), y] = 1.",
        marked(lambda y: (slice(None), y)),
    ),
    ("the label itself is where the 1 should be: class 2 is not twice class 1. Write 1.", lambda y, k: np.eye(k)[y] * y[:, None]),
    ("ones and zeros are swapped: the 1 belongs to the class of the example, 0 to all others.", lambda y, k: 1.0 - np.eye(k)[y]),
    ("that is the identity matrix itself: choose the row of each label from it with [y].", lambda y, k: np.eye(k)),
    (
        "whole rows are filled, those numbered by the labels, as Y[y] = 1 does: row i gets a single 1, in column y[i]. Write Y[np.arange(m), y] = 1.",
        marked(lambda y: y),
    ),
    ("the ones run down from the top left corner, whatever y is: the 1 of row i belongs in column y[i].", lambda y, k: np.eye(len(y), k)),
    ("there is one column too many: k classes are numbered 0 to k - 1, so k columns are enough.", lambda y, k: np.eye(k + 1)[y]),
)
