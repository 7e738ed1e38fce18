import numpy as np

from ..exercise import exercise
from .shared import SIZES


def truncated_draws(rng):
    n_in, n_out = SIZES[rng.integers(len(SIZES))]
    T = rng.standard_normal((n_in, n_out))
    while (outside := np.abs(T) > 2).any():
        T[outside] = rng.standard_normal(outside.sum())
    return T, np.asarray(0.87962566)


@exercise(
    "week5.truncated_he",
    title="Mend the truncated start",
    minutes=4,
    difficulty=2,
    importance=3,
    returns={"W": "T.shape"},
    inputs=truncated_draws,
    hints=(
        "T has the standard deviation c, not 1. Make it 1 first.",
        "T / c has the standard deviation 1. Then scale as He does.",
        "T / c * np.sqrt(2 / n_in)",
    ),
)
def truncated_he(T, c):
    n_in = T.shape[0]
    return T / c * np.sqrt(2 / n_in)


truncated_he.also_right(lambda T, c: T * np.sqrt(2 / (c**2 * len(T))))

truncated_he.add_mistakes(
    (
        "the correction is missing: the std of T is c, so this W is too small by the factor c in each layer.",
        lambda T, c: T * np.sqrt(2 / len(T)),
    ),
    ("you multiplied by c: that makes W smaller still. Divide.", lambda T, c: T * c * np.sqrt(2 / len(T))),
    ("you divided by c squared. c is the standard deviation, not the variance: divide by c.", lambda T, c: T / c**2 * np.sqrt(2 / len(T))),
    ("you took the root of c. c is the standard deviation already: divide by c.", lambda T, c: T / np.sqrt(c) * np.sqrt(2 / len(T))),
    ("corrected, but with n_out: T has shape (n_in, n_out), and He's variance is 2/n_in.", lambda T, c: T / c * np.sqrt(2 / T.shape[1])),
    ("corrected, but without the root: 2/n_in is the variance.", lambda T, c: T / c * 2 / len(T)),
    ("the std is now 1: scale it as He does, by sqrt(2 / n_in).", lambda T, c: T / c),
    ("corrected, but with LeCun's 1/n_in: the layer feeds a ReLU, so the variance is 2/n_in.", lambda T, c: T / c / np.sqrt(len(T))),
    (
        "you divided by the std of this one sample. It varies from draw to draw: divide by c, the std of the distribution.",
        lambda T, c: T / T.std() * np.sqrt(2 / len(T)),
    ),
)
