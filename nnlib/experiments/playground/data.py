"""What can be set in the playground, and the data: made, drawn or read from a file."""

from dataclasses import dataclass, make_dataclass

import numpy as np

from ... import datasets
from ...checks import as_rng
from ..frame.controls import SEED, Choice, Drawing, Slider, Switch, drawn_points

POINTS = 500  # points of a generated data set
DEEPEST, WIDEST = 12, 8  # hidden layers, units in each

# ---- what can be set

DRAWN = "drawn"
DATA = {  # maker, its noise as (at noise 0, for each unit of noise), its other arguments, middle and half width that become 0 and 1
    "circle": ("circles", (0.02, 0.5), {"ratio": 0.4}, (0, 0, 1)),
    "xor": ("xor", (0, 0.5), {}, (0, 0, 1)),
    "gaussians": ("blobs", (0.3, 2.0), {"classes": 2}, (0, 0, 3)),
    "three gaussians": ("blobs", (0.3, 2.0), {"classes": 3}, (0, 0, 3)),
    "five gaussians": ("blobs", (0.2, 1.5), {"classes": 5}, (0, 0, 3)),
    "spiral": ("spirals", (0, 1.0), {"arms": 2}, (0, 0, 1)),
    "three-arm spiral": ("spirals", (0, 1.0), {"arms": 3}, (0, 0, 1)),
    "moons": ("moons", (0.02, 0.7), {}, (0.5, 0.25, 1.5)),
    "checkerboard": ("checkerboard", (0, 0.3), {"squares": 3}, (0, 0, 1)),
}
REGRESSION = ("plane (regression)", "hills (regression)")
FEATURES = {
    "x1": "x1",
    "x2": "x2",
    "x1^2": "x1**2",
    "x2^2": "x2**2",
    "x1*x2": "x1 * x2",
    "sin": "np.sin(np.pi * x1)",
    "sin2": "np.sin(np.pi * x2)",
}
SHOWN = {"x1": "x1", "x2": "x2", "x1^2": "x1²", "x2^2": "x2²", "x1*x2": "x1·x2", "sin": "sin πx1", "sin2": "sin πx2"}
ACTIVATIONS = {  # by their names in nnlib; Swish and Sine are the playground's own, in layers.py
    "tanh": "Tanh",
    "ReLU": "ReLU",
    "sigmoid": "Sigmoid",
    "leaky ReLU": "LeakyReLU",
    "ELU": "ELU",
    "GELU": "GELU",
    "Swish": "Swish",
    "sine": "Sine",
    "linear": "Identity",
}
INITS = {name.replace("_", " "): name for name in ("xavier_normal", "xavier_uniform", "he_normal", "he_uniform")}
INITS |= {"lecun normal": "lecun_normal", "lecun uniform": "lecun_uniform", "orthogonal": "orthogonal"}
INITS |= {"normal, std 0.01": "normal(std=0.01)", "normal, std 1": "normal(std=1.0)", "constant": "constant", "zeros": "zeros"}
OPTIMIZERS = ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW")
PENALTIES = ("0", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "1")
LOSSES = ("cross-entropy", "squared error")
SCHEDULES = ("constant", "halved every 50 epochs", "cosine over 200 epochs", "warm-up, then cosine")


@dataclass(frozen=True)
class Layers:
    """Hidden layers as text, ``"4-2"``; ``"none"`` for no hidden layer."""

    name: str = "hidden"
    default: str = "4-2"
    label: str = ""

    def clean(self, value):
        sizes = [] if str(value) == "none" else str(value).split("-")
        if len(sizes) > DEEPEST or not all(s.isdecimal() and 1 <= int(s) <= WIDEST for s in sizes):
            raise ValueError(f"{self.name} is at most {DEEPEST} layers of 1 to {WIDEST} units each, got {value!r}: write {self.name}=4-2")
        return "-".join(str(int(s)) for s in sizes) or "none"

    def samples(self):
        return ["none", "1", "4-2", "-".join(["8"] * DEEPEST)]


@dataclass(frozen=True)
class Inputs:
    """Which features the network gets, as text: ``"x1,x2,x1*x2"``."""

    name: str = "features"
    default: str = "x1,x2"
    label: str = ""

    def clean(self, value):
        names = str(value).split(",")
        if not set(names) <= set(FEATURES):
            raise ValueError(f"{self.name} are at least one of {', '.join(FEATURES)}; got {value!r}: write {self.name}=x1,x2")
        return ",".join(name for name in FEATURES if name in names)

    def samples(self):
        return [*FEATURES, ",".join(FEATURES)]


