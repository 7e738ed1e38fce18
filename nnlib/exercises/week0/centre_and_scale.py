import numpy as np

from ..exercise import exercise


def skewed_table(rng):
    """Five rows of three to five columns: where it is square, a mean along the wrong axis broadcasts without an error."""
    return ((rng.standard_normal((5, 5)) * [[1.0, 4.0, 0.3, 2.0, 7.0]] + [[0.0, 3.0, -2.0, 20.0, 1.0]])[:, : rng.integers(3, 6)],)


def columns_are_standard(answer, rng):
    S = answer(rng.standard_normal((40, 3)) * [[1.0, 5.0, 0.2]] + [[2.0, -7.0, 0.0]])
    return bool(np.allclose(S.mean(axis=0), 0, atol=1e-12) and np.allclose(S.std(axis=0), 1))


def units_do_not_matter(answer, rng):
    X = rng.standard_normal((8, 3))
    return bool(np.allclose(answer(X), answer(X * [[1000.0, 2.54, 1.8]] + [[0.0, 5.0, 32.0]])))


@exercise(
    "week0.centre_and_scale",
    title="Every feature to mean 0 and standard deviation 1",
    minutes=7,
    difficulty=2,
    importance=5,
    returns={"S": "X.shape"},
    inputs=skewed_table,
    hints=(
        "Two rows of numbers are needed, each (1, n): the mean and the standard deviation of each column. Broadcasting does the rest.",
        "S[i, j] = (X[i, j] - mean of column j) / (standard deviation of column j).",
        "mean = X.mean(axis=..., keepdims=True); std = X.std(axis=..., keepdims=True); return (X - ...) / ...",
    ),
    properties=(
        ("each column has mean 0 and standard deviation 1", columns_are_standard),
        ("another unit (metres, millimetres) changes nothing", units_do_not_matter),
    ),
)
def centre_and_scale(X):
    mean = X.mean(axis=0, keepdims=True)
    std = X.std(axis=0, keepdims=True)
    return (X - mean) / std  # nan for a column that is constant: week 8 divides such a column by 1


@centre_and_scale.also_right
def safe_for_constant_columns(X):
    std = X.std(axis=0)
    return (X - X.mean(axis=0)) / np.where(std == 0, 1, std)


@centre_and_scale.also_right
def with_the_root_of_the_mean_square(X):
    D = X - X.mean(axis=0)
    return D / np.sqrt((D * D).mean(axis=0))


centre_and_scale.add_mistakes(
    (
        "each row is centred and scaled: a row holds different features of one example. Write axis=0 to go down the columns.",
        lambda X: (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True),
    ),
    (
        "means and deviations are those of the rows, and without keepdims=True they are then used as if they belonged to the columns. "
        "X is square here, so there is no error. Write axis=0.",
        lambda X: (X - X.mean(axis=1)) / X.std(axis=1),
    ),
    (
        "one mean and one standard deviation for the whole table: features on different scales stay apart. Give mean and std axis=0.",
        lambda X: (X - X.mean()) / X.std(),
    ),
    ("centred, but not scaled: divide by the standard deviation of each column too.", lambda X: X - X.mean(axis=0, keepdims=True)),
    ("scaled, but not centred: subtract the mean of each column before you divide.", lambda X: X / X.std(axis=0, keepdims=True)),
    (
        "you divide by the square of the standard deviation: divide by X.std(...).",
        lambda X: (X - X.mean(axis=0, keepdims=True)) / X.var(axis=0, keepdims=True),
    ),
    (
        "that is X - mean / std, where the mean alone is divided: division comes before subtraction. Write (X - mean) / std.",
        lambda X: X - X.mean(axis=0, keepdims=True) / X.std(axis=0, keepdims=True),
    ),
    (
        "the deviation is divided by m - 1 inside, as with ddof=1: here you need the plain mean of the squares, X.std(axis=0).",
        lambda X: (X - X.mean(axis=0, keepdims=True)) / X.std(axis=0, ddof=1, keepdims=True),
    ),
    (
        "you multiply by the standard deviation: a wide column gets wider still. Divide by it.",
        lambda X: (X - X.mean(axis=0)) * X.std(axis=0),
    ),
    (
        "that stretches each column to run from 0 to 1 (min and max). Here its mean must be 0 and its standard deviation 1: use X.mean and X.std.",
        lambda X: (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0)),
    ),
)
