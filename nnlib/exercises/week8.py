"""Week 8: from raw numbers to an honest report, and one training step assembled from all weeks before."""

import numpy as np

from ..activations import softmax
from ..gradient_check import numerical_gradient
from ..losses import SoftmaxCrossEntropy
from ..network import mlp
from . import clinic  # noqa: F401  its cards are quizzes of this week
from .cards import QUIZZES, Question
from .exercise import exercise

# ---- one step: the loss and every gradient of a two-layer network


def two_layers(rng):
    """X, y and weights of a 4-4-4 network: every W is square, so that shapes give nothing away; no score near a kink."""
    X, y = rng.standard_normal((6, 4)), rng.permutation([0, 1, 2, 3, 3, 1])
    while True:
        W1, b1, W2, b2 = (rng.standard_normal(shape) for shape in ((4, 4), (1, 4), (4, 4), (1, 4)))
        if np.abs(X @ W1 + b1).min() > 1e-3:
            return X, y, W1, b1, W2, b2


def equals_nnlib(answer, rng):
    X, y, W1, b1, W2, b2 = two_layers(rng)
    net = mlp([4, 4, 4], loss=SoftmaxCrossEntropy(), rng=0)
    net.theta = np.concatenate([a.ravel() for a in (W1, b1, W2, b2)])
    L = net.loss_and_gradient(X, y)
    got = answer(X, y, W1, b1, W2, b2)
    return np.isclose(got[0], L) and np.allclose(np.concatenate([g.ravel() for g in got[1:]]), net.grad)


def agrees_with_nudging(answer, rng):
    X, y, W1, b1, W2, b2 = two_layers(rng)
    numeric = numerical_gradient(lambda W: float(answer(X, y, W, b1, W2, b2)[0]), W1.copy())
    return np.allclose(answer(X, y, W1, b1, W2, b2)[1], numeric, atol=1e-6)


def step_with(X, y, W1, b1, W2, b2, *, dZ2=None, A1=None, dA1=None, dZ1=None, dW1=None, dW2=None, db=None, loss=None):
    """The step with one of its lines replaced: each argument is that line as a function of what it needs."""
    m = len(X)
    Z1 = X @ W1 + b1
    a1 = np.maximum(Z1, 0) if A1 is None else A1(Z1)
    P = softmax(a1 @ W2 + b2)
    Y = np.eye(W2.shape[1])[y]
    L = -np.log(P[np.arange(m), y]).mean() if loss is None else loss(P, Y)
    dz2 = (P - Y) / m if dZ2 is None else dZ2(P, Y)
    da1 = dz2 @ W2.T if dA1 is None else dA1(dz2)
    dz1 = da1 * (Z1 > 0) if dZ1 is None else dZ1(da1, Z1, a1)
    sums = (lambda dZ: dZ.sum(axis=0, keepdims=True)) if db is None else db
    dw1 = X.T @ dz1 if dW1 is None else dW1(dz1)
    return L, dw1, sums(dz1), a1.T @ dz2 if dW2 is None else dW2(dz2, Z1, a1), sums(dz2)


@exercise(
    "week8.network_step",
    title="One training step, from the scores to every gradient",
    minutes=15,
    difficulty=4,
    importance=5,
    returns={"L": None, "dW1": "W1.shape", "db1": "b1.shape", "dW2": "W2.shape", "db2": "b2.shape"},
    inputs=two_layers,
    hints=(
        "You have written each part: Dense and ReLU forward, softmax and cross-entropy, then all of it backward, in the opposite order.",
        "dZ2 = (P - Y) / m, dW2 = A1^T dZ2, db2 = 1^T dZ2, dA1 = dZ2 W2^T, dZ1 = dA1 where Z1 > 0, then dW1 and db1 in the same way.",
        "Z1 = X @ W1 + b1; A1 = np.maximum(...); Z2 = ...; P = ...; L = -np.log(P[np.arange(m), y]).mean(); dZ2 = ...; dZ1 = (dZ2 @ ...) * (...)",
    ),
    properties=(
        ("equal to nnlib's network of the same weights", equals_nnlib),
        ("dW1 matches finite differences of your L", agrees_with_nudging),
    ),
)
def network_step(X, y, W1, b1, W2, b2):
    m = len(X)
    Z1 = X @ W1 + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    L = -np.log(P[np.arange(m), y]).mean()
    dZ2 = P.copy()
    dZ2[np.arange(m), y] -= 1
    dZ2 /= m
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0, keepdims=True)
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0, keepdims=True)
    return L, dW1, db1, dW2, db2


