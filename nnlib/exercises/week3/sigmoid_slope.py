import numpy as np

from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng):
    z, da = np.asarray(rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 2.0)), float(rng.standard_normal())
    slope = float(numerical_gradient(lambda z: float(1 / (1 + np.exp(-z))), z))
    return {"z": float(z), "a": float(1 / (1 + np.exp(-z))), "da": da, "da_dz": slope, "dz": da * slope}


sigmoid_slope = Derivation(
    "week3.sigmoid_slope",
    title="The sigmoid's slope",
    minutes=8,
    difficulty=2,
    importance=5,
    symbols={
        "z": ("", "a score"),
        "a": ("", "sigmoid(z) = 1 / (1 + exp(-z))"),
        "da": ("", "dL/da, known"),
        "da_dz": ("", "the slope of a, wanted"),
        "dz": ("", "dL/dz, wanted"),
    },
    known=("z", "a", "da"),
    letters="none",
    draw=draw,
    sizes=({},) * 5,
    worked="""
        a = 1 / (1 + exp(-z))  # the sigmoid
        da_dz = exp(-z) / (1 + exp(-z))**2  # the chain rule: outer slope times inner slope
        1 - a = exp(-z) / (1 + exp(-z))  # the second factor, by a
        da_dz = a * (1 - a)  # the slope, by the output alone
        dz = da * a * (1 - a)  # the way back
    """,
    blanks=((3,), (2, 3, 4)),
    hints=(
        "Write a = (1 + exp(-z))**(-1) and use the chain rule; then find a in what you got.",
        "The slope is exp(-z) / (1 + exp(-z))**2, that is 1 / (1 + exp(-z)) times exp(-z) / (1 + exp(-z)). The second is 1 - a.",
        "da_dz = exp(-z) / (...)**2; 1 - a = ... / (1 + exp(-z)); da_dz = a * (...)",
    ),
    mistakes=(
        ("wrong quantity", "that is the rule of another function. The sigmoid's is made of a and 1 - a.", "da_dz = 1 - a**2"),
        (
            "missing inner slope",
            "the inner slope is missing: exp(-z) stands inside, and its slope multiplies.",
            "da_dz = 1 / (1 + exp(-z))**2",
        ),
        (
            "missing inner slope",
            "the inner slope is missing: exp(-z) stands inside, and its slope multiplies.",
            "da_dz = -1 / (1 + exp(-z))**2",
        ),
        ("sign", "two signs meet: the outer slope has a minus, and so has the inner one.", "da_dz = -exp(-z) / (1 + exp(-z))**2"),
        ("wrong quantity", "it is the output that goes in, not the score: a for z.", "da_dz = z * (1 - z)"),
        ("missing slope", "the slope is missing: multiply da by it.", "dz = da"),
        ("not multiplied", "that is the slope alone. The gradient that arrives, da, multiplies it.", "dz = a * (1 - a)"),
        ("missing parentheses", "parentheses: 1 / 1 + exp(-z) is 1 + exp(-z).", "a = 1 / 1 + exp(-z)"),
    ),
)
