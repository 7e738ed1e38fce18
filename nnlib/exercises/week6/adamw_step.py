import numpy as np

from ..exercise import exercise
from .shared import adam_state, both_averages


def adamw_state(rng):
    return (*adam_state(rng), float(rng.uniform(0.1, 0.5)))


def adam_update(g, m, s, t, beta1, beta2, eps):
    """Adam's step without its lr, and the new averages."""
    m, s = both_averages(g, m, s, beta1, beta2)
    return m / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


def decays_alike(answer, rng):
    theta, _, _, _, t, lr, beta1, beta2, eps, weight_decay = adamw_state(rng)
    zero = np.zeros_like(theta)
    new = answer(theta, zero, zero, zero, t, lr, beta1, beta2, eps, weight_decay)[0]
    return (
        np.allclose(new, (1 - lr * weight_decay) * theta)
        or "without any gradient, every weight must shrink by the factor 1 - lr weight_decay."
    )


@exercise(
    "week6.adamw_step",
    title="Adam with decoupled weight decay",
    minutes=7,
    difficulty=3,
    importance=3,
    returns={"theta": "theta.shape", "m": "theta.shape", "s": "theta.shape"},
    inputs=adamw_state,
    hints=(
        "The decay must not meet m and s. Where does it go instead?",
        "First theta <- (1 - lr weight_decay) theta. Then Adam's step, with g unchanged.",
        "m = ...; s = ...; m_hat = ...; s_hat = ...; theta = (1 - ...) * theta - lr * m_hat / (np.sqrt(s_hat) + eps)",
    ),
    properties=(("without a gradient all weights shrink by one factor", decays_alike),),
)
def adamw_step(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    theta = (1 - lr * weight_decay) * theta - lr * m_hat / (np.sqrt(s_hat) + eps)
    return theta, m, s


@adamw_step.also_right
def in_one_term(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    return theta - lr * (step + weight_decay * theta), m, s


def decay_divided_by_the_root(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * (m / (1 - beta1**t) + weight_decay * theta) / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


def averages_shrunk_too(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    step, m, s = adam_update(g, m, s, t, beta1, beta2, eps)
    keep = 1 - lr * weight_decay
    return keep * theta - lr * step, keep * m, keep * s


def corrections_missing(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m, s = both_averages(g, m, s, beta1, beta2)
    return (1 - lr * weight_decay) * theta - lr * m / (np.sqrt(s) + eps), m, s


def power_missing(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
    m, s = both_averages(g, m, s, beta1, beta2)
    return (1 - lr * weight_decay) * theta - lr * m / (1 - beta1) / (np.sqrt(s / (1 - beta2)) + eps), m, s


def decayed(g, theta, weight_decay):
    return g + weight_decay * theta


def stepping(move, gradient=lambda g, theta, weight_decay: g):
    """A wrong solution: move(theta, Adam's step without its lr, lr, weight_decay), and perhaps another gradient for Adam."""

    def answer(theta, g, m, s, t, lr, beta1, beta2, eps, weight_decay):
        step, m, s = adam_update(gradient(g, theta, weight_decay), m, s, t, beta1, beta2, eps)
        return move(theta, step, lr, weight_decay), m, s

    return answer


adamw_step.add_mistakes(
    (
        "the decay went into g, and so into m and s: that is l2, which Adam divides by sqrt(s_hat). Leave g alone; shrink theta itself.",
        stepping(lambda theta, step, lr, weight_decay: theta - lr * step, decayed),
    ),
    (
        "this is plain Adam: the decay is missing. theta starts from (1 - lr * weight_decay) * theta.",
        stepping(lambda theta, step, lr, weight_decay: theta - lr * step),
    ),
    (
        "lr is missing in the decay: the factor is 1 - lr * weight_decay, so that a schedule scales both.",
        stepping(lambda theta, step, lr, weight_decay: (1 - weight_decay) * theta - lr * step),
    ),
    (
        "the weights grow: the factor is 1 - lr * weight_decay, with a minus.",
        stepping(lambda theta, step, lr, weight_decay: (1 + lr * weight_decay) * theta - lr * step),
    ),
    (
        "the factor was put on after the step, so it shrinks the step too. Shrink the old theta, then step.",
        stepping(lambda theta, step, lr, weight_decay: (theta - lr * step) * (1 - lr * weight_decay)),
    ),
    (
        "the decay goes around m, but it is still divided by sqrt(s_hat). It must not be divided at all: (1 - lr * weight_decay) * theta.",
        decay_divided_by_the_root,
    ),
    (
        "you subtracted a fixed amount, lr * weight_decay. The decay is a share of each weight: lr * weight_decay * theta.",
        stepping(lambda theta, step, lr, weight_decay: theta - lr * weight_decay - lr * step),
    ),
    (
        "the decay is there twice, in the gradient and in theta. Once, in theta.",
        stepping(lambda theta, step, lr, weight_decay: (1 - lr * weight_decay) * theta - lr * step, decayed),
    ),
    ("m and s are multiplied by 1 - lr * weight_decay as well. It acts on theta alone.", averages_shrunk_too),
    ("the decay is right. The corrections of m and s are missing: divide by 1 - beta1^t and 1 - beta2^t.", corrections_missing),
    ("the decay is right. In the corrections the power t is missing: 1 - beta1**t, 1 - beta2**t.", power_missing),
)
