import numpy as np

from ...gradient_check import numerical_gradient
from ..derivations.derivation import Derivation


def draw(rng):
    z, dt = np.asarray(rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 1.5)), float(rng.standard_normal())
    dt_dz = float(numerical_gradient(lambda z: float(np.tanh(z)), z))
    ds_dz = float(numerical_gradient(lambda z: float(1 / (1 + np.exp(-2 * z))), z))
    return {
        **{"z": float(z), "t": float(np.tanh(z)), "s": float(1 / (1 + np.exp(-2 * z)))},
        **{"dt": dt, "ds_dz": ds_dz, "dt_dz": dt_dz, "dz": dt * dt_dz},
    }


tanh_slope = Derivation(
    "week3.tanh_slope",
    title="The slope of tanh, from the sigmoid's",
    minutes=6,
    difficulty=2,
    importance=4,
    symbols={
        "z": ("", "a score"),
        "t": ("", "tanh(z)"),
        "s": ("", "sigmoid(2 * z)"),
        "dt": ("", "dL/dt, known"),
        "ds_dz": ("", "the slope of s, seen from z"),
        "dt_dz": ("", "the slope of t, wanted"),
        "dz": ("", "dL/dz, wanted"),
    },
    known=("z", "t", "s", "dt"),
    letters="none",
    draw=draw,
    sizes=({},) * 5,
    worked="""
        t = 2 * s - 1  # tanh is a sigmoid, stretched and moved
        ds_dz = 2 * s * (1 - s)  # the sigmoid's slope, and the inner slope 2
        dt_dz = 4 * s * (1 - s)  # the outer factor 2
        dt_dz = 1 - t**2  # the slope, by the output alone
        dz = dt * (1 - t**2)  # the way back
    """,
    blanks=((4,), (2, 3, 4)),
    hints=(
        "You know the slope of a sigmoid. What does the 2 in sigmoid(2 z) do to it?",
        "s has the slope 2 s (1 - s), t = 2 s - 1 has twice that. Put s = (1 + t) / 2 in.",
        "ds_dz = 2 * ...; dt_dz = 4 * ...; dt_dz = 1 - ...",
    ),
    mistakes=(
        ("missing inner slope", "the inner slope is missing: s = sigmoid(2 z), and 2 z has the slope 2.", "ds_dz = s * (1 - s)"),
        ("missing inner slope", "one factor 2 is missing: one comes from 2 z, another from t = 2 s - 1.", "dt_dz = 2 * s * (1 - s)"),
        (
            "wrong quantity",
            "that is the sigmoid's rule. The rule for tanh is different: write it with tanh's own output.",
            "dt_dz = t * (1 - t)",
        ),
        ("wrong quantity", "it is the output that goes in, not the score: t for z.", "dt_dz = 1 - z**2"),
        ("not multiplied", "that is the slope alone. The gradient that arrives, dt, multiplies it.", "dz = 1 - t**2"),
        ("power", "the square is missing: t goes in twice.", "dt_dz = 1 - t"),
        ("power", "only t is squared: (1 - t) (1 + t), not (1 - t) twice.", "dt_dz = (1 - t)**2"),
    ),
)
