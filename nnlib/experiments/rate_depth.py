"""Learning rate x depth: 96 networks, one for each of 12 rates and 8 depths, trained live; each cell shows how far
its network got."""

import collections

import numpy as np

from .. import SGD, BinaryCrossEntropy, ReLU, TrainingDiverged, datasets, initializers, mlp
from ..training import Trainer
from .frame.controls import SEED, Choice, Slider, Switch
from .frame.pictures import Axes, Picture, contour, grid, quiet, shade_classes, shade_heat
from .frame.show import Prediction

TITLE = "Learning rate x depth"
RATES = 10.0 ** (-2 + 0.25 * np.arange(12))
DEPTHS, WIDTH = 8, 8  # most hidden layers, and the units of each
POINTS, STEPS = 40, 150  # training examples, steps of gradient descent
CHUNK = 2  # steps from one picture to the next
PIXELS = 60  # rows and columns of the boundary's field
TRAINED = 0.1  # a loss below this counts as trained; guessing costs log 2 = 0.69
INITS = {"He": initializers.he_normal, "Xavier": initializers.xavier_normal, "std 0.01": initializers.normal(std=0.01)}
EXTENT = (-1.8, 1.8, -1.3, 1.3)
CONTROLS = [
    Slider("depth", 1, DEPTHS, 4, step=1, whole=True, unit="of the cell", label="hidden layers"),
    Slider("lr", 0.01, 10**0.75, 0.1, step=0.25, log=True, unit="of the cell", label="learning rate"),
    Switch("batch_norm", False, label="batch norm"),
    Choice("init", tuple(INITS), "He"),
    SEED,
]
POINTER = "click"
CACHE = collections.OrderedDict()  # rows that are trained already, the newest last


def data(seed):
    X, y = datasets.moons(POINTS, noise=0.1, rng=seed)
    return X - [0.5, 0.25], y


def network(depth, batch_norm, init, seed, copies):
    """The networks of one row: the same start weights in each."""
    sizes = [2, *[WIDTH] * depth, 1]
    about = {"activation": ReLU, "init": INITS[init], "batch_norm": batch_norm, "loss": BinaryCrossEntropy()}
    return mlp(sizes, **about, copies=copies, rng=[seed] * copies if copies else seed)


def gradient_norms(net, X, y):
    """The length of dW for each Dense layer and copy, (layers, copies)."""
    net.loss_and_gradient(X, y)
    return np.array([np.linalg.norm(layer.dW, axis=(-2, -1)) for layer in net._dense_layers()])


def train_row(depth, batch_norm, init, seed):
    """Train 12 rates side by side; yield their losses from time to time, and store the finished row in CACHE."""
    X, y = data(seed)
    net = network(depth, batch_norm, init, seed, len(RATES))
    row = {"first": gradient_norms(net, X, y)}
    net = network(depth, batch_norm, init, seed, len(RATES))  # batch norm's record starts again
    trainer, losses = Trainer(net, SGD(lr=RATES[:, None]), accuracy=False), []
    X, Y = net._check_Xy(X, y)
    for step in range(STEPS):
        try:
            with quiet():
                trainer.step(X, Y)
        except TrainingDiverged:  # no rate is left
            break
        losses.append(trainer.loss_sum / POINTS)
        trainer.start_epoch()
        if step % CHUNK == CHUNK - 1:
            yield np.where(trainer.diverged_at < 0, losses[-1], np.inf)
    with quiet():
        row["state"] = {name: array.copy() for name, array in net._state().items()}
        row["final"] = np.where(trainer.diverged_at < 0, net.loss_value(X, y), np.nan)
        row |= {"losses": np.array(losses), "diverged": trainer.diverged_at.copy(), "last": gradient_norms(net, X, y)}
    CACHE[depth, batch_norm, init, seed] = row
    while len(CACHE) > 8 * DEPTHS:
        CACHE.popitem(last=False)


def one_network(depth, batch_norm, init, seed, copy):
    """Copy number ``copy`` of a trained row as a network of its own."""
    net = network(depth, batch_norm, init, seed, None)
    for name, array in CACHE[depth, batch_norm, init, seed]["state"].items():
        if name == "theta":
            net.theta = array[copy]
        else:
            place, buffer = name.split(".")
            setattr(net.layers[int(place)], buffer, array[copy])
    return net


