import numpy as np

from ..exercise import exercise
from .shared import normal_draws


def three_layers(rng):
    (G1,), (G2,) = normal_draws(rng), normal_draws(rng)
    return G1, G2, rng.uniform(0, 1, tuple(rng.permutation([4, 6, 8, 9])[:2]))


def xavier_std(G):
    return np.sqrt(2 / sum(G.shape))


def he(G):
    return G * np.sqrt(2 / len(G))


def xavier(G):
    return G * xavier_std(G)


def xavier_from_unit(U):
    return (2 * U - 1) * np.sqrt(3) * xavier_std(U)


def repair(one=he, two=xavier, three=xavier_from_unit):
    """An answer: the right one, with some of its three repairs replaced."""
    return lambda G1, G2, U3: (one(G1), two(G2), three(U3))


@exercise(
    "week5.repaired_inits",
    title="Repair three bad starts",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"W1": "G1.shape", "W2": "G2.shape", "W3": "U3.shape"},
    inputs=three_layers,
    hints=(
        "For each of the three ask: are the units different? Is the mean of the weights 0? Is the variance what the activation asks for?",
        "1: equal units; draw with He's std. 2: 1/n_in is a variance, not a std; use Xavier's std. 3: the numbers are all positive; move U(0, 1) to U(-1, 1) first.",
        "W1 = G1 * sqrt(2 / n_in); W2 = G2 * sqrt(2 / (n_in + n_out)); W3 = (2 * U3 - 1) * sqrt(6 / (n_in + n_out)), each with its own shape",
    ),
)
def repaired_inits(G1, G2, U3):
    n_in, n_out = G1.shape
    W1 = G1 * np.sqrt(2 / n_in)
    n_in, n_out = G2.shape
    W2 = G2 * np.sqrt(2 / (n_in + n_out))
    n_in, n_out = U3.shape
    W3 = (2 * U3 - 1) * np.sqrt(6 / (n_in + n_out))
    return W1, W2, W3


@repaired_inits.also_right
def with_explicit_bounds(G1, G2, U3):
    a = np.sqrt(6 / sum(U3.shape))
    return np.sqrt(2 / G1.shape[0]) * G1, G2 / np.sqrt(sum(G2.shape) / 2), -a + 2 * a * U3


repaired_inits.add_mistakes(
    ("W1 still has equal units. Use the drawn numbers: G1 times He's std, sqrt(2 / n_in).", repair(one=lambda G: np.full(G.shape, 0.1))),
    (
        "W1 is 0.1 plus the drawn numbers: the units differ, but the mean of the weights is 0.1, not 0. Use G1 alone, times sqrt(2 / n_in).",
        repair(one=lambda G: 0.1 + G * np.sqrt(2 / len(G))),
    ),
    ("W1 has Xavier's variance. Its layer feeds a ReLU, which halves the mean square: He's variance is 2/n_in.", repair(one=xavier)),
    ("W1 has LeCun's variance 1/n_in. Its layer feeds a ReLU: He's is 2/n_in.", repair(one=lambda G: G / np.sqrt(len(G)))),
    ("W1 has n_out in place of n_in: G1 has shape (n_in, n_out).", repair(one=lambda G: G * np.sqrt(2 / G.shape[1]))),
    (
        "W2 is as it was. 1/n_in is (LeCun's) variance, so as a std it is far too small: use sqrt(2 / (n_in + n_out)).",
        repair(two=lambda G: G / len(G)),
    ),
    (
        "W2 has 1/n_in under a root: that is LeCun's rule, with n_in alone. Xavier's is sqrt(2 / (n_in + n_out)).",
        repair(two=lambda G: G / np.sqrt(len(G))),
    ),
    ("W2 has He's variance. Its layer feeds a tanh: Xavier's is 2/(n_in + n_out).", repair(two=he)),
    ("W2 lacks the root: 2/(n_in + n_out) is the variance.", repair(two=lambda G: G * 2 / sum(G.shape))),
    (
        "W3 is scaled, but its weights are still all positive. Move them first: 2 * U3 - 1 lies between -1 and 1.",
        repair(three=lambda U: U * np.sqrt(6 / sum(U.shape))),
    ),
    (
        "W3 is centred, but half as wide as it should be, as U3 - 0.5 makes it, between -1/2 and 1/2. Write 2 * U3 - 1.",
        repair(three=lambda U: (U - 0.5) * np.sqrt(6 / sum(U.shape))),
    ),
    ("W3 is centred, but has the wrong size: multiply by the bound sqrt(6 / (n_in + n_out)).", repair(three=lambda U: 2 * U - 1)),
    (
        "W3 is centred and scaled by a std. For uniform numbers the bound is sqrt(3) times the std: sqrt(6 / (n_in + n_out)).",
        repair(three=lambda U: (2 * U - 1) * xavier_std(U)),
    ),
    ("W3 is as it was: all weights are positive. Move U3 to U(-1, 1), then scale.", repair(three=lambda U: U)),
    (
        "nothing is repaired yet. Begin with W1: G1 times He's std.",
        repair(one=lambda G: np.full(G.shape, 0.1), two=lambda G: G / len(G), three=lambda U: U),
    ),
)
