"""Where the units of the first layer switch: each is a straight line in the plane, w . x + b = 0."""

import itertools
from dataclasses import dataclass

import numpy as np

from ..activations import Identity
from ..layers import BatchNorm, Dense, Dropout
from .answers import own_copy
from .boundaries import compute_field, draw_boundary
from .points import class_labels, draw_frame, draw_points, frame, plane_points
from .style import INK, axes_for, label
from .words import plural

NUMBERED = 12  # with more units the numbers would hide the lines
ROOM = 0.07  # of the frame, from a number to what is next to it


@dataclass
class Hinges:
    """The data of the picture: z_j = X W[:, j] + b[j], the line of each unit inside the frame (or None), and which
    units are active."""

    W: np.ndarray
    b: np.ndarray
    ends: list
    always_on: np.ndarray
    dead: np.ndarray
    limits: tuple


def hinge_lines(net, X, y=None, ax=None, *, boundary=False, limits=None, legend=True):
    """Draw where each first-layer unit's pre-activation is zero; the arrow points to the side where it is active.

    boundary  draw the network's decision boundary underneath.
    limits    (x1 from, to, x2 from, to); None: the box of the points and a tenth of it around.
    legend    with a boundary: name the classes in the field, off the lines and the numbers, or beside it if there is no room.

    Up to twelve units are numbered. A layer between the first Dense and its activation (BatchNorm) is included: what
    is drawn is the kink of the first activation, in evaluation mode. Raises ValueError unless the network has 2 inputs.
    """
    hinges, X, y = compute_hinges(net, X, y, limits)
    ax = axes_for(ax)
    low, spans = np.array(hinges.limits[0::2]), np.array([hinges.limits[1] - hinges.limits[0], hinges.limits[3] - hinges.limits[2]])
    taken = (X - low) / spans  # in the way of a number: the points, and the numbers before it
    for j, ends in enumerate(hinges.ends):
        if ends is not None:
            number = str(j) if len(hinges.ends) <= NUMBERED else None
            taken = np.vstack([taken, draw_hinge(ax, ends, hinges.W[:, j], low, spans, taken, number)])
    if boundary:
        along, plate = np.linspace(0, 1, 100)[:, None], 0.035 * spans * np.array([[-1, 0], [1, 0], [0, -1], [0, 1]])
        lines = [(1 - along) * ends[0] + along * ends[1] for ends in hinges.ends if ends is not None]
        plates = (low + spans * taken[len(X) :])[:, None] + plate  # the rim of each number
        draw_boundary(ax, compute_field(net, X, y, 200, hinges.limits, None), legend, taken=np.vstack([*lines, plates.reshape(-1, 2)]))
    else:
        draw_points(ax, X, y, [] if y is None else np.unique(y))
        draw_frame(ax, hinges.limits)
    crossing = sum(ends is not None for ends in hinges.ends)
    label(ax, title=f"{crossing} of {plural(len(hinges.ends), 'unit')} {'switches' if crossing == 1 else 'switch'} in this picture")
    return ax


def describe_hinge_lines(net, X, y=None, *, limits=None):
    """``hinge_lines`` in one line: how many lines cross the picture, how many units are always on or dead on the
    points."""
    hinges, X, _ = compute_hinges(net, X, y, limits)
    crossing = sum(ends is not None for ends in hinges.ends)
    return (
        f"{plural(len(hinges.ends), 'first-layer unit')}: {crossing} with a line across the picture; "
        f"on the {plural(len(X), 'point')} {hinges.always_on.sum()} always on, {hinges.dead.sum()} dead"
    )


def compute_hinges(net, X, y, limits):
    X = plane_points(X)
    y = None if y is None else class_labels(y, len(X))
    net = own_copy(net, "hinge_lines")
    if net._n_in != 2:
        raise ValueError(f"hinge_lines draws in the plane, so the network needs 2 inputs, this one takes {net._n_in}")
    straight = list(itertools.takewhile(lambda layer: isinstance(layer, (Dense, BatchNorm, Dropout, Identity)), net.layers))
    if not any(isinstance(layer, Dense) for layer in straight):
        raise ValueError(f"hinge_lines needs a Dense layer before the first activation, this network starts with {net.layers[0]}")

    def pre_activation(A):
        A = A.astype(net._dtype)
        for layer in straight:
            A = layer.forward(A, False)
        return A

    b = pre_activation(np.zeros((1, 2)))  # a chain of affine maps is one: z(0) = b, z(e_i) - b = row i of W
    W = pre_activation(np.eye(2)) - b
    limits = frame(X, limits)
    active = pre_activation(X) > 0
    ends = [segment(W[:, j], b[0, j], limits) for j in range(W.shape[1])]
    return Hinges(W, b[0], ends, active.all(axis=0), ~active.any(axis=0), limits), X, y


def segment(w, b, limits):
    """The part of the line w . x + b = 0 inside the frame, two points (2, 2), or None: Liang & Barsky's clipping
    (1984)."""
    if not np.any(w):
        return None
    start, along = -b * w / (w @ w), np.array([-w[1], w[0]])
    low, high = np.array(limits[0::2]), np.array(limits[1::2])
    first, last = -np.inf, np.inf
    for x, d, a, z in zip(start, along, low, high):
        if d == 0:
            if not a <= x <= z:
                return None
            continue
        first, last = max(first, min((a - x) / d, (z - x) / d)), min(last, max((a - x) / d, (z - x) / d))
    return None if first >= last else start + np.outer([first, last], along)


def draw_hinge(ax, ends, w, low, spans, taken, number):
    """One line, and an arrow with the unit's number where most room is, near an end if there is enough. Returns the places it takes."""
    ax.plot(*ends.T, color=INK, linewidth=1.5, linestyle=(0, (6, 2)), zorder=4)
    towards = w * spans**2  # at a right angle to the line as it is seen, also with unequal axes
    towards = towards / np.linalg.norm(towards / spans)
    share = np.array([0.15, 0.85, *np.linspace(0.04, 0.96, 47)])[:, None]  # of the way from end to end
    places = (1 - share) * ends[0] + share * ends[1]
    texts = (places + 0.09 * towards - low) / spans
    room = np.minimum(np.linalg.norm(texts[:, None] - taken, axis=-1).min(axis=1), np.minimum(texts, 1 - texts).min(axis=1) + ROOM - 0.04)
    best = (np.minimum(room, ROOM)).argmax()  # of those with room enough the first
    at = places[best]
    tip, text = at + 0.06 * towards, at + 0.09 * towards
    ax.annotate("", tip, at, arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.8, "shrinkA": 0, "shrinkB": 0}, zorder=5)
    if number is None:
        return np.zeros((0, 2))
    plate = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": INK, "linewidth": 0.8, "alpha": 0.9}
    ax.text(*text, number, fontsize=10, ha="center", va="center", bbox=plate, zorder=6, clip_on=True)
    return np.stack([texts[best], (tip - low) / spans])
