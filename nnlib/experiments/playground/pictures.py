"""The pictures of the playground: network, boundary, warped plane, curves. Each takes a Session."""

import functools

import numpy as np

from ...activations import sigmoid, softmax
from ...losses import MeanSquaredError
from ...plots import style
from ..frame.pictures import Axes, contour, quiet, shade_classes
from .data import DRAWN, SHOWN, features
from .session import EDGE, EXTENT

LOOK = style.SIGNED(np.linspace(0, 1, 256), bytes=True)  # blue below 0, white, orange above
LEVELS = np.linspace(0, 1, 256)
TWO_CLASSES = np.round(255 * style.shade(np.column_stack([1 - LEVELS, LEVELS]))).astype(np.uint8)
TWO_CLASSES = np.column_stack([TWO_CLASSES, np.full(256, 255, np.uint8)])
WIDTHS, EDGES = (0.5, 1.0, 1.7, 2.6, 3.8, 5.5, 7.5), (0.1, 0.3, 0.6, 1.0, 1.8, 3.5)
WIDE, HIGH = 500, 330  # the network's drawing, in its own units


def signed_pixels(values, largest):
    """Values as pixels; a quick ``shade_signed``."""
    with quiet():
        return LOOK.take(np.nan_to_num(127.5 + 127.5 * np.clip(values / largest, -1, 1)).astype(np.uint8), axis=0)


@functools.lru_cache(maxsize=8)
def places(sizes):
    """The places of each layer's maps, (x, tops, size) for each; and the ends (x0, y0, x1, y1) of the lines
    between them, (weights, 4)."""
    size = min(50.0, 0.62 * (WIDE - 60) / len(sizes), (HIGH - 30) / (1.25 * max(sizes)))
    columns = []
    for x, n in zip(np.linspace(60, WIDE - size - 6, len(sizes)), sizes):
        pitch = min(1.45 * size, (HIGH - 24 - size) / max(1, n - 1)) if n > 1 else 0
        top = HIGH - 22 - (HIGH - 24 - size - pitch * (n - 1)) / 2
        columns.append((x, top - pitch * np.arange(n), size))
    ends = []
    for (x, tops, _), (x_next, tops_next, _) in zip(columns, columns[1:]):
        y0, y1 = (part.ravel() - size / 2 for part in np.meshgrid(tops, tops_next, indexing="ij"))
        ends.append(np.column_stack([np.full(len(y0), x + size), y0, np.full(len(y0), x_next), y1]))
    return columns, np.concatenate(ends)


