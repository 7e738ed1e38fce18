"""How good the answers are: numbers computed from labels, predictions and probabilities alone."""

import numpy as np


def pair(a, b):
    """Two label arrays of equal shape (m,); ValueError otherwise."""
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape or a.ndim != 1 or a.size == 0:
        raise ValueError(f"both arguments must be labels of one shape (m,), got {a.shape} and {b.shape}: write y.ravel()")
    return a, b


def accuracy(y, predicted):
    """The share of labels that are right, 0 to 1."""
    y, predicted = pair(y, predicted)
    return float(np.mean(y == predicted))


def confusion_matrix(y, predicted, classes=None):
    """C (k, k): C[i, j] counts the examples of class i that were called j. Rows are the truth."""
    y, predicted = pair(y, predicted)
    k = classes or int(max(y.max(), predicted.max())) + 1
    for name, labels in (("y", y), ("predicted", predicted)):
        if labels.dtype.kind not in "biu" or labels.min() < 0 or labels.max() >= k:
            raise ValueError(
                f"{name} must hold class indices 0 to {k - 1} as integers, got {labels.dtype} from {labels.min()} to {labels.max()}"
            )
    C = np.zeros((k, k), dtype=int)
    np.add.at(C, (y.astype(int), predicted.astype(int)), 1)
    return C


def r_squared(y, predicted):
    """1 - sum (y - p)^2 / sum (y - mean y)^2: 1 is perfect, 0 as good as always saying the mean."""
    y, predicted = np.asarray(y, dtype=float), np.asarray(predicted, dtype=float)
    if y.shape != predicted.shape:
        raise ValueError(f"y {y.shape} and predicted {predicted.shape} must have one shape, or they would broadcast")
    spread = ((y - y.mean(axis=0)) ** 2).sum()
    if spread == 0:
        raise ValueError("R^2 needs targets that differ from one another: they are all equal")
    return float(1 - ((y - predicted) ** 2).sum() / spread)


def calibration(y, probabilities, bins=10):
    """Is a network that says 80 % right in 80 % of the cases? Per bin of confidence: mean confidence, accuracy, count.

    probabilities (m, k) as ``net.predict_proba`` gives them; confidence is the largest of a row. Empty bins are left out.
    The expected calibration error is ``(count * abs(confidence - right)).sum() / count.sum()`` (Guo et al. 2017, eq. 3).
    """
    P = np.asarray(probabilities)
    if P.ndim != 2 or len(P) != len(np.asarray(y)):
        raise ValueError(f"probabilities must be (m, k) with one row for each label, got {P.shape} for {np.shape(y)} labels")
    y, predicted = pair(y, P.argmax(axis=1))
    confidence = P.max(axis=1)
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(index, minlength=bins)
    full = count > 0
    mean = np.bincount(index, confidence, bins)[full] / count[full]
    right = np.bincount(index, y == predicted, bins)[full] / count[full]
    return mean, right, count[full]
