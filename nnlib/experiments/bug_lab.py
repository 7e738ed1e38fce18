"""Backprop bug lab: put a bug into the backward pass, and see which arrays the gradient check finds, and whether
training does."""

import functools
import inspect

import numpy as np

from .. import SGD, Dense, Network, ReLU, Sigmoid, SoftmaxCrossEntropy, Tanh, datasets
from ..gradient_check import relative_error
from .frame.controls import SEED, Choice, Slider
from .frame.pictures import Axes, Picture, quiet
from .frame.show import Prediction

TITLE = "Backprop bug lab"
TOLERANCE = 1e-7  # the course's: above it an array counts as wrong
ARRAYS = ("W1", "b1", "W2", "b2", "W3", "b3")
ENDS = np.cumsum([2 * 8, 8, 8 * 8, 8, 8 * 2, 2])  # where each of them ends in theta
GRID = tuple(10 ** (k / 2) for k in range(-24, -1))  # steps h from 1e-12 to 0.1
STEPS, EVERY, RATE = 300, 10, 1.0  # of the training; from one measurement to the next; learning rate


# ---- the bugs: each goes in front of a class of nnlib, as in ``class Buggy(NoTranspose, Dense)``


class NotMean:
    def backward(self):
        return super().backward() * len(self.Y)  # dZ3 = P - Y: the 1/m is missing


class NotMinusY:
    def backward(self):
        return self.P / len(self.Y)  # dZ3 = P / m: the - Y is missing


class WrongSign:
    def backward(self):
        return -super().backward()  # dZ3 = (Y - P) / m


class DiagonalOnly:
    def backward(self):
        dP = -self.Y / self.P / len(self.Y)
        return dP * self.P * (1 - self.P)  # softmax as if each p depended on its own z alone


class TransposedProduct:
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.dW[...] = dZ.mT @ self.X  # dW = X^T dZ is right; W is square, so this fits too
        return dX


class MeanForSum:
    def backward(self, dZ):
        dX = super().backward(dZ)
        self.db[...] = dZ.mean(axis=0)  # db = 1^T dZ is right: the 1/m is in dZ already
        return dX


class NoTranspose:
    def backward(self, dZ):
        super().backward(dZ)
        return dZ @ self.W  # dX = dZ W^T is right; W is square, so this fits too


class NoSlope:
    def backward(self, dA):
        return dA  # g' is missing. For ReLU the mask A >= 0 does the same: it is true everywhere


class SlopeAtA:
    def backward(self, dA):
        self.forward(self.A, training=True)
        return super().backward(dA)  # g'(A), where g'(Z) is right


BUGS = {  # name: (the bug, the class it goes in front of)
    "none": (None, None),
    "dZ3: 1/m missing": (NotMean, "loss"),
    "dZ3: minus Y missing": (NotMinusY, "loss"),
    "dZ3: wrong sign": (WrongSign, "loss"),
    "dZ3: diagonal of softmax only": (DiagonalOnly, "loss"),
    "dZ2: slope missing (mask >= 0)": (NoSlope, "activation"),
    "dZ2: slope at A2, not at Z2": (SlopeAtA, "activation"),
    "dW2: product transposed": (TransposedProduct, "dense"),
    "db2: mean, not sum": (MeanForSum, "dense"),
    "dA1: W2 not transposed": (NoTranspose, "dense"),
}
ACTIVATIONS = {"ReLU": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}
CONTROLS = [
    Slider("h", 1e-12, 1e-1, 1e-5, step=0.25, log=True, label="step h of the check"),
    Choice("bug", tuple(BUGS), "none", label="bug in"),
    Choice("activation", tuple(ACTIVATIONS), "ReLU"),
    Choice("dtype", ("float64", "float32"), "float64", label="numbers of the check"),
    Choice("differences", ("both sides", "one side"), "both sides"),
    SEED,
]


