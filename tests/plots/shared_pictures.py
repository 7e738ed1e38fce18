"""Networks, histories and data that the tests of the pictures share."""

import copy
import functools
import inspect

import numpy as np

from nnlib import (
    Adam,
    BinaryCrossEntropy,
    History,
    SoftmaxCrossEntropy,
    Tanh,
    datasets,
    fit,
    mlp,
    plots,
)

PLOTS = [name for name, f in vars(plots).items() if inspect.isfunction(f) and not name.startswith("describe_")]


def locked(array):
    """The array, made read-only: writing into it is an error."""
    array = np.array(array)
    array.flags.writeable = False
    return array


@functools.cache
def trained(classes=2):
    """X, y, a network with batch norm and dropout, its history with snapshots. Not to be changed: look at copies."""
    X, y = datasets.moons(120, noise=0.2, rng=0) if classes == 2 else datasets.blobs(120, classes=classes, noise=0.7, rng=0)
    sizes, loss = ([2, 8, 6, 1], BinaryCrossEntropy()) if classes == 2 else ([2, 8, 6, classes], SoftmaxCrossEntropy())
    net = mlp(sizes, activation=Tanh, loss=loss, rng=1, batch_norm=True, dropout=0.1)
    history = fit(net, X, y, Adam(0.02), epochs=12, batch_size=30, validation=(X[::2], y[::2]), snapshots=(0, 4, 12))
    return locked(X), locked(y), net, history


def case(classes=2):
    X, y, net, history = trained(classes)
    return X, y, copy.deepcopy(net), history


def bowl(w1, w2):
    return w1**2 + 10 * w2**2


PATHS = {"SGD": locked([(4.0, 1.0), (2.0, -0.8), (1.0, 0.5), (0.5, 0.1)]), "Adam": locked([(4.0, 1.0), (3.0, 0.5), (1.5, 0.2)])}
DIGITS, DIGIT_LABELS = (locked(array[:60]) for array in datasets.digits())


def calls():
    """For every picture two calls with different data: name -> [(args, options), (args, options)]."""
    X, y, net, history = case()
    X3, y3, net3, history3 = case(3)
    other = copy.deepcopy(net)
    other.theta = 2 * other.theta + 0.3
    two, three = (locked(n.predict(x)) for n, x in ((net, X), (net3, X3)))
    return {
        "decision_boundary": [((net, X, y), {"resolution": 40}), ((net3, X3, y3), {"resolution": 40})],
        "hinge_lines": [((net, X, y), {}), ((net, X + 9, y), {})],
        "film_strip": [((net, history, X, y), {"resolution": 40}), ((net3, history3, X3, y3), {"epochs": (0, 12)})],
        "curves": [((history,), {}), ((history3,), {})],
        "network_diagram": [((net,), {}), ((net3,), {})],
        "histograms": [((net, X), {}), ((other, X), {})],
        "gradient_norms": [((net, X, y), {}), ((other, X, y), {})],
        "optimizer_paths": [((bowl, PATHS), {}), ((bowl, {"SGD": PATHS["SGD"][:3]}), {})],
        "confusion_matrix": [((y, two), {}), ((y3, three), {})],
        "image_grid": [((DIGITS[:5],), {}), ((DIGITS[20:26] - 0.5,), {})],
    }


def draw(name, *args, **options):
    return getattr(plots, name)(*args, **options)


def words_of(name, *args, **options):
    return getattr(plots, "describe_" + name)(*args, **options)


def with_ax():
    return [name for name in PLOTS if "ax" in inspect.signature(getattr(plots, name)).parameters]


class Duck:
    """A classifier as scikit-learn has it: nothing but predict_proba."""

    def __init__(self, f):
        self.predict_proba = f


def circle_proba(X):
    p = 1 / (1 + np.exp(-circle_odds(X)))
    return np.stack([1 - p, p], axis=1)


def three_proba(X):
    E = np.exp(three_scores(X))
    return E / E.sum(axis=1, keepdims=True)


BOX = (-2.0, 2.0, -1.5, 2.5)


def made_history(**columns):
    history = History()
    history.rows = [{name: np.float64(values[epoch]) for name, values in columns.items()} for epoch in range(len(columns["loss"]))]
    return history


def circle_odds(X):
    return 3 * (1.2 - (X**2).sum(axis=1) - 0.3 * X[:, 0])


def three_scores(X):
    return np.stack([X[:, 0], -X[:, 0] + X[:, 1] ** 2, np.sin(2 * X[:, 1])], axis=1)