@dataclass(frozen=True)
class Each:
    """An activation for each hidden layer, as text: ``"ReLU,tanh"``; nothing: the same in all. Layers beyond the last one
    named get that one too."""

    name: str = "each"
    default: str = ""
    label: str = "activation of each layer"

    def clean(self, value):
        names = [name.replace("_", " ") for name in str(value).split(",") if name]
        if len(names) > DEEPEST or not set(names) <= set(ACTIVATIONS):
            raise ValueError(
                f"{self.name} names an activation for each layer, of {', '.join(ACTIVATIONS)}; got {value!r}: write {self.name}=ReLU,tanh"
            )
        return ",".join(names)

    def samples(self):
        return ["", "ReLU,tanh", "sine,leaky ReLU"]


CONTROLS = [
    Choice("data", (*DATA, *REGRESSION, DRAWN), "circle"),
    Slider("noise", 0.0, 0.5, 0.1, step=0.05),
    Slider("lr", 0.0001, 100.0, 0.1, step=0.1, log=True, label="learning rate"),
    Choice("activation", tuple(ACTIVATIONS), "tanh"),
    Choice("optimizer", OPTIMIZERS, "SGD"),
    Choice("batch", ("1", "2", "5", "10", "20", "50", "100", "all"), "10", label="batch size"),
    Choice("l1", PENALTIES, "0"),
    Choice("l2", PENALTIES, "0"),
    SEED,
    Choice("loss", LOSSES, LOSSES[0]),
    Choice("init", tuple(INITS), "xavier normal"),
    Choice("schedule", SCHEDULES, "constant"),
    Slider("share", 10, 90, 50, step=5, whole=True, unit="%", label="for training"),
    Switch("batch_norm", False),
    Slider("dropout", 0.0, 0.8, 0.0, step=0.1),
    Inputs(),
    Layers(),
    Each(),
    Drawing("points", label="points x:y:class", most=500),
]
LIVE = ("lr", "l1", "l2")  # these change a run; all others start a new one
Settings = make_dataclass("Settings", [(control.name, type(control.default), control.default) for control in CONTROLS], frozen=True)


# ---- data


def plane(n=500, *, noise=0.0, rng=0):
    """Points X (n, 2) of the square -1..1, and the height (x1 + x2) / 2 with noise of that standard deviation, (n,
    1)."""
    rng = as_rng(rng)
    X = rng.uniform(-1, 1, (n, 2))
    return X, X.mean(axis=1, keepdims=True) + noise * rng.standard_normal((n, 1))


def hills(n=500, *, noise=0.0, rng=0):
    """Points X (n, 2) of the square -1..1, and the height of two hills and two hollows with noise, (n, 1)."""
    rng = as_rng(rng)
    X = rng.uniform(-1, 1, (n, 2))
    height = np.sin(np.pi * X[:, :1]) * np.sin(np.pi * X[:, 1:])
    return X, height + noise * rng.standard_normal((n, 1))


def raw_points(settings):
    """The points (m, 2) before features are made of them, y, and the lines of code that make both."""
    if settings.data == DRAWN:
        X, y = drawn_points(settings.points)
        return X, y, f"X = np.array({X.tolist()})\ny = np.array({y.tolist()})"
    if settings.data in REGRESSION:
        maker = settings.data.split()[0]
        X, y = {"plane": plane, "hills": hills}[maker](POINTS, noise=settings.noise, rng=settings.seed)
        return X, y, f"X, y = {maker}({POINTS}, noise={settings.noise!r}, rng={settings.seed})"
    maker, (least, slope), about, (a, b, half) = DATA[settings.data]
    about = about | {"noise": round(least + slope * settings.noise, 6), "rng": settings.seed}
    X, y = getattr(datasets, maker)(POINTS, **about)
    line = f"X, y = datasets.{maker}({POINTS}, {', '.join(f'{name}={value!r}' for name, value in about.items())})"
    if (a, b, half) != (0, 0, 1):
        X = (X - np.array([a, b])) / half
        line += f"\nX = (X - np.array([{a}, {b}])) / {half}"
    return X, y, line


def features(X, names):
    """The columns the network gets, (m, number of features)."""
    x1, x2 = X.T
    columns = {"x1": x1, "x2": x2, "x1^2": x1**2, "x2^2": x2**2, "x1*x2": x1 * x2, "sin": np.sin(np.pi * x1), "sin2": np.sin(np.pi * x2)}
    return np.column_stack([columns[name] for name in names])
