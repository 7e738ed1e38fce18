import numpy as np

from ..exercise import exercise


@exercise(
    "week0.column_means",
    title="The mean of each feature",
    minutes=4,
    difficulty=1,
    importance=5,
    returns={"means": "(1, n)"},
    inputs=lambda rng: (rng.standard_normal((rng.integers(4, 8), n := rng.integers(3, 6))) + 5 * rng.standard_normal((1, n)),),
    hints=(
        "Features are columns. A mean over the examples runs down the rows, so the axis of the rows is the one to disappear.",
        "means[0, j] = (X[0, j] + ... + X[m-1, j]) / m, one number for each column j.",
        "return X.mean(axis=..., keepdims=...)",
    ),
)
def column_means(X):
    return X.mean(axis=0, keepdims=True)


column_means.also_right(lambda X: X.sum(axis=-2, keepdims=True) / len(X))
column_means.also_right(lambda X: np.array([[sum(X[i, j] for i in range(len(X))) / len(X) for j in range(X.shape[1])]]))

column_means.add_mistakes(
    (
        "that is one mean per example: axis=1 removes the features. Write axis=0, which removes the examples.",
        lambda X: X.mean(axis=1, keepdims=True),
    ),
    (
        "that is one mean per example, and its axis is gone: write axis=0 to average over the examples, and keepdims=True.",
        lambda X: X.mean(axis=1),
    ),
    (
        "the numbers are right, but the shape is (n,), a vector: write keepdims=True, so that the result stays a row (1, n).",
        lambda X: X.mean(axis=0),
    ),
    ("that is a single mean over all numbers: without axis=0 the features are mixed with one another.", lambda X: X.mean()),
    ("that is the sum of each column: divide by the number of examples, or write mean for sum.", lambda X: X.sum(axis=0, keepdims=True)),
    (
        "the sum of a column has m terms, you divide by n, the number of columns: X.shape[0] is m, X.shape[1] is n.",
        lambda X: X.sum(axis=0, keepdims=True) / X.shape[1],
    ),
    (
        "the numbers are right, but they form a column (n, 1). A feature is a column of X, so its mean belongs in a row (1, n).",
        lambda X: X.mean(axis=0)[:, None],
    ),
    (
        "you divide by 3, the number of rows of the example above: this X has other sizes, write len(X) or X.mean.",
        lambda X: X.sum(axis=0, keepdims=True) / 3,
    ),
)
