import numpy as np

from ..exercise import exercise
from .shared import SIZES, has_variance


def uniform_draws(rng):
    n_in, n_out = SIZES[rng.integers(len(SIZES))]
    return (rng.uniform(-1, 1, (n_in, n_out)),)


@exercise(
    "week5.xavier_from_uniform",
    title="Xavier, from uniform numbers",
    minutes=5,
    difficulty=2,
    importance=4,
    returns={"W": "U.shape"},
    inputs=uniform_draws,
    hints=(
        "Which variance does Xavier ask for? Which variance does U(-1, 1) have? Scale the numbers so that one becomes the other.",
        "U(-a, a) has the variance a^2 / 3. Set it equal to 2 / (n_in + n_out) and solve for a.",
        "n_in, n_out = U.shape; W = U * np.sqrt(... / (n_in + n_out))",
    ),
    properties=(
        (
            "its variance is 2/(n_in + n_out)",
            has_variance(lambda n_in, n_out: 2 / (n_in + n_out), lambda rng, shape: rng.uniform(-1, 1, shape)),
        ),
    ),
)
def xavier_from_uniform(U):
    n_in, n_out = U.shape
    return U * np.sqrt(6 / (n_in + n_out))


xavier_from_uniform.also_right(lambda U: np.sqrt(3 * 2 / sum(U.shape)) * U)

xavier_from_uniform.add_mistakes(
    (
        "you scaled by the standard deviation, as for normal numbers. U(-1, 1) has variance 1/3, not 1: the bound is sqrt(3) times the std.",
        lambda U: U * np.sqrt(2 / sum(U.shape)),
    ),
    (
        "this uses n_in alone. That is the bound of LeCun's rule; Xavier's has n_in + n_out: sqrt(6 / (n_in + n_out)).",
        lambda U: U * np.sqrt(3 / U.shape[0]),
    ),
    ("this uses n_in alone with a 6: that is He's bound, for ReLU. Xavier's has n_in + n_out.", lambda U: U * np.sqrt(6 / U.shape[0])),
    ("the root is missing: the rule gives a variance, the bound is its root (times sqrt 3).", lambda U: U * 6 / sum(U.shape)),
    ("sqrt(3 / (n_in + n_out)) forgets the 2 in Xavier's variance 2/(n_in + n_out).", lambda U: U * np.sqrt(3 / sum(U.shape))),
    (
        "you multiplied the two widths. Xavier's rule has their sum: n_in + n_out, two shapes, not U.size.",
        lambda U: U * np.sqrt(6 / U.size),
    ),
    (
        "1/sqrt(n_in) is the older rule, whose variance is 1/(3 n_in): with it the signal shrinks in each layer.",
        lambda U: U / np.sqrt(U.shape[0]),
    ),
    ("the root covers only the 6. It must cover the whole fraction: sqrt(6 / (n_in + n_out)).", lambda U: U * np.sqrt(6) / sum(U.shape)),
    ("2/(n_in + n_out) is the variance. The bound a follows from a^2 / 3 = 2/(n_in + n_out).", lambda U: U * 2 / sum(U.shape)),
    ("the numbers are unchanged: scale them by the bound sqrt(6 / (n_in + n_out)).", lambda U: U),
)
