import numpy as np

from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def softmax(z):
    return np.exp(z) / np.exp(z).sum()


def draw(rng, K):
    z, dp = rng.standard_normal(K), rng.standard_normal(K)
    J = np.array([numerical_gradient(lambda z, i=i: float(softmax(z)[i]), z) for i in range(K)])
    dz = numerical_gradient(lambda z: float(softmax(z) @ dp), z)
    return {"z": z, "p": softmax(z), "S": float(np.exp(z).sum()), "dS_dz": np.exp(z), "dp": dp, "J": J, "dz": dz}


softmax_jacobian = Derivation(
    "week3.softmax_jacobian",
    title="Softmax: the Jacobian, and the way back",
    minutes=12,
    difficulty=4,
    importance=4,
    symbols={
        "z": ("K", "the scores of one example"),
        "S": ("", "the sum of exp(z[c]) over all classes"),
        "p": ("K", "softmax(z)"),
        "dp": ("K", "dL/dp, known"),
        "dS_dz": ("K", "dS_dz[j]: the slope of S for z[j]"),
        "J": ("K K", "J[i, j]: the slope of p[i] for z[j]"),
        "dz": ("K", "dL/dz, wanted"),
    },
    known=("z", "S", "p", "dp"),
    letters="i a probability, j a score",
    draw=draw,
    sizes=({"K": 4}, {"K": 3}, {"K": 2}, {"K": 5}),
    worked="""
        p[i] = exp(z[i]) / S  # softmax
        dS_dz[j] = exp(z[j])  # every score is in the sum
        J[i, j] = (i == j) * exp(z[i]) / S - exp(z[i]) * exp(z[j]) / S**2  # the product rule, for exp(z[i]) times 1 / S
        J[i, j] = p[i] * ((i == j) - p[j])  # by the outputs alone
        dz[j] = sum(J[i, j] * dp[i] for i in range(K))  # z[j] moves every p[i]: add the ways
        dz = p * (dp - sum(p * dp))  # without the matrix
    """,
    blanks=((4,), (3, 4, 5)),
    hints=(
        "The score z[j] is always in S, and in the numerator of p[i] only if i = j. Write p[i] as exp(z[i]) times 1 / S, and use the product rule.",
        "J[i, j] = p[i] ((i == j) - p[j]). z[j] moves every p[i], so what comes back is a sum over i.",
        "J[i, j] = (i == j) * ... / S - ... / S**2; dz[j] = sum(J[i, j] * ... for i in range(K)); dz = p * (dp - ...)",
    ),
    mistakes=(
        ("lost term", "the diagonal is missing: a score lifts its own probability.", "J[i, j] = -p[i] * p[j]"),
        ("diagonal", "the 1 belongs to the diagonal only: (i == j), not 1.", "J[i, j] = p[i] * (1 - p[j])"),
        (
            "diagonal",
            "that is the diagonal alone: what a score does to its own probability. It moves all the others, too.",
            "J[i, j] = p[i] * (1 - p[i])",
        ),
        (
            "diagonal",
            "that is the diagonal alone: what a score does to its own probability. It moves all the others, too.",
            "J[i, j] = (i == j) * p[i] * (1 - p[i])",
        ),
        ("diagonal", "that is the diagonal alone: each score moves every probability, so add over all of them.", "dz = dp * p * (1 - p)"),
        (
            "treated as constant",
            "S is treated as constant. Every score is in it: the product rule has a second term.",
            "J[i, j] = (i == j) * exp(z[i]) / S",
        ),
        ("treated as constant", "S is treated as constant. Every score is in it: the product rule has a second term.", "J = diag(p)"),
        ("power", "the slope of 1 / S is -1 / S squared.", "J[i, j] = ((i == j) * exp(z[i]) * S - exp(z[i]) * exp(z[j])) / S"),
        ("missing factor", "the probability in front is missing: every entry of the Jacobian has one.", "dz = dp - sum(p * dp)"),
    ),
)
