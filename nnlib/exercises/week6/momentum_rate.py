import numpy as np

from ..exercise import exercise
from .shared import trace_and_root


def rates_inputs(rng):
    """Curvatures in all four zones: slow and real, complex, fast and negative, diverging; not sorted."""
    lr, beta = float(rng.uniform(0.05, 0.5)), float(rng.uniform(0.3, 0.8))
    low, high, edge = (1 - beta**0.5) ** 2, (1 + beta**0.5) ** 2, 2 * (1 + beta)
    a = np.array([0.3 * low, 0.8 * low, 1.1 * (1 - beta), 1 + beta + 0.1, 0.5 * (high + edge), 1.3 * edge])
    return lr, beta, rng.permutation(np.r_[a, 0.6 * low, 1.2 * (1 - beta)][: rng.integers(6, 9)] / lr)


def measured_decay(answer, rng):
    lr, beta, curvatures = rates_inputs(rng)
    x, v, logs = np.ones_like(curvatures), np.zeros_like(curvatures), np.zeros_like(curvatures)
    for _ in range(2000):
        v = beta * v + curvatures * x
        x = x - lr * v
        size = np.hypot(x, lr * v)
        x, v, logs = x / size, v / size, logs + np.log(size)
    return np.allclose(answer(lr, beta, curvatures), np.exp(logs / 2000), rtol=0.02) or "2000 steps of momentum shrink by another factor."


@exercise(
    "week6.momentum_rate",
    title="How fast momentum comes down",
    minutes=10,
    difficulty=3,
    importance=4,
    returns={"factors": "curvatures.shape"},
    inputs=rates_inputs,
    hints=(
        "One direction, one quadratic equation, two roots. The larger one, in size, decides in the long run.",
        "r^2 - (1 + beta - lr lambda) r + beta = 0. The root of a negative number: let NumPy compute with complex numbers, np.abs gives their size.",
        "b = 1 + beta - lr * curvatures; root = np.sqrt((b**2 - 4 * beta).astype(complex)); return np.maximum(np.abs(...), np.abs(...)) / 2",
    ),
    properties=(("within 2 % of what 2000 steps do", measured_decay),),
)
def momentum_rate(lr, beta, curvatures):
    b = 1 + beta - lr * curvatures
    root = np.sqrt((b**2 - 4 * beta).astype(complex))
    return np.maximum(np.abs(b + root), np.abs(b - root)) / 2


momentum_rate.also_right(
    lambda lr, beta, curvatures: np.array([np.abs(np.linalg.eigvals([[beta, c], [-lr * beta, 1 - lr * c]])).max() for c in curvatures])
)


@momentum_rate.also_right
def with_two_cases(lr, beta, curvatures):
    b = np.abs(1 + beta - lr * curvatures)
    inside = b**2 - 4 * beta
    return np.where(inside < 0, np.sqrt(beta), (b + np.sqrt(np.maximum(inside, 0))) / 2)


def beta_for_its_root(lr, beta, curvatures):
    b, root = trace_and_root(lr, beta, curvatures)
    return np.where(b**2 < 4 * beta, beta, np.maximum(np.abs(b + root), np.abs(b - root)) / 2)


def beta_subtracted(lr, beta, curvatures):
    b = 1 - beta - lr * curvatures
    root = np.sqrt((b**2 - 4 * beta).astype(complex))
    return np.maximum(np.abs(b + root), np.abs(b - root)) / 2


def from_roots(rate):
    """A wrong solution: rate(b, root) of the two roots (b + root) / 2 and (b - root) / 2."""
    return lambda lr, beta, curvatures: rate(*trace_and_root(lr, beta, curvatures))


def with_root(root):
    """A wrong solution: root(b, beta) in place of sqrt(b^2 - 4 beta)."""

    def answer(lr, beta, curvatures):
        b = 1 + beta - lr * curvatures
        return np.maximum(np.abs(b + root(b, beta)), np.abs(b - root(b, beta))) / 2

    return answer


momentum_rate.add_mistakes(
    (
        "the root of a negative float is nan. Make it complex first: np.sqrt((b**2 - 4 * beta).astype(complex)), and take np.abs.",
        with_root(lambda b, beta: np.sqrt(b**2 - 4 * beta)),
    ),
    (
        "sqrt(beta) holds only where the roots are complex. Outside they are real, and the larger one is slower: compute both.",
        lambda lr, beta, curvatures: np.full(curvatures.shape, np.sqrt(beta)),
    ),
    (
        "where the roots are complex, yours is |b| / 2, their real part. The imaginary part belongs to their size: np.abs of the complex number.",
        with_root(lambda b, beta: np.sqrt(np.maximum(b**2 - 4 * beta, 0))),
    ),
    (
        "this takes the root with the larger real part, sign and all. A root near -1 is as slow as one near 1: compare np.abs.",
        from_roots(lambda b, root: np.maximum((b + root).real, (b - root).real) / 2),
    ),
    (
        "this is the factor of plain gradient descent, |1 - lr lambda|. Momentum has two roots, of r^2 - (1 + beta - lr lambda) r + beta = 0.",
        lambda lr, beta, curvatures: np.abs(1 - lr * curvatures),
    ),
    ("where the roots are complex, their product is beta, so each has size sqrt(beta), not beta.", beta_for_its_root),
    ("the half is missing: the roots are (b +- sqrt(b^2 - 4 beta)) / 2.", momentum_rate.spoil(lambda factors: 2 * factors)),
    (
        "only the root with + was looked at. For large lr lambda, b is negative, and the one with - is the larger: np.maximum of both.",
        from_roots(lambda b, root: np.abs(b + root) / 2),
    ),
    (
        "this is the smaller root. What is left after many steps is the part that shrinks slowest: np.maximum.",
        from_roots(lambda b, root: np.minimum(np.abs(b + root), np.abs(b - root)) / 2),
    ),
    ("the 4 is missing under the root: b^2 - 4 beta.", with_root(lambda b, beta: np.sqrt((b**2 - beta).astype(complex)))),
    ("the trace is beta + (1 - lr lambda): in b, beta is added, b = 1 + beta - lr * curvatures.", beta_subtracted),
    (
        "this is the slowest of all directions, one number. You need a factor for each curvature.",
        momentum_rate.spoil(lambda factors: factors.max()),
    ),
)
