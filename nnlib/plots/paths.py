"""The way an optimizer walks downhill, drawn on the map of the function."""

import numpy as np

from ..checks import as_count, as_floats
from .points import frame
from .style import FAINT, INK, axes_for, colour, label, legend, line, marker, methods_of, pale
from .words import number, plural


def optimizer_paths(f, paths, ax=None, *, limits=None, minimum=None, levels=14):
    """Draw paths {label: array (steps + 1, 2)} on the contour lines of f(w1, w2); lighter is lower. Returns ax.

    f        takes two arrays of one shape and returns an array of that shape.
    limits   (w1 from, to, w2 from, to); None: a box around all points no higher than the highest start, so that a path
             that diverges leaves the picture.
    minimum  (w1, w2), drawn as a star.
    levels   how many contour lines; the bands between them have equal areas.

    Every path has its own line and marker, a method's those of ``style.METHODS``. It starts at the cross; its last point is large. ValueError if a path is not
    (steps + 1, 2), or f cannot take arrays.
    """
    paths = check_paths(f, paths)
    levels = as_count(levels, "levels")
    minimum = None if minimum is None else as_minimum(minimum)
    limits = map_limits(f, paths, limits, minimum)
    ax = axes_for(ax, (5.6, 4.4))
    draw_map(ax, f, limits, levels)
    for i, (name, path) in zip(methods_of(paths), paths.items()):
        end = last_exit(path, limits)
        path = path if end is None else path[: end + 1]
        look = {"color": colour(i), "linestyle": line(i), "marker": marker(i), "markeredgecolor": INK}
        ax.plot(*path.T, **look, linewidth=2, markersize=6, markeredgewidth=0.5, markevery=-(-len(path) // 25), label=name, zorder=3 + i)
        ax.plot(*path[-1], **look, markersize=12, zorder=30)
        ax.plot(*path[0], color=INK, marker="x", markersize=11, markeredgewidth=2.5, zorder=31)
    if minimum is not None:
        ax.plot(*minimum, color="white", marker="*", markersize=18, markeredgecolor=INK, linestyle="", label="minimum", zorder=32)
    ax.set(xlim=limits[:2], ylim=limits[2:])
    label(ax, x="$w_1$", y="$w_2$")
    legend(ax)
    return ax


def describe_optimizer_paths(f, paths, *, limits=None, minimum=None):
    """``optimizer_paths`` in one line: for each path the steps, f at start and end, and where it ends."""
    paths = check_paths(f, paths)
    limits = map_limits(f, paths, limits, None if minimum is None else as_minimum(minimum))
    parts = []
    for name, path in paths.items():
        end = last_exit(path, limits)
        first = height(f, path[:1])[0]
        if end is not None:
            parts.append(f"{name}: leaves the picture at step {end} of {len(path) - 1}, f starts at {number(first)}")
            continue
        last = height(f, path[-1:])[0]
        at = f"({path[-1, 0]:.2f}, {path[-1, 1]:.2f})".replace("-0.00", "0.00")
        parts.append(f"{name}: {plural(len(path) - 1, 'step')}, f {number(first)} -> {number(last)}, ends at {at}")
    return "; ".join(parts)


def as_minimum(minimum):
    point = as_floats(minimum, "minimum", advice="minimum=(0, 0)").ravel()
    if point.size != 2:
        raise ValueError(f"minimum is one point (w1, w2), got {minimum!r}: write minimum=(0, 0)")
    return point


def check_paths(f, paths):
    """The paths as float arrays, after a try of f; or a ValueError."""
    if not callable(f):
        raise ValueError(f"f must be a function f(w1, w2), got {type(f).__name__}: write lambda w1, w2: w1**2 + 10 * w2**2")
    if not isinstance(paths, dict) or not paths:
        raise ValueError(f"paths must be a dict label -> array (steps + 1, 2), got {type(paths).__name__}: write {{'SGD': path}}")
    arrays = {name: np.asarray(path, dtype=float) for name, path in paths.items()}
    for name, path in arrays.items():
        if path.ndim != 2 or path.shape[1] != 2 or len(path) == 0 or not np.isfinite(path[0]).all():
            raise ValueError(
                f"path {name!r} must hold a row (w1, w2) for each step, shape (steps + 1, 2), from a finite start, got shape {path.shape}"
            )
    two = np.array([path[0] for path in arrays.values()] * 2)
    if np.shape(f(*two.T)) != (len(two),):
        raise ValueError(
            f"f must take arrays w1, w2 and return one of their shape {(len(two),)}, got {np.shape(f(*two.T))}: use NumPy functions in f"
        )
    return arrays


def height(f, points):
    with np.errstate(all="ignore"):  # a path that diverges may be too far away for f
        return np.asarray(f(*points.T), dtype=float)


def map_limits(f, paths, limits, minimum):
    if limits is not None:
        return frame(None, limits)
    starts = np.array([path[0] for path in paths.values()])
    points = np.vstack(list(paths.values()))
    shown = points[height(f, points) <= height(f, starts).max()]
    shown = np.vstack([starts, shown] + ([] if minimum is None else [np.reshape(minimum, (1, 2))]))
    low, high = shown.min(axis=0), shown.max(axis=0)
    margin = np.maximum(0.15 * (high - low), 0.1 * (high - low).max())
    margin[margin == 0] = 1.0
    (a, c), (b, d) = low - margin, high + margin
    return float(a), float(b), float(c), float(d)


def last_exit(path, limits):
    """The step at which a path leaves the picture for good, or None if it ends inside."""
    inside = ((path >= limits[0::2]) & (path <= limits[1::2])).all(axis=1)
    return None if inside[-1] else len(path) - int(inside[::-1].argmax() if inside.any() else len(path))


def draw_map(ax, f, limits, levels):
    """Contour lines and grey bands; a function that is flat has none."""
    w1, w2 = np.linspace(*limits[:2], 160), np.linspace(*limits[2:], 160)
    F = height(f, np.stack(np.meshgrid(w1, w2), axis=-1).reshape(-1, 2)).reshape(160, 160)
    F = np.ma.masked_invalid(F)
    cuts = np.unique(np.quantile(F.compressed(), np.linspace(0, 1, levels + 2))) if F.count() else np.zeros(0)
    if len(cuts) < 3:
        return
    ax.contourf(w1, w2, F, levels=cuts, colors=[tuple(pale("#777777", 0.35 * i / len(cuts))) for i in range(len(cuts) - 1)], zorder=0)
    ax.contour(w1, w2, F, levels=cuts[1:-1], colors=FAINT, linewidths=0.7, zorder=1)
