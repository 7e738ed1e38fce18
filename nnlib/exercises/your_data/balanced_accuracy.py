import numpy as np

from ..exercise import exercise


def labels_and_predictions(rng):
    """Three classes of unequal size, each predicted at least once, no two shares alike."""
    while True:
        y = rng.permutation(np.repeat([0, 1, 2], [14, 6, 3]))
        predicted = np.where(rng.random(23) < 0.6, y, rng.integers(0, 3, 23))
        recall, precision = recalls(y, predicted), precisions(y, predicted)
        shares = [*recall, *precision, np.mean(y == predicted), np.mean(recall), np.mean(precision), recall[1:].mean()]
        if np.isfinite(shares).all() and len(set(np.round(shares, 6))) == len(shares):
            return y, predicted


def recalls(y, predicted):
    return np.array([np.mean(predicted[y == k] == k) for k in np.unique(y)])


def precisions(y, predicted):
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.array([np.sum((predicted == k) & (y == k)) / np.sum(predicted == k) for k in np.unique(y)])


def one_answer_for_all_gets_one_over_k(answer, rng):
    y, _ = labels_and_predictions(rng)
    return np.isclose(answer(y, np.zeros_like(y)), 1 / 3) or "always predicting class 0 of three classes must give 1/3."


@exercise(
    "your_data.balanced_accuracy",
    title="Balanced accuracy",
    minutes=6,
    difficulty=2,
    importance=5,
    returns={"balanced": None},
    inputs=labels_and_predictions,
    hints=(
        "Each class has one vote, however many rows it has.",
        "The recall of class k is the share of the rows of class k that are predicted as k. Take the mean over the classes that occur in y.",
        "recalls = []; for k in np.unique(y): recalls.append(np.mean(predicted[y == k] == ...)); return np.mean(recalls)",
    ),
    properties=(("always the same answer scores 1/k", one_answer_for_all_gets_one_over_k),),
)
def balanced_accuracy(y, predicted):
    return np.mean([np.mean(predicted[y == k] == k) for k in np.unique(y)])


@balanced_accuracy.also_right
def from_the_confusion_matrix(y, predicted):
    C = np.zeros((3, 3))
    np.add.at(C, (y, predicted), 1)
    return float((np.diag(C) / C.sum(axis=1)).mean())


balanced_accuracy.add_mistakes(
    (
        "this is the plain accuracy: a class with many rows has many votes. Take the recall of each class, and the mean of these.",
        lambda y, predicted: np.mean(y == predicted),
    ),
    (
        "you divided by the number of predictions of each class: that is precision. Select the rows by y: predicted[y == k].",
        lambda y, predicted: np.mean(precisions(y, predicted)),
    ),
    ("this is the sum of the recalls. Take their mean.", lambda y, predicted: np.sum(recalls(y, predicted))),
    ("this is the share of errors. Compare with ==.", lambda y, predicted: 1 - np.mean(recalls(y, predicted))),
    ("this is the recall of class 1 alone. Take the mean over all classes.", lambda y, predicted: recalls(y, predicted)[1]),
    (
        "this is the recall of the last class alone: does each turn of the loop overwrite the one before? Take the mean over all classes.",
        lambda y, predicted: recalls(y, predicted)[-1],
    ),
    (
        "this is the recall of class 0 alone, as a return inside the loop gives. Take the mean over all classes.",
        lambda y, predicted: recalls(y, predicted)[0],
    ),
    ("class 0 is left out: start at 0, or loop over np.unique(y).", lambda y, predicted: np.mean(recalls(y, predicted)[1:])),
    ("you return one recall for each class. Return their mean, one number.", recalls),
    (
        "this is the accuracy divided by the number of classes, as shares of all rows give. Divide by the rows of the class: predicted[y == k] == k.",
        lambda y, predicted: np.mean(y == predicted) / len(np.unique(y)),
    ),
)
