import numpy as np

from ..exercise import exercise


def two_parts(rng):
    """Training and test rows of other sizes; column 2 is constant in the training part, and not in the test part."""
    X_train = rng.standard_normal((rng.integers(8, 11), 4)) * [1.0, 30.0, 0.0, 0.2] + [5.0, -40.0, 0.5, 0.0]
    X_test = rng.standard_normal((5, 4)) * [1.5, 30.0, 0.3, 0.2] + [6.0, -30.0, 0.5, 0.1]
    return X_train, X_test


def scale_by(X_train, X_test, mean, std):
    return (X_train - mean) / std, (X_test - mean) / std


def no_zero(std):
    return np.where(std == 0, 1.0, std)


def one_test_row_alone(answer, rng):
    X_train, X_test = two_parts(rng)
    together, alone = answer(X_train, X_test)[1], answer(X_train, X_test[:1])[1]
    return (
        np.allclose(together[:1], alone) or "a test row gets other numbers when it is alone: its scale must not depend on other test rows."
    )


@exercise(
    "week8.standardize",
    title="Standardize, with what the training part knows",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"Z_train": "X_train.shape", "Z_test": "X_test.shape"},
    inputs=two_parts,
    hints=(
        "The test part stands for data that comes later. Whose mean can you know today?",
        "Mean and standard deviation of each column of X_train, used for both parts. Where the standard deviation is 0, divide by 1.",
        "mean = X_train.mean(axis=...); std = X_train.std(axis=...); std = np.where(std == 0, ..., std); return (X_train - mean) / std, (...) / std",
    ),
    properties=(("a test row is scaled the same way, alone or with others", one_test_row_alone),),
)
def standardize(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    return (X_train - mean) / std, (X_test - mean) / std


@standardize.also_right
def zeros_replaced_in_place(X_train, X_test):
    mean, std = X_train.mean(axis=0, keepdims=True), X_train.std(axis=0, keepdims=True)
    std[std == 0] = 1
    return tuple((part - mean) / std for part in (X_train, X_test))


def constant_column_set_to_0(X_train, X_test):
    moving = X_train.std(axis=0) > 0
    parts = scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.std(axis=0)))
    return tuple(part * moving for part in parts)


standardize.add_mistakes(
    (
        "the test part was scaled with its own mean and deviation. One new example has no spread: use those of X_train for both.",
        lambda X_train, X_test: tuple((part - part.mean(axis=0)) / no_zero(part.std(axis=0)) for part in (X_train, X_test)),
    ),
    (
        "mean and deviation come from both parts together: the test part influences the training. Use X_train alone.",
        lambda X_train, X_test: scale_by(
            X_train, X_test, np.vstack([X_train, X_test]).mean(axis=0), np.vstack([X_train, X_test]).std(axis=0)
        ),
    ),
    (
        "a column that is constant in X_train has deviation 0, and 0 / 0 is nan. Divide such a column by 1: np.where(std == 0, 1, std).",
        lambda X_train, X_test: scale_by(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0)),
    ),
    (
        "a tiny number added to the deviation hides the nan, and turns a small change in a constant column into millions. Divide it by 1.",
        lambda X_train, X_test: scale_by(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0) + 1e-8),
    ),
    (
        "a tiny number in place of the deviation 0 turns a small change in a constant column into millions. Divide it by 1.",
        lambda X_train, X_test: scale_by(X_train, X_test, X_train.mean(axis=0), np.maximum(X_train.std(axis=0), 1e-8)),
    ),
    (
        "you divided by the variance. The standard deviation, its root, brings a column to spread 1.",
        lambda X_train, X_test: scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.var(axis=0))),
    ),
    (
        "the mean is subtracted, but nothing is divided: divide by the standard deviation of each column.",
        lambda X_train, X_test: (X_train - X_train.mean(axis=0), X_test - X_train.mean(axis=0)),
    ),
    (
        "divided, but the mean was not subtracted first: (X - mean) / std.",
        lambda X_train, X_test: scale_by(X_train, X_test, 0.0, no_zero(X_train.std(axis=0))),
    ),
    (
        "this is one mean and one deviation for the whole array. Each column has its own: axis=0.",
        lambda X_train, X_test: scale_by(X_train, X_test, X_train.mean(), X_train.std()),
    ),
    (
        "every row was standardized by itself. Columns are what differ in unit: axis=0.",
        lambda X_train, X_test: tuple(
            (part - part.mean(axis=1, keepdims=True)) / part.std(axis=1, keepdims=True) for part in (X_train, X_test)
        ),
    ),
    (
        "this scales each column to 0..1 by its smallest and largest number. You need mean 0 and deviation 1.",
        lambda X_train, X_test: scale_by(X_train, X_test, X_train.min(axis=0), no_zero(np.ptp(X_train, axis=0))),
    ),
    (
        "only the training part was scaled. The network has learned in the new units, so the test part needs the same.",
        lambda X_train, X_test: (scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.std(axis=0)))[0], X_test.copy()),
    ),
    (
        "this is the deviation with m - 1 (ddof=1). Divide by m, as batch norm does within a batch: X_train.std(axis=0).",
        lambda X_train, X_test: scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.std(axis=0, ddof=1))),
    ),
    (
        "the constant column was set to 0 in the test part too. There it may move: divide it by 1, and keep its values.",
        constant_column_set_to_0,
    ),
)
