"""How pictures look: colours that colour-blind readers tell apart, a marker for each class, text for a projector.

Sizes are set on the artists of each picture. Nothing here touches matplotlib's global settings.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb

# Okabe & Ito 2008; blue and orange first, for they differ in lightness too
BLUE, ORANGE, GREEN, PURPLE, RED, SKY, YELLOW = "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#F0E442"
COLOURS = [BLUE, ORANGE, GREEN, PURPLE, RED, SKY, YELLOW, "#999999"]
MARKERS = ["o", "^", "s", "D", "v", "P", "X", "*", "<", ">"]
LINES = ["-", "--", "-.", (0, (1, 1)), (0, (6, 1, 1, 1, 1, 1)), (0, (8, 3))]
INK, FAINT = "#222222", "#888888"
SIGNED = LinearSegmentedColormap.from_list("signed", [RED, "#FFFFFF", BLUE])  # 0 is white

TITLE, LABEL, TICK = 15, 14, 12  # font sizes in points, at the figure sizes below


def axes_for(ax, size=(6.4, 5.0)):
    """The axes given, or those of a new figure of ``size`` inches."""
    if ax is None:
        return plt.subplots(figsize=size, layout="compressed")[1]
    if not isinstance(ax, Axes):
        raise ValueError(f"ax must be one matplotlib Axes, got {type(ax).__name__}: write fig, ax = plt.subplots(), then ax=ax")
    return ax


def panels(count, ncols, size, **shared):
    """A new figure with ``count`` panels of ``size`` inches in rows of ``ncols``: its axes, an array (count,)."""
    if not isinstance(ncols, (int, np.integer)) or ncols < 1:
        raise ValueError(f"ncols is the number of panels in a row, 1 or more, got {ncols!r}: write ncols=4")
    ncols = min(count, int(ncols))
    nrows = -(-count // ncols)
    figure, grid = plt.subplots(nrows, ncols, figsize=(size[0] * ncols, size[1] * nrows), layout="compressed", squeeze=False, **shared)
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


def pale(colour, strength=0.5):
    """The colour mixed with white: strength 0 is white, 1 the colour itself. ``strength`` may be an array."""
    strength = np.asarray(strength, dtype=float)[..., None]
    return 1 - strength * (1 - np.array(to_rgb(colour)))
