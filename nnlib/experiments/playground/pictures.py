"""The pictures of the playground: data sets, network, boundary, warped plane, curves. All but the first take a Session."""

import functools
import itertools

import numpy as np

from ...activations import sigmoid, softmax
from ...losses import MeanSquaredError
from ...plots import style
from ..frame.pictures import Axes, contour, quiet, shade_classes
from .data import DATA, DRAWN, FEATURES, REGRESSION, Settings, features, raw_points
from .session import EDGE, EXTENT, rounded

BLUE, FRAME = style.BLUE, "#999999"

LOOK = style.SIGNED(np.linspace(0, 1, 256), bytes=True)  # blue below 0, white, orange above
PALE = 255 - (style.STRENGTH * (255 - LOOK.astype(float))).astype(np.uint8)  # the same behind points, whose dark edges stand out on it
PALE[:, 3] = 255
LEVELS = np.linspace(0, 1, 256)
TWO_CLASSES = np.round(255 * style.shade(np.column_stack([1 - LEVELS, LEVELS]))).astype(np.uint8)
TWO_CLASSES = np.column_stack([TWO_CLASSES, np.full(256, 255, np.uint8)])
WIDTHS, EDGES = (0.5, 1.0, 1.7, 2.6, 3.8, 5.5, 7.5), (0.1, 0.3, 0.6, 1.0, 1.8, 3.5)
ROOM = 50  # between two layers, where lines have these widths; with less they are narrower, at most by half
WIDE, HIGH, TOP = 450, 340, 272  # the network's drawing, in its own units, at its narrowest; the buttons of the layers stand above TOP
PITCH, INPUT_LEFT, INPUT_SIZE = TOP / len(FEATURES), 64, 32
FEATURE_TOPS = TOP - 3 - PITCH * np.arange(len(FEATURES))
FEW = 50  # points of a small picture of a data set
THUMB_COLUMNS, THUMB_ROWS = 3, 4


@functools.lru_cache(maxsize=1)
def thumb_points():
    """A few points of each data set, (X, y, classes) by its name; the drawn one has none."""
    found = {}
    for name in (*DATA, *REGRESSION):
        X, y, _ = raw_points(Settings(data=name))
        few = np.random.default_rng(0).permutation(len(X))[:FEW]
        found[name] = X[few], y[few], None if name in REGRESSION else int(y.max()) + 1
    return found


def data_panel(chosen):
    """All data sets, small; the chosen one in a frame."""
    axes = Axes("Data", xlim=(0, THUMB_COLUMNS), ylim=(0, THUMB_ROWS), square=True, xticks=[], yticks=[])
    for i, name in enumerate((*DATA, *REGRESSION, DRAWN)):
        x, y = i % THUMB_COLUMNS + 0.5, THUMB_ROWS - i // THUMB_COLUMNS - 0.5
        here = name == chosen
        axes.line(*square(x - 0.45, y - 0.45, 0.9), BLUE if here else FRAME, width=3 if here else 1)
        if name == DRAWN:
            axes.text(x, y, "draw")
        else:
            X, labels, classes = thumb_points()[name]
            add_points(axes, np.clip(X, -1.2, 1.2) * 0.33 + [x, y], labels, classes, 1.7)
    return axes


def data_at(x, y):
    """The name of the data set whose small picture is there."""
    names, place = (*DATA, *REGRESSION, DRAWN), int(THUMB_ROWS - np.ceil(y)) * THUMB_COLUMNS + int(x)
    return names[min(max(place, 0), len(names) - 1)]


def square(left, bottom, size):
    return np.array([0, 1, 1, 0, 0]) * size + left, np.array([0, 0, 1, 1, 0]) * size + bottom


def signed_pixels(values, largest, look=LOOK):
    """Values as pixels; a quick ``shade_signed``."""
    with quiet():
        level = 127.5 + 127.5 * np.clip(values / largest, -1, 1)
        level[np.isnan(level)] = 0
        return look.take(level.astype(np.uint8), axis=0)


def wide_for(pixels):
    """How wide the drawing can be on a canvas of so many CSS pixels, on which HIGH takes 324; in tens, as a page is pulled wider pixel by
    pixel."""
    share = 0.62 if pixels >= 560 else 1.0  # else canvas.js gives the network a row of its own
    return max(WIDE, 10 * int((share * pixels - 18) * HIGH / 3240))


