import numpy as np

from ..exercise import exercise
from .shared import neuron


def longer_weights_same_distance(answer, rng):
    X, w, b = neuron(rng)
    return bool(np.allclose(answer(X, w, b), answer(X, -10 * w, -10 * b)))


def no_point_of_the_line_is_nearer(answer, rng):
    X, w, b = neuron(rng)
    along = np.array([-w[1, 0], w[0, 0]])
    foot = -b[0, 0] * w[:, 0] / (w * w).sum()
    line = foot + np.linspace(-20, 20, 4001)[:, None] * along
    nearest = np.sqrt(((X[:, None, :] - line) ** 2).sum(axis=2)).min(axis=1)
    return bool(np.allclose(np.ravel(answer(X, w, b)), nearest, atol=1e-2))


@exercise(
    "week1.distance_to_line",
    title="How far a point lies from the line",
    minutes=8,
    difficulty=3,
    importance=4,
    returns={"distance": "(m, 1)"},
    inputs=neuron,
    hints=(
        "The score grows by the length of w for each unit you walk along the arrow. So turn the score into a distance: divide.",
        "distance_i = |X_i w + b| / sqrt(w1^2 + w2^2).",
        "return np.abs(...) / np.sqrt((w ** 2).sum())",
    ),
    properties=(
        ("10 times the weights, other sign, is the same line", longer_weights_same_distance),
        ("no point of the line is nearer", no_point_of_the_line_is_nearer),
    ),
)
def distance_to_line(X, w, b):
    return np.abs(X @ w + b) / np.sqrt((w**2).sum())


distance_to_line.also_right(lambda X, w, b: np.sqrt((X @ w + b) ** 2 / (w.T @ w)))


@distance_to_line.also_right
def with_a_unit_vector(X, w, b):
    length = np.linalg.norm(w)
    return abs(X @ (w / length) + b / length)


distance_to_line.add_mistakes(
    ("that is the signed distance: a distance has no sign, take the absolute value.", lambda X, w, b: (X @ w + b) / np.sqrt((w**2).sum())),
    (
        "that is |z|, the size of the score: divide by the length of w, or a longer w would move every point away.",
        lambda X, w, b: np.abs(X @ w + b),
    ),
    ("you divide by w1^2 + w2^2, the square of the length of w: take its root.", lambda X, w, b: np.abs(X @ w + b) / (w**2).sum()),
    ("you divide by |w1| + |w2|: the length of w is sqrt(w1^2 + w2^2).", lambda X, w, b: np.abs(X @ w + b) / np.abs(w).sum()),
    (
        "the bias is missing: that is the distance to the parallel line through the origin.",
        lambda X, w, b: np.abs(X @ w) / np.sqrt((w**2).sum()),
    ),
    (
        "b is left out of the division: the whole score X w + b is divided by the length of w.",
        lambda X, w, b: np.abs(X @ w / np.sqrt((w**2).sum()) + b),
    ),
    (
        "b is not part of the length: the arrow w = (w1, w2) alone is at a right angle to the line.",
        lambda X, w, b: np.abs(X @ w + b) / np.sqrt((w**2).sum() + (b**2).sum()),
    ),
    (
        "the numbers are right, but the shape is (m,): keep one row for each example, (m, 1).",
        lambda X, w, b: np.abs(X @ w[:, 0] + b[0, 0]) / np.sqrt((w**2).sum()),
    ),
    (
        "you divide by w1 + w2, which may even be negative: the length of w is sqrt(w1^2 + w2^2).",
        lambda X, w, b: np.abs(X @ w + b) / w.sum(),
    ),
    (
        "parentheses: only b is divided by the length of w. Write np.abs(X @ w + b) / ...",
        lambda X, w, b: np.abs(X @ w + b / np.sqrt((w**2).sum())),
    ),
    (
        "you divide by the length of each example: it is the length of w that turns the score into a distance.",
        lambda X, w, b: np.abs(X @ w + b) / np.sqrt((X**2).sum(axis=1, keepdims=True)),
    ),
    (
        "5 is the length of w = (3, 4) in the text: compute it from the w you are given, sqrt(w1^2 + w2^2).",
        lambda X, w, b: np.abs(X @ w + b) / 5,
    ),
)
