import numpy as np

from ..exercise import exercise


def two_parts_with_gaps(rng):
    """Training and other rows with nan in places; every training column has numbers, one row of the others is all nan."""
    X_train, X_other = rng.standard_normal((9, 4)) + [5, -3, 0.5, 20], rng.standard_normal((6, 4)) * 2 + [7, -3, 0, 30]
    for X, count in ((X_train, 5), (X_other, 4)):
        X.reshape(-1)[rng.choice(X.size, count, replace=False)] = np.nan
    X_train[rng.integers(9), 0] = X_other[rng.integers(6), 1] = np.nan
    return X_train, X_other


def fill(X, values):
    return np.where(np.isnan(X), values, X)


def own_row_mean(X):
    return fill(X, np.nanmean(X, axis=1, keepdims=True))


def one_row_alone(answer, rng):
    X_train, X_other = two_parts_with_gaps(rng)
    X_other[0, 0] = np.nan
    return np.allclose(answer(X_train, X_other[:1])[1], answer(X_train, X_other)[1][:1]) or "a row is filled differently when it is alone."


@exercise(
    "your_data.fill_missing",
    title="Fill the gaps with training means",
    minutes=7,
    difficulty=2,
    importance=4,
    returns={"Z_train": "X_train.shape", "Z_other": "X_other.shape"},
    inputs=two_parts_with_gaps,
    hints=(
        "Whose mean do you know when a new row comes?",
        "mean_j is the mean of the known numbers in column j of X_train: np.nanmean leaves nan out. Each nan, in both parts, becomes the mean of its column.",
        "mean = np.nanmean(X_train, axis=...); return np.where(np.isnan(X_train), mean, X_train), np.where(...)",
    ),
    properties=(("a row is filled the same way, alone or with others", one_row_alone),),
)
def fill_missing(X_train, X_other):
    mean = np.nanmean(X_train, axis=0)
    return np.where(np.isnan(X_train), mean, X_train), np.where(np.isnan(X_other), mean, X_other)


@fill_missing.also_right
def column_by_column(X_train, X_other):
    Z_train, Z_other = X_train.copy(), X_other.copy()
    for j in range(X_train.shape[1]):
        mean = X_train[~np.isnan(X_train[:, j]), j].mean()
        Z_train[np.isnan(Z_train[:, j]), j] = mean
        Z_other[np.isnan(Z_other[:, j]), j] = mean
    return Z_train, Z_other


fill_missing.add_mistakes(
    (
        "the other part was filled with its own means. One new row would have none: use those of X_train for both.",
        lambda X_train, X_other: (fill(X_train, np.nanmean(X_train, axis=0)), fill(X_other, np.nanmean(X_other, axis=0))),
    ),
    (
        "the means come from both parts together: the other part influences the training. Use X_train alone.",
        lambda X_train, X_other: tuple(fill(X, np.nanmean(np.vstack([X_train, X_other]), axis=0)) for X in (X_train, X_other)),
    ),
    (
        "the gaps are still there. np.isnan finds them (X == np.nan is never true), and np.nanmean leaves them out of a mean.",
        lambda X_train, X_other: (X_train.copy(), X_other.copy()),
    ),
    (
        "only columns without a gap in X_train got a mean: X_train.mean(axis=0) of the others is nan. np.nanmean leaves nan out.",
        lambda X_train, X_other: tuple(fill(X, X_train.mean(axis=0)) for X in (X_train, X_other)),
    ),
    (
        "the gaps hold 0. Before scaling 0 is a number like any other: fill in the mean of the column.",
        lambda X_train, X_other: (np.nan_to_num(X_train), np.nan_to_num(X_other)),
    ),
    (
        "every gap got the same number, the mean of the whole array. Each column has its own: axis=0.",
        lambda X_train, X_other: tuple(fill(X, np.nanmean(X_train)) for X in (X_train, X_other)),
    ),
    (
        "a gap got the mean of its row: numbers of different units. Take the mean of its column: axis=0.",
        lambda X_train, X_other: (own_row_mean(X_train), own_row_mean(X_other)),
    ),
    (
        "only the training part is filled. The network refuses nan in the other part as well.",
        lambda X_train, X_other: (fill(X_train, np.nanmean(X_train, axis=0)), X_other.copy()),
    ),
    (
        "rows with a gap were left out. The task is to keep every row, and fill it in.",
        lambda X_train, X_other: (X_train[~np.isnan(X_train).any(axis=1)], X_other[~np.isnan(X_other).any(axis=1)]),
    ),
    (
        "these are medians. They are a fair choice too; this exercise takes the mean, which scaling will turn into 0.",
        lambda X_train, X_other: tuple(fill(X, np.nanmedian(X_train, axis=0)) for X in (X_train, X_other)),
    ),
)
