import numpy as np

from ...activations import softmax
from ..exercise import exercise


def answers_of_a_network(rng):
    """Probabilities (12, k) and labels: 5 answers wrong, of different confidence, in no order; the surest answer of all is right."""
    while True:
        k = int(rng.integers(4, 6))
        P = softmax(1.5 * rng.standard_normal((12, k)))
        y, sure = P.argmax(axis=1), P.max(axis=1)
        wrong = np.sort(np.argsort(-sure)[[1, 3, 4, 7, 10]])
        order = np.argsort(-sure[wrong])
        if len({tuple(places) for places in (order[:3], order[::-1][:3], (0, 1, 2), order[:3][::-1])}) == 4:
            y[wrong] = (y[wrong] + rng.integers(1, k, 5)) % k
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
        "First find the rows where the prediction is wrong. Then sort only these, by their confidence.",
        "The largest probability of a row gives the prediction, and its confidence. np.flatnonzero gives the rows of a mask, np.argsort sorts in ascending order.",
        "wrong = np.flatnonzero(P.argmax(axis=1) != y); order = np.argsort(-P[...].max(axis=1)); return wrong[...][:n]",
    ),
    properties=(("fewer errors than n give fewer rows", with_few_errors),),
)
def most_confident_errors(P, y, n):
    wrong = np.flatnonzero(P.argmax(axis=1) != y)
    order = np.argsort(-P[wrong].max(axis=1))
    return wrong[order][:n]


@most_confident_errors.also_right
def with_a_marker(P, y, n):
    sure = np.where(P.argmax(axis=1) == y, -1.0, P.max(axis=1))
    order = np.argsort(sure)[::-1]
    return order[: min(n, int((sure >= 0).sum()))]


def places_in_the_list(P, y, n):
    wrong = np.flatnonzero(P.argmax(axis=1) != y)
    return np.argsort(-P[wrong].max(axis=1))[:n]


def right_answers(P, y, n):
    right = np.flatnonzero(P.argmax(axis=1) == y)
    return right[np.argsort(-P[right].max(axis=1))][:n]


most_confident_errors.add_mistakes(
    (
        "these are the most confident predictions, correct ones among them. Keep the wrong ones first: P.argmax(axis=1) != y.",
        lambda P, y, n: np.argsort(-P.max(axis=1))[:n],
    ),
    (
        "these are the least confident errors. np.argsort sorts in ascending order: np.argsort(-confidence) begins with the most confident.",
        lambda P, y, n: errors_sorted(P, y, P.max(axis=1))[:n],
    ),
    (
        "sorted by the probability of the right class, lowest first. Its confidence is the largest probability of the row, P.max(axis=1).",
        lambda P, y, n: errors_sorted(P, y, P[np.arange(len(y)), y])[:n],
    ),
    (
        "sorted by the probability of the right class. Its confidence is the largest probability of the row, P.max(axis=1).",
        lambda P, y, n: errors_sorted(P, y, -P[np.arange(len(y)), y])[:n],
    ),
    ("these are places in the list of errors, not rows of P. Translate them back: wrong[order].", places_in_the_list),
    (
        "the errors are not sorted: these are the first n of them. Sort by confidence before [:n].",
        lambda P, y, n: np.flatnonzero(P.argmax(axis=1) != y)[:n],
    ),
    (
        "the right rows, from the least to the most confident. The most confident comes first.",
        lambda P, y, n: errors_sorted(P, y, -P.max(axis=1))[:n][::-1],
    ),
    ("these are the most confident correct predictions. You need the wrong ones: != y.", right_answers),
    (
        "these are the confidences. You need the rows where they are.",
        lambda P, y, n: P.max(axis=1)[errors_sorted(P, y, -P.max(axis=1))[:n]],
    ),
    ("all errors are returned, sorted. Take the first n: [:n].", lambda P, y, n: errors_sorted(P, y, -P.max(axis=1))),
    (
        "these are the predicted classes. You need the rows, so that you can look at the images.",
        lambda P, y, n: P.argmax(axis=1)[errors_sorted(P, y, -P.max(axis=1))[:n]],
    ),
)
