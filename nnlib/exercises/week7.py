"""Week 7: deep networks and batch norm (7a), overfitting and its cures (7b)."""

import numpy as np

from ..activations import softmax
from ..gradient_check import numerical_gradient
from .cards import QUIZZES, Question
from .exercise import exercise

# ---- week 7a: the way back through many layers


def deep_relu_stack(rng):
    """dZ, weights, Z: the gradient at the last layer, the weights above layer 1, the ReLU layers' pre-activations; all widths differ."""
    widths = rng.permutation(np.arange(3, 9))[: int(rng.integers(4, 6))]
    widths[-2:] = 4, 4  # one square W, so that a missing transpose has the right shape
    m = 6
    weights = [rng.standard_normal((a, b)) for a, b in zip(widths, widths[1:])]
    return rng.standard_normal((m, widths[-1])), weights, [rng.standard_normal((m, n)) for n in widths[:-1]]


def spectral(W):
    return np.linalg.norm(W, 2)


def lengths_and_bounds(dZ, weights, Z, back=None, length=np.linalg.norm, factor=spectral, start=None):
    """Lengths of dZ, layer 1 first, and their bounds, with the settings in which wrong answers differ."""
    back = back or (lambda dZ, W, Z: (dZ @ W.T) * (Z > 0))
    lengths, bounds = [length(dZ)], [length(dZ) if start is None else start]
    for W, z in zip(weights[::-1], Z[::-1]):
        dZ = back(dZ, W, z)
        lengths.append(length(dZ))
        bounds.append(bounds[-1] * factor(W))
    return np.array(lengths[::-1]), np.array(bounds[::-1])


def nothing_exceeds_its_bound(answer, rng):
    for _ in range(5):
        lengths, bounds = answer(*deep_relu_stack(rng))
        if (np.asarray(lengths) > np.asarray(bounds) * (1 + 1e-9)).any():
            return "a length exceeds its bound: one of the two is wrong."
    return True


@exercise(
    "week7.gradient_lengths",
    title="Lengths of the gradient, and their bound",
    minutes=10,
    difficulty=3,
    importance=4,
    returns={"lengths": "(L,)", "bounds": "(L,)"},
    inputs=deep_relu_stack,
    hints=(
        "Walk from the last layer to the first. At each step both numbers change: the length because dZ changes, the bound by one factor.",
        "dZ of the layer below is (dZ @ W.T) * (Z > 0). Its length is the root of the sum of squares; its bound is the bound above times the largest "
        "singular value of W.",
        "lengths, bounds = [norm(dZ)], [norm(dZ)]; for W, z in zip(weights[::-1], Z[::-1]): ... append; and turn both around at the end with [::-1]",
    ),
    properties=(("no length exceeds its bound in 5 random networks", nothing_exceeds_its_bound),),
)
def gradient_lengths(dZ, weights, Z):
    lengths, bounds = [np.linalg.norm(dZ)], [np.linalg.norm(dZ)]
    for W, z in zip(weights[::-1], Z[::-1]):
        dZ = (dZ @ W.T) * (z > 0)
        lengths.append(np.linalg.norm(dZ))
        bounds.append(bounds[-1] * np.linalg.norm(W, 2))
    return np.array(lengths[::-1]), np.array(bounds[::-1])


@gradient_lengths.also_right
def _(dZ, weights, Z):
    L = len(weights) + 1
    lengths, bounds = np.zeros(L), np.zeros(L)
    lengths[-1] = bounds[-1] = np.sqrt((dZ**2).sum())
    for l in range(L - 2, -1, -1):
        dZ = np.where(Z[l] > 0, dZ @ weights[l].T, 0.0)
        lengths[l] = np.sqrt((dZ**2).sum())
        bounds[l] = bounds[l + 1] * np.linalg.svd(weights[l])[1].max()
    return lengths, bounds


@gradient_lengths.mistake(
    "the ReLU is missing on the way back: after dZ @ W.T the mask (Z > 0) of the layer below blocks what was not active."
)
def _(dZ, weights, Z):
    return lengths_and_bounds(dZ, weights, Z, back=lambda dZ, W, Z: dZ @ W.T)


@gradient_lengths.mistake("both arrays start with the last layer. Layer 1 must come first: turn them around with [::-1].")
def _(dZ, weights, Z):
    lengths, bounds = gradient_lengths.reference(dZ, weights, Z)
    return lengths[::-1], bounds[::-1]


@gradient_lengths.mistake(
    "your bound takes the Frobenius norm of W. It is a bound too, but a much weaker one: asked for is the largest singular value, np.linalg.norm(W, 2)."
)
def _(dZ, weights, Z):
    return lengths_and_bounds(dZ, weights, Z, factor=np.linalg.norm)


@gradient_lengths.mistake(
    "your bound takes the largest entry of W. A matrix stretches by up to its largest singular value: np.linalg.norm(W, 2)."
)
def _(dZ, weights, Z):
    return lengths_and_bounds(dZ, weights, Z, factor=lambda W: np.abs(W).max())


@gradient_lengths.mistake(
    "np.linalg.norm(dZ, 2) is the largest singular value of dZ. The length is the root of the sum of all squares: np.linalg.norm(dZ), without the 2."
)
def _(dZ, weights, Z):
    return lengths_and_bounds(dZ, weights, Z, length=spectral)


@gradient_lengths.mistake("the lengths are squares: take the root of the sum of squares.")
def _(dZ, weights, Z):
    lengths, bounds = gradient_lengths.reference(dZ, weights, Z)
    return lengths**2, bounds


@gradient_lengths.mistake(
    "your bounds start at 1. The bound of the last layer is the length of dZ itself; from there each W multiplies it."
)
def _(dZ, weights, Z):
    return lengths_and_bounds(dZ, weights, Z, start=1.0)


@gradient_lengths.mistake(
    "each of your bounds is the length above times one singular value. The bound is a product: the bound above times the largest singular value of W."
)
def _(dZ, weights, Z):
    lengths = gradient_lengths.reference(dZ, weights, Z)[0]
    return lengths, np.append(lengths[1:] * [spectral(W) for W in weights], lengths[-1])


@gradient_lengths.mistake(
    "you masked before the matrix product. dZ @ W.T first brings the gradient to the layer below; then that layer's mask acts."
)
def _(dZ, weights, Z):
    masks = [*Z[1:], np.ones_like(dZ)]
    lengths, bounds = [], lengths_and_bounds(dZ, weights, Z)[1]
    for W, z in zip(weights[::-1], masks[::-1]):
        lengths.append(np.linalg.norm(dZ))
        dZ = (dZ * (z > 0)) @ W.T
    return np.array([np.linalg.norm(dZ), *lengths[::-1]]), bounds


@gradient_lengths.mistake("you multiplied by Z instead of by the mask. The slope of ReLU is 1 or 0: Z > 0.")
def _(dZ, weights, Z):
    return lengths_and_bounds(dZ, weights, Z, back=lambda dZ, W, Z: (dZ @ W.T) * np.maximum(Z, 0))


# batch norm, forward


def batch_to_normalize(rng):
    """X, gamma, beta and running values: few rows, so that m and m - 1 differ; means far from 0, variances from 0.01 to 4."""
    m, n = int(rng.integers(4, 8)), 3
    X = rng.standard_normal((m, n)) * [0.1, 1.0, 2.0] + [3.0, -1.0, 0.5]
    row = lambda low, high: rng.uniform(low, high, (1, n))  # noqa: E731
    return X, row(0.5, 2), row(-1, 1), row(-2, 2), row(0.5, 3)


def normalized(X, gamma, beta, running_mean, running_var, momentum=0.1, ddof=0, running_ddof=1, axis=0, eps=1e-5, root=True, plus=None):
    """Batch norm in training, with the settings in which wrong answers differ."""
    mean, var = X.mean(axis=axis, keepdims=True), X.var(axis=axis, ddof=ddof, keepdims=True)
    spread = np.sqrt(var + eps) if root else var + eps
    A = gamma * (X - mean) / (spread if plus is None else plus(var)) + beta
    unbiased = X.var(axis=axis, ddof=running_ddof, keepdims=True)
    return A, (1 - momentum) * running_mean + momentum * mean, (1 - momentum) * running_var + momentum * unbiased


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
        "Each column is a unit, each row an example. Mean and variance are taken down each column, and kept as rows (1, n).",
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
def _(X, gamma, beta, running_mean, running_var):
    scale = gamma / np.sqrt(X.var(axis=0) + 1e-5)
    A = scale * X + (beta - scale * X.mean(axis=0))
    new_mean = running_mean + 0.1 * (X.mean(axis=0) - running_mean)
    return A, new_mean, running_var + 0.1 * (X.var(axis=0, ddof=1) - running_var)


@batch_norm_forward.mistake(
    "the momentum is reversed: you keep 0.1 of the old value and take 0.9 of the batch. Here momentum 0.1 is the share of the new: 0.9 old + 0.1 batch."
)
def _(*arguments):
    return normalized(*arguments, momentum=0.9)


@batch_norm_forward.mistake(
    "A is right. The running variance is the biased one: a batch of m has on average only (m - 1)/m of the true variance, so record var * m / (m - 1)."
)
def _(*arguments):
    return normalized(*arguments, running_ddof=0)


