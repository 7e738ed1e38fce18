import numpy as np

from ..exercise import exercise


def layer(rng):
    """X (m, n), W (n, n), b (1, n): a square W, so that a transpose cannot hide, and biases far from 0."""
    m, n = rng.integers(5, 8), rng.integers(3, 5)
    return rng.standard_normal((m, n)), rng.standard_normal((n, n)), rng.standard_normal((1, n)) + [[1.0, -1.0, 2.0, -2.0][:n]]


def examples_do_not_mix(answer, rng):
    X, W, b = layer(rng)
    order = rng.permutation(len(X))
    return bool(np.allclose(answer(X, W, b)[order], answer(X[order], W, b)))


def any_shape_works(answer, rng):
    X, W, b = rng.standard_normal((6, 2)), rng.standard_normal((2, 3)), rng.standard_normal((1, 3))
    return bool(np.allclose(answer(X, W, b), np.einsum("ik,kj->ij", X, W) + b))


@exercise(
    "week1.dense_forward",
    title="A whole layer",
    minutes=6,
    difficulty=2,
    importance=5,
    returns={"Z": "(m, n_out)"},
    inputs=layer,
    hints=(
        "Column j of W holds the weights of unit j. Every row of X meets every column of W: which product does that?",
        "Z_ij = sum over k of X_ik W_kj + b_j, that is Z = X W + b.",
        "return ... @ ... + ...",
    ),
    properties=(
        ("the order of the examples does not matter", examples_do_not_mix),
        ("it works for 2 features and 3 units too", any_shape_works),
    ),
)
def dense_forward(X, W, b):
    return X @ W + b


dense_forward.also_right(lambda X, W, b: np.einsum("ik,kj->ij", X, W) + np.ones((len(X), 1)) @ b)
dense_forward.also_right(lambda X, W, b: np.column_stack([(X * W[:, j]).sum(axis=1) + b[0, j] for j in range(W.shape[1])]))

dense_forward.add_mistakes(
    (
        "W is transposed: a unit's weights are a column of W here, so X @ W. For a square W the shapes fit both ways.",
        lambda X, W, b: X @ W.T + b,
    ),
    ("the bias is missing: add b, one number for each unit.", lambda X, W, b: X @ W),
    ("the bias is subtracted: the course writes Z = X W + b.", lambda X, W, b: X @ W - b),
    ("b is added to the input, so the weights multiply it: add it to the product, X @ W + b.", lambda X, W, b: (X + b) @ W),
    (
        "all units get the same bias: b has one for each column of Z, so add b itself and let broadcasting repeat it down the rows.",
        lambda X, W, b: X @ W + b.sum(),
    ),
    ("Z is transposed, one column for each example: examples are rows, so X comes first, X @ W.", lambda X, W, b: W.T @ X.T + b.T),
    ("negative numbers have become 0: this layer returns Z = X W + b as it is.", lambda X, W, b: np.maximum(X @ W + b, 0)),
)
