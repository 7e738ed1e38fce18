"""Which class a model sees in each place of the plane, how sure it is, and where it changes its mind."""

from dataclasses import dataclass

import numpy as np

from . import style
from .answers import Answer, ask
from .points import class_labels, draw_frame, draw_points, frame, plane_points
from .style import INK, axes_for, label
from .words import percent


@dataclass
class Field:
    """The data of the picture: the model's answers on a grid of the plane and on the points themselves."""

    X: np.ndarray
    y: np.ndarray
    x1: np.ndarray
    x2: np.ndarray
    limits: tuple
    grid: Answer
    at_points: np.ndarray  # rows of P at the points
    accuracy: float


def decision_boundary(model, X=None, y=None, ax=None, *, resolution=200, limits=None, threshold=None, legend=True):
    """Draw the class a model sees everywhere in the plane: deeper colour is surer, the dark line is where it changes.

    model       a Network, any object with predict_proba or predict, or a function f(X). Probabilities and scores (m, k)
                give the largest column. One number per point is read as the probability of the second class if it lies
                in 0..1, else as a score (a logit). Values of a regression are compared with the middle of the two
                labels.
    X, y        points (m, 2) and labels (m,), both optional: without X give ``limits``.
    resolution  grid points along each axis.
    limits      (x1 from, to, x2 from, to); None: the box of the points and a tenth of it around.
    threshold   the number above which the second of two classes is predicted; None: as above (0.5 for probabilities).
    legend      name the classes: in the field, or beside it where the points leave no room for a name.

    Raises ValueError if X is not (m, 2), labels do not fit the model, or the model is a stack of copies.
    """
    field = compute_field(model, X, y, resolution, limits, threshold)
    return draw_boundary(axes_for(ax), field, legend)


def describe_decision_boundary(model, X=None, y=None, *, resolution=200, limits=None, threshold=None):
    """``decision_boundary`` in one line: accuracy, each class's share of the area, how sure the model is."""
    field = compute_field(model, X, y, resolution, limits, threshold)
    winner = field.grid.margin.argmax(axis=1)
    parts = [] if field.y is None else [f"accuracy {percent(field.accuracy)} of {len(field.y)} points"]
    areas = [f"class {name} {percent(np.mean(winner == k))}" for k, name in enumerate(field.grid.classes)]
    parts.append("area: " + ", ".join(areas))
    if field.grid.has_probabilities:
        sure = f"mean confidence {percent(field.grid.P.max(axis=1).mean())} over the area"
        parts.append(sure + ("" if field.X is None else f", {percent(field.at_points.max(axis=1).mean())} at the points"))
    return "; ".join(parts)


def compute_field(model, X, y, resolution, limits, threshold):
    if not isinstance(resolution, (int, np.integer)) or resolution < 2:
        raise ValueError(f"resolution is the number of grid points along each axis, 2 or more, got {resolution!r}: write resolution=200")
    if X is None and y is not None:
        raise ValueError("labels y were given without points X: write decision_boundary(model, X, y)")
    X = None if X is None else plane_points(X)
    y = None if y is None else class_labels(y, len(X))
    limits = frame(X, limits)
    x1, x2 = np.linspace(*limits[:2], resolution), np.linspace(*limits[2:], resolution)
    plane = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    m = len(plane)
    answer = ask(model, plane if X is None else np.vstack([plane, X]), y, threshold)  # all at once: one reading of the numbers
    grid = Answer(answer.P[:m], answer.margin[:m], answer.classes, answer.has_probabilities)
    right = np.nan if y is None else np.mean(answer.classes[answer.margin[m:].argmax(axis=1)] == y)
    return Field(X, y, x1, x2, limits, grid, answer.P[m:], float(right))


def draw_boundary(ax, field, legend=True, scale=1.0, taken=()):
    """The whole picture on ax; ``scale`` below 1 makes text and points smaller, ``taken`` are more places (n, 2) where no name may stand."""
    shade(ax, field)
    draw_frame(ax, field.limits, scale)
    if field.X is not None:
        named = legend and field.y is not None and name_classes(ax, field, taken)
        draw_points(ax, field.X, field.y, field.grid.classes, legend and not named, scale)
    if field.y is not None:
        label(ax, title=f"accuracy {percent(field.accuracy)}", scale=scale)
    return ax


def name_classes(ax, field, taken=()):
    """Write each class's name where the model predicts it, free of points, boundaries and what is ``taken``; False if one has no such place."""
    a, b, c, d = field.limits
    size = np.array([0.11 * (b - a), 0.055 * (d - c)])  # half a name's box, with room around it
    plane = np.stack(np.meshgrid(field.x1, field.x2), axis=-1).reshape(-1, 2)
    some = np.unique(np.linspace(0, len(field.x1) - 1, 40).astype(int))
    some = (some[:, None] * len(field.x1) + some).ravel()  # every place of a coarser grid
    plane, winner = plane[some], field.grid.margin[some].argmax(axis=1)
    inside = (np.minimum(plane - [a, c], [b, d] - plane) > size).all(axis=1)
    found = []
    for k in range(len(field.grid.classes)):
        places = plane[inside & (winner == k)]
        others = np.vstack([field.X, plane[winner != k], np.reshape(taken, (-1, 2))])
        room = [np.min(np.max(np.abs(others - place) / size, axis=1)) for place in places]
        if not room or max(room) < 1:
            return False
        found.append(places[np.argmax(room)])
    for place, name in zip(found, field.grid.classes):
        ax.text(*place, f"class {name}", color=INK, fontsize=style.LABEL, fontweight="bold", ha="center", va="center", zorder=4)
    return True


def shade(ax, field):
    """Shade the plane in pale class colours, white where all classes are equally likely, and draw the boundaries."""
    grid, k = field.grid, len(field.grid.classes)
    winner = grid.margin.argmax(axis=1)
    image = style.shade(grid.P, winner)
    a, b, c, d = field.limits
    half1, half2 = (field.x1[1] - a) / 2, (field.x2[1] - c) / 2  # pixels lie around the grid points
    shape = (len(field.x2), len(field.x1), 3)
    ax.imshow(image.reshape(shape), extent=(a - half1, b + half1, c - half2, d + half2), origin="lower", aspect="auto", zorder=0)
    for margin in grid.margin.T[:1] if k == 2 else grid.margin.T:
        if margin.min() < 0 < margin.max():  # a class that wins everywhere or nowhere has no boundary
            ax.contour(field.x1, field.x2, margin.reshape(shape[:2]), levels=[0.0], colors=INK, linewidths=2, zorder=2)
