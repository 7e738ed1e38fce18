"""Hinges and dead units: each hidden unit bends the plane along one line; where the lines are after training, and
which have left."""

import functools

import numpy as np

from .. import SGD, BinaryCrossEntropy, TrainingDiverged, activations, datasets, fit, mlp
from ..activations import sigmoid
from ..plots.hinges import segment
from .frame.controls import ERASER, PENS, SEED, Choice, Drawing, Slider, Switch, add_stroke, drawn_points
from .frame.pictures import Axes, Picture, contour, grid, shade_classes
from .frame.show import Prediction

TITLE = "Hinges and dead units"
STEPS = 1500  # of gradient descent
SEEDS = 12  # networks side by side
ENOUGH = 0.98  # share of correct points at which a network counts as having solved it
PIXELS = 70  # rows and columns of the field
ACTIVATIONS = {"ReLU": activations.ReLU, "leaky ReLU": activations.LeakyReLU, "tanh": activations.Tanh, "sigmoid": activations.Sigmoid}
DATA = {  # all within about -1..1, except the moons
    "circle": ("circles", {"n": 80, "noise": 0.05, "ratio": 0.4}),
    "XOR squares": ("xor", {"n": 100}),
    "XOR corners": ("blobs", {"n": 100, "classes": 4, "noise": 0.3}),
    "spiral": ("spirals", {"n": 100, "noise": 0.1}),
    "moons": ("moons", {"n": 100, "noise": 0.1}),
}
DRAWN = "drawn"
CONTROLS = [
    Slider("units", 1, 12, 2, step=1, whole=True),
    Choice("data", (*DATA, DRAWN), "circle"),
    Switch("twelve", False, label="train 12 seeds"),
    Slider("lr", 0.01, 30.0, 1.0, step=0.1, log=True, label="learning rate"),
    Choice("activation", tuple(ACTIVATIONS), "ReLU"),
    Choice("pen", (*PENS[:2], ERASER), PENS[0], label="pen for the first panel"),
    Drawing("points", label="points drawn (x:y:0 or 1)"),
    SEED,
]
POINTER = "draw"


def start(rng, n_in, n_out):
    """He's start, drawn unit by unit: unit j begins on the same line however many units there are."""
    return np.sqrt(2 / n_in) * rng.spawn(1)[0].standard_normal((n_out, n_in)).T


@functools.lru_cache(maxsize=20)
def examples(data, points):
    """X (m, 2), y (m,) of 0 and 1, and (left, right, bottom, top) of the picture."""
    if data == DRAWN:
        X, y = drawn_points(points)
        return X, np.minimum(y, 1), (-1.05, 1.05, -1.05, 1.05)
    maker, about = DATA[data]
    X, y = getattr(datasets, maker)(**about)
    if data == "XOR corners":
        X, y = X / 2, y % 2  # opposite corners are of one class
    middle, half = (X.max(axis=0) + X.min(axis=0)) / 2, 0.6 * np.ptp(X, axis=0).max()
    return X, y, (middle[0] - half, middle[0] + half, middle[1] - half, middle[1] + half)


@functools.lru_cache(maxsize=20)
def pixels(extent):
    return grid(extent, PIXELS)


def stream(*, units, data, lr, activation, twelve, pen, points, seed):
    """Train one network, or 12 side by side, and look at the first of them every 50 (25) steps.

    ``pen`` changes nothing here.
    """
    X, y, extent = examples(data, points)
    seeds = range(seed, seed + SEEDS) if twelve else range(seed, seed + 1)
    net = mlp([2, units, 1], activation=ACTIVATIONS[activation], init=start, loss=BinaryCrossEntropy(), copies=len(seeds), rng=seeds)
    about = {"units": units, "data": data, "lr": lr, "activation": activation, "seed": seed, "X": X, "y": y, "extent": extent}
    losses, steps, chunk = np.zeros((0, len(seeds))), 0, 25 if twelve else 50
    if len(y) == 0:
        yield about | look(net, X, y, extent) | {"losses": losses, "steps": 0, "diverged": None, "progress": 1.0}
        return
    optimizer, diverged = SGD(lr=lr), None
    while steps < STEPS:
        try:
            history = fit(net, X, y, optimizer, epochs=chunk, progress=False)
        except TrainingDiverged as stop:  # no network of the stack is left
            history = stop.history
        losses = np.vstack([losses, history.loss])
        steps += chunk
        if diverged is None and history.diverged_at is not None and history.diverged_at[0] >= 0:
            diverged = steps - chunk + int(history.diverged_at[0])
        over = history.stopped == "diverged"
        progress = 1.0 if over else steps / STEPS
        yield about | look(net, X, y, extent) | {"losses": losses, "steps": steps, "diverged": diverged, "progress": progress}
        if over:
            return


