from itertools import product

import numpy as np

from ..derivations.derivation import Derivation, Space


def draw(rng, t, T):
    """All outcomes of gradients from one distribution, two values each; m by its recursion."""
    beta, low, high = (float(number) for number in (rng.uniform(0.4, 0.9), rng.uniform(-0.5, 0.5), rng.uniform(1.0, 2.0)))
    g = np.array(list(product((low, high), repeat=T - 1)))
    g = np.hstack([np.full((len(g), 1), np.nan), g])
    m = np.zeros_like(g)
    for step in range(1, T):
        m[:, step] = beta * m[:, step - 1] + (1 - beta) * g[:, step]
    space = Space({"g": g, "m": m, "m_hat": m[:, t] / (1 - beta**t)}, np.full(len(g), 1 / len(g)))
    return {"beta": beta, "mu": (low + high) / 2}, (space,)


bias_correction = Derivation(
    "week6.bias_correction",
    title="Adam's bias correction",
    minutes=10,
    difficulty=4,
    importance=5,
    symbols={
        "beta": ("", "the memory, between 0 and 1"),
        "t": ("", "a number of steps"),
        "g": ("T", "g[1], g[2], ...: the gradients, random, each with mean mu"),
        "m": ("T", "m[t] = beta * m[t - 1] + (1 - beta) * g[t], with m[0] = 0"),
        "mu": ("", "E[g[s]]"),
        "m_hat": ("", "the corrected average at step t, with E[m_hat] = mu; wanted"),
    },
    known=("beta", "t", "g", "mu"),
    letters="s an earlier step, from 1 to t",
    draw=draw,
    sizes=({"t": 3, "T": 5}, {"t": 2, "T": 4}),
    starts={"g": 1, "m": 1},
    worked="""
        m[t] = (1 - beta) * sum(beta**(t - s) * g[s] for s in range(1, t + 1))  # put the rule into itself
        E[m[t]] = (1 - beta) * sum(beta**(t - s) * mu for s in range(1, t + 1))  # the mean of a sum
        sum(beta**(t - s) for s in range(1, t + 1)) = (1 - beta**t) / (1 - beta)  # a geometric sum
        E[m[t]] = (1 - beta**t) * mu  # so the average starts too low
        m_hat = m[t] / (1 - beta**t)  # divide by the weights' sum
    """,
    blanks=((3,), (1, 3, 4)),
    hints=(
        "Put the rule into itself: which factor does g[s] have in m[t]? What do these factors add up to?",
        "The factors are (1 - beta) beta**(t - s), and they add up to 1 - beta**t. An average needs 1: divide.",
        "m[t] = (1 - beta) * sum(beta**(...) * g[s] for s in range(1, t + 1)); E[m[t]] = (1 - ...) * mu; m_hat = m[t] / (...)",
    ),
    mistakes=(
        (
            "missing factor",
            "the factor 1 - beta is missing: m is an average, not momentum's sum.",
            "m[t] = sum(beta**(t - s) * g[s] for s in range(1, t + 1))",
        ),
        (
            "wrong index",
            "the powers count from the wrong end: the newest gradient has beta**0.",
            "m[t] = (1 - beta) * sum(beta**s * g[s] for s in range(1, t + 1))",
        ),
        ("power", "that is true of the first step only: the power t is missing.", "E[m[t]] = (1 - beta) * mu"),
        ("bias forgotten", "that is what an average should have. This one starts at 0, and is too low at first.", "E[m[t]] = mu"),
        ("inverted", "m is too small: divide by the weights' sum, do not multiply.", "m_hat = m[t] * (1 - beta**t)"),
        ("power", "the power t is missing: the correction fades as t grows.", "m_hat = m[t] / (1 - beta)"),
        (
            "power",
            "there are t terms, the last with the power t - 1: write 1 - beta**t.",
            "sum(beta**(t - s) for s in range(1, t + 1)) = (1 - beta**(t + 1)) / (1 - beta)",
        ),
        ("missing factor", "the geometric sum is divided by 1 - beta.", "sum(beta**(t - s) for s in range(1, t + 1)) = 1 - beta**t"),
    ),
)
