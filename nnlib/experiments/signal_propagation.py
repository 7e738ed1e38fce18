"""Signal propagation: how large the activations are after each layer, and the gradients on their way back."""

import functools

import numpy as np

from .. import activations, initializers
from ..plots.words import number
from .frame.controls import SEED, Choice, Slider
from .frame.pictures import Axes, Picture
from .frame.show import Prediction

TITLE = "Signal propagation through a deep network"
EXAMPLES = 16
ACTIVATIONS = {"ReLU": activations.ReLU, "tanh": activations.Tanh, "sigmoid": activations.Sigmoid, "identity": activations.Identity}
INITS = {
    "He": initializers.he_normal,
    "Xavier": initializers.xavier_normal,
    "LeCun": initializers.lecun_normal,
    "std 0.01": initializers.normal(std=0.01),
    "std 1": initializers.normal(std=1.0),
}
CONTROLS = [
    Slider("depth", 1, 50, 20, step=1, whole=True, unit="layers"),
    Choice("activation", tuple(ACTIVATIONS), "ReLU"),
    Choice("init", tuple(INITS), "He"),
    Slider("width", 16, 512, 256, step=16, whole=True, unit="units"),
    Slider("gain", 0.1, 3.0, 1.0, step=0.05, label="gain (times the init)"),
    SEED,
]


@functools.lru_cache(maxsize=60)
def weights(init, seed, layer, width):
    """The start weights of one layer: they stay the same while depth, activation and gain change."""
    return INITS[init](np.random.default_rng([seed, layer]), width, width)


def size(A):
    """The root mean square of all numbers in an array."""
    return float(np.sqrt(np.mean(A**2)))


def simulate(*, depth, width, activation, init, gain, seed):
    """Size of the activations after each layer, and of dL/dA before each, for a random dL/dA of size 1 at the end.

    Size is the root mean square, as in the theory. ``between`` is the part that differs between the examples: the standard
    deviation across them, root mean square over the units.
    """
    rng = np.random.default_rng([seed, 1000])
    A, layers = rng.standard_normal((EXAMPLES, width)), []
    forward, between = [size(A)], [size(A - A.mean(axis=0))]
    for layer in range(depth):
        W, g = weights(init, seed, layer, width), ACTIVATIONS[activation]()
        A = g.forward(gain * (A @ W), training=True)  # the gain multiplies A: few rows are quicker to multiply than W
        layers.append((W, g))
        forward.append(size(A))
        between.append(size(A - A.mean(axis=0)))
    dA = rng.standard_normal((EXAMPLES, width))
    backward = [size(dA)]
    for W, g in reversed(layers):
        dA = gain * (g.backward(dA) @ W.T)
        backward.append(size(dA))
    counts, edges = np.histogram(A, bins=40)
    settings = {"depth": depth, "width": width, "activation": activation, "init": init, "gain": gain}
    sizes = {"forward": np.array(forward), "between": np.array(between), "backward": np.array(backward[::-1])}
    return settings | sizes | {"counts": counts, "edges": edges}


def picture(result):
    layers, axes = np.arange(result["depth"] + 1), {"ylog": True, "y_includes": (0.1, 10)}  # a wobble about 1 must look like one
    forward = Axes("Forward: size of the activations", "layer", "root mean square", **axes)
    forward.line(layers, result["between"], "#888888", width=5, label="between examples")
    forward.line(layers, result["forward"], label="all").points(layers, result["forward"], size=3)
    backward = Axes("Backward: size of dL/dA", "layer", "root mean square", **axes)
    backward.line(layers, result["backward"], 1).points(layers, result["backward"], 1, size=3)
    last = Axes("Activations of the last layer", "value", "share")
    middle, width = (result["edges"][1:] + result["edges"][:-1]) / 2, np.diff(result["edges"]).mean()
    last.bars(middle, result["counts"] / result["counts"].sum(), 2, width=width)
    return Picture(forward, backward, last)


def describe(result):
    return (
        f"{result['activation']}, init {result['init']} times {number(result['gain'])}, width {result['width']}: activations 1 at the input, "
        f"{number(result['forward'][-1])} after layer {result['depth']}, {number(result['between'][-1])} between examples; dL/dA 1 at the end, {number(result['backward'][0])} at the input"
    )


def headline(result):
    return result["forward"][-1]


def observe(result):
    return next(
        word for word, low in (("about 1", 0.1), ("about 0.01", 1e-4), ("about 1e-6", 1e-10), ("below 1e-12", 0)) if headline(result) > low
    )


QUESTION = Prediction(
    # claim: tests/experiments/test_signal_propagation.py::test_the_asked_setting_ends_below_1e_minus_12
    "A network of 20 tanh layers, 256 units each. Its weights are drawn with standard deviation 0.01, which many tutorials use. "
    "The input has size 1 (root mean square). How large are the activations after layer 20?",
    {"depth": 20, "width": 256, "activation": "tanh", "init": "std 0.01", "gain": 1.0},
    observe,
    "Each layer multiplies the root mean square by about &radic;256 &middot; 0.01 = 0.16, and tanh changes small values little. "
    "Twenty layers give 0.16<sup>20</sup>, about 10<sup>&minus;16</sup>. He's init for ReLU and Xavier's for tanh choose the factor near 1. "
    "Look in both directions: with std 1 the tanh activations have size 0.97, but most are saturated, beyond &plusmn;0.99, and the gradients explode. "
    "And look at the grey line: what the examples have in common tells a later layer nothing.",
    options=("about 1", "about 0.01", "about 1e-6", "below 1e-12"),
    start={"activation": "tanh", "init": "Xavier"},
)


def code(*, depth, width, activation, init, gain, seed):
    name = {"tanh": "Tanh", "sigmoid": "Sigmoid", "identity": "Identity"}.get(activation, activation)
    init = {
        "He": "he_normal",
        "Xavier": "xavier_normal",
        "LeCun": "lecun_normal",
        "std 0.01": "normal(std=0.01)",
        "std 1": "normal(std=1.0)",
    }[init]
    return f"""import numpy as np

from nnlib import {name}
from nnlib.initializers import {init.split("(")[0]}

A = np.random.default_rng([{seed}, 1000]).standard_normal(({EXAMPLES}, {width}))
for layer in range({depth}):
    W = {gain!r} * {init}(np.random.default_rng([{seed}, layer]), {width}, {width})
    A = {name}().forward(A @ W, training=True)
print(np.sqrt(np.mean(A**2)))
"""
