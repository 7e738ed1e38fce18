"""Start here: the NumPy that the course needs."""

import numpy as np

from .cards import QUIZZES, Question
from .exercise import exercise

# ---- axis and keepdims


@exercise(
    "week0.column_means",
    title="The mean of each feature",
    minutes=4,
    difficulty=1,
    importance=5,
    returns={"means": "(1, n)"},
    inputs=lambda rng: (rng.standard_normal((6, 4)) + [[3.0, -1.0, 0.5, 10.0]],),
    hints=(
        "Features are columns. A mean over the examples runs down the rows, so the axis of the rows is the one to disappear.",
        "means[0, j] = (X[0, j] + ... + X[m-1, j]) / m, one number for each column j.",
        "return X.mean(axis=..., keepdims=...)",
    ),
)
def column_means(X):
    return X.mean(axis=0, keepdims=True)


@column_means.also_right
def _(X):
    return X.sum(axis=-2, keepdims=True) / len(X)


@column_means.also_right
def _(X):
    return np.array([[sum(X[i, j] for i in range(len(X))) / len(X) for j in range(X.shape[1])]])


@column_means.mistake("that is one mean for each example: axis=1 removes the features. Write axis=0, which removes the examples.")
def _(X):
    return X.mean(axis=1, keepdims=True)


@column_means.mistake(
    "that is one mean for each example, and its axis is gone: write axis=0 to average over the examples, and keepdims=True."
)
def _(X):
    return X.mean(axis=1)


@column_means.mistake(
    "the numbers are right, but the shape is (n,), a vector: write keepdims=True, so that the result stays a row (1, n) like a bias."
)
def _(X):
    return X.mean(axis=0)


@column_means.mistake("that is a single mean over all numbers: without axis=0 the features are mixed with one another.")
def _(X):
    return X.mean()


@column_means.mistake("that is the sum of each column: divide by the number of examples, or write mean for sum.")
def _(X):
    return X.sum(axis=0, keepdims=True)


@column_means.mistake("the sum of a column has m terms, you divide by n, the number of columns: X.shape[0] is m, X.shape[1] is n.")
def _(X):
    return X.sum(axis=0, keepdims=True) / X.shape[1]


@column_means.mistake(
    "the numbers are right, but they stand as a column (n, 1): a feature is a column of X, so its mean belongs in a row (1, n)."
)
def _(X):
    return X.mean(axis=0)[:, None]


@column_means.mistake("you divide by 3, the number of rows of the example above: this X has other sizes, write len(X) or X.mean.")
def _(X):
    return X.sum(axis=0, keepdims=True) / 3


# ---- broadcasting


def skewed_table(rng):
    """Square, so that a mean without its axis broadcasts along the wrong one and no shape complains."""
    return (rng.standard_normal((5, 5)) * [[1.0, 4.0, 0.3, 2.0, 7.0]] + [[0.0, 3.0, -2.0, 20.0, 1.0]],)


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
    return (X - mean) / std


@centre_and_scale.also_right
def _(X):
    D = X - X.mean(axis=0)
    return D / np.sqrt((D * D).mean(axis=0))


@centre_and_scale.mistake(
    "each row is centred and scaled: a row holds different features of one example. Write axis=0 to go down the columns."
)
def _(X):
    return (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)


@centre_and_scale.mistake(
    "means and deviations are those of the rows, and without keepdims=True they are then used as if they belonged to the columns. "
    "X is square here, so no shape complains. Write axis=0."
)
def _(X):
    return (X - X.mean(axis=1)) / X.std(axis=1)


@centre_and_scale.mistake(
    "one mean and one deviation for the whole table: features on different scales stay apart. Give mean and std axis=0."
)
def _(X):
    return (X - X.mean()) / X.std()


@centre_and_scale.mistake("centred, but not scaled: divide by the standard deviation of each column too.")
def _(X):
    return X - X.mean(axis=0, keepdims=True)


@centre_and_scale.mistake("scaled, but not centred: subtract the mean of each column before you divide.")
def _(X):
    return X / X.std(axis=0, keepdims=True)


@centre_and_scale.mistake("you divide by the variance: the standard deviation is its square root, X.std(...) in place of X.var(...).")
def _(X):
    return (X - X.mean(axis=0, keepdims=True)) / X.var(axis=0, keepdims=True)