@batch_norm_forward.mistake("A must use the biased variance, divided by m. The m - 1 belongs to the running variance only.")
def _(*arguments):
    return normalized(*arguments, ddof=1)


@batch_norm_forward.mistake("the two variances are swapped: A takes the one divided by m, the record the one divided by m - 1.")
def _(*arguments):
    return normalized(*arguments, ddof=1, running_ddof=0)


@batch_norm_forward.mistake("you divided by the variance. Divide by its root: sqrt(var + 1e-5).")
def _(*arguments):
    return normalized(*arguments, root=False)


@batch_norm_forward.mistake("1e-5 stands outside the root. It is added to the variance: sqrt(var + 1e-5).")
def _(*arguments):
    return normalized(*arguments, plus=lambda var: np.sqrt(var) + 1e-5)


@batch_norm_forward.mistake(
    "the 1e-5 under the root is missing: without it a unit that gives the same number for all examples is divided by 0."
)
def _(*arguments):
    return normalized(*arguments, eps=0.0)


@batch_norm_forward.mistake("the mean runs over each row, that is over the units of one example. That is layer norm: use axis=0.")
def _(*arguments):
    return normalized(*arguments, axis=1)


@batch_norm_forward.mistake("one mean and one variance for the whole matrix. Each unit, each column, has its own: axis=0.")
def _(*arguments):
    return normalized(*arguments, axis=None)


@batch_norm_forward.mistake("gamma and beta are missing in A: what you return is Xhat.")
def _(X, gamma, beta, *running):
    return normalized(X, 1.0, 0.0, *running)


@batch_norm_forward.mistake(
    "A was normalized with the running values. In training the batch's own mean and variance are used; the record is only kept for later."
)
def _(X, gamma, beta, running_mean, running_var):
    A = gamma * (X - running_mean) / np.sqrt(running_var + 1e-5) + beta
    return A, *normalized(X, gamma, beta, running_mean, running_var)[1:]


@batch_norm_forward.mistake("the running values are those of this batch alone. They must remember: 0.9 old + 0.1 batch.")
def _(*arguments):
    return normalized(*arguments, momentum=1.0)


@batch_norm_forward.mistake("the record holds a standard deviation. It holds the variance: leave out the root there.")
def _(X, gamma, beta, running_mean, running_var):
    A, new_mean, _ = normalized(X, gamma, beta, running_mean, running_var)
    return A, new_mean, 0.9 * running_var + 0.1 * X.std(axis=0, ddof=1, keepdims=True)


@batch_norm_forward.mistake("the mean of the batch was not taken off: X - mean is what is divided by the root.")
def _(X, gamma, beta, *running):
    _, *record = normalized(X, gamma, beta, *running)
    return gamma * X / np.sqrt(X.var(axis=0) + 1e-5) + beta, *record


# batch norm, backward


def cache_of_a_batch(rng):
    """dA, Xhat, gamma, var, as a forward pass left them. One column is so narrow that the 1e-5 shows."""
    m, n = int(rng.integers(4, 8)), 3
    X = rng.standard_normal((m, n)) * [0.01, 1.0, 3.0] + [3.0, -1.0, 0.5]
    var = X.var(axis=0, keepdims=True)
    Xhat = (X - X.mean(axis=0)) / np.sqrt(var + 1e-5)
    return rng.standard_normal((m, n)) + 0.4, Xhat, rng.uniform(0.5, 2, (1, n)), var


def through_batch_norm(dA, Xhat, gamma, var, mean=1.0, along=1.0, m=None, root=np.sqrt, eps=1e-5):
    """The compact form, with the settings in which wrong answers differ."""
    m, dgamma, dbeta = m or len(dA), (dA * Xhat).sum(axis=0, keepdims=True), dA.sum(axis=0, keepdims=True)
    return gamma / root(var + eps) * (dA - mean * dbeta / m - along * Xhat * dgamma / m), dgamma, dbeta


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
        "dX is dA with two means taken off, that of dA, and Xhat times that of dA * Xhat; all times gamma / sqrt(var + 1e-5).",
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
def _(dA, Xhat, gamma, var):
    m, s = len(dA), 1 / np.sqrt(var + 1e-5)
    dXhat, C = dA * gamma, Xhat / s
    dv = -0.5 * s**3 * (dXhat * C).sum(axis=0, keepdims=True)
    dC = s * dXhat + 2 / m * C * dv
    return dC - dC.mean(axis=0), (dA * Xhat).sum(axis=0, keepdims=True), dA.sum(axis=0, keepdims=True)


@batch_norm_backward.also_right
def _(dA, Xhat, gamma, var):
    J = [np.eye(len(dA)) - 1 / len(dA) - np.outer(x, x) / len(dA) for x in Xhat.T]
    dX = np.stack([j @ d for j, d in zip(J, dA.T)], axis=1) * gamma / np.sqrt(var + 1e-5)
    return dX, np.einsum("ij,ij->j", dA, Xhat)[None], np.ones((1, len(dA))) @ dA


@batch_norm_backward.mistake(
    "mean and variance are treated as constants: dX is only gamma dA / sqrt(var + eps). Every x moves both, so two more terms are taken off. "
    "In evaluation mode, where they are constants, your formula is right."
)
def _(*arguments):
    return through_batch_norm(*arguments, mean=0.0, along=0.0)


@batch_norm_backward.mistake("the way through the variance is missing in dX: the term Xhat * dgamma / m is not taken off.")
def _(*arguments):
    return through_batch_norm(*arguments, along=0.0)


@batch_norm_backward.mistake("the way through the mean is missing in dX: dbeta / m is not taken off.")
def _(*arguments):
    return through_batch_norm(*arguments, mean=0.0)


@batch_norm_backward.mistake("in dX both sums are to be divided by m: they are means over the batch.")
def _(*arguments):
    return through_batch_norm(*arguments, m=1)


@batch_norm_backward.mistake("you divided by m - 1 in dX. Forward the variance was divided by m, so it is m here too.")
def _(*arguments):
    return through_batch_norm(*arguments, m=len(arguments[0]) - 1)


@batch_norm_backward.mistake("the last term of dX has the wrong sign: Xhat * dgamma / m is taken off, too.")
def _(*arguments):
    return through_batch_norm(*arguments, along=-1.0)


@batch_norm_backward.mistake("dX is divided by var + 1e-5. Divide by its root.")
def _(*arguments):
    return through_batch_norm(*arguments, root=lambda v: v)


@batch_norm_backward.mistake("gamma is missing in dX: A = gamma Xhat + beta, so gamma multiplies what comes back.")
def _(dA, Xhat, gamma, var):
    return through_batch_norm(dA, Xhat, 1.0, var)


@batch_norm_backward.mistake("the 1e-5 is missing under the root in dX: forward it was sqrt(var + 1e-5).")
def _(*arguments):
    return through_batch_norm(*arguments, eps=0.0)


@batch_norm_backward.mistake(
    "dgamma and dbeta are swapped: gamma multiplies Xhat, so dgamma is the sum of dA * Xhat, and dbeta the sum of dA."
)
def _(*arguments):
    dX, dgamma, dbeta = through_batch_norm(*arguments)
    return dX, dbeta, dgamma


@batch_norm_backward.mistake("dgamma and dbeta are means over the batch. The 1/m of the loss is in dA already: they are sums.")
def _(*arguments):
    dX, dgamma, dbeta = through_batch_norm(*arguments)
    return dX, dgamma / len(dX), dbeta / len(dX)


@batch_norm_backward.mistake("dgamma and dbeta still have a row for each example. Both parameters are shared by all rows: sum over axis 0.")
def _(dA, Xhat, gamma, var):
    return through_batch_norm(dA, Xhat, gamma, var)[0], dA * Xhat, dA


@batch_norm_backward.mistake("the last term of dX lacks Xhat: it is Xhat * dgamma / m, one number for each example.")
def _(dA, Xhat, gamma, var):
    _, dgamma, dbeta = through_batch_norm(dA, Xhat, gamma, var)
    return gamma / np.sqrt(var + 1e-5) * (dA - dbeta / len(dA) - dgamma / len(dA)), dgamma, dbeta


# batch norm, the two modes


def batch_and_mode(rng):
    """X, gamma, beta, running values, and the mode."""
    training = bool(rng.random() > 0.5)  # true for the seeds 0 and 1, false for 2: the mistakes of training are told first
    return *batch_to_normalize(rng), training


def two_modes(
    X, gamma, beta, mean, var, training, momentum=0.1, m=None, mean_in_evaluation=None, var_in_evaluation=None, always=False, swapped=False
):
    """Batch norm in both modes, with the settings in which wrong answers differ."""
    batch_mean, batch_var = X.mean(axis=0, keepdims=True), X.var(axis=0, keepdims=True)
    rows = len(X)
    new_mean = (1 - momentum) * mean + momentum * batch_mean
    new_var = (1 - momentum) * var + momentum * batch_var * (rows / (rows - 1) if m is None else m)
    if training or always:
        used = (mean, var) if swapped else (batch_mean, batch_var)
        mean, var = new_mean, new_var
    else:
        used = (mean if mean_in_evaluation is None else mean_in_evaluation(X), var if var_in_evaluation is None else var_in_evaluation(X))
        if swapped:
            used = batch_mean, batch_var
    if always and not training:
        used = (mean, var)
    return gamma * (X - used[0]) / np.sqrt(used[1] + 1e-5) + beta, mean, var


