"""What flows through a network, layer by layer: do the numbers die out, blow up or saturate on the way?"""

from dataclasses import dataclass

import numpy as np

from ..checks import as_count
from ..layers import BatchNorm, Dense, Dropout
from .answers import own_copy
from .style import BLUE, INK, LABEL, LINES, RED, TICK, axes_for, label, legend, panels
from .words import number, percent, span

KINDS = ("activations", "gradients", "weights")


@dataclass
class Values:
    """The numbers of one layer: its place in ``net.layers``, its name, what is shown of it."""

    place: int
    name: str
    array: np.ndarray

    @property
    def zeros(self):
        return float(np.mean(self.array == 0))


def histograms(net, X=None, what="activations", y=None, *, bins=40, ncols=4):
    """Draw one small histogram per layer, all on one scale: do the numbers keep their spread? Returns an array of axes.

    what  "activations": what comes out of each activation for X, in evaluation mode (of every layer, if there is none);
          "gradients": dW of each Dense layer, from one training pass over X and y; "weights": W of each Dense layer.

    The titles give the place in ``net.layers``, the standard deviation, and the share of exact zeros, which are not
    drawn. Heights are each panel's own. Runs on a copy of the network: gradients, running statistics and generators
    stay as they are. Raises ValueError for another ``what``.
    """
    layers = compute_values(net, X, what, y)
    everything = np.concatenate([layer.array.ravel() for layer in layers])
    low, high = everything.min(), everything.max()
    if low == high:
        low, high = low - 0.5, high + 0.5
    axes = panels(len(layers), ncols, (2.1, 2.1), sharex=True)
    for ax, layer in zip(axes, layers):
        drawn = layer.array[layer.array != 0]
        if drawn.size:
            ax.hist(drawn, bins=as_count(bins, "bins"), range=(low, high), color=BLUE, edgecolor="white", linewidth=0.3)
        else:
            words = {"ha": "center", "va": "center", "backgroundcolor": "white"}  # the line at 0 does not run through them
            ax.text(0.5, 0.5, "all exactly 0", fontsize=TICK, transform=ax.transAxes, **words)
        ax.axvline(0, color=INK, linewidth=0.8)
        ax.set_yticks([])
        ax.locator_params(axis="x", nbins=4)
        label(ax, title=f"{layer.place}: {layer.name}\nstd {number(layer.array.std())}, zeros {percent(layer.zeros)}", scale=0.9)
    for ax in axes[-min(ncols, len(axes)) :]:
        ax.tick_params(labelbottom=True)
        label(ax, x=f"non-zero {what}" if (everything == 0).any() else what, scale=0.9)
    return axes


def describe_histograms(net, X=None, what="activations", y=None):
    """``histograms`` in one line: standard deviation and share of zeros, layer by layer."""
    layers = compute_values(net, X, what, y)
    return f"{what}: " + "; ".join(
        f"layer {layer.place} {layer.name} std {number(layer.array.std())}, zeros {percent(layer.zeros)}" for layer in layers
    )


def compute_values(net, X, what, y):
    if what not in KINDS:
        raise ValueError(f'what must be one of {", ".join(KINDS)}, got {what!r}: write what="activations"')
    net = own_copy(net, "histograms")
    if what == "activations":
        if X is None:
            raise ValueError("activations are those of data: write histograms(net, X)")
        A, outputs = net._check_X(X), []
        for i, layer in enumerate(net.layers):
            A = layer.forward(A, False)
            outputs.append(Values(i, type(layer).__name__, A))
        return [out for out in outputs if not isinstance(net.layers[out.place], (Dense, BatchNorm, Dropout))] or outputs
    dense = dense_places(net, "histograms of " + what)
    if what == "gradients":
        backward_pass(net, X, y, 'histograms(net, X, "gradients", y)')
    return [
        Values(i, f"{'dW' if what == 'gradients' else 'W'} {layer.W.shape}", layer.dW if what == "gradients" else layer.W)
        for i, layer in dense
    ]


def dense_places(net, picture):
    places = [(i, layer) for i, layer in enumerate(net.layers) if isinstance(layer, Dense)]
    if not places:
        raise ValueError(f"{picture} looks at Dense layers, this network has none: {net!r}")
    return places


def backward_pass(net, X, y, call):
    """Fill the gradients of this copy of a network, as a training step would."""
    if X is None or y is None:
        raise ValueError(f"gradients need data and targets: write {call}")
    net.loss_and_gradient(X, y)


def gradient_norms(net, X, y, ax=None):
    """Draw the length of dW of each Dense layer, and its ratio to the length of W, on a logarithmic axis.

    One training pass over X and y (with the l2 term, if the network has one), on a copy of the network. The places on
    the axis are those in ``net.layers``. A dW that is exactly 0 has no place on such an axis: a 0 is written at its foot.
    """
    places, lengths, ratios = compute_norms(net, X, y)
    ax = axes_for(ax)
    at = np.arange(len(places))
    series = (("length of dW", lengths, BLUE, "o", LINES[0]), ("length of dW / length of W", ratios, RED, "s", LINES[1]))
    for name, values, colour, marker, line in series:
        positive = np.where(values > 0, values, np.nan)
        ax.plot(at, positive, color=colour, marker=marker, linestyle=line, markersize=8, linewidth=2, label=name)
    ax.set_yscale("log")
    if not lengths.any():
        ax.set_yticks([], minor=False)
        ax.set_yticks([], minor=True)
    for i in at[lengths == 0]:
        ax.text(i, 0.03, "0", color=BLUE, fontsize=LABEL, fontweight="bold", ha="center", transform=ax.get_xaxis_transform())
    every = -(-len(at) // 12)
    ax.set_xticks(at[::every], places[::every])
    ax.set_xlim(-0.5, len(at) - 0.5)
    ax.grid(alpha=0.3)
    label(ax, x="Dense layer, its place in net.layers", y="length (root of the sum of squares)")
    legend(ax)
    return ax


def describe_gradient_norms(net, X, y):
    """``gradient_norms`` in one line: first and last layer, and the range of the ratio."""
    places, lengths, ratios = compute_norms(net, X, y)
    ends = f"length of dW {number(lengths[0])} in layer {places[0]}"
    if len(places) > 1:
        ends += f", {number(lengths[-1])} in layer {places[-1]}"
    return f"{ends}; smallest {number(lengths.min())}, largest {number(lengths.max())}; dW/W {span(ratios)}"


def compute_norms(net, X, y):
    """Places of the Dense layers, the length of each dW, and its ratio to the length of W (nan if W is 0)."""
    net = own_copy(net, "gradient_norms")
    dense = dense_places(net, "gradient_norms")
    backward_pass(net, X, y, "gradient_norms(net, X, y)")
    lengths = np.array([np.linalg.norm(layer.dW) for _, layer in dense])
    weights = np.array([np.linalg.norm(layer.W) for _, layer in dense])
    return [i for i, _ in dense], lengths, np.divide(lengths, weights, out=np.full(len(dense), np.nan), where=weights > 0)