@centre_and_scale.mistake(
    "parentheses: X - mean / std divides the mean alone, because division comes before subtraction. Write (X - mean) / std."
)
def _(X):
    return X - X.mean(axis=0, keepdims=True) / X.std(axis=0, keepdims=True)


@centre_and_scale.mistake("you divide by m - 1 inside the deviation (ddof=1): here the plain mean of the squares is meant, X.std(axis=0).")
def _(X):
    return (X - X.mean(axis=0, keepdims=True)) / X.std(axis=0, ddof=1, keepdims=True)


@centre_and_scale.mistake("you multiply by the standard deviation: a wide column gets wider still. Divide by it.")
def _(X):
    return (X - X.mean(axis=0)) * X.std(axis=0)


@centre_and_scale.mistake(
    "that stretches each column to run from 0 to 1 (min and max): here its mean must be 0 and its standard deviation 1, from X.mean and X.std."
)
def _(X):
    return (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0))


def points_and_target(rng):
    return rng.standard_normal((6, 3)), 2 * rng.standard_normal((1, 3))


def moving_both_changes_nothing(answer, rng):
    X, c = points_and_target(rng)
    return bool(np.allclose(answer(X, c), answer(X + 5.0, c + 5.0)))


@exercise(
    "week0.row_distances",
    title="How far each example lies from one point",
    minutes=7,
    difficulty=3,
    importance=3,
    returns={"d": "(m, 1)"},
    inputs=points_and_target,
    hints=(
        "Subtract the point c from every row at once, by broadcasting. Then each row needs its own length.",
        "d[i] = sqrt( sum over j of (X[i, j] - c[0, j])^2 )  (Pythagoras).",
        "D = X - c; return np.sqrt((D ** 2).sum(axis=..., keepdims=...))",
    ),
    properties=(("moving the points and c together changes nothing", moving_both_changes_nothing),),
)
def row_distances(X, c):
    D = X - c
    return np.sqrt((D**2).sum(axis=1, keepdims=True))


@row_distances.also_right
def _(X, c):
    return np.linalg.norm(X - c, axis=1, keepdims=True)


@row_distances.also_right
def _(X, c):
    return np.array([[sum((a - b) ** 2 for a, b in zip(row, c[0])) ** 0.5] for row in X])


@row_distances.mistake("that is the square of the distance: take np.sqrt of the sum.")
def _(X, c):
    return ((X - c) ** 2).sum(axis=1, keepdims=True)


@row_distances.mistake(
    "the differences are not squared before they are added, so positive and negative ones cancel: write (D ** 2).sum(...)."
)
def _(X, c):
    return (X - c).sum(axis=1, keepdims=True)


@row_distances.mistake(
    "that adds the absolute differences, the way along the streets (a root taken before the sum does the same). "
    "First add the squares, then take the root."
)
def _(X, c):
    return np.abs(X - c).sum(axis=1, keepdims=True)


@row_distances.mistake(
    "axis=0 adds over the examples and leaves one number for each feature: write axis=1, so that the features disappear."
)
def _(X, c):
    return np.sqrt(((X - c) ** 2).sum(axis=0, keepdims=True))


@row_distances.mistake(
    "the numbers are right, but the shape is (m,): write keepdims=True, so that each distance stays in its example's row."
)
def _(X, c):
    return np.sqrt(((X - c) ** 2).sum(axis=1))


@row_distances.mistake("that is one number for all examples together: give the sum axis=1, so that each row keeps its own distance.")
def _(X, c):
    return np.sqrt(((X - c) ** 2).sum())


@row_distances.mistake("that is a mean over the features: the length of a row is the root of the sum of its squares, write sum for mean.")
def _(X, c):
    return np.sqrt(((X - c) ** 2).mean(axis=1, keepdims=True))


@row_distances.mistake(
    "the differences are added before they are squared, and the root then undoes the square: square each difference first, (D ** 2).sum(...)."
)
def _(X, c):
    return np.abs((X - c).sum(axis=1, keepdims=True))


@row_distances.mistake("parentheses: X - c ** 2 squares c alone, because powers come first. Write (X - c) ** 2.")
def _(X, c):
    return np.sqrt((X - c**2).sum(axis=1, keepdims=True))


@row_distances.mistake("X ** 2 - c ** 2 is not (X - c) ** 2: first subtract, then square.")
def _(X, c):
    return np.sqrt((X**2 - c**2).sum(axis=1, keepdims=True))


