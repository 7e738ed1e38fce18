import numpy as np

from ..exercise import exercise


def corners(rng):
    """The four corners of the unit square in some order, a few of them twice."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return (X[np.concatenate([rng.permutation(4), rng.integers(0, 4, rng.integers(1, 6))])],)


def no_jumps(answer, rng):
    (X,) = corners(rng)
    between = np.linspace(0, 1, 2001)[:, None] * np.array([[1.0, 1.0]])  # from (0, 0) to (1, 1)
    if np.abs(np.diff(np.ravel(answer(between)))).max() > 0.3:
        return "right at the corners, but between them it jumps or is extremely steep: compute Z from W1, b1 and W2."
    if np.allclose(answer(X + 1e-6 * rng.standard_normal(X.shape)), answer(X), atol=1e-3):
        return True
    return "right at the corners, but a tiny step away from them it jumps or is extremely steep: compute Z from W1, b1 and W2."


@exercise(
    "week1.xor_by_hand",
    title="XOR with two hidden units, set by hand",
    minutes=12,
    difficulty=4,
    importance=5,
    returns={"Z": "(m, 1)"},
    inputs=corners,
    hints=(
        "The sum s = x1 + x2 is 0, 1, 1, 2 at the four corners. You want 0, 1, 1, 0. Start with s, and subtract something where s is 2.",
        "h1 = max(x1 + x2, 0), h2 = max(x1 + x2 - 1, 0), z = h1 - 2 h2.",
        "W1 = np.array([[1.0, 1.0], [..., ...]]); b1 = ...; A1 = np.maximum(X @ W1 + b1, 0); return A1 @ np.array([[1.0], [...]])",
    ),
    properties=(("no jumps near the corners", no_jumps),),
)
def xor_by_hand(X):
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([[0.0, -1.0]])
    A1 = np.maximum(X @ W1 + b1, 0)
    W2 = np.array([[1.0], [-2.0]])
    return A1 @ W2


@xor_by_hand.also_right
def one_unit_for_each_side(X):
    A1 = np.maximum(X @ np.array([[1.0, -1.0], [-1.0, 1.0]]), 0)
    return A1 @ np.array([[1.0], [1.0]])


@xor_by_hand.also_right
def with_an_output_bias(X):
    A1 = np.maximum(X @ np.array([[-3.0, 1.0], [-3.0, 1.0]]) + [[3.0, -1.0]], 0)
    return 1 - A1 @ np.array([[1 / 3], [1.0]])


@xor_by_hand.also_right
def silent_at_one_corner_only(X):
    A1 = np.maximum(X.sum(axis=1, keepdims=True) + [[0.0, -0.5]], 0)
    return A1 @ np.array([[3.0], [-4.0]])


def from_sum(output):
    """A wrong solution: the output as a function of s = x1 + x2."""
    return lambda X: output(X.sum(axis=1, keepdims=True))


xor_by_hand.add_mistakes(
    (
        "(1, 1) comes out as 1: that is OR. Subtract max(x1 + x2 - 1, 0) from it: it is 1 there alone.",
        from_sum(lambda s: np.maximum(s, 0) - np.maximum(s - 1, 0)),
    ),
    (
        "(1, 1) comes out as 2: subtract twice a unit that is active at (1, 1) alone, max(x1 + x2 - 1, 0).",
        lambda X: X.sum(axis=1, keepdims=True),
    ),
    (
        "(1, 1) comes out as 1 and all others as 0: that is AND. Subtract twice of it from x1 + x2.",
        lambda X: np.maximum(X.sum(axis=1, keepdims=True) - 1, 0),
    ),
    ("0 and 1 are swapped: you have 1 where the inputs agree. Subtract your output from 1.", lambda X: 1.0 - (X[:, :1] != X[:, 1:])),
    (
        "that is 2 - x1 - x2, as h1 - 2 h2 is without its ReLUs. With them, h1 = max(x1 + x2, 0) and h2 = max(x1 + x2 - 1, 0), it is XOR.",
        from_sum(lambda s: s - 2 * (s - 1)),
    ),
    (
        "that is -(x1 + x2): h1 - 2 h2 gives it where h2 lacks its bias -1.",
        from_sum(lambda s: np.maximum(s, 0) - 2 * np.maximum(s, 0)),
    ),
    (
        "(1, 1) comes out as 4, as h1 + 2 h2 gives: subtract the second unit, h1 - 2 h2.",
        from_sum(lambda s: np.maximum(s, 0) + 2 * np.maximum(s - 1, 0)),
    ),
    (
        "that is x1 - x2, -1 at (0, 1). Add two units, for x1 - x2 and for x2 - x1, each with its ReLU.",
        lambda X: X[:, :1] - X[:, 1:],
    ),
    ("only (1, 0) is found: a second hidden unit must be active at (0, 1).", lambda X: np.maximum(X[:, :1] - X[:, 1:], 0)),
    (
        "that is 1/2 everywhere, the linear function that comes nearest on average: two hidden units with ReLU can do better.",
        lambda X: np.full((len(X), 1), 0.5),
    ),
    ("the answers are -1 and 1: here Z must be exactly 0 and 1.", lambda X: 2.0 * (X[:, :1] != X[:, 1:]) - 1),
    (
        "(0, 1) and (1, 0) come out as 0: of the two units let the first alone act there.",
        from_sum(lambda s: np.maximum(s, 0) - 2 * np.maximum(s - 0.5, 0)),
    ),
    (
        "the numbers are right, but the shape is (m,): keep the column (m, 1), with W2 of shape (2, 1).",
        lambda X: 1.0 * (X[:, 0] != X[:, 1]),
    ),
)
