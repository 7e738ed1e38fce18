"""Symmetry: equal hidden units get equal gradients and stay equal.

Four starts, the loss, and how many units are really different.
"""

from functools import lru_cache

import numpy as np

from .. import SGD, BinaryCrossEntropy, activations, datasets, fit, mlp
from .frame.controls import SEED, Choice, Slider
from .frame.pictures import Axes, Picture
from .frame.show import Prediction

TITLE = "Symmetry between hidden units"
STEPS = 2000  # of gradient descent
CHUNK = 20  # steps from one record of the weights to the next
APART = 0.05  # units differ if a weight does by over this share of the largest
ACTIVATIONS = {"ReLU": activations.ReLU, "tanh": activations.Tanh, "sigmoid": activations.Sigmoid}
STARTS = ("zeros", "constant", "constant + noise", "random")
CONTROLS = [
    Slider("units", 2, 16, 8, step=1, whole=True, unit="hidden"),
    Choice("start", (*STARTS, "all four"), "random"),
    Slider("noise", 1e-4, 1.0, 1e-3, step=0.25, log=True, label="noise (std, on the constant)"),
    Slider("lr", 0.03, 3.0, 0.3, step=0.1, log=True, label="learning rate"),
    Choice("activation", tuple(ACTIVATIONS), "ReLU"),
    SEED,
]


@lru_cache
def examples():
    return datasets.moons(200, noise=0.15, rng=0)


def starts(rng, noise, n_in, n_out):
    """The weights of one layer for the four starts, (4, n_in, n_out).

    One draw N serves both random ones; unit j has its own part of it.
    """
    N = rng.standard_normal((16, n_in)).T[:, :n_out] if n_out > 1 else rng.standard_normal((16, 1))[:n_in]
    return np.stack([0 * N, 0.1 + 0 * N, 0.1 + noise * N, 0.5 * N])


def shown(start):
    """The places in STARTS that are trained."""
    return list(range(4)) if start == "all four" else [STARTS.index(start)]


def count_different(W, b, apart=APART):
    """How many units (columns of W (..., n_in, n), b (..., 1, n)) differ from each one counted before, by over
    ``apart`` of the largest weight."""
    units = np.concatenate([W, b], axis=-2).mT
    near = apart * np.abs(units).max(axis=(-2, -1))[..., None, None]
    twins = np.abs(units[..., :, None, :] - units[..., None, :, :]).max(axis=-1) <= near
    counted = np.zeros(units.shape[:-1], dtype=bool)
    for j in range(units.shape[-2]):
        counted[..., j] = ~(twins[..., j, :] & counted).any(axis=-1)
    return counted.sum(axis=-1)


def stream(*, units, start, noise, lr, activation, seed):
    """Train the starts that are asked for in one stack; every 20 steps keep the units, every 40 show them."""
    (X, y), rng, which = examples(), np.random.default_rng(seed), shown(start)
    net = mlp([2, units, 1], activation=ACTIVATIONS[activation], loss=BinaryCrossEntropy(), copies=len(which))
    hidden, last = net.layers[0], net.layers[2]
    for layer in (hidden, last):
        layer.W = starts(rng, noise, layer.n_in, layer.n_out)[which]
    about = {"units": units, "which": which, "noise": noise, "lr": lr, "activation": activation, "seed": seed}
    losses, paths, different = [], [hidden.W.copy()], [count_different(hidden.W, hidden.b)]
    optimizer = SGD(lr=lr)
    while len(paths) <= STEPS // CHUNK:
        losses.append(fit(net, X, y, optimizer, epochs=CHUNK, progress=False).loss)
        paths.append(hidden.W.copy())
        different.append(count_different(hidden.W, hidden.b))
        steps = CHUNK * (len(paths) - 1)
        if len(paths) % 2:
            result = about | {"losses": np.concatenate(losses), "paths": np.array(paths), "different": np.array(different), "steps": steps}
            sixth = [len(np.unique(np.vstack([W, b]).T.round(6), axis=0)) for W, b in zip(hidden.W, hidden.b)]
            result |= {"loss": net.loss_value(X, y), "right": net.score(X, y), "sixth": sixth}
            yield result | {"progress": steps / STEPS}


