import numpy as np

from ..exercise import exercise
from .shared import has_variance, normal_draws


@exercise(
    "week5.he_from_normal",
    title="He, from normal numbers",
    minutes=3,
    difficulty=1,
    importance=5,
    returns={"W": "G.shape"},
    inputs=normal_draws,
    hints=(
        "G has variance 1. What must you multiply it by, to get He's variance?",
        "He's variance is 2/n_in, and a factor s multiplies the variance by s squared.",
        "n_in = G.shape[0]; W = G * np.sqrt(...)",
    ),
    properties=(("its variance is 2/n_in", has_variance(lambda n_in, n_out: 2 / n_in, lambda rng, shape: rng.standard_normal(shape))),),
)
def he_from_normal(G):
    n_in = G.shape[0]
    return G * np.sqrt(2 / n_in)


he_from_normal.also_right(lambda G: G / np.sqrt(len(G) / 2))

he_from_normal.add_mistakes(
    ("this is LeCun's 1/n_in. A ReLU halves the mean square, so He's rule has a 2: sqrt(2 / n_in).", lambda G: G * np.sqrt(1 / G.shape[0])),
    ("you used n_out. G has shape (n_in, n_out), and forward the sum runs over n_in: G.shape[0].", lambda G: G * np.sqrt(2 / G.shape[1])),
    ("the root is missing: 2/n_in is the variance, and numbers are scaled by the standard deviation.", lambda G: G * 2 / G.shape[0]),
    ("this is Xavier's variance, 2/(n_in + n_out). He's has n_in alone.", lambda G: G * np.sqrt(2 / sum(G.shape))),
    (
        "sqrt(6 / n_in) is the bound for uniform numbers. G is normal with variance 1: scale by sqrt(2 / n_in).",
        lambda G: G * np.sqrt(6 / G.shape[0]),
    ),
    ("the root covers only the 2: write np.sqrt(2 / n_in).", lambda G: G * np.sqrt(2) / G.shape[0]),
    ("you divided by the standard deviation. Multiply: W = G * sqrt(2 / n_in).", lambda G: G / np.sqrt(2 / G.shape[0])),
    ("you divided by the number of all weights. n_in is the number of rows, G.shape[0].", lambda G: G * np.sqrt(2 / G.size)),
    ("the numbers are unchanged: scale them by sqrt(2 / n_in).", lambda G: G),
)
