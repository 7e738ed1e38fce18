"""The run behind the playground: settings, data, network and optimizer, without a widget.

Session trains, describes itself, and writes the lines of nnlib that repeat it.
"""

import copy
import time
from dataclasses import asdict

import numpy as np

from .. import activations, initializers, optimizers
from ..datasets import train_test_split
from ..gradient_check import GradientError, check_network
from ..layers import Dense
from ..losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from ..network import mlp
from ..optimizers import CosineDecay, StepDecay
from ..training import Run, TrainingDiverged, minibatches
from .controls import clean, read_state, write_state
from .pictures import FIELD, grid
from .playground_data import (
    ACTIVATIONS,
    CONTROLS,
    DRAWN,
    FEATURES,
    INITS,
    LIVE,
    REGRESSION,
    SCHEDULES,
    SHOWN,
    Settings,
    features,
    raw_points,
)

EDGE = 1.2  # the pictures show -1.2 to 1.2
EXTENT = (-EDGE, EDGE, -EDGE, EDGE)
ROWS = 600  # most rows of a loss curve


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
        options = {
            "activation": self.activation,
            "init": make_init(settings.init),
            "loss": self.loss_class(),
            "batch_norm": settings.batch_norm,
            "dropout": settings.dropout,
        }
        self.net = mlp(self.sizes, l2=float(settings.l2), rng=settings.seed, **options)
        self.view = mlp(self.sizes, dtype=np.float32, **options | {"loss": self.loss_class()})  # its copy for pictures, four times as fast
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
        self.plane = features(grid(EXTENT, self.pixels), self.names).astype(np.float32)
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
        """What each hidden layer gives over the plane, a list of (pixels, n), and the logits (pixels, outputs); float32."""
        A, found, start = self.plane, [], 0
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for shown, trained in zip(self.view.state().values(), self.net.state().values()):
                shown[...] = trained
            for end in self.unit_ends:
                A = self.view.run(A, False, start, end + 1)
                found.append(A)
                start = end + 1
            return found, np.clip(np.nan_to_num(self.view.run(A, False, start)), -1e6, 1e6)

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
