from functools import partial

import numpy as np

from ..exercise import exercise


def trained_pair(rng):
    """W, b of a Dense layer and the values of the BatchNorm after it; W is square, the variances range widely."""
    n = rng.integers(3, 6)
    row = lambda low, high: rng.uniform(low, high, (1, n))  # noqa: E731
    var = row(0.2, 5)
    var[0, 1] = 2e-5  # a unit that hardly moves: here the 1e-5 shows
    return rng.standard_normal((n, n)), row(-1, 1), row(0.5, 2), row(-1, 1), row(-2, 2), var


def folded(*arguments, deviation=lambda var: np.sqrt(var + 1e-5), W2=lambda W, s: W * s, b2=lambda b, mean, s, beta: (b - mean) * s + beta):
    """The folded layer, with its three lines open to change."""
    W, b, gamma, beta, mean, var = arguments
    s = gamma / deviation(var)
    return W2(W, s), b2(b, mean, s, beta)


def one_layer_does_the_work_of_two(answer, rng):
    W, b, gamma, beta, mean, var = trained_pair(rng)
    W2, b2 = answer(W, b, gamma, beta, mean, var)
    X = rng.standard_normal((7, len(W)))
    two = gamma * (X @ W + b - mean) / np.sqrt(var + 1e-5) + beta
    return bool(np.allclose(X @ np.asarray(W2) + b2, two)) or "X W2 + b2 differs from the Dense layer followed by batch norm."


@exercise(
    "week7.fold_batch_norm",
    title="Fold batch norm into the layer before",
    minutes=8,
    difficulty=3,
    importance=3,
    returns={"W2": "W.shape", "b2": "(1, n)"},
    inputs=trained_pair,
    hints=(
        "In evaluation mean and var are constants. Write the output of both layers as one formula in X, and sort it: what multiplies X, what is added?",
        "gamma (X W + b - mean) / sqrt(var + eps) + beta. Call s = gamma / sqrt(var + eps), one number for each column.",
        "s = gamma / np.sqrt(var + 1e-5); W2 = W * s; b2 = (b - mean) * s + beta",
    ),
    properties=(("one layer gives the outputs of the two", one_layer_does_the_work_of_two),),
)
def fold_batch_norm(W, b, gamma, beta, mean, var):
    scale = gamma / np.sqrt(var + 1e-5)
    W2 = W * scale
    b2 = (b - mean) * scale + beta
    return W2, b2


@fold_batch_norm.also_right
def with_a_diagonal_matrix(W, b, gamma, beta, mean, var):
    S = np.diag(gamma[0] / np.sqrt(var[0] + 1e-5))
    return W @ S, b @ S - mean @ S + beta


fold_batch_norm.add_mistakes(
    (
        "W2 is right. In b2, b is not multiplied by the scale: b - mean as a whole is.",
        lambda *a: folded(*a, b2=lambda b, mean, s, beta: b - mean * s + beta),
    ),
    (
        "the rows of W are scaled. Each unit is a column of W: s has shape (1, n) and multiplies W as it is, W * s.",
        partial(folded, W2=lambda W, s: W * s.T),
    ),
    ("W2 is right. b2 lacks the old bias b: what is normalized is X W + b.", partial(folded, b2=lambda b, mean, s, beta: -mean * s + beta)),
    (
        "W2 is right. In b2 the mean has the wrong sign: it is subtracted, (b - mean) s + beta.",
        partial(folded, b2=lambda b, mean, s, beta: (b + mean) * s + beta),
    ),
    ("W2 is right. In b2 the mean is missing: (b - mean) s + beta.", partial(folded, b2=lambda b, mean, s, beta: b * s + beta)),
    (
        "W2 is right. In b2, b - mean must be scaled as well: it is inside the parentheses that are divided.",
        partial(folded, b2=lambda b, mean, s, beta: b - mean + beta),
    ),
    ("you divided by the variance. Divide by its root, sqrt(var + 1e-5).", partial(folded, deviation=lambda var: var + 1e-5)),
    ("the 1e-5 is missing: batch norm divides by sqrt(var + 1e-5), in evaluation too.", partial(folded, deviation=np.sqrt)),
    ("gamma is missing: s is gamma / sqrt(var + 1e-5).", lambda W, b, gamma, beta, mean, var: folded(W, b, 1.0, beta, mean, var)),
    ("beta is missing in b2: it is added after the scaling.", partial(folded, b2=lambda b, mean, s, beta: (b - mean) * s)),
    ("beta is scaled too. It is added last: (b - mean) s + beta.", partial(folded, b2=lambda b, mean, s, beta: (b - mean + beta) * s)),
)