@row_distances.mistake("that is the distance from the origin: subtract c from X first.")
def _(X, c):
    return np.sqrt((X**2).sum(axis=1, keepdims=True))


# ---- classes


def shuffled_labels(rng):
    """Labels of 5 classes, the last of which never occurs: whoever counts the classes in y gets one too few."""
    y = np.concatenate([[2, 0, 3, 1, 1], rng.integers(0, 4, 4)])
    return rng.permutation(y), 5


def one_hot_can_be_undone(answer, rng):
    y, k = shuffled_labels(rng)
    Y = np.asarray(answer(y, k))
    return bool(np.array_equal(Y.argmax(axis=1), y) and (Y.sum(axis=1) == 1).all())


@exercise(
    "week0.one_hot",
    title="Labels as rows with a single 1",
    minutes=5,
    difficulty=2,
    importance=4,
    returns={"Y": "(m, k)"},
    inputs=shuffled_labels,
    hints=(
        "Row c of the identity matrix is the row for class c. Which rows do you need, and in which order?",
        "Y[i, j] = 1 if y[i] = j, else 0.",
        "return np.eye(...)[...]",
    ),
    properties=(("argmax of each row gives the label back", one_hot_can_be_undone),),
)
def one_hot(y, k):
    return np.eye(k)[y]


@one_hot.also_right
def _(y, k):
    return y[:, None] == np.arange(k)


@one_hot.also_right
def _(y, k):
    Y = np.zeros((len(y), k))
    Y[np.arange(len(y)), y] = 1
    return Y


@one_hot.mistake("the number of columns is taken from the labels: a class that does not occur in y still needs its column. Use k.")
def _(y, k):
    return np.eye(y.max() + 1)[y]


@one_hot.mistake("Y is (k, m): examples are rows, so it must be turned to (m, k).")
def _(y, k):
    return np.eye(k)[y].T


@one_hot.mistake("classes count from 0: with y - 1 each label lands one column too far left (and class 0 in the last column).")
def _(y, k):
    return np.eye(k)[y - 1]


@one_hot.mistake("Y[:, y] = 1 fills whole columns for all examples: pair each row with its own label, Y[np.arange(m), y] = 1.")
def _(y, k):
    Y = np.zeros((len(y), k))
    Y[:, y] = 1
    return Y


@one_hot.mistake("the label itself stands where the 1 should be: class 2 is not twice class 1. Write 1.")
def _(y, k):
    return np.eye(k)[y] * y[:, None]


@one_hot.mistake("ones and zeros are swapped: the 1 belongs to the class of the example. Write == where you have !=.")
def _(y, k):
    return 1.0 - np.eye(k)[y]


@one_hot.mistake("that is the identity matrix itself: choose the row of each label from it with [y].")
def _(y, k):
    return np.eye(k)


@one_hot.mistake(
    "Y[y] = 1 fills whole rows, those numbered by the labels: row i gets a single 1, in column y[i]. Write Y[np.arange(m), y] = 1."
)
def _(y, k):
    Y = np.zeros((len(y), k))
    Y[y] = 1
    return Y


@one_hot.mistake("the ones run down the diagonal, whatever y says: the 1 of row i belongs in column y[i].")
def _(y, k):
    return np.eye(len(y), k)


@one_hot.mistake("there is one column too many: k classes are numbered 0 to k - 1, so k columns are enough.")
def _(y, k):
    return np.eye(k + 1)[y]


def scores(rng):
    """Scores of 6 examples for 4 classes, with large negative ones, so that absolute values mislead."""
    return (3 * rng.standard_normal((6, 4)) - 1.0,)


def a_constant_changes_nothing(answer, rng):
    (Z,) = scores(rng)
    return bool(np.array_equal(answer(Z), answer(Z + rng.standard_normal((len(Z), 1)))))


@exercise(
    "week0.predicted_classes",
    title="From scores to classes",
    minutes=3,
    difficulty=1,
    importance=5,
    returns={"predicted": "(m,)"},
    inputs=scores,
    hints=(
        "Each row holds the scores of one example. You want the place of the largest one, not its value.",
        "predicted[i] = the j for which Z[i, j] is largest.",
        "return Z.argmax(axis=...)",
    ),
    properties=(("adding one number to all scores of an example changes nothing", a_constant_changes_nothing),),
)
def predicted_classes(Z):
    return Z.argmax(axis=1)


