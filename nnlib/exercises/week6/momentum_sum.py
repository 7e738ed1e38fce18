import numpy as np

from ..derivations.derivation import Derivation


def draw(rng, t, T):
    """Velocities by the recursion v[t] = beta v[t - 1] + g[t]; and one run with a gradient that stays the same."""
    beta, g = float(rng.uniform(0.4, 0.9)), np.append(np.nan, rng.standard_normal(T - 1))
    v, weights = [0.0], [0.0]
    for step in range(1, T):
        v.append(beta * v[-1] + g[step])
        weights.append(beta * weights[-1] + 1)
    constant, far = float(rng.uniform(0.5, 2.0)), 0.0
    for _ in range(2000):
        far = beta * far + constant
    return {"beta": beta, "g": g, "v": np.array(v), "total": weights[t], "g_inf": constant, "v_inf": far}


CONVENTION = "that is the average, with 1 - beta. Here v is the sum: v[t] = beta v[t - 1] + g[t]."

momentum_sum = Derivation(
    "week6.momentum_sum",
    title="Momentum: what the velocity adds up",
    minutes=10,
    difficulty=3,
    importance=4,
    symbols={
        "beta": ("", "the memory, between 0 and 1"),
        "t": ("", "a number of steps"),
        "g": ("T", "g[1], g[2], ...: the gradients"),
        "v": ("T", "v[t] = beta * v[t - 1] + g[t], with v[0] = 0"),
        "total": ("", "the weights of all gradients in v[t], added up"),
        "g_inf": ("", "a gradient that stays the same for ever"),
        "v_inf": ("", "where v ends up with it; wanted"),
    },
    known=("beta", "t", "g", "g_inf"),
    letters="s an earlier step, from 1 to t",
    draw=draw,
    sizes=({"t": 3, "T": 6}, {"t": 4, "T": 7}, {"t": 2, "T": 5}),
    starts={"g": 1, "v": 1},
    worked="""
        v[1] = g[1]  # the first step
        v[2] = beta * g[1] + g[2]  # the second: the old gradient has faded once
        v[t] = sum(beta**(t - s) * g[s] for s in range(1, t + 1))  # any step
        total = (1 - beta**t) / (1 - beta)  # the weights add up: a geometric sum
        v_inf = g_inf / (1 - beta)  # for a gradient that stays the same
    """,
    blanks=((3,), (2, 3, 4)),
    hints=(
        "Put the rule into itself: write v[1], v[2], v[3] with the gradients alone. What is the factor of g[1] each time?",
        "g[s] has faded t - s times. The weights are 1 + beta + ... + beta**(t - 1), a geometric sum.",
        "v[t] = sum(beta**(...) * g[s] for s in range(1, t + 1)); total = (1 - ...) / (1 - beta)",
    ),
    mistakes=(
        ("lost term", "that is the sum of weights without end. After t steps a part is still missing.", "total = 1 / (1 - beta)"),
        (
            "one path",
            "that is the memory of one step. v[t - 1] holds all earlier gradients, not only the last.",
            "v[t] = beta * g[t - 1] + g[t]",
        ),
        ("convention", CONVENTION, "v[1] = (1 - beta) * g[1]"),
        ("convention", CONVENTION, "v[t] = (1 - beta) * sum(beta**(t - s) * g[s] for s in range(1, t + 1))"),
        ("missing factor", "the older gradient has faded once: it has a factor beta.", "v[2] = g[1] + g[2]"),
        ("wrong index", "the newest gradient has faded least: beta belongs to the older one.", "v[2] = g[1] + beta * g[2]"),
        (
            "wrong index",
            "the powers count from the wrong end: the newest gradient has beta**0.",
            "v[t] = sum(beta**s * g[s] for s in range(1, t + 1))",
        ),
        (
            "wrong range",
            "the newest gradient is missing: range(1, t) ends with t - 1.",
            "v[t] = sum(beta**(t - s) * g[s] for s in range(1, t))",
        ),
        ("power", "there are t terms, the last with the power t - 1: write 1 - beta**t.", "total = (1 - beta**(t + 1)) / (1 - beta)"),
        ("inverted", "upside down: the longer the memory, the longer the step.", "v_inf = g_inf * (1 - beta)"),
        ("missing factor", "that is one gradient. The faded ones before it add up, too.", "v_inf = g_inf"),
    ),
)
