import numpy as np

from ..exercise import exercise


def gradients_of_a_run(rng):
    """The gradients of T steps as rows, and beta."""
    return rng.standard_normal((rng.integers(6, 9), rng.integers(3, 5))) + 1.5, float(rng.uniform(0.6, 0.95))


def running_averages(G, beta, share=None):
    """The average after each step, uncorrected: (T, n)."""
    m, rows = np.zeros(G.shape[1]), []
    for g in G:
        m = beta * m + (1 - beta if share is None else share) * g
        rows.append(m)
    return np.array(rows)


def powers(G, beta):
    return (beta ** np.arange(1, len(G) + 1))[:, None]


def constants_stay(answer, rng):
    _, beta = gradients_of_a_run(rng)
    G = np.tile(rng.standard_normal(3), (9, 1))
    return np.allclose(answer(G, beta), G) or "the corrected average of equal gradients is not that gradient."


@exercise(
    "week6.corrected_averages",
    title="A running average that starts right",
    minutes=8,
    difficulty=3,
    importance=5,
    returns={"averages": "G.shape"},
    inputs=gradients_of_a_run,
    hints=(
        "Keep the plain average m from step to step. Divide only what you hand out.",
        "m <- beta m + (1 - beta) g, from m = 0. Row t, counted from 1, is m / (1 - beta^t).",
        "m = np.zeros(G.shape[1]); for t, g in enumerate(G, 1): m = ...; rows.append(m / (1 - ...)). At the end np.array(rows).",
    ),
    properties=(("equal gradients have that gradient as their average, from the first step on", constants_stay),),
)
def corrected_averages(G, beta):
    m, rows = np.zeros(G.shape[1]), []
    for t, g in enumerate(G, 1):
        m = beta * m + (1 - beta) * g
        rows.append(m / (1 - beta**t))
    return np.array(rows)


@corrected_averages.also_right
def with_a_matrix_of_weights(G, beta):
    t = np.arange(len(G))
    W = np.tril(beta ** np.abs(t[:, None] - t))
    return W @ G / W.sum(axis=1, keepdims=True)


def correction_fed_back(G, beta):
    m, rows = np.zeros(G.shape[1]), []
    for t, g in enumerate(G, 1):
        m = (beta * m + (1 - beta) * g) / (1 - beta**t)
        rows.append(m)
    return np.array(rows)


def started_at_the_first(G, beta):
    m, rows = G[0], [G[0]]
    for g in G[1:]:
        m = beta * m + (1 - beta) * g
        rows.append(m)
    return np.array(rows)


corrected_averages.add_mistakes(
    ("the correction is missing: the first rows are too small, because m starts at 0. Divide row t by 1 - beta^t.", running_averages),
    (
        "the power is missing: 1 - beta fits the first row alone, later ones become too large. Divide by 1 - beta**t.",
        lambda G, beta: running_averages(G, beta) / (1 - beta),
    ),
    (
        "the first row has the power 0, and 1 - beta^0 is 0. It is step t = 1: enumerate(G, 1), and beta**t.",
        lambda G, beta: running_averages(G, beta) / (1 - powers(G, beta) / beta),
    ),
    (
        "t is one too large: the first row is divided by 1 - beta^2. The first step is t = 1.",
        lambda G, beta: running_averages(G, beta) / (1 - powers(G, beta) * beta),
    ),
    (
        "you multiplied by 1 - beta^t, which makes early rows even smaller. Divide by it.",
        lambda G, beta: running_averages(G, beta) * (1 - powers(G, beta)),
    ),
    (
        "the corrected average was put back into m, and corrected again in the next step. Keep m plain, and store the quotient under another name.",
        correction_fed_back,
    ),
    (
        "m starts at the first gradient, which then has too much weight. Start at 0 and divide by 1 - beta^t.",
        started_at_the_first,
    ),
    (
        "every row is the plain mean of all gradients so far. Here old ones fade: beta * m + (1 - beta) * g.",
        lambda G, beta: np.cumsum(G, axis=0) / np.arange(1, len(G) + 1)[:, None],
    ),
    (
        "every row is 1 / (1 - beta) times too large, as without the factor 1 - beta before g. Its weights must add up to 1.",
        lambda G, beta: running_averages(G, beta, 1.0) / (1 - powers(G, beta)),
    ),
    (
        "beta and 1 - beta are swapped: the old average has the share beta, the new gradient 1 - beta.",
        lambda G, beta: running_averages(G, 1 - beta) / (1 - powers(G, beta)),
    ),
    (
        "every row was divided by 1 - beta^T, the correction of the last one. Each row has its own power t.",
        lambda G, beta: running_averages(G, beta) / (1 - beta ** len(G)),
    ),
    (
        "this is the last row only. Keep the average after every step: T rows.",
        lambda G, beta: running_averages(G, beta)[-1] / (1 - beta ** len(G)),
    ),
    ("beta * t is not a power: write beta**t.", lambda G, beta: running_averages(G, beta) / (1 - beta * np.arange(1, len(G) + 1)[:, None])),
)
