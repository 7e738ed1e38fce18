"""Training: minibatches, step by step, with a record of what happened.

history = fit(net, X, y, Adam(lr=0.01), epochs=200, batch_size=32, validation=(X_val, y_val), patience=20)
"""

import copy
import math
import time

import numpy as np

from .checks import as_array, as_count, as_number, as_rng
from .network import Network
from .optimizers import Adam, Optimizer, clip_by_norm


class TrainingDiverged(Exception):
    """The loss is no longer finite. Has ``step``, ``loss``, ``lr``, ``advice``, ``history``.

    The network holds the weights of its last step with a finite loss.
    """

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
    """What ``fit`` measured, one row per epoch: arrays (epochs,), or (epochs, R) for copies.

    loss, accuracy          means over the epoch's minibatches, in training mode, each before its own update
    val_loss, val_accuracy  on the validation data after the epoch, in evaluation mode
    stopped                 "finished", "patience", "interrupted" or "diverged"
    best_epoch              with patience: the epoch with the lowest val_loss, whose weights the network has (an array
                            for copies)
    diverged_at             None, or for each copy the step at which its loss was no longer finite, -1 if it always was
    snapshots               number of epochs -> theta after them, for fit(..., snapshots=...)

    With l1 or l2, loss and val_loss include the penalty: compare accuracies across penalties, not these.
    """

    def __init__(self):
        self.rows = []  # one dict per epoch
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
    """Shuffled batches (Xb, Yb) of rows; together they hold every row once, so the last one may be smaller.

    X (m, n), Y (m,) or (m, k), for copies also (R, m, n) and (R, m, k). ``rng`` is a Generator; a seed gives the same
    order at each call.
    """
    X, Y, batch_size, rng = as_array(X, "X"), as_array(Y, "Y"), as_count(batch_size, "batch_size"), as_rng(rng)
    rows_of_Y = -2 if Y.ndim > 1 else 0
    if X.ndim < 2 or Y.ndim < 1 or X.shape[-2] != Y.shape[rows_of_Y]:
        raise ValueError(f"X (m, n) and Y must have the same number of rows, got shapes {X.shape} and {Y.shape}")
    order = rng.permutation(X.shape[-2])
    for i in range(0, len(order), batch_size):
        rows = order[i : i + batch_size]
        yield X.take(rows, axis=-2), Y.take(rows, axis=rows_of_Y)


def fit(
    net, X, y, optimizer, *, epochs, batch_size=None, rng=0, validation=None, patience=None, clip_norm=None, snapshots=(), progress=True
):
    """Train ``net`` in place and return its History.

    batch_size   rows per step; None: all of them, unshuffled. Minibatches are shuffled every epoch with ``rng``.
    validation   (X_val, y_val), measured after every epoch.
    patience     stop after this many epochs without a lower val_loss, and restore the best weights.
    clip_norm    longest gradient allowed, see ``clip_by_norm``.
    snapshots    numbers of epochs after which theta is copied into the history (0: before the first).
    progress     show a bar on runs of over two seconds.

    Raises ValueError for data and settings that do not fit, before the first step; TrainingDiverged when the loss is
    no longer finite (of copies, when none is left; a diverged copy stays at its last finite weights, its loss is nan).
    An interrupt (Ctrl-C, Lab's stop button) ends training cleanly: the network has the weights reached so far.
    """
    if not isinstance(net, Network):
        raise ValueError(f"fit trains a Network, got {net!r}: write fit(net, X, y, Adam(), epochs=100)")
    X, Y = net._check_Xy(X, y)
    m, epochs, rng, bar, start = X.shape[-2], as_count(epochs, "epochs"), as_rng(rng), None, time.perf_counter()
    batch_size, validation, snapshots = check_settings(net, m, epochs, batch_size, validation, patience, snapshots)
    trainer = Trainer(net, optimizer, patience, clip_norm)
    history = trainer.history
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for epoch in range(epochs):
                if epoch in snapshots:
                    history.snapshots[epoch] = net.theta.copy()
                trainer.start_epoch()
                for Xb, Yb in [(X, Y)] if batch_size == m else minibatches(X, Y, batch_size, rng):
                    trainer.step(Xb, Yb)
                trainer.end_epoch(m, validation)
                if trainer.is_out_of_patience():
                    history.stopped = "patience"
                    break
                if progress and time.perf_counter() - start > 2:
                    bar = bar or progress_bar(epochs)
                    bar.update(epoch + 1 - bar.n)
            trainer.check_last_step(Xb, Yb)
        if epochs in snapshots:
            history.snapshots[epochs] = net.theta.copy()
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    finally:
        if bar:
            bar.close()
    trainer.restore_best()
    return history


