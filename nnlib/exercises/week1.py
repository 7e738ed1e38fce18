"""Week 1: one neuron, and the forward pass."""

import numpy as np

from .cards import QUIZZES, Question
from .exercise import exercise

# ---- week 1a: one neuron


def neuron(rng):
    """X (7, 2), w (2, 1), b (1, 1); the bias is far from 0, and w is neither of length 1 nor symmetric."""
    w = rng.uniform(0.5, 1.5, (2, 1)) * [[1.0], [-2.0]]
    return 2 * rng.standard_normal((7, 2)), w, np.array([[0.8]]) + rng.uniform(0, 0.5, (1, 1))


def a_step_in_one_feature_moves_z_by_its_weight(answer, rng):
    X, w, b = neuron(rng)
    return all(np.allclose(answer(X + np.eye(2)[k], w, b) - answer(X, w, b), w[k, 0]) for k in range(2))


@exercise(
    "week1.decision_function",
    title="The score of one neuron",
    minutes=5,
    difficulty=1,
    importance=5,
    returns={"z": "(m, 1)"},
    inputs=neuron,
    hints=(
        "For one example: multiply each feature by its weight, add the products, add the bias. A matrix product does it for all rows.",
        "z_i = sum over k of X[i, k] w[k] + b, that is z = X w + b.",
        "return X @ ... + ...",
    ),
    properties=(("one more in feature k moves z by w[k]", a_step_in_one_feature_moves_z_by_its_weight),),
)
def decision_function(X, w, b):
    return X @ w + b


@decision_function.also_right
def _(X, w, b):
    return (X * w.T).sum(axis=1, keepdims=True) + b


@decision_function.also_right
def _(X, w, b):
    return np.array([[x[0] * w[0, 0] + x[1] * w[1, 0] + b[0, 0]] for x in X])


@decision_function.mistake("the bias is missing: add b, or every line goes through the origin.")
def _(X, w, b):
    return X @ w


@decision_function.mistake("the bias is subtracted: this course writes z = X w + b. (Books that write w.x - b call it a threshold.)")
def _(X, w, b):
    return X @ w - b


@decision_function.mistake(
    "b is added to every feature before the product, so it gets multiplied by the weights: write X @ w + b, not (X + b) @ w."
)
def _(X, w, b):
    return (X + b) @ w


@decision_function.mistake("the products are there, but they are not added: sum over the features, or write the matrix product X @ w.")
def _(X, w, b):
    return X * w.T + b


@decision_function.mistake("that adds over the examples too: each row keeps its own score, shape (m, 1).")
def _(X, w, b):
    return (X @ w).sum(axis=0, keepdims=True) + b


@decision_function.mistake("the numbers are right, but the shape is (m,): keep the column, z has shape (m, 1) like every Z of the course.")
def _(X, w, b):
    return (X @ w + b)[:, 0]


@decision_function.mistake("that is already the answer of the neuron, 0 or 1: return the score z itself.")
def _(X, w, b):
    return (X @ w + b > 0).astype(float)


@decision_function.mistake("the sum made a vector (m,), and with b, (1, 1), it became a row: write keepdims=True in the sum, or X @ w.")
def _(X, w, b):
    return (X * w.T).sum(axis=1) + b


@decision_function.mistake("parentheses: b is added to each weight before the product. Write X @ w + b.")
def _(X, w, b):
    return X @ (w + b)


def the_line_is_where_the_score_is_zero(answer, rng):
    X, w, b = neuron(rng)
    x1 = X[:, 0]
    return bool(np.allclose(np.column_stack([x1, answer(x1, w, b)]) @ w + b, 0))


@exercise(
    "week1.boundary_x2",
    title="Drawing the line",
    minutes=7,
    difficulty=2,
    importance=3,
    returns={"x2": "x1.shape"},
    inputs=lambda rng: (rng.standard_normal(6), *neuron(rng)[1:]),
    hints=(
        "On the line the score is zero. Write that equation down and solve it for x2.",
        "w1 x1 + w2 x2 + b = 0, so x2 = -(w1 x1 + b) / w2.",
        "return -(w[0, 0] * x1 + ...) / ...",
    ),
    properties=(("the score is zero at every point (x1, x2)", the_line_is_where_the_score_is_zero),),
)
def boundary_x2(x1, w, b):
    return -(w[0, 0] * x1 + b[0, 0]) / w[1, 0]


@boundary_x2.also_right
def _(x1, w, b):
    slope, height = -w[0, 0] / w[1, 0], -b[0, 0] / w[1, 0]
    return slope * x1 + height


@boundary_x2.mistake("the sign: bringing w1 x1 + b to the other side of the equation turns it, so x2 = -(w1 x1 + b) / w2.")
def _(x1, w, b):
    return (w[0, 0] * x1 + b[0, 0]) / w[1, 0]


@boundary_x2.mistake("the bias is missing: the line would go through the origin.")
def _(x1, w, b):
    return -w[0, 0] * x1 / w[1, 0]


@boundary_x2.mistake("the weights are swapped: you solved for x1. Divide by w2 to get x2.")
def _(x1, w, b):
    return -(w[1, 0] * x1 + b[0, 0]) / w[0, 0]


@boundary_x2.mistake("only w1 x1 is divided by w2: b must be divided too, so put parentheses around w1 x1 + b.")
def _(x1, w, b):
    return -w[0, 0] * x1 / w[1, 0] - b[0, 0]


@boundary_x2.mistake("the minus sign reaches w1 x1 only: it belongs to the whole of w1 x1 + b.")
def _(x1, w, b):
    return (-w[0, 0] * x1 + b[0, 0]) / w[1, 0]


@boundary_x2.mistake("that draws w itself, a line along the arrow: the boundary is at a right angle to w, its slope is -w1 / w2.")
def _(x1, w, b):
    return w[1, 0] / w[0, 0] * x1 - b[0, 0] / w[1, 0]


@boundary_x2.mistake("the division by w2 is missing: w1 x1 + w2 x2 + b = 0 has to be solved for x2.")
def _(x1, w, b):
    return -(w[0, 0] * x1 + b[0, 0])


@boundary_x2.mistake("x2 came out as a row (1, m), because b is an array (1, 1): take the numbers out of the arrays, b[0, 0] and w[0, 0].")
def _(x1, w, b):
    return -(w[0] * x1 + b) / w[1]


@boundary_x2.mistake("only b is divided by w2: w1 x1 must be divided too, so put parentheses around w1 x1 + b.")
def _(x1, w, b):
    return -w[0, 0] * x1 - b[0, 0] / w[1, 0]


@boundary_x2.mistake("parentheses: without them the minus belongs to w1 x1 alone, and the division to b alone. Write -(w1 x1 + b) / w2.")
def _(x1, w, b):
    return -w[0, 0] * x1 + b[0, 0] / w[1, 0]


