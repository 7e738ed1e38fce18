"""Properties that several exercises ask of an answer: functions of (answer, rng) that return True, or what is wrong."""

import numpy as np

from ..gradient_check import numerical_gradient


def matches_finite_differences(draw, loss, gradient, otherwise=False, atol=1e-7):
    """gradient(answer, x, ...) = dL/dx for L = loss(answer, x, ...), at inputs from draw(rng), of which x is the first."""

    def holds(answer, rng):
        x, *others = draw(rng)
        numeric = numerical_gradient(lambda x: float(loss(answer, x, *others)), x.copy())
        return np.allclose(gradient(answer, x, *others), numeric, atol=atol) or otherwise

    return holds


def matches_slope_of(g, draw, backward=lambda answer, *inputs: answer(*inputs)[1], output="A"):
    """backward(answer, Z, dA, ...) = dL/dZ for L = sum(g(Z, ...) * dA), at Z, dA, ... from draw(rng)."""
    otherwise = f"your dZ does not agree with finite differences of L = sum({output} * d{output})."
    return matches_finite_differences(draw, lambda _, Z, dA, *settings: (g(Z, *settings) * dA).sum(), backward, otherwise)


def matches_its_own_loss(draw):
    """For an answer that returns L, dZ: dZ = dL/dZ."""
    otherwise = "your dZ is not the gradient of the loss that you return."
    return matches_finite_differences(
        draw, lambda answer, *inputs: answer(*inputs)[0], lambda answer, *inputs: answer(*inputs)[1], otherwise
    )


def matches_nudging(draw, loss, given, otherwise):
    """The answer = the slopes of loss(*numbers) for each number after the first ``given``, on 5 draws of single numbers."""

    def holds(answer, rng):
        for _ in range(5):
            numbers = draw(rng)
            slopes = numerical_gradient(lambda x: float(loss(*numbers[:given], *x)), np.array(numbers[given:], dtype=float))  # noqa: B023  called at once
            got = np.ravel(answer(*numbers))
            if not np.allclose(got, slopes[: got.size], atol=1e-6):
                return otherwise
        return True

    return holds


def overflows(answer, *arguments):
    """Whether NumPy meets an overflow, or inf divided by inf, on the way."""
    try:
        with np.errstate(over="raise", invalid="raise"):
            answer(*arguments)
    except FloatingPointError:
        return True
    return False
