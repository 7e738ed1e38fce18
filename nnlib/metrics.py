"""How good the predictions are: numbers computed from labels, predictions and probabilities alone."""

import numpy as np

from .checks import as_count, as_floats, as_labels

MOST_CLASSES = 2000  # a matrix of more needs classes=...: a label of 10**7 is an error, and would fill the memory


def check_labels(y, predicted):
    """Two label arrays of equal shape (m,); ValueError otherwise."""
    y, predicted = as_labels(y, "y"), as_labels(predicted, "predicted")
    if y.shape != predicted.shape or y.ndim != 1 or y.size == 0:
        raise ValueError(f"both arguments must be labels of one shape (m,), got {y.shape} and {predicted.shape}: write y.ravel()")
    if kind_of(y) != kind_of(predicted):
        raise ValueError(
            f"labels of type {y.dtype.name} can never equal predictions of type {predicted.dtype.name}: turn names into class indices, "
            f"as names, y = np.unique(y, return_inverse=True)"
        )
    return y, predicted


def kind_of(labels):
    return "numbers" if labels.dtype.kind in "biuf" else labels.dtype.kind


def class_indices(labels, name, k):
    """Labels as integers 0..k-1; ValueError otherwise."""
    if labels.dtype.kind not in "biu" or labels.min() < 0 or labels.max() >= k:
        span = f" from {labels.min()} to {labels.max()}" if labels.dtype.kind in "biu" else ""
        whole = labels.dtype.kind == "f" and np.array_equal(labels, np.floor(labels))
        write = (
            f"{name}.astype(int)"
            if whole
            else "np.unique(names, return_inverse=True)[1] for names, (p > 0.5).astype(int) for probabilities"
        )
        hint = f"classes={labels.max() + 1}, or number the classes from 0" if span else write
        raise ValueError(f"{name} must hold class indices 0 to {k - 1} as integers, got {labels.dtype}{span}: write {hint}")
    return labels.astype(int)


def accuracy(y, predicted):
    """The share of labels that are predicted correctly, 0 to 1."""
    y, predicted = check_labels(y, predicted)
    for labels, other, name in ((predicted, y, "predictions"), (y, predicted, "labels")):
        broken = labels[labels != np.floor(labels)] if labels.dtype.kind == "f" else labels[:0]
        if broken.size and (other.dtype.kind in "biu" or np.array_equal(other, np.floor(other))):
            raise ValueError(f"{name} hold numbers such as {broken[0]:g}, not labels: write (p > 0.5).astype(int)")
    return float(np.mean(y == predicted))


def confusion_matrix(y, predicted, classes=None):
    """C (k, k): C[i, j] counts the examples of class i that were predicted as j. Rows are the truth.

    k is ``classes``, or as many as occur; then at most 2,000.
    """
    y, predicted = as_labels(y, "y"), as_labels(predicted, "predicted")
    largest = max(labels.max(initial=0) if labels.dtype.kind in "biu" else 0 for labels in (y, predicted))
    k = int(largest) + 1 if classes is None else as_count(classes, "classes", 20_000)
    if classes is None and k > MOST_CLASSES:
        raise ValueError(f"a label of {largest:,} would need {k:,} rows and columns: number the classes from 0, or write classes={k}")
    if y.size and predicted.size:
        class_indices(y, "y", k), class_indices(predicted, "predicted", k)
    y, predicted = check_labels(y, predicted)
    C = np.zeros((k, k), dtype=int)
    np.add.at(C, (class_indices(y, "y", k), class_indices(predicted, "predicted", k)), 1)
    return C


def unit(values):
    """values / 2^e, the largest near 1, and e. Exact, so that no square overflows or rounds to 0."""
    exponent = int(np.frexp(np.abs(values).max())[1])
    return np.ldexp(values, -exponent), exponent


def r_squared(y, predicted):
    """1 - sum (y - p)^2 / sum (y - mean y)^2: 1 is perfect, 0 as good as always predicting the mean."""
    y, predicted = as_floats(y, "y"), as_floats(predicted, "predicted")
    if y.shape != predicted.shape or y.size == 0 or y.ndim == 0:
        raise ValueError(
            f"y {y.shape} and predicted {predicted.shape} must be arrays of one shape, (m,) or (m, n_out), or they would broadcast"
        )
    if (y == y[0]).all():
        raise ValueError("R^2 needs targets that differ from one another: they are all equal")
    pair, both = unit(np.stack([y, predicted]))
    error, by = unit(pair[0] - pair[1])
    y, own = unit(y)
    spread, of = unit(y - y.mean(axis=0))
    with np.errstate(over="ignore"):  # beyond the largest float R^2 is -infinity
        return float(1 - np.ldexp((error**2).sum() / (spread**2).sum(), 2 * (both + by - own - of)))


def calibration(y, probabilities, bins=10):
    """Is a network that predicts with 80 % correct in 80 % of the cases? Per bin of confidence: mean confidence, accuracy, count.

    probabilities (m, k) as ``net.predict_proba`` gives them; confidence is the largest of a row. Empty bins are left out.
    The expected calibration error is ``(count * abs(confidence - correct)).sum() / count.sum()`` (Guo et al. 2017, eq. 3).
    """
    P, y, bins = as_floats(probabilities, "probabilities"), as_labels(y, "y"), as_count(bins, "bins", 10**6)
    if P.ndim != 2 or y.ndim != 1 or len(P) != len(y) or P.size == 0:
        raise ValueError(f"probabilities must be (m, k) with one row for each of the labels (m,), got {P.shape} for labels {y.shape}")
    if P.min() < 0 or P.max() > 1:
        raise ValueError(f"probabilities must be in 0 to 1, got {P.min():.3g} to {P.max():.3g}: write net.predict_proba(X)")
    y, confidence = class_indices(y, "y", P.shape[1]), P.max(axis=1)
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    count = np.bincount(index, minlength=bins)
    full = count > 0
    mean = np.bincount(index, confidence, bins)[full] / count[full]
    correct = np.bincount(index, y == P.argmax(axis=1), bins)[full] / count[full]
    return mean, correct, count[full]
