"""How good the answers are: numbers computed from labels, predictions and probabilities alone."""

import numpy as np

from .checks import as_count, as_floats


def pair(y, predicted):
    """Two label arrays of equal shape (m,); ValueError otherwise."""
    y, predicted = np.asarray(y), np.asarray(predicted)
    if y.shape != predicted.shape or y.ndim != 1 or y.size == 0:
        raise ValueError(f"both arguments must be labels of one shape (m,), got {y.shape} and {predicted.shape}: write y.ravel()")
    if (y.dtype.kind in "biuf") != (predicted.dtype.kind in "biuf"):
        raise ValueError(
            f"labels of type {y.dtype.name} can never equal predictions of type {predicted.dtype.name}: turn names into class indices"
        )
    return y, predicted


def class_indices(labels, name, k):
    """Labels as integers 0..k-1; ValueError otherwise."""
    if labels.dtype.kind not in "biu" or labels.min() < 0 or labels.max() >= k:
        span = f" from {labels.min()} to {labels.max()}" if labels.dtype.kind in "biu" else ""
        raise ValueError(f"{name} must hold class indices 0 to {k - 1} as integers, got {labels.dtype}{span}: write {name}.astype(int)")
    return labels.astype(int)


def accuracy(y, predicted):
    """The share of labels that are right, 0 to 1."""
    y, predicted = pair(y, predicted)
    return float(np.mean(y == predicted))


def confusion_matrix(y, predicted, classes=None):
    """C (k, k): C[i, j] counts the examples of class i that were called j. Rows are the truth; k = ``classes`` or as many as occur."""
    y, predicted = np.asarray(y), np.asarray(predicted)
    largest = max(labels.max(initial=0) if labels.dtype.kind in "biu" else 0 for labels in (y, predicted))
    k = int(largest) + 1 if classes is None else as_count(classes, "classes")
    if y.size and predicted.size:
        class_indices(y, "y", k), class_indices(predicted, "predicted", k)
    y, predicted = pair(y, predicted)
    C = np.zeros((k, k), dtype=int)
    np.add.at(C, (class_indices(y, "y", k), class_indices(predicted, "predicted", k)), 1)
    return C


def r_squared(y, predicted):
    """1 - sum (y - p)^2 / sum (y - mean y)^2: 1 is perfect, 0 as good as always saying the mean."""
    y, predicted = as_floats(y, "y"), as_floats(predicted, "predicted")
    if y.shape != predicted.shape or y.size == 0:
        raise ValueError(f"y {y.shape} and predicted {predicted.shape} must have one shape and hold numbers, or they would broadcast")
    spread = ((y - y.mean(axis=0)) ** 2).sum()
    if spread == 0:
        raise ValueError("R^2 needs targets that differ from one another: they are all equal")
    return float(1 - ((y - predicted) ** 2).sum() / spread)


def calibration(y, probabilities, bins=10):
    """Is a network that says 80 % right in 80 % of the cases? Per bin of confidence: mean confidence, accuracy, count.

    probabilities (m, k) as ``net.predict_proba`` gives them; confidence is the largest of a row. Empty bins are left out.
    The expected calibration error is ``(count * abs(confidence - right)).sum() / count.sum()`` (Guo et al. 2017, eq. 3).
    """
    P, y, bins = as_floats(probabilities, "probabilities"), np.asarray(y), as_count(bins, "bins")
    if P.ndim != 2 or y.ndim != 1 or len(P) != len(y):
        raise ValueError(f"probabilities must be (m, k) with one row for each of the labels (m,), got {P.shape} for labels {y.shape}")
    if P.min() < 0 or P.max() > 1:
        raise ValueError(f"probabilities must be in 0 to 1, got {P.min():.3g} to {P.max():.3g}: write net.predict_proba(X)")
    y, confidence = class_indices(y, "y", P.shape[1]), P.max(axis=1)
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(index, minlength=bins)
    full = count > 0
    mean = np.bincount(index, confidence, bins)[full] / count[full]
    right = np.bincount(index, y == P.argmax(axis=1), bins)[full] / count[full]
    return mean, right, count[full]
