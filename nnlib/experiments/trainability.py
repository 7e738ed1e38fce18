"""The edge of trainability: each pixel is a network with its own pair of learning rates; which converge, and is the
boundary between them smooth?"""

import functools

import numpy as np

from .. import MeanSquaredError, activations, mlp
from ..initializers import lecun_normal
from .frame.controls import SEED, Choice, Slider, Switch
from .frame.pictures import Axes, Picture, ink, shade_signed
from .frame.show import Prediction

TITLE = "The edge of trainability"
SIDE = 64  # pixels of the map along each side
STEPS, LATE = 100, 20  # of training; the last of them, whose mean loss decides
EXAMPLES, INPUTS = 8, 2
CHUNK = 128  # networks trained at a time
HALF = 2.0  # decades from the centre to the edge at zoom 1
RANGE = 3.0  # reach of the sliders, in decades
BOXES = (1, 2, 4, 8)  # sides in pixels of the boxes that are counted
ACTIVATIONS = {"tanh": activations.Tanh, "ReLU": activations.ReLU, "identity": activations.Identity}
CONTROLS = [
    Slider("zoom", 1.0, 1000.0, 1.0, step=0.25, log=True, unit="times"),
    Slider("x", -RANGE, RANGE, 1.0, step=0.001, label="centre: log10 lr, layer 1"),
    Slider("y", -RANGE, RANGE, -0.5, step=0.001, label="centre near: log10 lr, layer 2"),
    Choice("activation", tuple(ACTIVATIONS), "tanh"),
    Slider("width", 1, 8, 4, step=1, whole=True, unit="hidden units"),
    Switch("follow", True, label="move the centre to the boundary"),
    SEED,
]
POINTER = "box"


@functools.lru_cache(maxsize=20)
def examples(seed):
    rng = np.random.default_rng([seed, 1])
    return rng.standard_normal((EXAMPLES, INPUTS)), rng.standard_normal((EXAMPLES, 1))


def network(activation, width, **options):
    return mlp([INPUTS, width, 1], activation=ACTIVATIONS[activation], init=lecun_normal, loss=MeanSquaredError(), **options)


def train(net, theta, X, Y, x, y):
    """Full-batch gradient descent from theta with the rates 10^x in layer 1 and 10^y in layer 2, one pair for each
    copy.

    Yields after every 25 steps. Returns which copies converged (mean of the last 20 losses below the first), and how
    fast they did or diverged, 0 to 1: the sums over time of L_t / L_0, or of L_0 / L_t (Sohl-Dickstein 2024, section
    2).
    """
    net.theta[...] = theta
    lr, first = np.empty_like(net.theta), net.layers[0]
    lr[:, : first.W[0].size + first.b[0].size] = 10.0 ** x[:, None]
    lr[:, first.W[0].size + first.b[0].size :] = 10.0 ** y[:, None]
    losses = np.empty((STEPS, len(x)))
    for step in range(STEPS):
        with np.errstate(all="ignore"):
            losses[step], _ = net._loss_step(X, Y)
            net.theta -= lr * net.grad
        if step % 25 == 24:
            kept = net.theta.copy()
            yield
            net.theta[...] = kept  # another run may have used the same stack meanwhile
    with np.errstate(all="ignore"):
        ratio = losses / losses[0]
        converged = losses[-LATE:].mean(axis=0) < losses[0]  # NaN and inf are not
        slow = np.where(converged, ratio.sum(axis=0), np.where(np.isfinite(ratio), 1 / ratio, 0).sum(axis=0))
    return converged, np.clip(1 - np.log1p(slow) / np.log1p(STEPS), 0, 1)  # a loss that first rises far counts as slowest


@functools.lru_cache(maxsize=60)
def stack(activation, width, copies):
    """Copies that ``train`` starts again each time: drawing their weights would cost a quarter of that."""
    return network(activation, width, copies=copies, rng=0)


@functools.lru_cache(maxsize=300)
def centre(zoom, x, y, activation, width, follow, seed):
    """The centre of the view. With ``follow`` y moves to a boundary on the same vertical line, the one nearest to y.

    64 networks on the line find a boundary, 64 more between two neighbours of the first find it again, until it is
    known to an eighth of the view. Without any boundary y stays.
    """
    if not follow:
        return x, y
    X, Y = examples(seed)
    net, theta = stack(activation, width, 64), network(activation, width, rng=seed).theta
    low, high, wanted = -RANGE, RANGE, y
    while high - low > HALF / zoom / 4:
        line = np.linspace(low, high, 64)
        converged, _ = finish(train(net, theta, X, Y, np.full(64, x), line))
        at = np.flatnonzero(converged[1:] != converged[:-1])
        if at.size == 0:
            return x, y
        at = at[np.abs(line[at] - wanted).argmin()]
        low, high = line[at], line[at + 1]
        wanted = (low + high) / 2
    return x, float(wanted)