@network_step.also_right
def _(X, y, W1, b1, W2, b2):
    return step_with(X, y, W1, b1, W2, b2)


@network_step.also_right
def _(X, y, W1, b1, W2, b2):
    net = mlp([W1.shape[0], W1.shape[1], W2.shape[1]], loss=SoftmaxCrossEntropy())
    net.theta = np.concatenate([a.ravel() for a in (W1, b1, W2, b2)])
    first, _, second = net.layers
    return net.loss_and_gradient(X, y), first.dW, first.db, second.dW, second.db


@network_step.mistake("all gradients are m times too large: the 1/m is missing. It enters once, in dZ2 = (P - Y) / m.")
def _(*given):
    return step_with(*given, dZ2=lambda P, Y: P - Y)


@network_step.mistake("the 1/m enters twice: it is in dZ2 already, so dW and db take no second one.")
def _(*given):
    return step_with(*given, dZ2=lambda P, Y: (P - Y) / len(P) ** 2)


@network_step.mistake("the minus Y is missing: dZ2 = (P - Y) / m. With P alone no label has a say in the gradient.")
def _(*given):
    return step_with(*given, dZ2=lambda P, Y: P / len(P))


@network_step.mistake("every gradient has the wrong sign: dZ2 = (P - Y) / m, what the network says minus what it should say.")
def _(*given):
    return step_with(*given, dZ2=lambda P, Y: (Y - P) / len(P))


@network_step.mistake("dA1 is dZ2 W2^T: you multiplied by W2 without its transpose. W2 is square here, so the shapes fit all the same.")
def _(X, y, W1, b1, W2, b2):
    return step_with(X, y, W1, b1, W2, b2, dA1=lambda dZ2: dZ2 @ W2)


@network_step.mistake("the ReLU is missing on the way back (or its mask is A1 >= 0, which is true everywhere): dZ1 = dA1 * (Z1 > 0).")
def _(*given):
    return step_with(*given, dZ1=lambda dA1, Z1, A1: dA1)


@network_step.mistake("dZ1 was multiplied by A1. The slope of the ReLU is 1 or 0: dZ1 = dA1 * (Z1 > 0).")
def _(*given):
    return step_with(*given, dZ1=lambda dA1, Z1, A1: dA1 * A1)


@network_step.mistake("the ReLU's mask is turned round: the gradient passes where Z1 > 0, and is stopped elsewhere.")
def _(*given):
    return step_with(*given, dZ1=lambda dA1, Z1, A1: dA1 * (Z1 <= 0))


@network_step.mistake("the ReLU is missing on the way forward: A1 = np.maximum(Z1, 0).")
def _(*given):
    return step_with(*given, A1=lambda Z1: Z1)


@network_step.mistake("dW1 is X^T dZ1: you have its transpose, dZ1^T X. W1 is square here, so the shapes fit all the same.")
def _(X, y, W1, b1, W2, b2):
    return step_with(X, y, W1, b1, W2, b2, dW1=lambda dZ1: dZ1.T @ X)


@network_step.mistake("dW2 takes what went into the second layer, A1, not Z1: dW2 = A1^T dZ2.")
def _(*given):
    return step_with(*given, dW2=lambda dZ2, Z1, A1: Z1.T @ dZ2)


@network_step.mistake("dW2 is A1^T dZ2: you have its transpose, dZ2^T A1.")
def _(*given):
    return step_with(*given, dW2=lambda dZ2, Z1, A1: dZ2.T @ A1)


@network_step.mistake("db is the sum over the examples, not the mean: the 1/m is in dZ2 already.")
def _(*given):
    return step_with(*given, db=lambda dZ: dZ.mean(axis=0, keepdims=True))


@network_step.mistake("db1 and db2 have lost an axis: write .sum(axis=0, keepdims=True), which gives the shape (1, n) of b.")
def _(*given):
    return step_with(*given, db=lambda dZ: dZ.sum(axis=0))


@network_step.mistake("the gradients are right, but L is the sum over the examples. The loss is their mean: divide by m.")
def _(*given):
    return step_with(*given, loss=lambda P, Y: -(Y * np.log(P)).sum())


