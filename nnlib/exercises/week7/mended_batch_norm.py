from functools import partial

import numpy as np

from ..exercise import exercise
from .shared import batch_to_normalize


def batch_and_mode(rng):
    """X, gamma, beta, running values, and the mode."""
    training = bool(rng.random() > 0.5)  # true for the seeds 0 and 1, false for 2: the mistakes of training are named first
    return *batch_to_normalize(rng), training


def two_modes(
    *arguments,
    in_training=lambda batch, record: batch,
    in_evaluation=lambda batch, record: record,
    momentum=0.1,
    unbiased=lambda m: m / (m - 1),
):
    """Batch norm in both modes, open to change: which mean and variance are used, and what is recorded."""
    X, gamma, beta, mean, var, training = arguments
    batch, record = (X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)), (mean, var)
    used = in_training(batch, record) if training else in_evaluation(batch, record)
    if training:
        mean = (1 - momentum) * mean + momentum * batch[0]
        var = (1 - momentum) * var + momentum * batch[1] * unbiased(len(X))
    return gamma * (X - used[0]) / np.sqrt(used[1] + 1e-5) + beta, mean, var


def neighbours_do_not_matter(answer, rng):
    X, gamma, beta, mean, var = batch_to_normalize(rng)
    together = answer(X, gamma, beta, mean, var, False)
    if not (np.allclose(together[1], mean) and np.allclose(together[2], var)):
        return "in evaluation the running values must stay as they are: looking at test data must not change the network."
    alone = answer(X[:1], gamma, beta, mean, var, False)
    return bool(np.allclose(together[0][:1], alone[0])) or "in evaluation an example's answer must not depend on the other rows."


@exercise(
    "week7.mended_batch_norm",
    title="The broken evaluation mode",
    minutes=12,
    difficulty=4,
    importance=5,
    returns={"A": "X.shape", "mean": "(1, n)", "var": "(1, n)"},
    inputs=batch_and_mode,
    hints=(
        "In evaluation an example's answer may depend on that example and on what training has recorded, and on nothing else.",
        "Which mean and which variance does the line of A use when training is False? And how much of the old record survives one batch?",
        "if training: batch mean and var, record 0.9 old + 0.1 batch (var * m / (m - 1)); else: the recorded mean and var, both, and the record stays",
    ),
    properties=(("in evaluation no row depends on its neighbours, and the record stays as it is", neighbours_do_not_matter),),
)
def mended_batch_norm(X, gamma, beta, mean, var, training):
    if training:
        m = len(X)
        used_mean, used_var = X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)
        mean = 0.9 * mean + 0.1 * used_mean
        var = 0.9 * var + 0.1 * used_var * m / (m - 1)
    else:
        used_mean, used_var = mean, var
    A = gamma * (X - used_mean) / np.sqrt(used_var + 1e-5) + beta
    return A, mean, var


@mended_batch_norm.also_right
def folded_in_evaluation(X, gamma, beta, mean, var, training):
    if not training:
        scale = gamma / np.sqrt(var + 1e-5)
        return scale * X + (beta - scale * mean), mean, var
    A = gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5) + beta
    return A, mean + 0.1 * (X.mean(axis=0) - mean), var + 0.1 * (X.var(axis=0, ddof=1) - var)


def updated_before_use(X, gamma, beta, mean, var, training):
    A, new_mean, new_var = two_modes(X, gamma, beta, mean, var, True)
    return A if training else two_modes(X, gamma, beta, new_mean, new_var, False)[0], new_mean, new_var


mended_batch_norm.add_mistakes(
    (
        "in evaluation the variance still comes from the batch. A batch of one has variance 0, and its answer explodes: use the recorded one.",
        partial(two_modes, in_evaluation=lambda batch, record: (record[0], batch[1])),
    ),
    (
        "the record still keeps 0.1 of the old and takes 0.9 of the batch: it is little more than the last batch. Write 0.9 old + 0.1 batch.",
        partial(two_modes, momentum=0.9),
    ),
    (
        "in evaluation you take both values from the batch: then an example's answer depends on its neighbours. Use the recorded ones.",
        partial(two_modes, in_evaluation=lambda batch, record: batch),
    ),
    (
        "the variance in evaluation is right now, but the mean comes from the batch. Both must be the recorded ones.",
        partial(two_modes, in_evaluation=lambda batch, record: (batch[0], record[1])),
    ),
    (
        "in evaluation the record is changed too. Looking at data must not change the network: update the record in training only.",
        lambda *arguments: (two_modes(*arguments)[0], *two_modes(*arguments[:-1], True)[1:]),
    ),
    ("in evaluation the record is updated first and then used, so a batch of test data still changes its own answers.", updated_before_use),
    (
        "the modes are the wrong way round: in training use the batch's values, in evaluation the recorded ones.",
        partial(two_modes, in_training=lambda batch, record: record, in_evaluation=lambda batch, record: batch),
    ),
    ("the recorded variance has lost its m / (m - 1): record the unbiased variance.", partial(two_modes, unbiased=lambda m: 1.0)),
    (
        "in evaluation there is no normalization at all. The recorded mean and variance take the place of the batch's.",
        lambda X, gamma, beta, mean, var, training: (
            two_modes(X, gamma, beta, mean, var, True) if training else (gamma * X + beta, mean, var)
        ),
    ),
    (
        "in evaluation gamma and beta are missing. They act in both modes.",
        lambda X, gamma, beta, mean, var, training: two_modes(X, *((gamma, beta) if training else (1.0, 0.0)), mean, var, training),
    ),
)
