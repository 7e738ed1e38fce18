from functools import partial

import numpy as np

from ..exercise import exercise
from .shared import batch_to_normalize


def normalized(*arguments, axis=0, ddof=0, recorded_ddof=1, momentum=0.1, deviation=lambda var: np.sqrt(var + 1e-5)):
    """Batch norm in training, open to change: each keyword is a choice that people get wrong."""
    X, gamma, beta, running_mean, running_var = arguments
    mean, var = X.mean(axis=axis, keepdims=True), X.var(axis=axis, ddof=ddof, keepdims=True)
    recorded = X.var(axis=axis, ddof=recorded_ddof, keepdims=True)
    A = gamma * (X - mean) / deviation(var) + beta
    return A, (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * recorded


def mean_is_beta_and_deviation_gamma(answer, rng):
    X, gamma, beta, mean, var = batch_to_normalize(rng)
    A, _, _ = answer(1000 * X, gamma, beta, mean, var)
    if not np.allclose(np.mean(A, axis=0), beta[0]):
        return "the mean of each column of A must be its beta."
    return bool(np.allclose(np.std(A, axis=0), gamma[0], rtol=1e-4)) or "the standard deviation of each column of A must be its gamma."


@exercise(
    "week7.batch_norm_forward",
    title="Batch norm in training",
    minutes=12,
    difficulty=3,
    importance=5,
    returns={"A": "X.shape", "new_mean": "(1, n)", "new_var": "(1, n)"},
    inputs=batch_to_normalize,
    hints=(
        "Each column is a unit, each row an example. Mean and variance are those of each column, stored as rows (1, n).",
        "A = gamma (X - mean) / sqrt(var + 1e-5) + beta, with the variance divided by m. For the record: 0.9 old + 0.1 batch, with the variance divided by m - 1.",
        "mean = X.mean(axis=0, keepdims=True); var = X.var(axis=0, keepdims=True); then A; then the two running values, with var * m / (m - 1)",
    ),
    properties=(("every column of A has mean beta and deviation gamma", mean_is_beta_and_deviation_gamma),),
)
def batch_norm_forward(X, gamma, beta, running_mean, running_var):
    m = len(X)
    mean = X.mean(axis=0, keepdims=True)
    var = ((X - mean) ** 2).mean(axis=0, keepdims=True)
    A = gamma * (X - mean) / np.sqrt(var + 1e-5) + beta
    new_mean = 0.9 * running_mean + 0.1 * mean
    new_var = 0.9 * running_var + 0.1 * var * m / (m - 1)
    return A, new_mean, new_var


@batch_norm_forward.also_right
def as_a_scale_and_a_shift(X, gamma, beta, running_mean, running_var):
    scale = gamma / np.sqrt(X.var(axis=0) + 1e-5)
    A = scale * X + (beta - scale * X.mean(axis=0))
    new_mean = running_mean + 0.1 * (X.mean(axis=0) - running_mean)
    return A, new_mean, running_var + 0.1 * (X.var(axis=0, ddof=1) - running_var)


def running_values_in_training(X, gamma, beta, running_mean, running_var):
    A = gamma * (X - running_mean) / np.sqrt(running_var + 1e-5) + beta
    return A, *normalized(X, gamma, beta, running_mean, running_var)[1:]


def deviation_recorded(X, gamma, beta, running_mean, running_var):
    A, new_mean, _ = normalized(X, gamma, beta, running_mean, running_var)
    return A, new_mean, 0.9 * running_var + 0.1 * X.std(axis=0, ddof=1, keepdims=True)


def mean_not_subtracted(X, gamma, beta, *running):
    _, *record = normalized(X, gamma, beta, *running)
    return gamma * X / np.sqrt(X.var(axis=0) + 1e-5) + beta, *record


batch_norm_forward.add_mistakes(
    (
        "the momentum is reversed: you keep 0.1 of the old value and take 0.9 of the batch. Here momentum 0.1 is the share of the new: 0.9 old + 0.1 batch.",
        partial(normalized, momentum=0.9),
    ),
    (
        "A is right. The running variance is the biased one. A batch of m has on average only (m - 1)/m of the true variance: record var * m / (m - 1).",
        partial(normalized, recorded_ddof=0),
    ),
    ("A must use the biased variance, divided by m. The m - 1 belongs to the running variance only.", partial(normalized, ddof=1)),
    (
        "the two variances are swapped: A takes the one divided by m, the record the one divided by m - 1.",
        partial(normalized, ddof=1, recorded_ddof=0),
    ),
    ("you divided by the variance. Divide by its root: sqrt(var + 1e-5).", partial(normalized, deviation=lambda var: var + 1e-5)),
    ("1e-5 is outside the root. Add it to the variance: sqrt(var + 1e-5).", partial(normalized, deviation=lambda var: np.sqrt(var) + 1e-5)),
    (
        "the 1e-5 under the root is missing: it keeps a unit that gives the same number for all examples from a division by 0.",
        partial(normalized, deviation=np.sqrt),
    ),
    ("the mean runs over each row, that is over the units of one example: use axis=0.", partial(normalized, axis=1)),
    ("one mean and one variance for the whole matrix. Each unit, each column, has its own: axis=0.", partial(normalized, axis=None)),
    ("gamma and beta are missing in A: what you return is Xhat.", lambda X, gamma, beta, *running: normalized(X, 1.0, 0.0, *running)),
    (
        "A was normalized with the running values. In training the batch's own mean and variance are used; the record is only kept for later.",
        running_values_in_training,
    ),
    ("the running values are those of this batch alone. They must remember: 0.9 old + 0.1 batch.", partial(normalized, momentum=1.0)),
    ("the record holds a standard deviation. It holds the variance: leave out the root there.", deviation_recorded),
    ("the mean of the batch was not subtracted: X - mean is what is divided by the root.", mean_not_subtracted),
)