def batch_mean(X):
    return X.mean(axis=0, keepdims=True)


def batch_var(X):
    return X.var(axis=0, keepdims=True)


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
def _(X, gamma, beta, mean, var, training):
    if not training:
        scale = gamma / np.sqrt(var + 1e-5)
        return scale * X + (beta - scale * mean), mean, var
    A = gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + 1e-5) + beta
    return A, mean + 0.1 * (X.mean(axis=0) - mean), var + 0.1 * (X.var(axis=0, ddof=1) - var)


@mended_batch_norm.mistake(
    "in evaluation the variance still comes from the batch. A batch of one has variance 0, and its answer explodes: use the recorded one."
)
def _(*arguments):
    return two_modes(*arguments, var_in_evaluation=batch_var)


@mended_batch_norm.mistake(
    "the record still keeps 0.1 of the old and takes 0.9 of the batch: it forgets all but the last batch. Write 0.9 old + 0.1 batch."
)
def _(*arguments):
    return two_modes(*arguments, momentum=0.9)


@mended_batch_norm.mistake(
    "in evaluation you take both values from the batch: then an example's answer depends on its neighbours. Use the recorded ones."
)
def _(*arguments):
    return two_modes(*arguments, mean_in_evaluation=batch_mean, var_in_evaluation=batch_var)


@mended_batch_norm.mistake("the variance in evaluation is mended, now the mean comes from the batch. Both must be the recorded ones.")
def _(*arguments):
    return two_modes(*arguments, mean_in_evaluation=batch_mean)


@mended_batch_norm.mistake(
    "in evaluation the record is changed too. Looking at data must not change the network: update the record in training only."
)
def _(*arguments):
    X, gamma, beta, mean, var, training = arguments
    A, mean, var = two_modes(*arguments)
    return (A, mean, var) if training else (A, *two_modes(X, gamma, beta, mean, var, True)[1:])


@mended_batch_norm.mistake(
    "in evaluation the record is updated first and then used, so a batch of test data still changes its own answers."
)
def _(*arguments):
    return two_modes(*arguments, always=True)


@mended_batch_norm.mistake("the modes are the wrong way round: in training use the batch's values, in evaluation the recorded ones.")
def _(*arguments):
    return two_modes(*arguments, swapped=True)


@mended_batch_norm.mistake("the recorded variance has lost its m / (m - 1): record the unbiased variance.")
def _(*arguments):
    return two_modes(*arguments, m=1.0)


@mended_batch_norm.mistake("in evaluation there is no normalization at all. The recorded mean and variance take the place of the batch's.")
def _(X, gamma, beta, mean, var, training):
    return two_modes(X, gamma, beta, mean, var, True) if training else (gamma * X + beta, mean, var)


@mended_batch_norm.mistake("in evaluation gamma and beta are missing. They act in both modes.")
def _(X, gamma, beta, mean, var, training):
    return two_modes(X, *((gamma, beta) if training else (1.0, 0.0)), mean, var, training)


# batch norm, folded away


def trained_pair(rng):
    """W, b of a Dense layer and the values of the BatchNorm behind it; W is square, the variances range widely."""
    n = 4
    row = lambda low, high: rng.uniform(low, high, (1, n))  # noqa: E731
    var = row(0.2, 5)
    var[0, 1] = 2e-5  # a unit that hardly moves: here the 1e-5 shows
    return rng.standard_normal((n, n)), row(-1, 1), row(0.5, 2), row(-1, 1), row(-2, 2), var


def folded(W, b, gamma, beta, mean, var, eps=1e-5, columns=True, old_bias=1.0, mean_sign=-1.0, scale_bias=True, root=np.sqrt):
    scale = gamma / root(var + eps)
    shifted = old_bias * b + mean_sign * mean
    return W * (scale if columns else scale.T), (shifted * scale if scale_bias else shifted) + beta


def one_layer_does_the_work_of_two(answer, rng):
    W, b, gamma, beta, mean, var = trained_pair(rng)
    W2, b2 = answer(W, b, gamma, beta, mean, var)
    X = rng.standard_normal((7, 4))
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
def _(W, b, gamma, beta, mean, var):
    S = np.diag(gamma[0] / np.sqrt(var[0] + 1e-5))
    return W @ S, b @ S - mean @ S + beta


@fold_batch_norm.mistake("the rows of W are scaled. Each unit is a column of W: s has shape (1, n) and multiplies W as it is, W * s.")
def _(*arguments):
    return folded(*arguments, columns=False)


@fold_batch_norm.mistake("W2 is right. b2 lacks the old bias b: what is normalized is X W + b.")
def _(*arguments):
    return folded(*arguments, old_bias=0.0)


@fold_batch_norm.mistake("W2 is right. In b2 the mean has the wrong sign: it is taken off, (b - mean) s + beta.")
def _(*arguments):
    return folded(*arguments, mean_sign=1.0)


@fold_batch_norm.mistake("W2 is right. In b2 the mean is missing: (b - mean) s + beta.")
def _(*arguments):
    return folded(*arguments, mean_sign=0.0)


@fold_batch_norm.mistake("W2 is right. In b2, b - mean must be scaled as well: it stands inside the bracket that is divided.")
def _(*arguments):
    return folded(*arguments, scale_bias=False)


@fold_batch_norm.mistake("you divided by the variance. Divide by its root, sqrt(var + 1e-5).")
def _(*arguments):
    return folded(*arguments, root=lambda v: v)


@fold_batch_norm.mistake("the 1e-5 is missing: batch norm divides by sqrt(var + 1e-5), in evaluation too.")
def _(*arguments):
    return folded(*arguments, eps=0.0)


@fold_batch_norm.mistake("gamma is missing: s is gamma / sqrt(var + 1e-5).")
def _(W, b, gamma, beta, mean, var):
    return folded(W, b, 1.0, beta, mean, var)


@fold_batch_norm.mistake("beta is missing in b2: it is added after the scaling.")
def _(W, b, gamma, beta, mean, var):
    return folded(W, b, gamma, 0.0, mean, var)


@fold_batch_norm.mistake("beta is scaled too. It is added last: (b - mean) s + beta.")
def _(W, b, gamma, beta, mean, var):
    scale = gamma / np.sqrt(var + 1e-5)
    return W * scale, (b - mean + beta) * scale


# what a network costs


def plan_of_a_network(rng):
    sizes = rng.permutation(np.arange(3, 30))[: int(rng.integers(4, 6))]
    return sizes, int(rng.integers(40, 90))


def totals(sizes, m, bias=1, batch=None, backward=None, caches=None):
    """Parameters, multiply-adds forward and backward, numbers kept, with the settings in which wrong answers differ."""
    products = [a * b for a, b in zip(sizes, sizes[1:])]
    rows = m if batch is None else batch
    forward = rows * sum(products)
    back = rows * (2 * sum(products) - products[0]) if backward is None else backward(rows, products)
    return sum(products) + bias * sum(sizes[1:]), forward, back, m * sum(sizes[:-1]) if caches is None else caches(sizes, m)


@exercise(
    "week7.network_cost",
    title="Count before you run",
    minutes=8,
    difficulty=2,
    importance=4,
    returns={"parameters": None, "forward": None, "backward": None, "kept": None},
    inputs=plan_of_a_network,
    hints=(
        "One layer at a time: (m, n_in) times (n_in, n_out) has m * n_out entries, each a sum of n_in products.",
        "Backward a layer has two matrix products, dW = X^T dZ and dX = dZ W^T, each with as many multiply-adds as forward. The first layer needs no dX. "
        "What a layer keeps for dW is its input, m * n_in numbers.",
        "for l, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])): parameters += n_in * n_out + n_out; forward += m * n_in * n_out; "
        "backward += that once for l == 0, else twice; kept += m * n_in",
    ),
)
def network_cost(sizes, m):
    parameters = forward = backward = kept = 0
    for l, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
        parameters += n_in * n_out + n_out
        forward += m * n_in * n_out
        backward += m * n_in * n_out * (1 if l == 0 else 2)
        kept += m * n_in
    return parameters, forward, backward, kept


@network_cost.also_right
def _(sizes, m):
    n = np.array(sizes)
    products = n[:-1] * n[1:]
    return products.sum() + n[1:].sum(), m * products.sum(), m * (2 * products.sum() - products[0]), m * n[:-1].sum()


@network_cost.mistake("the biases are missing among the parameters: n_out for each layer.")
def _(*arguments):
    return totals(*arguments, bias=0)


@network_cost.mistake("the batch is missing in the multiply-adds: every one of the m rows is multiplied.")
def _(*arguments):
    return totals(*arguments, batch=1)


@network_cost.mistake("backward is twice forward, minus something: the first layer needs no dX, for nobody reads the gradient of the data.")
def _(*arguments):
    return totals(*arguments, backward=lambda m, products: 2 * m * sum(products))


