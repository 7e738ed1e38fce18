"""Four hidden units by hand: two pairs of ReLU units, one added, one subtracted, against XOR."""

import functools

import numpy as np

from .. import BinaryCrossEntropy, Dense, Network, ReLU, datasets
from .frame.controls import Slider
from .frame.pictures import Axes, Picture, contour, grid, shade_classes
from .frame.show import Prediction

TITLE = "Four hidden units by hand, against XOR"
EXTENT = (-1.1, 1.1, -1.1, 1.1)
CONTROLS = [
    Slider("first", 0, 345, 45, step=15, whole=True, unit="degrees", label="added pair"),
    Slider("second", 0, 345, 225, step=15, whole=True, unit="degrees", label="subtracted pair"),
    Slider("opening", 0, 180, 90, step=15, whole=True, unit="degrees", label="angle within a pair"),
]


@functools.lru_cache(maxsize=1)
def data():
    return (*datasets.xor(200, rng=0), grid(EXTENT))


def angles(first, second, opening):
    """Directions of the four arrows, in degrees: the two of a pair are half its opening to either side of the
    pair's direction."""
    half = opening / 2
    return np.array([first - half, first + half, second - half, second + half])


def simulate(*, first, second, opening):
    X, y, points = data()
    radians = np.deg2rad(angles(first, second, opening))
    net = Network([Dense(2, 4), ReLU(), Dense(4, 1)], loss=BinaryCrossEntropy())
    net.layers[0].W = np.array([np.cos(radians), np.sin(radians)])
    net.layers[2].W = np.array([[6.0], [6.0], [-6.0], [-6.0]])
    around = np.deg2rad(np.arange(0, 360, 2) + 0.7)
    scores = net.forward(np.column_stack([np.cos(around), np.sin(around)]), training=False)[:, 0]
    return {
        "W": net.layers[0].W.copy(),
        "angles": angles(first, second, opening) % 360,
        "score": net.forward(points, training=False).reshape(100, 100),
        "field": net.predict_proba(points).reshape(100, 100, 2),
        "around": scores,
        "accuracy": net.score(X, y),
        "loss": net.loss_value(X, y),
    }


def picture(result):
    X, y, _ = data()
    plane = Axes("The boundary that four units make", "x1", "x2", xlim=EXTENT[:2], ylim=EXTENT[2:], square=True)
    plane.field(shade_classes(result["field"]), EXTENT)
    for k in (0, 1):
        plane.points(*X[y == k].T, k, label=f"class {k}", size=3.5)
    plane.line(*contour(result["score"], EXTENT, 0.0), "ink", width=3, label="score 0")
    arrows = Axes("The arrows of the units, and their lines", "x1", "x2", xlim=EXTENT[:2], ylim=EXTENT[2:], square=True)
    for w in result["W"].T:
        arrows.line([-2 * w[1], 2 * w[1]], [2 * w[0], -2 * w[0]], "#888888", width=1)
    for j, w in enumerate(result["W"].T):
        label = (None, "subtracted", None, "added")[3 - j]
        arrows.line([0, 0.75 * w[0]], [0, 0.75 * w[1]], 1 if j < 2 else 0, width=4, label=label, arrow=True)
        arrows.text(*(0.86 * w + 0.12 * np.array([-w[1], w[0]])), str(j))  # beside the tip: another unit's line may run through it
    return Picture(plane, arrows, height=330)


def describe(result):
    arrows = ", ".join(f"{angle:.0f}" for angle in result["angles"])
    return f"arrows at {arrows} degrees, the first two added, the last two subtracted: accuracy {100 * result['accuracy']:.0f} %"


def headline(result):
    return result["loss"]


def observe(result):
    changes = int((np.diff(np.sign(result["around"])) != 0).sum() + (np.sign(result["around"][-1]) != np.sign(result["around"][0])))
    return {0: "no boundary at all", 2: "one straight or bent line"}.get(changes, "two lines that cross")


QUESTION = Prediction(
    # claim: tests/experiments/test_by_hand.py::test_opposite_units_make_valleys_and_turned_by_45_degrees_they_solve_xor
    "Each pair is opened to 180 degrees, so that its two units point in opposite directions. The added pair lies along x2, "
    "the subtracted pair along x1. What does the boundary look like?",
    {"first": 0, "second": 90, "opening": 180},
    observe,
    "Two opposite units that are added make a valley: max(u, 0) + max(&minus;u, 0) = |u|. So the score is 6 |x2| &minus; 6 |x1|, "
    "and it is 0 where |x1| = |x2|: on both diagonals. The accuracy is still near one half. "
    "Now turn both pairs until the two lines fall on the axes.",
    options=("no boundary at all", "one straight or bent line", "two lines that cross"),
)


def code(*, first, second, opening):
    return f"""import numpy as np

from nnlib import BinaryCrossEntropy, Dense, Network, ReLU, datasets, plots

X, y = datasets.xor(200, rng=0)
radians = np.deg2rad({angles(first, second, opening).tolist()})
net = Network([Dense(2, 4), ReLU(), Dense(4, 1)], loss=BinaryCrossEntropy())
net.layers[0].W = np.array([np.cos(radians), np.sin(radians)])
net.layers[2].W = np.array([[6.0], [6.0], [-6.0], [-6.0]])
plots.hinge_lines(net, X, y, boundary=True)
print(net.score(X, y), net.loss_value(X, y))
"""
