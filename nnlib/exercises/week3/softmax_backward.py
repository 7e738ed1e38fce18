import numpy as np

from ...activations import softmax
from ..exercise import exercise
from ..properties import matches_slope_of
from .shared import MATCHES


def probabilities_and_gradient(rng):
    """As many examples as classes, so that a lost axis raises no error and must be seen in the numbers."""
    k = rng.integers(4, 6)
    return softmax(1.2 * rng.standard_normal((k, k))), rng.standard_normal((k, k))


def scores_and_gradient(rng):
    return rng.standard_normal((5, 3)), rng.standard_normal((5, 3))


def softmax_rows(answer, rng):
    return np.allclose(answer(*probabilities_and_gradient(rng)).sum(axis=1), 0)


@exercise(
    "week3.softmax_backward",
    title="Back through a softmax",
    minutes=8,
    difficulty=4,
    importance=4,
    returns={"dZ": "P.shape"},
    inputs=probabilities_and_gradient,
    hints=(
        "Each row is an example of its own. Within a row every score acts on every probability, so the row's gradients meet in a sum.",
        "dz_j = p_j (dp_j - s), where s is the sum over the row of p_i dp_i.",
        "s = (...).sum(axis=1, keepdims=True); return P * (...)",
    ),
    properties=(
        (MATCHES, matches_slope_of(softmax, scores_and_gradient, lambda answer, Z, dP: answer(softmax(Z), dP), "P")),
        ("each row of dZ adds up to 0", softmax_rows),
    ),
)
def softmax_backward(P, dP):
    s = (P * dP).sum(axis=1, keepdims=True)
    return P * (dP - s)


softmax_backward.also_right(lambda P, dP: np.stack([(np.diag(p) - np.outer(p, p)) @ dp for p, dp in zip(P, dP)]))
softmax_backward.also_right(lambda P, dP: P * dP - P * np.einsum("ij,ij->i", P, dP)[:, None])

softmax_backward.add_mistakes(
    (
        "this is the diagonal of the Jacobian alone, p (1 - p), as for a sigmoid. A score also lowers all other probabilities of its row.",
        lambda P, dP: dP * P * (1 - P),
    ),
    ("the part -p_i p_j is missing: raising one score lowers all other probabilities of the row. Subtract s first.", lambda P, dP: P * dP),
    (
        "the part with the diagonal is missing: dz_j = p_j (dp_j - s), and you have only -p_j s.",
        lambda P, dP: -P * (P * dP).sum(axis=1, keepdims=True),
    ),
    (
        "the sum runs over the examples. It belongs to one example, over its classes: axis=1.",
        lambda P, dP: P * (dP - (P * dP).sum(axis=0, keepdims=True)),
    ),
    (
        "keepdims is missing: s has shape (m,) and was laid along the rows, so example i got the sums of the others. Write keepdims=True.",
        lambda P, dP: P * (dP - (P * dP).sum(axis=1)),
    ),
    (
        "the sum has no axis: one number for all examples. Each row has its own s: axis=1, keepdims=True.",
        lambda P, dP: P * (dP - (P * dP).sum()),
    ),
    (
        "the sum lacks P: s is the sum of p_i dp_i, a mean of dP weighted by the probabilities.",
        lambda P, dP: P * (dP - dP.sum(axis=1, keepdims=True)),
    ),
    (
        "you subtracted the plain mean of dP. s is the mean weighted by the probabilities: the sum of p_i dp_i.",
        lambda P, dP: P * (dP - dP.mean(axis=1, keepdims=True)),
    ),
    (
        "s is a sum, not a mean: the probabilities are the weights, and they add up to 1 already.",
        lambda P, dP: P * (dP - (P * dP).mean(axis=1, keepdims=True)),
    ),
    ("the factor P in front is missing: dz_j = p_j (dp_j - s).", lambda P, dP: dP - (P * dP).sum(axis=1, keepdims=True)),
    (
        "parentheses: the factor p_j multiplies s as well. Write P * (dP - s), not P * dP - s.",
        lambda P, dP: P * dP - (P * dP).sum(axis=1, keepdims=True),
    ),
    ("the sign is flipped: dz_j = p_j (dp_j - s), not p_j (s - dp_j).", lambda P, dP: P * ((P * dP).sum(axis=1, keepdims=True) - dP)),
    (
        "there is a plus where a minus belongs: dz_j = p_j (dp_j - s), with s the sum over the row of p_i dp_i.",
        lambda P, dP: P * (dP + (P * dP).sum(axis=1, keepdims=True)),
    ),
    (
        "P was put through softmax again: it holds the outputs already, use it as it is.",
        lambda P, dP: softmax_backward.reference(softmax(P), dP),
    ),
    (
        "P - Y is the short form for cross-entropy with one-hot labels. dP here is any gradient: dz_j = p_j (dp_j - s).",
        lambda P, dP: P - dP,
    ),
)