@predicted_classes.also_right
def _(Z):
    return np.array([max(range(len(row)), key=lambda j: row[j]) for row in Z])


@predicted_classes.mistake(
    "axis=0 looks for the best example of each class: write axis=1, so that the classes disappear and the examples stay."
)
def _(Z):
    return Z.argmax(axis=0)


@predicted_classes.mistake("without an axis, argmax gives one place in the whole table, counted through all rows: write axis=1.")
def _(Z):
    return Z.argmax()


@predicted_classes.mistake("that is the class with the smallest score: write argmax, not argmin.")
def _(Z):
    return Z.argmin(axis=1)


@predicted_classes.mistake("the sign matters: a score of -9 is a strong no. Leave out the absolute value.")
def _(Z):
    return np.abs(Z).argmax(axis=1)


@predicted_classes.mistake("classes count from 0, as Python's places do: leave out the + 1.")
def _(Z):
    return Z.argmax(axis=1) + 1


@predicted_classes.mistake("that is the whole ranking of the classes: only the best of each row is wanted, its last entry in this order.")
def _(Z):
    return Z.argsort(axis=1)


@predicted_classes.mistake("labels are a vector (m,) in this course, you return a column (m, 1): leave out keepdims.")
def _(Z):
    return Z.argmax(axis=1, keepdims=True)


@predicted_classes.mistake("that is the largest score itself: wanted is its place in the row. Write argmax for max.")
def _(Z):
    return Z.max(axis=1)


@predicted_classes.mistake(
    "that is the largest score of each class: wanted is a place, for each example. Write argmax for max, and axis=1."
)
def _(Z):
    return Z.max(axis=0)


@predicted_classes.mistake("the largest score is marked with a 1 (one-hot): return the number of its place, Z.argmax(...).")
def _(Z):
    return Z == Z.max(axis=1, keepdims=True)


# ---- the broadcasting trap


def probabilities_and_labels(rng):
    """Probabilities (m, 1) and labels (m,), 11 zeros and 6 ones; so many of each are wrong that no two counts are equal."""
    wrong_zeros, wrong_ones = [(2, 1), (3, 1), (3, 2)][rng.integers(3)]
    y = np.repeat([0, 1], [11, 6])
    P = np.where(y == 1, 0.75, 0.25) + rng.uniform(-0.2, 0.2, len(y))
    P[:wrong_zeros] += 0.5
    P[len(y) - wrong_ones :] -= 0.5
    order = rng.permutation(len(y))
    return P[order, None], y[order]


def order_does_not_matter(answer, rng):
    P, y = probabilities_and_labels(rng)
    order = rng.permutation(len(y))
    return bool(np.isclose(answer(P, y), answer(P[order], y[order])))


def perfect_is_one(answer, rng):
    y = rng.permutation(np.array([0, 0, 0, 1]))
    return bool(answer(0.2 + 0.6 * y[:, None], y) == 1.0)


@exercise(
    "week0.accuracy",
    title="The share of right answers",
    minutes=7,
    difficulty=3,
    importance=5,
    returns={"accuracy": None},
    inputs=probabilities_and_labels,
    hints=(
        "Print the shape of each thing before you compare it. What is the shape of (m, 1) == (m,)?",
        "accuracy = (how many i have [P[i, 0] > 0.5] = y[i]) / m.",
        "predicted = P[:, 0] > 0.5; return (predicted == ...).mean()",
    ),
    properties=(
        ("the order of the examples does not matter", order_does_not_matter),
        ("perfect answers give 1", perfect_is_one),
    ),
)
def accuracy(P, y):
    predicted = P[:, 0] > 0.5
    return (predicted == y).mean()


@accuracy.also_right
def _(P, y):
    return float(np.mean((P > 0.5) == y.reshape(-1, 1)))


@accuracy.also_right
def _(P, y):
    return sum(int(p > 0.5) == int(label) for p, label in zip(P.ravel(), y)) / len(y)


@accuracy.mistake(
    "the broadcasting trap: P is (m, 1) and y is (m,), so == compares each prediction with every label and gives (m, m). "
    "Take the column out first, P[:, 0], or write y[:, None]."
)
def _(P, y):
    return ((P > 0.5) == y).mean()


@accuracy.mistake("that is the share of wrong answers: write == where you have !=.")
def _(P, y):
    return ((P[:, 0] > 0.5) != y).mean()