@network_cost.mistake("backward you counted one product a layer. There are two, dW and dX; only the first layer has but one.")
def _(*arguments):
    return totals(*arguments, backward=lambda m, products: m * sum(products))


@network_cost.mistake("backward the last layer was spared. It is the first that needs no dX.")
def _(*arguments):
    return totals(*arguments, backward=lambda m, products: m * (2 * sum(products) - products[-1]))


@network_cost.mistake(
    "you kept the outputs of the layers. For dW = X^T dZ a layer needs its input: m * n_in numbers, the data for the first."
)
def _(*arguments):
    return totals(*arguments, caches=lambda sizes, m: m * sum(sizes[1:]))


@network_cost.mistake("you kept inputs and the last output. The output belongs to the loss: count the inputs of the Dense layers only.")
def _(*arguments):
    return totals(*arguments, caches=lambda sizes, m: m * sum(sizes))


@network_cost.mistake("the batch is missing in what is kept: a row for each of the m examples.")
def _(*arguments):
    return totals(*arguments, caches=lambda sizes, m: sum(sizes[:-1]))


@network_cost.mistake("the parameters are counted m times. They are the same for all examples: that is why the batch does not enter there.")
def _(sizes, m):
    parameters, *rest = totals(sizes, m)
    return m * parameters, *rest


@network_cost.mistake("the data are left out of what is kept. The first layer's input is X, and its dW = X^T dZ needs it.")
def _(*arguments):
    return totals(*arguments, caches=lambda sizes, m: m * sum(sizes[1:-1]))


# ---- quiz of week 7a

QUIZZES["week7a"] = [
    Question(
        "A network has 20 layers, and each W has largest singular value 0.5, with ReLU between. What do you know of the gradient at layer 1?",
        {
            "It is at most about 0.5^19 of that at layer 20.": "each factor W^T shrinks it by at least 0.5, and a ReLU's slope is at most 1: the product bounds it.",
            "It is exactly 0.5^19 of it.": "the product is a bound. Most directions are shrunk more, and the ReLUs block some of it.",
            "Nothing, without the data.": "the data choose the slopes, but these are at most 1 for ReLU: the bound holds for all data.",
        },
        "It is at most about 0.5^19 of that at layer 20.",
    ),
    Question(
        "You multiply W of a layer that is followed by batch norm by 3. What happens to the output in training, and to dW?",
        {
            "Both are three times as large.": "the batch's deviation grows by 3 as well, and is divided out.",
            "The output stays, dW is a third.": "the factor cancels in (X - mean) / deviation; and if f(3W) = f(W), the slope at 3W is a third of that at W.",
            "The output stays, dW stays.": "the same change of W is a smaller relative change now, so the slope must be smaller.",
        },
        "The output stays, dW is a third.",
    ),
    Question(
        "Why does the gradient through batch norm take off two means, and not only multiply by gamma / deviation?",
        {
            "To make the gradient smaller, for stability.": "nothing is added for stability: it is the exact derivative, and finite differences confirm it.",
            "Because each x also moves the batch's mean and variance.": "those are two more ways from x to the loss, and the chain rule adds all ways.",
            "Because of the running values.": "those are only recorded in training: no loss depends on them.",
        },
        "Because each x also moves the batch's mean and variance.",
    ),
    Question(
        "In evaluation mode a batch of one image gives another answer than the same image among others. What is wrong?",
        {
            "Nothing: batch norm does that.": "in training it does. In evaluation the recorded mean and variance are used, so neighbours cannot matter.",
            "Batch statistics are used in evaluation.": "then the answer depends on the company; alone, an example is its own mean, and beta is all that is left.",
            "The momentum is too small.": "a bad record gives bad answers, but the same ones alone and in company.",
        },
        "Batch statistics are used in evaluation.",
    ),
    Question(
        "A layer of 1000 units feeds another of 1000. You halve both widths. How do the multiply-adds between the two change?",
        {
            "They halve.": "inputs and outputs are both halved, and the product has n_in * n_out terms a row.",
            "They become a quarter.": "n_in * n_out, each halved. The numbers kept for the way back only halve: they grow with one width.",
            "They become an eighth.": "that would need the batch halved as well.",
        },
        "They become a quarter.",
    ),
]


# ---- week 7b: overfitting and its cures

# one step with the penalty


def weights_and_gradients(rng):
    """W, b and their data gradients, a learning rate, l2: a square W, biases not 0, rates that no power of two hides."""
    W, b = rng.standard_normal((3, 3)), rng.standard_normal((1, 3)) + 1
    return W, b, rng.standard_normal((3, 3)), rng.standard_normal((1, 3)), float(rng.uniform(0.2, 0.4)), float(rng.uniform(0.3, 0.6))


def shrinks_without_data(answer, rng):
    W, b, _, _, lr, l2 = weights_and_gradients(rng)
    start, none, factor = W, (np.zeros_like(W), np.zeros_like(b)), 1.0
    for _ in range(5):
        _, shrink, W, _ = answer(W, b, *none, lr, l2)
        factor *= shrink
    return np.allclose(W, factor * start)


@exercise(
    "week7.l2_step",
    title="One step with an L2 penalty",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"penalty": None, "shrink": None, "W_new": "W.shape", "b_new": "b.shape"},
    inputs=weights_and_gradients,
    hints=(
        "Write the penalty for a single weight, and differentiate it. Which part of the new weight does not depend on the data?",
        "penalty = l2/2 times the sum of W^2. Its gradient is l2 W. So W_new = W - lr (dW + l2 W) = (1 - lr l2) W - lr dW. Biases feel no penalty.",
        "penalty = l2 / 2 * (W**2).sum(); shrink = 1 - ...; return penalty, shrink, shrink * W - ..., b - ...",
    ),
    properties=(("without data, five steps shrink W by shrink to the fifth", shrinks_without_data),),
)
def l2_step(W, b, dW, db, lr, l2):
    penalty = l2 / 2 * (W**2).sum()
    shrink = 1 - lr * l2
    W_new = shrink * W - lr * dW
    b_new = b - lr * db
    return penalty, shrink, W_new, b_new


@l2_step.also_right
def _(W, b, dW, db, lr, l2):
    return 0.5 * l2 * np.sum(W * W), 1 - l2 * lr, W - lr * (dW + l2 * W), b - lr * db


def l2_parts(W, b, dW, db, lr, l2):
    """The four right values, to spoil one at a time."""
    return {"penalty": l2 / 2 * (W**2).sum(), "shrink": 1 - lr * l2, "W_new": (1 - lr * l2) * W - lr * dW, "b_new": b - lr * db}


@l2_step.mistake(
    "the bias shrinks too. A bias moves the boundary and does not make it steep: the penalty is on W alone, b_new = b - lr * db."
)
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"b_new": (1 - lr * l2) * b - lr * db}).values())


@l2_step.mistake("the penalty counts the biases, the steps rightly do not. Sum the squares of W alone.")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"penalty": l2 / 2 * ((W**2).sum() + (b**2).sum())}).values())


@l2_step.mistake("the penalty lacks its 1/2. With l2 * sum of W^2 the gradient would be 2 * l2 * W, and yours is l2 * W: write l2 / 2.")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"penalty": l2 * (W**2).sum()}).values())


@l2_step.mistake(
    "the step uses 2 * l2 * W, the gradient of a penalty without 1/2. With l2 / 2 in front, the 2 of the square cancels: l2 * W."
)
def _(W, b, dW, db, lr, l2):
    changed = {"shrink": 1 - 2 * lr * l2, "W_new": (1 - 2 * lr * l2) * W - lr * dW}
    return tuple((l2_parts(W, b, dW, db, lr, l2) | changed).values())


@l2_step.mistake("the weights grow: the penalty's gradient l2 * W is taken off, like dW. The factor is 1 - lr * l2.")
def _(W, b, dW, db, lr, l2):
    changed = {"shrink": 1 + lr * l2, "W_new": (1 + lr * l2) * W - lr * dW}
    return tuple((l2_parts(W, b, dW, db, lr, l2) | changed).values())


@l2_step.mistake(
    "the factor lacks the learning rate: 1 - l2. The penalty's gradient is part of the gradient, so lr stands before both: 1 - lr * l2."
)
def _(W, b, dW, db, lr, l2):
    changed = {"shrink": 1 - l2, "W_new": (1 - l2) * W - lr * dW}
    return tuple((l2_parts(W, b, dW, db, lr, l2) | changed).values())


@l2_step.mistake("W_new is a step without the penalty: the factor shrink is computed but never used. W_new = shrink * W - lr * dW.")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"W_new": W - lr * dW}).values())


@l2_step.mistake("the factor shrinks the whole step, dW too. Only the old weight is shrunk: shrink * W - lr * dW, no bracket around both.")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"W_new": (1 - lr * l2) * (W - lr * dW)}).values())


@l2_step.mistake("W_new holds only the penalty: the gradient of the data, dW, is missing. W_new = shrink * W - lr * dW.")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"W_new": (1 - lr * l2) * W}).values())


@l2_step.mistake("dW and db are added: a step goes against the gradient, - lr * dW and - lr * db.")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"W_new": (1 - lr * l2) * W + lr * dW, "b_new": b + lr * db}).values())