@boundary_x2.mistake("the minus sign reaches b only: the slope of the line is -w1 / w2.")
def _(x1, w, b):
    return w[0, 0] / w[1, 0] * x1 - b[0, 0] / w[1, 0]


@boundary_x2.mistake("that is the part w1 x1 + b of the score: set the whole score to zero, w1 x1 + w2 x2 + b = 0, and solve for x2.")
def _(x1, w, b):
    return w[0, 0] * x1 + b[0, 0]


def longer_weights_same_distance(answer, rng):
    X, w, b = neuron(rng)
    return bool(np.allclose(answer(X, w, b), answer(X, -10 * w, -10 * b)))


def no_point_of_the_line_is_nearer(answer, rng):
    X, w, b = neuron(rng)
    along = np.array([-w[1, 0], w[0, 0]])
    foot = -b[0, 0] * w[:, 0] / (w * w).sum()
    line = foot + np.linspace(-20, 20, 4001)[:, None] * along
    nearest = np.sqrt(((X[:, None, :] - line) ** 2).sum(axis=2)).min(axis=1)
    return bool(np.allclose(np.ravel(answer(X, w, b)), nearest, atol=1e-2))


@exercise(
    "week1.distance_to_line",
    title="How far a point lies from the line",
    minutes=8,
    difficulty=3,
    importance=4,
    returns={"distance": "(m, 1)"},
    inputs=neuron,
    hints=(
        "The score grows by the length of w for each unit you walk along the arrow. So turn the score into a way: divide.",
        "distance_i = |X_i w + b| / sqrt(w1^2 + w2^2).",
        "return np.abs(...) / np.sqrt((w ** 2).sum())",
    ),
    properties=(
        ("10 times the weights, other sign, is the same line", longer_weights_same_distance),
        ("no point of the line is nearer", no_point_of_the_line_is_nearer),
    ),
)
def distance_to_line(X, w, b):
    return np.abs(X @ w + b) / np.sqrt((w**2).sum())


@distance_to_line.also_right
def _(X, w, b):
    return np.sqrt((X @ w + b) ** 2 / (w.T @ w))


@distance_to_line.also_right
def _(X, w, b):
    length = np.linalg.norm(w)
    return abs(X @ (w / length) + b / length)


@distance_to_line.mistake("that is the signed distance: a way has no sign, take the absolute value.")
def _(X, w, b):
    return (X @ w + b) / np.sqrt((w**2).sum())


@distance_to_line.mistake("that is |z|, the size of the score: divide by the length of w, or a longer w would move every point away.")
def _(X, w, b):
    return np.abs(X @ w + b)


@distance_to_line.mistake("you divide by w1^2 + w2^2, the square of the length of w: take its root.")
def _(X, w, b):
    return np.abs(X @ w + b) / (w**2).sum()


@distance_to_line.mistake("you divide by |w1| + |w2|: the length of w is sqrt(w1^2 + w2^2).")
def _(X, w, b):
    return np.abs(X @ w + b) / np.abs(w).sum()


@distance_to_line.mistake("the bias is missing: that is the distance to the parallel line through the origin.")
def _(X, w, b):
    return np.abs(X @ w) / np.sqrt((w**2).sum())


@distance_to_line.mistake("b is left out of the division: the whole score X w + b is divided by the length of w.")
def _(X, w, b):
    return np.abs(X @ w / np.sqrt((w**2).sum()) + b)


@distance_to_line.mistake("b is no part of the length: the arrow w = (w1, w2) alone is at a right angle to the line.")
def _(X, w, b):
    return np.abs(X @ w + b) / np.sqrt((w**2).sum() + (b**2).sum())


@distance_to_line.mistake("the numbers are right, but the shape is (m,): keep one row for each example, (m, 1).")
def _(X, w, b):
    return np.abs(X @ w[:, 0] + b[0, 0]) / np.sqrt((w**2).sum())


@distance_to_line.mistake("you divide by w1 + w2, which may even be negative: the length of w is sqrt(w1^2 + w2^2).")
def _(X, w, b):
    return np.abs(X @ w + b) / w.sum()


@distance_to_line.mistake("parentheses: only b is divided by the length of w. Write np.abs(X @ w + b) / ...")
def _(X, w, b):
    return np.abs(X @ w + b / np.sqrt((w**2).sum()))


@distance_to_line.mistake("you divide by the length of each example: it is the length of w that turns the score into a way.")
def _(X, w, b):
    return np.abs(X @ w + b) / np.sqrt((X**2).sum(axis=1, keepdims=True))


@distance_to_line.mistake("5 is the length of w = (3, 4) in the text: compute it from the w you are given, sqrt(w1^2 + w2^2).")
def _(X, w, b):
    return np.abs(X @ w + b) / 5


def feet_lie_on_the_line(answer, rng):
    X, w, b = neuron(rng)
    return bool(np.allclose(answer(X, w, b) @ w + b, 0))


def a_foot_stays_where_it_is(answer, rng):
    X, w, b = neuron(rng)
    feet = answer(X, w, b)
    return bool(np.allclose(answer(feet, w, b), feet))


@exercise(
    "week1.nearest_on_line",
    title="The nearest point of the line",
    minutes=9,
    difficulty=4,
    importance=3,
    returns={"feet": "X.shape"},
    inputs=neuron,
    hints=(
        "Walk from each point straight to the line. The direction is w (or against it). How many w long is the way?",
        "foot_i = X_i - (z_i / (w1^2 + w2^2)) w: the way of length |z| / ||w|| in the direction -w / ||w||.",
        "z = X @ w + b; return X - z / ... * w.T",
    ),
    properties=(
        ("the score of each foot is zero", feet_lie_on_the_line),
        ("a point of the line is its own foot", a_foot_stays_where_it_is),
    ),
)
def nearest_on_line(X, w, b):
    z = X @ w + b
    return X - z / (w**2).sum() * w.T


@nearest_on_line.also_right
def _(X, w, b):
    unit, distance = w / np.linalg.norm(w), (X @ w + b) / np.linalg.norm(w)
    return X - distance @ unit.T


@nearest_on_line.also_right
def _(X, w, b):
    projector = np.eye(2) - w @ w.T / (w**2).sum()
    return X @ projector - b * w.T / (w**2).sum()


@nearest_on_line.mistake(
    "you walk away from the line: a point with z > 0 lies on the side w points to, so it must go against w. Write a minus."
)
def _(X, w, b):
    return X + (X @ w + b) / (w**2).sum() * w.T


@nearest_on_line.mistake(
    "the step is too long or too short: z / ||w|| is the way, but w itself is ||w|| long, so divide by ||w|| twice, by w1^2 + w2^2."
)
def _(X, w, b):
    return X - (X @ w + b) / np.sqrt((w**2).sum()) * w.T


@nearest_on_line.mistake("the step is z w without a division: walking along w raises the score by w1^2 + w2^2, so divide z by that.")
def _(X, w, b):
    return X - (X @ w + b) * w.T