def look(net, X, y, extent):
    """What the picture needs of the stack's first network, as it is now, and the share of examples that each network
    gets right."""
    (first, g, last), points = net.layers, pixels(extent)
    W, b = first.W[0], first.b[0]
    with np.errstate(over="ignore", invalid="ignore"):  # weights of a run that is about to overflow
        A = type(g)().forward(points @ W + b, False)
        logits = np.nan_to_num((A @ last.W[0] + last.b[0])[:, 0]).reshape(PIXELS, PIXELS)
        now = {"logits": logits, "places": [hinge(w, c, extent) for w, c in zip(W.T, b[0])]}
        if len(y) == 0:
            return now | {"on": np.full(len(b[0]), np.nan), "loss": np.nan, "right": np.full(net._copies, np.nan)}
        return now | {"on": (X @ W + b > 0).mean(axis=0), "loss": float(net.loss_value(X, y)[0]), "right": net.score(X, y)}


def hinge(w, b, extent):
    """The ends (2, 2) of the line w . x + b = 0 inside the picture, and the direction in which the unit switches on;
    None if it is outside."""
    length = np.hypot(*w)
    if not (0 < length < np.inf and np.isfinite(b)):
        return None
    ends = segment(w / length, b / length, extent)
    return None if ends is None else (ends, w / length)


def picture(result):
    left, right, bottom, top = extent = result["extent"]
    X, y, P = result["X"], result["y"], sigmoid(result["logits"])
    plane = Axes("Boundary and hinges", "x1", "x2", xlim=(left, right), ylim=(bottom, top), square=True)
    plane.field(shade_classes(np.stack([1 - P, P], axis=-1)), extent)
    for name, colour, dead in (("hinge", 2, False), ("dead unit", 4, True)):
        lines = []
        for place, on in zip(result["places"], result["on"]):
            if place is not None and (on == 0) == dead:
                ends, normal = place
                foot = ends.mean(axis=0)
                lines += [
                    *ends,
                    [np.nan] * 2,
                    foot,
                    foot + 0.05 * (right - left) * normal,
                    [np.nan] * 2,
                ]  # a tick on the side where it is on
        if lines:
            plane.line(*np.array(lines).T, colour, label=name, width=1.6)
            if dead:
                plane.points(*np.array(lines[3::6]).T, colour, marker="X", size=4, held=False)
    plane.line(*contour(result["logits"], extent, 0.0), "ink", width=3, label="boundary")
    for label in (0, 1):
        plane.points(*X[y == label].T, label, size=3)
    if len(y) == 0:
        plane.text(0, 0, "draw points here")

    share = Axes(
        "Examples that switch it on",
        "hidden unit",
        "%",
        xlim=(0.4, 12.6),
        ylim=(0, 105),
        xticks=[(i, str(i)) for i in (1, *range(2, 13, 2))],
    )
    numbers = np.arange(1, result["units"] + 1)
    share.bars(numbers, 100 * result["on"], 2, width=0.7)
    if (result["on"] == 0).any():
        share.points(numbers[result["on"] == 0], np.full((result["on"] == 0).sum(), 4.0), 4, marker="X", label="never on", size=5)

    steps = np.arange(1, len(result["losses"]) + 1)
    curve = Axes("Loss", "step", "cross-entropy", xlim=(0, STEPS), ylog=True)
    for other in result["losses"].T[1:]:
        curve.line(steps, other, 7, width=1)
    curve.line(steps, result["losses"][:, 0], 0)
    return Picture(plane, share, curve, widths=(1.5, 1, 1), height=310)


def headline(result):
    return result["loss"]


def managed(result):
    """How many of the networks have at least 98 % of the examples correct."""
    return int((result["right"] >= ENOUGH).sum())