@network_step.mistake("L is negative: the loss is minus the log of the probability of the right class.")
def _(*given):
    return step_with(*given, loss=lambda P, Y: (Y * np.log(P)).sum() / len(P))


@network_step.mistake("L is also divided by the number of classes, as np.mean over Y * log P does. Divide by m alone.")
def _(*given):
    return step_with(*given, loss=lambda P, Y: -(Y * np.log(P)).mean())


@network_step.mistake("the numbers are right, but in another order: return L, dW1, db1, dW2, db2.")
def _(*given):
    L, dW1, db1, dW2, db2 = step_with(*given)
    return L, dW2, db2, dW1, db1


# ---- scaling


def two_parts(rng):
    """Training and test rows of other sizes; column 2 is constant in the training part, and not in the test part."""
    X_train = rng.standard_normal((9, 4)) * [1.0, 30.0, 0.0, 0.2] + [5.0, -40.0, 0.5, 0.0]
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
        np.allclose(together[:1], alone)
        or "a test row gets other numbers when it comes alone: its scale must not depend on other test rows."
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
    properties=(("a test row is scaled alike, alone or in company", one_test_row_alone),),
)
def standardize(X_train, X_test):
    mean, std = X_train.mean(axis=0), X_train.std(axis=0)
    std = np.where(std == 0, 1.0, std)
    return (X_train - mean) / std, (X_test - mean) / std


@standardize.also_right
def _(X_train, X_test):
    mean, std = X_train.mean(axis=0, keepdims=True), X_train.std(axis=0, keepdims=True)
    std[std == 0] = 1
    return tuple((part - mean) / std for part in (X_train, X_test))


@standardize.mistake(
    "the test part was scaled with its own mean and deviation. One new example would have none: use those of X_train for both."
)
def _(X_train, X_test):
    return tuple((part - part.mean(axis=0)) / no_zero(part.std(axis=0)) for part in (X_train, X_test))


@standardize.mistake("mean and deviation come from both parts together: the test part has a say in the training. Use X_train alone.")
def _(X_train, X_test):
    both = np.vstack([X_train, X_test])
    return scale_by(X_train, X_test, both.mean(axis=0), both.std(axis=0))


@standardize.mistake(
    "a column that is constant in X_train has deviation 0, and 0 / 0 is nan. Divide such a column by 1: np.where(std == 0, 1, std)."
)
def _(X_train, X_test):
    return scale_by(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0))


@standardize.mistake(
    "a tiny number added to the deviation hides the nan, and turns a small change in a constant column into millions. Divide it by 1."
)
def _(X_train, X_test):
    return scale_by(X_train, X_test, X_train.mean(axis=0), X_train.std(axis=0) + 1e-8)


@standardize.mistake("a tiny number as the smallest deviation turns a small change in a constant column into millions. Divide it by 1.")
def _(X_train, X_test):
    return scale_by(X_train, X_test, X_train.mean(axis=0), np.maximum(X_train.std(axis=0), 1e-8))


@standardize.mistake("you divided by the variance. The standard deviation, its root, brings a column to spread 1.")
def _(X_train, X_test):
    return scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.var(axis=0)))


@standardize.mistake("the mean is taken off, but nothing is divided: divide by the standard deviation of each column.")
def _(X_train, X_test):
    return X_train - X_train.mean(axis=0), X_test - X_train.mean(axis=0)


@standardize.mistake("divided, but the mean was not taken off first: (X - mean) / std.")
def _(X_train, X_test):
    return scale_by(X_train, X_test, 0.0, no_zero(X_train.std(axis=0)))


@standardize.mistake("this is one mean and one deviation for the whole array. Each column has its own: axis=0.")
def _(X_train, X_test):
    return scale_by(X_train, X_test, X_train.mean(), X_train.std())


@standardize.mistake("every row was standardized by itself. Columns are what differ in unit: axis=0.")
def _(X_train, X_test):
    return tuple((part - part.mean(axis=1, keepdims=True)) / part.std(axis=1, keepdims=True) for part in (X_train, X_test))


@standardize.mistake("this scales each column to 0..1 by its smallest and largest number. Asked for is mean 0 and deviation 1.")
def _(X_train, X_test):
    low, high = X_train.min(axis=0), X_train.max(axis=0)
    return scale_by(X_train, X_test, low, no_zero(high - low))


@standardize.mistake("only the training part was scaled. The network has learned in the new units, so the test part needs the same.")
def _(X_train, X_test):
    return scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.std(axis=0)))[0], X_test.copy()


