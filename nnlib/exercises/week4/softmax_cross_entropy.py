import numpy as np

from ...activations import softmax
from ..exercise import exercise
from ..properties import matches_its_own_loss


def hard_scores(rng):
    """Scores (6, k) and labels, with k = 5 none of the last class: rows near +-1000, one where the right class lies 900 below the best, one where a wrong class does."""
    k = rng.integers(4, 6)
    Z = 2 * rng.standard_normal((6, k)) + np.array([[1000.0], [-1000.0], [0.0], [0.0], [0.0], [0.0]])
    y = rng.permutation([0, 1, 2, 3, 3, 1])
    Z[5, y[5]] -= 900.0
    Z[4, (y[4] + 1) % k] -= 900.0  # a wrong class far below: 0 * log 0 in Y * log(P)
    order = rng.permutation(6)
    return Z[order], y[order]


def stable_loss(Z, y):
    c = Z.max(axis=1, keepdims=True)
    s = c + np.log(np.exp(Z - c).sum(axis=1, keepdims=True))
    return (s[:, 0] - Z[np.arange(len(y)), y]).mean()


def stable_gradient(Z, y):
    return (softmax(Z) - np.eye(Z.shape[1])[y]) / len(y)


def scores_and_labels(rng):
    return 2 * rng.standard_normal((5, 4)), rng.permutation([0, 1, 2, 3, 3])


@exercise(
    "week4.softmax_cross_entropy",
    title="Softmax cross-entropy, stable, with its gradient",
    minutes=15,
    difficulty=4,
    importance=5,
    returns={"L": None, "dZ": "Z.shape"},
    inputs=hard_scores,
    hints=(
        "Do not take the log of a softmax: the softmax may have rounded to 0. Write the loss with logsumexp.",
        "The loss of an example is logsumexp(z) - z_y; L is the mean. dZ = (P - Y) / m.",
        "S = Z - Z.max(...); E = np.exp(S); total = E.sum(...); right = S[np.arange(m), y]; L = (np.log(total[:, 0]) - right).mean(); ...",
    ),
    properties=(("dZ matches finite differences of the L you return", matches_its_own_loss(scores_and_labels)),),
)
def softmax_cross_entropy(Z, y):
    m, k = Z.shape
    S = Z - Z.max(axis=1, keepdims=True)
    E = np.exp(S)
    total = E.sum(axis=1, keepdims=True)
    L = (np.log(total[:, 0]) - S[np.arange(m), y]).mean()
    dZ = (E / total - np.eye(k)[y]) / m
    return L, dZ


@softmax_cross_entropy.also_right
def with_logaddexp(Z, y):
    logP = Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)
    Y = np.eye(Z.shape[1])[y]
    return -(Y * logP).sum() / len(y), (np.exp(logP) - Y) / len(y)


def unshifted(Z, y):
    E = np.exp(Z)
    P = E / E.sum(axis=1, keepdims=True)
    return -np.log(P[np.arange(len(y)), y]).mean(), (P - np.eye(Z.shape[1])[y]) / len(y)


def clipped(eps):
    """The loss of probabilities held above eps."""
    return lambda Z, y: (-np.log(np.maximum(softmax(Z), eps)[np.arange(len(y)), y]).mean(), stable_gradient(Z, y))


