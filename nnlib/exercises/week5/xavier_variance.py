from itertools import product

import numpy as np

from ..derivations.derivation import Derivation, Space


def sums(count, size, low, high):
    """All outcomes of ``count`` symmetric weights and the same number of others, and of the sum of their products."""
    signs, others = np.array(list(product((-1.0, 1.0), repeat=count))), np.array(list(product((low, high), repeat=count)))
    w, x = np.repeat(size * signs, len(others), axis=0), np.tile(others, (len(signs), 1))
    return w, x, (w * x).sum(axis=1), np.full(len(w), 1 / len(w))


def draw(rng, n_in, n_out):
    size, low, high, down, up = (float(number) for number in rng.uniform(0.3, 2.0, 5))
    w, x, z, chances = sums(n_in, size, low, high)
    v, dz, dx, chances_back = sums(n_out, size, down, up)
    values = {"var_w": size**2, "q": (low**2 + high**2) / 2, "u": (down**2 + up**2) / 2}
    values |= {"var_fwd": 1 / n_in, "var_bwd": 1 / n_out, "var_xavier": 2 / (n_in + n_out)}
    return values, (Space({"w": w, "x": x, "z": z}, chances), Space({"v": v, "dz": dz, "dx": dx}, chances_back))


xavier_variance = Derivation(
    "week5.xavier_variance",
    title="Xavier's two conditions",
    minutes=8,
    difficulty=3,
    importance=4,
    symbols={
        "x": ("n_in", "the inputs of a unit, with mean square q"),
        "w": ("n_in", "the weights into it, with mean 0 and variance var_w"),
        "z": ("", "the sum of x[k] * w[k]"),
        "dz": ("n_out", "the gradients of the units, with mean square u"),
        "v": ("n_out", "the weights out of one input, with mean 0 and variance var_w"),
        "dx": ("", "the sum of dz[j] * v[j]"),
        "q": ("", "E[x[k]**2]"),
        "u": ("", "E[dz[j]**2]"),
        "var_w": ("", "the variance of a weight, any"),
        "var_fwd": ("", "the variance for which E[z**2] = q"),
        "var_bwd": ("", "the variance for which E[dx**2] = u"),
        "var_xavier": ("", "the compromise: 1 / var_xavier is the mean of 1 / var_fwd and 1 / var_bwd"),
    },
    known=("x", "w", "z", "dz", "v", "dx", "q", "u", "var_w"),
    letters="k an input, j a unit",
    draw=draw,
    sizes=({"n_in": 2, "n_out": 3}, {"n_in": 3, "n_out": 2}, {"n_in": 1, "n_out": 2}),
    worked="""
        E[z**2] = n_in * var_w * q  # forward: n_in terms
        var_fwd = 1 / n_in  # the forward condition
        E[dx**2] = n_out * var_w * u  # backward: n_out terms
        var_bwd = 1 / n_out  # the backward condition
        var_xavier = 2 / (n_in + n_out)  # the compromise
    """,
    blanks=((3,), (2, 3, 5)),
    hints=(
        "How many products are added in z, and how many in dx?",
        "E[z**2] = n_in var_w q and E[dx**2] = n_out var_w u. Each needs its own variance.",
        "var_fwd = 1 / ...; E[dx**2] = ... * var_w * u; var_xavier = 2 / (...)",
    ),
    mistakes=(
        ("n_out for n_in", "in dx the gradients of all n_out units are added: n_out terms.", "E[dx**2] = n_in * var_w * u"),
        ("n_out for n_in", "in z the n_in inputs are added: n_in terms.", "E[z**2] = n_out * var_w * q"),
        ("missing factor", "the mean of n_in and n_out is half of their sum: a 2 is missing.", "var_xavier = 1 / (n_in + n_out)"),
        (
            "mean of variances",
            "that is the mean of the two variances. Glorot and Bengio take the mean of n_in and n_out.",
            "var_xavier = (1 / n_in + 1 / n_out) / 2",
        ),
    ),
)
