"""The playground: a small network, its data and its training in one live panel. ``playground.Panel()`` opens it.

Session is the panel without widgets: settings, data, network, optimizer. It trains, draws, describes itself, and writes
the lines of nnlib that repeat it. Panel puts buttons around a Session and trains beside the kernel's other work.
"""

import asyncio
import copy
import csv
import time
from dataclasses import asdict, dataclass, make_dataclass
from html import escape

import ipywidgets as widgets
import numpy as np

from .. import activations, datasets, initializers, optimizers
from ..activations import sigmoid, softmax
from ..checks import as_rng
from ..datasets import train_test_split
from ..gradient_check import GradientError, check_network
from ..layers import Dense
from ..losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from ..network import mlp
from ..optimizers import CosineDecay, StepDecay
from ..plots import style
from ..training import Run, TrainingDiverged, minibatches
from .controls import SEED, Choice, Drawing, Slider, Switch, clean, drawn_points, read_state, write_state
from .frame import Canvas, Guard, control_widget
from .pictures import FIELD, Picture, contour, grid, shade_classes
from .pictures import Panel as Axes

TITLE = "The playground"
POINTS, EDGE = 500, 1.2  # points of a generated data set; the picture shows -1.2 to 1.2
EXTENT = (-EDGE, EDGE, -EDGE, EDGE)
DEEPEST, WIDEST = 12, 8  # hidden layers, units in each
ROWS = 600  # most rows of a loss curve
LARGEST_FILE = 1_000_000  # bytes of an upload

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
ACTIVATIONS = {
    "tanh": "Tanh",
    "ReLU": "ReLU",
    "sigmoid": "Sigmoid",
    "leaky ReLU": "LeakyReLU",
    "ELU": "ELU",
    "GELU": "GELU",
    "linear": "Identity",
}
INITS = {name.replace("_", " "): name for name in ("xavier_normal", "xavier_uniform", "he_normal", "he_uniform")}
INITS |= {"lecun normal": "lecun_normal", "lecun uniform": "lecun_uniform", "orthogonal": "orthogonal"}
INITS |= {"normal, std 0.01": "normal(std=0.01)", "normal, std 1": "normal(std=1.0)", "constant": "constant", "zeros": "zeros"}
OPTIMIZERS = ("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam", "AdamW")
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


CONTROLS = [
    Choice("data", (*DATA, *REGRESSION, DRAWN), "circle"),
    Slider("noise", 0.0, 0.5, 0.1, step=0.05),
    Slider("lr", 0.0001, 100.0, 0.1, step=0.1, log=True, label="learning rate"),
    Choice("activation", tuple(ACTIVATIONS), "tanh"),
    Choice("optimizer", OPTIMIZERS, "SGD"),
    Choice("batch", ("1", "2", "5", "10", "20", "50", "100", "all"), "10", label="batch size"),
    Choice("l2", ("0", "0.0001", "0.001", "0.003", "0.01", "0.03", "0.1", "1"), "0"),
    SEED,
    Choice("init", tuple(INITS), "xavier normal"),
    Choice("schedule", SCHEDULES, "constant"),
    Slider("share", 10, 90, 50, step=5, whole=True, unit="%", label="for training"),
    Switch("batch_norm", False),
    Slider("dropout", 0.0, 0.8, 0.0, step=0.1),
    Inputs(),
    Layers(),
    Drawing("points", label="points x:y:class", most=500),
]
LIVE = ("lr", "l2")  # these change a run; all others start a new one
Settings = make_dataclass("Settings", [(control.name, type(control.default), control.default) for control in CONTROLS], frozen=True)


# ---- data


def plane(n=500, *, noise=0.0, rng=0):
    """Points X (n, 2) of the square -1..1, and the height (x1 + x2) / 2 with noise of that standard deviation, (n, 1)."""
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
        X, y = globals()[maker](POINTS, noise=settings.noise, rng=settings.seed)
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


def read_csv(content, seed=0, most=500):
    """Points for a Drawing from the bytes of a CSV file with the columns x1, x2, class; and a sentence on what was read.

    The columns are scaled to -1..1. Of more than ``most`` rows, so many are picked at random. ValueError says what is wrong.
    """
    wanted = "a CSV file has a row for each point: x1, x2, class"
    if len(content) > LARGEST_FILE:
        raise ValueError(f"the file holds {len(content) / 1e6:.1f} MB, at most {LARGEST_FILE / 1e6:g} MB are read: cut it down")
    try:
        text = bytes(content).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"the file is no text in UTF-8; {wanted}") from None
    if "\0" in text:
        raise ValueError(f"the file is no text; {wanted}")
    separator = ";" if text.count(";") > text.count(",") else ","
    X, labels = [], []
    for number, row in enumerate(csv.reader(text.splitlines(), delimiter=separator), 1):
        if not any(cell.strip() for cell in row):
            continue
        try:
            x1, x2, label = row[:3]
            x1, x2 = float(x1), float(x2)
            if not np.isfinite([x1, x2]).all() or max(abs(x1), abs(x2)) > 1e100:
                raise ValueError
        except ValueError:
            if not X and number == 1 and len(row) >= 3:
                continue  # names of the columns
            raise ValueError(f"line {number} reads {separator.join(row)[:60]!r}; {wanted}, as 0.5,-1.2,0") from None
        X.append((x1, x2))
        labels.append(label.strip())
    if not X:
        raise ValueError(f"the file holds no points; {wanted}")
    names = sorted(set(labels))
    if len(names) > 3:
        raise ValueError(f"the third column holds {len(names)} different classes, at most 3 can be shown: {', '.join(names[:4])[:60]} ...")
    X, y = np.array(X), np.array([names.index(label) for label in labels])
    middle, half = (X.max(axis=0) + X.min(axis=0)) / 2, np.ptp(X, axis=0).max() / 2 or 1.0
    said = f"{len(X)} rows, classes {', '.join(names)}; scaled to -1..1"
    if len(X) > most:
        rows = np.random.default_rng(seed).choice(len(X), most, replace=False)
        X, y, said = X[rows], y[rows], said + f"; {most} of them picked at random"
    X = np.clip((X - middle) / half, -1, 1)
    return ";".join(f"{a:.2f}:{b:.2f}:{c}" for (a, b), c in zip(X, y)), said


# ---- the run