@functools.lru_cache(maxsize=8)
def places(names, sizes, wide=WIDE):
    """Where the maps of each layer stand, (x, tops, size) for each, for the features ``names`` and the sizes of the other
    layers; and the ends (x0, y0, x1, y1) of the lines between them, (weights, 4), which arrive spread over a side."""
    begin = INPUT_LEFT + INPUT_SIZE
    size = min(40.0, 0.5 * (wide - begin) / len(sizes), TOP / (1.2 * max(sizes)))
    columns = [(INPUT_LEFT, FEATURE_TOPS[[list(FEATURES).index(name) for name in names]], INPUT_SIZE)]
    for x, n in zip(np.linspace(begin - size, wide - size - 4, len(sizes) + 1)[1:], sizes):
        pitch = min(54.0, (TOP - 4 - size) / max(1, n - 1)) if n > 1 else 0
        columns.append((x, TOP - (TOP - size - pitch * (n - 1)) / 2 - pitch * np.arange(n), size))
    ends = []
    for (x, tops, before), (x_next, tops_next, after) in zip(columns, columns[1:]):
        spread = after * 0.6 * (0.5 - (np.arange(len(tops)) + 0.5) / len(tops))
        y0, y1 = (part.ravel() for part in np.meshgrid(tops - before / 2, tops_next - after / 2, indexing="ij"))
        ends.append(np.column_stack([np.full(len(y0), x + before), y0, np.full(len(y0), x_next), y1 + np.repeat(spread, len(tops_next))]))
    return columns, np.concatenate(ends)


@functools.lru_cache(maxsize=8)
def squares(names, sizes, wide):
    """(left, right, bottom, top) of each map, (maps, 4)."""
    return np.array([(x, x + size, top - size, top) for x, tops, size in places(names, sizes, wide)[0] for top in tops])


@functools.lru_cache(maxsize=8)
def with_gaps(names, sizes, wide):
    """x and y of the lines, (weights, 3): begin, end and a gap."""
    ends = places(names, sizes, wide)[1]
    gap = np.full((len(ends), 1), np.nan)
    return np.hstack([ends[:, ::2], gap]), np.hstack([ends[:, 1::2], gap])


@functools.lru_cache(maxsize=8)
def frames(names):
    """x and y of the empty frames of the features that are not among ``names``."""
    off = FEATURE_TOPS[[name not in names for name in FEATURES]]
    sides = [np.append(side, np.nan) for top in off for side in square(INPUT_LEFT, top - INPUT_SIZE, INPUT_SIZE)]
    return np.concatenate(sides[::2]), np.concatenate(sides[1::2])


def places_of(session, wide=WIDE):
    return places(tuple(session.names), tuple(session.sizes[1:]), wide)


@functools.lru_cache(maxsize=8)
def weight_names(sizes):
    """(layer, from, to) of every line of the drawing, (weights, 3), counted from 1; ``sizes`` begin with the features."""
    return np.array(
        [
            (layer, row, column)
            for layer, (n_in, n_out) in enumerate(itertools.pairwise(sizes), 1)
            for row in range(1, n_in + 1)
            for column in range(1, n_out + 1)
        ]
    )


def touching(session, kind, *at):
    """Which lines of the drawing are meant: a weight's own (none for a bias), or all that lead to a unit or from it."""
    names = weight_names(tuple(session.sizes))
    if kind == "weight":
        return (names == at).all(axis=1)
    layer, k = at
    return (names[:, ::2] == (layer, k)).all(axis=1) | (names[:, :2] == (layer + 1, k)).all(axis=1)