def network(bug, activation, **options):
    """2-8-8-2; the bug is in the second layer or in the loss."""
    wrong, place = BUGS[bug]
    parts = {"dense": Dense, "activation": ACTIVATIONS[activation], "loss": SoftmaxCrossEntropy}
    if wrong:
        parts[place] = type("Buggy", (wrong, parts[place]), {})
    layers = [Dense(2, 8), ACTIVATIONS[activation](), parts["dense"](8, 8), parts["activation"](), Dense(8, 2)]
    return Network(layers, parts["loss"](), **options)


@functools.lru_cache(maxsize=8)
def data(seed):
    return datasets.moons(200, noise=0.15, rng=seed)


@functools.lru_cache(maxsize=100)
def gradient(bug, activation, dtype, seed):
    """theta, off the zeros of new biases, and the gradient that the backward pass computes there from 20 points."""
    net = network(bug, activation, rng=seed, dtype=dtype)
    net.theta += 0.1 * np.random.default_rng([seed, 1]).standard_normal(net.theta.size)
    X, y = data(seed)
    net.loss_and_gradient(X[::10], y[::10])
    return net.theta.copy(), net.grad.copy()


@functools.lru_cache(maxsize=12)
def stack(activation, dtype, copies):
    return network("none", activation, copies=copies, dtype=dtype)


def nudged(h, activation, dtype, differences, seed):
    """A copy of the network for each nudged number, 2 P of them for both sides, P + 1 for one."""
    theta = gradient("none", activation, dtype, seed)[0]
    nudges = h * np.eye(theta.size, dtype=dtype)
    nudges = np.vstack([nudges, -nudges if differences == "both sides" else 0 * nudges[:1]])
    nets = stack(activation, dtype, len(nudges))
    nets.theta = theta + nudges
    return nets


@functools.lru_cache(maxsize=2000)
def measured(h, activation, dtype, differences, seed):
    """The gradient (P,) by finite differences of the loss, all copies of the network run at once."""
    (X, y), nets = data(seed), nudged(h, activation, dtype, differences, seed)
    P = nets.theta.shape[1]
    up, down = np.split(nets.loss_value(X[::10], y[::10]), [P])
    return (up - down) / (2 * h if differences == "both sides" else h)


@functools.lru_cache(maxsize=2000)
def kinks(h, activation, dtype, differences, seed):
    """How many of the P numbers carry a ReLU over its kink when they are nudged: for some example it is on at one
    end and off at the other."""
    if activation != "ReLU":
        return 0
    nets, X = nudged(h, activation, dtype, differences, seed), data(seed)[0][::10]
    P = nets.theta.shape[1]
    crossed = np.zeros(P, dtype=bool)
    for stop in (1, 3):  # up to the pre-activations of the first hidden layer, and of the second
        on = nets._forward(nets._check_X(X), False, stop=stop) > 0
        crossed |= (on[:P] != on[P:]).any(axis=(1, 2))
    return int(crossed.sum())


def errors_of(g, truth):
    """The relative error of each array."""
    return np.array([relative_error(a, b)[0] for a, b in zip(np.split(g, ENDS[:-1]), np.split(truth, ENDS[:-1]))])


@functools.lru_cache(maxsize=200)
def largest_errors(bug, activation, dtype, differences, seed):
    """The largest of the six errors at each step of the grid."""
    g = gradient(bug, activation, dtype, seed)[1]
    return np.array([errors_of(g, measured(h, activation, dtype, differences, seed)).max() for h in GRID])


@functools.lru_cache(maxsize=200)
def trained(bug, activation, seed):
    """Share of 400 fresh points predicted correctly, every 10 steps of gradient descent; and the step of divergence, or
    None."""
    net, optimizer = network(bug, activation, rng=seed), SGD(RATE)
    X, Y = net._check_Xy(*data(seed))
    fresh, labels = datasets.moons(400, noise=0.15, rng=seed + 1000)
    right, diverged, before = [], None, net.theta.copy()
    with quiet():
        for step in range(STEPS + 1):
            loss, _ = net._loss_step(X, Y)
            if not np.isfinite(loss):
                diverged = step
                net.theta = before
                right.append(net.score(fresh, labels))
                break
            if step % EVERY == 0:
                right.append(net.score(fresh, labels))
            before = net.theta.copy()
            optimizer.step(net.theta, net.grad)
    return np.array(right), diverged


