from functools import partial

import numpy as np

from ...gradient_check import numerical_gradient
from ..exercise import exercise


def cache_of_a_batch(rng):
    """dA, Xhat, gamma, var, as a forward pass left them. One column is so narrow that the 1e-5 shows."""
    m, n = int(rng.integers(4, 8)), 3
    X = rng.standard_normal((m, n)) * [0.01, 1.0, 3.0] + [3.0, -1.0, 0.5]
    var = X.var(axis=0, keepdims=True)
    Xhat = (X - X.mean(axis=0)) / np.sqrt(var + 1e-5)
    return rng.standard_normal((m, n)) + 0.4, Xhat, rng.uniform(0.5, 2, (1, n)), var


def through_batch_norm(dA, Xhat, gamma, var, *, mean_term=1.0, variance_term=1.0, rows=len, deviation=lambda var: np.sqrt(var + 1e-5)):
    """The compact form, open to change: the factors of its two terms, what stands for m, and what is divided by."""
    m, dgamma, dbeta = rows(dA), (dA * Xhat).sum(axis=0, keepdims=True), dA.sum(axis=0, keepdims=True)
    return gamma / deviation(var) * (dA - mean_term * dbeta / m - variance_term * Xhat * dgamma / m), dgamma, dbeta


def backward_matches_nudging(answer, rng):
    X, gamma, beta = rng.standard_normal((5, 2)) * [0.5, 2], rng.uniform(0.5, 2, (1, 2)), rng.standard_normal((1, 2))
    U = rng.standard_normal((5, 2))  # dL/dA: the loss is sum(U * A)

    def loss(X, gamma, beta):
        return float((U * (gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5) + beta)).sum())

    var = X.var(axis=0, keepdims=True)
    got = answer(U, (X - X.mean(axis=0)) / np.sqrt(var + 1e-5), gamma, var)
    numeric = (
        numerical_gradient(lambda x: loss(x, gamma, beta), X.copy()),
        numerical_gradient(lambda g: loss(X, g, beta), gamma.copy()),
        numerical_gradient(lambda b: loss(X, gamma, b), beta.copy()),
    )
    return all(np.allclose(g, n, rtol=1e-6, atol=1e-7) for g, n in zip(got, numeric)) or "your gradients differ from finite differences."


@exercise(
    "week7.batch_norm_backward",
    title="Batch norm, backward",
    minutes=12,
    difficulty=4,
    importance=5,
    returns={"dX": "dA.shape", "dgamma": "(1, n)", "dbeta": "(1, n)"},
    inputs=cache_of_a_batch,
    hints=(
        "First the two parameters: gamma multiplies Xhat, beta is added, and both are shared by all m rows. Shared forward, summed backward.",
        "dX is dA minus two means, that of dA, and Xhat times that of dA * Xhat; all times gamma / sqrt(var + 1e-5).",
        "dbeta = dA.sum(...); dgamma = (dA * Xhat).sum(...); dX = gamma / np.sqrt(var + 1e-5) * (dA - dbeta / m - Xhat * dgamma / m)",
    ),
    properties=(("all three match finite differences", backward_matches_nudging),),
)
def batch_norm_backward(dA, Xhat, gamma, var):
    m = len(dA)
    dgamma = (dA * Xhat).sum(axis=0, keepdims=True)
    dbeta = dA.sum(axis=0, keepdims=True)
    dX = gamma / np.sqrt(var + 1e-5) * (dA - dbeta / m - Xhat * dgamma / m)
    return dX, dgamma, dbeta


@batch_norm_backward.also_right
def step_by_step(dA, Xhat, gamma, var):
    m, s = len(dA), 1 / np.sqrt(var + 1e-5)
    dXhat, C = dA * gamma, Xhat / s
    dv = -0.5 * s**3 * (dXhat * C).sum(axis=0, keepdims=True)
    dC = s * dXhat + 2 / m * C * dv
    return dC - dC.mean(axis=0), (dA * Xhat).sum(axis=0, keepdims=True), dA.sum(axis=0, keepdims=True)


@batch_norm_backward.also_right
def with_jacobians(dA, Xhat, gamma, var):
    J = [np.eye(len(dA)) - 1 / len(dA) - np.outer(x, x) / len(dA) for x in Xhat.T]
    dX = np.stack([j @ d for j, d in zip(J, dA.T)], axis=1) * gamma / np.sqrt(var + 1e-5)
    return dX, np.einsum("ij,ij->j", dA, Xhat)[None], np.ones((1, len(dA))) @ dA


def Xhat_missing(dA, Xhat, gamma, var):
    _, dgamma, dbeta = through_batch_norm(dA, Xhat, gamma, var)
    return gamma / np.sqrt(var + 1e-5) * (dA - dbeta / len(dA) - dgamma / len(dA)), dgamma, dbeta


batch_norm_backward.add_mistakes(
    (
        "mean and variance are treated as constants: dX is only gamma dA / sqrt(var + eps). Every x moves both, so two more terms are subtracted. "
        "Where they are constants, your formula is right.",
        partial(through_batch_norm, mean_term=0.0, variance_term=0.0),
    ),
    (
        "the way through the variance is missing in dX: the term Xhat * dgamma / m is not subtracted.",
        partial(through_batch_norm, variance_term=0.0),
    ),
    ("the way through the mean is missing in dX: dbeta / m is not subtracted.", partial(through_batch_norm, mean_term=0.0)),
    ("in dX both sums are to be divided by m: they are means over the batch.", partial(through_batch_norm, rows=lambda dA: 1)),
    (
        "you divided by m - 1 in dX. Forward the variance was divided by m, so it is m here too.",
        partial(through_batch_norm, rows=lambda dA: len(dA) - 1),
    ),
    ("the last term of dX has the wrong sign: Xhat * dgamma / m is subtracted, too.", partial(through_batch_norm, variance_term=-1.0)),
    ("dX is divided by var + 1e-5. Divide by its root.", partial(through_batch_norm, deviation=lambda var: var + 1e-5)),
    (
        "gamma is missing in dX: A = gamma Xhat + beta, so gamma multiplies what comes back.",
        lambda dA, Xhat, gamma, var: through_batch_norm(dA, Xhat, 1.0, var),
    ),
    ("the 1e-5 is missing under the root in dX: forward it was sqrt(var + 1e-5).", partial(through_batch_norm, deviation=np.sqrt)),
    (
        "dgamma and dbeta are swapped: gamma multiplies Xhat, so dgamma is the sum of dA * Xhat, and dbeta the sum of dA.",
        batch_norm_backward.spoil(lambda dX, dgamma, dbeta: (dX, dbeta, dgamma)),
    ),
    (
        "dgamma and dbeta are means over the batch. The 1/m of the loss is in dA already: they are sums.",
        batch_norm_backward.spoil(lambda dX, dgamma, dbeta: (dX, dgamma / len(dX), dbeta / len(dX))),
    ),
    (
        "dgamma and dbeta still have a row for each example. Both parameters are shared by all rows: sum over axis 0.",
        lambda dA, Xhat, gamma, var: (through_batch_norm(dA, Xhat, gamma, var)[0], dA * Xhat, dA),
    ),
    ("the last term of dX lacks Xhat: it is Xhat * dgamma / m, one number for each example.", Xhat_missing),
)