@nearest_on_line.mistake("the bias is missing: these points lie on the parallel line through the origin.")
def _(X, w, b):
    return X - X @ w / (w**2).sum() * w.T


@nearest_on_line.mistake(
    "with |z| every point walks the same way: the sign of z tells on which side it lies, leave out the absolute value."
)
def _(X, w, b):
    return X - np.abs(X @ w + b) / (w**2).sum() * w.T


@nearest_on_line.mistake("that is the step from the line to the point: subtract it from X.")
def _(X, w, b):
    return (X @ w + b) / (w**2).sum() * w.T


@nearest_on_line.mistake(
    "the step runs along the line, w with its entries swapped: the shortest way is at a right angle to the line, along w."
)
def _(X, w, b):
    return X - (X @ w + b) / (w**2).sum() * np.array([[-w[1, 0], w[0, 0]]])


@nearest_on_line.mistake("25 is w1^2 + w2^2 for w = (3, 4) in the text: compute it from the w you are given.")
def _(X, w, b):
    return X - (X @ w + b) / 25 * w.T


@nearest_on_line.mistake(
    "you walk the distance times w, but w has its own length and z its sign: by (5) the step is z / (w1^2 + w2^2) times w."
)
def _(X, w, b):
    return X - np.abs(X @ w + b) / np.sqrt((w**2).sum()) * w.T


@nearest_on_line.mistake("the step has no direction: z / (w1^2 + w2^2) is only how many w long it is. Multiply it by w, as a row.")
def _(X, w, b):
    return X - (X @ w + b) / (w**2).sum()


@nearest_on_line.mistake("parentheses: you divide by w, but it must be multiplied: z / (w1^2 + w2^2) * w.T.")
def _(X, w, b):
    return X - (X @ w + b) / ((w**2).sum() * w.T)


def labelled_points(rng):
    """21 points, 13 of class 1; the right scores include some between 0 and 0.5, and each kind of mistake changes the counts."""
    X, w, b = neuron(rng)
    z = np.concatenate([rng.uniform(0.6, 3, 9), rng.uniform(0.1, 0.4, 4), rng.uniform(-3, -1.6, 6), rng.uniform(-0.7, -0.3, 2)])
    along = np.array([[-w[1, 0], w[0, 0]]])
    X = (z[:, None] - b) * w.T / (w**2).sum() + rng.standard_normal((len(z), 1)) * along
    y = (z > 0).astype(int)
    y[[0, 13, 14]] = 1 - y[[0, 13, 14]]
    order = rng.permutation(len(z))
    return X[order], y[order], w, b


def scaled_weights_same_answers(answer, rng):
    X, y, w, b = labelled_points(rng)
    return bool(np.array_equal(answer(X, y, w, b)[0], answer(X, y, 100 * w, 100 * b)[0]))


def turned_weights_opposite_answers(answer, rng):
    X, y, w, b = labelled_points(rng)
    return bool(np.isclose(answer(X, y, w, b)[1] + answer(X, y, -w, -b)[1], 1))


@exercise(
    "week1.predict_and_score",
    title="The neuron's answers, and how many are right",
    minutes=7,
    difficulty=2,
    importance=5,
    returns={"predicted": "(m,)", "accuracy": None},
    inputs=labelled_points,
    hints=(
        "On which side of the line is each point? The sign of its score says it. Then compare with y, shape by shape.",
        "predicted_i = 1 if z_i > 0, else 0; accuracy = the share of i with predicted_i = y_i.",
        "z = X @ w + b; predicted = (z[:, 0] > ...).astype(int); return predicted, (predicted == ...).mean()",
    ),
    properties=(
        ("100 times the weights, same answers", scaled_weights_same_answers),
        ("turning w and b round turns every answer round", turned_weights_opposite_answers),
    ),
)
def predict_and_score(X, y, w, b):
    z = X @ w + b
    predicted = (z[:, 0] > 0).astype(int)
    return predicted, (predicted == y).mean()


@predict_and_score.also_right
def _(X, y, w, b):
    probability = 1 / (1 + np.exp(-(X @ w + b).ravel()))
    predicted = probability > 0.5
    return predicted, float(np.mean(predicted == (y == 1)))


@predict_and_score.mistake("0.5 is the border for probabilities: z is a score, and its border is 0.")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0.5).astype(int)
    return predicted, (predicted == y).mean()


@predict_and_score.mistake("the two sides are swapped: z > 0 means class 1.")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] < 0).astype(int)
    return predicted, (predicted == y).mean()


@predict_and_score.mistake("the bias is missing: points are judged by the parallel line through the origin.")
def _(X, y, w, b):
    predicted = ((X @ w)[:, 0] > 0).astype(int)
    return predicted, (predicted == y).mean()


@predict_and_score.mistake(
    "predicted is a column (m, 1), so predicted == y compares every prediction with every label, (m, m). Take the column out: z[:, 0]."
)
def _(X, y, w, b):
    predicted = (X @ w + b > 0).astype(int)
    return predicted, (predicted == y).mean()


@predict_and_score.mistake(
    "predicted is right, but the accuracy met (m, 1) with (m,) and averaged over (m, m) pairs: compare predicted, shape (m,), with y."
)
def _(X, y, w, b):
    predicted = (X @ w + b > 0).astype(int)
    return predicted[:, 0], (predicted == y).mean()


@predict_and_score.mistake(
    "predicted is right, but the accuracy is the share of class 1 among your answers: compare with y before the mean."
)
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted, predicted.mean()


@predict_and_score.mistake("predicted is right, but that is the share of wrong answers: write == where you have !=.")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted, (predicted != y).mean()


@predict_and_score.mistake(
    "the answers are -1 and 1, as np.sign gives them: the labels of this course are 0 and 1, write (z > 0).astype(int)."
)
def _(X, y, w, b):
    predicted = np.sign(X @ w + b)[:, 0].astype(int)
    return predicted, (predicted == y).mean()


@predict_and_score.mistake("the two results stand in the wrong order: return predicted, accuracy.")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return (predicted == y).mean(), predicted


@predict_and_score.mistake("predicted is right, but accuracy is how many are right, not which share: write mean for sum.")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted, (predicted == y).sum()


@predict_and_score.mistake("predicted is right, but accuracy is in per cent: it lies between 0 and 1, leave out the factor 100.")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted, 100 * (predicted == y).mean()


@predict_and_score.mistake("predicted is right, but accuracy says of each example whether it is right: its mean is the share.")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted, predicted == y


@predict_and_score.mistake("the accuracy is right, but predicted is a column (m, 1): take the vector out, predicted[:, 0].")
def _(X, y, w, b):
    predicted = ((X @ w + b)[:, 0] > 0).astype(int)
    return predicted[:, None], (predicted == y).mean()


@predict_and_score.mistake("z has a single column, so argmax finds place 0 in every row: compare z with 0.")
def _(X, y, w, b):
    predicted = (X @ w + b).argmax(axis=1)
    return predicted, (predicted == y).mean()