def simulate(*, h, bug, activation, dtype, differences, seed):
    """Relative errors of the six arrays at h, the largest one over a grid of steps, and what training still reaches."""
    setting = activation, dtype, differences, seed
    exact = [gradient(name, activation, "float64", seed)[1] for name in (bug, "none")]
    right, diverged = trained(bug, activation, seed)
    return {
        "h": h, "bug": bug, "activation": activation, "dtype": dtype, "differences": differences,
        "kinks": kinks(h, *setting), "grid_kinks": np.array([kinks(step, *setting) for step in GRID]),
        "errors": errors_of(gradient(bug, activation, dtype, seed)[1], measured(h, *setting)),
        "curve": largest_errors(bug, *setting), "without": largest_errors("none", *setting),
        "truly": errors_of(*exact) > TOLERANCE, "accuracy": right, "diverged": diverged,
        "reference": trained("none", activation, seed)[0],
    }  # fmt: skip


def picture(result):
    errors, at = np.clip(result["errors"], 1e-13, None), np.arange(6)
    wrong = errors > TOLERANCE
    ticks = [(k + 13, f"1e{k}") for k in range(-12, 1, 3)]
    arrays = Axes("The check, array by array", "array", "relative error", ylim=(0, 15), xlim=(-0.6, 5.6), yticks=ticks)
    arrays.xticks = [(i, "d" + name) for i, name in enumerate(ARRAYS)]
    for which, colour, words in ((~wrong, 0, "agrees"), (wrong, 4, "wrong")):
        if which.any():
            arrays.bars(at[which], np.log10(errors[which]) + 13, colour, label=words, width=0.7)
    arrays.points(at[wrong], np.log10(errors[wrong]) + 13.6, 4, marker="X", size=5)
    arrays.reference([-0.6, 5.6], [6, 6], "above 1e-7: wrong")

    worst = Axes("Largest error, for every h", "step h", "relative error", xlog=True, ylog=True, ylim=(1e-12, 1e2))
    if result["bug"] != "none":
        worst.reference(GRID, result["without"], "without the bug", at=(0.2, 1, 1))
    worst.line(GRID, result["curve"], 4 if result["bug"] != "none" else 0, label="this gradient")
    worst.reference([1e-12, 1e-1], [TOLERANCE, TOLERANCE], "1e-7", at=(0, 1, -1))
    over = result["grid_kinks"] > 0
    if over.any():
        worst.points(np.array(GRID)[over], result["curve"][over], 1, marker="X", size=4, label="over a kink")
    worst.points([result["h"]], [result["errors"].max()], "ink", marker="D", size=6, label="h now")

    training = Axes("Training on moons", "step", "accuracy, new points", ylim=(0, 1.05), xlim=(-5, STEPS + 5))
    training.line(
        EVERY * np.arange(len(result["reference"])),
        result["reference"],
        "ink",
        width=1,
        label="correct gradient",
        at=(1, -1, -1),
        held=False,
    )
    steps = EVERY * np.arange(len(result["accuracy"]))
    if result["diverged"] is not None:
        steps[-1] = result["diverged"]
        training.points(steps[-1:], result["accuracy"][-1:], 4, marker="X", size=6, label="diverged")
    training.line(steps, result["accuracy"], 4 if result["bug"] != "none" else 0, label="this gradient")
    return Picture(arrays, worst, training)


def listed(which):
    names = [name for name, chosen in zip(ARRAYS, which) if chosen]
    return "no array" if not names else "all six arrays" if len(names) == 6 else "d" + ", d".join(names)


def describe(result):
    found, true = result["errors"] > TOLERANCE, result["truly"]
    alarm = "" if (found == true).all() else f" (in truth {listed(true)}: the check errs)"
    if result["kinks"]:
        alarm += f"; {result['kinks']} of {ENDS[-1]} nudges carry a ReLU over its kink"
    reached, good = (round(100 * float(result[name][-1])) for name in ("accuracy", "reference"))
    trained = f"reaches {reached} %" if result["diverged"] is None else f"diverges at step {result['diverged']}"
    return (
        f"Bug {result['bug']}, {result['activation']}, {result['dtype']}, {result['differences']}, h {result['h']:.1e}: "
        f"{listed(found)} above 1e-7{alarm}; training {trained}, correct gradient {good} %"
    )


