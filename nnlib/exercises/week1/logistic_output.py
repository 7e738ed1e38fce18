import numpy as np

from ..exercise import exercise
from .shared import neuron


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
        ("flipping the signs of w and b gives 1 - p", both_classes_add_up),
        ("log(p / (1 - p)) is the score", log_odds_are_the_score),
    ),
)
def logistic_output(X, w, b):
    z = X @ w + b
    return 1 / (1 + np.exp(-z))


@logistic_output.also_right
def odds_over_one_plus_odds(X, w, b):
    e = np.exp(X @ w + b)
    return e / (1 + e)


logistic_output.also_right(lambda X, w, b: 0.5 + 0.5 * np.tanh((X @ w + b) / 2))

logistic_output.add_mistakes(
    (
        "the sign in the exponent: e^-z is small for large z. With e^z you get the probability of class 0.",
        lambda X, w, b: 1 / (1 + np.exp(X @ w + b)),
    ),
    (
        "that is 1 + e^-z, and so is 1 / 1 + e^-z without parentheses. Write 1 / (1 + np.exp(-z)).",
        lambda X, w, b: 1 / 1 + np.exp(-(X @ w + b)),
    ),
    ("the bias is missing from the score: z = X w + b.", lambda X, w, b: 1 / (1 + np.exp(-(X @ w)))),
    (
        "your exponent is -X @ w + b, not -(X @ w + b). Compute z first, then write -z.",
        lambda X, w, b: 1 / (1 + np.exp(-X @ w + b)),
    ),
    ("that is the score itself: a probability needs the squashing 1 / (1 + e^-z).", lambda X, w, b: X @ w + b),
    ("this runs from -1 to 1, a probability from 0 to 1: write 1 / (1 + np.exp(-z)).", lambda X, w, b: np.tanh(X @ w + b)),
    (
        "that is the answer, 0 or 1, not a probability: return p before it is compared with 0.5.",
        lambda X, w, b: (X @ w + b > 0).astype(float),
    ),
    (
        "that divides by the sum over the examples: each example has its own probability, whatever the others are.",
        lambda X, w, b: np.exp(X @ w + b) / np.exp(X @ w + b).sum(),
    ),
    ("that is e^z, the odds: the probability is 1 / (1 + e^-z).", lambda X, w, b: np.exp(X @ w + b)),
    ("that is e^-z alone: add 1 and divide 1 by the sum, 1 / (1 + np.exp(-z)).", lambda X, w, b: np.exp(-(X @ w + b))),
    (
        "the numbers are right, but the shape is (m,): keep the column, p has shape (m, 1) like z.",
        lambda X, w, b: (1 / (1 + np.exp(-(X @ w + b))))[:, 0],
    ),
)