def both_classes_add_up(answer, rng):
    X, w, b = neuron(rng)
    return bool(np.allclose(answer(X, w, b) + answer(X, -w, -b), 1))


def log_odds_are_the_score(answer, rng):
    X, w, b = neuron(rng)
    P = answer(X, w, b)
    return bool(np.allclose(np.log(P / (1 - P)), X @ w + b))


@exercise(
    "week1.logistic_output",
    title="A probability for each example",
    minutes=6,
    difficulty=2,
    importance=5,
    returns={"p": "(m, 1)"},
    inputs=neuron,
    hints=(
        "First the score, as before. Then squash it into 0..1, so that z = 0 gives one half and large z comes near 1.",
        "p = 1 / (1 + e^-z), with z = X w + b.",
        "z = ...; return 1 / (1 + np.exp(...))",
    ),
    properties=(
        ("turning w and b round gives 1 - p", both_classes_add_up),
        ("log(p / (1 - p)) is the score", log_odds_are_the_score),
    ),
)
def logistic_output(X, w, b):
    z = X @ w + b
    return 1 / (1 + np.exp(-z))


@logistic_output.also_right
def _(X, w, b):
    e = np.exp(X @ w + b)
    return e / (1 + e)


@logistic_output.also_right
def _(X, w, b):
    return 0.5 + 0.5 * np.tanh((X @ w + b) / 2)


@logistic_output.mistake("the sign in the exponent: e^-z is small for large z. With e^z you get the probability of class 0.")
def _(X, w, b):
    return 1 / (1 + np.exp(X @ w + b))


@logistic_output.mistake("parentheses: 1 / 1 + e^-z is 1 + e^-z, because division comes first. Write 1 / (1 + np.exp(-z)).")
def _(X, w, b):
    return 1 / 1 + np.exp(-(X @ w + b))


@logistic_output.mistake("the bias is missing from the score: z = X w + b.")
def _(X, w, b):
    return 1 / (1 + np.exp(-(X @ w)))


@logistic_output.mistake("the minus reaches X w only: -X @ w + b is not -(X @ w + b). Compute z first, then write -z.")
def _(X, w, b):
    return 1 / (1 + np.exp(-X @ w + b))


@logistic_output.mistake("that is the score itself: a probability needs the squashing 1 / (1 + e^-z).")
def _(X, w, b):
    return X @ w + b


@logistic_output.mistake("tanh runs from -1 to 1, a probability from 0 to 1: write 1 / (1 + np.exp(-z)).")
def _(X, w, b):
    return np.tanh(X @ w + b)


@logistic_output.mistake("that is the answer, 0 or 1, and no probability: return p before it is compared with 0.5.")
def _(X, w, b):
    return (X @ w + b > 0).astype(float)


@logistic_output.mistake("that divides by the sum over the examples: each example has its own probability, whatever the others are.")
def _(X, w, b):
    E = np.exp(X @ w + b)
    return E / E.sum()


@logistic_output.mistake("that is e^z, the odds: the probability is 1 / (1 + e^-z).")
def _(X, w, b):
    return np.exp(X @ w + b)


@logistic_output.mistake("that is e^-z alone: add 1 and divide 1 by the sum, 1 / (1 + np.exp(-z)).")
def _(X, w, b):
    return np.exp(-(X @ w + b))


@logistic_output.mistake("the numbers are right, but the shape is (m,): keep the column, p has shape (m, 1) like z.")
def _(X, w, b):
    return (1 / (1 + np.exp(-(X @ w + b))))[:, 0]


# ---- week 1b: forward propagation


def layer(rng):
    """X (5, 4), W (4, 4), b (1, 4): a square W, so that a transpose cannot hide, and biases far from 0."""
    return rng.standard_normal((5, 4)), rng.standard_normal((4, 4)), rng.standard_normal((1, 4)) + [[1.0, -1.0, 2.0, -2.0]]


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


@dense_forward.also_right
def _(X, W, b):
    return np.einsum("ik,kj->ij", X, W) + np.ones((len(X), 1)) @ b


@dense_forward.also_right
def _(X, W, b):
    return np.column_stack([(X * W[:, j]).sum(axis=1) + b[0, j] for j in range(W.shape[1])])


@dense_forward.mistake("W is transposed: a unit's weights are a column of W here, so X @ W. For a square W the shapes fit both ways.")
def _(X, W, b):
    return X @ W.T + b


@dense_forward.mistake("the bias is missing: add b, one number for each unit.")
def _(X, W, b):
    return X @ W


@dense_forward.mistake("the bias is subtracted: the course writes Z = X W + b.")
def _(X, W, b):
    return X @ W - b


@dense_forward.mistake("b is added to the input, so the weights multiply it: add it to the product, X @ W + b.")
def _(X, W, b):
    return (X + b) @ W


@dense_forward.mistake(
    "all units get the same bias: b has one for each column of Z, so add b itself and let broadcasting repeat it down the rows."
)
def _(X, W, b):
    return X @ W + b.sum()


@dense_forward.mistake("Z is transposed, one column for each example: examples are rows, so X stands on the left, X @ W.")
def _(X, W, b):
    return W.T @ X.T + b.T


@dense_forward.mistake("there is an activation in it: this layer returns Z, the activation is a layer of its own.")
def _(X, W, b):
    return np.maximum(X @ W + b, 0)


@exercise(
    "week1.relu",
    title="The simplest bend",
    minutes=4,
    difficulty=1,
    importance=5,
    returns={"A": "Z.shape"},
    inputs=lambda rng: (2 * rng.standard_normal((5, 4)),),
    hints=(
        "Keep what is positive, put 0 for what is negative. NumPy compares two arrays (or an array and a number) entry by entry.",
        "A_ij = Z_ij if Z_ij > 0, else 0, that is max(Z_ij, 0).",
        "return np.maximum(..., ...)",
    ),
    properties=(
        ("relu(Z) - relu(-Z) is Z", lambda answer, rng: bool(np.allclose(answer(Z := rng.standard_normal((4, 3))) - answer(-Z), Z))),
    ),
)
def relu(Z):
    return np.maximum(Z, 0)


@relu.also_right
def _(Z):
    return Z * (Z > 0)


@relu.also_right
def _(Z):
    return (Z + np.abs(Z)) / 2


@relu.mistake("np.max(Z, 0) is the largest number along axis 0: np.maximum(Z, 0) compares each entry with 0.")
def _(Z):
    return np.max(Z, 0)


@relu.mistake("that keeps the negative numbers and drops the positive ones: write np.maximum, not np.minimum.")
def _(Z):
    return np.minimum(Z, 0)


@relu.mistake("that is the absolute value: negative numbers must become 0, they must not turn positive.")
def _(Z):
    return np.abs(Z)