class Session:
    """Settings, data, network and optimizer, and how far training has come. The same settings give the same run, to the last bit.

    ``advance(epochs=..., seconds=...)`` trains; ``set(**settings)`` changes a live setting or starts anew from the same seed.
    ``problem`` is a sentence when there is nothing to train on, ``stopped`` one when the loss has left the finite numbers.
    """

    def __init__(self, **settings):
        self.settings = Settings(**clean(CONTROLS, settings))
        self.restart()

    @classmethod
    def from_state(cls, text):
        """The session whose ``state()`` this is. ValueError for any other text."""
        words = str(text).split()
        extra = dict(word.split("=", 1) for word in words if word.startswith(("trained=", "changes=")))
        session = cls(
            **read_state("playground", CONTROLS, " ".join(word for word in words if not word.startswith(("trained=", "changes="))))
        )
        try:
            epoch, taken = (int(number) for number in extra.get("trained", "0.0").split("."))
            changes = [part.split(":") for part in extra["changes"].split(",")] if "changes" in extra else []
            changes = [(int(at), float(lr), str(l2)) for at, lr, l2 in changes]
        except ValueError:
            raise ValueError(f"a state ends in trained=EPOCH.STEP and changes=EPOCH:LR:L2,..., got {text!r}") from None
        known = {control.name: control for control in CONTROLS}
        changes = [(at, known["lr"].clean(lr), known["l2"].clean(l2)) for at, lr, l2 in changes]
        if not (
            0 <= epoch <= 100_000
            and 0 <= taken < max(1, session.per_epoch)
            and changes[:1] in ([], [(0, *changes[0][1:])] if changes else [])
        ):
            raise ValueError(f"trained={epoch}.{taken} is out of range: epochs from 0 to 100000, steps below {session.per_epoch}")
        if changes:
            session.changes, session.coming = changes[:1], changes[1:]
            session.use(*changes[0][1:])
        session.goal = (epoch, taken)
        return session

    # ---- making it

    def restart(self):
        """Data, start weights and optimizer anew, all from the seed."""
        settings = self.settings
        self.names = settings.features.split(",")
        self.hidden = [] if settings.hidden == "none" else [int(size) for size in settings.hidden.split("-")]
        self.raw, y, _ = raw_points(settings)
        self.classes = None if settings.data in REGRESSION else max(2, int(y.max(initial=0)) + 1)
        self.problem = self.find_problem(y)
        if len(y) == 0:
            self.raw, y = np.zeros((1, 2)), np.zeros(1, dtype=int)  # something to have a network for
        held_out = round((1 - settings.share / 100) * len(y))
        self.split = 0 < held_out < len(y)
        X = features(self.raw, self.names)
        if self.split:
            parts = train_test_split(np.column_stack([X, self.raw]), y, test_size=1 - settings.share / 100, rng=settings.seed)
            (train, test), (self.y, self.y_test) = parts[:2], parts[2:]
        else:
            train, test, self.y, self.y_test = np.column_stack([X, self.raw]), np.zeros((0, X.shape[1] + 2)), y, y[:0]
        (self.X, self.at), (self.X_test, self.at_test) = ((part[:, :-2].copy(), part[:, -2:]) for part in (train, test))

        self.loss_class = MeanSquaredError if self.classes is None else BinaryCrossEntropy if self.classes == 2 else SoftmaxCrossEntropy
        outputs = 1 if self.classes in (None, 2) else self.classes
        self.sizes = [len(self.names), *self.hidden, outputs]
        self.activation = getattr(activations, ACTIVATIONS[settings.activation])
        self.net = mlp(
            self.sizes,
            activation=self.activation,
            init=make_init(settings.init),
            loss=self.loss_class(),
            batch_norm=settings.batch_norm,
            dropout=settings.dropout,
            l2=float(settings.l2),
            rng=settings.seed,
        )
        self.dense = self.net.dense_layers()
        self.unit_ends = [i for i, layer in enumerate(self.net.layers) if isinstance(layer, self.activation)][: len(self.hidden)]
        self.examples = self.net.examples(self.X, self.y)
        self.tests = self.net.examples(self.X_test, self.y_test) if self.split else None
        m = len(self.X)
        self.batch = m if settings.batch == "all" else min(m, int(settings.batch))
        self.per_epoch = -(-m // self.batch)
        self.optimizer = getattr(optimizers, settings.optimizer)(lr=self.rate(settings.lr))
        self.run = Run(self.net, self.optimizer, None, None)
        self.rng = np.random.default_rng(settings.seed)
        self.batches, self.epoch, self.taken, self.stopped = None, 0, 0, ""
        self.changes, self.coming, self.goal = [(0, settings.lr, settings.l2)], [], (0, 0)
        self.rows, self.every = [], 1
        self.pixels = 50 if settings.activation == "GELU" else FIELD  # NumPy has no erf: GELU is slow
        self.plane = features(grid(EXTENT, self.pixels), self.names)
        self.record()

    def find_problem(self, y):
        if self.settings.data != DRAWN:
            return ""
        if len(y) == 0:
            return "There are no points yet. Draw some in the right-hand picture, of two classes; or type them, or upload a CSV file."
        if len(np.unique(y)) == 1:
            return f"All {len(y)} points are of class {y[0]}. There is nothing to tell apart: take another pen and draw a second class."
        if len(y) < 4:
            return f"There are only {len(y)} points. Draw at least 4."
        return ""

    def rate(self, lr):
        """The learning rate of the optimizer: a number or a schedule."""
        kind, n = self.settings.schedule, self.per_epoch
        if kind == SCHEDULES[1]:
            return StepDecay(lr, every=50 * n, factor=0.5)
        if kind == SCHEDULES[2]:
            return CosineDecay(lr, steps=200 * n)
        if kind == SCHEDULES[3]:
            return CosineDecay(lr, steps=200 * n, warmup=10 * n)
        return lr

    def set(self, **changes):
        """Change settings. The learning rate and l2 change at the next epoch; anything else starts anew from the same seed."""
        new = Settings(**clean(CONTROLS, asdict(self.settings) | changes))
        changed = {name for name, value in asdict(new).items() if value != getattr(self.settings, name)}
        self.settings = new
        if changed - set(LIVE) or (changed and (self.stopped or (self.epoch, self.taken) == (0, 0))):
            self.restart()
        return changed

    # ---- training

    @property
    def replaying(self):
        """Whether it is still on its way to where a state string was written."""
        return (self.epoch, self.taken) < self.goal and not self.stopped and not self.problem

    def use(self, lr, l2):
        self.optimizer.lr = self.rate(lr)
        self.net.l2[...] = float(l2)

    def begin_epoch(self):
        if self.coming:
            if self.coming[0][0] <= self.epoch:
                self.changes.append(self.coming.pop(0))
                self.use(*self.changes[-1][1:])
        elif (self.settings.lr, self.settings.l2) != self.changes[-1][1:]:
            self.changes.append((self.epoch, self.settings.lr, self.settings.l2))
            self.use(self.settings.lr, self.settings.l2)
        full = self.batch == len(self.X)  # as fit does: all the data at once are not shuffled
        self.batches = iter([self.examples]) if full else minibatches(*self.examples, self.batch, self.rng)

    def advance(self, epochs=None, seconds=None):
        """Train for so many whole epochs, or until the time is over, or up to the goal of a replay, or until the loss is lost."""
        if self.problem or self.stopped:
            return
        end = np.inf if seconds is None else time.perf_counter() + seconds
        last = np.inf if epochs is None else self.epoch + epochs
        replaying, run = self.replaying, self.run
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            while self.epoch < last:
                if self.batches is None:
                    self.begin_epoch()
                try:
                    run.step(*next(self.batches))
                except TrainingDiverged as stop:
                    rate = np.max(stop.lr)
                    self.stopped = (
                        f"The loss became {np.max(stop.loss):.3g} at step {stop.step}, in epoch {self.epoch + 1}, with learning rate {rate:.3g}: each step "
                        f"overshoots by more than the one before. The weights shown are the last finite ones. {stop.advice.split(';')[0]}."
                    )
                    return
                self.taken += 1
                if self.taken == self.per_epoch:
                    self.epoch, self.taken, self.batches = self.epoch + 1, 0, None
                    run.loss = run.right = 0
                    if self.epoch % self.every == 0:
                        self.record()
                if replaying and not self.replaying:
                    return
                if time.perf_counter() >= end:
                    return

    def losses(self):
        """Loss on the training data and on the test data (nan without any), both in evaluation mode."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            pair = []
            for part in (self.examples, self.tests):
                pair.append(float(self.net.loss.value(self.net.run(part[0], False), part[1]) + self.net.penalty()) if part else np.nan)
        return pair

    def record(self):
        """A row for the loss curves. When there are too many, every second one goes."""
        self.rows.append((self.epoch, *self.losses()))
        if len(self.rows) > ROWS:
            self.rows, self.every = self.rows[::2], 2 * self.every

    # ---- looking at it

    def units(self):
        """What each hidden layer gives over the plane, a list of (pixels, n), and the logits (pixels, outputs)."""
        A, found, start = self.plane, [], 0
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for end in self.unit_ends:
                A = self.net.run(A, False, start, end + 1)
                found.append(A)
                start = end + 1
            return found, np.nan_to_num(self.net.run(A, False, start), posinf=1e300, neginf=-1e300)

    def idle(self):
        """For each hidden layer a mask of units that say the same for every training example: dead or saturated."""
        A, start, found = self.X, 0, []
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for end in self.unit_ends:
                A = self.net.run(A, False, start, end + 1)
                start = end + 1
                found.append(np.ptp(A, axis=0) < 1e-3 * max(1.0, np.abs(A).max(initial=0)) if len(A) > 1 else np.zeros(A.shape[1], bool))
        return found

    def gradients(self):
        """For each Dense layer: length of the last gradient, and length of the last update over that of the weights (nan before a step)."""
        norms, ratios, at = [], [], 0
        last = self.run.last[0][0]
        for layer in self.net.layers:
            for name in layer.parameters:
                W = getattr(layer, name)
                if isinstance(layer, Dense) and name == "W":
                    before = last[at : at + W.size]
                    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                        norms.append(float(np.linalg.norm(layer.dW)))
                        ratios.append(float(np.linalg.norm(W.ravel() - before) / np.linalg.norm(before)))
                at += W.size
        if self.epoch == self.taken == 0:
            return np.full(len(norms), np.nan), np.full(len(norms), np.nan)
        return np.array(norms), np.array(ratios)

    def right(self):
        """Share of the test data (or of the training data if there is no test) that is classified right; R^2 for regression."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            X, y = (self.X_test, self.y_test) if self.split else (self.X, self.y)
            try:
                return self.net.score(X, y)
            except ValueError:  # R^2 of a single point
                return np.nan

    def describe(self):
        """The panel in one line of numbers."""
        train, test = self.losses()
        settings = self.settings
        name = "-".join(map(str, self.sizes))
        share = f"R² {rounded(self.right(), 2)}" if self.classes is None else f"{100 * self.right():.0f} % right"
        lost = sum(int(mask.sum()) for mask in self.idle())
        line = (
            f"{settings.data}, {name} {settings.activation}, {settings.optimizer} lr {settings.lr:.3g}, seed {settings.seed}: "
            f"epoch {self.epoch}{f' + {self.taken} steps' if self.taken else ''}, train loss {rounded(train)}, "
        )
        line += f"test loss {rounded(test)}, test {share}" if self.split else f"no test data, {share}"
        line += f"; {lost} hidden unit{'s' * (lost > 1)} constant on the data" if lost else ""
        if self.problem:
            line = self.problem
        if self.stopped:
            line = f"diverged at step {self.run.steps}: " + line
        return line

    def state(self):
        """The panel in one line of text; ``Panel(state=...)`` opens there again, exactly."""
        text = write_state("playground", asdict(self.settings))
        epoch, taken = self.goal if self.replaying else (self.epoch, self.taken)
        changes = [*self.changes, *self.coming]
        if self.stopped:
            taken, epoch = 0, self.epoch + 1  # on the way there it stops again
        if epoch or taken:
            text += f" trained={epoch}.{taken}"
        if len(changes) > 1:
            text += " changes=" + ",".join(f"{at}:{lr!r}:{l2}" for at, lr, l2 in changes)
        return text

    # ---- in words

    def check_gradients(self):
        """The backward pass against finite differences, on at most 8 examples, as a sentence for the panel."""
        net, few = copy.deepcopy(self.net), slice(0, 8)
        try:
            errors = check_network(net, self.X[few], self.y[few])
        except GradientError as error:
            return f"Gradient check failed: {error}"
        worst = max(errors, key=errors.get)
        return (
            f"Gradient check passed: backpropagation and finite differences agree in all {net.theta.size} parameters, over {len(self.X[few])} examples. "
            f"Largest relative error {errors[worst]:.0e}, in layer {worst}."
        )

    def walk(self, i=0):
        """Forward and backward numbers of training example i as text: what goes into each layer, and what comes back."""
        net = copy.deepcopy(self.net)
        i = int(i) % len(self.X)
        X, Y = net.examples(self.X[i : i + 1], self.y[i : i + 1])

        def numbers(row):
            return "[" + ", ".join(f"{value:.4g}" for value in np.ravel(row)) + "]"

        lines = [f"Example {i}: {', '.join(SHOWN[name] for name in self.names)} = {numbers(X)}, target {numbers(Y)}", "", "forward"]
        A = X
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for k, layer in enumerate(net.layers):
                A = net.run(A, False, k, k + 1)
                lines.append(f"  layer {k:2d}  {layer!r:34.34s} gives {numbers(A)}")
            loss = net.loss.value(A, Y)
            lines.append(f"  loss      {net.loss!r:34.34s} gives {float(loss):.6g}")
            lines += ["", "backward (dL/d of what the layer gave; for Dense also the length of dW)"]
            dA = net.loss.backward()
            for k in range(len(net.layers) - 1, -1, -1):
                layer, given = net.layers[k], dA
                dA = layer.backward(dA)
                extra = f"   |dW| = {np.linalg.norm(layer.dW):.4g}" if isinstance(layer, Dense) else ""
                lines.append(f"  layer {k:2d}  {layer!r:34.34s} gets  {numbers(given)}{extra}")
        return "\n".join(lines)

    def code(self):
        """Lines of nnlib that make the same run and print its losses, training and test."""
        settings = self.settings
        lines, made = [], raw_points(settings)[2]
        if self.problem:
            return f"# {self.problem}\n"
        init = INITS[settings.init]
        names = {ACTIVATIONS[settings.activation], settings.optimizer, self.loss_class.__name__, init.split("(")[0], "fit", "mlp"}
        names |= {"datasets"} if "datasets." in made else set()
        names |= {"train_test_split"} if self.split else set()
        rate = repr(self.rate(self.changes[0][1]))
        names |= {rate.split("(")[0]} if "(" in rate else set()
        names |= {"TrainingDiverged"} if self.stopped else set()
        lines.append("import itertools\n" if self.taken and not self.stopped else "")
        lines.append("import numpy as np\n")
        lines.append(f"from nnlib import {', '.join(sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name)))}")
        if settings.data in REGRESSION:
            lines.append(f"from nnlib.experiments.playground import {settings.data.split()[0]}")
        if self.taken and not self.stopped:
            lines.append("from nnlib.training import minibatches")
        lines += ["", made, "x1, x2 = X.T", f"X = np.column_stack([{', '.join(FEATURES[name] for name in self.names)}])"]
        if self.split:
            lines.append(f"X, X_test, y, y_test = train_test_split(X, y, test_size={1 - settings.share / 100!r}, rng={settings.seed})")
        options = f", batch_norm={settings.batch_norm}" * settings.batch_norm + f", dropout={settings.dropout!r}" * bool(settings.dropout)
        first = self.changes[0]
        options += f", l2={float(first[2])!r}" * bool(float(first[2])) + f", rng={settings.seed}"
        lines.append(
            f"net = mlp({self.sizes}, activation={ACTIVATIONS[settings.activation]}, init={init}, loss={self.loss_class.__name__}(){options})"
        )
        lines += [f"optimizer = {settings.optimizer}(lr={rate})", f"rng = np.random.default_rng({settings.seed})"]
        l2_moves = len({change[2] for change in self.changes}) > 1
        ends = [change[0] for change in self.changes[1:]] + [self.epoch + bool(self.stopped)]
        for k, ((start, lr, l2), end) in enumerate(zip(self.changes, ends)):
            if k:
                lines.append(f"optimizer.lr = {self.rate(lr)!r}")
                lines += [f"net.l2[...] = {float(l2)!r}"] if l2_moves else []
            if end > start:
                call = f"fit(net, X, y, optimizer, epochs={end - start}, batch_size={self.batch}, rng=rng, progress=False)"
                final = self.stopped and k == len(ends) - 1
                lines += ["try:", f"    {call}", "except TrainingDiverged as stop:", "    print(stop)"] if final else [call]
        if self.taken and not self.stopped:
            lines.append(f"# paused within an epoch, after {self.taken} of its {self.per_epoch} steps")
            lines.append(f"for Xb, Yb in itertools.islice(minibatches(*net.examples(X, y), {self.batch}, rng), {self.taken}):")
            lines += ["    net.loss_and_gradient(Xb, Yb)", "    optimizer.step(net.theta, net.grad)"]
        lines.append("print(net.loss_value(X, y), net.loss_value(X_test, y_test))" if self.split else "print(net.loss_value(X, y))")
        return "\n".join(lines).lstrip("\n") + "\n"


def rounded(value, digits=4):
    """A loss for the eye: so many decimals, or powers of ten where it is huge."""
    return f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:.3g}"


