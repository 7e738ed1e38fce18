"""How pictures look: colours that colour-blind readers tell apart, a marker for each class, text as large as that around it.

Sizes are set on the artists of each picture. Nothing here touches matplotlib's global settings.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb

# Okabe & Ito 2008; blue and orange first, because they differ in lightness too
BLUE, ORANGE, GREEN, PURPLE, RED, SKY, YELLOW = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442"
COLOURS = [BLUE, ORANGE, GREEN, PURPLE, RED, SKY, YELLOW, "#999999"]
MARKERS = ["o", "^", "s", "D", "v", "P", "X", "*", "<", ">"]
LINES = ["-", "--", "-.", (0, (1, 1)), (0, (6, 1, 1, 1, 1, 1)), (0, (8, 3))]
INK, FAINT = "#222222", "#888888"
SIGNED = LinearSegmentedColormap.from_list("signed", [BLUE, "#FFFFFF", ORANGE])  # 0 is white; a score above 0 is class 1, which is orange
STRENGTH = 0.5  # of a class's colour where the model is sure of it; where all classes are equally likely the field is white

# one colour and one marker for each method and each loss, wherever it is drawn: numbers for colour() and marker()
METHODS = {"SGD": 0, "Momentum": 1, "RMSProp": 2, "Adam": 3, "EMA momentum": 5}
LOSSES = {"cross-entropy": 0, "squared error": 1, "softmax of 3": 2}

# the canvas's own copy of this page: what each theme of JupyterLab shows. ``marks`` replaces a colour off the fields, ``words`` one of text
CANVAS = {
    "light": {
        "ink": INK, "muted": "#5F5F5F", "ground": "#FFFFFF", "grid": "#E3E3E3", "frame": "#8A8A8A", "held": "#5A5A5A",
        "marks": {},
        "words": {ORANGE: "#8A5A00", GREEN: "#006B4E", PURPLE: "#8F4A73", RED: "#B34700", SKY: "#1F6FA3", "#888888": "#5F5F5F"},
    },
    "dark": {
        "ink": "#E8E8E8", "muted": "#A8A8A8", "ground": "#111111", "grid": "#3A3A3A", "frame": "#7A7A7A", "held": "#B0B0B0",
        "marks": {BLUE: "#4FA8E8", RED: "#FF8A3D", SKY: "#A6DBF7", GREEN: "#2DB88C", "#666666": "#9A9A9A", "#777777": "#9A9A9A"},
        "words": {"#888888": "#A8A8A8"},
    },
}  # fmt: skip

TITLE, LABEL, TICK = 11, 10, 9  # font sizes in points: 12 to 15 pixels at matplotlib's 100 dots per inch
SINGLE, WIDEST = (5.6, 3.6), 8.4  # inches: a picture by itself, and the widest figure, which fills a notebook's column


def fitted(size):
    """A figure's size in inches, made smaller in proportion where it is wider than WIDEST: a browser would shrink its text."""
    share = min(1.0, WIDEST / size[0])
    return size[0] * share, size[1] * share


def axes_for(ax, size=SINGLE):
    """The axes given, or those of a new figure of ``size`` inches."""
    if ax is None:
        return plt.subplots(figsize=fitted(size), layout="compressed")[1]
    if not isinstance(ax, Axes):
        raise ValueError(f"ax must be one matplotlib Axes, got {type(ax).__name__}: write fig, ax = plt.subplots(), then ax=ax")
    return ax


def panels(count, ncols, size, **shared):
    """A new figure with ``count`` panels of ``size`` inches, or smaller, in rows of ``ncols``: its axes, an array (count,)."""
    if not isinstance(ncols, (int, np.integer)) or ncols < 1:
        raise ValueError(f"ncols is the number of panels in a row, 1 or more, got {ncols!r}: write ncols=4")
    ncols = min(count, int(ncols))
    nrows = -(-count // ncols)
    figure, grid = plt.subplots(
        nrows, ncols, figsize=fitted((size[0] * ncols, size[1] * nrows)), layout="compressed", squeeze=False, **shared
    )
    for spare in grid.flat[count:]:
        figure.delaxes(spare)
    return grid.ravel()[:count]


def label(ax, title=None, x=None, y=None, scale=1.0, room=0.0):
    """Title and axis labels in readable sizes; ``scale`` below 1 for small panels, ``room`` in points for a legend
    below the title."""
    if title:
        ax.set_title(title, fontsize=TITLE * scale, pad=6 + room)
    if x:
        ax.set_xlabel(x, fontsize=LABEL * scale)
    if y:
        ax.set_ylabel(y, fontsize=LABEL * scale)
    ax.tick_params(labelsize=TICK * scale)


def legend(ax, beside=False, **options):
    """Name what is drawn; ``beside`` the picture where the figure's layout makes room, else where it hides least."""
    if beside and ax.figure.get_layout_engine() is not None:
        options = options | {"loc": "upper left", "bbox_to_anchor": (1.01, 1.0), "borderaxespad": 0}
    names = ax.legend(fontsize=TICK, framealpha=0.85, handletextpad=0.4, borderpad=0.3, **options)
    names.set_zorder(50)


def colour(i):
    """The colour of class or line i: the eight of COLOURS, then the same darker, and darker again."""
    base = COLOURS[i % len(COLOURS)]
    return base if i < len(COLOURS) else to_hex(0.6 ** (i // len(COLOURS)) * np.array(to_rgb(base)))


def marker(i):
    return MARKERS[i % len(MARKERS)]


def line(i):
    return LINES[i % len(LINES)]


def methods_of(labels):
    """A number for colour() and marker() for each label: that of the method it names, or all in order if two would be alike."""
    known = {"gradient descent": METHODS["SGD"], "descent": METHODS["SGD"]} | {name.lower(): i for name, i in METHODS.items()}
    by_length = sorted(known, key=len, reverse=True)
    found = [next((known[name] for name in by_length if name in label.lower()), None) for label in labels]
    return found if None not in found and len(set(found)) == len(found) else list(range(len(found)))


def pale(colour, strength=0.5):
    """The colour mixed with white: strength 0 is white, 1 the colour itself. ``strength`` may be an array."""
    strength = np.asarray(strength, dtype=float)[..., None]
    return 1 - strength * (1 - np.array(to_rgb(colour)))


def shade(P, winner=None):
    """Probabilities (..., k) as colours (..., 3): the likeliest class (or ``winner``) in its own, white where all are equally likely."""
    k = P.shape[-1]
    winner = P.argmax(axis=-1) if winner is None else winner
    chance = 1 / k if k > 1 else 0.0
    sure = np.clip((np.take_along_axis(P, winner[..., None], axis=-1)[..., 0] - chance) / (1 - chance), 0, 1)
    base = np.array([to_rgb(colour(c)) for c in range(k)])
    return 1 - STRENGTH * sure[..., None] * (1 - base[winner])
