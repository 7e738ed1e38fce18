import numpy as np

from ..exercise import exercise


def labels_without_one_class(rng):
    """Labels of five or six classes, unequally many, not sorted, one class missing: its frequency is 0."""
    missing = int(rng.integers(1, 4))  # neither the first nor the last
    k = int(rng.integers(5, 7))
    counts = rng.permutation([3, 5, 9, 14, 7][: k - 1])
    y = np.repeat([c for c in range(k) if c != missing], counts)
    return rng.permutation(y), k


def frequencies(y, k):
    return np.bincount(y, minlength=k) / len(y)


def entropy(q):
    return -sum(float(f * np.log(f)) for f in q if f > 0)


def constant_answers_cost_as_much(answer, rng):
    y, k = labels_without_one_class(rng)
    k += 1  # the last class occurs nowhere
    q = frequencies(y, k)
    costs = [-np.log(P[y]).mean() for P in (np.full(k, 1 / k), q)]
    return (
        np.allclose(answer(y, k), costs)
        or "where the last class does not occur, a network that always gives these probabilities has another cross-entropy."
    )


@exercise(
    "week4.baseline_losses",
    title="Two losses to know before training",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"uniform": None, "frequent": None},
    inputs=labels_without_one_class,
    hints=(
        "Each example costs minus the log of the probability given to its class. What is the cost of a prediction of 1/k each time?",
        "uniform = log k. frequent = minus the sum over the classes of q log q, with q the share of each class. Where q is 0, the term is 0.",
        "q = np.bincount(y, minlength=k) / len(y); q = q[q > 0]; return np.log(...), -(q * ...).sum()",
    ),
    properties=(("equal to the cross-entropy of two constant answers", constant_answers_cost_as_much),),
)
def baseline_losses(y, k):
    q = np.bincount(y, minlength=k) / len(y)
    q = q[q > 0]
    return np.log(k), -(q * np.log(q)).sum()


@baseline_losses.also_right
def over_the_examples(y, k):
    q = np.bincount(y) / len(y)
    return -np.log(1 / k), -np.log(q[y]).mean()


def occurring(y, k):
    """The frequencies that are not 0."""
    q = frequencies(y, k)
    return q[q > 0]


baseline_losses.add_mistakes(
    (
        "0 * log 0 is nan in NumPy. A class that never occurs adds nothing: leave it out with q = q[q > 0].",
        lambda y, k: (np.log(k), -(frequencies(y, k) * np.log(frequencies(y, k))).sum()),
    ),
    (
        "uniform counts only the classes that occur in y. The network has k outputs, and predicts 1/k for each: np.log(k).",
        lambda y, k: (np.log(len(np.unique(y))), entropy(frequencies(y, k))),
    ),
    (
        "you used the logarithm to base 2. The loss uses the natural one: np.log.",
        lambda y, k: (np.log2(k), entropy(frequencies(y, k)) / np.log(2)),
    ),
    ("uniform is the probability 1/k. You need the loss, minus its log: np.log(k).", lambda y, k: (1 / k, entropy(frequencies(y, k)))),
    (
        "both have the wrong sign. The log of a probability is negative, the loss is minus that log.",
        lambda y, k: (-np.log(k), -entropy(frequencies(y, k))),
    ),
    (
        "frequent has the wrong sign: the log of a share is negative, so put a minus in front of the sum.",
        lambda y, k: (np.log(k), -entropy(frequencies(y, k))),
    ),
    (
        "frequent is the cost of the most frequent class alone. The rare classes cost more: average -log q over all examples, that is -(q * np.log(q)).sum().",
        lambda y, k: (np.log(k), -np.log(frequencies(y, k).max())),
    ),
    (
        "frequent averages -log q over the classes, each as much as the other. Every example counts once: weight each class by its share q.",
        lambda y, k: (np.log(k), -np.log(occurring(y, k)).mean()),
    ),
    (
        "frequent adds up -log q without its weight q. Every example counts once: -(q * np.log(q)).sum().",
        lambda y, k: (np.log(k), -np.log(occurring(y, k)).sum()),
    ),
    (
        "frequent is a share of errors. You need the cross-entropy of the prediction q: -(q * np.log(q)).sum().",
        lambda y, k: (np.log(k), 1 - frequencies(y, k).max()),
    ),
    ("uniform is log(1/k), a negative number. The loss is minus that: np.log(k).", lambda y, k: (-np.log(k), entropy(frequencies(y, k)))),
    (
        "these are sums over the examples. The loss is their mean: divide by len(y).",
        lambda y, k: (len(y) * np.log(k), len(y) * entropy(frequencies(y, k))),
    ),
    ("the two are right, but in the wrong order: return uniform, frequent.", lambda y, k: (entropy(frequencies(y, k)), np.log(k))),
    (
        "uniform adds up the k classes. Each example has one class, and pays -log(1/k) once: np.log(k).",
        lambda y, k: (k * np.log(k), entropy(frequencies(y, k))),
    ),
    (
        "frequent is log k as well. Its prediction is not 1/k but the share of each class in y: -(q * np.log(q)).sum().",
        lambda y, k: (np.log(k), np.log(k)),
    ),
)
