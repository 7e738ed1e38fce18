"""Week 8: one whole step, no looking ahead, and what an accuracy is worth."""

from fractions import Fraction

import numpy as np

from ..family import SHARE, WHOLE, ask, by_reference, family, others, rows
from ..item import Redraw


@family("week8", 1, "4/4 The whole step", "number", of="week8.network_step")
def step_entry(draw):
    X, y = draw.matrix(2, 2, -2, 3), np.array(draw.ints(2, 0, 1))
    W1, b1 = draw.matrix(2, 2, -2, 2), draw.matrix(1, 2, -2, 2)
    W2 = draw.matrix(2, 2, -2, 2)
    A1 = np.maximum(X @ W1 + b1, 0)
    S = A1 @ W2
    if (A1 == 0).all() or abs(S[0, 0] - S[0, 1] - S[1, 0] + S[1, 1]) > 0:
        raise Redraw  # so that the two examples have the same probabilities
    odds = draw.int(1, 3)
    b2 = np.array([[np.log(odds) - (S[0, 0] - S[0, 1]), 0.0]])
    what, k, j = draw.int(1, 4), draw.int(0, 1), draw.int(0, 1)
    key, wrong = by_reference(
        "week8.network_step", (X, y, W1, b1, W2, b2), lambda L, *g: np.atleast_2d(g[what - 1])[k if what in (1, 3) else 0, j]
    )
    name = ("dW1", "db1", "dW2", "db2")[what - 1]
    p = Fraction(odds, 1 + odds)
    wrong += [(-key, "the sign: it starts from P - Y."), (2 * key, "the mean over two examples brings a half.")]
    return ask(
        f"X = {rows(X)}, labels {y.tolist()}, A1 = {rows(A1)} (after the ReLU), W2 = {rows(W2)}; softmax gives both examples ({p}, {1 - p}). What is {name}[{k if what in (1, 3) else 0}, {j}]?",
        key,
        "dZ2 = (P - Y) / m; dW2 = A1^T dZ2; dZ1 = dZ2 W2^T where A1 > 0; dW1 = X^T dZ1.",
        wrong,
        X=X,
        y=y,
        W1=W1,
        b1=b1,
        W2=W2,
        b2=b2,
        what=what,
        k=k,
        j=j,
    )


@family("week8", 1, "4/4 The whole step", "words")
def what_check_sees(draw):
    mistake, key = draw.pick(
        ("the backward pass has a wrong sign", "Yes"),
        ("the backward pass forgets the ReLU's mask", "Yes"),
        ("the labels are shuffled", "No"),
        ("the loss adds where it should average, forward and backward alike", "No"),
        ("the inputs are not scaled", "No"),
    )
    n = draw.int(2, 6)
    reasons = {
        "Yes": "the check compares the backward pass with nudges of the very same loss. It cannot see what is wrong before or in that loss.",
        "No": "nudging the parameters gives the true slopes of the loss: the backward pass would disagree.",
        "Only with float32": "float32 makes the check blunt: it sees less.",
    }
    return ask(
        f"A network of {n} layers; {mistake}. Does a gradient check find it?",
        key,
        "the backward pass disagrees with the nudges." if key == "Yes" else "backward pass and nudges agree about this loss.",
        others(reasons, key),
        mistake=mistake,
    )


@family("week8", 2, "6/Deeper: scale", "number", of="week8.standardize")
def scaled_test_row(draw):
    mean, spread = draw.int(-5, 9), draw.int(1, 5)
    train = np.array([[mean + spread], [mean - spread]], float)
    test = np.array([[float(draw.int(-9, 19))]])
    key, wrong = by_reference("week8.standardize", (train, test), lambda Z_train, Z_test: Z_test[0, 0])
    value = int(test[0, 0])
    wrong += [
        (value - mean, "divide by the deviation of the training rows."),
        (Fraction(value, spread), "subtract the mean of the training rows."),
        (0, "a test row is not scaled by itself: with the mean of the training rows."),
    ]
    return ask(
        f"Training rows {rows(train[:, 0])}, a test row {value}, one column. Standardize: what becomes of the test row?",
        key,
        f"with the mean {mean} and the deviation {spread} of the training rows.",
        wrong,
        train=train,
        test=test,
    )


@family("week8", 2, "6/What the number meant", "words")
def where_it_looked_ahead(draw):
    n = draw.pick(20, 50, 100, 500)
    step, key = draw.pick(
        (f"choose the {n} columns that go best with the labels of all rows; split; train; test", "The choice of columns"),
        (f"split; take mean and deviation of all rows; scale; train on {n} rows; test", "The scaling"),
        (f"split; train {n} epochs, keep the epoch that is best on the test rows; report that", "The choice of the epoch"),
        (f"split; choose {n} columns on the training rows; scale by the training rows; train; test", "Nowhere"),
    )
    reasons = {
        "The choice of columns": "here the columns are chosen on training rows, or not at all.",
        "The scaling": "here no test row enters the mean.",
        "The choice of the epoch": "here no epoch is chosen by the test rows.",
        "Nowhere": "go through the steps: does any of them see a test row before the test?",
    }
    return ask(
        f"A study: {step}. Where does it look ahead?",
        key,
        "no test row has a say before the test." if key == "Nowhere" else "test rows have a say there.",
        others(reasons, key),
        step=step,
    )