@standardize.mistake("this is the deviation with m - 1 (ddof=1). Divide by m, as batch norm does within a batch: X_train.std(axis=0).")
def _(X_train, X_test):
    return scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.std(axis=0, ddof=1)))


@standardize.mistake("the constant column was set to 0 in the test part too. There it may move: divide it by 1, and keep what it says.")
def _(X_train, X_test):
    moving = X_train.std(axis=0) > 0
    parts = scale_by(X_train, X_test, X_train.mean(axis=0), no_zero(X_train.std(axis=0)))
    return tuple(part * moving for part in parts)


# ---- the planted bug: choosing columns


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
        "all rows": gap(X_train, y_train) / spread,
        "sums": np.abs(one.sum(axis=0) - zero.sum(axis=0)),
        "first": -np.arange(X_train.shape[1]),
    }


def columns_and_labels(rng):
    """Training rows, labels 0 and 1 in no order, test rows, and how many columns to keep: no two scores keep the same."""
    y, n = rng.permutation([0] * 4 + [1] * 7), 3
    while True:
        X_train, X_test = rng.standard_normal((11, 8)) + rng.uniform(-1, 1, 8), rng.standard_normal((6, 8)) * rng.uniform(0.2, 5, 8)
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
def _(X_train, y_train, X_test, n):
    signs = np.where(y_train == 1, 1 / (y_train == 1).sum(), -1 / (y_train == 0).sum())
    score = np.abs(signs @ X_train)
    keep = score >= np.sort(score)[-n]
    return X_train[:, keep], X_test[:, keep]


@select_columns.mistake("these are the n columns with the smallest gap: np.argsort sorts upwards. Write np.argsort(-score)[:n].")
def _(X_train, y_train, X_test, n):
    return take(wrong_scores(X_train, y_train, X_test)["smallest"], X_train, X_test, n)


@select_columns.mistake("without the absolute value a large negative gap counts as none. It tells the classes apart just as well: np.abs.")
def _(X_train, y_train, X_test, n):
    return take(wrong_scores(X_train, y_train, X_test)["signed"], X_train, X_test, n)


@select_columns.mistake(
    "the columns are right, but in the order of their score. Keep their old order, in both parts: best = np.sort(best)."
)
def _(X_train, y_train, X_test, n):
    best = np.argsort(-gap(X_train, y_train))[:n]
    return X_train[:, best], X_test[:, best]


@select_columns.mistake("these are simply the first n columns. Choose by the gap between the classes.")
def _(X_train, y_train, X_test, n):
    return X_train[:, :n], X_test[:, :n]


@select_columns.mistake("the labels were not used: this keeps the columns with the largest spread. Compare the means of the two classes.")
def _(X_train, y_train, X_test, n):
    return take(wrong_scores(X_train, y_train, X_test)["spread"], X_train, X_test, n)


@select_columns.mistake(
    "test rows helped to choose: the spread of both parts entered. Take every number for the choice from the training rows."
)
def _(X_train, y_train, X_test, n):
    return take(wrong_scores(X_train, y_train, X_test)["all rows"], X_train, X_test, n)


@select_columns.mistake("the test part has other columns than the training part. The network needs the same ones in both: X_test[:, best].")
def _(X_train, y_train, X_test, n):
    return take(gap(X_train, y_train), X_train, X_test, n)[0], X_test[:, :n]


@select_columns.mistake("you compared sums, not means: the larger class wins by its number. Use .mean(axis=0) for each class.")
def _(X_train, y_train, X_test, n):
    return take(wrong_scores(X_train, y_train, X_test)["sums"], X_train, X_test, n)


@select_columns.mistake("the column indices themselves were returned. Asked for are the columns: X_train[:, best], X_test[:, best].")
def _(X_train, y_train, X_test, n):
    best = np.sort(np.argsort(-gap(X_train, y_train))[:n])
    return best, best


@select_columns.mistake("X_test is returned with all its columns: keep the same ones as in the training part, X_test[:, best].")
def _(X_train, y_train, X_test, n):
    return take(gap(X_train, y_train), X_train, X_test, n)[0], X_test.copy()


# ---- the baseline


