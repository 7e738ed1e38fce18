import numpy as np

from ..exercise import exercise


def momentum_state(rng):
    """theta, its gradient, a velocity that is not zero, lr and beta."""
    theta, g, v = rng.standard_normal((3, rng.integers(5, 8)))
    return theta, g, v, float(rng.uniform(0.05, 0.4)), float(rng.uniform(0.6, 0.95))


def many_steps_add_up(answer, rng):
    theta, g, _, lr, beta = momentum_state(rng)
    v = np.zeros_like(g)
    for _ in range(400):
        theta, v = answer(theta, g, v, lr, beta)
    return np.allclose(v, g / (1 - beta)) or "after 400 steps with one and the same g, v is not g / (1 - beta)."


@exercise(
    "week6.momentum_step",
    title="One step with momentum",
    minutes=6,
    difficulty=2,
    importance=5,
    returns={"theta": "theta.shape", "v": "theta.shape"},
    inputs=momentum_state,
    hints=(
        "Two lines. The velocity first: keep a share of the old one, add the gradient. Then move.",
        "v <- beta v + g; theta <- theta - lr v, with the new v.",
        "v = beta * v + ...; theta = theta - lr * ...; return theta, v. No += and no *=: the caller still needs the old arrays.",
    ),
    properties=(("with a constant gradient v reaches g / (1 - beta)", many_steps_add_up),),
)
def momentum_step(theta, g, v, lr, beta):
    v = beta * v + g
    theta = theta - lr * v
    return theta, v


momentum_step.also_right(lambda theta, g, v, lr, beta: (theta - lr * g - lr * beta * v, g + v * beta))


def nesterov(theta, g, v, lr, beta):
    v = beta * v + g
    return theta - lr * (g + beta * v), v


def stepping(velocity=lambda g, v, lr, beta: beta * v + g, move=lambda theta, v, lr: theta - lr * v):
    """A wrong solution: another velocity, or another move with it."""

    def answer(theta, g, v, lr, beta):
        v = velocity(g, v, lr, beta)
        return move(theta, v, lr), v

    return answer


momentum_step.add_mistakes(
    (
        "theta moved along the old velocity. The gradient of this step acts at once: compute v first, then theta - lr * v.",
        lambda theta, g, v, lr, beta: (theta - lr * v, beta * v + g),
    ),
    (
        "this is the averaged form, (1 - beta) g. Ours adds the whole gradient: v = beta * v + g.",
        stepping(lambda g, v, lr, beta: beta * v + (1 - beta) * g),
    ),
    ("theta goes uphill: v points along the gradient, so subtract it, theta - lr * v.", stepping(move=lambda theta, v, lr: theta + lr * v)),
    (
        "v is right, but theta moved along g alone: that is plain gradient descent. Write theta - lr * v.",
        lambda theta, g, v, lr, beta: (theta - lr * g, beta * v + g),
    ),
    (
        "the learning rate went into v. That is another convention, which differs as soon as lr changes: here v = beta * v + g, and lr stands before v.",
        stepping(lambda g, v, lr, beta: beta * v + lr * g, lambda theta, v, lr: theta - v),
    ),
    (
        "the learning rate is in it twice, in v and in the step. Keep it out of v: v = beta * v + g.",
        stepping(lambda g, v, lr, beta: beta * v + lr * g),
    ),
    ("this step looks one beta v further: theta - lr (g + beta v). Here theta moves by lr * v.", nesterov),
    (
        "your v has the sign of the step. Here it has the sign of the gradient: v = beta * v + g, and the minus stands in theta - lr * v.",
        stepping(lambda g, v, lr, beta: beta * v - lr * g, lambda theta, v, lr: theta + v),
    ),
    (
        "beta is missing: v = v + g never forgets, and never comes to rest. Write beta * v + g.",
        lambda theta, g, v, lr, beta: (theta - lr * (v + g), v + g),
    ),
    (
        "beta stands before both. Only the old velocity fades: beta * v + g, without parentheses.",
        stepping(lambda g, v, lr, beta: beta * (v + g)),
    ),
    ("beta stands before g. It belongs to the old velocity, which fades: beta * v + g.", stepping(lambda g, v, lr, beta: v + beta * g)),
    (
        "theta is right, but you return the old v: the next step needs the new one. return theta, v after v = beta * v + g.",
        lambda theta, g, v, lr, beta: (theta - lr * (beta * v + g), v),
    ),
    ("the two are right, but in another order: return theta, v.", momentum_step.spoil(lambda theta, v: (v, theta))),
)