def stream(*, depth, lr, batch_norm, init, seed):
    """Train the rows that are not trained yet, deepest last; the chosen cell's row is shown as soon as it is
    done."""
    chosen, copy = (depth, batch_norm, init, seed), int(np.abs(np.log(RATES / lr)).argmin())
    result = {"depth": depth, "copy": copy, "batch_norm": batch_norm, "init": init, "seed": seed, "cell": None, "row": None}
    for d in range(1, DEPTHS + 1):
        if (d, batch_norm, init, seed) not in CACHE:
            for part, losses in enumerate(train_row(d, batch_norm, init, seed), 1):
                so_far = {"map": loss_map(batch_norm, init, seed), "row": (d, losses)}
                yield result | so_far | {"progress": (d - 1 + part * CHUNK / STEPS / 1.01) / DEPTHS}
        if d == depth:
            CACHE.move_to_end(chosen)
            field = one_network(*chosen, copy).predict_proba(grid(EXTENT, PIXELS)).reshape(PIXELS, PIXELS, 2)
            result["cell"] = {"field": field, **{name: CACHE[chosen][name] for name in ("losses", "diverged", "first", "last", "final")}}
    yield result | {"map": loss_map(batch_norm, init, seed), "progress": 1.0}


def loss_map(batch_norm, init, seed):
    """Final losses (depths, rates): NaN where there is none yet, infinite where the training diverged."""
    rows = [CACHE.get((d, batch_norm, init, seed)) for d in range(1, DEPTHS + 1)]
    return np.array([np.full(len(RATES), np.nan) if row is None else np.where(row["diverged"] < 0, row["final"], np.inf) for row in rows])


def picture(result):
    heat, copy, depth, cell = result["map"].copy(), result["copy"], result["depth"], result["cell"]
    if result["row"]:  # the row at work: its losses so far
        heat[result["row"][0] - 1] = result["row"][1]
    ticks = [(i, f"{RATES[i]:.2g}") for i in (0, 4, 8)]
    cells = Axes(
        "Final loss: dark is low, grey not yet", "learning rate", "hidden layers", xticks=ticks, yticks=[(d, str(d)) for d in (2, 4, 6, 8)]
    )
    finite = np.where(np.isfinite(heat), heat, np.nan)
    cells.field(shade_heat(np.log10(np.maximum(finite, 1e-3)), -3, 0), (-0.5, len(RATES) - 0.5, 0.5, DEPTHS + 0.5))
    rows, columns = np.nonzero(np.isposinf(heat))
    cells.points(columns, rows + 1, 4, marker="X", size=4, label="diverged" if len(rows) else None)
    rows, columns = np.nonzero(heat < 0.1)
    cells.points(columns, rows + 1, "#FFFFFF", marker="o", size=2.5, label="below 0.1", held=False)
    box = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5]]) + [copy, depth]
    cells.line(*box.T, "#FFFFFF", width=4).line(*box.T, 4, width=2)

    name = f"depth {depth}, lr {RATES[copy]:.2g}"
    X, y = data(result["seed"])
    plane = Axes(f"Boundary: {name}", "x1", "x2", xlim=EXTENT[:2], ylim=EXTENT[2:], square=True)
    curve = Axes("Loss of the cell", "step", "cross-entropy", xlim=(0, STEPS), ylog=True)
    norms = Axes("Length of dW, layer by layer", "layer", "length", ylog=True, xlim=(0.5, depth + 1.5))
    if cell is not None:
        plane.field(shade_classes(cell["field"]), EXTENT)
        plane.line(*contour(cell["field"][..., 1], EXTENT, 0.5), "ink", width=2.5)
        losses = cell["losses"][:, copy]
        curve.line(np.arange(len(losses)), losses)
        layers = np.arange(1, depth + 2)
        norms.line(layers, cell["first"][:, copy], 0, label="at the start").points(layers, cell["first"][:, copy], 0)
        norms.line(layers, cell["last"][:, copy], 1, label="at the end").points(layers, cell["last"][:, copy], 1)
    curve.reference([0, STEPS], [np.log(2)] * 2, "guessing", at=(1, -1, -1))
    for k in (0, 1):
        plane.points(*X[y == k].T, k, size=3.5)
    return Picture(cells, plane, curve, norms, columns=3, widths=(1.7, 1, 1), tall=(170, 170))