def picture(result):
    curve = Axes("Loss", "step", "cross-entropy", xlim=(0, STEPS), ylim=(0, 0.8))
    plane = Axes("Weights of the hidden units", "from x1", "from x2", square=True)
    count = Axes("Different units", "step", xlim=(0, STEPS), ylim=(0, result["units"] + 0.9))
    losses, paths, steps = result["losses"], result["paths"], np.arange(len(result["losses"])) + 1
    for i, place in enumerate(result["which"]):
        width = 4 if place in (0, 2) else 2  # of two equal curves, both are seen
        curve.line(steps, losses[:, i], place, label=STARTS[place], width=width)
        trace = np.concatenate([paths[:, i], np.full((1, 2, result["units"]), np.nan)])  # a gap after each unit
        plane.line(*trace.transpose(1, 2, 0).reshape(2, -1), place, width=1, held=False)
        plane.points(*paths[-1, i], place, size=5 if place < 3 else 4, held=True)
        count.line(CHUNK * np.arange(len(paths)), result["different"][:, i], place, width=width)
    size = 1.1 * max(1.0, float(np.abs(paths).max()))
    plane.xlim = plane.ylim = (-size, size)
    return Picture(curve, plane, count)


def headline(result):
    return float(np.mean(result["loss"]))


def describe(result):
    if len(result["which"]) == 1:
        i, name = 0, STARTS[result["which"][0]]
        return (
            f"start {name}, {result['activation']}, lr {result['lr']:.2g}, seed {result['seed']}, {result['steps']} steps: loss {result['loss'][i]:.2g}, "
            f"{100 * result['right'][i]:.0f} % correct; {result['different'][-1, i]} of {result['units']} units different"
        )
    each = [f"{STARTS[p]} {d} (loss {loss:.2g})" for p, d, loss in zip(result["which"], result["different"][-1], result["loss"])]
    return f"different units of {result['units']} after {result['steps']} steps, {result['activation']}, lr {result['lr']:.2g}: {', '.join(each)}"


def observe(result):
    different, units = result["different"][-1, 0], result["units"]
    return "1" if different == 1 else "all 12" if different == units else "2 to 4" if different <= 4 else "5 to 11"


QUESTION = Prediction(
    # claim: tests/experiments/test_symmetry.py::test_noise_of_a_thousandth_makes_12_different_units_that_are_worth_one
    "12 ReLU units start at 0.1 plus noise of standard deviation 0.001: no two are equal. Train for 2,000 steps. How many different units are "
    "there then? (Two count as one if none of their weights differ by more than 5 % of the largest.)",
    {"units": 12, "start": "constant + noise", "noise": 1e-3, "lr": 0.3, "activation": "ReLU", "seed": 0},
    observe,
    "Equal units compute the same, so they get the same gradient and stay equal: from a constant you have one unit, however many you pay for. "
    "ReLU units that are on for the same examples add up to one unit, and once that one has settled nothing drives them apart: from step 500 on the gaps "
    "do not change, not even in 20,000 steps, and the loss is that of one unit. Tanh bends everywhere, so there a gap can grow, by a factor per step: "
    "a start a thousand times nearer costs time, and a larger rate saves it. At rate 3 the loss is below 0.01 after 2,000 steps, at rate 1 after 5,000, at rate 0.3 after 20,000 "
    "(six seeds each). From zeros ReLU units get no gradient at all, and the loss stays at log&nbsp;2 = 0.693. "
    "Noise as large as the constant leaves half or more of the 12 different (100 seeds); what they reach depends on the seed.",
    options=("1", "2 to 4", "5 to 11", "all 12"),
    start={"units": 12},
)


def code(*, units, start, noise, lr, activation, seed):
    kind, which = ACTIVATIONS[activation].__name__, shown(start)
    return f"""import numpy as np

from nnlib import SGD, BinaryCrossEntropy, {kind}, datasets, fit, mlp
from nnlib.experiments.symmetry import starts  # {", ".join(STARTS)}

X, y = datasets.moons(200, noise=0.15, rng=0)
net = mlp([2, {units}, 1], activation={kind}, loss=BinaryCrossEntropy(), copies={len(which)})
rng = np.random.default_rng({seed})
for layer in (net.layers[0], net.layers[2]):
    layer.W = starts(rng, {noise!r}, layer.n_in, layer.n_out)[{which}]
fit(net, X, y, SGD(lr={lr!r}), epochs={STEPS}, progress=False)
print(np.mean(net.loss_value(X, y)))
"""
