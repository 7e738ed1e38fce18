import numpy as np

from ..exercise import exercise


def gap(X, y):
    return np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0))


def wrong_scores(X_train, y_train, X_test):
    """Scores by which people choose columns by mistake."""
    one, zero = X_train[y_train == 1], X_train[y_train == 0]
    spread = np.vstack([X_train, X_test]).std(axis=0)
    return {
        "smallest": -gap(X_train, y_train),
        "signed": one.mean(axis=0) - zero.mean(axis=0),
        "spread": X_train.std(axis=0),
        "relative": gap(X_train, y_train) / X_train.std(axis=0),
        "all rows": gap(X_train, y_train) / spread,
        "sums": np.abs(one.sum(axis=0) - zero.sum(axis=0)),
        "first": -np.arange(X_train.shape[1]),
    }


def columns_and_labels(rng):
    """Training rows, labels 0 and 1 in no order, test rows, and how many columns to keep: no two scores keep the same."""
    y, n = rng.permutation([0] * 4 + [1] * 7), 3
    while True:
        X_train, X_test = (
            rng.standard_normal((11, 8)) + rng.uniform(-1, 1, 8),
            rng.standard_normal((rng.integers(5, 8), 8)) * rng.uniform(0.2, 5, 8),
        )
        scores = [gap(X_train, y), *wrong_scores(X_train, y, X_test).values()]
        if len({tuple(np.sort(np.argsort(-score)[:n])) for score in scores}) == len(scores):
            return X_train, y, X_test, n


def take(score, X_train, X_test, n):
    best = np.sort(np.argsort(-score)[:n])
    return X_train[:, best], X_test[:, best]


def test_rows_have_no_say(answer, rng):
    X_train, y_train, X_test, n = columns_and_labels(rng)
    return np.array_equal(answer(X_train, y_train, X_test, n)[0], answer(X_train, y_train, 100 * X_test[::-1], n)[0])


@exercise(
    "week8.select_columns",
    title="Choose columns without looking ahead",
    minutes=8,
    difficulty=3,
    importance=4,
    returns={"S_train": "(m_train, n)", "S_test": "(m_test, n)"},
    inputs=columns_and_labels,
    hints=(
        "Everything that is fitted to data, the choice of columns too, is part of the training.",
        "score_j = |mean of column j over class 1 - mean over class 0|, over the training rows. Keep the n largest, in their old order, in both parts.",
        "score = np.abs(X_train[y_train == 1].mean(axis=0) - ...); best = np.sort(np.argsort(-score)[:n]); return X_train[:, best], ...",
    ),
    properties=(("other test rows do not change the choice", test_rows_have_no_say),),
)
def select_columns(X_train, y_train, X_test, n):
    score = np.abs(X_train[y_train == 1].mean(axis=0) - X_train[y_train == 0].mean(axis=0))
    best = np.sort(np.argsort(-score)[:n])
    return X_train[:, best], X_test[:, best]


@select_columns.also_right
def with_signed_weights(X_train, y_train, X_test, n):
    signs = np.where(y_train == 1, 1 / (y_train == 1).sum(), -1 / (y_train == 0).sum())
    score = np.abs(signs @ X_train)
    keep = score >= np.sort(score)[-n]
    return X_train[:, keep], X_test[:, keep]


def in_the_order_of_their_score(X_train, y_train, X_test, n):
    best = np.argsort(-gap(X_train, y_train))[:n]
    return X_train[:, best], X_test[:, best]


def indices_for_columns(X_train, y_train, X_test, n):
    best = np.sort(np.argsort(-gap(X_train, y_train))[:n])
    return best, best


select_columns.add_mistakes(
    (
        "these are the n columns with the smallest gap. np.argsort sorts in ascending order: the largest are best = np.sort(np.argsort(-score)[:n]).",
        lambda X_train, y_train, X_test, n: take(wrong_scores(X_train, y_train, X_test)["smallest"], X_train, X_test, n),
    ),
    (
        "without the absolute value a large negative gap counts as none. It tells the classes apart just as well: np.abs.",
        lambda X_train, y_train, X_test, n: take(wrong_scores(X_train, y_train, X_test)["signed"], X_train, X_test, n),
    ),
    (
        "the columns are right, but in the order of their score. Keep their old order, in both parts: best = np.sort(best).",
        in_the_order_of_their_score,
    ),
    (
        "these are simply the first n columns. Choose by the gap between the classes.",
        lambda X_train, y_train, X_test, n: (X_train[:, :n], X_test[:, :n]),
    ),
    (
        "the labels were not used: this keeps the columns with the largest spread. Compare the means of the two classes.",
        lambda X_train, y_train, X_test, n: take(wrong_scores(X_train, y_train, X_test)["spread"], X_train, X_test, n),
    ),
    (
        "the gap is compared with the spread of its column, as a correlation does. That is a fair score too; here the gap itself is meant.",
        lambda X_train, y_train, X_test, n: take(wrong_scores(X_train, y_train, X_test)["relative"], X_train, X_test, n),
    ),
    (
        "test rows helped to choose: the spread of both parts entered. Take every number for the choice from the training rows.",
        lambda X_train, y_train, X_test, n: take(wrong_scores(X_train, y_train, X_test)["all rows"], X_train, X_test, n),
    ),
    (
        "the test part has other columns than the training part. The network needs the same ones in both: X_test[:, best].",
        lambda X_train, y_train, X_test, n: (take(gap(X_train, y_train), X_train, X_test, n)[0], X_test[:, :n]),
    ),
    (
        "you compared sums, not means: the larger class wins by its number. Use .mean(axis=0) for each class.",
        lambda X_train, y_train, X_test, n: take(wrong_scores(X_train, y_train, X_test)["sums"], X_train, X_test, n),
    ),
    ("you return the column indices. You need the columns: X_train[:, best], X_test[:, best].", indices_for_columns),
    (
        "X_test is returned with all its columns: keep the same ones as in the training part, X_test[:, best].",
        lambda X_train, y_train, X_test, n: (take(gap(X_train, y_train), X_train, X_test, n)[0], X_test.copy()),
    ),
)