def trained_cells(result):
    """Which cells are trained: (depths, rates) of True and False."""
    return result["map"] < TRAINED


def describe(result):
    norm = "with batch norm" if result["batch_norm"] else "no batch norm"
    line = f"{norm}, init {result['init']}, seed {result['seed']}: "
    if np.isnan(result["map"]).any():
        return line + f"{int((~np.isnan(result['map'])).all(axis=1).sum())} of {DEPTHS} depths trained so far"
    loss, diverged = result["map"][result["depth"] - 1, result["copy"]], result["cell"]["diverged"][result["copy"]]
    reached = f"diverged at step {diverged}: the rate is too large for this depth" if diverged >= 0 else f"loss {loss:.1g}"
    return (
        line
        + f"about {10 * round(trained_cells(result).sum() / 10)} of 96 cells get below {TRAINED}; cell depth {result['depth']}, lr {RATES[result['copy']]:.2g}: {reached}"
    )


def headline(result):
    """The final loss of the chosen cell."""
    return float(result["map"][result["depth"] - 1, result["copy"]])


def observe(result):
    for d in range(1, DEPTHS + 1):  # the same without batch norm: usually trained already
        if (d, False, result["init"], result["seed"]) not in CACHE:
            for _ in train_row(d, False, result["init"], result["seed"]):
                pass
    plain, normed = loss_map(False, result["init"], result["seed"])[4:] < TRAINED, trained_cells(result)[4:]
    ratio = normed.sum() / max(plain.sum(), 1)
    return QUESTION.options[0] if ratio < 0.8 else QUESTION.options[1] if ratio < 1.25 else QUESTION.options[2]


QUESTION = Prediction(
    # claim: tests/experiments/test_rate_depth.py::test_batch_norm_trains_far_more_of_the_deep_cells_on_every_seed
    "Now there is batch norm before every ReLU; everything else stays the same, the start weights too. "
    "Look at the four upper rows, 5 to 8 hidden layers. How many of their 48 cells get their loss below 0.1?",
    {"batch_norm": True, "depth": 8},
    observe,
    "Each layer multiplies the signal and the gradient by something near, but not exactly, 1. Over many layers these factors multiply, "
    "and so a rate that suits one layer is too large or too small for another. Batch norm resets the scale of each layer. Scaling the weights "
    "before it no longer changes the output, so larger rates do less harm. "
    "With std 0.01 and no batch norm, from three layers on the loss does not leave log 2 = 0.693 within the 150 steps, at any rate.",
    options=("fewer than without it", "about as many", "clearly more"),
)


def pointer(result, settings, event):
    """A click on the map chooses that cell."""
    if event["panel"] != 0:
        return {}
    column, depth = round(event["x"][0]), round(event["y"][0])
    return {"lr": float(RATES[min(max(column, 0), len(RATES) - 1)]), "depth": min(max(depth, 1), DEPTHS)}


def code(*, depth, lr, batch_norm, init, seed):
    name = {"He": "he_normal", "Xavier": "xavier_normal", "std 0.01": "normal(std=0.01)"}[init]
    rate = float(RATES[np.abs(np.log(RATES / lr)).argmin()])
    return f"""from nnlib import SGD, BinaryCrossEntropy, ReLU, TrainingDiverged, datasets, fit, mlp
from nnlib.initializers import {name.split("(")[0]}

X, y = datasets.moons({POINTS}, noise=0.1, rng={seed})
X = X - [0.5, 0.25]
net = mlp({[2, *[WIDTH] * depth, 1]}, activation=ReLU, init={name}, batch_norm={batch_norm}, loss=BinaryCrossEntropy(), rng={seed})
try:
    fit(net, X, y, SGD(lr={rate!r}), epochs={STEPS}, progress=False)
    print(net.loss_value(X, y))
except TrainingDiverged as stop:
    print(stop)
    print("inf")
"""
