import numpy as np

from ...optimizers import CosineDecay
from ..exercise import exercise


def warmup_and_steps(rng):
    """t, lr, warmup, steps: the numbers of all steps, and a warm-up of more than one of them."""
    warmup = int(rng.integers(4, 7))
    steps = warmup + int(rng.integers(11, 17))
    return np.arange(steps), float(rng.uniform(0.2, 0.9)), warmup, steps


def as_in_nnlib(answer, rng):
    t, lr, warmup, steps = warmup_and_steps(rng)
    schedule = CosineDecay(lr, steps, warmup=warmup)
    return np.allclose(answer(t, lr, warmup, steps), [schedule(t) for t in range(steps)]) or "nnlib's CosineDecay has other rates."


@exercise(
    "week6.warmup_cosine",
    title="Warm-up, then half a cosine",
    minutes=9,
    difficulty=3,
    importance=3,
    returns={"rates": "t.shape"},
    inputs=warmup_and_steps,
    hints=(
        "Two pieces, joined: a straight rise of warmup steps, then a fall. The fall has its own clock, which is 0 when the rise is over.",
        "t < warmup: lr (t + 1) / warmup. Else s = (t - warmup) / (steps - warmup), and the rate is lr (1 + cos(pi s)) / 2.",
        "s = ...; return np.where(t < warmup, lr * (t + 1) / warmup, lr * (1 + np.cos(...)) / 2)",
    ),
    properties=(("equal to nnlib's CosineDecay", as_in_nnlib),),
)
def warmup_cosine(t, lr, warmup, steps):
    s = (t - warmup) / (steps - warmup)
    return np.where(t < warmup, lr * (t + 1) / warmup, lr * (1 + np.cos(np.pi * s)) / 2)


@warmup_cosine.also_right
def in_a_loop(t, lr, warmup, steps):
    rates = []
    for now in t:
        s = (now - warmup) / (steps - warmup)
        rates.append(lr * (now + 1) / warmup if now < warmup else lr * np.cos(np.pi / 2 * s) ** 2)
    return np.array(rates)


def joined(t, lr, warmup, steps, rise=None, fall=None):
    """The schedule with another rise(t) or fall(t), for the stored mistakes."""
    up = lr * (t + 1) / warmup if rise is None else rise(t)
    down = lr * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2 if fall is None else fall(t)
    return np.where(t < warmup, up, down)


warmup_cosine.add_mistakes(
    (
        "the rate of the first step is 0, so it does nothing. Rise with (t + 1) / warmup: the last step of the rise has lr.",
        lambda t, lr, warmup, steps: joined(t, lr, warmup, steps, rise=lambda t: lr * t / warmup),
    ),
    (
        "there is a jump where the fall begins: its clock must start at 0 after the warm-up. Write (t - warmup) / (steps - warmup).",
        lambda t, lr, warmup, steps: joined(t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(np.pi * t / steps)) / 2),
    ),
    (
        "the fall takes all steps, but warmup of them are gone: it ends too high. Divide by steps - warmup.",
        lambda t, lr, warmup, steps: joined(t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(np.pi * (t - warmup) / steps)) / 2),
    ),
    (
        "the fall starts at 2 lr: the half is missing in lr (1 + cos(...)) / 2.",
        lambda t, lr, warmup, steps: joined(
            t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup)))
        ),
    ),
    (
        "the rates turn negative, and the steps go uphill: add 1 to the cosine before you halve, lr (1 + cos(...)) / 2.",
        lambda t, lr, warmup, steps: joined(t, lr, warmup, steps, fall=lambda t: lr * np.cos(np.pi * (t - warmup) / (steps - warmup))),
    ),
    (
        "your fall is a straight line. The cosine stays high first, is steep in the middle and ends gently.",
        lambda t, lr, warmup, steps: joined(t, lr, warmup, steps, fall=lambda t: lr * (1 - (t - warmup) / (steps - warmup))),
    ),
    (
        "this goes down a quarter of a cosine, and stops steeply. Half a cosine is lr (1 + cos(pi s)) / 2.",
        lambda t, lr, warmup, steps: joined(t, lr, warmup, steps, fall=lambda t: lr * np.cos(np.pi / 2 * (t - warmup) / (steps - warmup))),
    ),
    (
        "you fall without having risen: the first warmup steps have lr (t + 1) / warmup.",
        lambda t, lr, warmup, steps: lr * (1 + np.cos(np.pi * t / steps)) / 2,
    ),
    (
        "the cosine rises: s runs from 0 to 1, and the rate from lr to 0. Check the sign: 1 + cos(pi s).",
        lambda t, lr, warmup, steps: joined(
            t, lr, warmup, steps, fall=lambda t: lr * (1 - np.cos(np.pi * (t - warmup) / (steps - warmup))) / 2
        ),
    ),
    (
        "np.cos takes radians, not degrees: half a turn is np.pi.",
        lambda t, lr, warmup, steps: joined(
            t, lr, warmup, steps, fall=lambda t: lr * (1 + np.cos(180 * (t - warmup) / (steps - warmup))) / 2
        ),
    ),
)