def two_label_sets(rng):
    """Labels of the two parts: the commonest class of the one is not the commonest of the other."""
    y_train = rng.permutation([0] * 3 + [1] * 4 + [2] * 9 + [4] * 2)
    y_test = rng.permutation([0] * 4 + [1] * 6 + [2] * 3 + [3] * 1)
    return y_train, y_test


def commonest(y):
    return np.bincount(y).argmax()


@exercise(
    "week8.baseline_accuracy",
    title="What a network must beat",
    minutes=4,
    difficulty=1,
    importance=4,
    returns={"accuracy": None},
    inputs=two_label_sets,
    hints=(
        "Somebody who never looks at an image says one class, always the same. Which one would you say, knowing the training labels?",
        "The commonest class of y_train, and the share of y_test that it is.",
        "guess = np.bincount(...).argmax(); return np.mean(y_test == ...)",
    ),
)
def baseline_accuracy(y_train, y_test):
    guess = np.bincount(y_train).argmax()
    return np.mean(y_test == guess)


@baseline_accuracy.also_right
def _(y_train, y_test):
    classes, counts = np.unique(y_train, return_counts=True)
    return (y_test == classes[counts.argmax()]).sum() / len(y_test)


@baseline_accuracy.mistake("the class was chosen from y_test. A baseline, too, may learn from the training labels only.")
def _(y_train, y_test):
    return np.mean(y_test == commonest(y_test))


@baseline_accuracy.mistake("the share was measured on y_train. Choose the class there, and count it in y_test.")
def _(y_train, y_test):
    return np.mean(y_train == commonest(y_train))


@baseline_accuracy.mistake("this is one over the number of classes. The classes are not equally common: take the commonest.")
def _(y_train, y_test):
    return 1 / len(np.unique(y_train))


@baseline_accuracy.mistake("this is the label of the commonest class. Asked for is the share of y_test that has it.")
def _(y_train, y_test):
    return commonest(y_train)


@baseline_accuracy.mistake("this is the error. The accuracy is the share that is right: np.mean(y_test == guess).")
def _(y_train, y_test):
    return np.mean(y_test != commonest(y_train))


@baseline_accuracy.mistake("this is a number of examples. Divide by len(y_test), or take the mean.")
def _(y_train, y_test):
    return int((y_test == commonest(y_train)).sum())


@baseline_accuracy.mistake("the two sets were put together. Choose the class from y_train, and count it in y_test.")
def _(y_train, y_test):
    both = np.concatenate([y_train, y_test])
    return np.mean(both == commonest(both))


@baseline_accuracy.mistake("np.bincount(...).max() is a count, not a class. The class is where that count stands: .argmax().")
def _(y_train, y_test):
    return np.mean(y_test == np.bincount(y_train).max())


# ---- the report


def some_scores(rng):
    """Accuracies of 6 seeds, on a test set of 200: multiples of 1/200."""
    return rng.choice(np.arange(176, 197), 6, replace=False) / 200, 200


@exercise(
    "week8.uncertainty",
    title="How sure is an accuracy?",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"mean": None, "seed_error": None, "test_error": None},
    inputs=some_scores,
    hints=(
        "Two things are random: the seed (weights, order of the batches), and which images happen to lie in the test set.",
        "seed_error = s / sqrt(R), with s the standard deviation of the R scores, divided by R - 1. test_error = sqrt(p (1 - p) / n) with p the mean.",
        "p = scores.mean(); return p, scores.std(ddof=...) / np.sqrt(...), np.sqrt(p * (1 - p) / ...)",
    ),
)
def uncertainty(scores, n):
    p = scores.mean()
    seed_error = scores.std(ddof=1) / np.sqrt(len(scores))
    test_error = np.sqrt(p * (1 - p) / n)
    return p, seed_error, test_error


@uncertainty.also_right
def _(scores, n):
    R = scores.size
    p = scores.sum() / R
    return p, (((scores - p) ** 2).sum() / (R - 1) / R) ** 0.5, (p * (1 - p)) ** 0.5 / n**0.5


def report(scores, n, p=None, seed=None, test=None):
    """The three numbers, with one of them replaced."""
    mean = scores.mean()
    right = uncertainty.reference(scores, n)
    return mean if p is None else p, right[1] if seed is None else seed, right[2] if test is None else test


@uncertainty.mistake("seed_error is the spread of single seeds. The mean of R of them is surer: divide by sqrt(R).")
def _(scores, n):
    return report(scores, n, seed=scores.std(ddof=1))


