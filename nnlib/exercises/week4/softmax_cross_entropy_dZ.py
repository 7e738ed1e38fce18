import numpy as np

from ...activations import softmax
from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng, m, K, convention=0):
    z, y, right = rng.standard_normal(K), np.eye(K)[rng.integers(K)], rng.integers(K, size=m)
    p, Z, Y = softmax(z), rng.standard_normal((m, K)), np.eye(K)[right]
    dp = numerical_gradient(lambda p: float(-(y * np.log(p)).sum()), p.copy(), 1e-6)
    J = np.array([numerical_gradient(lambda z, r=r: float(softmax(z)[r]), z) for r in range(K)])
    dz = numerical_gradient(lambda z: float(-(y * np.log(softmax(z))).sum()), z)
    dZ = numerical_gradient(lambda Z: float(-(Y * np.log(softmax(Z))).sum() / m), Z) * (m if convention else 1)
    return {
        **{"z": z, "p": p, "y": y, "loss": float(-(y * np.log(p)).sum()), "dp": dp, "J": J, "dz": dz},
        **{"Z": Z, "P": softmax(Z), "Y": Y, "dZ": dZ},
    }


DIAGONAL = "that is the diagonal alone: each score moves every probability, so add over all of them."
TWICE = "a slope of the softmax is in it twice: p - y holds it already."

softmax_cross_entropy_dZ = Derivation(
    "week4.softmax_cross_entropy_dZ",
    title="Softmax and cross-entropy: P - Y",
    minutes=12,
    difficulty=4,
    importance=5,
    symbols={
        "z": ("K", "the scores of one example"),
        "p": ("K", "softmax(z)"),
        "y": ("K", "its label, one-hot"),
        "loss": ("", "-log of the right class's probability"),
        "dp": ("K", "dloss/dp"),
        "J": ("K K", "J[r, j]: the slope of p[r] for z[j]"),
        "dz": ("K", "dloss/dz, wanted"),
        "Z": ("m K", "the scores of a batch"),
        "P": ("m K", "softmax of each row of Z"),
        "Y": ("m K", "the labels, one-hot rows"),
        "dZ": ("m K", "the gradient of the mean loss, wanted"),
    },
    known=("z", "p", "y", "loss", "Z", "P", "Y"),
    letters="r a probability, j a score, i an example",
    draw=draw,
    sizes=({"m": 5, "K": 3}, {"m": 4, "K": 2}, {"m": 3, "K": 4}),
    conventions=("dZ of the mean loss, with 1/m in it", "dZ of each example's own loss, without 1/m"),
    worked="""
        dp[r] = -y[r] / p[r]  # back through the log
        J[r, j] = p[r] * ((r == j) - p[j])  # softmax's slopes
        dz[j] = sum(dp[r] * J[r, j] for r in range(K))  # every score moves every probability: add the ways
        dz[j] = -y[j] + p[j] * sum(y[r] for r in range(K))  # p[r] cancels, (r == j) picks one term
        dz = p - y  # the labels of a row add up to 1
        dZ = (P - Y) / m  # the batch, with the 1/m of the mean
    """,
    blanks=((3,), (1, 3, 4)),
    hints=(
        "Two gates: the log, then the softmax. The score z[j] moves every p[r], not only its own.",
        "dz[j] is the sum over r of dp[r] J[r, j] = (-y[r] / p[r]) p[r] ((r == j) - p[j]). Cancel p[r], then split the sum.",
        "dp[r] = ... / p[r]; dz[j] = sum(dp[r] * ... for r in range(K)); dz[j] = -y[j] + ...",
    ),
    mistakes=(
        ("not a slope", "that is the loss of each class, not its slope.", "dp = -log(p)"),
        ("treated as constant", "1 is subtracted at the right class only: y, not 1.", "dz = p - 1"),
        ("diagonal", DIAGONAL, "dz[j] = dp[j] * p[j] * (1 - p[j])"),
        ("diagonal", DIAGONAL, "dz = -y * (1 - p)"),
        ("diagonal", "that is the diagonal alone: a score moves the other probabilities, too.", "J = diag(p * (1 - p))"),
        ("treated as constant", "the label is left out: only the right class is in the loss.", "dp[r] = -1 / p[r]"),
        ("slope twice", TWICE, "dz = (p - y) * p"),
        ("slope twice", TWICE, "dz = (p - y) * p * (1 - p)"),
        ("lost term", "the label's part is missing: the right class is pulled up.", "dz = p"),
        ("wrong quantity", "the scores are compared with the label. What the label is compared with are the probabilities.", "dz = z - y"),
        ("mean for sum", "the loss is a mean over the examples alone: divide by m, not by m K.", "dZ = (P - Y) / (m * K)"),
    ),
)
