import numpy as np

from ..exercise import exercise
from .shared import adam_state, both_averages


def first_step_is_a_sign(answer, rng):
    theta, g = rng.standard_normal((2, 6))
    zero = np.zeros_like(g)
    new = answer(theta, g, zero, zero, 1, 0.1, 0.9, 0.999, 1e-12)[0]
    return np.allclose(new, theta - 0.1 * np.sign(g)) or "the first step, t = 1 from m = s = 0, is not lr times the sign of g."


@exercise(
    "week6.adam_step",
    title="One step of Adam",
    minutes=10,
    difficulty=3,
    importance=5,
    returns={"theta": "theta.shape", "m": "theta.shape", "s": "theta.shape"},
    inputs=adam_state,
    hints=(
        "Two running averages, of g and of g squared. Correct both, each with its own beta. Then step.",
        "m_hat = m / (1 - beta1^t), s_hat = s / (1 - beta2^t); theta <- theta - lr m_hat / (sqrt(s_hat) + eps).",
        "m = ...; s = ...; m_hat = m / (...); s_hat = s / (...); theta = theta - lr * m_hat / (...); return theta, m, s",
    ),
    properties=(("the first step is lr times the sign of g", first_step_is_a_sign),),
)
def adam_step(theta, g, m, s, t, lr, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    s_hat = s / (1 - beta2**t)
    theta = theta - lr * m_hat / (np.sqrt(s_hat) + eps)
    return theta, m, s


@adam_step.also_right
def with_one_correction(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = m + (1 - beta1) * (g - m), s + (1 - beta2) * (g * g - s)
    c = (1 - beta2**t) ** 0.5
    return theta - lr * c / (1 - beta1**t) * m / (np.sqrt(s) + eps * c), m, s


def eps_hat(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(s) + eps), m, s


def eps_added_to_theta(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * m / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t)) + eps, m, s


def corrected_averages_returned(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    m, s = m / (1 - beta1**t), s / (1 - beta2**t)
    return theta - lr * m / (np.sqrt(s) + eps), m, s


def g_for_m(theta, g, m, s, t, lr, beta1, beta2, eps):
    m, s = both_averages(g, m, s, beta1, beta2)
    return theta - lr * g / (np.sqrt(s / (1 - beta2**t)) + eps), m, s


def stepping(
    correct=lambda m, s, t, beta1, beta2: (m / (1 - beta1**t), s / (1 - beta2**t)),
    divide=lambda m, s, eps: m / (np.sqrt(s) + eps),
    averages=both_averages,
):
    """A wrong solution: other averages, other corrections of them, or another quotient of the corrected two."""

    def answer(theta, g, m, s, t, lr, beta1, beta2, eps):
        m, s = averages(g, m, s, beta1, beta2)
        return theta - lr * divide(*correct(m, s, t, beta1, beta2), eps), m, s

    return answer


adam_step.add_mistakes(
    (
        "m and s are right. In theta, the correction of m is (1 - beta1)**t: the power belongs to beta1 alone, 1 - beta1**t.",
        lambda theta, g, m, s, t, lr, beta1, beta2, eps: (
            theta
            - lr * (beta1 * m + (1 - beta1) * g) / (1 - beta1) ** t / (np.sqrt((beta2 * s + (1 - beta2) * g**2) / (1 - beta2**t)) + eps),
            *both_averages(g, m, s, beta1, beta2),
        ),
    ),
    (
        "neither average is corrected. Both start at 0 and are too small at first: divide by 1 - beta1^t and 1 - beta2^t.",
        stepping(lambda m, s, t, beta1, beta2: (m, s)),
    ),
    ("s is not corrected: divide it by 1 - beta2^t before the root.", stepping(lambda m, s, t, beta1, beta2: (m / (1 - beta1**t), s))),
    ("m is not corrected: divide it by 1 - beta1^t.", stepping(lambda m, s, t, beta1, beta2: (m, s / (1 - beta2**t)))),
    (
        "the power t is missing in the corrections: 1 - beta1 and 1 - beta2 hold at the first step only. Write 1 - beta1**t.",
        stepping(lambda m, s, t, beta1, beta2: (m / (1 - beta1), s / (1 - beta2))),
    ),
    (
        "you multiplied by the corrections. The averages are too small, so divide: m / (1 - beta1**t).",
        stepping(lambda m, s, t, beta1, beta2: (m * (1 - beta1**t), s * (1 - beta2**t))),
    ),
    (
        "eps is inside the root. Here it is added after the root: np.sqrt(s_hat) + eps.",
        stepping(divide=lambda m, s, eps: m / np.sqrt(s + eps)),
    ),
    (
        "eps was added to the uncorrected root, as some libraries do (their 'epsilon hat'). Here it comes last: np.sqrt(s_hat) + eps.",
        eps_hat,
    ),
    (
        "eps is missing: an entry whose gradient was always 0 would give 0 / 0. Write np.sqrt(s_hat) + eps.",
        stepping(divide=lambda m, s, eps: m / np.sqrt(s)),
    ),
    (
        "eps is added to the parameter, as it is without parentheses. Add it to the denominator: lr * m_hat / (np.sqrt(s_hat) + eps).",
        eps_added_to_theta,
    ),
    (
        "theta is right, but you return m and s corrected, and they would be corrected again in the next step. Keep the plain averages: return theta, m, s.",
        corrected_averages_returned,
    ),
    (
        "t is one too small in the corrections. t counts this step too, from 1: 1 - beta1**t.",
        stepping(lambda m, s, t, beta1, beta2: (m / (1 - beta1 ** (t - 1)), s / (1 - beta2 ** (t - 1)))),
    ),
    (
        "t is one too large in the corrections. It counts this step already: 1 - beta1**t.",
        stepping(lambda m, s, t, beta1, beta2: (m / (1 - beta1 ** (t + 1)), s / (1 - beta2 ** (t + 1)))),
    ),
    ("theta goes uphill: subtract the step.", stepping(divide=lambda m, s, eps: -m / (np.sqrt(s) + eps))),
    (
        "the root is missing: divide by np.sqrt(s_hat) + eps, so that the units of g cancel.",
        stepping(divide=lambda m, s, eps: m / (s + eps)),
    ),
    ("g itself is in the numerator: that is RMSProp with a correction. Adam moves along the average: m_hat.", g_for_m),
    (
        "both averages use beta1. s has its own, slower one: beta2.",
        lambda theta, g, m, s, t, lr, beta1, beta2, eps: adam_step.reference(theta, g, m, s, t, lr, beta1, beta1, eps),
    ),
    (
        "beta1 and beta2 are swapped: beta1 belongs to m, beta2 to s.",
        lambda theta, g, m, s, t, lr, beta1, beta2, eps: adam_step.reference(theta, g, m, s, t, lr, beta2, beta1, eps),
    ),
    (
        "both corrections use beta1. s was averaged with beta2: s / (1 - beta2**t).",
        stepping(lambda m, s, t, beta1, beta2: (m / (1 - beta1**t), s / (1 - beta1**t))),
    ),
    (
        "s averages g, not its square: (1 - beta2) * g**2.",
        stepping(averages=lambda g, m, s, beta1, beta2: (beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g)),
    ),
    (
        "theta is right, but you return the old m and s: the next step needs the new ones.",
        lambda theta, g, m, s, t, lr, beta1, beta2, eps: (adam_step.reference(theta, g, m, s, t, lr, beta1, beta2, eps)[0], m, s),
    ),
    ("the three are right, but in the wrong order: return theta, m, s.", adam_step.spoil(lambda theta, m, s: (theta, s, m))),
)
