import numpy as np

from ..exercise import exercise


def scores(rng):
    """Scores of some examples for 3 to 5 classes, with large negative ones, so that absolute values mislead."""
    return (3 * rng.standard_normal((rng.integers(6, 9), rng.integers(3, 6))) - 1.0,)


def a_constant_changes_nothing(answer, rng):
    (Z,) = scores(rng)
    return bool(np.array_equal(answer(Z), answer(Z + rng.standard_normal((len(Z), 1)))))


@exercise(
    "week0.predicted_classes",
    title="From scores to classes",
    minutes=3,
    difficulty=1,
    importance=5,
    returns={"predicted": "(m,)"},
    inputs=scores,
    hints=(
        "Each row holds the scores of one example. You need the position of the largest one, not its value.",
        "predicted[i] = the j for which Z[i, j] is largest.",
        "return Z.argmax(axis=...)",
    ),
    properties=(("adding one number to all scores of an example changes nothing", a_constant_changes_nothing),),
)
def predicted_classes(Z):
    return Z.argmax(axis=1)


predicted_classes.also_right(lambda Z: np.array([max(range(len(row)), key=lambda j: row[j]) for row in Z]))

predicted_classes.add_mistakes(
    (
        "axis=0 looks for the best example of each class: write axis=1, so that the classes disappear and the examples stay.",
        lambda Z: Z.argmax(axis=0),
    ),
    ("without an axis, argmax gives one position in the whole table, counted through all rows: write axis=1.", lambda Z: Z.argmax()),
    ("that is the class with the smallest score: you need the largest, as argmax finds it.", lambda Z: Z.argmin(axis=1)),
    (
        "that is the class with the largest size, signs left out: a score of -9 is a strong no. Compare the scores as they are.",
        lambda Z: np.abs(Z).argmax(axis=1),
    ),
    ("classes count from 0, as Python's places do: yours are all 1 too high.", lambda Z: Z.argmax(axis=1) + 1),
    (
        "that is the whole ranking of the classes: you need only the best of each row, the last entry in this order.",
        lambda Z: Z.argsort(axis=1),
    ),
    (
        "labels are a vector (m,) in this course, you return a column (m, 1): leave out keepdims or the extra axis.",
        lambda Z: Z.argmax(axis=1, keepdims=True),
    ),
    ("that is the largest score itself: you need its position in the row, as argmax gives it.", lambda Z: Z.max(axis=1)),
    (
        "that is the largest score of each class: you need a position, for each example. Take argmax with axis=1.",
        lambda Z: Z.max(axis=0),
    ),
    ("the largest score is marked with a 1: return its position, Z.argmax(...).", lambda Z: Z == Z.max(axis=1, keepdims=True)),
)