@relu.mistake("that is the mask, 1 where Z is positive: the positive numbers themselves must pass, multiply the mask by Z.")
def _(Z):
    return (Z > 0).astype(float)


@relu.mistake("numbers above 1 are cut off: ReLU has no upper limit, use np.maximum in place of np.clip.")
def _(Z):
    return np.clip(Z, 0, 1)


@relu.mistake("a little of the negative side comes through: that is leaky ReLU (week 3). Here it is exactly 0.")
def _(Z):
    return np.where(Z > 0, Z, 0.01 * Z)


@relu.mistake("that leaves out the negative numbers and makes the array shorter: keep the shape, with 0 in their places.")
def _(Z):
    return Z[Z > 0]


@relu.mistake("that is the largest number of all: np.maximum(Z, 0) compares each entry with 0.")
def _(Z):
    return np.max(Z)


def stack(rng):
    """X (5, 4) and three layers of 4 units: all square, so that a wrong order or transpose fits in shape."""
    return rng.standard_normal((5, 4)), [(rng.standard_normal((4, 4)), rng.standard_normal((1, 4))) for _ in range(3)]


def any_depth_works(answer, rng):
    X = rng.standard_normal((6, 2))
    sizes = (2, 3, 5, 4, 1)
    params = [(rng.standard_normal((a, b)), rng.standard_normal((1, b))) for a, b in zip(sizes, sizes[1:])]
    Z = answer(X, params)
    one = answer(X, params[:1])
    if np.shape(Z) != (6, 1) or not np.allclose(one, X @ params[0][0] + params[0][1]):
        return "with a single layer, or with layers 2-3-5-4-1, the result is not right: loop over whatever is in params."
    return True


@exercise(
    "week1.forward_pass",
    title="The forward pass through any number of layers",
    minutes=12,
    difficulty=3,
    importance=5,
    returns={"Z": "(m, n_out of the last layer)"},
    inputs=stack,
    hints=(
        "Each layer takes what the one before gave out. Keep one variable, A, and let it walk through the list. And the last layer?",
        "A[0] = X; Z[l] = A[l-1] W[l] + b[l]; A[l] = max(Z[l], 0) for every l but the last; the result is Z[L].",
        "A = X; for W, b in params[:-1]: A = ...; W, b = params[-1]; return ...",
    ),
    properties=(("any number of layers, of any widths", any_depth_works),),
)
def forward_pass(X, params):
    A = X
    for W, b in params[:-1]:
        A = np.maximum(A @ W + b, 0)
    W, b = params[-1]
    return A @ W + b


@forward_pass.also_right
def _(X, params):
    A = X
    for W, b in params:
        Z = A @ W + b
        A = np.where(Z > 0, Z, 0)
    return Z


@forward_pass.mistake("there is a ReLU after the last layer: its output is a score and may be negative. Return Z, not max(Z, 0).")
def _(X, params):
    A = X
    for W, b in params:
        A = np.maximum(A @ W + b, 0)
    return A


@forward_pass.mistake("the ReLUs between the layers are missing: without them all layers together are one linear layer.")
def _(X, params):
    A = X
    for W, b in params:
        A = A @ W + b
    return A


@forward_pass.mistake("the biases are missing: each layer computes A W + b.")
def _(X, params):
    A = X
    for W, _ in params[:-1]:
        A = np.maximum(A @ W, 0)
    return A @ params[-1][0]


@forward_pass.mistake("every layer starts from X again: the input of a layer is the A of the layer before it. Update A in the loop.")
def _(X, params):
    for W, b in params[:-1]:
        A = np.maximum(X @ W + b, 0)
    W, b = params[-1]
    return A @ W + b


@forward_pass.mistake("W is transposed: a unit's weights are a column of W, so A @ W.")
def _(X, params):
    A = X
    for W, b in params[:-1]:
        A = np.maximum(A @ W.T + b, 0)
    W, b = params[-1]
    return A @ W.T + b


@forward_pass.mistake("the bias is added after the ReLU: first Z = A W + b, then max(Z, 0).")
def _(X, params):
    A = X
    for W, b in params[:-1]:
        A = np.maximum(A @ W, 0) + b
    W, b = params[-1]
    return A @ W + b


@forward_pass.mistake("the layers are used from the last to the first: params[0] is the one next to X.")
def _(X, params):
    A = X
    for W, b in params[:0:-1]:
        A = np.maximum(A @ W + b, 0)
    W, b = params[0]
    return A @ W + b


@forward_pass.mistake("you stop one layer early and return the last hidden A: one more product with params[-1], without ReLU.")
def _(X, params):
    A = X
    for W, b in params[:-1]:
        A = np.maximum(A @ W + b, 0)
    return A


@forward_pass.mistake("the return stands inside the loop, so only the first layer is computed: move it out, to the left.")
def _(X, params):
    W, b = params[0]
    return np.maximum(X @ W + b, 0)


@forward_pass.mistake("the return stands inside the loop: you return Z of the first layer. Move it out, to the left.")
def _(X, params):
    W, b = params[0]
    return X @ W + b


@forward_pass.mistake(
    "every layer starts from X again, so what comes out is the last layer alone: A must take the place of X in the next round."
)
def _(X, params):
    W, b = params[-1]
    return X @ W + b


@forward_pass.mistake(
    "two things: every layer starts from X again, and the last one has a ReLU. Let A go from layer to layer, and return Z."
)
def _(X, params):
    W, b = params[-1]
    return np.maximum(X @ W + b, 0)


@forward_pass.mistake("there is a ReLU on the input too: X goes into the first layer as it is.")
def _(X, params):
    A = X
    for W, b in params:
        A = np.maximum(A, 0) @ W + b
    return A


@forward_pass.mistake("every layer uses the weights of the first, params[0]: take the pair of its own layer in each round.")
def _(X, params):
    A = X
    W, b = params[0]
    for _ in params[:-1]:
        A = np.maximum(A @ W + b, 0)
    return A @ W + b


@forward_pass.mistake(
    "every layer uses the weights of the first, params[0], and there is a ReLU after the last: take each layer's own pair, and return Z."
)
def _(X, params):
    A = X
    W, b = params[0]
    for _ in params:
        A = np.maximum(A @ W + b, 0)
    return A


def widths(rng):
    """Widths of a network with 3 to 5 layers, all different, so that no wrong count is right by chance."""
    return (rng.permutation([2, 5, 7, 11, 13, 16])[: rng.integers(4, 7)],)


@exercise(
    "week1.parameter_count",
    title="How many numbers are learned",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"count": None},
    inputs=widths,
    hints=(
        "Count one layer first: how many numbers are in its W, how many in its b? Then add up the layers.",
        "P = sum over the layers of n_in * n_out + n_out, where n_in and n_out are neighbours in sizes.",
        "return sum(... for n_in, n_out in zip(sizes[:-1], sizes[1:]))",
    ),
)
def parameter_count(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in zip(sizes[:-1], sizes[1:]))