@family("week8", 3, "6/What must be beaten", "number", of="week8.baseline_accuracy")
def baseline(draw):
    y_train = np.array(draw.shuffled([0] * draw.int(2, 5) + [1] * draw.int(2, 5)))
    y_test = np.array(draw.ints(5, 0, 1))
    if y_train.mean() == 0.5:
        raise Redraw
    key, wrong = by_reference("week8.baseline_accuracy", (y_train, y_test))
    wrong = [(0, "some of the test labels are of that class.")] + wrong
    wrong += [
        (1 - key, "that is the rarer class of the training labels."),
        (max(y_train.mean(), 1 - y_train.mean()), "that is its share in the training labels: it is judged on the test labels."),
        (0.5, "it always says the most frequent class."),
        (1, "one answer for all is right only where the label is that class."),
    ]
    return ask(
        f"Training labels {y_train.tolist()}, test labels {y_test.tolist()}. Which test accuracy has the baseline that always says the most frequent training class?",
        key,
        "the share of that class among the test labels.",
        wrong,
        sort=SHARE,
        y_train=y_train,
        y_test=y_test,
    )


@family("week8", 3, "6/How sure is that number?", "number", of="week8.uncertainty")
def error_of_accuracy(draw):
    p, root = Fraction(draw.pick(1, 2, 4, 5, 8, 9), 10) if draw.int(0, 1) else Fraction(draw.pick(1, 4), 5), draw.pick(10, 20, 30)
    if p not in (Fraction(1, 2), Fraction(1, 5), Fraction(4, 5), Fraction(1, 10), Fraction(9, 10)):
        raise Redraw
    n = root**2
    key, wrong = by_reference("week8.uncertainty", (np.array([float(p), float(p)]), n), lambda mean, seed_error, test_error: test_error)
    wrong += [
        (p * (1 - p) / n, "the root is missing."),
        (p * (1 - p), "divide by the number of examples, and take the root."),
        (Fraction(1, root), "p (1 - p) stands under the root, not 1."),
        (0, "every accuracy on a sample has an error."),
    ]
    return ask(
        f"An accuracy of {rows(float(p))} on {n} independent test examples. What is its standard error from their choice?",
        key,
        "root of p (1 - p) / n.",
        wrong,
        near=1e-9,
        p=p,
        n=n,
    )


@family("week8", 3, "6/Which is taken for which?", "number", of="week8.confusion")
def confusion_entry(draw):
    y, predicted = np.array(draw.ints(8, 0, 2)), np.array(draw.ints(8, 0, 2))
    i, j = draw.distinct(2, 0, 2)
    key, wrong = by_reference("week8.confusion", (y, predicted, 3), lambda C: C[i, j])
    wrong = [(min(int(key), 1), "the pair occurs more than once: every example counts.")] + wrong
    wrong += [
        (int(((y == j) & (predicted == i)).sum()), "rows are the true classes, columns the predicted ones."),
        (int((y == i).sum()), "those are all examples of the class."),
        (int((predicted == j).sum()), "those are all that were predicted so."),
    ]
    return ask(
        f"True classes {y.tolist()}, predicted {predicted.tolist()}. Rows of the confusion matrix are the true classes. What is C[{i}, {j}]?",
        int(key),
        f"count the examples of class {i} that were predicted as {j}.",
        wrong,
        sort=WHOLE,
        y=y,
        predicted=predicted,
        i=i,
        j=j,
    )


@family("week8", 3, "6/One digit: precision and recall", "number")
def precision_or_recall(draw):
    hit, false, missed = draw.int(2, 12), draw.int(1, 9), draw.int(1, 9)
    which = draw.pick("precision", "recall")
    values = {"precision": Fraction(hit, hit + false), "recall": Fraction(hit, hit + missed)}
    other = "recall" if which == "precision" else "precision"
    return ask(
        f"The digit 8: {hit} were found, {missed} were missed, and {false} other digits were called 8. What is the {which}?",
        values[which],
        "of those called 8, the share that are." if which == "precision" else "of all eights, the share that were found.",
        [
            (values[other], f"that is the {other}."),
            (Fraction(hit, hit + false + missed), "false calls and misses do not count in the same one."),
            (Fraction(false, hit + false) if which == "precision" else Fraction(missed, hit + missed), "that is what is left to 1."),
            (Fraction(hit, false + missed), "a share has the whole in its denominator."),
        ],
        sort=SHARE,
        hit=hit,
        false=false,
        missed=missed,
        which=which,
    )


@family("week8", 3, "6/What the number meant", "words")
def for_whom(draw):
    n = draw.int(12, 60)
    split, key = draw.pick(
        ("at random over all images", "New images of these writers"),
        ("by writer: test writers are in no training row", "Writers never seen"),
    )
    reasons = {
        "New images of these writers": "a network does better on writers it was trained on, and the test holds none of them.",
        "Writers never seen": "each writer has images on both sides: nothing is said about new writers.",
        "The training images": "test images are not among them.",
        "Any handwriting anywhere": "other pens, scanners and countries are in no row at all.",
    }
    why = {
        "New images of these writers": "the network knows every writer of the test.",
        "Writers never seen": "no test writer was in a training row.",
    }
    return ask(
        f"Images by {n} writers, split {split}. For whom does the test accuracy hold?",
        key,
        why[key],
        others(reasons, key),
        split=split,
    )
