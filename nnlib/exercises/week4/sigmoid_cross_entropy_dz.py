import numpy as np

from ...activations import sigmoid
from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng, m, convention=0):
    z, y = rng.standard_normal(()) * 1.5, float(m % 2)
    z = np.asarray(z)
    p = float(sigmoid(z))
    dp = numerical_gradient(lambda p: float(-y * np.log(p) - (1 - y) * np.log(1 - p)), np.asarray(p), 1e-6)
    dz = numerical_gradient(lambda z: float(np.logaddexp(0, z) - y * z), z)
    Z, Y = rng.standard_normal((m, 1)), rng.permutation(np.arange(m) % 2)[:, None].astype(float)
    dZ = numerical_gradient(lambda Z: float((np.logaddexp(0, Z) - Y * Z).mean()), Z) * (m if convention else 1)
    loss = float(np.logaddexp(0, z) - y * z)
    return {
        **{"z": float(z), "p": p, "y": y, "loss": loss, "dp": float(dp), "dp_dz": p * (1 - p), "dz": float(dz)},
        **{"Z": Z, "P": sigmoid(Z), "Y": Y, "dZ": dZ},
    }


SLOPE = "the sigmoid's slope is missing: multiply by p (1 - p), and see what cancels."
TWICE = "the sigmoid's slope is in it twice: p - y holds it already."

sigmoid_cross_entropy_dz = Derivation(
    "week4.sigmoid_cross_entropy_dz",
    title="Sigmoid and cross-entropy: p - y",
    minutes=10,
    difficulty=3,
    importance=5,
    symbols={
        "z": ("", "the logit of one example"),
        "p": ("", "sigmoid(z)"),
        "y": ("", "its label, 0 or 1"),
        "loss": ("", "-y log p - (1 - y) log(1 - p)"),
        "dp": ("", "dloss/dp"),
        "dp_dz": ("", "the sigmoid's slope"),
        "dz": ("", "dloss/dz, wanted"),
        "Z": ("m 1", "the logits of a batch"),
        "P": ("m 1", "sigmoid(Z)"),
        "Y": ("m 1", "the labels"),
        "dZ": ("m 1", "the gradient of the mean loss, wanted"),
    },
    known=("z", "p", "y", "loss", "Z", "P", "Y"),
    letters="i an example",
    draw=draw,
    sizes=({"m": 5}, {"m": 4}, {"m": 3}, {"m": 6}, {"m": 7}, {"m": 2}),
    conventions=("dZ of the mean loss, with 1/m in it", "dZ of each example's own loss, without 1/m"),
    worked="""
        dp = -y / p + (1 - y) / (1 - p)  # back through the loss
        dp = (p - y) / (p * (1 - p))  # over a common denominator
        dp_dz = p * (1 - p)  # the sigmoid's slope
        dz = p - y  # multiply: the denominator cancels
        dZ = (P - Y) / m  # the batch, with the 1/m of the mean
    """,
    blanks=((2,), (1, 2, 4)),
    hints=(
        "Go back one gate at a time: first the loss, as a function of p, then the sigmoid.",
        "dp = -y / p + (1 - y) / (1 - p), over the common denominator p (1 - p). The sigmoid's slope is that denominator.",
        "dp = (...) / (p * (1 - p)); dp_dz = ...; dz = dp * dp_dz = ...",
    ),
    mistakes=(
        ("lost term", "that holds for the label 1 only: y and 1 - y decide which part of the loss there is.", "dp = -1 / p"),
        ("lost term", "half of the loss is missing: where y is 0 it is -log(1 - p).", "dp = -y / p"),
        ("missing slope", SLOPE, "dz = -y / p + (1 - y) / (1 - p)"),
        ("slope twice", TWICE, "dz = (p - y) * p * (1 - p)"),
        ("slope twice", TWICE, "dZ = (P - Y) * P * (1 - P) / m"),
        ("slope twice", TWICE, "dZ = (P - Y) * P * (1 - P)"),
        ("wrong quantity", "the score is compared with the label. What the label is compared with is the probability.", "dz = z - y"),
        ("wrong quantity", "it is the output that goes into the sigmoid's slope, not the score: p for z.", "dp_dz = z * (1 - z)"),
        ("missing factor", "the common denominator is p (1 - p): one factor is missing.", "dp = (p - y) / p"),
        ("missing factor", "the common denominator is p (1 - p): one factor is missing.", "dp = (p - y) / (1 - p)"),
        ("1/m twice", "the 1/m is there twice: the mean divides once.", "dZ = (P - Y) / m**2"),
    ),
)
