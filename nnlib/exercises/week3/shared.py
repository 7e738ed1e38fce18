"""What exercises of week 3 share."""

import numpy as np

from ...gradient_check import numerical_gradient

PAIR = {"A": "Z.shape", "dZ": "Z.shape"}


def scores_and_gradient(rng):
    """Z (5, 4), at least 0.05 away from 0, with both signs in every column, and an upstream gradient dA."""
    Z = 1.5 * rng.standard_normal((5, 4))
    Z += 0.05 * np.sign(Z)
    Z[0], Z[1] = np.abs(Z[0]), -np.abs(Z[1])
    return Z, rng.standard_normal((5, 4))


def pair(forward, backward):
    """The answer that returns forward(Z) and backward(dA, Z, A): a short way to write many wrong ones."""

    def answer(Z, dA, *setting):
        A = forward(Z, *setting)
        return A, backward(dA, Z, A, *setting)

    return answer


def slopes_match(g):
    """A property: dZ agrees with finite differences of the sum of g(Z) * dA."""

    def holds(answer, rng):
        Z, dA = scores_and_gradient(rng)
        numeric = numerical_gradient(lambda Z: float((g(Z) * dA).sum()), Z.copy())
        return np.allclose(answer(Z, dA)[1], numeric, atol=1e-7) or "your dZ does not agree with finite differences of L = sum(A * dA)."

    return holds


MATCHES = "dZ matches finite differences"


def overflows(answer, *arguments):
    """Whether NumPy meets an overflow, or inf divided by inf, on the way."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            answer(*arguments)
    except FloatingPointError:
        return True
    return False