@l2_step.mistake(
    "the step follows the sign of W: that is the L1 penalty, sum of |W|. For L2 the gradient is l2 * W, in proportion to the weight."
)
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"W_new": W - lr * (dW + l2 * np.sign(W))}).values())


@l2_step.mistake("the penalty is a mean over the weights. It is their sum: l2 / 2 * (W**2).sum().")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"penalty": l2 / 2 * (W**2).mean()}).values())


@l2_step.mistake("the penalty is the length of W, with a root. It is the sum of the squares, without a root: l2 / 2 * (W**2).sum().")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"penalty": l2 / 2 * np.sqrt((W**2).sum())}).values())


@l2_step.mistake("shrink is what is taken off, lr * l2. The factor is what is left of the weight: 1 - lr * l2.")
def _(W, b, dW, db, lr, l2):
    return tuple((l2_parts(W, b, dW, db, lr, l2) | {"shrink": lr * l2}).values())


@l2_step.mistake("the penalty is that of the new weights. It belongs to the loss before the step: use W, and keep W_new apart from it.")
def _(W, b, dW, db, lr, l2):
    right = l2_parts(W, b, dW, db, lr, l2)
    return tuple((right | {"penalty": l2 / 2 * (right["W_new"] ** 2).sum()}).values())


# a mask: drawn


def values_to_drop(rng):
    """X, the rate 0 and a generator: nothing is dropped, so every right way to draw gives the same. The properties drop at 0.2."""
    return rng.standard_normal((4, 3)), 0.0, np.random.default_rng(int(rng.integers(1000)))


def dropped(answer, seed=3, rate=0.2):
    """A and mask of 400 x 50 values, none of them 0, in two passes with one generator."""
    X, source = np.random.default_rng(0).uniform(1, 2, (400, 50)), np.random.default_rng(seed)
    return X, [[np.asarray(value, dtype=float) for value in answer(X.copy(), rate, source)] for _ in range(2)]


def right_share(answer, rng):
    _, ((A, _), _) = dropped(answer)
    share = np.mean(A == 0)
    if share > 0.7:
        return "at rate 0.2 about 80 % are dropped: rate is the probability to drop. Keep where the draw is >= rate."
    if 0.45 < share < 0.55:
        return "half of the values are dropped, whatever the rate. Compare the draws with rate."
    return (
        0.18 < share < 0.22
        or f"at rate 0.2 a share of {share:.2f} is dropped. Draw one number from 0 to 1 for each entry: rng.random(X.shape)."
    )


def own_draw(answer, rng):
    X, ((A, mask), _) = dropped(answer)
    if A.shape != X.shape or mask.shape != X.shape:
        return f"A and mask must have the shape of X, {X.shape}: got {A.shape} and {mask.shape}."
    if np.all(A != 0):
        return "nothing is dropped at rate 0.2. The mask must hold a 0 for each value that is dropped."
    kept = A != 0
    if np.all(kept == kept[:1]):
        return "every row drops the same units: one draw was used for all examples. Each entry of X gets its own: rng.random(X.shape)."
    if np.all(kept == kept[:, :1]):
        return "whole rows are dropped: one draw was used for all units. Each entry of X gets its own: rng.random(X.shape)."
    return True


def right_scale(answer, rng):
    X, ((A, mask), _) = dropped(answer)
    kept = A != 0
    ratio = A[kept] / X[kept]
    if np.allclose(ratio, 1):
        return "what is kept is not scaled up: the mean of A is 0.8 times that of X. Divide the mask by 1 - rate."
    if np.allclose(ratio, 1 / 0.2):
        return "what is kept is divided by rate. At 0.5 nobody would notice. Divide by the probability to keep, 1 - rate."
    if np.allclose(ratio, 0.8):
        return "what is kept is multiplied by 1 - rate: it shrinks twice. Divide by 1 - rate, to make up for what is dropped."
    if np.allclose(ratio, 1 / 0.8) and np.allclose(A, X * mask):
        return True
    if np.allclose(ratio, 1 / 0.8):
        return "A is right, but A is not X * mask: the scale is missing in the mask you return, and the way back needs it. Return kept / (1 - rate)."
    if np.ptp(ratio) > 1e-6:
        return "the kept values are scaled differently from one another. All get the factor 1 / (1 - rate), not one measured from the mask."
    return f"the kept values are {ratio[0]:.4g} times X at rate 0.2. They must be 1 / (1 - rate) = 1.25 times X."


def fresh_mask(answer, rng):
    _, ((A, _), (B, _)) = dropped(answer)
    if np.array_equal(A == 0, B == 0):
        return "the mask is frozen: two passes drop the same entries. A generator is made anew inside your function. Draw from the rng that is given."
    return True


def repeatable_mask(answer, rng):
    first, again = dropped(answer)[1][0][0], dropped(answer)[1][0][0]
    if not np.array_equal(first, again):
        return "the same seed gives another mask: the rng that is given was not used. Write rng.random(X.shape), not np.random."
    return True


@exercise(
    "week7.dropout_forward",
    title="Dropout: draw the mask",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"A": "X.shape", "mask": "X.shape"},
    inputs=values_to_drop,
    hints=(
        "Three questions: which entries are kept, by what are they multiplied, and where do the random numbers come from?",
        "Draw U, uniform on 0..1, of the shape of X. Keep where U >= rate. The mask is 1 / (1 - rate) there and 0 elsewhere. A = X * mask.",
        "kept = rng.random(...) >= ...; mask = kept / (...); return X * mask, mask",
    ),
    properties=(
        ("each entry has its own draw", own_draw),
        ("at rate 0.2 a share of 0.2 is dropped", right_share),
        ("what is kept is divided by 1 - rate, and A = X * mask", right_scale),
        ("two passes have two masks", fresh_mask),
        ("the same seed gives the same mask", repeatable_mask),
    ),
)
def dropout_forward(X, rate, rng):
    kept = rng.random(X.shape) >= rate
    mask = kept / (1 - rate)
    return X * mask, mask


@dropout_forward.also_right
def _(X, rate, rng):
    mask = rng.binomial(1, 1 - rate, size=X.shape) / (1 - rate)
    return X * mask, mask


@dropout_forward.also_right
def _(X, rate, rng):
    mask = np.where(rng.uniform(size=X.shape) < 1 - rate, 1 / (1 - rate), 0.0)
    return mask * X, mask


@dropout_forward.mistake(
    "the mask is frozen: two passes drop the same entries. A generator is made anew inside your function. Draw from the rng that is given."
)
def _(X, rate, rng):
    mask = (np.random.default_rng(7).random(X.shape) >= rate) / (1 - rate)
    return X * mask, mask


@dropout_forward.mistake("the same seed gives another mask: the rng that is given was not used. Write rng.random(X.shape), not np.random.")
def _(X, rate, rng):
    mask = (np.random.default_rng().random(X.shape) >= rate) / (1 - rate)
    return X * mask, mask


@dropout_forward.mistake("what is kept is not scaled up: the mean of A is 0.8 times that of X. Divide the mask by 1 - rate.")
def _(X, rate, rng):
    mask = (rng.random(X.shape) >= rate) * 1.0
    return X * mask, mask


@dropout_forward.mistake(
    "at rate 0 everything must be kept, unchanged, and you drop everything: rate is the probability to drop. Keep where the draw is >= rate, and divide by 1 - rate."
)
def _(X, rate, rng):
    mask = (rng.random(X.shape) < rate) / (1 - rate)
    return X * mask, mask


@dropout_forward.mistake(
    "you divide by rate, and at rate 0 that is no number. At 0.5 nobody would notice. Divide by the probability to keep, 1 - rate."
)
def _(X, rate, rng):
    with np.errstate(divide="ignore", invalid="ignore"):
        mask = (rng.random(X.shape) >= rate) / rate
        return X * mask, mask


@dropout_forward.mistake(
    "rate was taken for the probability to keep, twice: you keep where the draw is below rate, and divide by rate. Here rate is the probability to drop."
)
def _(X, rate, rng):
    with np.errstate(divide="ignore", invalid="ignore"):
        mask = (rng.random(X.shape) < rate) / rate
        return X * mask, mask


@dropout_forward.mistake("what is kept is multiplied by 1 - rate: it shrinks twice. Divide by 1 - rate, to make up for what is dropped.")
def _(X, rate, rng):
    mask = (rng.random(X.shape) >= rate) * (1 - rate)
    return X * mask, mask


@dropout_forward.mistake(
    "A is right, but A is not X * mask: the scale is missing in the mask you return, and the way back needs it. Return kept / (1 - rate)."
)
def _(X, rate, rng):
    kept = rng.random(X.shape) >= rate
    return X * kept / (1 - rate), kept * 1.0


@dropout_forward.mistake(
    "every row drops the same units: one draw was used for all examples. Each entry of X gets its own: rng.random(X.shape)."
)
def _(X, rate, rng):
    mask = np.repeat(rng.random((1, X.shape[1])) >= rate, len(X), axis=0) / (1 - rate)
    return X * mask, mask


