"""Loss pairing: how hard each loss pulls at one logit, and where the textbook code breaks."""

import numpy as np

from .. import BinaryCrossEntropy, MeanSquaredError, Sigmoid, SoftmaxCrossEntropy
from ..plots import style
from ..plots.words import number
from .frame.controls import Choice, Slider
from .frame.pictures import Axes, Picture
from .frame.show import Prediction

TITLE = "Which loss behind which output, and in which code"
LOSSES = tuple(style.LOSSES)
CONTROLS = [
    Slider("logit", -15, 15, 2, step=0.25, label="logit z"),
    Choice("target", ("y = 1", "y = 0"), "y = 1"),
    Choice("loss", LOSSES, "cross-entropy"),
    Choice("form", ("stable", "naive"), "stable", label="code"),
    Choice("times", ("1", "10", "100"), "1", label="all logits times"),
    Choice("dtype", ("float64", "float32"), "float64"),
]
LINE = np.linspace(-15, 15, 241)


def stable(loss, z, y):
    """nnlib's loss and slope dL/dz of each logit of z (n,): n batches of one example, run side by side."""
    Z = z[:, None, None]
    if loss == "squared error":  # (p - y)^2, no 1/2, with p = sigmoid(z)
        sigmoid, judge = Sigmoid(), MeanSquaredError()
        L = judge.forward(sigmoid.forward(Z, training=True), [[y]])
        return L, sigmoid.backward(judge.backward())[:, 0, 0]
    if loss == "softmax of 3":  # scores (z, 0, 0); y = 1: the first class is right, y = 0: the second
        judge, Z, y = SoftmaxCrossEntropy(), np.concatenate([Z, 0 * Z, 0 * Z], axis=-1), 1 - y
    else:
        judge = BinaryCrossEntropy()
    L = judge.forward(Z, [y])
    return L, judge.backward()[:, 0, 0]


def naive(loss, z, y):
    """The formulas as textbooks print them: first p, then its loss, then the chain rule through p."""
    with np.errstate(all="ignore"):
        if loss == "softmax of 3":
            E = np.exp(np.stack([z, 0 * z, 0 * z]))
            P, Y = E / E.sum(axis=0), np.array([[y], [1 - y], [0]], dtype=z.dtype)
            dP = -Y / P
            return -(Y * np.log(P)).sum(axis=0), P[0] * (dP[0] - (dP * P).sum(axis=0))
        p = 1 / (1 + np.exp(-z))
        if loss == "squared error":
            return (p - y) ** 2, 2 * (p - y) * p * (1 - p)
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)), (-y / p + (1 - y) / (1 - p)) * p * (1 - p)


def simulate(*, logit, target, loss, form, times, dtype):
    """Loss and slope at the logit, and along the whole line of logits; the other losses, in stable code, for
    comparison."""
    y, run, stretch = int(target[-1]), {"stable": stable, "naive": naive}[form], int(times)
    here, line = np.array([logit * stretch], dtype=dtype), (LINE * stretch).astype(dtype)
    at, slope_at = run(loss, here, y)
    return {
        "y": y, "loss": loss, "form": form, "dtype": dtype, "z": float(here[0]), "line": line, "chosen": run(loss, line, y),
        "at": float(at[0]), "slope": float(slope_at[0]), "all": {name: stable(name, line, y) for name in LOSSES},
        "truth": [float(v[0]) for v in stable(loss, here.astype(float), y)],
    }  # fmt: skip


def picture(result):
    z, line, edge = result["z"], result["line"], float(result["line"][-1])
    top = max(float(result["all"]["cross-entropy"][0].max()), 1.0) * 1.08
    lowest = 1e-9
    panels = [
        Axes("Loss", "logit z", "loss", xlim=(-edge, edge), ylim=(-0.05 * top, top)),
        Axes("Gradient", "logit z", "dL/dz", xlim=(-edge, edge), ylim=(-1.15, 1.15)),
        Axes("Size of the gradient", "logit z", "|dL/dz|", xlim=(-edge, edge), ylim=(lowest, 10), ylog=True),
    ]
    for i, (panel, here) in enumerate(zip(panels, (result["at"], result["slope"], abs(result["slope"])))):
        first, floor = i == 0, (0.0, -1.05, 2 * lowest)[i]

        def values(pair, i=i):
            return (pair[0], pair[1], np.abs(pair[1]))[i]

        for name, colour in style.LOSSES.items():
            chosen = name == result["loss"]
            label = name if first else None
            if not chosen or result["form"] == "naive":
                panel.line(line, values(result["all"][name]), colour, width=1.3, label=None if chosen else label)
            if chosen:
                panel.line(line, values(result["chosen"]), colour, width=3.5, label=label)
        broken = ~np.isfinite(values(result["chosen"]))
        if broken.any():
            panel.points(line[broken], np.full(broken.sum(), floor), 4, marker="X", size=3, label="nan or inf" if i else None)
        panel.line([z, z], [lowest if i == 2 else -2 * top, 2 * top], "#888888", width=1.0)
        if np.isfinite(here):
            panel.points([z], [max(here, lowest) if i == 2 else here], "ink", marker="D", size=5, label=None if first else "z now")
        else:
            panel.points([z], [floor], "ink", marker="D", size=5, label=None if first else "z now")
    return Picture(*panels)


