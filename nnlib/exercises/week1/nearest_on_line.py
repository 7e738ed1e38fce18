import numpy as np

from ..exercise import exercise
from .shared import neuron


def feet_lie_on_the_line(answer, rng):
    X, w, b = neuron(rng)
    return bool(np.allclose(answer(X, w, b) @ w + b, 0))


def a_foot_stays_where_it_is(answer, rng):
    X, w, b = neuron(rng)
    feet = answer(X, w, b)
    return bool(np.allclose(answer(feet, w, b), feet))


@exercise(
    "week1.nearest_on_line",
    title="The nearest point of the line",
    minutes=9,
    difficulty=4,
    importance=3,
    returns={"feet": "X.shape"},
    inputs=neuron,
    hints=(
        "Walk from each point straight to the line. The direction is w (or against it). How many times the length of w must you go?",
        "foot_i = X_i - (z_i / (w1^2 + w2^2)) w: a step of length |z| / ||w||, against w where z > 0 and along w where z < 0.",
        "z = X @ w + b; return X - z / ... * w.T",
    ),
    properties=(
        ("the score of each foot is zero", feet_lie_on_the_line),
        ("a point of the line is its own foot", a_foot_stays_where_it_is),
    ),
)
def nearest_on_line(X, w, b):
    z = X @ w + b
    return X - z / (w**2).sum() * w.T


@nearest_on_line.also_right
def with_a_unit_vector(X, w, b):
    unit, distance = w / np.linalg.norm(w), (X @ w + b) / np.linalg.norm(w)
    return X - distance @ unit.T


@nearest_on_line.also_right
def with_a_projector(X, w, b):
    projector = np.eye(2) - w @ w.T / (w**2).sum()
    return X @ projector - b * w.T / (w**2).sum()


nearest_on_line.add_mistakes(
    (
        "you walk away from the line: a point with z > 0 lies on the side w points to, so it must go against w. Write a minus.",
        lambda X, w, b: X + (X @ w + b) / (w**2).sum() * w.T,
    ),
    (
        "the step is too long or too short. z / ||w|| is the distance, but w itself is ||w|| long: divide by ||w|| twice, by w1^2 + w2^2.",
        lambda X, w, b: X - (X @ w + b) / np.sqrt((w**2).sum()) * w.T,
    ),
    (
        "the step is z w without a division: walking along w raises the score by w1^2 + w2^2, so divide z by that.",
        lambda X, w, b: X - (X @ w + b) * w.T,
    ),
    ("the bias is missing: these points lie on the parallel line through the origin.", lambda X, w, b: X - X @ w / (w**2).sum() * w.T),
    (
        "with |z| every point walks the same way: the sign of z says on which side it lies, so leave out the absolute value.",
        lambda X, w, b: X - np.abs(X @ w + b) / (w**2).sum() * w.T,
    ),
    ("that is the step from the line to the point: subtract it from X.", lambda X, w, b: (X @ w + b) / (w**2).sum() * w.T),
    (
        "the step runs along the line: the shortest way is at a right angle to the line, along w.",
        lambda X, w, b: X - (X @ w + b) / (w**2).sum() * np.array([[-w[1, 0], w[0, 0]]]),
    ),
    ("25 is w1^2 + w2^2 for w = (3, 4) in the text: compute it from the w you are given.", lambda X, w, b: X - (X @ w + b) / 25 * w.T),
    (
        "you walk the distance times w, but w has its own length and z its sign. By (5) the step is z / (w1^2 + w2^2) times w.",
        lambda X, w, b: X - np.abs(X @ w + b) / np.sqrt((w**2).sum()) * w.T,
    ),
    (
        "the step has no direction: z / (w1^2 + w2^2) is only how many w long it is. Multiply it by w, as a row.",
        lambda X, w, b: X - (X @ w + b) / (w**2).sum(),
    ),
    (
        "parentheses: you divide by w, but it must be multiplied: z / (w1^2 + w2^2) * w.T.",
        lambda X, w, b: X - (X @ w + b) / ((w**2).sum() * w.T),
    ),
)