@dropout_forward.mistake("whole rows are dropped: one draw was used for all units. Each entry of X gets its own: rng.random(X.shape).")
def _(X, rate, rng):
    mask = np.repeat(rng.random((len(X), 1)) >= rate, X.shape[1], axis=1) / (1 - rate)
    return X * mask, mask


@dropout_forward.mistake("half of the values are dropped, whatever the rate. Compare the draws with rate.")
def _(X, rate, rng):
    mask = (rng.random(X.shape) >= 0.5) / (1 - rate)
    return X * mask, mask


@dropout_forward.mistake(
    "at rate 0 nothing may be dropped. rng.standard_normal is below 0 half of the time: draw uniform numbers from 0 to 1, rng.random(X.shape)."
)
def _(X, rate, rng):
    mask = (rng.standard_normal(X.shape) >= rate) / (1 - rate)
    return X * mask, mask


@dropout_forward.mistake("the two are right, but in another order: return A, mask.")
def _(X, rate, rng):
    mask = (rng.random(X.shape) >= rate) / (1 - rate)
    return mask, X * mask


# a mask: used both ways, and left out


def mask_for_both_ways(rng):
    """X, dA, kept (0 or 1), a rate far from 0.5: every row keeps something and drops something."""
    kept = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 0, 1]], dtype=float)
    return rng.standard_normal((5, 3)), rng.standard_normal((5, 3)), rng.permutation(kept), float(rng.choice([0.2, 0.3, 0.1]))


def slope_with_this_mask(answer, rng):
    X, dA, kept, rate = mask_for_both_ways(rng)
    nudged = numerical_gradient(lambda X: float((answer(X, dA, kept, rate)[0] * dA).sum()), X.copy())
    return np.allclose(answer(X, dA, kept, rate)[1], nudged, atol=1e-7)


@exercise(
    "week7.dropout_passes",
    title="Dropout: forward, backward, evaluation",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"A": "X.shape", "dX": "X.shape", "A_eval": "X.shape"},
    inputs=mask_for_both_ways,
    hints=(
        "With the mask given, training is a product entry by entry. What is the derivative of c x? And what does evaluation leave to do?",
        "A = X * kept / (1 - rate). A is X times fixed numbers, so dX is dA times the same numbers. In evaluation A = X: the scale was paid in training.",
        "mask = kept / (1 - rate); return X * ..., dA * ..., X.copy()",
    ),
    properties=(("dX matches finite differences through your A", slope_with_this_mask),),
)
def dropout_passes(X, dA, kept, rate):
    mask = kept / (1 - rate)
    A = X * mask
    dX = dA * mask
    A_eval = X
    return A, dX, A_eval


@dropout_passes.also_right
def _(X, dA, kept, rate):
    return np.where(kept == 1, X / (1 - rate), 0.0), np.where(kept == 1, dA / (1 - rate), 0.0), X.copy()


@dropout_passes.mistake(
    "the scale is missing in dX: forward multiplies by kept / (1 - rate), so the way back multiplies by the same, 1 / (1 - rate) included."
)
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * kept, X


@dropout_passes.mistake(
    "the mask is missing in dX: a value that was dropped moves nothing, so its gradient is 0. dX = dA * kept / (1 - rate)."
)
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA, X


@dropout_passes.mistake("in dX only the scale is left, the zeros are missing: multiply by kept too, as forward does.")
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA / (1 - rate), X


@dropout_passes.mistake(
    "the scale is missing in A and in dX: divide both by 1 - rate, or the next layer gets less in training than in evaluation."
)
def _(X, dA, kept, rate):
    return X * kept, dA * kept, X


@dropout_passes.mistake("the scale is missing in A; dX has it. Both use one mask: kept / (1 - rate).")
def _(X, dA, kept, rate):
    return X * kept, dA * kept / (1 - rate), X


@dropout_passes.mistake("you divide by rate, the probability to drop. At 0.5 it makes no difference, here it does: divide by 1 - rate.")
def _(X, dA, kept, rate):
    return X * kept / rate, dA * kept / rate, X


@dropout_passes.mistake(
    "A and dX are multiplied by 1 - rate: dropping has made the mean smaller already. Divide by 1 - rate to bring it back."
)
def _(X, dA, kept, rate):
    return X * kept * (1 - rate), dA * kept * (1 - rate), X


@dropout_passes.mistake(
    "this is the older form: no scale in training, and 1 - rate in evaluation. It is sound, but here the scale is in training (inverted dropout), A_eval = X."
)
def _(X, dA, kept, rate):
    return X * kept, dA * kept, X * (1 - rate)


@dropout_passes.mistake(
    "A_eval is multiplied by 1 - rate, but training has divided by it already. With inverted dropout evaluation is A_eval = X."
)
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * kept / (1 - rate), X * (1 - rate)


@dropout_passes.mistake(
    "A_eval is multiplied by rate, the probability to drop: the wrong p, and in inverted dropout nothing is to be done: A_eval = X."
)
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * kept / (1 - rate), X * rate


@dropout_passes.mistake(
    "in training and in evaluation the wrong p: no scale in training, and rate, the probability to drop, in evaluation. Write kept / (1 - rate) in training, A_eval = X."
)
def _(X, dA, kept, rate):
    return X * kept, dA * kept, X * rate


@dropout_passes.mistake("dropout is left on in evaluation: A_eval must use every unit, A_eval = X.")
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * kept / (1 - rate), X * kept / (1 - rate)


@dropout_passes.mistake("A_eval is divided by 1 - rate: nothing is dropped there, so nothing has to be made up for. A_eval = X.")
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * kept / (1 - rate), X / (1 - rate)


@dropout_passes.mistake("the mask is turned round: kept is 1 where the value stays. Multiply by kept, not by 1 - kept.")
def _(X, dA, kept, rate):
    return X * (1 - kept) / (1 - rate), dA * (1 - kept) / (1 - rate), X


@dropout_passes.mistake(
    "the scale enters dX twice, from A and from the mask. Forward multiplies once by 1 / (1 - rate), and so does the way back."
)
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * kept / (1 - rate) ** 2, X


@dropout_passes.mistake(
    "dX is multiplied by 1 - rate. The way back does what forward did, it does not undo it: divide by 1 - rate, as in A."
)
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * kept * (1 - rate), X


@dropout_passes.mistake("dX is X times the mask. The chain rule wants the gradient that arrives, times the mask: dA * kept / (1 - rate).")
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), X * kept / (1 - rate), X


@dropout_passes.mistake(
    "dX asks where A > 0, as for ReLU. A value may be negative and kept: use the mask of the forward pass, kept / (1 - rate)."
)
def _(X, dA, kept, rate):
    return X * kept / (1 - rate), dA * (X * kept > 0) / (1 - rate), X


# when to stop


def validation_curve(rng):
    """Losses that fall with bumps, rise, and after a long wait fall below the old minimum; ties, as printed losses have them."""
    patience = int(rng.integers(4, 6))
    down = np.array([0.9, 0.7, 0.74, 0.6, 0.6, 0.63, 0.61, 0.5])  # bumps shorter than the patience, and a tie
    up = 0.5 + 0.01 * rng.integers(2, 9, patience + 2)
    up[rng.integers(1, 3)] = 0.5  # as low as the best, not lower
    return np.concatenate([rng.uniform(1, 2, int(rng.integers(1, 4))), down, up, [0.3, 0.35, 0.32]]), patience


def falling_is_not_stopped(answer, rng):
    for losses, expected in ((1 / np.arange(1.0, 9.0), (7, 7)), (np.array([1.0, 0.8, 0.9, 0.85]), (1, 3))):
        got = answer(losses.copy(), 3)
        if got is None:
            return "if the curve ends before the patience is used up, your function returns nothing: put `return best, stop` after the loop too."
        if tuple(int(value) for value in got) != expected:
            return "a curve that ends before the patience is used up is wrong: then stop is the last epoch, len(val_losses) - 1, and best the lowest so far."
    return True


@exercise(
    "week7.early_stopping",
    title="Early stopping with patience",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"best": None, "stop": None},
    inputs=validation_curve,
    hints=(
        "Walk through the losses as training would see them, one by one. What two things must you remember?",
        "Remember the lowest loss and its epoch. A lower loss replaces them. If not lower, and epoch - best has reached patience, stop.",
        "for epoch, loss in enumerate(val_losses): if loss < lowest: lowest, best = ...; if epoch - best >= ...: break; then return best, epoch",
    ),
    properties=(("a curve that ends before the patience is used up", falling_is_not_stopped),),
)
def early_stopping(val_losses, patience):
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(val_losses):
        if loss < lowest:
            best, lowest = epoch, loss
        if epoch - best >= patience:
            break
    return best, epoch


@early_stopping.also_right
def _(val_losses, patience):
    best, waited, epoch = 0, 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return best, epoch
    return best, epoch


@early_stopping.also_right
def _(val_losses, patience):
    record = np.minimum.accumulate(val_losses)
    best_so_far = np.array([int(np.argmax(record == low)) for low in record])
    waited = np.arange(len(record)) - best_so_far
    stop = int(np.argmax(waited >= patience)) if (waited >= patience).any() else len(record) - 1
    return int(best_so_far[stop]), stop


