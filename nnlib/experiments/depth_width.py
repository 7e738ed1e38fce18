"""Depth, width and the warp: where a network draws its boundary, and how its layers bend the plane to let a straight
line do it."""

import functools

import numpy as np

from .. import Adam, BinaryCrossEntropy, Tanh, datasets, mlp, xavier_normal
from ..plots.style import RED
from .frame.controls import SEED, Choice, Slider, Switch
from .frame.pictures import Axes, Picture, contour, grid, shade_classes
from .frame.show import Prediction

TITLE = "Depth, width and the warp"
STEPS, CHUNK, FIELD, HELD_OUT = 800, 10, 50, 400
MAKERS = {"spiral": datasets.spirals, "circle": datasets.circles, "xor": datasets.xor, "checkerboard": datasets.checkerboard}
POINTS = {"spiral": 200, "circle": 200, "xor": 200, "checkerboard": 400}
REACH = {"spiral": 1.1, "circle": 1.4, "xor": 1.1, "checkerboard": 1.1}  # of the window, from 0
CONTROLS = [
    Slider("depth", 1, 6, 2, step=1, whole=True, unit="hidden layers"),
    Slider("width", 1, 32, 8, step=1, whole=True, label="width, if not locked"),
    Switch("lock", True, label="lock: about 249 parameters"),
    Slider("layer", 1, 6, 6, step=1, whole=True, label="layer to view"),
    Choice("data", tuple(MAKERS), "spiral"),
    Slider("lr", 0.001, 0.3, 0.01, step=0.1, log=True, label="learning rate of Adam"),
    SEED,
]


def parameters(depth, width):
    """How many weights and biases 2-width-...-width-1 has."""
    return 3 * width + (depth - 1) * (width * width + width) + width + 1


def locked_width(depth):
    """The width whose parameter count is nearest to that of 2-62-1, which is 249: 62, 13, 10, 8, 7, 6 for depth 1 to
    6."""
    return min(range(1, 63), key=lambda width: abs(parameters(depth, width) - parameters(1, 62)))


def sizes(depth, width, lock):
    return [2, *[locked_width(depth) if lock else width] * depth, 1]


@functools.lru_cache(maxsize=20)
def points(data, seed):
    """X, y to train on and X, y held out. The same for each seed, whatever the network."""
    return MAKERS[data](POINTS[data], rng=seed), MAKERS[data](HELD_OUT, rng=seed + 1000)


@functools.lru_cache(maxsize=4)
def mesh(reach):
    """Points on 15 vertical and 15 horizontal lines, a NaN after each line to lift the pen: (2, 15 * 62, 2)."""
    places, along = np.linspace(-reach, reach, 15), np.append(np.linspace(-reach, reach, 61), np.nan)
    upright = np.column_stack([np.repeat(places, 62), np.tile(along, 15)])
    return np.stack([upright, upright[:, ::-1]])


def flatten(H, around, X):
    """A map to the plane for a layer's output: its two units, or the plane of the two main directions of H,
    turned to lie like X."""
    if H.shape[1] <= 2:
        return lambda A: np.column_stack([A, np.zeros((len(A), 2 - A.shape[1]))])
    centred = H - around
    V = np.linalg.svd(centred, full_matrices=False)[2][:2].T  # the first two principal directions
    U, _, Wt = np.linalg.svd((centred @ V).T @ (X - X.mean(axis=0)))  # and the rotation that brings them nearest to the input
    return lambda A: (A - around) @ V @ U @ Wt


def warp(net, layer, X, reach):
    """The mesh and the points X after hidden layer ``layer``, in the plane; and the line of the last neuron where it
    can be drawn."""
    stop = 2 * layer  # a Dense and a Tanh for each hidden layer
    H = net._forward(X, False, stop=stop)
    flat = flatten(H, H.mean(axis=0), X)
    lines = [flat(net._forward(np.nan_to_num(line), False, stop=stop)) for line in mesh(reach)]
    for bent, line in zip(lines, mesh(reach)):
        bent[np.isnan(line).any(axis=1)] = np.nan
    last, cut = net.layers[-1], None
    if stop == len(net.layers) - 1 and H.shape[1] == 2:
        (a, b), c = last.W[:, 0], last.b[0, 0]
        foot, along = -c * np.array([a, b]) / (a * a + b * b), np.array([-b, a]) / np.hypot(a, b)
        cut = np.array([foot - 4 * along, foot + 4 * along])
    return {"lines": lines, "bent": flat(H), "cut": cut, "units": min(H.shape[1], 3)}


