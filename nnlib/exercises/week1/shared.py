"""What exercises of week 1 share."""

import numpy as np


def neuron(rng):
    """X (m, 2), w (2, 1), b (1, 1); the bias is far from 0, and w is neither of length 1 nor symmetric."""
    w = rng.uniform(0.5, 1.5, (2, 1)) * [[1.0], [-2.0]]
    return 2 * rng.standard_normal((rng.integers(5, 9), 2)), w, np.array([[0.8]]) + rng.uniform(0, 0.5, (1, 1))


def widths(rng):
    """Widths of a network with 3 to 5 layers, all different, so that no wrong count is right by chance."""
    return (rng.permutation([2, 5, 7, 11, 13, 16])[: rng.integers(4, 7)],)


def unit(n, p, size):
    """w = n / size and the bias that lets the line go through p."""
    w = n / size
    return w.reshape(2, 1), np.array([[-(w @ p)]])