def check_settings(net, m, epochs, batch_size, validation, patience, snapshots):
    """batch_size, validation and snapshots in the form that the loop takes; ValueError if they do not fit."""
    batch_size = m if batch_size is None else as_count(batch_size, "batch_size")
    if batch_size > m:
        raise ValueError(f"batch_size {batch_size} is larger than the {m} rows of X: write batch_size={m}, or None for all")
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise ValueError(f"validation must be a pair (X_val, y_val), got {type(validation).__name__}: write validation=(X_val, y_val)")
        validation = net._check_Xy(*validation)
    elif patience is not None:
        raise ValueError("patience needs the validation loss: give validation=(X_val, y_val) too")
    if not isinstance(snapshots, (tuple, list, range, set)) or not all(epoch in range(epochs + 1) for epoch in snapshots):
        raise ValueError(f"snapshots must be a list of epochs from 0 to {epochs}, got {snapshots!r}: write snapshots=(0, {epochs})")
    return batch_size, validation, set(snapshots)


def check_optimizer(optimizer, net):
    """ValueError unless the optimizer, its state and its rates are for this network."""
    if not isinstance(optimizer, Optimizer):
        kind = isinstance(optimizer, type) and issubclass(optimizer, Optimizer)
        advice = "Adam()" if not kind or issubclass(optimizer, Adam) else f"{optimizer.__name__}(lr=0.1)"
        raise ValueError(f"optimizer must be one of nnlib's, got {optimizer!r}: write {advice}")
    if (optimizer.state or callable(optimizer.lr)) and optimizer.owner is not None and optimizer.owner is not net.theta:
        raise ValueError("this optimizer remembers the gradients of another network: make a new one, or call optimizer.reset()")
    if not callable(optimizer.lr):
        optimizer.current_lr(net.theta)  # an array must fit the copies


def progress_bar(epochs):
    """A tqdm bar, imported only for a run that is long enough to need it."""
    from tqdm.auto import tqdm

    return tqdm(total=epochs, unit="epoch", leave=False)


