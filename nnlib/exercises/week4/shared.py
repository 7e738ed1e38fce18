"""What exercises of week 4 share."""

import numpy as np


def hard_logits(rng):
    """Logits (m, 1), four of them +-800 with either label, the others near 0; not sorted."""
    m = int(rng.integers(8, 11))
    z = np.r_[800.0, -800.0, 800.0, -800.0, 2 * rng.standard_normal(m - 4)]
    y = np.r_[1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0][:m]
    order = rng.permutation(m)
    return z[order].reshape(-1, 1), y[order].reshape(-1, 1)


def naive_bce(z, y):
    p = 1 / (1 + np.exp(-z))
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))
