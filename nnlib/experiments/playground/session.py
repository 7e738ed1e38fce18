"""The run behind the playground: settings, data, network and optimizer, without a widget.

Session trains, describes itself, and writes the lines of nnlib that repeat it.
"""

import time
from dataclasses import asdict

import numpy as np

from ... import activations, initializers, optimizers
from ...activations import Sigmoid, Softmax
from ...datasets import train_test_split
from ...layers import BatchNorm, Dense, Dropout
from ...losses import BinaryCrossEntropy, MeanSquaredError, SoftmaxCrossEntropy
from ...network import Network
from ...optimizers import CosineDecay, StepDecay
from ...training import Trainer, TrainingDiverged, minibatches
from ..frame.controls import clean, read_state, write_state
from ..frame.pictures import FIELD, grid, quiet
from . import export, layers
from .data import (
    ACTIVATIONS,
    CONTROLS,
    DRAWN,
    INITS,
    LIVE,
    LOSSES,
    REGRESSION,
    SCHEDULES,
    Settings,
    features,
    raw_points,
)

EDGE = 1.2  # the pictures show -1.2 to 1.2
EXTENT = (-EDGE, EDGE, -EDGE, EDGE)
ROWS = 600  # the most rows that a loss curve keeps


class Session:
    """Settings, data, network and optimizer, and how far training has come. The same settings give the same run, to the
    last bit.

    ``advance(epochs=..., seconds=...)`` trains; ``set(**settings)`` changes a live setting or starts again from the same
    seed.
    ``problem`` is a sentence when there is nothing to train on, ``stopped`` one when the loss is no longer
    finite.
    """

    def __init__(self, **settings):
        self.settings = Settings(**clean(CONTROLS, settings))
        self.restart()

    @classmethod
    def from_state(cls, text):
        """The session whose ``state()`` this is. ValueError for any other text."""
        history, settings = {}, []
        for word in str(text).split():
            name, _, value = word.partition("=")
            history.update({name: value}) if name in ("trained", "changes", "weights") else settings.append(word)
        session = cls(**read_state("playground", CONTROLS, " ".join(settings)))
        try:
            epoch, taken = (int(number) for number in history.get("trained", "0.0").split("."))
            changes = [part.split(":") for part in history.get("changes", "").split(",") if part]
            changes = [(int(at), *read_live(values)) for at, *values in changes]
            edits = [part.split(":") for part in history.get("weights", "").split(",") if part]
            edits = [(int(at), *session.read_edit(*edit)) for at, *edit in edits]
        except (ValueError, TypeError) as error:
            form = "trained=EPOCH.STEP, changes=EPOCH:LR:L1:L2,..., weights=EPOCH:LAYER:FROM:TO:VALUE,..."
            raise ValueError(f"a state ends in {form}; got {text!r}: {error}") from None
        if not (0 <= epoch <= 100_000 and 0 <= taken < max(1, session.per_epoch)):
            raise ValueError(f"trained={epoch}.{taken} is out of range: epochs from 0 to 100000, steps below {session.per_epoch}")
        for epochs in ([row[0] for row in rows] for rows in (changes, edits)):
            if epochs != sorted(epochs) or min(epochs, default=0) < 0 or (changes and changes[0][0] != 0):
                raise ValueError(
                    f"changes begin at epoch 0, and changes and weights come in the order of their epochs, got epochs {epochs}"
                )
        if changes:
            session.changes, session.pending_changes = changes[:1], changes[1:]
            session.use(*changes[0][1:])
            session.rows = []
            session.record()  # with the penalty that was set then
        session.replay_target, session.pending_edits = (epoch, taken), edits
        session.apply_due_edits()
        return session

    # ---- making it

    def restart(self):
        """New data, start weights and optimizer, all from the seed."""
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

        squared = self.classes is None or settings.loss == LOSSES[1]
        self.loss_class = MeanSquaredError if squared else BinaryCrossEntropy if self.classes == 2 else SoftmaxCrossEntropy
        self.output = None if self.classes is None or not squared else Sigmoid if self.classes == 2 else Softmax
        outputs = 1 if self.classes in (None, 2) else self.classes
        self.sizes = [len(self.names), *self.hidden, outputs]
        each = [name for name in settings.each.split(",") if name] or [settings.activation]
        self.activations = (each + each[-1:] * len(self.hidden))[: len(self.hidden)]
        penalties = {"l1": float(settings.l1), "l2": float(settings.l2)}
        self.net = Network(self.layers(), self.loss_class(), rng=settings.seed, **penalties)
        self.view = Network(self.layers(), self.loss_class(), dtype=np.float32)  # its copy for pictures, four times as fast
        self.dense = self.net._dense_layers()
        layers_in_block = 2 + settings.batch_norm + bool(settings.dropout)
        self.unit_ends = [k * layers_in_block + 1 + settings.batch_norm for k in range(len(self.hidden))]
        self.answer_end = len(self.net.layers) - (self.output is not None)
        self.examples = self.net._check_Xy(self.X, self.targets(self.y))
        self.tests = self.net._check_Xy(self.X_test, self.targets(self.y_test)) if self.split else None
        m = len(self.X)
        self.batch = m if settings.batch == "all" else min(m, int(settings.batch))
        self.per_epoch = -(-m // self.batch)
        self.optimizer = getattr(optimizers, settings.optimizer)(lr=self.rate(settings.lr))
        self.run = Trainer(self.net, self.optimizer, accuracy=False)
        self.rng = np.random.default_rng(settings.seed)
        self.batches, self.epoch, self.steps_in_epoch, self.stopped = None, 0, 0, ""
        self.changes, self.pending_changes, self.replay_target = [(0, *self.live_settings())], [], (0, 0)
        self.edits, self.pending_edits = [], []
        self.rows, self.every = [], 1
        self.pixels = 50 if "GELU" in self.activations else FIELD  # NumPy has no erf: GELU is slow
        self.plane = features(grid(EXTENT, self.pixels), self.names).astype(np.float32)
        self.record()

    def layers(self):
        """Dense, BatchNorm, activation and Dropout for each hidden layer, as mlp makes them, and what gives the answer."""
        settings, init, made = self.settings, make_init(self.settings.init), []
        for n_in, n_out, name in zip(self.sizes, self.hidden, self.activations):
            made += [Dense(n_in, n_out, init=init), *[BatchNorm(n_out)] * settings.batch_norm, activation(name)()]
            made += [Dropout(settings.dropout)] * bool(settings.dropout)
        return [*made, Dense(*self.sizes[-2:], init=init), *([self.output()] if self.output else [])]

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

    def targets(self, y):
        """The labels as the loss takes them: for squared errors of classes a column, or one column for each class."""
        if self.output is None:
            return y
        return np.eye(self.classes)[y][:, 1:] if self.classes == 2 else np.eye(self.classes)[y]

    def live_settings(self):
        return tuple(getattr(self.settings, name) for name in LIVE)

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
        """Change settings.

        Learning rate, l1 and l2 change at the next epoch; anything else starts again from the same seed.
        """
        new = Settings(**clean(CONTROLS, asdict(self.settings) | changes))
        changed = {name for name, value in asdict(new).items() if value != getattr(self.settings, name)}
        self.settings = new
        untouched = (self.epoch, self.steps_in_epoch) == (0, 0) and not self.edits and not self.replaying
        if changed - set(LIVE) or (changed and (self.stopped or untouched)):
            self.restart()
        return changed

    # ---- weights by hand

    def read_edit(self, layer, row, column, value):
        """(layer, from, to, value) as numbers, layers and units counted from 1, from 0 for the bias.

        ValueError if there is no such weight.
        """
        layer, row, column, value = int(layer), int(row), int(column), float(value)
        if not 1 <= layer <= len(self.dense):
            raise ValueError(f"there are layers 1 to {len(self.dense)}, got {layer}")
        n_in, n_out = self.dense[layer - 1].W.shape
        if not (0 <= row <= n_in and 1 <= column <= n_out):
            raise ValueError(f"layer {layer} leads from 1 to {n_in} (0: the bias) to 1 to {n_out}, got from {row} to {column}")
        if not abs(value) <= 1000:
            raise ValueError(f"a weight is a number from -1000 to 1000, got {value:g}")
        return layer, row, column, value

    def weight(self, layer, row, column):
        """The weight from unit ``row`` (0: the bias) to unit ``column`` of a Dense layer, all counted from 1, as a
        view of one number."""
        layer = self.dense[layer - 1]
        return (layer.b[:, column - 1] if row == 0 else layer.W[row - 1 : row, column - 1])[:1]

    def edit(self, layer, row, column, value):
        """Give one weight another value. Within an epoch, that epoch is trained to its end first."""
        edit = self.read_edit(layer, row, column, value)
        for wrong in (self.problem, self.stopped, "It is still training up to where its state says." if self.replaying else ""):
            if wrong:
                raise ValueError(wrong)
        if self.steps_in_epoch:
            self.advance(epochs=1)
        if not self.stopped:
            self.pending_edits.append((self.epoch, *edit))
            self.apply_due_edits()

    def apply_due_edits(self):
        """Make the edits of a state string whose epoch has come."""
        while self.pending_edits and self.pending_edits[0][0] <= self.epoch:
            edit = self.pending_edits.pop(0)
            self.weight(*edit[1:4])[...] = edit[4]
            if self.edits and self.edits[-1][:4] == edit[:4]:  # the same weight again, as while a line is pulled
                self.edits.pop()
                if self.rows[-1][0] == self.epoch and len(self.rows) > 1:
                    self.rows.pop()
            self.edits.append(edit)
            self.record()

    # ---- training

    @property
    def replaying(self):
        """Whether it is still on its way to where a state string was written."""
        return (self.epoch, self.steps_in_epoch) < self.replay_target and not self.stopped and not self.problem

    def use(self, lr, l1, l2):
        self.optimizer.lr = self.rate(lr)
        self.net._l1[...], self.net._l2[...] = float(l1), float(l2)

    def begin_epoch(self):
        if self.pending_changes:
            if self.pending_changes[0][0] <= self.epoch:
                self.changes.append(self.pending_changes.pop(0))
                self.use(*self.changes[-1][1:])
        elif self.live_settings() != self.changes[-1][1:] and not self.replaying:
            self.changes.append((self.epoch, *self.live_settings()))
            self.use(*self.live_settings())
        full = self.batch == len(self.X)  # as fit does: all the data at once are not shuffled
        self.batches = iter([self.examples]) if full else minibatches(*self.examples, self.batch, self.rng)

    def advance(self, epochs=None, seconds=None):
        """Train for this many whole epochs, or until the time is up, or up to the goal of a replay, or until the
        loss is no longer finite."""
        if self.problem or self.stopped:
            return
        end = np.inf if seconds is None else time.perf_counter() + seconds
        last = np.inf if epochs is None else self.epoch + epochs
        replaying, run = self.replaying, self.run
        with quiet():
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
                self.steps_in_epoch += 1
                if self.steps_in_epoch == self.per_epoch:
                    self.epoch, self.steps_in_epoch, self.batches = self.epoch + 1, 0, None
                    run.start_epoch()
                    if self.epoch % self.every == 0:
                        self.record()
                    self.apply_due_edits()
                if replaying and not self.replaying:
                    return
                if time.perf_counter() >= end:
                    return

    def losses(self):
        """Loss on the training data and on the test data (nan without any), both in evaluation mode."""
        with quiet():
            pair = []
            for part in (self.examples, self.tests):
                pair.append(
                    float(self.net.loss.value(self.net._forward(part[0], False), part[1]) + self.net._penalty()) if part else np.nan
                )
        return pair

    def record(self):
        """A row for the loss curves. When there are too many, every second one is dropped."""
        self.rows.append((self.epoch, *self.losses()))
        if len(self.rows) > ROWS:
            self.rows, self.every = self.rows[::2], 2 * self.every

    # ---- looking at it

    def units(self):
        """What each hidden layer returns over the plane, a list of (pixels, n), and the logits (pixels, outputs);
        float32."""
        A, found, start = self.plane, [], 0
        with quiet():
            for shown, trained in zip(self.view._state().values(), self.net._state().values()):
                shown[...] = trained
            for end in self.unit_ends:
                A = self.view._forward(A, False, start, end + 1)
                found.append(A)
                start = end + 1
            return found, np.clip(np.nan_to_num(self.view._forward(A, False, start, self.answer_end)), -1e6, 1e6)

    def penalty(self):
        """The part of both losses that l1 and l2 add."""
        return float(self.net._penalty())

    def constant_units(self):
        """For each hidden layer a mask of units whose value is the same for every training example: dead or
        saturated."""
        A, start, found = self.X, 0, []
        with quiet():
            for end in self.unit_ends:
                A = self.net._forward(A, False, start, end + 1)
                start = end + 1
                found.append(np.ptp(A, axis=0) < 1e-3 * max(1.0, np.abs(A).max(initial=0)) if len(A) > 1 else np.zeros(A.shape[1], bool))
        return found

    def gradients(self):
        """For each Dense layer: length of the last gradient, and length of the last update over that of the weights
        (nan before a step)."""
        norms, ratios, at = [], [], 0
        last = self.run.previous[0][0]
        for layer in self.net.layers:
            for name in layer.parameters:
                W = getattr(layer, name)
                if isinstance(layer, Dense) and name == "W":
                    before = last[at : at + W.size]
                    with quiet():
                        norms.append(float(np.linalg.norm(layer.dW)))
                        ratios.append(float(np.linalg.norm(W.ravel() - before) / np.linalg.norm(before)))
                at += W.size
        if self.epoch == self.steps_in_epoch == 0:
            return np.full(len(norms), np.nan), np.full(len(norms), np.nan)
        return np.array(norms), np.array(ratios)

    def right(self):
        """Share of the test data (or of the training data if there is no test) that is classified correctly; R^2 for
        regression."""
        with quiet():
            X, y = (self.X_test, self.y_test) if self.split else (self.X, self.y)
            if self.output is not None:
                P = self.net._forward(X, False)
                return float(np.mean((P.argmax(axis=1) if self.classes > 2 else P[:, 0] > 0.5) == y))
            try:
                return self.net.score(X, y)
            except ValueError:  # R^2 of a single point
                return np.nan

    def describe(self):
        """The panel in one line of numbers."""
        train, test = self.losses()
        settings = self.settings
        name = "-".join(map(str, self.sizes))
        same = len(set(self.activations)) < 2
        kind = (self.activations or [settings.activation])[0] if same else "-".join(self.activations)
        kind += ", squared error" * bool(self.output)
        share = f"R² {rounded(self.right(), 2)}" if self.classes is None else f"{100 * self.right():.0f} % correct"
        lost = sum(int(mask.sum()) for mask in self.constant_units())
        line = (
            f"{settings.data}, {name} {kind}, {settings.optimizer} lr {settings.lr:.3g}, seed {settings.seed}: "
            f"epoch {self.epoch}{f' + {self.steps_in_epoch} steps' if self.steps_in_epoch else ''}, train loss {rounded(train)}, "
        )
        line += f"test loss {rounded(test)}, test {share}" if self.split else f"no test data, {share}"
        if self.net._is_penalized():
            line += f"; {'both losses' if self.split else 'the loss'} with a penalty of {rounded(float(self.net._penalty()))}"
        line += f"; {lost} hidden unit{'s' * (lost > 1)} constant on the data" if lost else ""
        if settings.batch_norm and self.batch == 1:
            line += "; batch norm in batches of 1: every example is its own mean, so training never sees the input"
        if self.problem:
            line = self.problem
        if self.stopped:
            line = f"diverged at step {self.run.steps}: " + line
        return line

    # ---- in words, by export.py

    def check_gradients(self):
        return export.check_gradients(self)

    def trace(self, i=0):
        return export.trace(self, i)

    def code(self):
        return export.code(self)

    def state(self):
        """The panel in one line of text; ``Panel(state=...)`` opens there again, exactly."""
        text = write_state("playground", asdict(self.settings))
        epoch, taken = self.replay_target if self.replaying else (self.epoch, self.steps_in_epoch)
        changes = [*self.changes, *self.pending_changes]
        if self.live_settings() != changes[-1][1:]:  # takes effect at the next epoch, after the end of a replay
            changes.append((max(epoch + bool(taken), changes[-1][0]), *self.live_settings()))
        if self.stopped:
            taken, epoch = 0, self.epoch + 1  # on the way there it stops again
        if epoch or taken:
            text += f" trained={epoch}.{taken}"
        if len(changes) > 1:
            text += " changes=" + ",".join(f"{at}:{lr!r}:{l1}:{l2}" for at, lr, l1, l2 in changes)
        if self.edits or self.pending_edits:
            text += " weights=" + ",".join(":".join(map(repr, edit)) for edit in (*self.edits, *self.pending_edits))
        return text


def read_live(values):
    """Learning rate, l1 and l2 from the words of a state string."""
    known = {control.name: control for control in CONTROLS}
    if len(values) != len(LIVE):
        raise ValueError(f"{len(LIVE)} values are needed for {', '.join(LIVE)}, got {len(values)}")
    return tuple(known[name].clean(value) for name, value in zip(LIVE, values))


def rounded(value, digits=4):
    """A loss rounded for display: this many decimals, or powers of ten where it is huge."""
    return f"{value:.{digits}f}" if abs(value) < 1000 else f"{value:.3g}"


def activation(name):
    """The class behind an activation's word."""
    return getattr(activations, ACTIVATIONS[name], None) or getattr(layers, ACTIVATIONS[name])


def make_init(name):
    """The initializer behind a word of the panel."""
    function, _, setting = INITS[name].rstrip(")").partition("(std=")
    function = getattr(initializers, function)
    return function(std=float(setting)) if setting else function