def describe(result):
    line = (
        f"{result['loss']}, {result['form']}, {result['dtype']}, y = {result['y']}, z = {result['z']:g}: "
        f"loss {number(result['at'])}, gradient {number(result['slope'])}"
    )
    if not np.isfinite([result["at"], result["slope"]]).all():
        line += (
            f"; true {number(result['truth'][0])} and {number(result['truth'][1])}: p has rounded to 0 or 1, or something has overflowed"
        )
    return line


def headline(result):
    return result["slope"]


def observe(result):
    """How the pull at z = -5 compares with that at z = -10."""
    ratio = result["slope"] / stable(result["loss"], np.array([-10.0]), result["y"])[1][0]
    return next(
        words
        for words, above in (("about 150 times stronger", 50), ("about twice as strong", 1.5), ("the same", 0.9), ("weaker", 0))
        if ratio > above
    )


QUESTION = Prediction(
    # claim: tests/experiments/test_loss_pairing.py::test_from_minus_10_to_minus_5_the_squared_error_pulls_about_e5_times_stronger
    "The label is 1, and the squared error (p - y)&sup2; sits on a sigmoid. An example moves from logit &minus;10 to logit &minus;5: it is still "
    "wrong, but less so. How strong is its gradient at &minus;5, compared with &minus;10?",
    {"logit": -5.0, "target": "y = 1", "loss": "squared error", "form": "stable", "times": "1", "dtype": "float64"},
    observe,
    "The gradient is 2 (p &minus; y) p (1 &minus; p), and far out p (1 &minus; p) is about e<sup>&minus;|z|</sup>: the more wrong, the weaker. From &minus;10 to "
    "&minus;5 it grows by about e<sup>5</sup> = 148. At &minus;10 it is 9e-5 in size (half of that with a 1/2 before the square); that of the "
    "cross-entropy is 1 &minus; p = 1.0, because there the p (1 &minus; p) cancels. "
    "The naive code is another matter: that of the cross-entropy breaks where p rounds to 1 (at 16.6 in float32, 36.7 in float64) and where "
    "e<sup>&minus;z</sup> overflows (at &minus;88.7 and &minus;709.8), and softmax of 1000 is nan.",
    options=("weaker", "the same", "about twice as strong", "about 150 times stronger"),
    start={"logit": -10.0, "loss": "squared error"},
)


def code(*, logit, target, loss, form, times, dtype):
    y, z = int(target[-1]), logit * int(times)
    start = "import numpy as np\n\n"
    if form == "naive":
        start += f"y, z = {y}, np.array({z!r}, dtype=np.{dtype})\nwith np.errstate(all='ignore'):\n"
        if loss == "softmax of 3":
            return start + (
                "    E = np.exp(np.stack([z, 0 * z, 0 * z]))\n    P, Y = E / E.sum(), np.array([y, 1 - y, 0], dtype=z.dtype)\n"
                "    L = -(Y * np.log(P)).sum()\n    dP = -Y / P\n    dz = P[0] * (dP[0] - (dP * P).sum())\nprint(L)\nprint(dz)\n"
            )
        if loss == "squared error":
            return start + "    p = 1 / (1 + np.exp(-z))\n    L = (p - y) ** 2\n    dz = 2 * (p - y) * p * (1 - p)\nprint(L)\nprint(dz)\n"
        return start + (
            "    p = 1 / (1 + np.exp(-z))\n    L = -(y * np.log(p) + (1 - y) * np.log(1 - p))\n"
            "    dz = (-y / p + (1 - y) / (1 - p)) * p * (1 - p)\nprint(L)\nprint(dz)\n"
        )
    if loss == "squared error":
        return start + (
            f"from nnlib import MeanSquaredError, Sigmoid\n\nsigmoid, loss = Sigmoid(), MeanSquaredError()\nZ = np.array([[{z!r}]], dtype=np.{dtype})\n"
            f"print(loss.forward(sigmoid.forward(Z, training=True), [[{y}]]))\nprint(sigmoid.backward(loss.backward())[0, 0])\n"
        )
    name, row, label = ("SoftmaxCrossEntropy", f"{z!r}, 0.0, 0.0", 1 - y) if loss == "softmax of 3" else ("BinaryCrossEntropy", repr(z), y)
    return start + (
        f"from nnlib import {name}\n\nloss, Z = {name}(), np.array([[{row}]], dtype=np.{dtype})\n"
        f"print(loss.forward(Z, [{label}]))\nprint(loss.backward()[0, 0])\n"
    )
