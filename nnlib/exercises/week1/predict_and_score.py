import numpy as np

from ..exercise import exercise
from .shared import neuron


def labelled_points(rng):
    """19 to 21 points, most of class 1; the right scores include some between 0 and 0.5, and each kind of mistake changes the counts."""
    X, w, b = neuron(rng)
    z = np.concatenate([rng.uniform(0.6, 3, 9), rng.uniform(0.1, 0.4, 4), rng.uniform(-3, -1.6, 6), rng.uniform(-0.7, -0.3, 2)])
    along = np.array([[-w[1, 0], w[0, 0]]])
    X = (z[:, None] - b) * w.T / (w**2).sum() + rng.standard_normal((len(z), 1)) * along
    y = (z > 0).astype(int)
    y[[0, 13, 14]] = 1 - y[[0, 13, 14]]
    order = rng.permutation(len(z))[rng.integers(3) :]
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
        "On which side of the line is each point? The sign of its score tells. Then compare with y, shape by shape.",
        "predicted_i = 1 if z_i > 0, else 0; accuracy = the share of i with predicted_i = y_i.",
        "z = X @ w + b; predicted = (z[:, 0] > ...).astype(int); return predicted, (predicted == ...).mean()",
    ),
    properties=(
        ("100 times the weights, same answers", scaled_weights_same_answers),
        ("flipping the signs of w and b flips every prediction", turned_weights_opposite_answers),
    ),
)
def predict_and_score(X, y, w, b):
    z = X @ w + b
    predicted = (z[:, 0] > 0).astype(int)
    return predicted, (predicted == y).mean()


@predict_and_score.also_right
def through_the_probability(X, y, w, b):
    probability = 1 / (1 + np.exp(-(X @ w + b).ravel()))
    predicted = probability > 0.5
    return predicted, float(np.mean(predicted == (y == 1)))


def class_of(z):
    return (z[:, 0] > 0).astype(int)


def scored(predict, accuracy=lambda predicted, y: (predicted == y).mean()):
    """A wrong solution: what it predicts from the scores z (m, 1), and how it gets an accuracy from that."""

    def answer(X, y, w, b):
        predicted = predict(X @ w + b)
        return predicted, accuracy(predicted, y)

    return answer


predict_and_score.add_mistakes(
    ("a probability is compared with 0.5, but z is a score: compare it with 0.", scored(lambda z: (z[:, 0] > 0.5).astype(int))),
    ("the two sides are swapped: z > 0 means class 1.", scored(lambda z: (z[:, 0] < 0).astype(int))),
    (
        "the bias is missing: points are judged by the parallel line through the origin.",
        lambda X, y, w, b: predict_and_score.reference(X, y, w, 0 * b),
    ),
    (
        "predicted is a column (m, 1), so predicted == y compares every prediction with every label, (m, m). Take the column out: z[:, 0].",
        scored(lambda z: (z > 0).astype(int)),
    ),
    (
        "predicted is right, but the accuracy compares (m, 1) with (m,) and averages over (m, m) pairs: compare predicted, shape (m,), with y.",
        scored(class_of, lambda predicted, y: (predicted[:, None] == y).mean()),
    ),
    (
        "predicted is right, but the accuracy is the share of class 1 among your answers: compare with y before the mean.",
        scored(class_of, lambda predicted, y: predicted.mean()),
    ),
    (
        "predicted is right, but that is the share of wrong answers: take the mean of predicted == y.",
        scored(class_of, lambda predicted, y: (predicted != y).mean()),
    ),
    (
        "the answers are -1 and 1, as np.sign gives them: the labels of this course are 0 and 1, write (z > 0).astype(int).",
        scored(lambda z: np.sign(z)[:, 0].astype(int)),
    ),
    (
        "the two results are in the wrong order: return predicted, accuracy.",
        predict_and_score.spoil(lambda predicted, accuracy: (accuracy, predicted)),
    ),
    (
        "predicted is right, but accuracy is how many are right, not which share: divide by m, or take the mean.",
        scored(class_of, lambda predicted, y: (predicted == y).sum()),
    ),
    (
        "predicted is right, but accuracy is in percent: it lies between 0 and 1, leave out the factor 100.",
        predict_and_score.spoil(lambda predicted, accuracy: (predicted, 100 * accuracy)),
    ),
    (
        "predicted is right, but accuracy says for each example whether it is correct: its mean is the share.",
        scored(class_of, lambda predicted, y: predicted == y),
    ),
    (
        "the accuracy is right, but predicted is a column (m, 1): take the vector out, predicted[:, 0].",
        predict_and_score.spoil(lambda predicted, accuracy: (predicted[:, None], accuracy)),
    ),
    (
        "predicted is 0 in every row, as argmax of a single column or int of a probability gives: compare z with 0.",
        scored(lambda z: z.argmax(axis=1)),
    ),
)