def stream(*, depth, width, lock, layer, data, lr, seed):
    """Train with Adam on all points at once, 800 steps, and show the network every 10."""
    (X, y), held_out = points(data, seed)
    shape, reach, layer = sizes(depth, width, lock), REACH[data], min(layer, depth)
    net = mlp(shape, activation=Tanh, init=xavier_normal, loss=BinaryCrossEntropy(), rng=seed)
    X, Y = net._check_Xy(X, y)
    held_out, optimizer, losses, window = net._check_Xy(*held_out), Adam(lr=lr), [], (-reach, reach, -reach, reach)
    about = {"shape": shape, "count": net.theta.size, "layer": layer, "data": data, "lr": lr, "window": window, "X": X, "y": y}
    for step in range(STEPS + 1):
        if step % CHUNK == 0:
            Z, Zh = net._forward(X, False), net._forward(held_out[0], False)
            losses.append((net.loss.value(Z, Y), net.loss.value(Zh, held_out[1])))
            right = [float(net.loss.correct(*pair).mean()) for pair in ((Z, Y), (Zh, held_out[1]))]
            field = net._forward(grid(window, FIELD), False).reshape(FIELD, FIELD, 1)
            seen = {"losses": np.array(losses), "accuracy": right, "field": field, "step": step, "progress": step / STEPS}
            yield about | seen | warp(net, layer, X, reach)
        net._loss_step(X, Y)
        optimizer.step(net.theta, net.grad)


def scatter(panel, X, y):
    for k in (0, 1):
        panel.points(X[y == k, 0], X[y == k, 1], k, size=3)


def picture(result):
    window, X, y = result["window"], result["X"], result["y"]
    plane = Axes("Decision boundary", "x1", "x2", square=True)
    plane.field(shade_classes(BinaryCrossEntropy().probabilities(result["field"])), window)
    plane.line(*contour(result["field"][..., 0], window, 0.0), "ink")
    scatter(plane, X, y)

    names = {1: ("the unit", ""), 2: ("unit 1", "unit 2"), 3: ("two main directions", "")}[result["units"]]
    far = 1.1 if result["units"] < 3 else 1.05 * np.nanmax(np.abs(np.concatenate(result["lines"])))  # tanh stays below 1
    bent = Axes(f"The plane after layer {result['layer']}", *names, square=True, xlim=(-far, far), ylim=(-far, far))
    for colour, line in zip(("#777777", "#b0b0b0"), result["lines"]):
        bent.line(line[:, 0], line[:, 1], colour, width=1, held=False)
    scatter(bent, result["bent"], y)
    if result["cut"] is not None:
        bent.line(*result["cut"].T, "ink", label="output neuron's line", width=2.5)

    curve = Axes("Loss", "step", "cross-entropy", ylog=True, xlim=(0, STEPS))
    steps = CHUNK * np.arange(len(result["losses"]))
    curve.line(steps, result["losses"][:, 0], label="training").line(steps, result["losses"][:, 1], RED, dash=True, label="held out")
    return Picture(plane, bent, curve, widths=(1.45, 1.05, 1))


def describe(result):
    train, held_out = result["accuracy"]
    return (
        f"{'-'.join(map(str, result['shape']))}, {result['count']} parameters, {result['data']}: after {result['step']} steps at lr {result['lr']:.2g}, "
        f"{train:.2f} of the training points correct, {held_out:.2f} of held-out ones; layer {result['layer']} of {len(result['shape']) - 2} in view"
    )


def headline(result):
    return result["accuracy"][1]


def observe(result):
    return QUESTION.options[0] if result["accuracy"][0] >= 0.99 else QUESTION.options[1]


QUESTION = Prediction(
    # claim: tests/experiments/test_depth_width.py::test_width_2_stalls_on_the_circle_at_any_depth_and_width_3_does_not
    "A ring lies around a smaller ring. Two hidden layers of three units can tell them apart. "
    "Now each hidden layer has only two units, and there are six of them. After training, does the network get 99 % of its training points correct?",
    {"depth": 6, "width": 2, "lock": False, "layer": 6, "data": "circle"},
    observe,
    "Two units per layer map the plane to the plane: they turn, stretch and bend the grid, but cannot lift its middle out. So the output inside a ring "
    "is never above its largest value on the ring (a maximum principle; compare Johnson 2019). The boundary cannot close around the middle: a channel "
    "leads out through the ring. Depth can make it narrower, but in training seldom does; a third unit gives the missing direction. The spiral's arms "
    "are open to the outside, and there four layers of two units do reach 99 %.",
    options=("yes, depth makes up for width", "no, it stalls below that"),
    start={"data": "circle", "depth": 2, "width": 3, "lock": False},
)


def code(*, depth, width, lock, layer, data, lr, seed):
    maker = MAKERS[data].__name__
    return f"""from nnlib import Adam, BinaryCrossEntropy, Tanh, datasets, fit, mlp, xavier_normal

X, y = datasets.{maker}({POINTS[data]}, rng={seed})
held_out = datasets.{maker}({HELD_OUT}, rng={seed + 1000})
net = mlp({sizes(depth, width, lock)}, activation=Tanh, init=xavier_normal, loss=BinaryCrossEntropy(), rng={seed})
print(net.summary())
history = fit(net, X, y, Adam(lr={lr!r}), epochs={STEPS}, validation=held_out, progress=False)
warped = net.forward(X, training=False, stop={2 * min(layer, depth)})  # the points after hidden layer {min(layer, depth)}
print(net.score(*held_out))
"""