def finish(generator):
    """What a generator returns at its end."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def axes(zoom, x, y):
    """log10 of the rates at the middle of each pixel, and (left, right, bottom, top) of the view."""
    half = HALF / zoom
    at = (np.arange(SIDE) + 0.5) / SIDE * 2 * half - half
    return x + at, y + at, (x - half, x + half, y - half, y + half)


def levels():
    """The pixels (rows, columns) of a 16 x 16 map, of the 32 x 32 around it, and of the rest."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    done = np.zeros((SIDE, SIDE), dtype=bool)
    for step in (4, 2, 1):
        now = (rows % step == 0) & (columns % step == 0) & ~done
        done |= now
        yield step, np.flatnonzero(now)


def stream(*, zoom, x, y, activation, width, follow, seed):
    about = {"zoom": zoom, "activation": activation, "width": width, "seed": seed}
    cx, cy = centre(zoom, x, y, activation, width, follow, seed)
    xs, ys, extent = axes(zoom, cx, cy)
    X, Y = examples(seed)
    net, theta = stack(activation, width, CHUNK), network(activation, width, rng=seed).theta
    speed, base, done = np.full(SIDE * SIDE, np.nan), np.full((SIDE, SIDE), np.nan), 0

    def result():
        shown = np.where(np.isnan(speed), base.ravel(), speed).reshape(SIDE, SIDE)
        return about | {"extent": extent, "map": shown, "progress": done / SIDE**2}

    for step, pixels in levels():
        for i in range(0, len(pixels), CHUNK):
            now = pixels[i : i + CHUNK]
            training = train(net, theta, X, Y, xs[now % SIDE], ys[now // SIDE])
            while True:
                try:
                    next(training)
                except StopIteration as end:
                    converged, fast = end.value
                    break
                yield result()
            speed[now] = np.where(converged, 1, -1) * (0.35 + 0.65 * fast)  # the sign says which, the size how fast
            done += len(now)
        base = speed.reshape(SIDE, SIDE)[::step, ::step].repeat(step, axis=0).repeat(step, axis=1)
    yield result()


def boundary(result):
    """Pixels (64, 64) with both kinds in the 2 x 2 square to their right and above; none in the last row and column."""
    converged = result["map"] > 0
    corners = [converged[i : SIDE - 1 + i, j : SIDE - 1 + j] for i in (0, 1) for j in (0, 1)]
    edge = np.zeros((SIDE, SIDE), dtype=bool)
    edge[:-1, :-1] = np.any(corners, axis=0) & ~np.all(corners, axis=0)
    return edge


def box_counts(edge):
    """How many boxes of 1, 2, 4, 8 pixels a side hold a piece of the boundary."""
    return np.array([edge.reshape(SIDE // s, s, SIDE // s, s).any(axis=(1, 3)).sum() for s in BOXES])


def dimension(result):
    """Box-counting dimension: minus the slope of log(count) over log(side). 1 for a smooth line, 2 for an area, NaN
    without a boundary."""
    counts = box_counts(boundary(result))
    return float(-np.polyfit(np.log(BOXES), np.log(counts), 1)[0]) if counts.min() > 0 and result["progress"] == 1 else np.nan


def picture(result):
    extent, values, edge = result["extent"], result["map"], boundary(result)
    about = {"xlim": extent[:2], "ylim": extent[2:], "square": True}
    if result["zoom"] > 20:  # the numbers on the axes would not fit: say how far from the centre
        middle = (extent[0] + extent[1]) / 2, (extent[2] + extent[3]) / 2
        for axis, centre in zip("xy", middle):
            about[axis + "ticks"] = [(centre + k * HALF / result["zoom"], f"{k * HALF / result['zoom']:+.2g}") for k in (-0.7, 0.7)]
            about[axis + "ticks"].insert(1, (centre, f"{centre:.2f}"))
    pixels = shade_signed(-np.nan_to_num(values), 1.0)
    pixels[np.isnan(values)] = (210, 210, 210, 255)
    rates = Axes("Blue converged, orange diverged", "log10 lr, layer 1", "log10 lr, layer 2", **about).field(pixels, extent)
    shift = (extent[1] - extent[0]) / SIDE / 2  # a boundary lies between its pixels
    edges = Axes("The boundary alone", "log10 lr, layer 1", "log10 lr, layer 2", **about)
    edges.field(ink(edge), tuple(e + shift for e in extent), ink=True)
    counts, sides = box_counts(edge), np.array(BOXES, dtype=float)
    ticks = {"xticks": [(np.log10(s), str(s)) for s in BOXES], "yticks": [(k, str(10**k)) for k in range(4)]}
    boxes = Axes("Boxes that hold boundary", "side of a box, pixels", "boxes", xlog=True, ylog=True, xlim=(0.9, 9), ylim=(1, 6000), **ticks)
    smooth = counts[-1] * sides[-1] / sides
    boxes.reference(sides, smooth, "if smooth", at=(1, -1, -1)).line(sides, counts, 0, label="counted").points(sides, counts, 0)
    return Picture(rates, edges, boxes, widths=(1.4, 1.05, 1))


def headline(result):
    """The share of the pixels that converged."""
    return float((result["map"] > 0).mean())


def describe(result):
    left, right, bottom, top = result["extent"]
    known, found = np.count_nonzero(~np.isnan(result["map"])), dimension(result)
    boundary = "no boundary in view" if np.isnan(found) else f"boundary of dimension {found:.1f} (a smooth line: 1)"
    if result["progress"] < 1:
        boundary = f"{result['progress'] * SIDE**2:.0f} of {SIDE**2} trained so far"
    zoom = float(f"{result['zoom']:.3g}")
    return (
        f"{result['activation']}, {result['width']} units, zoom {zoom:g} at log10 rates {(left + right) / 2:.3f}, {(bottom + top) / 2:.3f}: "
        f"{100 * headline(result) * SIDE**2 / max(known, 1):.0f} % of the networks converge; {boundary}"
    )


OPTIONS = (
    "a straight line: any smooth boundary looks straight close up",
    "a few large steps: the pixels of the first map",
    "as ragged as before, or more",
)


def observe(result):
    return OPTIONS[2 if dimension(result) > 1.2 else 0]


QUESTION = Prediction(
    # claim: tests/experiments/test_trainability.py::test_at_100_times_the_boundary_of_tanh_networks_is_rough_and_that_of_identity_networks_smooth
    "Each pixel is a network of 2 inputs, 4 tanh units and 1 output, trained for 100 steps with its own pair of learning rates. Blue ones converge, orange ones diverge. "
    "Now look through a magnifying glass, 100 times, at one point of the boundary. What will the boundary look like?",
    {"zoom": 100.0, "x": 1.9},
    observe,
    "A training run applies the same map, one step of gradient descent, again and again, as the Mandelbrot set does with z&sup2; + c. "
    "Its boundary looks like a fractal too (Sohl-Dickstein 2024): next to the edge two almost equal rates end in different places, scale after scale. "
    "The box-counting dimension of a smooth curve is 1; here 11 of 12 seeds give 1.3 to 1.9 at 100 times. It is a matter of high rates: "
    "in the lower left corner all is blue and calm. The identity network's boundary stays near 1 at this depth of zoom. "
    "With 100 steps there is a smallest detail.",
    options=OPTIONS,
)


def pointer(result, settings, event):
    """A box drawn on one of the maps becomes the view; a click alone zooms in four times around it."""
    if event["panel"] > 1:
        return {}
    (x0, x1), (y0, y1) = ((event[axis][0], event[axis][-1]) for axis in "xy")
    side = max(abs(x1 - x0), abs(y1 - y0))
    if side < 0.02 * 2 * HALF / settings["zoom"]:
        x0, y0, side = x1, y1, HALF / settings["zoom"] / 2
    quarter = round(4 * np.log10(2 * HALF / side)) / 4  # sliders move in steps
    middle = {name: float(np.clip(round((a + b) / 2, 3), -RANGE, RANGE)) for name, a, b in (("x", x0, x1), ("y", y0, y1))}
    return middle | {"zoom": float(10 ** min(max(quarter, 0), 3))}


def code(*, zoom, x, y, activation, width, follow, seed):
    cx, cy = centre(zoom, x, y, activation, width, follow, seed)
    name = {"tanh": "Tanh", "identity": "Identity"}.get(activation, activation)
    return f"""import numpy as np

from nnlib import MeanSquaredError, mlp
from nnlib.activations import {name}
from nnlib.initializers import lecun_normal

rng = np.random.default_rng([{seed}, 1])
X, y = rng.standard_normal(({EXAMPLES}, {INPUTS})), rng.standard_normal(({EXAMPLES}, 1))
about = {{"activation": {name}, "init": lecun_normal, "loss": MeanSquaredError()}}
net = mlp([{INPUTS}, {width}, 1], copies={SIDE**2}, rng=0, **about)  # one network for each pixel, all from the same start
net.theta[...] = mlp([{INPUTS}, {width}, 1], rng={seed}, **about).theta
at = (np.arange({SIDE}) + 0.5) / {SIDE} * 2 * {HALF / zoom!r} - {HALF / zoom!r}
lr1, lr2 = (10.0 ** a.reshape(-1, 1, 1) for a in np.meshgrid({cx!r} + at, {cy!r} + at))
(first, _, last), losses = net.layers, []
with np.errstate(all="ignore"):  # many diverge
    for step in range({STEPS}):
        losses.append(net.loss_and_gradient(X, y))
        for layer, lr in ((first, lr1), (last, lr2)):
            layer.W -= lr * layer.dW
            layer.b -= lr * layer.db
print((np.mean(losses[-{LATE}:], axis=0) < losses[0]).mean())
"""
