"""Training: minibatches, step by step, with a record of what happened.

history = fit(net, X, y, Adam(lr=0.01), epochs=200, batch_size=32, validation=(X_val, y_val), patience=20)
"""

import copy
import math
import time

import numpy as np

from .checks import as_count, as_number, as_rng
from .optimizers import Optimizer, clip_by_norm


class TrainingDiverged(Exception):
    """The loss is not finite any more. Has ``step``, ``loss``, ``lr``, ``advice``, ``history``; the network holds its last finite weights."""

    def __init__(self, step, loss, lr, history):
        self.step, self.loss, self.lr, self.history = step, loss, lr, history
        self.advice = (
            "Try a learning rate 3 to 10 times smaller; if that does not help, look at the scale of X, at the "
            "initialization, or clip the gradient with fit(..., clip_norm=1.0)."
        )
        super().__init__(
            f"the loss became {np.max(loss):.3g} at step {step} with lr {np.max(lr):.3g}. "
            f"The weights are those of the last finite step. {self.advice}"
        )


class History:
    """What ``fit`` saw, a row an epoch: arrays (epochs,), or (epochs, R) for copies.

    loss, accuracy          means over the epoch's minibatches, in training mode, each before its own update
    val_loss, val_accuracy  on the validation data after the epoch, in evaluation mode
    stopped                 "finished", "patience", "interrupted" or "diverged"
    best_epoch              with patience: the epoch whose weights were kept (an array for copies)
    diverged_at             None, or the step at which each copy left the finite numbers, -1 for those that did not
    snapshots               epoch -> theta after so many epochs, as asked for with fit(..., snapshots=...)
    """

    def __init__(self):
        self.rows = []  # a dict for each epoch
        self.stopped, self.best_epoch, self.diverged_at, self.snapshots = "finished", None, None, {}

    def __getattr__(self, name):
        if name in ("loss", "accuracy", "val_loss", "val_accuracy"):
            return np.array([row[name] for row in self.rows if name in row])
        raise AttributeError(
            f"History has no attribute {name!r}: it has loss, accuracy, val_loss, val_accuracy and what help(History) lists"
        )

    def __repr__(self):
        ends = [f"{name} {np.array2string(np.asarray(value), precision=4)}" for name, value in (self.rows or [{}])[-1].items()]
        return f"History({len(self.rows)} epochs, {self.stopped}; last {', '.join(ends) or 'nothing'})"

    def plot(self, ax=None):
        """Draw the curves of loss and accuracy: ``plots.curves(history)``."""
        from . import plots

        return plots.curves(self, ax=ax)


def minibatches(X, Y, batch_size, rng):
    """Shuffled batches of rows; together they hold every row once, so the last one may be smaller."""
    order = rng.permutation(X.shape[-2])
    for i in range(0, len(order), batch_size):
        rows = order[i : i + batch_size]
        yield X.take(rows, axis=-2), Y.take(rows, axis=-2)


def fit(
    net, X, y, optimizer, *, epochs, batch_size=None, rng=0, validation=None, patience=None, clip_norm=None, snapshots=(), progress=True
):
    """Train ``net`` in place and return its History.

    batch_size   rows for each step; None: all of them, unshuffled. Minibatches are shuffled every epoch with ``rng``.
    validation   (X_val, y_val), measured after every epoch.
    patience     stop after so many epochs without a lower val_loss, and put the best weights back.
    clip_norm    longest gradient allowed, see ``clip_by_norm``.
    snapshots    epochs after which theta is kept in the history (0: before the first).
    progress     show a bar on runs of over two seconds.

    Raises ValueError for data and settings that do not fit, before the first step; TrainingDiverged when the loss is
    no longer finite (of copies, when none is left; a lost copy stays at its last finite weights, its loss is nan).
    An interrupt (Ctrl-C, Lab's stop button) ends training in order: the weights reached so far are kept.
    """
    X, Y = net.examples(X, y)
    m, epochs = X.shape[-2], as_count(epochs, "epochs")
    batch_size = m if batch_size is None else as_count(batch_size, "batch_size")
    if batch_size > m:
        raise ValueError(f"batch_size {batch_size} is larger than the {m} rows of X: write batch_size={m}, or None for all")
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"optimizer must be one of nnlib's, got {optimizer!r}: write SGD(lr=0.1)")
    if (optimizer.state or callable(optimizer.lr)) and optimizer.owner is not None and optimizer.owner is not net.theta:
        raise ValueError("this optimizer remembers the gradients of another network: make a new one, or call optimizer.reset()")
    if patience is not None:
        patience = as_count(patience, "patience")
        if validation is None:
            raise ValueError("patience watches the validation loss: give validation=(X_val, y_val) too")
    if clip_norm is not None:
        clip_norm = as_number(clip_norm, "clip_norm", 0, advice="clip_norm=1.0", open_low=True)
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise ValueError(f"validation must be a pair (X_val, y_val), got {type(validation).__name__}: write validation=(X_val, y_val)")
        validation = net.examples(*validation)
    if not isinstance(snapshots, (tuple, list, range, set)) or not all(epoch in range(epochs + 1) for epoch in snapshots):
        raise ValueError(f"snapshots must be a list of epochs from 0 to {epochs}, got {snapshots!r}: write snapshots=(0, {epochs})")
    if not callable(optimizer.lr):
        optimizer.rate(net.theta)  # an array must fit the copies
    rng, snapshots, bar, start = as_rng(rng), set(snapshots), None, time.perf_counter()
    run = Run(net, optimizer, patience, clip_norm)
    history = run.history
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for epoch in range(epochs):
                if epoch in snapshots:
                    history.snapshots[epoch] = net.theta.copy()
                for Xb, Yb in [(X, Y)] if batch_size == m else minibatches(X, Y, batch_size, rng):
                    run.step(Xb, Yb)
                run.end_epoch(epoch, m, validation)
                if patience is not None and (run.waited >= patience).all():
                    history.stopped = "patience"
                    break
                if progress and time.perf_counter() - start > 2:
                    bar = bar or progress_bar(epochs)
                    bar.update(epoch + 1 - bar.n)
            run.end(Xb, Yb)
        if epochs in snapshots:
            history.snapshots[epochs] = net.theta.copy()
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    finally:
        if bar:
            bar.close()
    if patience is not None:
        run.keep_best()
    return history


