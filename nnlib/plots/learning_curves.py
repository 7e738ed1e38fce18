"""Loss and accuracy over training: is it still learning, and does what it learns hold on data it has not seen?"""

import warnings

import numpy as np
from matplotlib.ticker import MaxNLocator, NullFormatter

from .style import BLUE, INK, RED, TICK, axes_for, label, legend, panels
from .words import percent, plural, span

FEW = 10  # up to this many copies are drawn as lines of their own, more as a band
SERIES = {"": ("training", BLUE, "-"), "val_": ("validation", RED, "--")}


def curves(history, ax=None, *, log=False):
    """Draw loss and accuracy, training and validation, over the epochs; a dot marks the epoch of the lowest validation loss.

    Returns an array of axes: one for the loss, and one for the accuracy if there is any. With ``ax`` given, draws the
    loss alone there and returns ax. ``log``: the loss on a logarithmic axis. Epochs count from 0, as in ``history.loss[0]``.
    Copies: a thin line each (many: a band that holds the middle 80 %) and their median. ValueError if no epoch was finished.
    """
    check(history)
    if ax is not None:
        return draw(axes_for(ax), history, "loss", log)
    shown = ["loss", "accuracy"] if len(history.accuracy) else ["loss"]
    axes = panels(len(shown), 2, (4.2, 3.4))
    for panel, what in zip(axes, shown):
        draw(panel, history, what, log and what == "loss")
    return axes


def describe_curves(history):
    """``curves`` in one line: how many epochs, first and last values, the best epoch. Copies: from the lowest to the highest."""
    check(history)
    copies = f" of {plural(history.loss.shape[1], 'copy', 'copies')}" if history.loss.ndim == 2 else ""
    parts = [plural(len(history.loss), "epoch") + copies]
    for what in ("loss", "accuracy"):
        for prefix, (name, *_) in SERIES.items():
            values = getattr(history, prefix + what)
            if len(values):
                words = losses if what == "loss" else shares
                parts.append(f"{name} {what} {words(values[0])} -> {words(values[-1])}")
    best = best_epoch(history)
    if best is not None and not np.isfinite(history.val_loss).any():
        parts.append("no finite validation loss")
    elif best is not None:
        lowest = np.take_along_axis(history.val_loss, np.atleast_1d(best)[None], axis=0) if best.ndim else history.val_loss[best]
        parts.append(f"lowest validation loss {span(lowest)} near epoch {span(coarse(best))}")
    return "; ".join(parts)


def check(history):
    if not hasattr(history, "loss") or not hasattr(history, "val_loss"):
        raise ValueError(f"curves draws the History that fit returns, got {type(history).__name__}: write history = fit(...)")
    if len(history.loss) == 0:
        raise ValueError("this history has no finished epoch, so there is nothing to draw: train for one epoch or more")


def losses(values):
    """The finite ones, from the lowest to the highest; "inf" or "nan" where none is."""
    return "inf" if np.isinf(values).any() and not np.isfinite(values).any() else span(values)


def shares(values):
    low, high = percent(np.nanmin(values)), percent(np.nanmax(values))
    return low if low == high else f"{low} to {high}"


def coarse(epochs):
    """Epochs to two digits: 298 is near 300. Which of many almost equal losses is lowest differs between processors."""
    return [round(epoch, min(0, 2 - len(str(epoch)))) for epoch in np.atleast_1d(epochs).tolist()]


def best_epoch(history):
    """The row of the lowest val_loss (of every copy), an array; the one fit chose, if it did; None without validation."""
    if len(history.val_loss) == 0:
        return None
    if history.best_epoch is not None:
        return np.asarray(history.best_epoch)
    return np.where(np.isfinite(history.val_loss), history.val_loss, np.inf).argmin(axis=0)


def draw(ax, history, what, log):
    best = best_epoch(history)
    for prefix, (name, colour, line) in SERIES.items():
        values = getattr(history, prefix + what)
        if len(values) == 0:
            continue
        draw_series(ax, values, name, colour, line)
        if prefix == "val_" and (best.ndim == 0 or len(best) <= FEW):
            rows, columns = np.atleast_1d(best), np.arange(best.size)
            heights = values.reshape(len(values), -1)[rows, columns]
            words = f"lowest validation loss:\nepoch {span(best)}"
            ax.plot(rows, heights, "D", color=colour, markeredgecolor=INK, markersize=9, label=words, zorder=5)
    if log:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(plain)
        low, high = ax.get_ylim()
        ax.yaxis.set_minor_formatter(plain if high < 10 * low else NullFormatter())
    elif what == "accuracy":
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %" if share <= 1 else "")
    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))
    label(ax, x="epoch", y=what)
    ax.tick_params(which="minor", labelsize=TICK)
    ax.grid(alpha=0.3)
    legend(ax)
    make_room(ax)
    return ax


def make_room(ax):
    """Raise the top of the axis, by the height of the legend, if the legend has found no place that is free of lines."""
    ax.figure.draw_without_rendering()
    box = ax.get_legend().get_window_extent()
    paths = [line.get_path().transformed(line.get_transform()) for line in ax.lines]
    if any(path.intersects_bbox(box, filled=False) or box.count_contains(path.vertices) for path in paths):
        height = box.height / ax.bbox.height
        if height < 0.8:
            ax.set_ylim(top=ax.transData.inverted().transform(ax.transAxes.transform((0, 1 / (1 - height) + 0.05)))[1])


def plain(value, _):
    return f"{value:g}"


def draw_series(ax, values, name, colour, line):
    """One curve; for copies (epochs, R) all of them thin, or a band, and the median thick."""
    dots = {"marker": "o", "markersize": 5} if len(values) <= 20 else {}
    if values.ndim == 2:
        epochs = np.arange(len(values))
        with warnings.catch_warnings():  # an epoch that no copy survived has no median
            warnings.simplefilter("ignore", RuntimeWarning)
            low, middle, high = np.nanpercentile(np.where(np.isfinite(values), values, np.nan), (10, 50, 90), axis=1)
        if values.shape[1] > FEW:
            ax.fill_between(epochs, low, high, color=colour, alpha=0.2, linewidth=0)
        else:
            ax.plot(values, color=colour, linestyle=line, linewidth=1.2, alpha=0.6)
        values, name = middle, f"{name}, median of {values.shape[1]}"
    ax.plot(values, color=colour, linestyle=line, linewidth=2.4, label=name, **dots)