def describe(result):
    units, activation = result["units"], result["activation"]
    if len(result["y"]) == 0:
        return f"no points yet; {units} {activation} units at their start, seed {result['seed']}"
    never = "dead" if activation == "ReLU" else "on for no example"
    line = (
        f"{result['data']}, {units} {activation} unit{'s' * (units > 1)}, lr {result['lr']:.2g}, seed {result['seed']}, {result['steps']} steps: "
        f"loss {result['loss']:.2g}, {100 * result['right'][0]:.0f} % correct; {int((result['on'] == 0).sum())} {never}, "
        f"{sum(place is None for place in result['places'])} out of the picture"
    )
    if len(result["right"]) > 1:
        line += f"; {managed(result)} of {SEEDS} seeds get 98 % correct"
    if result["diverged"] is not None:
        line += (
            f"; diverged at step {result['diverged']}: lr {result['lr']:.2g} is too large here, the picture shows the last finite weights"
        )
    return line


def observe(result):
    count = managed(result)
    return "none: 3 are too few" if count == 0 else "1 to 4" if count <= 4 else "5 to 10" if count <= 10 else "11 or 12"


QUESTION = Prediction(
    # claim: tests/experiments/test_hinges.py::test_how_many_of_12_seeds_manage_it
    "Two ReLU units leave the boundary around the inner circle open, as you see. Now 12 networks with three units each, which differ only in "
    "their start. How many of the 12 close the boundary, with 98 % of the points correct?",
    {"units": 3, "data": "circle", "activation": "ReLU", "lr": 1.0, "twelve": True, "seed": 0},
    observe,
    "Two units enclose neither class. If their lines are parallel, the score is constant along them. If not, take a point with a positive score. "
    "If a unit with a positive output weight is on there, walk along the other unit's line, to the side where the first one grows: the other keeps its value, so the score never falls, out to infinity. If none is on, "
    "the constant of the score is positive, and in some direction both units fall: there the score ends at that constant. For a negative score flip all "
    "signs. Three hinges can enclose an area, so three is the fewest; the boundary may have more than three sides, because it bends at every hinge it crosses. "
    "That three can do it does not mean that training finds it: about 8 of 12 starts do, and with 4 or 5 units nearly all. "
    "The XOR squares need three too. The XOR corners get by with two, a strip between two hinges, but only about 2 starts of 12 find it. "
    "And at a rate of 10 many hinges leave the data within a few steps; on the moons more than half of 12 ReLU units die from most starts.",
    options=("none: 3 are too few", "1 to 4", "5 to 10", "11 or 12"),
)


def pointer(result, settings, event):
    """A stroke adds a point of the pen's class every 0.08, or erases what is within 0.1; then the drawn points are
    the data."""
    if event.get("panel") != 0:
        return {}
    path = np.column_stack([event["x"], event["y"]]).astype(float)
    most = next(control.most for control in CONTROLS if control.name == "points")
    return {"data": DRAWN, "points": add_stroke(settings["points"], path, settings["pen"], most)}


def code(*, units, data, lr, activation, twelve, pen, points, seed):
    copies, kind = SEEDS if twelve else 1, ACTIVATIONS[activation].__name__
    if data == DRAWN:
        X, y, _ = examples(data, points)
        if len(y) == 0:
            return 'print(float("nan"))  # no points yet: draw some in the first panel\n'
        made = f"X = np.array({X.tolist()})\ny = np.array({y.tolist()})"
    else:
        maker, about = DATA[data]
        made = f"X, y = datasets.{maker}({', '.join(f'{name}={value!r}' for name, value in about.items())})"
        made += "\nX, y = X / 2, y % 2" if data == "XOR corners" else ""
    return f"""import numpy as np

from nnlib import SGD, BinaryCrossEntropy, {kind}, TrainingDiverged, datasets, fit, mlp
from nnlib.experiments.hinges import start  # He's, drawn unit by unit

{made}
net = mlp([2, {units}, 1], activation={kind}, init=start, loss=BinaryCrossEntropy(), copies={copies}, rng=range({seed}, {seed + copies}))
try:
    fit(net, X, y, SGD(lr={lr!r}), epochs={STEPS}, progress=False)
except TrainingDiverged as stop:
    print(stop)
print(net.loss_value(X, y)[0])
"""