@parameter_count.also_right
def _(sizes):
    count = 0
    for l in range(1, len(sizes)):
        count += (int(sizes[l - 1]) + 1) * int(sizes[l])
    return count


@parameter_count.also_right
def _(sizes):
    return ((sizes[:-1] + 1) * sizes[1:]).sum()


@parameter_count.mistake("the biases are missing: each layer has n_out of them.")
def _(sizes):
    return sum(n_in * n_out for n_in, n_out in zip(sizes[:-1], sizes[1:]))


@parameter_count.mistake("each layer is given n_in biases: there is one bias for each unit, so n_out.")
def _(sizes):
    return sum(n_in * n_out + n_in for n_in, n_out in zip(sizes[:-1], sizes[1:]))


@parameter_count.mistake("each layer is given a single bias: every unit has its own, so n_out a layer.")
def _(sizes):
    return sum(n_in * n_out + 1 for n_in, n_out in zip(sizes[:-1], sizes[1:]))


@parameter_count.mistake("the last layer is left out: zip(sizes[:-1], sizes[1:]) pairs all neighbours.")
def _(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in zip(sizes[:-2], sizes[1:-1]))


@parameter_count.mistake("the first layer is left out: the weights from the input count too.")
def _(sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in zip(sizes[1:-1], sizes[2:]))


@parameter_count.mistake("the input is given biases: features are not computed, so the first entry of sizes adds none.")
def _(sizes):
    return sum(n_in * n_out for n_in, n_out in zip(sizes[:-1], sizes[1:])) + sum(sizes)


@parameter_count.mistake(
    "that is the number of units and features: a weight belongs to each pair of neighbours, so the widths are multiplied."
)
def _(sizes):
    return sum(sizes)


@parameter_count.mistake("that is the count of each layer: add them up.")
def _(sizes):
    return (sizes[:-1] + 1) * sizes[1:]


@parameter_count.mistake("the loop starts at 0, and sizes[-1] is the last width, so the output is joined to the input: start at 1.")
def _(sizes):
    return sum((sizes[l - 1] + 1) * sizes[l] for l in range(len(sizes)))


@parameter_count.mistake("all widths are multiplied with one another: only neighbours are joined by weights, and the layers are added.")
def _(sizes):
    return np.prod(sizes)


def batch_and_widths(rng):
    return (int(rng.integers(20, 99)), *widths(rng))


def shapes_chain(answer, rng):
    m, sizes = batch_and_widths(rng)
    W, b, Z = answer(m, sizes)
    inner = np.array_equal(W[1:, 0], Z[:-1, 1])
    return bool(inner and np.array_equal(W[:, 1], b[:, 1]) and np.array_equal(W[:, 1], Z[:, 1]))


@exercise(
    "week1.shapes_ledger",
    title="The shapes ledger",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"W": "(number of layers, 2)", "b": "(number of layers, 2)", "Z": "(number of layers, 2)"},
    inputs=batch_and_widths,
    hints=(
        "L + 1 widths make L layers. Write the three shapes of one layer on paper, then loop over neighbours in sizes.",
        "Layer l: W is (n_in, n_out), b is (1, n_out), Z is (m, n_out), with n_in = sizes[l-1] and n_out = sizes[l].",
        "W = np.array([(n_in, n_out) for n_in, n_out in zip(sizes[:-1], sizes[1:])]); b = ...; Z = ...; return W, b, Z",
    ),
    properties=(("each W takes as many columns as the Z before it has", shapes_chain),),
)
def shapes_ledger(m, sizes):
    pairs = list(zip(sizes[:-1], sizes[1:]))
    W = np.array([(n_in, n_out) for n_in, n_out in pairs])
    b = np.array([(1, n_out) for n_in, n_out in pairs])
    Z = np.array([(m, n_out) for n_in, n_out in pairs])
    return W, b, Z


@shapes_ledger.also_right
def _(m, sizes):
    n_in, n_out = np.array(sizes[:-1]), np.array(sizes[1:])
    return np.c_[n_in, n_out], np.c_[np.ones_like(n_out), n_out], np.c_[np.full_like(n_out, m), n_out]


def ledger(m, sizes, W=lambda m, i, o: (i, o), b=lambda m, i, o: (1, o), Z=lambda m, i, o: (m, o), skip=0):
    """A wrong ledger: one of its three shapes replaced."""
    pairs = list(zip(sizes[:-1], sizes[1:]))[skip:]
    return tuple(np.array([shape(m, i, o) for i, o in pairs]) for shape in (W, b, Z))


@shapes_ledger.mistake(
    "W is transposed: inputs are the rows of W and units its columns, (n_in, n_out), so that (m, n_in) @ (n_in, n_out) fits."
)
def _(m, sizes):
    return ledger(m, sizes, W=lambda m, i, o: (o, i))


@shapes_ledger.mistake("b has one number for each unit, not for each example: (1, n_out). Broadcasting repeats it m times.")
def _(m, sizes):
    return ledger(m, sizes, b=lambda m, i, o: (m, o))


@shapes_ledger.mistake("b stands as a column (n_out, 1): it is added to rows of Z, so it is a row, (1, n_out).")
def _(m, sizes):
    return ledger(m, sizes, b=lambda m, i, o: (o, 1))


@shapes_ledger.mistake("b has one number for each input: a bias belongs to a unit, (1, n_out).")
def _(m, sizes):
    return ledger(m, sizes, b=lambda m, i, o: (1, i))


@shapes_ledger.mistake("Z has as many columns as the layer's input: its columns are the units, (m, n_out).")
def _(m, sizes):
    return ledger(m, sizes, Z=lambda m, i, o: (m, i))


@shapes_ledger.mistake("Z is transposed: examples are rows, (m, n_out).")
def _(m, sizes):
    return ledger(m, sizes, Z=lambda m, i, o: (o, m))


@shapes_ledger.mistake("the first layer is missing: it takes the features, sizes[0], and has a W and a b like all others.")
def _(m, sizes):
    return ledger(m, sizes, skip=1)


@shapes_ledger.mistake("W has the batch size in it: weights do not depend on how many examples there are, W is (n_in, n_out).")
def _(m, sizes):
    return ledger(m, sizes, W=lambda m, i, o: (m, o))


@shapes_ledger.mistake("the last layer is missing: L + 1 widths make L layers, so loop over range(len(sizes) - 1).")
def _(m, sizes):
    return tuple(shape[:-1] for shape in ledger(m, sizes))


@shapes_ledger.mistake("Z has a row for the input: X is no Z, each layer has one. Leave out sizes[0].")
def _(m, sizes):
    W, b, _ = ledger(m, sizes)
    return W, b, np.array([(m, n) for n in sizes])


@shapes_ledger.mistake("the first W has the batch size in it: its rows are the features, sizes[0]. No weight depends on m.")
def _(m, sizes):
    W, b, Z = ledger(m, sizes)
    W[0, 0] = m
    return W, b, Z