def network_panel(session, units, logits, under=None, wide=WIDE):
    """Each unit's map, joined by lines as wide as the weights; orange is positive, blue negative.

    ``under``: what the pointer is at, as ``thing_at`` says it; it is marked, and of a unit only its own lines keep their colour.
    """
    name = (
        "-".join(map(str, session.sizes)) if len(session.sizes) < 9 else f"{len(session.sizes)}-layer"
    )  # the buttons for layers stand beside it
    title = f"{name} network, {session.net.theta.size} parameters"
    axes = Axes(title, "", "", xlim=(0, wide), ylim=(0, HIGH), square=True, xticks=[], yticks=[])
    columns, _ = places_of(session, wide)
    weights = np.concatenate([layer.W.ravel() for layer in session.dense])
    level = np.where(np.abs(weights) > 0.02, np.sign(weights) * (1 + np.searchsorted(EDGES, np.abs(weights))), 0)
    x, y = with_gaps(tuple(session.names), tuple(session.sizes[1:]), wide)
    if under is not None and under[0] == "weight":
        at = touching(session, *under)
        axes.line(x[at].ravel(), y[at].ravel(), "ink", width=10, curved=True)
    elif under is not None and under[0] == "unit":
        at = ~touching(session, *under) & (level != 0)
        axes.line(x[at], y[at], FRAME, width=0.5, curved=True)
        level = np.where(at, 0, level)
    room = min(1.0, max(0.5, (columns[-1][0] - columns[-2][0] - columns[-1][2]) / ROOM))
    for k in sorted({*level.tolist()} - {0}, key=abs, reverse=True):  # of one width and colour together, the thin ones on top
        at = level == k
        axes.line(x[at], y[at], style.ORANGE if k > 0 else style.BLUE, width=room * WIDTHS[int(abs(k)) - 1], curved=True)
    skip = max(1, session.pixels // (33 if sum(session.sizes) <= 24 else 20))
    few = slice(skip // 2, None, skip)
    maps = [values.reshape(session.pixels, session.pixels, -1)[few, few] for values in (session.plane, *units, logits)]
    maps = np.concatenate(maps, axis=-1).transpose(2, 0, 1)
    largest = np.maximum(np.nan_to_num(np.abs(maps)).max(axis=(1, 2), keepdims=True), 1e-12)
    axes.field(signed_pixels(maps, largest), squares(tuple(session.names), tuple(session.sizes[1:]), wide), edge=True)
    if under is not None and under[0] == "unit":
        x, tops, size = columns[under[1]]
        axes.line(*square(x - 2, tops[under[2] - 1] - size - 2, size + 4), "ink", width=3)
    if len(session.names) < len(FEATURES):
        axes.line(*frames(tuple(session.names)), FRAME, width=1)
    for (x, tops, size), mask in zip(columns[1:], session.constant_units()):
        if mask.any():
            axes.points(np.full(mask.sum(), x + size / 2), tops[mask] - size / 2, 4, marker="X", size=5)
    axes.text((INPUT_LEFT + INPUT_SIZE) / 2, TOP + 13, "features", colour=style.FAINT)
    if len(session.hidden) <= 6:  # else the buttons of the last layer stand there
        axes.text(min(columns[-1][0] + columns[-1][2] / 2, wide - 28), TOP + 13, "output", colour=style.FAINT)
    axes.anchors = [(INPUT_LEFT - 34, top - INPUT_SIZE / 2) for top in FEATURE_TOPS]
    axes.anchors += [(x + size / 2, (TOP + HIGH) / 2) for x, _, size in columns[1:-1]] + [(wide - 80, HIGH + 17)]
    return axes


def thing_at(session, x, y, wide=WIDE, reach=7):
    """What is drawn at a point of the network: ("unit", layer, number), layer 0 the features; ("feature", name) for one
    that is switched off; ("weight", layer, from, to) for a line within ``reach``; or None. All counted from 1."""
    columns, ends = places_of(session, wide)
    for layer, (left, tops, size) in enumerate(columns):
        inside = (left <= x <= left + size) & (tops - size <= y) & (y <= tops)
        if inside.any():
            return "unit", layer, int(inside.argmax()) + 1
    if x < INPUT_LEFT + INPUT_SIZE:
        off = np.flatnonzero((FEATURE_TOPS - INPUT_SIZE <= y) & (y <= FEATURE_TOPS))
        return ("feature", list(FEATURES)[off[0]]) if len(off) and x >= INPUT_LEFT else None
    t = np.linspace(0, 1, 33)[:, None, None]
    start, end = ends[:, :2], ends[:, 2:]
    bend = np.concatenate(
        [1.5 * t * (1 - t) + t**3, 3 * t**2 - 2 * t**3], axis=-1
    )  # the share of the way across and up, as canvas.js bends it
    far = np.hypot(*np.moveaxis(start + bend * (end - start) - [x, y], -1, 0)).min(axis=0)
    index = int(far.argmin())
    return ("weight", *weight_names(tuple(session.sizes))[index].tolist()) if far[index] <= reach else None


def unit_panel(session, values, title):
    """One unit's output over the plane, large, (pixels) values, with the training data. The title says how far it reaches."""
    values = np.nan_to_num(values.reshape(session.pixels, session.pixels))
    title = f"{title}: {values.min():.2g} to {values.max():.2g}"
    axes = Axes(title, "", "", xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), square=True, xticks=[], yticks=[])
    axes.field(signed_pixels(values, max(float(np.abs(values).max()), 1e-12), PALE), EXTENT)
    add_points(axes, session.at, session.y, session.classes)
    return axes


def boundary_panel(session, logits, held=None, *, hard=False, test=False):
    """The network's answer over the plane, with the training data; with ``test`` also the test data, small.

    ``hard``: no shades between.
    """
    pixels = session.pixels
    axes = Axes("The network's answer", "", "", xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE), square=True, xticks=[], yticks=[])
    Z = logits.reshape(pixels, pixels, -1)
    if session.classes is None:
        axes.field(signed_pixels(np.sign(Z[..., 0]) if hard else Z[..., 0], 1.0, PALE), EXTENT)
    elif session.classes == 2:
        P = Z[..., 0] > 0 if hard else sigmoid(Z[..., 0])
        axes.field(TWO_CLASSES.take((255 * P).astype(np.uint8), axis=0), EXTENT)  # five times as fast as TWO_CLASSES[...]
        axes.line(*contour(Z[..., 0], EXTENT, 0.0), "#000000", width=2)  # on the pale field in every theme
    else:
        axes.field(shade_classes(np.eye(session.classes)[Z.argmax(axis=-1)] if hard else softmax(Z)), EXTENT)
    if held is not None:
        ghost(axes.line(*held, width=2))
    if test and session.split:
        add_points(axes, session.at_test, session.y_test, session.classes, 1.8)
    add_points(axes, session.at, session.y, session.classes)
    if session.settings.data == DRAWN and not session.settings.points:
        axes.text(0, 0, "draw points here")
    return axes


