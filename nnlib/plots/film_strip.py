"""Training as a strip of pictures: the decision boundary after chosen epochs, side by side."""

import numpy as np

from ..layers import BatchNorm
from .answers import own_copy
from .boundaries import compute_field, draw_boundary
from .points import plane_points
from .style import label, panels
from .words import as_list, percent


def film_strip(net, history, X, y, epochs=None, *, resolution=100, ncols=5):
    """Draw the decision boundary after each epoch that ``fit(..., snapshots=(0, 10, 100))`` kept. Returns an array of
    axes.

    epochs  which of the snapshots; None: all.

    Snapshots hold theta alone. For a network with BatchNorm, the running mean and variance are therefore replaced by
    those of X at that epoch's weights. Raises ValueError if the history kept no snapshots, or not those asked for.
    """
    fields = compute_fields(net, history, X, y, epochs, resolution)
    axes = panels(len(fields), ncols, (2.1, 2.6), sharex=True, sharey=True)
    for ax, (epoch, field) in zip(axes, fields.items()):
        draw_boundary(ax, field, legend=False, scale=0.9)
        label(ax, title=f"epoch {epoch}\naccuracy {percent(field.accuracy)}", scale=0.9)
        ax.locator_params(nbins=4)
        ax.label_outer()
    return axes


def describe_film_strip(net, history, X, y, epochs=None, *, resolution=100):
    """``film_strip`` in one line: the accuracy after each epoch shown."""
    fields = compute_fields(net, history, X, y, epochs, resolution)
    return "accuracy " + ", ".join(f"{percent(field.accuracy)} after epoch {epoch}" for epoch, field in fields.items())


def compute_fields(net, history, X, y, epochs, resolution):
    """{epoch: Field}, from a copy of the network: the network itself keeps its theta and its running statistics."""
    film = own_copy(net, "film_strip")
    X = plane_points(X)
    if y is None:
        raise ValueError("film_strip shows the accuracy at each epoch, so it needs labels: write film_strip(net, history, X, y)")
    fields = {}
    for epoch, theta in chosen(history, epochs).items():
        if theta.shape != film.theta.shape:
            raise ValueError(
                f"the history's snapshots hold theta of shape {theta.shape}, this network's is {film.theta.shape}: give the network that was trained"
            )
        film.theta = theta
        refresh_batch_norm(film, X)
        fields[epoch] = compute_field(film, X, y, resolution, None, None)
    return fields


def chosen(history, epochs):
    """{epoch: theta} of the epochs asked for, in order of time."""
    kept = getattr(history, "snapshots", None)
    if not kept:
        raise ValueError("this history kept no snapshots: train with fit(..., snapshots=(0, 10, 100)), the epochs to keep")
    epochs = kept if epochs is None else [epochs] if isinstance(epochs, (int, np.integer)) else as_list(epochs, "epochs", "epochs=(0, 10)")
    if not all(isinstance(epoch, (int, np.integer)) for epoch in epochs):
        raise ValueError(f"epochs are whole numbers, got {epochs!r}: write epochs=(0, 10)")
    wanted = sorted(set(epochs))
    missing = [epoch for epoch in wanted if epoch not in kept]
    if missing or not wanted:
        raise ValueError(
            f"there are snapshots of epochs {sorted(kept)}, but you asked for {wanted}: choose among them, or train with fit(..., snapshots={tuple(wanted)})"
        )
    return {epoch: kept[epoch] for epoch in wanted}


def refresh_batch_norm(net, X):
    """Give each BatchNorm of this copy the mean and variance that one pass over X finds."""
    A = net._check_X(X)
    for layer in net.layers:
        normalizes = isinstance(layer, BatchNorm)
        if normalizes:
            layer.momentum = 1.0  # the running values become those of this pass
        A = layer.forward(A, normalizes)