@shapes_ledger.mistake("b is a list of widths: write its whole shape in each row, (1, n_out).")
def _(m, sizes):
    W, b, Z = ledger(m, sizes)
    return W, b[:, 1], Z


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
        "w stands at a right angle to q - p. That fixes its direction; the point r fixes its sign and its length.",
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
def _(p, q, r):
    points = np.column_stack([np.array([p, q, r]), np.ones(3)])
    w1, w2, b = np.linalg.solve(points, [0.0, 0.0, 1.0])
    return np.array([[w1], [w2]]), np.array([[b]])


def unit(n, p, size):
    """w = n / size and the bias that lets the line go through p."""
    w = n / size
    return w.reshape(2, 1), np.array([[-(w @ p)]])


@unit_from_points.mistake(
    "w points along the line, from p to q: it must be at a right angle to it. Swap the two entries and turn one sign."
)
def _(p, q, r):
    return unit(q - p, p, (q - p) @ (r - p))


@unit_from_points.mistake("the line is right, but the score at r is not 1: divide n by n . (r - p), which also gives w the right sign.")
def _(p, q, r):
    return unit(np.array([p[1] - q[1], q[0] - p[0]]), p, 1.0)


@unit_from_points.mistake(
    "the line is right and w has length 1, but the score at r is then its distance: divide by n . (r - p) in place of the length."
)
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(n, p, np.sqrt(n @ n))


@unit_from_points.mistake(
    "the unit is active on the wrong side: the score at r is -1. Divide by n . (r - p) with its sign, no absolute value and no minus."
)
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(n, p, -(n @ (r - p)))


@unit_from_points.mistake("w is right, but the sign of b is not: w . p + b = 0 gives b = -w . p.")
def _(p, q, r):
    w, b = unit_from_points.reference(p, q, r)
    return w, -b


@unit_from_points.mistake("w is right, but without its bias the line goes through the origin: b = -w . p.")
def _(p, q, r):
    w, b = unit_from_points.reference(p, q, r)
    return w, 0 * b


@unit_from_points.mistake("you divide by n . r: the score at r counts from the line, so it is n . (r - p).")
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(n, p, n @ r)


@unit_from_points.mistake("w is right, but b is taken from r: there the score is 1. Use a point of the line, b = -w . p.")
def _(p, q, r):
    w, _ = unit_from_points.reference(p, q, r)
    return w, -(r @ w).reshape(1, 1)


@unit_from_points.mistake("the line is right, but nothing makes the score at r equal to 1: divide w and b by the score that r has now.")
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(-n, p, 1.0)


@unit_from_points.mistake("the line is right and w has length 1, but the score at r must be 1: divide w and b by the score that r has now.")
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(-n, p, np.sqrt(n @ n))


@unit_from_points.mistake("w is right, but b belongs to n before the division: compute b = -w . p from the final w.")
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(n, p, n @ (r - p))[0], np.array([[-(n @ p)]])


@unit_from_points.mistake("w is right, but b was not divided with it: compute b = -w . p from the final w.")
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return unit(n, p, n @ (r - p))[0], np.array([[n @ p]])


@unit_from_points.mistake("without a bias the line goes through the origin, and misses p and q: b = -w . p.")
def _(p, q, r):
    n = np.array([p[1] - q[1], q[0] - p[0]])
    return (n / (n @ r)).reshape(2, 1), np.zeros((1, 1))


@unit_from_points.mistake(
    "the entries of q - p are swapped, but no sign is turned: (u, v) and (v, u) are not at a right angle, (u, v) and (-v, u) are."
)
def _(p, q, r):
    n = np.array([q[1] - p[1], q[0] - p[0]])
    return unit(n, p, n @ (r - p))