def progress_bar(epochs):
    """A tqdm bar, imported only for a run that is long enough to need it."""
    from tqdm.auto import tqdm

    return tqdm(total=epochs, unit="epoch", leave=False)


class Run:
    """What ``fit`` remembers from step to step. A single network is treated as a stack of one."""

    def __init__(self, net, optimizer, patience, clip_norm):
        self.net, self.optimizer, self.patience, self.clip_norm = net, optimizer, patience, clip_norm
        self.copies, self.history, self.steps = net.copies or 1, History(), 0
        self.buffers = [(layer, name) for layer in net.layers for name in layer.buffers]
        self.last = [array.copy() for array in self.rows()]  # before the last step: the last with a finite loss
        self.before = self.last[0].reshape(net.theta.shape)
        self.best = [array.copy() for array in self.rows()]  # at the lowest validation loss
        self.lowest, self.waited = np.full(self.copies, np.inf), np.zeros(self.copies, dtype=int)
        self.best_epoch, self.diverged_at = np.full(self.copies, -1), np.full(self.copies, -1)
        self.lost = None  # which copies have diverged, once one has
        self.loss = self.right = 0  # sums over the rows of this epoch

    def rows(self):
        """theta and the running statistics, as views with one row for each copy."""
        arrays = [self.net.theta] + [getattr(layer, name) for layer, name in self.buffers]
        return [array.reshape(self.copies, -1) for array in arrays]

    def step(self, X, Y):
        net = self.net
        if self.buffers:
            self.last[1:] = self.rows()[1:]  # a training pass replaces these arrays, it does not change them
        loss, Z = net.loss_step(X, Y)
        self.check(loss)
        self.loss += X.shape[-2] * (loss if self.lost is None else np.where(self.lost, np.nan, loss))
        if net.loss.classifies:
            right = net.loss.correct(Z, Y)
            self.right += np.count_nonzero(right) if net.copies is None else right.sum(axis=-1)
        if self.clip_norm is not None:
            clip_by_norm(net.grad, self.clip_norm)
        self.optimizer.step(net.theta, net.grad, keep=self.before)
        self.steps += 1
        if self.lost is not None:
            self.put_back()

    def put_back(self):
        """The copies that have diverged, to their last finite state."""
        for now, last in zip(self.rows(), self.last):
            now[self.lost] = last[self.lost]

    def check(self, loss):
        """Put what has no finite loss back to its last finite state; raise if nothing is left."""
        if math.isfinite(loss) if self.net.copies is None else np.isfinite(loss).all():
            return
        now_lost = ~np.isfinite(np.atleast_1d(loss)) & (self.diverged_at < 0)
        if self.patience is not None:
            now_lost &= self.waited < self.patience  # a copy that has stopped already is out of danger
        self.diverged_at[now_lost] = self.steps
        self.lost = self.diverged_at >= 0
        self.put_back()
        if self.lost.any():
            self.history.diverged_at = self.diverged_at
        if self.lost.all():
            self.history.stopped = "diverged"
            raise TrainingDiverged(self.steps, loss, self.optimizer.last_lr, self.history)

    def end_epoch(self, epoch, m, validation):
        net, row = self.net, {"loss": self.loss / m}
        if net.loss.classifies:
            row["accuracy"] = self.right / m
        self.loss = self.right = 0
        if validation is not None:
            Z = net.run(validation[0], False)
            row["val_loss"] = net.loss.value(Z, validation[1]) + net.penalty()
            if net.loss.classifies:
                row["val_accuracy"] = net.loss.correct(Z, validation[1]).mean(axis=-1)
        self.history.rows.append(row)
        if self.patience is not None:
            better = (np.atleast_1d(row["val_loss"]) < self.lowest) & (self.waited < self.patience)
            self.waited = np.where(better, 0, self.waited + 1)
            self.lowest = np.where(better, row["val_loss"], self.lowest)
            self.best_epoch[better] = epoch
            for now, best in zip(self.rows(), self.best):
                best[better] = now[better]

    def end(self, X, Y):
        """The last step has had no loss yet: look at it as the next step would, on a copy where a pass leaves traces."""
        self.last[1:] = self.rows()[1:]
        net = copy.deepcopy(self.net) if self.buffers else self.net
        self.check(net.loss.value(net.run(X, training=bool(self.buffers)), Y))

    def keep_best(self):
        known = self.best_epoch >= 0
        for now, best in zip(self.rows(), self.best):
            now[known] = best[known]
        self.history.best_epoch = self.best_epoch if self.net.copies else int(self.best_epoch[0]) if known[0] else None