@accuracy.mistake("that compares probabilities with labels: 0.8 is never equal to 1. First make classes of them, P[:, 0] > 0.5.")
def _(P, y):
    return (P[:, 0] == y).mean()


@accuracy.mistake("that is in per cent: an accuracy lies between 0 and 1, leave out the factor 100.")
def _(P, y):
    return 100 * ((P[:, 0] > 0.5) == y).mean()


@accuracy.mistake("every probability is above 0, so your threshold calls everything class 1: compare with 0.5.")
def _(P, y):
    return ((P[:, 0] > 0) == y).mean()


@accuracy.mistake("that is how many are predicted as class 1, whether rightly or not: compare the predictions with y before the mean.")
def _(P, y):
    return (P[:, 0] > 0.5).mean()


@accuracy.mistake("you count only the ones that are found: a 0 that is called 0 is a right answer too. Write ==, not a product or &.")
def _(P, y):
    return ((P[:, 0] > 0.5) & (y == 1)).mean()


@accuracy.mistake("that is how many are right, not which share: divide by the number of examples, or write mean for sum.")
def _(P, y):
    return ((P[:, 0] > 0.5) == y).sum()


@accuracy.mistake("that says of each example whether it is right: a mean over the examples makes one number of it.")
def _(P, y):
    return (P[:, 0] > 0.5) == y


@accuracy.mistake(
    "every example is called class 0: argmax of a single column is always place 0, and P[0] is one example only. Write P[:, 0] > 0.5."
)
def _(P, y):
    return (P.argmax(axis=1) == y).mean()


@accuracy.mistake("that is the mean probability given to the right class: an answer is right or wrong, so first compare P with 0.5.")
def _(P, y):
    return 1 - np.abs(P[:, 0] - y).mean()


QUIZZES["start_here"] = [
    Question(
        "X has shape (100, 2). What is the shape of X.sum(axis=0)?",
        {
            "(100,)": "axis 0 is the axis of length 100, and it is the one that disappears. (100,) is what axis=1 gives.",
            "(2,)": "the axis you name disappears: of (100, 2), axis 0 goes and (2,) stays, one sum for each feature.",
            "(1, 2)": "that is what keepdims=True would give: the axis would stay, with length 1.",
        },
        "(2,)",
    ),
    Question(
        "P has shape (50, 1), y has shape (50,). What is the shape of P - y?",
        {
            "(50, 1)": "shapes are compared from the right: 1 meets 50 and is repeated, then 50 meets nothing and stays.",
            "(50,)": "no axis of P disappears in a subtraction: the result has as many axes as the longer shape.",
            "(50, 50)": "y counts as a row (1, 50), so each of the 50 predictions meets each of the 50 labels, without any error.",
            "an error": "that would be safer, but the shapes fit by the rules of broadcasting: an axis of length 1 is repeated.",
        },
        "(50, 50)",
    ),
    Question(
        "X is (100, 2), W is (2, 3), b is (1, 3). Which axis of X W + b counts the examples?",
        {
            "the first, of length 100": "(100, 2) times (2, 3) is (100, 3): the inner axes vanish, rows stay rows, one for each example.",
            "the last, of length 3": "the last axis counts the units: each column of W belongs to one unit.",
            "neither, b mixes them": "b is repeated for each row and added: it does not mix the rows.",
        },
        "the first, of length 100",
    ),
    Question(
        "L = z^2 and z = 3x + 1. How fast does L change with x at x = 2?",
        {
            "14": "that is dL/dz = 2z at z = 7: how fast L moves with z. But z moves 3 times as fast as x.",
            "17": "the two rates multiply, they do not add: a step in x is first stretched by 3, then by 14.",
            "42": "dL/dz = 2z = 14 at z = 7 and dz/dx = 3, and the rates multiply: 14 * 3 = 42.",
        },
        "42",
    ),
    Question(
        "b has shape (1, 3) and is added to each of 100 rows. The loss has slope dZ (100, 3) at those rows. What is its slope at b?",
        {
            "the sum of dZ over the rows": "each b_j takes part in 100 numbers of Z, and the ways in which it reaches the loss add up.",
            "the mean of dZ over the rows": "slopes over several ways add up. If the loss is a mean, its 1/m is already inside dZ.",
            "dZ itself": "dZ is (100, 3), but there is one slope for each number in b, and b has only 3.",
        },
        "the sum of dZ over the rows",
    ),
]
