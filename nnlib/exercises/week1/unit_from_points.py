import numpy as np

from ..exercise import exercise
from .shared import unit


def three_points(rng):
    """Two points p, q of a line, and r at one side or the other: a triangle that is not thin."""
    side = rng.choice([-1, 1])
    p, along = rng.standard_normal(2), rng.uniform(0.5, 1.5, 2) * [1, -1]
    r = p + 0.3 * along + side * rng.uniform(0.5, 2) * np.array([along[1], -along[0]])
    return p, p + along, r


def the_line_goes_through_both(answer, rng):
    p, q, r = three_points(rng)
    w, b = answer(p, q, r)
    return bool(np.allclose(np.array([p, q, r]) @ w + b, [[0], [0], [1]]))


@exercise(
    "week1.unit_from_points",
    title="Set a hidden unit by hand",
    minutes=12,
    difficulty=4,
    importance=3,
    returns={"w": "(2, 1)", "b": "(1, 1)"},
    inputs=three_points,
    hints=(
        "w is at a right angle to q - p. That fixes its direction; the point r fixes its sign and its length.",
        "n = (-(q2 - p2), q1 - p1) is at a right angle to q - p. Then w = n / (n . (r - p)) and b = -w . p.",
        "n = np.array([...]); w = n / (n @ (r - p)); b = ...; return w.reshape(2, 1), np.array([[b]])",
    ),
    properties=(("the score is 0 at p and q, and 1 at r", the_line_goes_through_both),),
)
def unit_from_points(p, q, r):
    n = np.array([-(q[1] - p[1]), q[0] - p[0]])
    w = n / (n @ (r - p))
    b = -(w @ p)
    return w.reshape(2, 1), np.array([[b]])


@unit_from_points.also_right
def by_solving_three_equations(p, q, r):
    points = np.column_stack([np.array([p, q, r]), np.ones(3)])
    w1, w2, b = np.linalg.solve(points, [0.0, 0.0, 1.0])
    return np.array([[w1], [w2]]), np.array([[b]])


def b_from_r(p, q, r):
    w, _ = unit_from_points.reference(p, q, r)
    return w, -(r @ w).reshape(1, 1)


def b_from_the_unscaled_n(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(n, p, n @ (r - p))[0], np.array([[-(n @ p)]])


def b_from_the_unscaled_n_with_plus(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(n, p, n @ (r - p))[0], np.array([[n @ p]])


def through_the_origin(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return (n / (n @ r)).reshape(2, 1), np.zeros((1, 1))


def no_sign_flipped(p, q, r):
    n = np.array([q[1] - p[1], q[0] - p[0]])
    return unit(n, p, n @ (r - p))


def scaled(size):
    """A wrong solution: the unit with w = n / size(n, p, r), whose line goes through p and q."""

    def answer(p, q, r):
        n = np.array([p[1] - q[1], q[0] - p[0]])
        return unit(n, p, size(n, p, r))

    return answer


unit_from_points.add_mistakes(
    (
        "w points along the line, from p to q: it must be at a right angle to it. Swap the two entries and flip one sign.",
        lambda p, q, r: unit(q - p, p, (q - p) @ (r - p)),
    ),
    (
        "the line is right, but the score at r is not 1. Divide w and b by the score that r has now: that also gives w the right sign.",
        lambda p, q, r: unit(np.array([p[1] - q[1], q[0] - p[0]]), p, 1.0),
    ),
    (
        "the line is right and w has length 1: the score at r is its signed distance. Divide w and b by the score that r has now.",
        scaled(lambda n, p, r: np.sqrt(n @ n)),
    ),
    (
        "the unit is active on the wrong side: the score at r is -1. Divide by the score that r has now with its sign, no absolute value and no minus.",
        scaled(lambda n, p, r: -(n @ (r - p))),
    ),
    ("w is right, but the sign of b is not: w . p + b = 0 gives b = -w . p.", unit_from_points.spoil(lambda w, b: (w, -b))),
    ("w is right, but without its bias the line goes through the origin: b = -w . p.", unit_from_points.spoil(lambda w, b: (w, 0 * b))),
    (
        "you divide by the product with r alone: the score at r counts from the line, so it is the product with r - p.",
        scaled(lambda n, p, r: n @ r),
    ),
    ("w is right, but b is taken from r: there the score is 1. Use a point of the line, b = -w . p.", b_from_r),
    (
        "the line is right, but nothing makes the score at r equal to 1: divide w and b by the score that r has now.",
        scaled(lambda n, p, r: -1.0),
    ),
    (
        "the line is right and w has length 1, but the score at r must be 1: divide w and b by the score that r has now.",
        scaled(lambda n, p, r: -np.sqrt(n @ n)),
    ),
    ("w is right, but b belongs to w before the division: compute b = -w . p from the final w.", b_from_the_unscaled_n),
    ("w is right, but b was not divided with it: compute b = -w . p from the final w.", b_from_the_unscaled_n_with_plus),
    ("without a bias the line goes through the origin, and misses p and q: b = -w . p.", through_the_origin),
    (
        "the entries of q - p are swapped, but no sign is flipped: (u, v) and (v, u) are not at a right angle. And the score at r is not 1 yet.",
        lambda p, q, r: unit(np.array([q[1] - p[1], q[0] - p[0]]), p, 1.0),
    ),
    ("the entries of q - p are swapped, but no sign is flipped. Not (v, u) but (-v, u) is at a right angle to (u, v).", no_sign_flipped),
)
