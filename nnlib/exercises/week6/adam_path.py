import numpy as np

from ..exercise import exercise
from .shared import both_averages


def run_of_adam(rng):
    """A start, the gradients of T steps, and lr; the betas and eps are Adam's usual ones."""
    T, n = rng.integers(6, 10), rng.integers(2, 5)
    return rng.standard_normal(n), rng.standard_normal((T, n)) + 0.5, float(rng.uniform(0.01, 0.1))


def adam_walk(theta, G, lr, correct, eps=1e-8):
    """The places after each step of an Adam whose two averages are corrected by correct(m, s, t)."""
    m, s, places = 0.0, 0.0, []
    for t, g in enumerate(G, 1):
        m, s = both_averages(g, m, s, 0.9, 0.999)
        m_hat, s_hat = correct(m, s, t)
        theta = theta - lr * m_hat / (np.sqrt(s_hat) + eps)
        places.append(theta)
    return np.array(places)


def equal_gradients_equal_steps(answer, rng):
    theta, G, lr = run_of_adam(rng)
    steps = np.diff(answer(theta, np.tile(G[0], (8, 1)), lr), axis=0)
    return np.allclose(steps, -lr * np.sign(G[0])) or "with equal gradients every step must be lr long: yours are not."


@exercise(
    "week6.adam_path",
    title="An Adam to mend",
    minutes=6,
    difficulty=3,
    importance=4,
    returns={"places": "G.shape"},
    inputs=run_of_adam,
    hints=(
        "The first step is right, the second is not. What must change from step to step, and does not?",
        "The weights of the average after t steps add up to 1 - beta^t. Which lines know t?",
        "for t, g in enumerate(G, 1): m = ...; s = ...; m_hat = m / (1 - 0.9**t); s_hat = ...; theta = ...; places.append(theta)",
    ),
    properties=(("equal gradients give steps of equal length lr", equal_gradients_equal_steps),),
)
def adam_path(theta, G, lr):
    m, s, places = 0, 0, []
    for t, g in enumerate(G, 1):
        m = 0.9 * m + 0.1 * g
        s = 0.999 * s + 0.001 * g**2
        m_hat = m / (1 - 0.9**t)
        s_hat = s / (1 - 0.999**t)
        theta = theta - lr * m_hat / (np.sqrt(s_hat) + 1e-8)
        places.append(theta)
    return np.array(places)


@adam_path.also_right
def with_matrices_of_weights(theta, G, lr):
    t = np.arange(len(G))
    weights = [np.tril(beta ** np.abs(t[:, None] - t)) for beta in (0.9, 0.999)]
    m_hat, s_hat = (W @ A / W.sum(axis=1, keepdims=True) for W, A in zip(weights, (G, G**2)))
    return theta - np.cumsum(lr * m_hat / (np.sqrt(s_hat) + 1e-8), axis=0)


def correction_fed_back(theta, G, lr):
    m, s, places = 0.0, 0.0, []
    for t, g in enumerate(G, 1):
        m, s = both_averages(g, m, s, 0.9, 0.999)
        m, s = m / (1 - 0.9**t), s / (1 - 0.999**t)
        theta = theta - lr * m / (np.sqrt(s) + 1e-8)
        places.append(theta)
    return np.array(places)


adam_path.add_mistakes(
    (
        "the bug is still there: 1 - 0.9 and 1 - 0.999 are the corrections of the first step. Step t needs 1 - 0.9**t and 1 - 0.999**t.",
        lambda theta, G, lr: adam_walk(theta, G, lr, lambda m, s, t: (m / 0.1, s / 0.001)),
    ),
    (
        "m is right now. s still has the correction of the first step: s / (1 - 0.999**t).",
        lambda theta, G, lr: adam_walk(theta, G, lr, lambda m, s, t: (m / (1 - 0.9**t), s / 0.001)),
    ),
    (
        "s is right now. m still has the correction of the first step: m / (1 - 0.9**t).",
        lambda theta, G, lr: adam_walk(theta, G, lr, lambda m, s, t: (m / 0.1, s / (1 - 0.999**t))),
    ),
    (
        "the corrections are gone altogether. Now the first steps are several times too long: divide by 1 - 0.9**t and 1 - 0.999**t.",
        lambda theta, G, lr: adam_walk(theta, G, lr, lambda m, s, t: (m, s)),
    ),
    (
        "the first step has the power 0, and 1 - 0.9**0 is 0. It is step t = 1: enumerate(G, 1), and 0.9**t.",
        lambda theta, G, lr: adam_walk(
            theta, G, lr, lambda m, s, t: (m / np.float64(1 - 0.9 ** (t - 1)), s / np.float64(1 - 0.999 ** (t - 1)))
        ),
    ),
    (
        "t is one too large: the first step is t = 1.",
        lambda theta, G, lr: adam_walk(theta, G, lr, lambda m, s, t: (m / (1 - 0.9 ** (t + 1)), s / (1 - 0.999 ** (t + 1)))),
    ),
    (
        "you multiplied by the corrections. The averages are too small at first, so divide.",
        lambda theta, G, lr: adam_walk(theta, G, lr, lambda m, s, t: (m * (1 - 0.9**t), s * (1 - 0.999**t))),
    ),
    (
        "the corrected m and s were stored as the state, and corrected again in the next step. Give them their own names: m_hat, s_hat.",
        correction_fed_back,
    ),
    (
        "every step uses the correction of the last one, 1 - 0.9**T. The power is the number of the step, t.",
        lambda theta, G, lr: adam_walk(theta, G, lr, lambda m, s, t: (m / (1 - 0.9 ** len(G)), s / (1 - 0.999 ** len(G)))),
    ),
    (
        "each step is lr times a sign, as when m and s start again from 0 at every step. Set them to 0 once, and keep both averages.",
        lambda theta, G, lr: theta - lr * np.cumsum(np.sign(G), axis=0),
    ),
    ("this is the last position. Keep the position after every step: T rows.", lambda theta, G, lr: adam_path.reference(theta, G, lr)[-1]),
    (
        "the start is in it as a first row. You need only the positions after each step: T rows.",
        lambda theta, G, lr: np.vstack([theta, adam_path.reference(theta, G, lr)]),
    ),
)
