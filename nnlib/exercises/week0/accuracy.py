import numpy as np

from ..exercise import exercise


def probabilities_and_labels(rng):
    """Probabilities (m, 1) and labels (m,), 11 or 12 zeros and 6 ones; the wrong ones of each kind are so chosen that no two counts are equal."""
    wrong_zeros, wrong_ones = [(2, 1), (3, 1), (3, 2)][rng.integers(3)]
    y = np.repeat([0, 1], [rng.integers(11, 13), 6])
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
    properties=(("the order of the examples does not matter", order_does_not_matter), ("perfect answers give 1", perfect_is_one)),
)
def accuracy(P, y):
    predicted = P[:, 0] > 0.5
    return (predicted == y).mean()


accuracy.also_right(lambda P, y: float(np.mean((P > 0.5) == y.reshape(-1, 1))))
accuracy.also_right(lambda P, y: sum(int(p > 0.5) == int(label) for p, label in zip(P.ravel(), y)) / len(y))

accuracy.add_mistakes(
    (
        "the broadcasting trap: P is (m, 1) and y is (m,), so each prediction meets every label, (m, m) pairs. "
        "Take the column out first, P[:, 0], or write y.reshape(-1, 1).",
        lambda P, y: ((P > 0.5) == y).mean(),
    ),
    (
        "that is the share of wrong answers: 1 minus it is the accuracy. Is there a != for ==, or a < for >?",
        lambda P, y: ((P[:, 0] > 0.5) != y).mean(),
    ),
    (
        "that is 0. P itself never equals a label: first make classes, (P[:, 0] > 0.5), then compare. And // or int(...) cuts a share down to 0.",
        lambda P, y: (P[:, 0] == y).mean(),
    ),
    ("that is in percent: an accuracy lies between 0 and 1, leave out the factor 100.", lambda P, y: 100 * ((P[:, 0] > 0.5) == y).mean()),
    (
        "that is the share of ones among the labels, as if all were predicted as 1: compare the predictions P[:, 0] > 0.5 with y.",
        lambda P, y: ((P[:, 0] > 0) == y).mean(),
    ),
    (
        "that is the share predicted as class 1, whether rightly or not: compare the predictions with y before the mean.",
        lambda P, y: (P[:, 0] > 0.5).mean(),
    ),
    (
        "you count only the ones that are found: a 0 that is predicted as 0 is correct too. Write ==, not a product or &.",
        lambda P, y: ((P[:, 0] > 0.5) & (y == 1)).mean(),
    ),
    (
        "that is how many are right, not which share: divide by the number of examples, or write mean for sum.",
        lambda P, y: ((P[:, 0] > 0.5) == y).sum(),
    ),
    ("that says for each example whether it is correct: take the mean over the examples.", lambda P, y: (P[:, 0] > 0.5) == y),
    (
        "that is the share of zeros among the labels, as if all were predicted as 0: argmax of one column and astype(int) give 0 here. Write P[:, 0] > 0.5.",
        lambda P, y: (P.argmax(axis=1) == y).mean(),
    ),
    (
        "that is the mean probability given to the right class: an answer is right or wrong, so first compare P with 0.5.",
        lambda P, y: 1 - np.abs(P[:, 0] - y).mean(),
    ),
)
