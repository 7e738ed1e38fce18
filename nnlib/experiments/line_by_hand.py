"""One neuron by hand: three numbers, one line, one probability for each point."""

import functools

import numpy as np

from .. import BinaryCrossEntropy, Dense, Network, datasets
from .frame.controls import Slider
from .frame.pictures import Axes, Picture, grid, shade_classes
from .frame.show import Prediction

TITLE = "One neuron: fit the line by hand"
EXTENT = (-6.5, 7.5, -5.5, 7.0)  # left, right, bottom, top of the picture
CONTROLS = [
    Slider("w1", -8, 8, 1.0, step=0.1),
    Slider("w2", -8, 8, 1.0, step=0.1),
    Slider("b", -8, 8, -2.0, step=0.1),
]


@functools.lru_cache(maxsize=1)
def clouds():
    """The two clouds of week 1a, and the points of the picture's field."""
    X, y = datasets.blobs(150, classes=3, noise=1.4, rng=0)
    return X[y < 2] + [1.0, 0.0], y[y < 2], grid(EXTENT)


def simulate(*, w1, w2, b):
    X, y, points = clouds()
    net = Network([Dense(2, 1)], loss=BinaryCrossEntropy())
    net.layers[0].W, net.layers[0].b = np.array([[w1], [w2]]), np.array([[b]])
    return {
        "w": np.array([w1, w2]),
        "b": b,
        "z": net.forward(X, training=False)[:, 0],
        "field": net.predict_proba(points).reshape(100, 100, 2),
        "accuracy": net.score(X, y),
        "loss": net.loss_value(X, y),
    }


def picture(result):
    X, y, _ = clouds()
    (w, b), length = (result["w"], result["b"]), np.hypot(*result["w"])
    plane = Axes("The line, and the probability of class 1", "x1", "x2", xlim=EXTENT[:2], ylim=EXTENT[2:], square=True)
    plane.field(shade_classes(result["field"]), EXTENT)
    if length > 0:
        foot, along = -b * w / length**2, 30 * np.array([-w[1], w[0]]) / length
        plane.line(*zip(foot - along, foot + along), "ink", label="z = 0")
        plane.line(*zip(foot, foot + w), "ink", width=3, label="w", at=(1, 1, 1), arrow=True)
    curve = Axes("Score and probability", "score z = w1 x1 + w2 x2 + b", "p", xlim=(-20, 20), ylim=(-0.08, 1.08))
    z = np.linspace(-20, 20, 200)
    curve.line(z, 1 / (1 + np.exp(-z)), "ink", label="sigmoid")
    for k in (0, 1):
        plane.points(*X[y == k].T, k, label=f"class {k}")
        curve.points(result["z"][y == k], np.full((y == k).sum(), float(k)), k, label=f"class {k}")
    return Picture(plane, curve, height=340)


def describe(result):
    w, b = result["w"], result["b"]
    distance = f"{abs(b) / np.hypot(*w):.2f} from the origin" if w.any() else "nowhere, because w is 0"
    return (
        f"w = ({w[0]:.1f}, {w[1]:.1f}), b = {b:.1f}: the line is {distance}; "
        f"accuracy {100 * result['accuracy']:.0f} %, cross-entropy {result['loss']:.2f}"
    )


def headline(result):
    return result["loss"]


def observe(result):
    start = simulate(w1=1.0, w2=1.0, b=-2.0)
    if result["accuracy"] != start["accuracy"]:
        return "the line moves, the accuracy changes"
    same = np.allclose(result["field"], start["field"])
    return "nothing changes at all" if same else "the line stays, only the shading changes"


QUESTION = Prediction(
    # claim: tests/experiments/test_by_hand.py::test_twice_the_numbers_keep_the_line_and_sharpen_the_shading
    "All three numbers are doubled: w1 and w2 from 1 to 2, b from &minus;2 to &minus;4. What changes?",
    {"w1": 2.0, "w2": 2.0, "b": -4.0},
    observe,
    "The line is where w1 x1 + w2 x2 + b = 0. Twice zero is still zero, so the line stays, and so does every answer. "
    "But each score is twice as large, and its sigmoid is nearer to 0 or 1: the neuron gives the same answers with more conviction.",
    options=("the line moves, the accuracy changes", "the line stays, only the shading changes", "nothing changes at all"),
)


def code(*, w1, w2, b):
    return f"""import numpy as np

from nnlib import BinaryCrossEntropy, Dense, Network, datasets, plots

X, y = datasets.blobs(150, classes=3, noise=1.4, rng=0)
X, y = X[y < 2] + [1.0, 0.0], y[y < 2]
net = Network([Dense(2, 1)], loss=BinaryCrossEntropy())
net.layers[0].W, net.layers[0].b = np.array([[{w1!r}], [{w2!r}]]), np.array([[{b!r}]])
plots.decision_boundary(net, X, y)
print(net.score(X, y), net.loss_value(X, y))
"""
