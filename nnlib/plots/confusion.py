"""Which class is taken for which: rows are the truth, columns the predictions."""

import numpy as np

from .. import metrics
from .style import BLUE, INK, RED, TICK, axes_for, label, pale
from .words import as_list, percent, plural


def confusion_matrix(y, predicted, ax=None, *, labels=None):
    """Draw the counts of true class i predicted as j: correct answers blue, on the diagonal, errors red. Returns ax.

    The deeper the blue, the more of the class is correct; the deeper the red, the more often that error is made.
    labels: names of the classes, in order. y and predicted hold class indices (m,); ``nnlib.metrics.confusion_matrix``
    counts.
    """
    C, labels = count(y, predicted, labels)
    k = len(C)
    ax = axes_for(ax, (1.4 + 0.38 * max(k, 5), 1.1 + 0.36 * max(k, 5)))
    totals = np.maximum(C.sum(axis=1), 1)
    errors = C - np.diag(np.diag(C))
    strength = np.where(np.eye(k, dtype=bool), 0.25 + 0.75 * np.diag(C) / totals, 0.1 * (errors > 0) + 0.9 * errors / max(errors.max(), 1))
    image = np.where(np.eye(k, dtype=bool)[..., None], pale(BLUE, strength), pale(RED, strength))
    ax.imshow(image)
    for i, j in np.ndindex(k, k):
        if C[i, j] or i == j:
            dark = image[i, j] @ [0.299, 0.587, 0.114] < 0.55
            style = {"color": "white" if dark else INK, "fontweight": "bold" if i == j else "normal"}
            ax.text(j, i, str(C[i, j]), ha="center", va="center", fontsize=TICK if k <= 12 else 8, **style)
    ax.set_xticks(range(k), labels, rotation=45 if max(map(len, labels)) > 5 else 0)
    ax.set_yticks(range(k), labels)
    ax.tick_params(length=0)
    label(ax, title=f"{np.trace(C)} of {C.sum()} correct", x="predicted class", y="true class")
    return ax


def describe_confusion_matrix(y, predicted, *, labels=None):
    """``confusion_matrix`` in one line: how many are correct, the weakest class, the most frequent error."""
    C, labels = count(y, predicted, labels)
    right = np.diag(C)
    parts = [f"{right.sum()} of {C.sum()} correct ({percent(right.sum() / C.sum())})"]
    recall = np.where(C.sum(axis=1) > 0, right / np.maximum(C.sum(axis=1), 1), np.inf)
    weakest = recall.argmin()
    parts.append(f"weakest class {labels[weakest]} ({percent(recall[weakest])} of {C[weakest].sum()})")
    errors = C - np.diag(right)
    if errors.any():
        i, j = np.unravel_index(errors.argmax(), errors.shape)
        parts.append(f"most frequent error: {labels[i]} predicted as {labels[j]}, {plural(errors[i, j], 'time')}")
    return "; ".join(parts)


def count(y, predicted, labels):
    """The matrix of counts (k, k) and the names of its classes."""
    labels = None if labels is None else as_list(labels, "labels", "labels=['cat', 'dog']")
    C = metrics.confusion_matrix(y, predicted, classes=None if labels is None else len(labels))
    return C, [str(name) for name in (range(len(C)) if labels is None else labels)]