def corners(rng):
    """The four corners of the unit square in some order, a few of them twice."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return (X[np.concatenate([rng.permutation(4), rng.integers(0, 4, 3)])],)


def no_jumps(answer, rng):
    (X,) = corners(rng)
    if np.allclose(answer(X + 1e-6 * rng.standard_normal(X.shape)), answer(X), atol=1e-3):
        return True
    return "right at the corners, but a tiny step away from them it jumps, which no ReLU network does: compute Z from W1, b1 and W2."


@exercise(
    "week1.xor_by_hand",
    title="XOR with two hidden units, set by hand",
    minutes=12,
    difficulty=4,
    importance=5,
    returns={"Z": "(m, 1)"},
    inputs=corners,
    hints=(
        "The sum s = x1 + x2 is 0, 1, 1, 2 at the four corners. You want 0, 1, 1, 0. Start with s, and take something off where s is 2.",
        "h1 = max(x1 + x2, 0), h2 = max(x1 + x2 - 1, 0), z = h1 - 2 h2.",
        "W1 = np.array([[1.0, 1.0], [..., ...]]); b1 = ...; A1 = np.maximum(X @ W1 + b1, 0); return A1 @ np.array([[1.0], [...]])",
    ),
    properties=(("it is a network: no jumps near the corners", no_jumps),),
)
def xor_by_hand(X):
    W1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    b1 = np.array([[0.0, -1.0]])
    A1 = np.maximum(X @ W1 + b1, 0)
    W2 = np.array([[1.0], [-2.0]])
    return A1 @ W2


@xor_by_hand.also_right
def _(X):
    A1 = np.maximum(X @ np.array([[1.0, -1.0], [-1.0, 1.0]]), 0)
    return A1 @ np.array([[1.0], [1.0]])


@xor_by_hand.also_right
def _(X):
    A1 = np.maximum(X @ np.array([[-3.0, 1.0], [-3.0, 1.0]]) + [[3.0, -1.0]], 0)
    return 1 - A1 @ np.array([[1 / 3], [1.0]])


@xor_by_hand.mistake("(1, 1) comes out as 1: that is OR. There h1 = 2 and h2 = 1, so h2 needs the weight -2 for z to be 0.")
def _(X):
    s = X.sum(axis=1, keepdims=True)
    return np.maximum(s, 0) - np.maximum(s - 1, 0)


@xor_by_hand.mistake("(1, 1) comes out as 2: your second hidden unit does not act. It must be active at (1, 1) alone, x1 + x2 - 1 > 0.")
def _(X):
    return X.sum(axis=1, keepdims=True)


@xor_by_hand.mistake(
    "(1, 1) comes out as 1 and all others as 0: that is AND, your second hidden unit alone. Subtract twice of it from the first."
)
def _(X):
    return np.maximum(X.sum(axis=1, keepdims=True) - 1, 0)


@xor_by_hand.mistake("0 and 1 are swapped: you have 1 where the inputs agree. Take your output from 1.")
def _(X):
    return 1.0 - (X[:, :1] != X[:, 1:])


@xor_by_hand.mistake(
    "without the ReLU, h1 - 2 h2 is a linear function of x: it gives 2, 1, 1, 0. Put np.maximum(..., 0) around the hidden layer."
)
def _(X):
    s = X.sum(axis=1, keepdims=True)
    return s - 2 * (s - 1)


@xor_by_hand.mistake("the bias of the second unit is missing: without its -1 both units are the same, and the output is -(x1 + x2).")
def _(X):
    s = X.sum(axis=1, keepdims=True)
    return np.maximum(s, 0) - 2 * np.maximum(s, 0)


@xor_by_hand.mistake("the sign of the last weight: (1, 1) comes out as 4, because the second unit is added where it must be subtracted.")
def _(X):
    s = X.sum(axis=1, keepdims=True)
    return np.maximum(s, 0) + 2 * np.maximum(s - 1, 0)


@xor_by_hand.mistake("x1 - x2 alone is -1 at (0, 1): one unit sees one order only. Add a second unit for x2 - x1, each with its ReLU.")
def _(X):
    return X[:, :1] - X[:, 1:]


@xor_by_hand.mistake("only (1, 0) is found: a second hidden unit must be active at (0, 1).")
def _(X):
    return np.maximum(X[:, :1] - X[:, 1:], 0)


@xor_by_hand.mistake("that is 1/2 everywhere, the best a linear function can do here: the hidden layer needs its ReLU.")
def _(X):
    return np.full((len(X), 1), 0.5)


@xor_by_hand.mistake("the answers are -1 and 1: here Z must be exactly 0 and 1.")
def _(X):
    return 2.0 * (X[:, :1] != X[:, 1:]) - 1


@xor_by_hand.mistake("with the bias -0.5 the second unit acts at (0, 1) and (1, 0) too: it must stay silent until x1 + x2 is above 1.")
def _(X):
    s = X.sum(axis=1, keepdims=True)
    return np.maximum(s, 0) - 2 * np.maximum(s - 0.5, 0)


@xor_by_hand.mistake("the numbers are right, but the shape is (m,): keep the column (m, 1), with W2 of shape (2, 1).")
def _(X):
    return 1.0 * (X[:, 0] != X[:, 1])


QUIZZES["week1a"] = [
    Question(
        "A neuron has w = (3, 4) and b = -5. What happens to its line if all three numbers are doubled?",
        {
            "nothing": "z is doubled everywhere, so it is zero in the same places. Only the probability becomes steeper.",
            "it moves away from the origin": "its distance from the origin is |b| / ||w|| = 5 / 5, and doubling both leaves 10 / 10.",
            "it turns": "the direction of w stays the same, and the line is at a right angle to w.",
        },
        "nothing",
    ),
    Question(
        "To which side of the line does the arrow w point?",
        {
            "to the side of class 1": "a step along w raises the score by ||w||^2 times the step, so z > 0 lies on that side.",
            "to the side of class 0": "that would be -w: a step along w raises the score, and class 1 is where the score is positive.",
            "along the line": "the difference of two points on the line has w . (p - q) = 0, so w is at a right angle to the line.",
            "to the origin": "that depends on the sign of b: the origin has the score z = b.",
        },
        "to the side of class 1",
    ),
    Question(
        "w = (3, 4), b = -5, x = (3, 4). How far is x from the line?",
        {
            "20": "that is the score z = 9 + 16 - 5. It grows with the length of w, a distance does not.",
            "4": "z = 20 and ||w|| = 5, so the distance is 20 / 5 = 4.",
            "0.8": "that is 20 / 25: you divided by ||w||^2. Then a step along w gives the foot, but w is 5 long.",
            "5": "that is the distance from the origin, sqrt(9 + 16), or the length of w.",
        },
        "4",
    ),
    Question(
        "The output is p = sigmoid(z), and you answer class 1 if p > 1/2. Which points does the sigmoid turn into another class?",
        {
            "those with |z| < 1/2": "sigmoid(z) > 1/2 exactly where z > 0: a small positive z still gives more than one half.",
            "those far from the line": "far from the line p comes near 0 or 1, but it stays on its side of 1/2.",
            "none": "the sigmoid rises everywhere and is 1/2 at z = 0, so p > 1/2 says the same as z > 0.",
        },
        "none",
    ),
    Question(
        "How many of the four XOR corners can one line get right at most?",
        {
            "2": "a line that cuts off the single corner (1, 1) gets three right: the other three answers are one class.",
            "3": "four would need z(0,0) + z(1,1) < 0 and z(0,1) + z(1,0) > 0, but both sums are w1 + w2 + 2b.",
            "4": "the sums of z over the two diagonals are equal for every w and b, so their signs cannot differ.",
        },
        "3",
    ),
]

QUIZZES["week1b"] = [
    Question(
        "A layer takes 4 features and has 3 units; X holds 100 examples. What is the shape of W?",
        {
            "(3, 4)": "that is the convention with examples as columns, Z = W X. Here (100, 4) stands on the left of W.",
            "(4, 3)": "(100, 4) @ (4, 3) gives (100, 3): a row of W for each feature, a column for each unit.",
            "(100, 3)": "that is Z. The weights do not depend on the number of examples.",
        },
        "(4, 3)",
    ),
    Question(
        "How many parameters has a network 2-16-8-4-1?",
        {
            "196": "that is the weights alone: 2*16 + 16*8 + 8*4 + 4*1. Each unit also has a bias.",
            "225": "196 weights and 16 + 8 + 4 + 1 = 29 biases.",
            "227": "two too many: the 2 features are no units, they have no biases.",
            "1024": "the widths of neighbours are multiplied, then the layers are added: 2*16 + 16*8 + 8*4 + 4*1.",
        },
        "225",
    ),
    Question(
        "You stack ten Dense layers without any activation. What can the network do that one layer cannot?",
        {
            "nothing": "a product of matrices is a matrix: X W1 W2 ... W10 is X W with another W, and the biases merge as well.",
            "bend its boundary": "every stack of linear layers is linear, so the boundary stays straight.",
            "solve XOR": "the argument about the two diagonals holds for every linear score, however it is computed.",
        },
        "nothing",
    ),
    Question(
        "Five ReLU units look at the plane. Into how many regions can their lines cut it at most?",
        {
            "6": "that is five parallel lines. Lines that cross one another make more.",
            "16": "each new line is cut by the ones before it: 1 + 1 + 2 + 3 + 4 + 5 = 16.",
            "32": "2^5 on-off patterns exist, but five lines in a plane cannot produce all of them.",
            "10": "that is the number of crossing points, 5*4/2. Regions are 1 + 5 + 10.",
        },
        "16",
    ),
    Question(
        "Why has the last layer no ReLU?",
        {
            "to save time": "a ReLU costs next to nothing beside the matrix product.",
            "a score must be able to be negative": "sigmoid(z) < 1/2 needs z < 0. After a ReLU class 0 would never get more than one half.",
            "ReLU works for hidden units only": "it could be computed there: but it would cut off every negative score.",
        },
        "a score must be able to be negative",
    ),
]