class Trainer:
    """The steps of ``fit``, and what it remembers between them. A single network is treated as a stack of one.

    ``accuracy`` False: steps do not count how many examples are predicted correctly, and are shorter for it.
    """

    def __init__(self, net, optimizer, patience=None, clip_norm=None, accuracy=True):
        check_optimizer(optimizer, net)
        self.net, self.optimizer = net, optimizer
        self.patience = patience if patience is None else as_count(patience, "patience")
        self.clip_norm = clip_norm if clip_norm is None else as_number(clip_norm, "clip_norm", 0, advice="clip_norm=1.0", open_low=True)
        self.copies, self.history, self.steps = net._copies or 1, History(), 0
        self.counts = accuracy and net.loss.classifies
        self.buffers = [(layer, name) for layer in net.layers for name in layer.buffers]
        self.previous = [array.copy() for array in self.rows()]  # before the last step: the last with a finite loss
        self.previous_theta = self.previous[0].reshape(net.theta.shape)
        self.best = [array.copy() for array in self.rows()]  # at the lowest validation loss
        self.lowest, self.epochs_without_improvement = np.full(self.copies, np.inf), np.zeros(self.copies, dtype=int)
        self.best_epoch, self.diverged_at = np.full(self.copies, -1), np.full(self.copies, -1)
        self.diverged = None  # which copies have diverged, once one has
        self.start_epoch()

    def rows(self):
        """theta and the running statistics, as views with one row per copy."""
        return [array.reshape(self.copies, -1) for array in (self.net.theta, *(getattr(layer, name) for layer, name in self.buffers))]

    def start_epoch(self):
        """Set the sums over the rows of this epoch to 0."""
        self.loss_sum = self.n_correct = 0

    def step(self, X, Y):
        """One step on a batch; TrainingDiverged if no copy has a finite loss any more."""
        net = self.net
        if self.buffers:
            self.previous[1:] = self.rows()[1:]  # a training pass replaces these arrays, it does not change them
        loss, Z = net._loss_step(X, Y)
        self.check(loss)
        self.loss_sum += X.shape[-2] * (loss if self.diverged is None else np.where(self.diverged, np.nan, loss))
        if self.counts:
            correct = net.loss.correct(Z, Y)
            self.n_correct += np.count_nonzero(correct) if net._copies is None else correct.sum(axis=-1)
        if self.clip_norm is not None:
            clip_by_norm(net.grad, self.clip_norm, per_copy=net._copies is not None)
        np.copyto(self.previous_theta, net.theta)
        self.optimizer.step(net.theta, net.grad)
        self.steps += 1
        if self.diverged is not None:
            self.restore_diverged()

    def restore_diverged(self):
        """Restore diverged copies to their last finite state."""
        for now, previous in zip(self.rows(), self.previous):
            now[self.diverged] = previous[self.diverged]

    def check(self, loss):
        """Restore copies without a finite loss to their last finite state; TrainingDiverged if none is left."""
        if math.isfinite(loss) if self.net._copies is None else np.isfinite(loss).all():
            return
        diverged_now = ~np.isfinite(np.atleast_1d(loss)) & (self.diverged_at < 0)
        if self.patience is not None:
            diverged_now &= self.epochs_without_improvement < self.patience  # a copy that has stopped cannot diverge
        self.diverged_at[diverged_now] = self.steps
        self.diverged = self.diverged_at >= 0
        self.restore_diverged()
        if self.diverged.any():
            self.history.diverged_at = self.diverged_at
        if self.diverged.all():
            self.history.stopped = "diverged"
            raise TrainingDiverged(self.steps, loss, self.optimizer.last_lr, self.history)

    def end_epoch(self, m, validation=None):
        """Add the epoch's row to the history: means over its m rows, and what ``validation`` (X, Y) gives."""
        net, row = self.net, {"loss": self.loss_sum / m}
        if self.counts:
            row["accuracy"] = self.n_correct / m
        if validation is not None:
            Z = net._forward(validation[0], False)
            row["val_loss"] = net.loss.value(Z, validation[1]) + net._penalty()
            if net.loss.classifies:
                row["val_accuracy"] = net.loss.correct(Z, validation[1]).mean(axis=-1)
        self.history.rows.append(row)
        if self.patience is not None:
            better = (np.atleast_1d(row["val_loss"]) < self.lowest) & (self.epochs_without_improvement < self.patience)
            self.epochs_without_improvement = np.where(better, 0, self.epochs_without_improvement + 1)
            self.lowest = np.where(better, row["val_loss"], self.lowest)
            self.best_epoch[better] = len(self.history.rows) - 1
            for now, best in zip(self.rows(), self.best):
                best[better] = now[better]

    def is_out_of_patience(self):
        """Whether every copy has gone ``patience`` epochs without a lower validation loss."""
        return self.patience is not None and (self.epochs_without_improvement >= self.patience).all()

    def check_last_step(self, X, Y):
        """``check`` the loss after the last step, on a copy of the network if a pass would change running statistics."""
        self.previous[1:] = self.rows()[1:]
        net = copy.deepcopy(self.net) if self.buffers else self.net
        self.check(net.loss.value(net._forward(X, training=bool(self.buffers)), Y))

    def restore_best(self):
        """With patience, give the network the weights and statistics of its lowest validation loss."""
        if self.patience is None:
            return
        known = self.best_epoch >= 0
        for now, best in zip(self.rows(), self.best):
            now[known] = best[known]
        self.history.best_epoch = self.best_epoch if self.net._copies else int(self.best_epoch[0]) if known[0] else None
