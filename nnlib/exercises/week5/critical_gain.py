import numpy as np

from ..exercise import exercise


def bent_line(rng):
    """g, a leaky ReLU with a shift, and xi, mean square exactly 1."""
    slope, shift = rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.4)
    xi = rng.standard_normal(rng.integers(400, 500))
    return (lambda z: np.where(z > 0, z, slope * z) + shift), xi / np.sqrt((xi**2).mean())


def known_gains(answer, rng):
    xi = np.random.default_rng(0).standard_normal(200)
    xi = np.concatenate([xi, -xi])
    xi = xi / np.sqrt((xi**2).mean())
    for name, g, gain in (("a linear layer", lambda z: z, 1.0), ("ReLU", lambda z: np.maximum(z, 0), np.sqrt(2))):
        if not np.isclose(answer(g, xi), gain):
            return f"for {name} your gain is {float(answer(g, xi)):.3f}, and the text derives another one."
    return True


@exercise(
    "week5.critical_gain",
    title="Find the critical gain",
    minutes=7,
    difficulty=3,
    importance=4,
    returns={"gain": None},
    inputs=bent_line,
    hints=(
        "Let z have mean square 1. What is the mean square of a = g(z)? By which factor must the next layer make up for it?",
        "With std gain / sqrt(n_in) a layer multiplies the mean square of a by gain^2. So gain^2 * E[g(xi)^2] = 1.",
        "1 / np.sqrt(np.mean(...))",
    ),
    properties=(("it gives 1 for a linear layer and the root of 2 for ReLU", known_gains),),
)
def critical_gain(g, xi):
    return 1 / np.sqrt(np.mean(g(xi) ** 2))


@critical_gain.also_right
def ratio_of_squares(g, xi):
    a = g(xi)
    return np.sqrt((xi @ xi) / (a @ a))


critical_gain.add_mistakes(
    (
        "this is gain squared: the root is missing. The standard deviation is gain / sqrt(n_in), the variance gain^2 / n_in.",
        lambda g, xi: 1 / np.mean(g(xi) ** 2),
    ),
    ("this is what g does to the signal. The gain makes up for it: take 1 over it.", lambda g, xi: np.sqrt(np.mean(g(xi) ** 2))),
    (
        "the mean of a is subtracted, as np.std does. The next layer sums a with its mean: what counts is the mean of g(xi) squared.",
        lambda g, xi: 1 / np.std(g(xi)),
    ),
    (
        "the mean of a is subtracted, as np.var does, and the root is missing: write 1 / np.sqrt(np.mean(g(xi) ** 2)).",
        lambda g, xi: 1 / np.var(g(xi)),
    ),
    ("that is 1 over the size of the mean. Square first, then take the mean and the root.", lambda g, xi: 1 / np.sqrt(np.mean(g(xi)) ** 2)),
    ("the mean of |a| is not the root of the mean square: square, mean, root.", lambda g, xi: 1 / np.mean(np.abs(g(xi)))),
    ("the root of 2 belongs to ReLU. Each g has its own gain: measure the mean of g(xi) squared.", lambda g, xi: np.sqrt(2)),
    ("you took a sum. Take the mean over the numbers in xi: np.mean(g(xi) ** 2).", lambda g, xi: 1 / np.sqrt(np.sum(g(xi) ** 2))),
    ("you squared xi before g. Square what comes out: g(xi) ** 2.", lambda g, xi: 1 / np.sqrt(np.mean(g(xi**2)))),
)