def network_panel(session, units, logits):
    """Each unit's map, joined by lines as wide as the weights; orange is positive, blue negative."""
    title = f"{'-'.join(map(str, session.sizes))} network, {session.net.theta.size} parameters"
    axes = Axes(title, "", "", xlim=(0, WIDE), ylim=(0, HIGH), square=True, xticks=[], yticks=[])
    columns, ends = places(tuple(session.sizes))
    weights = np.concatenate([layer.W.ravel() for layer in session.dense])
    level = np.where(np.abs(weights) > 0.02, np.sign(weights) * (1 + np.searchsorted(EDGES, np.abs(weights))), 0)
    gap = np.full((len(ends), 1), np.nan)
    x, y = np.hstack([ends[:, ::2], gap]), np.hstack([ends[:, 1::2], gap])
    for k in np.unique(level[level != 0]):  # lines of one width and colour together
        at = level == k
        axes.line(x[at], y[at], style.ORANGE if k > 0 else style.BLUE, width=WIDTHS[int(abs(k)) - 1])
    skip = max(1, session.pixels // (33 if sum(session.sizes) <= 24 else 20))
    few = slice(skip // 2, None, skip)
    maps = [values.reshape(session.pixels, session.pixels, -1)[few, few] for values in (session.plane, *units, logits)]
    maps = np.concatenate(maps, axis=-1).transpose(2, 0, 1)
    largest = np.maximum(np.nan_to_num(np.abs(maps)).max(axis=(1, 2), keepdims=True), 1e-12)
    axes.field(signed_pixels(maps, largest), [(x, x + size, top - size, top) for x, tops, size in columns for top in tops])
    for name, top in zip(session.names, columns[0][1]):
        axes.text(28, top - columns[0][2] / 2, SHOWN[name])
    for (x, tops, size), mask in zip(columns[1:], session.constant_units()):
        if mask.any():
            axes.points(np.full(mask.sum(), x + size / 2), tops[mask] - size / 2, 4, marker="X", size=5)
    return axes


def boundary_panel(session, logits, held=None, *, hard=False, test=False):
    """The network's answer over the plane, with the training data; with ``test`` also the test data, small.

    ``hard``: no shades between.
    """
    pixels = session.pixels
    axes = Axes("The network's answer", "x1", "x2", xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), square=True)
    Z = logits.reshape(pixels, pixels, -1)
    if session.classes is None:
        axes.field(signed_pixels(np.sign(Z[..., 0]) if hard else Z[..., 0], 1.0), EXTENT)
    elif session.classes == 2:
        P = Z[..., 0] > 0 if hard else sigmoid(Z[..., 0])
        axes.field(TWO_CLASSES.take((255 * P).astype(np.uint8), axis=0), EXTENT)  # five times as fast as TWO_CLASSES[...]
        axes.line(*contour(Z[..., 0], EXTENT, 0.0), "#000000", width=2)  # on the pale field in every theme
    else:
        axes.field(shade_classes(np.eye(session.classes)[Z.argmax(axis=-1)] if hard else softmax(Z)), EXTENT)
    if held is not None:
        ghost(axes.line(*held, width=2))
    if test and session.split:
        add_points(axes, session, session.at_test, session.y_test, 1.8)
    add_points(axes, session, session.at, session.y)
    if session.settings.data == DRAWN and not session.settings.points:
        axes.text(0, 0, "draw points here")
    return axes


def ghost(axes):
    """Let the last mark be one of the run that is held: grey and dotted."""
    axes.marks[-1]["ghost"] = True


def add_points(axes, session, at, y, size=3.2):
    """Data as markers, by class; for regression blue and orange by height."""
    if session.settings.data == DRAWN and not session.settings.points:
        return
    if session.classes is None:
        level = np.clip(np.floor(2.5 * (y[:, 0] + 1)), 0, 4).astype(int)
        for k, mark in enumerate("vvo^^"):
            colour = "#{:02X}{:02X}{:02X}".format(*LOOK[min(255, 25 + 51 * k)][:3])
            axes.points(*at[level == k].T, colour, marker=mark, size=size)
        return
    for label in range(session.classes):
        axes.points(*at[y == label].T, label, size=size)


def warp_panel(session):
    """The plane as the last hidden layer sees it: a grid of lines and the training data, in its two main directions."""
    axes = Axes("As the last hidden layer sees it", "main direction 1", "main direction 2")
    net, stop = session.net, (session.unit_ends[-1] + 1 if session.unit_ends else 0)
    along, across = np.linspace(-1, 1, 41), np.linspace(-1, 1, 13)
    lines = np.concatenate(
        [np.column_stack([along, np.full(41, c)]) for c in across] + [np.column_stack([np.full(41, c), along]) for c in across]
    )
    with quiet():
        seen = np.nan_to_num(net._forward(session.X, False, 0, stop))
        warped = np.nan_to_num(net._forward(features(lines, session.names), False, 0, stop))
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
    add_points(axes, session, seen, session.y)
    return axes


def nearest_weight(session, x, y):
    """The weight whose line, or whose unit's map (its bias), is nearest to a point of the network's drawing: (layer,
    from, to), from 1."""
    columns, ends = places(tuple(session.sizes))
    for layer, (left, tops, size) in enumerate(columns[1:], 1):
        inside = (left <= x <= left + size) & (tops - size <= y) & (y <= tops)
        if inside.any():
            return layer, 0, int(inside.argmax()) + 1
    start, along = ends[:, :2], ends[:, 2:] - ends[:, :2]
    share = np.clip((([x, y] - start) * along).sum(axis=1) / (along**2).sum(axis=1), 0, 1)
    far = np.hypot(*(start + share[:, None] * along - [x, y]).T)
    index, layer = int(far.argmin()), 1
    for n_in, n_out in zip(session.sizes, session.sizes[1:]):
        if index < n_in * n_out:
            return layer, index // n_out + 1, index % n_out + 1
        index, layer = index - n_in * n_out, layer + 1


def decades(values):
    """Whole powers of ten around the positive values, at least two apart."""
    values = np.asarray(values)[np.isfinite(values) & (np.asarray(values) > 0)]
    if not len(values):
        return 1e-4, 1.0
    low, high = np.floor(np.log10(values.min())), np.ceil(np.log10(values.max()))
    return 10.0 ** max(low - (high - low < 2), -300), 10.0 ** min(max(high, low + 1), 300)


def curves_panels(session, held=None):
    """Loss curves; gradient and update of each layer."""
    rows = np.array([*session.rows, (session.epoch + session.steps_in_epoch / session.per_epoch, *session.losses())]).T
    mean = "squared error" if isinstance(session.net.loss, MeanSquaredError) else "cross-entropy"
    far = max(10.0, rows[0, -1], 0 if held is None else held[0, -1])
    everything = np.concatenate([rows[1], rows[2], [] if held is None else held[1], [] if held is None else held[2]])
    curve = Axes("Loss", "epoch", mean, xlim=(0, far), ylim=decades(everything), ylog=True)
    if held is not None:
        ghost(curve.line(held[0], held[1], label="held"))
        ghost(curve.line(held[0], held[2]))
    curve.line(rows[0], rows[1], 0, label="training")
    if session.split:
        curve.line(rows[0], rows[2], style.RED, label="test", dash=True)
    norms, ratios = session.gradients()
    at = np.arange(1, len(norms) + 1)
    axes = {"xlim": (0.5, len(norms) + 0.5), "xticks": [(int(i), str(i)) for i in at], "ylog": True}
    size = Axes("Length of the gradient", "layer", "|dW|", ylim=decades(norms), **axes)
    size.line(at, norms, 2).points(at, norms, 2, marker="s")
    ratio = Axes("Last update over weights", "layer", "|change of W| / |W|", ylim=decades([*ratios, 1e-3]), **axes)
    ratio.line([0.5, len(norms) + 0.5], [1e-3, 1e-3], "#888888", width=1, label="1e-3, a usual size")
    ratio.line(at, ratios, 3).points(at, ratios, 3, marker="D")
    return curve, size, ratio


def zero_line(session, logits):
    """Where the two classes meet, to be held; nothing for other data."""
    if session.classes != 2:
        return None
    return contour(logits.reshape(session.pixels, session.pixels), EXTENT, 0.0)
