from itertools import product

import numpy as np

from ..derivations.derivation import Derivation, Space


def draw(rng, n_in, n_out):
    """All outcomes of symmetric weights with variance 2 / n_in, and of inputs that have a mean."""
    size, low, high = np.sqrt(2 / n_in), *sorted(rng.uniform(0.2, 2.0, 2))
    signs = np.array(list(product((-1.0, 1.0), repeat=n_in)))
    inputs = np.array(list(product((low, high), repeat=n_in)))
    w, x = np.repeat(size * signs, len(inputs), axis=0), np.tile(inputs, (len(signs), 1))
    space = Space({"w": w, "x": x, "z": (w * x).sum(axis=1)}, np.full(len(w), 1 / len(w)))
    return {"var_w": 2 / n_in, "q": (low**2 + high**2) / 2}, (space,)


he_variance = Derivation(
    "week5.he_variance",
    title="He's variance",
    minutes=12,
    difficulty=4,
    importance=5,
    symbols={
        "x": ("n_in", "the inputs of a unit, random, with mean square q"),
        "w": ("n_in", "its weights: independent, with mean 0, as likely w as -w"),
        "z": ("", "the sum of x[k] * w[k]"),
        "var_w": ("", "the variance of a weight, to be chosen so that E[relu(z)**2] = q"),
        "q": ("", "E[x[k]**2], the same for each k"),
    },
    known=("x", "w", "z", "q"),
    letters="k an input; n_in is their number",
    draw=draw,
    sizes=({"n_in": 2, "n_out": 5}, {"n_in": 3, "n_out": 4}),
    worked="""
        E[z] = 0  # the weights have mean 0
        E[z**2] = sum(E[x[k]**2] * E[w[k]**2] for k in range(n_in))  # the mixed terms have mean 0
        E[z**2] = n_in * var_w * q  # n_in equal terms
        E[relu(z)**2] = E[z**2] / 2  # z is as likely as -z: half of the square is left
        var_w = 2 / n_in  # so that E[relu(z)**2] = q
    """,
    blanks=((4,), (2, 3, 4)),
    hints=(
        "Square the sum z. Which terms of the square have mean 0? What does the ReLU leave of z squared?",
        "E[z**2] = n_in var_w q. z is as likely as -z, so the ReLU keeps half of it. That is to be q again.",
        "E[z**2] = n_in * ... * q; E[relu(z)**2] = E[z**2] / ...; var_w = ... / n_in",
    ),
    mistakes=(
        ("lost sum", "one term stands for all: z is a sum of n_in products, and their mean squares add up.", "E[z**2] = var_w * q"),
        ("power", "n_in terms remain of the square, not n_in squared: the mixed ones have mean 0.", "E[z**2] = n_in**2 * var_w * q"),
        ("missing half", "the ReLU makes half of it 0: z is as likely as -z.", "E[relu(z)**2] = E[z**2]"),
        ("missing half", "the half that the ReLU takes is missing: this is the rule for no ReLU.", "var_w = 1 / n_in"),
        (
            "variance for mean square",
            "the variance subtracts the square of the mean, and the mean of relu(z) is not 0. The next layer adds up mean squares.",
            "Var(relu(z)) = E[z**2] / 2",
        ),
        ("mean not squared", "the mean of z is 0, that of relu(z) is not: it keeps only one side.", "E[relu(z)] = E[z] / 2"),
        ("mean not squared", "the mean of z is 0, that of relu(z) is not: it keeps only one side.", "E[relu(z)] = 0"),
        ("n_out for n_in", "n_in numbers are added in z. 2 / n_out keeps the gradients' size on the way back.", "var_w = 2 / n_out"),
    ),
)
