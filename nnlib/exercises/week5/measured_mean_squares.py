import numpy as np

from ..exercise import exercise


def small_network(rng):
    sizes = (4, 6, 3, 5, 2)[: rng.integers(4, 6)]
    return rng.standard_normal((rng.integers(6, 9), 4)) + 0.3, [rng.standard_normal((a, b)) * 0.6 + 0.1 for a, b in zip(sizes, sizes[1:])]


def walk(X, weights, measure, g=lambda Z: np.maximum(Z, 0)):
    """measure(Z) of every layer, with activation g."""
    A, out = X, []
    for W in weights:
        Z = A @ W
        out.append(measure(Z))
        A = g(Z)
    return np.array(out)


def mean_square(Z):
    return (Z**2).mean()


@exercise(
    "week5.measured_mean_squares",
    title="Measure it",
    minutes=8,
    difficulty=2,
    importance=5,
    returns={"v": "(L,)"},
    inputs=small_network,
    hints=(
        "Walk through the layers as in a forward pass. On the way, keep one number per layer.",
        "Z = A W, keep the mean of all entries of Z squared, then A = max(Z, 0) for the next layer. A starts as X.",
        "A, v = X, []; for W in weights: Z = A @ W; v.append((Z**2).mean()); A = ...; and np.array(v) at the end",
    ),
)
def measured_mean_squares(X, weights):
    A, v = X, []
    for W in weights:
        Z = A @ W
        v.append((Z**2).mean())
        A = np.maximum(Z, 0)
    return np.array(v)


@measured_mean_squares.also_right
def with_norms(X, weights):
    v = np.zeros(len(weights))
    for l, W in enumerate(weights):
        X = X @ W
        v[l] = np.linalg.norm(X) ** 2 / X.size
        X = X * (X > 0)
    return v


measured_mean_squares.add_mistakes(
    (
        "you measured A, after the ReLU. The prediction is about Z: measure before np.maximum.",
        lambda X, weights: walk(X, weights, lambda Z: (np.maximum(Z, 0) ** 2).mean()),
    ),
    ("the ReLU is missing: what goes into the next layer is max(Z, 0).", lambda X, weights: walk(X, weights, mean_square, lambda Z: Z)),
    (
        "the mean of these Z is subtracted, as np.var does. The prediction is about the mean of z squared, (Z**2).mean(): over all draws of W the mean of z is 0.",
        lambda X, weights: walk(X, weights, np.var),
    ),
    ("these are roots of mean squares. You need the mean square itself.", lambda X, weights: np.sqrt(walk(X, weights, mean_square))),
    (
        "these are standard deviations. You need the mean of Z squared, with no root and no mean subtracted.",
        lambda X, weights: walk(X, weights, np.std),
    ),
    (
        "you squared the mean. Square each entry first, then take the mean: (Z**2).mean().",
        lambda X, weights: walk(X, weights, lambda Z: Z.mean() ** 2),
    ),
    (
        "these are sums of squares. You need their mean over examples and units, as .mean() takes it.",
        lambda X, weights: walk(X, weights, lambda Z: (Z**2).sum()),
    ),
    ("the data went through a ReLU too. Layer 1 gets X as it is.", lambda X, weights: walk(np.maximum(X, 0), weights, mean_square)),
    ("the mean of |z| is not the mean of z squared: write (Z**2).mean().", lambda X, weights: walk(X, weights, lambda Z: np.abs(Z).mean())),
    (
        "you divided by the number of examples only. The mean runs over all entries of Z, examples and units.",
        lambda X, weights: walk(X, weights, lambda Z: (Z**2).sum() / len(Z)),
    ),
)
