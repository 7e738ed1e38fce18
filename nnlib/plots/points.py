"""Points of the plane with their classes: checked, framed and drawn the same way in every picture."""

import numpy as np

from ..checks import as_floats
from .style import FAINT, INK, colour, label, legend, marker


def plane_points(X):
    """X as floats (m, 2), or a ValueError."""
    X = as_floats(X, "X")
    if X.ndim != 2 or X.shape[1] != 2 or len(X) == 0:
        raise ValueError(
            f"this picture is drawn in the plane, so X must have shape (m, 2), got {X.shape}: choose two columns, such as X[:, :2]"
        )
    return X


def class_labels(y, m):
    """y as labels (m,), whether given as (m,), as (m, 1) or as one-hot rows (m, k)."""
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    elif y.ndim == 2 and y.dtype.kind in "biuf" and ((y == 0) | (y == 1)).all() and (y.sum(axis=1) == 1).all():
        y = y.argmax(axis=1)
    if y.shape != (m,):
        raise ValueError(
            f"y must hold one label for each of the {m} rows of X, shape ({m},), got shape {y.shape}: look at X.shape and y.shape"
        )
    if y.dtype.kind == "f" and not (y == np.round(y)).all():
        raise ValueError(
            f"this picture shows classes, but y holds numbers such as {y[y != np.round(y)][0]:g}: leave y out, or write y > 0.5"
        )
    return y.astype(int) if y.dtype.kind in "bf" else y


def frame(X, limits, pad=0.1):
    """(x1 from, x1 to, x2 from, x2 to): the limits given, or the box of the points with a tenth of it around."""
    if limits is None:
        if X is None:
            raise ValueError("without points the picture needs its limits: write limits=(-1, 1, -1, 1), that is x1 from, to, x2 from, to")
        low, high = X.min(axis=0), X.max(axis=0)
        margin = np.where(high > low, pad * (high - low), 1.0)
        (a, c), (b, d) = low - margin, high + margin
    else:
        values = as_floats(limits, "limits", advice="limits=(-1, 1, -1, 1)").ravel()
        if values.size != 4 or not np.isfinite(values).all() or values[0] >= values[1] or values[2] >= values[3]:
            raise ValueError(
                f"limits are x1 from, x1 to, x2 from, x2 to, each from below its to, got {limits!r}: write limits=(-1, 1, -1, 1)"
            )
        a, b, c, d = values
    return float(a), float(b), float(c), float(d)


def draw_frame(ax, limits, scale=1.0):
    """Fix the axes to the limits, with equal units on both where the picture does not become a sliver."""
    a, b, c, d = limits
    ax.set(xlim=(a, b), ylim=(c, d))
    ax.set_aspect("equal" if 1 / 3 < (b - a) / (d - c) < 3 else "auto")
    label(ax, x="$x_1$", y="$x_2$", scale=scale)


def draw_points(ax, X, y, classes, names=True, scale=1.0):
    """Each class in its own colour and marker, or all points in grey if there are no labels."""
    style = {"s": 34 * scale**2, "linewidths": 0.7 * scale, "edgecolors": INK, "zorder": 3}
    if y is None:
        ax.scatter(*X.T, color=FAINT, **style)
        return
    for k, name in enumerate(classes):
        ax.scatter(*X[y == name].T, color=colour(k), marker=marker(k), label=f"class {name}", **style)
    if names:
        legend(ax, beside=True, loc="upper right" if len(X) > 1000 else "best")
