"""The network as a drawing: its layers as columns of units, and the shape of every array that joins them."""

from dataclasses import dataclass, field

import numpy as np
from matplotlib.collections import LineCollection

from ..layers import Dense
from ..network import Network
from .style import BLUE, FAINT, INK, SKY, TICK, TITLE, WIDEST, axes_for
from .words import plural

ROWS = 8  # units drawn in a column: of wider layers the first and the last ones, and three dots between


@dataclass
class Column:
    """One column of units: its width n, the arrays on the way to it, and the layers that act on it unit by unit."""

    n: int
    arrays: list
    below: list = field(default_factory=list)


def network_diagram(net, ax=None):
    """Draw the layers from left to right: A (m, n) over each column, W and b over the weights, activations underneath.

    The top row is the chain of matrix products: (m, 2) times (2, 16) is (m, 16). Wide layers show their first and last
    units. A stack of copies is drawn once. ValueError for anything but a Network with a Dense layer.
    """
    columns = compute_columns(net)
    ax = axes_for(ax, (min(0.6 + 1.6 * len(columns), WIDEST), 3.6))
    small = {"fontsize": TICK * min(1.0, 5.6 / len(columns)), "ha": "center"}
    below = [words_below(column, "input" if i == 0 else "output" if i == len(columns) - 1 else "") for i, column in enumerate(columns)]
    heights = [unit_heights(column.n) for column in columns]
    for i, (column, ys) in enumerate(zip(columns, heights)):
        if i:
            wires = [[(i - 1, a), (i, b)] for a in heights[i - 1] for b in ys]
            ax.add_collection(LineCollection(wires, colors=FAINT, linewidths=0.6, zorder=1))
            ax.text(i - 0.5, 1.35, "\n".join(column.arrays), va="center", color=BLUE, **small)
        ax.scatter([i] * len(ys), ys, s=170, color="white" if i == 0 else SKY, edgecolors=INK, linewidths=1.2, zorder=2)
        if len(ys) < column.n:
            ax.scatter([i] * 3, [-0.07, 0.0, 0.07], s=9, color=INK, zorder=2)
        name = "X" if i == 0 else "Z" if i == len(columns) - 1 and not column.below else "A"
        ax.text(i, 1.35, f"{name}\n(m, {column.n})", va="center", color=INK, fontweight="bold", **small)
        ax.text(i, -1.2, below[i], va="top", color=INK, **small)
    ax.set_title(f"{size(net)}, loss {type(net.loss).__name__}", fontsize=TITLE)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-1.3 - 0.16 * max(words.count("\n") + 1 for words in below), 1.6))
    ax.axis("off")
    return ax


def describe_network_diagram(net):
    """``network_diagram`` in one line: widths, what acts on them, the loss, the number of parameters."""
    columns = compute_columns(net)
    return (
        " -> ".join(" ".join([str(column.n), *(name for name, _ in column.below)]) for column in columns)
        + f"; {type(net.loss).__name__}; {size(net)}"
    )


def words_below(column, place):
    """The layers that act on a column, one under the other, each with the shape of its arrays if it has some."""
    lines = [place] if place and not column.below else []
    for name, shapes in column.below:
        lines.append(name)
        if shapes:  # gamma (1, 16), beta (1, 16): one shape for both
            lines.append(", ".join(shape.split(" ", 1)[0] for shape in shapes) + " " + shapes[0].split(" ", 1)[1])
    return "\n".join(lines)


def size(net):
    copies = "" if net._copies is None else f" in each of {plural(net._copies, 'copy', 'copies')}"
    return plural(f"{net.theta.shape[-1]:,}", "parameter") + copies


def compute_columns(net):
    """The columns of the drawing: a new one wherever the width may change."""
    if not isinstance(net, Network):
        raise ValueError(f"network_diagram draws an nnlib Network, got {type(net).__name__}: write Network([...], loss=...)")
    if net._n_in is None:
        raise ValueError("network_diagram needs a layer that fixes a width: put a Dense(n_in, n_out) into the network")
    columns = [Column(net._n_in, [])]
    for layer in net.layers:
        shapes = [f"{name} {tuple(int(n) for n in getattr(layer, name).shape[-2:])}" for name in layer.parameters]
        n = layer.n_out or columns[-1].n
        if isinstance(layer, Dense) or n != columns[-1].n:
            columns.append(Column(n, shapes))
        else:
            columns[-1].below.append((type(layer).__name__, shapes))
    return columns


def unit_heights(n):
    """Heights between -1 and 1 of the units drawn, evenly; a gap in the middle where some are left out."""
    gap = 0.26
    if n <= ROWS:
        return gap * (np.arange(n) - (n - 1) / 2)[::-1]
    return gap * np.array([4, 3, 2, -2, -3, -4])
