import numpy as np

from ..exercise import exercise


def rmsprop_state(rng):
    """theta, g, an average of squares that is not zero, lr, rho, and an eps large enough to be seen."""
    n = rng.integers(5, 8)
    theta, g = rng.standard_normal((2, n))
    return theta, g, rng.uniform(0.1, 2, n), float(rng.uniform(0.05, 0.3)), float(rng.uniform(0.7, 0.95)), 0.01


def scale_does_not_matter(answer, rng):
    theta, g, s, lr, rho, _ = rmsprop_state(rng)
    one, hundred = answer(theta, g, s, lr, rho, 1e-12)[0], answer(theta, 100 * g, 100**2 * s, lr, rho, 1e-12)[0]
    return np.allclose(one, hundred) or "a loss 100 times larger, with s to match, gives another step."


@exercise(
    "week6.rmsprop_step",
    title="One step of RMSProp",
    minutes=6,
    difficulty=2,
    importance=4,
    returns={"theta": "theta.shape", "s": "theta.shape"},
    inputs=rmsprop_state,
    hints=(
        "Average the squares of the gradients, entry by entry. Then divide the gradient by the root of that average.",
        "s <- rho s + (1 - rho) g^2; theta <- theta - lr g / (sqrt(s) + eps), with the new s.",
        "s = rho * s + ... * g**2; theta = theta - lr * g / (np.sqrt(...) + eps); return theta, s",
    ),
    properties=(("the scale of the loss does not matter", scale_does_not_matter),),
)
def rmsprop_step(theta, g, s, lr, rho, eps):
    s = rho * s + (1 - rho) * g**2
    theta = theta - lr * g / (np.sqrt(s) + eps)
    return theta, s


@rmsprop_step.also_right
def moving_towards_the_square(theta, g, s, lr, rho, eps):
    s = s + (1 - rho) * (g * g - s)
    return theta - g * (lr / (s**0.5 + eps)), s


def stepping(average=lambda g, s, rho: rho * s + (1 - rho) * g**2, move=lambda theta, g, s, lr, eps: theta - lr * g / (np.sqrt(s) + eps)):
    """A wrong solution: another average, or another move with it."""

    def answer(theta, g, s, lr, rho, eps):
        s = average(g, s, rho)
        return move(theta, g, s, lr, eps), s

    return answer


rmsprop_step.add_mistakes(
    (
        "eps is inside the root. Here it is added after it: np.sqrt(s) + eps. Inside, it would count as sqrt(eps) where s is 0.",
        stepping(move=lambda theta, g, s, lr, eps: theta - lr * g / np.sqrt(s + eps)),
    ),
    (
        "eps is missing: an entry whose gradient was always 0 would give 0 / 0. Write np.sqrt(s) + eps.",
        stepping(move=lambda theta, g, s, lr, eps: theta - lr * g / np.sqrt(s)),
    ),
    (
        "eps is added to the parameter, as it is without parentheses. Add it to the denominator: lr * g / (np.sqrt(s) + eps).",
        stepping(move=lambda theta, g, s, lr, eps: theta - lr * g / np.sqrt(s) + eps),
    ),
    (
        "without parentheses, eps is subtracted from the parameter, not added to the denominator: lr * g / (np.sqrt(s) + eps).",
        stepping(move=lambda theta, g, s, lr, eps: theta - lr * (g / np.sqrt(s) + eps)),
    ),
    (
        "the root is missing: s has the unit of g squared, so g / s grows where g is small. Divide by np.sqrt(s).",
        stepping(move=lambda theta, g, s, lr, eps: theta - lr * g / (s + eps)),
    ),
    (
        "theta was divided by the old average. The new square belongs to it: update s first, then theta.",
        lambda theta, g, s, lr, rho, eps: (theta - lr * g / (np.sqrt(s) + eps), rho * s + (1 - rho) * g**2),
    ),
    (
        "rho and 1 - rho are swapped: the old s has the share rho, the new square 1 - rho.",
        stepping(lambda g, s, rho: (1 - rho) * s + rho * g**2),
    ),
    (
        "the factor 1 - rho before g^2 is missing: without it s is a sum, in the long run 1 / (1 - rho) times too large.",
        stepping(lambda g, s, rho: rho * s + g**2),
    ),
    (
        "this is AdaGrad: s adds up all squares and never forgets, so its steps fade for ever. Write rho * s + (1 - rho) * g**2.",
        stepping(lambda g, s, rho: s + g**2),
    ),
    (
        "s averages g, not its square. Gradients of both signs would cancel, and the root fail: g**2.",
        stepping(lambda g, s, rho: rho * s + (1 - rho) * g),
    ),
    (
        "one average for all entries. Each number of theta has its own s: leave out the mean.",
        stepping(lambda g, s, rho: rho * s + (1 - rho) * np.mean(g**2)),
    ),
    (
        "theta goes uphill: subtract the step, theta - lr * g / (np.sqrt(s) + eps).",
        stepping(move=lambda theta, g, s, lr, eps: theta + lr * g / (np.sqrt(s) + eps)),
    ),
    (
        "theta is right, but you return the old s: the next step needs the new one.",
        lambda theta, g, s, lr, rho, eps: (theta - lr * g / (np.sqrt(rho * s + (1 - rho) * g**2) + eps), s),
    ),
    ("the two are right, but in the wrong order: return theta, s.", rmsprop_step.spoil(lambda theta, s: (s, theta))),
)
