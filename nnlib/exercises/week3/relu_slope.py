import numpy as np

from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng, m, n):
    """A batch with one score at exactly 0, where the course takes the slope 0; and one number z."""
    Z, dA = rng.standard_normal((m, n)), rng.standard_normal((m, n))
    dZ = numerical_gradient(lambda Z: float((np.maximum(Z, 0) * dA).sum()), Z.copy())
    Z[0, 1] = dZ[0, 1] = 0.0
    z = {5: 1.7, 4: 0.0, 3: -0.8, 2: 0.2}[m]
    da = float(rng.standard_normal())
    return {
        **{"Z": Z, "A": np.maximum(Z, 0), "dA": dA, "dZ": dZ},
        **{"z": z, "a": max(z, 0.0), "da": da, "da_dz": float(z > 0), "dz": da * (z > 0)},
    }


relu_slope = Derivation(
    "week3.relu_slope",
    title="The ReLU's slope, and its way back",
    minutes=5,
    difficulty=1,
    importance=5,
    symbols={
        "z": ("", "one score"),
        "a": ("", "max(z, 0)"),
        "da": ("", "dL/da, known"),
        "da_dz": ("", "the slope of a, 0 at the kink"),
        "dz": ("", "dL/dz"),
        "Z": ("m n", "a batch of scores"),
        "A": ("m n", "maximum(Z, 0)"),
        "dA": ("m n", "dL/dA, known"),
        "dZ": ("m n", "dL/dZ, wanted"),
    },
    known=("z", "a", "da", "Z", "A", "dA"),
    letters="i an example, j a unit",
    draw=draw,
    sizes=({"m": 5, "n": 3}, {"m": 4, "n": 2}, {"m": 3, "n": 3}, {"m": 2, "n": 4}),
    worked="""
        a = max(z, 0)  # the activation
        da_dz = 1 if z > 0 else 0  # its slope
        dz = da * (z > 0)  # the chain rule, for one number
        dZ[i, j] = dA[i, j] * (Z[i, j] > 0)  # each entry for itself
        dZ = dA * (Z > 0)  # the same for the batch
    """,
    blanks=((3,), (2, 3, 5)),
    hints=(
        "Draw max(z, 0). What is its slope on the right, and what on the left?",
        "The slope is 1 for z > 0 and 0 otherwise. The gradient that arrives is multiplied by it.",
        "da_dz = ... if z > 0 else ...; dz = da * (...); dZ = dA * (...)",
    ),
    mistakes=(
        ("missing slope", "the slope of the ReLU is missing: where Z < 0 nothing comes through.", "dZ = dA"),
        ("missing parentheses", "parentheses: > comes after *, so this compares a product with 0.", "dZ = dA * Z > 0"),
        ("value for slope", "you multiplied by the score. The ReLU's slope is 1 or 0.", "dZ = dA * Z"),
        ("value for slope", "you multiplied by the score. The ReLU's slope is 1 or 0.", "dz = da * z"),
        ("sign", "the slope on the left is 0, not -1: sign belongs to the absolute value.", "dZ = dA * sign(Z)"),
        ("missing slope", "the slope of the ReLU is missing: where z < 0 nothing comes through.", "dz = da"),
        ("wrong quantity", "the mask looks at the score z, not at the gradient that arrives.", "dz = da * (da > 0)"),
        ("wrong quantity", "you cut off negative gradients. The mask looks at Z, not at the gradient.", "dZ = maximum(dA, 0)"),
        ("value for slope", "you multiplied by the value of the ReLU. Its slope is 1 or 0.", "dz = da * max(z, 0)"),
        ("value for slope", "that is the ReLU itself. Its slope is 1 or 0.", "da_dz = z if z > 0 else 0"),
        ("value for slope", "you multiplied by A, the value of the ReLU. Its slope is 1 or 0.", "dZ = dA * A"),
        ("sign", "the slope on the left is 0, not -1: sign(z) belongs to the absolute value.", "dz = da * sign(z)"),
    ),
)