@uncertainty.mistake("the deviation of a few seeds around their own mean is too small: divide by R - 1, with std(ddof=1).")
def _(scores, n):
    return report(scores, n, seed=scores.std() / np.sqrt(len(scores)))


@uncertainty.mistake("both: std needs ddof=1 for a few seeds, and the mean of R seeds has an error smaller by sqrt(R).")
def _(scores, n):
    return report(scores, n, seed=scores.std())


@uncertainty.mistake("seed_error is divided by R. The error of a mean falls with the root of the number: sqrt(R).")
def _(scores, n):
    return report(scores, n, seed=scores.std(ddof=1) / len(scores))


@uncertainty.mistake("seed_error is a variance: take the root, std instead of var.")
def _(scores, n):
    return report(scores, n, seed=scores.var(ddof=1) / len(scores))


@uncertainty.mistake("seed_error is divided by sqrt(n), the test images. What was repeated R times is the training: sqrt(R).")
def _(scores, n):
    return report(scores, n, seed=scores.std(ddof=1) / np.sqrt(n))


@uncertainty.mistake("test_error is a variance, p (1 - p) / n: take its root.")
def _(scores, n):
    return report(scores, n, test=scores.mean() * (1 - scores.mean()) / n)


@uncertainty.mistake("test_error is that of one image: divide p (1 - p) by n, the number of test images, before the root.")
def _(scores, n):
    return report(scores, n, test=np.sqrt(scores.mean() * (1 - scores.mean())))


@uncertainty.mistake("test_error is too small by sqrt(R). All seeds saw the same n images: more seeds make the test set no larger.")
def _(scores, n):
    return report(scores, n, test=np.sqrt(scores.mean() * (1 - scores.mean()) / (n * len(scores))))


@uncertainty.mistake("test_error is divided by the seeds R, not by the test images n.")
def _(scores, n):
    return report(scores, n, test=np.sqrt(scores.mean() * (1 - scores.mean()) / len(scores)))


@uncertainty.mistake("test_error lacks a factor: a share p that is right and 1 - p that is wrong give p (1 - p), not p.")
def _(scores, n):
    return report(scores, n, test=np.sqrt(scores.mean() / n))


@uncertainty.mistake("the best seed is no fair report: give the mean over all of them.")
def _(scores, n):
    best = scores.max()
    return report(scores, n, p=best, test=np.sqrt(best * (1 - best) / n))


@uncertainty.mistake("this is the median. A standard error belongs to the mean: scores.mean().")
def _(scores, n):
    middle = np.median(scores)
    return report(scores, n, p=middle, test=np.sqrt(middle * (1 - middle) / n))


@uncertainty.mistake("all in percent: keep shares, 0 to 1, as nnlib's score does.")
def _(scores, n):
    return tuple(100 * number for number in uncertainty.reference(scores, n))


# ---- where it errs


def truth_and_answers(rng):
    """Labels and answers of 5 classes, the last one never occurring among the first four; several pairs occur more than once."""
    y = rng.permutation([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3])
    predicted = y.copy()
    wrong = rng.permutation(np.flatnonzero(y == 0))[:2], np.flatnonzero(y == 3)[:1], np.flatnonzero(y == 2)[:1]
    for rows, answer in zip(wrong, (2, 1, 0)):
        predicted[rows] = answer
    return y, predicted, 5


def counts(y, predicted, k):
    C = np.zeros((k, k), dtype=int)
    np.add.at(C, (y, predicted), 1)
    return C


@exercise(
    "week8.confusion",
    title="Which class is taken for which",
    minutes=7,
    difficulty=2,
    importance=4,
    returns={"C": "(k, k)"},
    inputs=truth_and_answers,
    hints=(
        "Go through the examples. Each adds 1 in one place of the table: in which row, in which column?",
        "C[i, j] counts the examples of class i that were called j. A class may be missing: the table has k rows all the same.",
        "C = np.zeros((k, k), dtype=int); for truth, answer in zip(y, predicted): C[..., ...] += 1",
    ),
    properties=(
        (
            "the rows add up to the number of examples of each class",
            lambda f, rng: (lambda y, p, k: np.array_equal(f(y, p, k).sum(axis=1), np.bincount(y, minlength=k)))(*truth_and_answers(rng)),
        ),
    ),
)
def confusion(y, predicted, k):
    C = np.zeros((k, k), dtype=int)
    for truth, answer in zip(y, predicted):
        C[truth, answer] += 1
    return C