def headline(result):
    return float(result["errors"].max())


def observe(result):
    return listed(result["errors"] > TOLERANCE)


QUESTION = Prediction(
    # claim: tests/experiments/test_bug_lab.py::test_only_arrays_at_or_below_the_bug_are_wrong
    "Three layers, 2-8-8-2. On the way back through the second layer somebody wrote dA1 = dZ2 W2, without the transpose. W2 is square, so "
    "the shapes fit. Which gradients does the check report as wrong?",
    {"bug": "dA1: W2 not transposed", "h": 1e-5, "activation": "ReLU", "dtype": "float64", "differences": "both sides"},
    observe,
    "The gradient runs from the loss to the input, and a mistake spoils only what is computed from it: here dA1, so dZ1, so dW1 and db1. "
    "dW2 and db2 come from dZ2, which is right. A mistake in the line of a dW or db spoils that array alone; each of those in dZ3 spoils all six. "
    "Training hardly shows it: at a rate of 1, with five of the nine bugs (all but those in dZ3) it still reaches 98-99 % on moons, the median of six seeds, "
    "with ReLU and with tanh, as with the right gradient. With ReLU the slope at A2 is not a bug at all: [A &gt; 0] = [Z &gt; 0]. "
    "Where a nudge carries a ReLU over its kink (marked in the middle picture), the difference mixes two slopes: it is wrong by a finite amount, however "
    "right the gradient is. Tanh has no kinks: there the error follows h&sup2; down to about 1e-5, and below that rounding grows.",
    options=("no array", "dW2, db2", "dW1, db1", "dW1, db1, dW2, db2", "all six arrays"),
)


def code(*, h, bug, activation, dtype, differences, seed):
    wrong, place = BUGS[bug]
    name, loss = ACTIVATIONS[activation].__name__, "SoftmaxCrossEntropy"
    base = {"dense": "Dense", "activation": name, "loss": loss}
    source = f"{inspect.getsource(wrong)}\n\nclass Buggy({wrong.__name__}, {base[place]}):\n    pass\n\n\n" if wrong else ""
    parts = ", ".join("Buggy" if wrong and key == place else value for key, value in base.items())
    both = differences == "both sides"
    stacked = "np.vstack([nudges, -nudges])" if both else "np.vstack([nudges, 0 * nudges[:1]])"
    return f"""import numpy as np

from nnlib import Dense, Network, {", ".join(sorted([name, loss]))}, datasets
from nnlib.gradient_check import relative_error


{source}def network(Middle, Activation, Loss, **options):
    layers = [Dense(2, 8), {name}(), Middle(8, 8), Activation(), Dense(8, 2)]
    return Network(layers, Loss(), dtype=np.{dtype}, **options)


right, net = network(Dense, {name}, {loss}), network({parts}, rng={seed})
net.theta += 0.1 * np.random.default_rng([{seed}, 1]).standard_normal(net.theta.size)
X, y = [array[::10] for array in datasets.moons(200, noise=0.15, rng={seed})]
net.loss_and_gradient(X, y)
nudges = {h!r} * np.eye(net.theta.size, dtype=np.{dtype})
nets = network(Dense, {name}, {loss}, copies={"2 * len(nudges)" if both else "len(nudges) + 1"})
nets.theta = net.theta + {stacked}
up, down = np.split(nets.loss_value(X, y), {"2" if both else "[len(nudges)]"})
right.grad = (up - down) / {f"(2 * {h!r})" if both else repr(h)}
pairs = [(a, b) for a, b in zip(net.layers, right.layers) if isinstance(a, Dense)]
errors = [relative_error(getattr(a, array), getattr(b, array))[0] for a, b in pairs for array in ("dW", "db")]
print(max(errors))
"""
