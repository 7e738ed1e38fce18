"""Ask a model of whatever kind about points, and read its answer as classes.

A model is an nnlib Network, any object with ``predict_proba`` or ``predict`` (so every scikit-learn classifier), or a
function f(X). Its answer may be probabilities (m, k), scores (m, k), one number for each point, or labels (m,).
"""

import copy
from dataclasses import dataclass

import numpy as np

from ..activations import sigmoid, softmax
from ..checks import as_number
from ..network import Network


@dataclass
class Answer:
    """A model's answers for m points: the column where ``margin`` (m, k) is positive wins; ``classes`` names the
    columns.

    P (m, k) are probabilities, or stand for them: 1 and 0 if the model gives labels only (then not
    ``has_probabilities``).
    """

    P: np.ndarray
    margin: np.ndarray
    classes: np.ndarray
    has_probabilities: bool = True


def own_copy(net, picture):
    """A private copy of one network to run, so that gradients, running statistics and generators stay as they are."""
    if not isinstance(net, Network):
        raise ValueError(f"{picture} looks inside an nnlib Network, got {type(net).__name__}: write net = Network([...], loss=...) first")
    if net._copies is not None:
        raise ValueError(
            f"{picture} shows one network, this is a stack of {net._copies} copies: "
            "make one network of the same layers and write one.theta = net.theta[0], for the first copy"
        )
    return copy.deepcopy(net)


def ask(model, X, y=None, threshold=None):
    """The model's Answer for X (m, n). ``decision_boundary`` documents how a single number is read."""
    if threshold is not None:
        threshold = as_number(threshold, "threshold", -np.inf, advice="threshold=0.5", open_low=True)
    values, regression = raw_answer(model, X)
    if values.ndim == 2:
        return from_columns(values, class_names(model, y, values.shape[1]), threshold)
    whole = values.dtype.kind != "f" or (values == np.round(values)).all()
    if whole and threshold is None and not isinstance(model, Network):
        return from_labels(values.astype(int) if values.dtype.kind in "bf" else values, y)
    return from_one_number(values.astype(float), class_names(model, y, 2), regression, threshold)


def raw_answer(model, X):
    """What the model itself answers, (m,) or (m, k), and whether those are values of ``predict`` and no
    probabilities."""
    if isinstance(model, Network):
        if model._copies is not None:
            raise ValueError(
                f"this picture shows one network, this is a stack of {model._copies} copies: ask for one copy, "
                "for the first write lambda X: net.predict_proba(X)[0] in place of net"
            )
        if model._n_in not in (None, X.shape[1]):
            raise ValueError(
                f"this picture is drawn in the plane, so the network needs 2 inputs, this one takes {model._n_in}: train one on two columns"
            )
        model = own_copy(model, "this picture")
        probable = model.loss.classifies
    else:
        probable = callable(getattr(model, "predict_proba", None))
    regression = not probable and callable(getattr(model, "predict", None))
    if isinstance(model, type) or not (probable or regression or callable(model)):
        raise ValueError(f"the model must have predict_proba or predict, or be a function f(X), got {model!r}")
    values = np.asarray(model.predict_proba(X) if probable else model.predict(X) if regression else model(X))
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim not in (1, 2) or len(values) != len(X):
        raise ValueError(f"asked about {len(X)} points, the model answered with shape {values.shape}: it must give one row for each point")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError("the model answers NaN or infinity: has its training diverged?")
    return values, regression


def class_names(model, y, k):
    """Labels of the k columns: the model's ``classes_``, or 0 to k - 1, or the k labels that y holds."""
    names = np.asarray(getattr(model, "classes_", range(k)))
    present = names[:0] if y is None else np.unique(y)
    fits = present.dtype.kind == names.dtype.kind and np.isin(present, names).all()
    if not fits and len(present) == k:
        return present
    if len(names) != k or not (fits or y is None):
        raise ValueError(
            f"the model tells {k} classes apart, but y holds the labels {present[:8].tolist()}: number the classes from 0 to {k - 1}"
        )
    return names


def from_columns(values, classes, threshold):
    """A column for each class: probabilities, or scores that softmax turns into some. The largest wins."""
    values = values.astype(float) if values.dtype.kind != "f" else values
    P = Z = values
    if (values >= 0).all() and np.allclose(values.sum(axis=1), 1, atol=1e-3):
        Z = np.log(np.maximum(P, np.finfo(P.dtype).eps))  # nearly straight between grid points, as P is not: a truer boundary
    else:
        P = softmax(Z)
    if threshold is not None:
        if len(classes) != 2:
            raise ValueError(f"threshold is for two classes, this model has {len(classes)}: leave it out")
        Z = Z - np.array([0.0, log_odds(as_probability(threshold))])
    best = Z.argmax(axis=1)[:, None]
    others = np.where(np.arange(len(classes)) == best, -np.inf, Z).max(axis=1, keepdims=True)
    top = np.take_along_axis(Z, best, axis=1)
    return Answer(P, np.where(np.arange(len(classes)) == best, Z - others, Z - top), classes)


def from_one_number(v, classes, regression, threshold):
    """Two classes from one score; above the threshold is the second."""
    if regression:  # aims at the two labels themselves: 0 and 1, or -1 and 1
        low, high = classes if classes.dtype.kind in "iuf" else (0, 1)
        z = v - ((low + high) / 2 if threshold is None else threshold)
        p = np.clip(0.5 + z / (high - low), 0, 1)
    elif v.min() >= 0 and v.max() <= 1:  # probabilities of the second class
        p, z = v, log_odds(v) - log_odds(0.5 if threshold is None else as_probability(threshold))
    else:  # scores, as logits are
        z = v - (0 if threshold is None else threshold)
        p = sigmoid(z)
    return Answer(np.stack([1 - p, p], axis=1), np.stack([-z, z], axis=1), classes)


def from_labels(labels, y):
    """Labels alone: the model gives no probabilities, so the winner gets 1."""
    if y is not None and (labels.dtype.kind in "iu") != (y.dtype.kind in "iu"):
        kinds = [array[:1].tolist()[0] for array in (labels, y)]
        raise ValueError(f"the model answers labels such as {kinds[0]!r}, y holds labels such as {kinds[1]!r}: they must be of one kind")
    classes = np.unique(labels if y is None else np.concatenate([labels, y]))
    P = (labels[:, None] == classes).astype(float)
    return Answer(P, 2 * P - 1, classes, has_probabilities=False)


def log_odds(p):
    """log p/(1 - p), finite at 0 and 1 too."""
    eps = np.finfo(np.result_type(p, np.float32)).eps
    return np.log(np.maximum(p, eps) / np.maximum(1 - p, eps))


def as_probability(threshold):
    """The threshold as a probability, or a ValueError."""
    if not 0 < threshold < 1:
        raise ValueError(
            f"the model gives probabilities, so the threshold must lie between 0 and 1, got {threshold!r}: write threshold=0.5"
        )
    return threshold