@confusion.also_right
def _(y, predicted, k):
    return np.bincount(k * y + predicted, minlength=k * k).reshape(k, k)


@confusion.also_right
def _(y, predicted, k):
    return np.eye(k, dtype=int)[y].T @ np.eye(k, dtype=int)[predicted]


@confusion.mistake("rows and columns are swapped: the row is the truth, the column the answer, C[truth, answer].")
def _(y, predicted, k):
    return counts(y, predicted, k).T


@confusion.mistake("`C[y, predicted] += 1` adds 1 only once where a pair occurs several times. Loop over the examples, or use np.add.at.")
def _(y, predicted, k):
    return np.minimum(counts(y, predicted, k), 1)


@confusion.mistake("the table has only the classes that occur. It has k rows and k columns, so that tables can be compared.")
def _(y, predicted, k):
    return counts(y, predicted, k)[:4, :4]


@confusion.mistake("only the errors are counted: right answers belong on the diagonal.")
def _(y, predicted, k):
    C = counts(y, predicted, k)
    return C - np.diag(np.diag(C))


@confusion.mistake("only the right answers are counted: the errors, off the diagonal, are what the table is for.")
def _(y, predicted, k):
    return np.diag(np.diag(counts(y, predicted, k)))


@confusion.mistake("these are shares of each row. Asked for are counts.")
def _(y, predicted, k):
    C = counts(y, predicted, k)
    return C / np.maximum(C.sum(axis=1, keepdims=True), 1)


@confusion.mistake("these are shares of all examples. Asked for are counts.")
def _(y, predicted, k):
    return counts(y, predicted, k) / len(y)


@confusion.mistake(
    "every example was counted in its truth's row and its answer's row: C[truth, answer] += 1, once, and no C[answer, truth]."
)
def _(y, predicted, k):
    C = counts(y, predicted, k)
    return C + C.T


# ---- the confident errors


def answers_of_a_network(rng):
    """Probabilities (12, 4) and labels: 5 answers wrong, of different confidence, in no order; the surest answer of all is right."""
    while True:
        P = softmax(1.5 * rng.standard_normal((12, 4)))
        y, sure = P.argmax(axis=1), P.max(axis=1)
        wrong = np.sort(np.argsort(-sure)[[1, 3, 4, 7, 10]])
        order = np.argsort(-sure[wrong])
        if len({tuple(places) for places in (order[:3], order[::-1][:3], (0, 1, 2), order[:3][::-1])}) == 4:
            y[wrong] = (y[wrong] + rng.integers(1, 4, 5)) % 4
            return P, y, 3


def errors_sorted(P, y, key):
    wrong = np.flatnonzero(P.argmax(axis=1) != y)
    return wrong[np.argsort(key[wrong])]


def with_few_errors(answer, rng):
    P, y, _ = answers_of_a_network(rng)
    got = np.asarray(answer(P, y, 9))
    return got.shape == (5,) or "with 5 errors and n = 9, return the 5: [:n] on the sorted errors does it."


@exercise(
    "week8.most_confident_errors",
    title="The errors it was surest of",
    minutes=8,
    difficulty=3,
    importance=4,
    returns={"rows": "(n,)"},
    inputs=answers_of_a_network,
    hints=(
        "First find the rows where the answer is wrong. Then sort only these, by how sure the answer was.",
        "The answer is the largest of its row, and so is its confidence. np.flatnonzero gives the rows of a mask, np.argsort sorts upwards.",
        "wrong = np.flatnonzero(P.argmax(axis=1) != y); order = np.argsort(-P[...].max(axis=1)); return wrong[...][:n]",
    ),
    properties=(("fewer errors than n give fewer rows", with_few_errors),),
)
def most_confident_errors(P, y, n):
    wrong = np.flatnonzero(P.argmax(axis=1) != y)
    order = np.argsort(-P[wrong].max(axis=1))
    return wrong[order][:n]


@most_confident_errors.also_right
def _(P, y, n):
    sure = np.where(P.argmax(axis=1) == y, -1.0, P.max(axis=1))
    order = np.argsort(sure)[::-1]
    return order[: min(n, int((sure >= 0).sum()))]


@most_confident_errors.mistake("these are the surest answers, right ones among them. Keep the wrong ones first: P.argmax(axis=1) != y.")
def _(P, y, n):
    return np.argsort(-P.max(axis=1))[:n]


