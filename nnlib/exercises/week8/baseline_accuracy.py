import numpy as np

from ..exercise import exercise


def two_label_sets(rng):
    """Labels of the two parts: the most frequent class of one is not the most frequent of the other."""
    y_train = rng.permutation([0] * 3 + [1] * int(rng.integers(4, 6)) + [3] * 9 + [4] * 2)
    y_test = rng.permutation([0] * 4 + [1] * 6 + [2] * 3 + [3] * int(rng.integers(1, 3)))
    return y_train, y_test


def commonest(y):
    return np.bincount(y).argmax()


@exercise(
    "week8.baseline_accuracy",
    title="What a network must beat",
    minutes=4,
    difficulty=1,
    importance=4,
    returns={"accuracy": None},
    inputs=two_label_sets,
    hints=(
        "A model that never looks at an image always predicts the same class. Which class would you choose, knowing the training labels?",
        "The most frequent class of y_train, and its share in y_test.",
        "guess = np.bincount(...).argmax(); return np.mean(y_test == ...)",
    ),
)
def baseline_accuracy(y_train, y_test):
    guess = np.bincount(y_train).argmax()
    return np.mean(y_test == guess)


@baseline_accuracy.also_right
def with_unique(y_train, y_test):
    classes, counts = np.unique(y_train, return_counts=True)
    return (y_test == classes[counts.argmax()]).sum() / len(y_test)


baseline_accuracy.add_mistakes(
    (
        "the class was chosen from y_test. A baseline, too, may learn from the training labels only.",
        lambda y_train, y_test: np.mean(y_test == commonest(y_test)),
    ),
    (
        "the share was measured on y_train. Choose the class there, and count it in y_test.",
        lambda y_train, y_test: np.mean(y_train == commonest(y_train)),
    ),
    (
        "this is one over the number of classes. The classes are not equally frequent: take the most frequent one.",
        lambda y_train, y_test: 1 / len(np.unique(y_train)),
    ),
    ("this is the label of the most frequent class. You need the share of y_test that has it.", lambda y_train, y_test: commonest(y_train)),
    (
        "this is the error. The accuracy is the share that is right: np.mean(y_test == guess).",
        lambda y_train, y_test: np.mean(y_test != commonest(y_train)),
    ),
    (
        "this is a number of examples. Divide by len(y_test), or take the mean.",
        lambda y_train, y_test: int((y_test == commonest(y_train)).sum()),
    ),
    (
        "the two sets were put together. Choose the class from y_train, and count it in y_test.",
        lambda *parts: np.mean(np.concatenate(parts) == commonest(np.concatenate(parts))),
    ),
    (
        "this is 0, as with a class that y_test never holds. np.bincount(...).max() is a count; the class is its position: .argmax().",
        lambda y_train, y_test: np.mean(y_test == np.bincount(y_train).max()),
    ),
)
