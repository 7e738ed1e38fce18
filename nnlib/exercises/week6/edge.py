import numpy as np

from ..derivations.derivation import Derivation


def draw(rng, t, share):
    """One weight on a parabola; ``share`` is the rate as a share of the edge."""
    lam, start = float(rng.uniform(0.5, 4.0)), float(rng.uniform(0.5, 2.0))
    eta = share * 2 / lam
    w = [start]
    for _ in range(t + 2):
        w.append(w[-1] - eta * lam * w[-1])
    w = np.array(w)
    values = {"lam": lam, "eta": eta, "w": w, "g": lam * w, "eta_max": 2 / lam}
    return values, (), bool(0 < share < 1)


edge = Derivation(
    "week6.edge",
    title="The edge, 2 / lambda",
    minutes=8,
    difficulty=2,
    importance=5,
    symbols={
        "lam": ("", "the curvature lambda of L = lam * w**2 / 2, above 0"),
        "eta": ("", "the learning rate"),
        "t": ("", "a number of steps"),
        "w": ("t3", "w[t]: the weight after t steps, w[0] the start, not 0"),
        "g": ("t3", "g[t]: the gradient at w[t]"),
        "eta_max": ("", "the edge: below it (and above 0) w[t] goes to 0; wanted"),
    },
    known=("lam", "eta", "t", "w"),
    letters="t a step",
    draw=lambda rng, t, t3, share: draw(rng, t, share),
    sizes=tuple(
        {"t": t, "t3": t + 3, "share": share}
        for t, share in ((3, 0.3), (4, 0.7), (2, 1.2), (3, 1.0), (5, -0.4), (4, 0.96), (2, 0.04), (3, 2.1))
    ),
    worked="""
        g[t] = lam * w[t]  # the gradient
        w[t + 1] = (1 - eta * lam) * w[t]  # one step
        w[t] = (1 - eta * lam)**t * w[0]  # t steps
        abs(1 - eta * lam) < 1  # what makes the power go to 0
        eta_max = 2 / lam  # the edge
    """,
    blanks=((4,), (2, 3, 4)),
    hints=(
        "What does one step do to w, as a factor? What do t steps do? When does a power go to 0?",
        "One step multiplies w by 1 - eta lam. A power goes to 0 exactly if its base lies between -1 and 1.",
        "w[t + 1] = (1 - ...) * w[t]; w[t] = (...)**t * w[0]; abs(...) < 1; eta_max = ... / lam",
    ),
    mistakes=(
        ("missing factor", "that is the curvature. The slope of lam * w**2 / 2 still has the weight in it.", "g[t] = lam"),
        ("not a slope", "that is the loss, not its slope.", "g[t] = lam * w[t]**2 / 2"),
        ("missing factor", "the gradient is lam * w: the curvature is missing in the step.", "w[t + 1] = (1 - eta) * w[t]"),
        ("power", "each step multiplies: t steps give a power, not a product with t.", "w[t] = (1 - eta * lam) * w[0] * t"),
        (
            "half the edge",
            "at 1 / lam one step is enough. Beyond it w swings, and still shrinks: the edge is further out.",
            "eta_max = 1 / lam",
        ),
        ("reciprocal", "upside down: the steeper the valley, the lower the edge.", "eta_max = lam / 2"),
    ),
)