@most_confident_errors.mistake("these are the least sure errors: np.argsort sorts upwards. Put a minus before the confidence.")
def _(P, y, n):
    return errors_sorted(P, y, P.max(axis=1))[:n]


@most_confident_errors.mistake("these are places in the list of errors, not rows of P. Translate them back: wrong[order].")
def _(P, y, n):
    wrong = np.flatnonzero(P.argmax(axis=1) != y)
    return np.argsort(-P[wrong].max(axis=1))[:n]


@most_confident_errors.mistake("the errors are not sorted: these are the first n of them. Sort by confidence before [:n].")
def _(P, y, n):
    return np.flatnonzero(P.argmax(axis=1) != y)[:n]


@most_confident_errors.mistake("the right rows, from the least sure to the surest. The surest comes first.")
def _(P, y, n):
    return errors_sorted(P, y, -P.max(axis=1))[:n][::-1]


@most_confident_errors.mistake("these are the right answers it was surest of. Asked for are the wrong ones: != y.")
def _(P, y, n):
    right = np.flatnonzero(P.argmax(axis=1) == y)
    return right[np.argsort(-P[right].max(axis=1))][:n]


@most_confident_errors.mistake("these are the confidences. Asked for are the rows where they stand.")
def _(P, y, n):
    return P.max(axis=1)[errors_sorted(P, y, -P.max(axis=1))[:n]]


@most_confident_errors.mistake("all errors are returned, sorted. Take the first n: [:n].")
def _(P, y, n):
    return errors_sorted(P, y, -P.max(axis=1))


@most_confident_errors.mistake("these are the answers given there. Asked for are the rows, so that one can look at the images.")
def _(P, y, n):
    return P.argmax(axis=1)[errors_sorted(P, y, -P.max(axis=1))[:n]]


QUIZZES["week8"] = [
    Question(
        "A training loss stands still at log 10 from the first step on. What do you look at first?",
        {
            "The learning rate: try ten others.": "it costs an hour and tells little. Zero gradients stay zero at every rate.",
            "The length of dW in each layer, and the activations.": "if dW is exactly 0, something is dead or zero, and no rate will help. It takes one line.",
            "The number of hidden units.": "a network that is too small still moves. This one does not.",
        },
        "The length of dW in each layer, and the activations.",
    ),
    Question(
        "You compare 30 settings, and report the best one's accuracy on the images that chose it. What is that number?",
        {
            "Too high: the best of 30 was lucky too.": "choosing uses the images up. Report on a test set that took no part in any choice.",
            "Fair: no setting was trained on those images.": "they chose among the settings, and that is a kind of training.",
            "Too low: with more settings it would be better.": "that may be, but this number is flattering already.",
        },
        "Too high: the best of 30 was lucky too.",
    ),
    Question(
        "Two networks have 97.8 % and 98.1 % on the same 359 test images. Is the second better?",
        {
            "Yes: it made fewer errors.": "by a single image or two. Another 359 images may well turn it round.",
            "No: the difference shows that they are equal.": "it does not show that either. It is too small to tell.",
            "Nobody can tell: the standard error of each is 0.7 points or more.": "sqrt(0.98 * 0.02 / 359) is 0.7 to 0.8 points, and seeds add to it.",
        },
        "Nobody can tell: the standard error of each is 0.7 points or more.",
    ),
    Question(
        "The data are sorted by class, and somebody's own loop takes minibatches in that order. What will the curve show?",
        {
            "Nothing special: the gradient is the same on average.": "on average over an epoch, but each step sees one class only and pushes every answer to it.",
            "The loss leaps up at each change of class.": "the network learns to say the class of the moment, and forgets the others. Shuffle every epoch.",
            "It overfits sooner.": "it hardly learns at all: each batch undoes the one before.",
        },
        "The loss leaps up at each change of class.",
    ),
    Question(
        "The gradient check passes, and the network learns nothing. What is still possible?",
        {
            "Nothing: if the gradient is right, it learns.": "it follows the slope of this loss, on these data, from this start. Each of them can be wrong.",
            "The backward pass of a layer is wrong.": "that is just what the check has ruled out, away from saturation.",
            "Data, labels, start weights or learning rate.": "the check compares the backward pass with the loss. It says nothing about any of these.",
        },
        "Data, labels, start weights or learning rate.",
    ),
]