softmax_cross_entropy.add_mistakes(
    ("e^Z overflows for scores near 1000, and becomes 0 near -1000: nan. Subtract the maximum of each row first.", unshifted),
    (
        "dZ is right. L is infinite, as the log of a probability that rounded to 0 is: write it as log(sum of e^s) - s_y, s being Z minus each row's maximum.",
        lambda Z, y: (-np.log(softmax(Z)[np.arange(len(y)), y]).mean(), stable_gradient(Z, y)),
    ),
    (
        "dZ is right, L is nan. Y * log(P) gives that, 0 * -inf where Y is 0, and so do e^Z without a shift, and a P from which 1 is subtracted already. L is the mean of log(sum of e^s) - s_y, with s the shifted scores and the right class picked by its index.",
        lambda Z, y: (-(np.eye(Z.shape[1])[y] * np.log(softmax(Z))).sum() / len(y), stable_gradient(Z, y)),
    ),
    (
        "L adds up the examples: it is their mean. dZ is divided by m already, so the two do not belong together.",
        lambda Z, y: (stable_loss(Z, y) * len(y), stable_gradient(Z, y)),
    ),
    (
        "the 1/m is missing in dZ. L is a mean over the examples, and here is where 1/m enters, once.",
        lambda Z, y: (stable_loss(Z, y), stable_gradient(Z, y) * len(y)),
    ),
    (
        "dZ is divided by m times k. L is a mean over the m examples alone: (P - Y) / m.",
        lambda Z, y: (stable_loss(Z, y), stable_gradient(Z, y) / Z.shape[1]),
    ),
    (
        "dZ has the wrong sign: it is P - Y, because raising the score of a wrong class raises the loss.",
        lambda Z, y: (stable_loss(Z, y), -stable_gradient(Z, y)),
    ),
    (
        "L has the wrong sign: it is logsumexp minus the right score, never negative.",
        lambda Z, y: (-stable_loss(Z, y), stable_gradient(Z, y)),
    ),
    (
        "L lacks the score of the right class: it is logsumexp(z) - z_y. As it stands, the labels do not matter.",
        lambda Z, y: (np.logaddexp.reduce(Z, axis=1).mean(), stable_gradient(Z, y)),
    ),
    (
        "L mixes shifted and unshifted scores: if you subtract the maximum inside the log, subtract it from z_y too. Both from S = Z - Z.max(...).",
        lambda Z, y: (
            (np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1)) - Z[np.arange(len(y)), y]).mean(),
            stable_gradient(Z, y),
        ),
    ),
    (
        "Z[:, y] takes whole columns, m times m numbers. The right class of each row is Z[np.arange(m), y].",
        lambda Z, y: ((np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z[:, y]).mean(), stable_gradient(Z, y)),
    ),
    (
        "the slope p (1 - p) is applied a second time: P - Y is already the gradient for the scores.",
        lambda Z, y: (stable_loss(Z, y), stable_gradient(Z, y) * softmax(Z) * (1 - softmax(Z))),
    ),
    (
        "L is right. In dZ the labels are missing: subtract Y, the one-hot rows np.eye(k)[y].",
        lambda Z, y: (stable_loss(Z, y), softmax(Z) / len(y)),
    ),
    (
        "L is right. dZ is the gradient for P, -Y / P: one step is left, back through the softmax. Together: (P - Y) / m.",
        lambda Z, y: (stable_loss(Z, y), -np.eye(Z.shape[1])[y] / softmax(Z) / len(y)),
    ),
    (
        "L is one number for each example. Training needs their mean.",
        lambda Z, y: (np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(y)), y], stable_gradient(Z, y)),
    ),
    ("the two are right, but in the wrong order: return L, dZ.", lambda Z, y: (stable_gradient(Z, y), stable_loss(Z, y))),
    (
        "Z has all k scores of a row: from the logsumexp subtract only the score of the right class, Z[np.arange(m), y].",
        lambda Z, y: ((np.logaddexp.reduce(Z, axis=1, keepdims=True) - Z).mean(), stable_gradient(Z, y)),
    ),
    (
        "L averages over m times k entries, of which only m count. Divide the sum by m, or pick the right class first.",
        lambda Z, y: (stable_loss(Z, y) / Z.shape[1], stable_gradient(Z, y)),
    ),
    *(
        (
            f"dZ is right. In L, {eps:g} inside the log (or a clip there) stops the loss of a confident error at {-np.log(eps):.1f}. "
            "It is a stopgap: log(sum of e^s) - s_y needs none.",
            clipped(eps),
        )
        for eps in (1e-8, 1e-10, 1e-12, 1e-15)
    ),
)