def make_init(name):
    """The initializer behind a word of the panel."""
    function, _, setting = INITS[name].rstrip(")").partition("(std=")
    function = getattr(initializers, function)
    return function(std=float(setting)) if setting else function


# ---- pictures

LOOK = style.SIGNED(np.linspace(0, 1, 256), bytes=True)  # red below 0, white, blue above
TWO = np.array([style.pale(style.colour(i), 0.75) for i in (0, 1)])
BORDER = np.round(255 * (TWO[0] + np.linspace(0, 1, 256)[:, None] * (TWO[1] - TWO[0]))).astype(np.uint8)
BORDER = np.column_stack([BORDER, np.full(256, 255, np.uint8)])
WIDTHS, EDGES = (0.5, 1.0, 1.7, 2.6, 3.8, 5.5, 7.5), (0.1, 0.3, 0.6, 1.0, 1.8, 3.5)
WIDE, HIGH = 500, 330  # the network's drawing, in its own units


def signed_pixels(values, largest):
    """Values as pixels; a quick ``shade_signed``."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return LOOK[np.nan_to_num(127.5 + 127.5 * np.clip(values / largest, -1, 1)).astype(np.uint8)]


def columns_of(session):
    """Where each layer of units stands: (x, tops of the maps from above, size of a map) for each column."""
    count = len(session.sizes)
    size = min(44.0, 0.62 * (WIDE - 60) / count, (HIGH - 30) / (1.25 * max(session.sizes)))
    xs = np.linspace(60, WIDE - size - 6, count)
    found = []
    for x, n in zip(xs, session.sizes):
        pitch = min(1.25 * size, (HIGH - 24 - size) / max(1, n - 1)) if n > 1 else 0
        top = HIGH - 22 - (HIGH - 24 - size - pitch * (n - 1)) / 2
        found.append((x, top - pitch * np.arange(n), size))
    return found


def network_picture(session, units, logits):
    """Each unit's map, joined by lines as wide as the weights; blue is positive, red and dashed negative."""
    title = f"{'-'.join(map(str, session.sizes))} network, {session.net.theta.size} parameters"
    axes = Axes(title, "", "", xlim=(0, WIDE), ylim=(0, HIGH), square=True, xticks=[], yticks=[])
    columns, pixels = columns_of(session), session.pixels
    for sign, colour in ((1, style.BLUE), (-1, style.RED)):
        segments = [[] for _ in WIDTHS]
        for layer, (x, tops, size), (x_next, tops_next, _) in zip(session.dense, columns, columns[1:]):
            i, j = np.nonzero(sign * layer.W > 0.02)
            level = np.searchsorted(EDGES, np.abs(layer.W[i, j]))
            nan = np.full(len(i), np.nan)
            x_line = np.column_stack([np.full(len(i), x + size), np.full(len(i), x_next), nan])
            y_line = np.column_stack([tops[i] - size / 2, tops_next[j] - size / 2, nan])
            for k in range(len(WIDTHS)):
                at = level == k
                if at.any():
                    segments[k].append((x_line[at].ravel(), y_line[at].ravel()))
        for width, pieces in zip(WIDTHS, segments):
            if pieces:
                axes.line(*(np.concatenate(part) for part in zip(*pieces)), colour, dash=sign < 0, width=width)
    skip = max(1, pixels // (33 if sum(session.sizes) <= 24 else 20))
    few = slice(skip // 2, None, skip)
    for (x, tops, size), values in zip(columns, [session.plane, *units, logits]):
        maps = values.reshape(pixels, pixels, -1)[few, few]
        largest = np.maximum(np.nan_to_num(np.abs(maps)).max(axis=(0, 1)), 1e-12)
        image = signed_pixels(maps, largest)
        for k, top in enumerate(tops):
            axes.field(image[:, :, k], (x, x + size, top - size, top))
    for name, top in zip(session.names, columns[0][1]):
        axes.text(28, top - columns[0][2] / 2, SHOWN[name])
    for (x, tops, size), mask in zip(columns[1:], session.idle()):
        if mask.any():
            axes.points(np.full(mask.sum(), x + size / 2), tops[mask] - size / 2, 4, marker="X", size=5)
    return Picture(axes, height=370)


def border_picture(session, logits, held=None):
    """The network's answer over the plane, with the training data."""
    pixels = session.pixels
    axes = Axes("The network's answer", "x1", "x2", xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), square=True)
    Z = logits.reshape(pixels, pixels, -1)
    if session.classes is None:
        axes.field(signed_pixels(Z[..., 0], 1.0), EXTENT)
    elif session.classes == 2:
        axes.field(BORDER[(255 * sigmoid(Z[..., 0])).astype(np.uint8)], EXTENT)
        axes.line(*contour(np.clip(Z[..., 0], -1e6, 1e6), EXTENT, 0.0), "#000000", width=2)  # on the pale field in every theme
    else:
        axes.field(shade_classes(softmax(np.clip(Z, -1e6, 1e6))), EXTENT)
    if held is not None:
        axes.line(*held, "#666666", dash=True, width=2)
    add_points(axes, session)
    if session.settings.data == DRAWN and not session.settings.points:
        axes.text(0, 0, "draw points here")
    return Picture(axes, height=370)


def add_points(axes, session, at=None):
    """The training data as markers, by class; for regression blue and red by height."""
    if session.settings.data == DRAWN and not session.settings.points:
        return
    at = session.at if at is None else at
    if session.classes is None:
        level = np.clip(np.floor(2.5 * (session.y[:, 0] + 1)), 0, 4).astype(int)
        for k, mark in enumerate("vvo^^"):
            colour = "#{:02X}{:02X}{:02X}".format(*LOOK[min(255, 25 + 51 * k)][:3])
            axes.points(*at[level == k].T, colour, marker=mark, size=3.5)
        return
    for label in range(session.classes):
        axes.points(*at[session.y == label].T, label, size=3)


def warp_picture(session):
    """The plane as the last hidden layer sees it: a grid of lines and the training data, in its two main directions."""
    axes = Axes("As the last hidden layer sees it", "main direction 1", "main direction 2")
    net, stop = session.net, (session.unit_ends[-1] + 1 if session.unit_ends else 0)
    along, across = np.linspace(-1, 1, 41), np.linspace(-1, 1, 13)
    lines = np.concatenate(
        [np.column_stack([along, np.full(41, c)]) for c in across] + [np.column_stack([np.full(41, c), along]) for c in across]
    )
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        seen = np.nan_to_num(net.run(session.X, False, 0, stop))
        warped = np.nan_to_num(net.run(features(lines, session.names), False, 0, stop))
    seen, warped = np.clip(seen, -1e6, 1e6), np.clip(warped, -1e6, 1e6)
    middle = seen.mean(axis=0)
    if seen.shape[1] == 2:
        base = np.eye(2)
        axes.x, axes.y = "unit 1", "unit 2"
        middle = 0
    else:
        base = np.linalg.svd(seen - middle, full_matrices=False)[2][:2].T
        base = base * np.where(base[np.abs(base).argmax(axis=0), range(base.shape[1])] < 0, -1, 1)  # a direction has no sign: fix one
        base = np.column_stack([base, np.zeros((len(base), 2 - base.shape[1]))])
    seen, warped = (seen - middle) @ base, (warped - middle) @ base
    pieces = np.concatenate([warped.reshape(-1, 41, 2), np.full((2 * len(across), 1, 2), np.nan)], axis=1).reshape(-1, 2)
    axes.line(*pieces.T, 7, width=1)
    add_points(axes, session, seen)
    return Picture(axes, height=370)


def decades(values):
    """Whole powers of ten round the positive values, at least two apart."""
    values = np.asarray(values)[np.isfinite(values) & (np.asarray(values) > 0)]
    if not len(values):
        return 1e-4, 1.0
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    return 10.0 ** max(low - (high - low < 2), -300), 10.0 ** min(max(high, low + 1), 300)


def curves_picture(session, held=None):
    """Loss curves; gradient and update of each layer."""
    rows = np.array([*session.rows, (session.epoch + session.taken / session.per_epoch, *session.losses())]).T
    mean = "squared error" if session.classes is None else "cross-entropy"
    far = max(10.0, rows[0, -1], 0 if held is None else held[0, -1])
    everything = np.concatenate([rows[1], rows[2], [] if held is None else held[1], [] if held is None else held[2]])
    curve = Axes("Loss", "epoch", mean, xlim=(0, far), ylim=decades(everything), ylog=True)
    if held is not None:
        curve.line(held[0], held[1], "#888888", dash=True, label="held", width=1.5)
        curve.line(held[0], held[2], "#888888", dash=True, width=1)
    curve.line(rows[0], rows[1], 0, label="training")
    if session.split:
        curve.line(rows[0], rows[2], 1, label="test", dash=True)
    norms, ratios = session.gradients()
    at = np.arange(1, len(norms) + 1)
    axes = {"xlim": (0.5, len(norms) + 0.5), "xticks": [(int(i), str(i)) for i in at], "ylog": True}
    size = Axes("Length of the gradient", "layer", "|dW|", ylim=decades(norms), **axes)
    size.line(at, norms, 2).points(at, norms, 2, marker="s")
    ratio = Axes("Last update over weights", "layer", "|change of W| / |W|", ylim=decades([*ratios, 1e-3]), **axes)
    ratio.line([0.5, len(norms) + 0.5], [1e-3, 1e-3], 7, dash=True, width=1, label="1e-3, a usual size")
    ratio.line(at, ratios, 3).points(at, ratios, 3, marker="D")
    return Picture(curve, size, ratio, height=250)


def zero_line(session, logits):
    """Where the two classes meet, to be held; nothing for other data."""
    if session.classes != 2:
        return None
    return contour(np.clip(logits.reshape(session.pixels, session.pixels), -1e6, 1e6), EXTENT, 0.0)


# ---- the panel

BUDGET = 0.012  # seconds of training for a picture; with drawing and sending about 20 ms
OPEN = ("data", "noise", "lr", "activation", "optimizer", "batch", "l2", "seed")  # the controls that are not folded
PENS = ("class 0 (blue)", "class 1 (orange)", "class 2 (green)", "eraser")
VIEWS = ("border", "warped plane")
SPEEDS = ("as fast as it can", "1 epoch a picture", "1 step a picture")


class Panel:
    """The playground on the screen. ``session`` is what it shows; ``set(**settings)``, ``play()``, ``pause()``, ``step()`` do by code what the buttons do.

    ``state`` opens it where somebody else's panel was: the line under "More to set".
    """

    def __init__(self, state=None):
        self.session = Session.from_state(state) if state else Session()
        self.task = self.error = self.held = None
        self.playing = self.quiet = False
        self.sent = self.painted = self.spoken = self.curved = 0
        self.build()
        while self.session.replaying:
            self.session.advance(seconds=1.0)
        self.put_controls()
        self.draw()

    # ---- training beside the kernel's other work

    def play(self, _=None):
        """Start training, until ``pause``."""
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            if self.session.stopped:
                raise ValueError(self.session.stopped + " Restart begins again.")
            if self.playing:
                return
            loop = asyncio.get_running_loop()
            self.playing, self.play_button.description = True, "Pause"
            self.task = loop.create_task(self.train())

    def pause(self, _=None):
        if self.task is not None:
            self.task.cancel()
        if self.playing:
            self.draw()
        self.task, self.playing, self.play_button.description = None, False, "Play"
        self.state_field.value = self.session.state()
        if self.code_field.layout.display != "none":
            self.code_field.value = self.session.code()

    def toggle(self, _=None):
        self.pause() if self.playing else self.play()

    def step(self, _=None):
        """One epoch."""
        self.pause()
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            self.session.advance(epochs=1)
            self.draw()
            self.pause()
            self.say(self.session.stopped)

    def restart(self, _=None):
        """The same data and start weights again; goes on training if it was."""
        self.session.restart()
        self.say("")
        self.draw()
        if not self.playing:
            self.pause()

    async def train(self):
        with self.guarded():
            while not self.session.stopped:
                if self.session.replaying or self.speed.value == SPEEDS[0]:
                    end = time.perf_counter() + BUDGET
                    self.session.advance(epochs=3, seconds=0.05)  # on a busy machine rather fewer pictures than fewer epochs
                    if time.perf_counter() < end:
                        self.session.advance(seconds=end - time.perf_counter())
                elif self.speed.value == SPEEDS[1]:
                    self.session.advance(epochs=1, seconds=0.08)
                else:
                    self.session.advance(seconds=0.0)
                self.draw(all=False)
                await self.painting()
        self.task = None
        failed = self.error
        self.pause()
        if failed is None:
            self.say(self.session.stopped)

    async def painting(self):
        """Let the kernel hear what was clicked, and the browser paint: at most two pictures are on their way."""
        await asyncio.sleep(0)
        until = time.perf_counter() + 0.3  # a hidden tab paints nothing: then go on slowly
        while self.sent - self.painted > 1 and time.perf_counter() < until:
            await asyncio.sleep(0.001)

    # ---- drawing

    def draw(self, all=True):
        """Send the pictures. While training (``all`` False) words and curves follow less often than units and border."""
        session, held, now = self.session, self.held or {}, time.perf_counter()
        words, curves = all or now - self.spoken > 0.25, all or now - self.curved > 0.08
        units, logits = session.units()
        answer = warp_picture(session) if self.view.value == VIEWS[1] else border_picture(session, logits, held.get("border"))
        pictures = [network_picture(session, units, logits), answer]
        if curves:
            pictures.append(curves_picture(session, held.get("rows")))
            self.curved = now
        if words:
            line, self.spoken = session.describe(), now
            self.line.value = f"<span>{escape(line)}</span>"
        self.sent += 1
        for canvas, picture in zip(self.canvases, pictures):
            message = picture.message()
            if canvas is self.canvases[1]:
                message["number"] = self.sent  # the browser says when it has painted this one
            with canvas.hold_sync():
                canvas.picture = message
                if words:
                    canvas.label = f"{picture.panels[0].title}: {line}"

    def figure(self):
        """The panel as it stands, as one picture."""
        session = self.session
        units, logits = session.units()
        parts = (network_picture(session, units, logits), border_picture(session, logits), curves_picture(session))
        return Picture(*(part.panels[0] for part in parts), height=300)

    def heard(self, canvas, event, buffers):
        """The browser has painted, or the pointer was in the right-hand picture."""
        if event.get("kind") == "painted":
            self.painted = max(self.painted, int(event["number"]))
            return
        with self.guarded():
            if canvas is not self.canvases[1] or event.get("panel") != 0:
                return
            if self.view.value != VIEWS[0]:
                raise ValueError("Points are drawn and chosen in the plane itself: set the right picture to border first.")
            path = np.column_stack([event["x"], event["y"]]).astype(float)
            if self.session.settings.data == DRAWN:
                self.set(points=add_stroke(self.session.settings.points, path, PENS.index(self.pen.value)))
            else:
                self.example.value = int(np.hypot(*(self.session.at - path[0]).T).argmin())
                self.show_walk()

    # ---- controls

    def guarded(self):
        """A context in which an exception ends as a readable message under the buttons, never in silence."""
        return Guard(self)

    def say(self, message):
        self.status.value = f"<span role='alert' style='color:#D55E00'>{escape(message)}</span>" if message else ""

    def set(self, **settings):
        """Change settings as by hand. All but the learning rate and l2 start anew, from the same seed."""
        with self.guarded():
            self.session.set(**settings)
        if settings.get("data") == DRAWN:
            self.view.value = VIEWS[0]  # where one can draw
        self.put_controls()
        if self.error is None:
            self.draw()
        if not self.playing:
            self.state_field.value = self.session.state()
        if self.session.problem:
            self.pause()
            self.say(self.session.problem)

    def moved(self, change, control):
        if not self.quiet:
            with self.guarded():
                value = control.clean(change["new"])
            if self.error is None:
                self.set(**{control.name: value})
            else:
                self.put_controls()

    def put_controls(self):
        """Let every control show the session's settings."""
        self.quiet = True
        settings, session = self.session.settings, self.session
        for name, widget in self.widgets.items():
            widget.value = getattr(settings, name)
        for name, widget in self.toggles.items():
            widget.value = name in session.names
        for k, (box, label, _) in enumerate(self.layer_boxes):
            box.layout.display = "flex" if k < len(session.hidden) else "none"
            label.value = str(session.hidden[k]) if k < len(session.hidden) else ""
        self.depth.value = f"{len(session.hidden)} hidden layer{'s' * (len(session.hidden) != 1)}"
        self.draw_row.layout.display = "flex" if settings.data == DRAWN else "none"
        self.canvases[1].pointer = "draw" if settings.data == DRAWN else "click"
        self.example.max = len(session.X) - 1
        self.quiet = False

    def toggled(self, _):
        if self.quiet:
            return
        names = [name for name, widget in self.toggles.items() if widget.value]
        if not names:
            self.put_controls()
            self.say("The network needs at least one feature: switch another one on first.")
        else:
            self.set(features=",".join(names))

    def resize(self, layer, by):
        """More or fewer units in a hidden layer; ``layer`` None: more or fewer layers."""
        sizes = list(self.session.hidden)
        if layer is None:
            sizes = [*sizes, sizes[-1] if sizes else 4] if by > 0 else sizes[:-1]
        else:
            sizes[layer] += by
        if len(sizes) > DEEPEST or not all(1 <= n <= WIDEST for n in sizes):
            self.say(f"A layer has 1 to {WIDEST} units, and there are at most {DEEPEST} layers.")
        else:
            self.set(hidden="-".join(map(str, sizes)) or "none")

    # ---- buttons

    def hold(self, _=None):
        """Keep this run's curves and border, dashed, to compare the next one with them; a second press lets them go."""
        if self.held is None:
            session = self.session
            rows = [*session.rows, (session.epoch + session.taken / session.per_epoch, *session.losses())]
            self.held = {"rows": np.array(rows).T, "border": zero_line(session, session.units()[1])}
            self.held_line.value = f"<b>Held</b> (grey, dashed): {escape(session.describe())}"
            self.hold_button.description = "Release"
        else:
            self.held, self.held_line.value, self.hold_button.description = None, "", "Hold"
        self.draw()

    def show_code(self, _=None):
        self.show_text("code", self.session.code())

    def show_check(self, _=None):
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            self.show_text("check", self.session.check_gradients())

    def show_walk(self, _=None):
        with self.guarded():
            if self.session.problem:
                raise ValueError(self.session.problem)
            self.show_text("walk", self.session.walk(self.example.value))

    def show_text(self, kind, text):
        field = self.code_field if kind == "code" else self.text_field
        field.value, field.layout.display = text, "block"
        if kind == "code":
            self.canvases[0].send({"copy": text})

    def hide_text(self, _=None):
        self.code_field.layout.display = self.text_field.layout.display = "none"

    def read_field(self, change):
        """Go where the text of the state field says."""
        if self.quiet or change["new"].strip() == self.session.state():
            return
        if self.playing:
            return
        with self.guarded():
            self.session = Session.from_state(change["new"])
        self.put_controls()
        self.draw()
        if self.error is None and self.session.replaying:
            self.say("")
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                while self.session.replaying:
                    self.session.advance(seconds=1.0)
                self.draw()
                self.say(self.session.stopped)
            else:
                self.task = asyncio.get_running_loop().create_task(self.replay(self.session))

    async def replay(self, session):
        """Train up to where the state string was written."""
        with self.guarded():
            while session.replaying and session is self.session and not self.playing:
                session.advance(seconds=BUDGET)
                self.draw(all=not session.replaying)
                await self.painting()
            self.say(session.stopped)

    def uploaded(self, change):
        if not change["new"]:
            return
        said = ""
        with self.guarded():
            points, said = read_csv(change["new"][0]["content"], self.session.settings.seed)
        if self.error is None:
            self.set(data=DRAWN, points=points)
            if not self.session.problem:
                self.say(f"Read: {said}.")

    def build(self):
        wide, narrow = {"width": "172px"}, {"description_width": "72px"}
        self.widgets = {}
        for control in CONTROLS:
            if isinstance(control, (Inputs, Layers)):
                continue
            widget = control_widget(control)
            widget.layout, widget.style = wide, narrow
            if isinstance(control, Slider):
                widget.layout, widget.style = {"width": "240px"}, {"description_width": "90px"}
            if isinstance(control, Drawing):
                widget.layout, widget.style = {"width": "98%"}, {"description_width": "130px"}
            widget.observe(lambda change, control=control: self.moved(change, control), "value")
            self.widgets[control.name] = widget
        self.widgets["batch"].description = "batch size"
        self.canvases = [Canvas(layout={"width": width}) for width in ("61%", "39%", "100%")]
        for canvas in self.canvases[:2]:
            canvas.on_msg(self.heard)
        self.line, self.held_line, self.status = widgets.HTML(), widgets.HTML(), widgets.HTML()

        def button(words, action, tip, width="92px", **about):
            made = widgets.Button(description=words, tooltip=tip, layout={"width": width}, **about)
            made.on_click(action)
            return made

        self.play_button = button("Play", self.toggle, "Train, or pause", button_style="primary")
        self.step_button = button("Step", self.step, "One epoch: every training example once")
        self.restart_button = button("Restart", self.restart, "The same data and start weights, epoch 0")
        self.hold_button = button("Hold", self.hold, "Keep this run's curves and border, and compare the next with them")
        self.code_button = button("Code", self.show_code, "The lines of nnlib that make this run; they are copied too")
        self.check_button = button("Gradient check", self.show_check, "Backpropagation against finite differences", "128px")
        self.walk_button = button("One example", self.show_walk, "Its numbers, forward and backward; or click a point", "110px")
        self.hide_button = button("Hide text", self.hide_text, "Close the text fields below")
        self.view = widgets.Dropdown(
            options=VIEWS, description="right picture", layout={"width": "220px"}, style={"description_width": "90px"}
        )
        self.speed = widgets.Dropdown(options=SPEEDS, description="speed", layout={"width": "240px"}, style=narrow)
        self.view.observe(lambda _: self.draw(), "value")
        self.example = widgets.BoundedIntText(
            0, min=0, max=1, description="example", layout={"width": "150px"}, style={"description_width": "64px"}
        )

        self.toggles = {name: widgets.ToggleButton(True, description=SHOWN[name], layout={"width": "78px"}) for name in FEATURES}
        for widget in self.toggles.values():
            widget.observe(self.toggled, "value")
        self.depth = widgets.Label()
        self.layer_boxes = []
        for k in range(DEEPEST):
            less = button("−", lambda _, k=k: self.resize(k, -1), f"one unit less in hidden layer {k + 1}", "26px")
            more = button("+", lambda _, k=k: self.resize(k, 1), f"one unit more in hidden layer {k + 1}", "26px")
            for one in (less, more):
                one.layout.padding = "0"
            label = widgets.Label()
            self.layer_boxes.append(
                (widgets.HBox([less, label, more], layout={"border": "1px solid #88888866", "margin": "0 2px"}), label, (less, more))
            )
        self.fewer = button("− layer", lambda _: self.resize(None, -1), "one hidden layer less", "70px")
        self.more = button("+ layer", lambda _: self.resize(None, 1), "one hidden layer more", "70px")

        self.pen = widgets.Dropdown(options=PENS, description="pen", layout=wide, style=narrow)
        self.clear_button = button("Clear points", lambda _: self.set(points=""), "Take all drawn points away", "110px")
        self.upload = widgets.FileUpload(accept=".csv,.txt", multiple=False, description="CSV: x1, x2, class", layout={"width": "180px"})
        self.upload.observe(self.uploaded, "value")
        self.draw_row = widgets.HBox([self.pen, self.clear_button], layout={"flex_flow": "row wrap"})

        self.state_field = widgets.Text(description="state", continuous_update=False, layout={"width": "98%"}, style=narrow)
        self.state_field.observe(self.read_field, "value")
        self.code_field, self.text_field = (widgets.Textarea(rows=14, layout={"width": "98%", "display": "none"}) for _ in range(2))

        def row(*parts):
            return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"})

        folded = [widget for name, widget in self.widgets.items() if name not in OPEN]
        more = widgets.Accordion([widgets.VBox([row(*folded, self.speed), row(self.upload), self.state_field])], titles=["More to set"])
        self.widget = widgets.VBox(
            [
                row(self.play_button, self.step_button, self.restart_button, self.hold_button, self.view),
                self.status,
                row(*(self.widgets[name] for name in OPEN)),
                row(*self.toggles.values()),
                row(self.fewer, self.more, self.depth, *(box for box, _, _ in self.layer_boxes)),
                self.draw_row,
                widgets.HBox(self.canvases[:2], layout={"width": "100%", "overflow": "hidden"}),
                self.line,
                self.held_line,
                self.canvases[2],
                row(self.code_button, self.check_button, self.walk_button, self.example, self.hide_button),
                self.code_field,
                self.text_field,
                more,
            ]
        )
        self.widget.add_class("nnlib-experiment")

    def __repr__(self):
        return f"{TITLE}: {self.session.describe()}"

    def _repr_mimebundle_(self, **kwargs):
        bundle = self.widget._repr_mimebundle_(**kwargs)
        still = {"text/plain": repr(self), "image/png": self.figure().png(repr(self))}
        return bundle | still, {"image/png": {"alt": repr(self)}}


def add_stroke(points, path, pen):
    """The drawn points with a stroke of the pen's class, a point every 0.08; or without those within 0.1 of the eraser."""
    path = np.clip(path, -1, 1)
    X, y = drawn_points(points)
    if pen == len(PENS) - 1:
        far = np.hypot(*(X[:, None] - path[None]).transpose(2, 0, 1)).min(axis=1) > 0.1
        X, y = X[far], y[far]
    else:
        kept = [path[0]]
        for point in path[1:]:
            if np.hypot(*(point - kept[-1])) >= 0.08:
                kept.append(point)
        X, y = np.vstack([X, kept]), np.append(y, [pen] * len(kept))
    return ";".join(f"{a:.2f}:{b:.2f}:{c}" for (a, b), c in zip(X[:500], y[:500]))
