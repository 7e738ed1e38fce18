import numpy as np

from ..exercise import exercise


def points_and_target(rng):
    m, n = rng.integers(5, 8), rng.integers(2, 5)
    return rng.standard_normal((m, n)), 2 * rng.standard_normal((1, n))


def moving_both_changes_nothing(answer, rng):
    X, c = points_and_target(rng)
    return bool(np.allclose(answer(X, c), answer(X + 5.0, c + 5.0)))


@exercise(
    "week0.row_distances",
    title="How far each example lies from one point",
    minutes=7,
    difficulty=3,
    importance=3,
    returns={"d": "(m, 1)"},
    inputs=points_and_target,
    hints=(
        "Subtract the point c from every row at once, by broadcasting. Then each row needs its own length.",
        "d[i] = sqrt( sum over j of (X[i, j] - c[0, j])^2 )  (Pythagoras).",
        "D = X - c; return np.sqrt((D ** 2).sum(axis=..., keepdims=...))",
    ),
    properties=(("moving the points and c together changes nothing", moving_both_changes_nothing),),
)
def row_distances(X, c):
    D = X - c
    return np.sqrt((D**2).sum(axis=1, keepdims=True))


row_distances.also_right(lambda X, c: np.linalg.norm(X - c, axis=1, keepdims=True))
row_distances.also_right(lambda X, c: np.array([[sum((a - b) ** 2 for a, b in zip(row, c[0])) ** 0.5] for row in X]))

row_distances.add_mistakes(
    ("that is the square of the distance: take np.sqrt of the sum.", lambda X, c: ((X - c) ** 2).sum(axis=1, keepdims=True)),
    (
        "the differences are not squared before they are added, so opposite ones may cancel: write (D ** 2).sum(...).",
        lambda X, c: (X - c).sum(axis=1, keepdims=True),
    ),
    (
        "that adds the absolute differences, the distance along the streets (a root taken before the sum does the same). "
        "First add the squares, then take the root.",
        lambda X, c: np.abs(X - c).sum(axis=1, keepdims=True),
    ),
    (
        "axis=0 adds over the examples and leaves one number for each feature: write axis=1, so that the features disappear.",
        lambda X, c: np.sqrt(((X - c) ** 2).sum(axis=0, keepdims=True)),
    ),
    (
        "the numbers are right, but the shape is (m,): write keepdims=True, so that each distance stays in its example's row.",
        lambda X, c: np.sqrt(((X - c) ** 2).sum(axis=1)),
    ),
    (
        "that is one number for all examples together: give the sum axis=1, so that each row keeps its own distance.",
        lambda X, c: np.sqrt(((X - c) ** 2).sum()),
    ),
    (
        "that is a mean over the features: the length of a row is the root of the sum of its squares, write sum for mean.",
        lambda X, c: np.sqrt(((X - c) ** 2).mean(axis=1, keepdims=True)),
    ),
    (
        "that is the sum of the differences without its sign, as when they are added before they are squared: square each first, (D ** 2).sum(...).",
        lambda X, c: np.abs((X - c).sum(axis=1, keepdims=True)),
    ),
    (
        "parentheses: X - c ** 2 squares c alone, because powers come first. Write (X - c) ** 2.",
        lambda X, c: np.sqrt((X - c**2).sum(axis=1, keepdims=True)),
    ),
    ("X ** 2 - c ** 2 is not (X - c) ** 2: first subtract, then square.", lambda X, c: np.sqrt((X**2 - c**2).sum(axis=1, keepdims=True))),
    ("that is the distance from the origin: subtract c from X first.", lambda X, c: np.sqrt((X**2).sum(axis=1, keepdims=True))),
)