def ghost(axes):
    """Let the last mark be one of the run that is held: grey and dotted."""
    axes.marks[-1]["ghost"] = True


def add_points(axes, at, y, classes, size=3.2):
    """Data as markers, by class; for regression (no classes) blue and orange by height."""
    if classes is None:
        level = np.clip(np.floor(2.5 * (y[:, 0] + 1)), 0, 4).astype(int)
        for k, mark in enumerate("vvo^^"):
            colour = "#{:02X}{:02X}{:02X}".format(*PALE[min(255, 25 + 51 * k)][:3])
            axes.points(*at[level == k].T, colour, marker=mark, size=size)
        return
    for label in range(classes):
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
    add_points(axes, seen, session.y, session.classes)
    return axes


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


def spark_panel(session, losses, held=None):
    """The two losses as small curves without axes, on a log scale; ``losses`` (training, test) as their title. ``held``: rows of a
    run before."""
    step = -(-len(session.rows) // 150)  # more points than these are not seen
    rows = np.array([*session.rows[:-1:step], session.rows[-1]]).T
    test = f", test {rounded(losses[1])}" if session.split else ""
    axes = Axes(
        f"Training loss {rounded(losses[0])}{test}",
        xlim=(0, max(10.0, rows[0, -1], 0 if held is None else held[0, -1])),
        xticks=[],
        yticks=[],
        ylog=True,
    )
    if held is not None:
        ghost(axes.line(held[0], held[1]))
    axes.line(rows[0], rows[1], 0)
    if session.split:
        axes.line(rows[0], rows[2], style.RED, dash=True)
    return axes


def zero_line(session, logits):
    """Where the two classes meet, to be held; nothing for other data."""
    if session.classes != 2:
        return None
    return contour(logits.reshape(session.pixels, session.pixels), EXTENT, 0.0)