def stopping(val_losses, patience, lower=lambda loss, lowest: loss < lowest):
    """The right rule, with another idea of what counts as lower."""
    best, lowest = 0, np.inf
    for epoch, loss in enumerate(val_losses):
        if lower(loss, lowest):
            best, lowest = epoch, loss
        if epoch - best >= patience:
            break
    return best, epoch


@early_stopping.mistake(
    "best is the lowest loss of the whole curve, also of epochs that were never trained. When training stops, the later losses do not exist yet."
)
def _(val_losses, patience):
    return int(np.argmin(val_losses)), stopping(val_losses, patience)[1]


@early_stopping.mistake("you never stop: patience is not used. Stop once patience epochs in a row were not lower than the best.")
def _(val_losses, patience):
    return int(np.argmin(val_losses)), len(val_losses) - 1


@early_stopping.mistake(
    "you stop at the first loss that is not lower. A bump is noise: wait until patience epochs in a row brought nothing lower."
)
def _(val_losses, patience):
    return stopping(val_losses, 1)


@early_stopping.mistake(
    "you stop one epoch too early: after patience - 1 epochs without a lower loss. Stop when epoch - best reaches patience."
)
def _(val_losses, patience):
    return stopping(val_losses, patience - 1)


@early_stopping.mistake(
    "stop is one too large. Either you wait for > patience, and it is epoch - best >= patience; or you return how many epochs were trained, and the last epoch's number is asked for."
)
def _(val_losses, patience):
    return stopping(val_losses, patience + 1)


@early_stopping.mistake("you keep the last weights: best is the epoch of the lowest loss, not the one where training stops.")
def _(val_losses, patience):
    return (stopping(val_losses, patience)[1],) * 2


@early_stopping.mistake(
    "a loss as low as the best counts as better in your rule, and the wait begins anew. Only lower counts: loss < lowest."
)
def _(val_losses, patience):
    return stopping(val_losses, patience, lambda loss, lowest: loss <= lowest)


@early_stopping.mistake(
    "each loss is compared with the one before it. Compare with the lowest so far: a small dip up on a hill is no progress."
)
def _(val_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[epoch - 1]:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited >= patience:
            break
    return best, epoch


@early_stopping.mistake("the wait is never set back: count the epochs since the last best, and start at 0 when a lower loss comes.")
def _(val_losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            break
    return best, epoch


@early_stopping.mistake("best is a loss. The number of its epoch is asked for, to put those weights back.")
def _(val_losses, patience):
    best, stop = stopping(val_losses, patience)
    return val_losses[best], stop


@early_stopping.mistake("your epochs count from 1. The first loss is that of epoch 0, as in history.val_loss[0].")
def _(val_losses, patience):
    best, stop = stopping(val_losses, patience)
    return best + 1, stop + 1


@early_stopping.mistake("the two are right, but in another order: return best, stop.")
def _(val_losses, patience):
    return stopping(val_losses, patience)[::-1]


# a difference, and whether it is one


def paired_accuracies(rng):
    """Two methods on the same seeds: what a seed is worth moves both."""
    seeds = int(rng.integers(6, 10))
    easy = rng.uniform(0.75, 0.9, seeds)
    return easy + 0.01 * rng.standard_normal(seeds) + 0.03, easy + 0.01 * rng.standard_normal(seeds)


def same_for_all_seeds(answer, rng):
    a, b = paired_accuracies(rng)
    shift = rng.uniform(-0.1, 0.1, len(a))
    return np.allclose(answer(a, b), answer(a + shift, b + shift))


@exercise(
    "week7.paired_difference",
    title="A difference and its error",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"gap": None, "error": None},
    inputs=paired_accuracies,
    hints=(
        "Seed 3 means the same data for both methods. So what is the one number per seed that compares them?",
        "D = a - b, one difference for each seed. gap is its mean. error is its standard deviation, with n - 1, divided by the root of n.",
        "D = a - b; return D.mean(), D.std(ddof=...) / np.sqrt(...)",
    ),
    properties=(("a seed that is easier for both changes nothing", same_for_all_seeds),),
)
def paired_difference(a, b):
    D = a - b
    gap = D.mean()
    error = D.std(ddof=1) / np.sqrt(len(D))
    return gap, error


@paired_difference.also_right
def _(a, b):
    n, gap = len(a), np.mean(a) - np.mean(b)
    return gap, np.sqrt(((a - b - gap) ** 2).sum() / (n - 1) / n)


@paired_difference.mistake(
    "this error treats a and b as unrelated. They share their seeds, so what makes a seed easy cancels: take the differences first."
)
def _(a, b):
    return a.mean() - b.mean(), np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a))


@paired_difference.mistake("this is the spread of single differences. The mean of n is surer: divide by the root of n.")
def _(a, b):
    return (a - b).mean(), (a - b).std(ddof=1)


@paired_difference.mistake("np.std divides by n. The mean was estimated from the same n numbers, so divide by n - 1: ddof=1.")
def _(a, b):
    return (a - b).mean(), (a - b).std() / np.sqrt(len(a))


@paired_difference.mistake(
    "this is the spread of single differences, with n in place of n - 1: ddof=1 is missing, and the division by the root of n."
)
def _(a, b):
    return (a - b).mean(), (a - b).std()


@paired_difference.mistake("divide by the root of n, not by n: variances of a mean shrink with n, its standard deviation with the root.")
def _(a, b):
    return (a - b).mean(), (a - b).std(ddof=1) / len(a)


@paired_difference.mistake("error is a variance. Its root has the unit of an accuracy: std in place of var.")
def _(a, b):
    return (a - b).mean(), (a - b).var(ddof=1) / len(a)


@paired_difference.mistake("the sign of gap is turned round: a minus b, so that it is positive where a is better.")
def _(a, b):
    return (b - a).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))


@paired_difference.mistake("gap adds the sizes of the differences: they must be able to cancel. The mean of a - b, without abs.")
def _(a, b):
    return np.abs(a - b).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))


@paired_difference.mistake("the differences were made positive first. Take the mean and the spread of a - b, with their signs.")
def _(a, b):
    D = np.abs(a - b)
    return D.mean(), D.std(ddof=1) / np.sqrt(len(D))


@paired_difference.mistake("this compares the best seed of each method. The best of several is luck: compare all, seed by seed.")
def _(a, b):
    return a.max() - b.max(), (a - b).std(ddof=1) / np.sqrt(len(a))


@paired_difference.mistake("gap has an entry for each seed. One number is asked for: their mean.")
def _(a, b):
    return a - b, (a - b).std(ddof=1) / np.sqrt(len(a))


# several networks, one answer


def logits_of_networks(rng):
    """Z (R, m, k) with R, m, k all different; some networks are far surer than others, so that every wrong mean shows."""
    return (rng.standard_normal((5, 12, 3)) * np.array([0.5, 1, 2, 4, 8]).reshape(5, 1, 1),)


def never_worse_than_the_mean_loss(answer, rng):
    (Z,) = logits_of_networks(rng)
    P, _ = answer(Z.copy())
    single = np.log(np.exp(Z).sum(axis=2, keepdims=True)) - Z
    return np.all(-np.log(P) <= single.mean(axis=0) + 1e-12)


@exercise(
    "week7.ensemble",
    title="The mean of several networks",
    minutes=8,
    difficulty=2,
    importance=4,
    returns={"P": "(m, k)", "labels": "(m,)"},
    inputs=logits_of_networks,
    hints=(
        "Which comes first, the softmax or the mean? And along which axis does each of them go?",
        "Softmax of every network by itself, over the classes (the last axis). Then the mean over the networks (axis 0). Then the largest column.",
        "E = np.exp(Z - Z.max(axis=2, keepdims=True)); P = (E / E.sum(axis=..., keepdims=True)).mean(axis=...); return P, P.argmax(axis=...)",
    ),
    properties=(("the ensemble's loss is at most the mean of the losses", never_worse_than_the_mean_loss),),
)
def ensemble(Z):
    E = np.exp(Z - Z.max(axis=2, keepdims=True))
    P = (E / E.sum(axis=2, keepdims=True)).mean(axis=0)
    labels = P.argmax(axis=1)
    return P, labels


@ensemble.also_right
def _(Z):
    P = sum(softmax(scores) for scores in Z) / len(Z)
    return P, np.argmax(P, axis=-1)


@ensemble.mistake(
    "the logits were averaged, and then the softmax taken: the network with the largest scores decides alone. First each softmax, then the mean."
)
def _(Z):
    P = softmax(Z.mean(axis=0))
    return P, P.argmax(axis=1)


@ensemble.mistake("the networks vote: each gives 1 to its favourite. How sure each one is gets lost: take the mean of the probabilities.")
def _(Z):
    P = np.eye(Z.shape[2])[Z.argmax(axis=2)].mean(axis=0)
    return P, P.argmax(axis=1)


@ensemble.mistake("P holds logits: the softmax is missing. Their mean is no probability.")
def _(Z):
    P = Z.mean(axis=0)
    return P, P.argmax(axis=1)


@ensemble.mistake("the probabilities of the networks are added: their rows sum to R. Take the mean over axis 0.")
def _(Z):
    P = softmax(Z).sum(axis=0)
    return P, P.argmax(axis=1)


