import numpy as np

from ..derivations.derivation import Derivation, Space


def draw(rng, rate):
    """Both outcomes of the mask, with their probabilities."""
    x, M = float(rng.uniform(1.5, 3.0)), np.array([0.0, 1 / (1 - rate)])
    return {"x": x, "r": rate}, (Space({"M": M, "a": x * M}, np.array([rate, 1 - rate])),)


SCALE = "the scale is forgotten: what is kept is divided by 1 - r."

dropout_moments = Derivation(
    "week7.dropout_moments",
    title="Dropout's mean and variance",
    minutes=8,
    difficulty=3,
    importance=4,
    symbols={
        "r": ("", "the rate: the probability that a value is dropped"),
        "x": ("", "a value"),
        "M": ("", "its mask: 0 with probability r, else 1 / (1 - r)"),
        "a": ("", "x * M"),
    },
    known=("r", "x", "M", "a"),
    letters="E[...] is the mean over the masks, Var(...) the variance",
    draw=draw,
    sizes=({"rate": 0.2}, {"rate": 0.3}, {"rate": 0.65}, {"rate": 0.1}),
    worked="""
        E[M] = r * 0 + (1 - r) * 1 / (1 - r)  # two outcomes
        E[a] = x  # so the mean stays
        E[a**2] = x**2 / (1 - r)  # the mean square grows
        Var(a) = E[a**2] - E[a]**2  # a variance
        Var(a) = r / (1 - r) * x**2  # what dropout adds
    """,
    blanks=((3,), (1, 3, 5)),
    hints=(
        "There are two outcomes. Multiply each value by its probability, and add.",
        "E[a**2] = (1 - r) (x / (1 - r))**2. The variance is the mean of the square minus the square of the mean.",
        "E[M] = r * ... + (1 - r) * ...; E[a**2] = x**2 / (...); Var(a) = ... / (1 - r) * x**2",
    ),
    mistakes=(
        ("lost term", "that is the mean square. For the variance, subtract the square of the mean.", "Var(a) = E[a**2]"),
        ("wrong probability", "r is the probability to drop: what is kept has the probability 1 - r.", "E[M] = r / (1 - r)"),
        ("wrong probability", "r is the probability to drop: what is kept has the probability 1 - r, and it is scaled.", "E[a] = r * x"),
        ("wrong probability", "r is the probability to drop, not to keep.", "E[a] = r / (1 - r) * x"),
        ("scale forgotten", SCALE, "E[M] = 1 - r"),
        ("scale forgotten", SCALE, "E[a] = (1 - r) * x"),
        ("scale forgotten", SCALE, "E[a**2] = (1 - r) * x**2"),
        ("scale forgotten", SCALE, "Var(a) = r * (1 - r) * x**2"),
        ("power", "the mean square is not the square of the mean: the scale goes in squared, the probability once.", "E[a**2] = x**2"),
        ("power", "that is the square of the kept value. Its probability, 1 - r, is missing.", "E[a**2] = x**2 / (1 - r)**2"),
        ("mean not squared", "the square of the mean is subtracted, not the mean.", "Var(a) = E[a**2] - E[a]"),
        ("inverted", "upside down: with r = 0 nothing is dropped, and there is no variance.", "Var(a) = (1 - r) / r * x**2"),
    ),
)
