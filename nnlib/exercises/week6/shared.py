"""What exercises of week 6 share."""

import numpy as np


def valley(rng):
    """A symmetric matrix with three or four different positive eigenvalues, and turned axes: no entry is 0."""
    n = rng.integers(3, 5)
    Q = np.linalg.qr(rng.standard_normal((n, n)))[0]
    return Q @ np.diag([rng.uniform(0.2, 0.5), *rng.uniform(1, 2, n - 2), rng.uniform(4, 6)]) @ Q.T


def ends(H):
    low, *_, high = np.linalg.eigvalsh(H)
    return low, high


def trace_and_root(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    return b, np.sqrt((b**2 - 4 * beta).astype(complex))


def adam_state(rng):
    """theta, g, m and s as after some steps, t, lr, two betas that differ, and an eps large enough to be seen."""
    n = rng.integers(5, 8)
    theta, g, m = rng.standard_normal((3, n))
    betas = float(rng.uniform(0.6, 0.8)), float(rng.uniform(0.85, 0.95))
    return theta, g, m, rng.uniform(0.1, 2, n), int(rng.integers(2, 6)), float(rng.uniform(0.05, 0.3)), *betas, 0.01


def both_averages(g, m, s, beta1, beta2):
    return beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