@ensemble.mistake("the mean runs over the examples. The networks are the first axis: mean(axis=0).")
def _(Z):
    P = softmax(Z).mean(axis=1)
    return P, P.argmax(axis=1)


@ensemble.mistake("the mean runs over the classes, and every probability becomes 1/k. The networks are the first axis: mean(axis=0).")
def _(Z):
    P = softmax(Z).mean(axis=2)
    return P, P.argmax(axis=1)


@ensemble.mistake("the softmax runs over the networks. For one network and one example the classes must sum to 1: axis=2.")
def _(Z):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    P = (E / E.sum(axis=0, keepdims=True)).mean(axis=0)
    return P, P.argmax(axis=1)


@ensemble.mistake("P is that of the first network alone. Take the mean over all R of them.")
def _(Z):
    P = softmax(Z[0])
    return P, P.argmax(axis=1)


@ensemble.mistake(
    "this is the geometric mean, the mean of the logs: one network that says 0 can veto. The plain mean of the probabilities is asked for."
)
def _(Z):
    P = np.exp(np.log(softmax(Z)).mean(axis=0))
    return P, P.argmax(axis=1)


@ensemble.mistake("P is right. labels run along the wrong axis: the best class of each row is argmax(axis=1).")
def _(Z):
    P = softmax(Z).mean(axis=0)
    return P, P.argmax(axis=0)


@ensemble.mistake("P is right. labels holds one label for each network and example. Ask P, not Z: P.argmax(axis=1).")
def _(Z):
    return softmax(Z).mean(axis=0), Z.argmax(axis=2)


@ensemble.mistake("P is right. labels holds probabilities: argmax gives the class, max how likely it is.")
def _(Z):
    P = softmax(Z).mean(axis=0)
    return P, P.max(axis=1)


@ensemble.mistake("the two are right, but in another order: return P, labels.")
def _(Z):
    P = softmax(Z).mean(axis=0)
    return P.argmax(axis=1), P


# the bug hunt: who may choose


def table_of_a_search(rng):
    """Validation and test accuracies, settings x epochs; the two are best in different rows and columns."""
    V, T = rng.uniform(0.4, 0.6, (4, 7)), rng.uniform(0.4, 0.6, (4, 7))
    rows, columns = rng.permutation(4), rng.permutation(6)
    V[rows[0], columns[0]], V[rows[1], columns[0]], V[rows[2], 6] = 0.72, 0.67, 0.66
    T[rows[1], columns[1]], T[rows[0], columns[2]] = 0.75, 0.70
    V[rows[3], columns[3]] = T[rows[3], columns[3]] = 0.7
    return V, T


@exercise(
    "week7.honest_report",
    title="The report that was too good",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"setting": None, "epoch": None, "accuracy": None},
    inputs=table_of_a_search,
    hints=(
        "Which of the two tables has a say in the choice, and in how many of the three lines does the other one appear?",
        "The place of the largest validation accuracy gives setting and epoch. At that very place, read the test accuracy, once.",
        "setting, epoch = np.unravel_index(np.argmax(...), ...); return int(setting), int(epoch), ...[setting, epoch]",
    ),
)
def honest_report(val_accuracy, test_accuracy):
    setting, epoch = np.unravel_index(np.argmax(val_accuracy), val_accuracy.shape)
    accuracy = test_accuracy[setting, epoch]
    return int(setting), int(epoch), accuracy


@honest_report.also_right
def _(val_accuracy, test_accuracy):
    setting = val_accuracy.max(axis=1).argmax()
    epoch = val_accuracy[setting].argmax()
    return setting, epoch, test_accuracy[setting, epoch]


@honest_report.mistake("the bug is still there: the test points choose the epoch. Setting and epoch both come from the validation points.")
def _(V, T):
    setting = V.max(axis=1).argmax()
    epoch = T[setting].argmax()
    return setting, epoch, T[setting, epoch]


@honest_report.mistake(
    "the test points choose both setting and epoch: what is chosen for its score on the test has a score that is too good."
)
def _(V, T):
    setting, epoch = np.unravel_index(T.argmax(), T.shape)
    return setting, epoch, T[setting, epoch]


@honest_report.mistake("the test points choose the setting. Both choices belong to the validation points.")
def _(V, T):
    setting = T.max(axis=1).argmax()
    epoch = V[setting].argmax()
    return setting, epoch, T[setting, epoch]


@honest_report.mistake(
    "the choice is right, but accuracy is that of the validation points, which made the choice: it is too good. Read the test table there."
)
def _(V, T):
    setting, epoch = np.unravel_index(V.argmax(), V.shape)
    return setting, epoch, V[setting, epoch]


@honest_report.mistake(
    "the choice is right, but accuracy is the best of the whole test table. Read it at [setting, epoch], and nowhere else."
)
def _(V, T):
    setting, epoch = np.unravel_index(V.argmax(), V.shape)
    return setting, epoch, T.max()


@honest_report.mistake("the choice is right, but accuracy is the best test epoch of that setting. Read it at [setting, epoch].")
def _(V, T):
    setting, epoch = np.unravel_index(V.argmax(), V.shape)
    return setting, epoch, T[setting].max()


@honest_report.mistake("validation and test are averaged for the choice. The test points may have no say at all, not even half of one.")
def _(V, T):
    setting, epoch = np.unravel_index((V + T).argmax(), V.shape)
    return setting, epoch, T[setting, epoch]


@honest_report.mistake("the lowest accuracy was chosen: argmin is for losses, argmax for accuracies.")
def _(V, T):
    setting, epoch = np.unravel_index(V.argmin(), V.shape)
    return setting, epoch, T[setting, epoch]


@honest_report.mistake("the last epoch was taken, not the best one on the validation points. Setting and epoch are chosen together.")
def _(V, T):
    setting = V[:, -1].argmax()
    return setting, V.shape[1] - 1, T[setting, -1]


@honest_report.mistake("setting and epoch are swapped: rows are settings, columns are epochs.")
def _(V, T):
    setting, epoch = np.unravel_index(V.argmax(), V.shape)
    return epoch, setting, T[setting, epoch]


@honest_report.mistake("argmax counts through the whole table, row by row. np.unravel_index turns that number into a row and a column.")
def _(V, T):
    return V.argmax(), V.argmax(), T.flat[V.argmax()]


QUIZZES["week7b"] = [
    Question(
        "Training loss falls, validation loss has risen for 200 epochs, validation accuracy stays. What is going on?",
        {
            "The network overfits: its errors get surer.": "the accuracy counts errors, the loss weighs how sure they are. Put the weights of the lowest validation loss back.",
            "Nothing: the accuracy stays, so all is well.": "its probabilities get worse: it says 99 % and is wrong. Whoever uses them is misled.",
            "The learning rate is too large.": "then the training loss would jump or rise as well. It falls.",
        },
        "The network overfits: its errors get surer.",
    ),
    Question(
        "Learning rate 0.1, l2 = 0.5, plain gradient descent. Where the data has no say, what does one step do to a weight?",
        {
            "It multiplies it by 0.95.": "w - lr * l2 * w = (1 - 0.05) w. With dW = 0 that is all that is left.",
            "It takes 0.05 off.": "a fixed step towards 0 is what the penalty sum of |w| does (L1). For L2 the pull is in proportion to w.",
            "It multiplies it by 0.5.": "that would be 1 - l2: the gradient of the penalty is multiplied by the learning rate as well.",
            "Nothing: without data there is no gradient.": "the penalty has its own gradient, l2 * w, whether or not the data pulls.",
        },
        "It multiplies it by 0.95.",
    ),
    Question(
        "Dropout with rate 0.2, inverted scaling. By what is a kept value multiplied in training, and all values in evaluation?",
        {
            "1.25, and 1": "1 / (1 - 0.2) = 1.25 keeps the mean, so evaluation needs nothing.",
            "5, and 1": "that is 1 / rate, the wrong p: the mean becomes four times too large. At rate 0.5 it could not be seen.",
            "1, and 0.8": "the older form. Sound, but not inverted: evaluation has to remember the rate.",
            "1.25, and 0.8": "then evaluation pays a second time: its mean is 0.8 of that in training.",
        },
        "1.25, and 1",
    ),
    Question(
        "Why must the way back use the mask of the forward pass?",
        {
            "A fresh mask would be slower.": "a draw costs little. The result would be wrong, not slow.",
            "The gradient belongs to the function that was computed.": "A = X * M has the slope M. With another mask it is the gradient of a network that nobody ran.",
            "So that the same units are dropped in every step.": "the next step draws anew. Only the two passes of one step share their mask.",
        },
        "The gradient belongs to the function that was computed.",
    ),
    Question(
        "Method A beats B by 1 point over 8 paired seeds; the standard error of the difference is 0.9 points. What do you report?",
        {
            "A is better.": "a difference of about one standard error is seen often between equal methods.",
            "A and B are equally good.": "that is not shown either: with more seeds a difference might come out.",
            "The difference is within the spread; it would take more seeds to tell.": "1 is less than 2.4 * 0.9. Say both numbers and the number of seeds.",
        },
        "The difference is within the spread; it would take more seeds to tell.",
    ),
]
