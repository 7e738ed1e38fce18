import numpy as np

from ..exercise import exercise


def inputs_far_from_zero(rng):
    """X (m, 3) whose columns differ in size and are not centred, so that the bias column matters."""
    return (rng.standard_normal((int(rng.integers(9, 14)), 3)) * [0.5, 1.0, 2.0] + [1.0, -0.5, 0.8],)


def with_ones(X):
    return np.hstack([X, np.ones((len(X), 1))])


def hessian(X):
    A = with_ones(X)
    return 2 / len(A) * A.T @ A


def diverges_just_above(answer, rng):
    (X,) = inputs_far_from_zero(rng)
    H, threshold = hessian(X), float(answer(X))
    start = np.linalg.eigh(H)[1].sum(axis=1)
    for factor, grows in ((0.98, False), (1.02, True)):
        error = start
        for _ in range(600):
            error = error - factor * threshold * H @ error
        if (np.linalg.norm(error) > np.linalg.norm(start)) != grows:
            return f"at {factor} times your rate, gradient descent on these data {'stays bounded' if grows else 'diverges'}."
    return True


@exercise(
    "week6.divergence_threshold",
    title="The learning rate at which a linear layer diverges",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"threshold": None},
    inputs=inputs_far_from_zero,
    hints=(
        "The bias is one more weight, whose input is always 1. Which matrix holds the second derivatives of the loss for all weights?",
        "Put a column of ones beside X, call it A. Then H = 2/m A^T A, and the threshold is 2 divided by the largest eigenvalue of H.",
        "A = np.column_stack([X, np.ones(len(X))]); H = ...; return 2 / np.linalg.eigvalsh(H)[-1]",
    ),
    properties=(("2 % below it gradient descent converges, 2 % above it diverges", diverges_just_above),),
)
def divergence_threshold(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    H = 2 / len(A) * A.T @ A
    return 2 / np.linalg.eigvalsh(H)[-1]


@divergence_threshold.also_right
def with_singular_values(X):
    A = np.column_stack([np.ones(len(X)), X])
    return len(A) / np.linalg.svd(A, compute_uv=False)[0] ** 2


divergence_threshold.also_right(lambda X: 2 / np.linalg.eigvals(hessian(X)).real.max())

divergence_threshold.add_mistakes(
    (
        "the bias is missing. It is a weight too, with an input of 1: put a column of ones next to X before you form H.",
        lambda X: 2 / np.linalg.eigvalsh(2 / len(X) * X.T @ X)[-1],
    ),
    (
        "the 2 of H is missing: each square (z - y)^2 has the second derivative 2, so H = 2/m A^T A. Your rate is twice as large as it should be.",
        lambda X: 4 / np.linalg.eigvalsh(hessian(X))[-1],
    ),
    (
        "the 1/m is missing in H: the loss is a mean over m examples, so H = 2/m A^T A.",
        lambda X: 2 / len(X) / np.linalg.eigvalsh(hessian(X))[-1],
    ),
    (
        "1 / lambda_max is a safe rate, half of the threshold: there the factor of the steepest direction is 0. It reaches -1 at 2 / lambda_max.",
        lambda X: 1 / np.linalg.eigvalsh(hessian(X))[-1],
    ),
    (
        "you took the smallest eigenvalue. The flattest direction would bear that rate, but the steepest one has diverged long before: take the largest.",
        lambda X: 2 / np.linalg.eigvalsh(hessian(X))[0],
    ),
    (
        "the numbers on the diagonal of H add up to the sum of all eigenvalues. Each direction runs by itself: only the largest one counts.",
        lambda X: 2 / np.trace(hessian(X)),
    ),
    (
        "you took the largest entry of the diagonal. That is the curvature along one axis; the steepest direction may lie between the axes: eigvalsh.",
        lambda X: 2 / np.diag(hessian(X)).max(),
    ),
    (
        "you took np.linalg.norm(A, 2), the most by which A stretches a vector. The largest eigenvalue of A^T A is its square.",
        lambda X: len(X) / np.linalg.svd(with_ones(X), compute_uv=False)[0],
    ),
    (
        "the mean of each column is subtracted, as np.cov does: the loss sees the inputs as they are.",
        lambda X: 1 / np.linalg.eigvalsh(np.cov(X.T, bias=True))[-1],
    ),
    (
        "you divided by the number of weights. The mean in the loss is over the m examples: len(X).",
        lambda X: 2 / np.linalg.eigvalsh(2 / with_ones(X).shape[1] * with_ones(X).T @ with_ones(X))[-1],
    ),
    ("this is the largest eigenvalue itself. The threshold is 2 divided by it.", lambda X: np.linalg.eigvalsh(hessian(X))[-1]),
)
