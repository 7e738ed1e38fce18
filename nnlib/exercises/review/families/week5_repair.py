"""Week 5: look at a start, and repair it."""

from fractions import Fraction

import numpy as np

from ..family import ask, by_reference, family, others, times
from ..item import Redraw


@family("week5", 3, "4/Deeper: the gain that keeps the signal", "number", of="week5.critical_gain")
def gain_of_leaky(draw):
    slope, size = draw.int(2, 6), draw.pick(1, 2)
    g = lambda x: x / slope * size  # noqa: E731
    xi = np.array([1.0, -1.0, 1.0, -1.0])
    key, wrong = by_reference("week5.critical_gain", (g, xi))
    value = Fraction(size, slope)
    wrong = [
        (value, "upside down: an activation that shrinks needs a gain above 1."),
        (1 / value**2, "the root is missing: the gain multiplies sizes, not mean squares."),
        (1, "that keeps the size only where the activation does."),
        (2, "2 is the ReLU's factor in the variance."),
        *wrong,
    ]
    return ask(
        f"An activation g(z) = {times(value, 'z')}. Which gain keeps the size of a signal, 1 / root of the mean of g(z)^2 for z of mean square 1?",
        key,
        "the gain undoes what the activation does to the size.",
        wrong,
        value=value,
    )


@family("week5", 3, "4/4 Look both ways", "picture")
def look_before_training(draw):
    """Sizes layer by layer of a fresh network, forward and back, as a table."""
    depth, width, rng = 6, 64, np.random.default_rng(draw.int(0, 9999))
    key, scale = draw.pick(
        ("It can learn: both keep their size", np.sqrt(2)), ("Both vanish: larger weights", 0.4), ("Both explode: smaller weights", 4.0)
    )
    A, layers = rng.standard_normal((200, width)), []
    forward = []
    for _ in range(depth):
        W = rng.standard_normal((width, width)) * scale / np.sqrt(width)
        Z = A @ W
        layers.append((W, Z > 0))
        A = np.maximum(Z, 0)
        forward.append(np.sqrt((A**2).mean()))
    d, backward = rng.standard_normal((200, width)), []
    for W, on in reversed(layers):
        d = (d * on) @ W.T
        backward.append(np.sqrt((d**2).mean()))
    table = [f"forward   {'  '.join(f'{v:.1g}' for v in forward)}", f"backward  {'  '.join(f'{v:.1g}' for v in backward[::-1])}"]
    reasons = {
        "It can learn: both keep their size": "follow each row: it changes by the same factor from layer to layer.",
        "Both vanish: larger weights": "that needs a factor far below 1.",
        "Both explode: smaller weights": "that needs a factor far above 1.",
        "Only the gradient vanishes": "follow the second row from right to left.",
    }
    return ask(
        "Before training, size of the activations after layers 1 to 6, and of the gradient before layers 1 to 6 (size 1 at the end):\n"
        + "\n".join(table)
        + "\nWhat do you say?",
        key,
        "the first row is read from left to right, the second from right to left.",
        others(reasons, key),
        table=table,
        forward=forward,
        backward=backward,
    )


@family("week5", 3, "6/6 Three repairs and a bug", "number", of="week5.he_from_normal")
def he_from_normal(draw):
    n_in, g = draw.pick(2, 8, 18, 32, 50, 72), draw.int(-4, 4, but=(0,))
    G = np.zeros((n_in, 2))
    G[0, 0] = g
    key, wrong = by_reference("week5.he_from_normal", (G,), lambda W: W[0, 0])
    if key is None:
        raise Redraw
    wrong = [
        (Fraction(2 * g, n_in), "2 / n_in is the variance: multiply by its root."),
        (g, "a standard normal number has variance 1: scale it."),
        (key * key, "a number of N(0, 1) times the root of the variance."),
        *wrong,
    ]
    return ask(
        f"A layer with {n_in} inputs, He's rule. A number drawn from N(0, 1) is {g}. Which weight does it become?",
        key,
        "times the root of 2 / n_in.",
        wrong,
        n_in=n_in,
        g=g,
    )


@family("week5", 3, "4/4 Look both ways", "what if")
def depth_both_ways(draw):
    """From the experiment's simulate: what a start does to the activations."""
    from ....experiments.signal_propagation import simulate

    activation, init = draw.pick(("tanh", "Xavier"), ("tanh", "std 0.01"), ("sigmoid", "Xavier"), ("ReLU", "He"))
    depth = draw.pick(10, 15, 20)
    backward = simulate(depth=depth, width=64, activation=activation, init=init, gain=1.0, seed=draw.int(0, 9))["backward"][0]
    if backward > 0.1:
        key = "it keeps its size, roughly"
    else:
        key = "it vanishes, below a thousandth" if backward < 1e-3 else None
    if key is None:
        raise Redraw
    reasons = {
        "it keeps its size, roughly": "multiply: slope of the activation, times the root of width times the deviation of the weights, for every layer.",
        "it vanishes, below a thousandth": "with this start each layer's factor is near 1.",
        "it explodes, above a thousand": "that needs a factor well above 1 in each layer: much larger weights.",
    }
    return ask(
        f"A network of {depth} {activation} layers, 64 units each, weights {init}. A gradient of size 1 arrives at the end. What has become of it at the input?",
        key,
        "each layer's factor is near 1." if key.startswith("it keeps") else "each layer's factor is well below 1, and factors multiply.",
        others(reasons, key),
        depth=depth,
        activation=activation,
        init=init,
    )
