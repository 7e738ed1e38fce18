"""Metrics: by hand, against scikit-learn, and with arguments that do not fit."""

import numpy as np
import pytest
from helpers import says_what_to_write
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import BinaryCrossEntropy, Dense, MeanSquaredError, Network, accuracy, calibration, confusion_matrix, r_squared

Y, PREDICTED = [0, 1, 2, 2, 1, 0], [0, 2, 2, 2, 1, 1]  # one 0 called 1, one 1 called 2


# ---- by hand


def test_accuracy_is_the_share_of_equal_labels():
    assert accuracy(Y, PREDICTED) == 4 / 6
    assert accuracy([1], [1]) == 1.0
    assert accuracy([1, 2], [2, 1]) == 0.0
    assert accuracy(["cat", "dog"], ["cat", "cow"]) == 0.5
    assert type(accuracy(Y, PREDICTED)) is float


def test_rows_of_the_confusion_matrix_are_the_truth():
    C = confusion_matrix(Y, PREDICTED)
    np.testing.assert_array_equal(C, [[1, 1, 0], [0, 1, 1], [0, 0, 2]])
    assert C.dtype.kind == "i"


def test_the_confusion_matrix_has_a_row_for_each_class_asked_for():
    np.testing.assert_array_equal(confusion_matrix([0, 1], [1, 1], classes=3), [[0, 1, 0], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(confusion_matrix([0], [0]), [[1]])
    np.testing.assert_array_equal(confusion_matrix(np.array([True, False]), np.array([True, True])), [[0, 1], [0, 1]])


def test_the_confusion_matrix_counts_every_repeat():
    np.testing.assert_array_equal(confusion_matrix([1] * 5, [0] * 5), [[0, 0], [5, 0]])


def test_r_squared_by_hand():
    assert r_squared([1, 2, 6], [1, 2, 3]) == pytest.approx(1 - 9 / 14)  # mean 3: 4 + 1 + 9
    assert r_squared([1, 2, 3], [1, 2, 3]) == 1.0
    assert r_squared([1, 2, 3], [2, 2, 2]) == 0.0  # always the mean
    assert r_squared([1, 2, 3], [3, 2, 1]) == -3.0
    assert r_squared([[1, 0], [3, 4]], [[1, 2], [3, 2]]) == pytest.approx(1 - 8 / 10)  # column means 2, 2


def test_r_squared_and_accuracy_equal_the_networks_score():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 3)), rng.standard_normal((20, 2))
    net = Network([Dense(3, 2)], MeanSquaredError())
    assert net.score(X, y) == pytest.approx(r_squared(y, net.predict(X)), rel=1e-12)
    net = Network([Dense(3, 1)], BinaryCrossEntropy())
    labels = rng.integers(0, 2, 20)
    assert net.score(X, labels) == accuracy(labels, net.predict(X))


def test_calibration_by_hand():
    P = [[0.95, 0.05], [0.92, 0.08], [0.3, 0.7], [0.28, 0.72], [0.5, 0.5]]
    confidence, right, count = calibration([0, 1, 1, 1, 0], P, bins=10)
    np.testing.assert_allclose(confidence, [0.5, 0.71, 0.935])  # bins 0.5-0.6, 0.7-0.8, 0.9-1; empty ones left out
    np.testing.assert_allclose(right, [1, 1, 0.5])
    np.testing.assert_array_equal(count, [1, 2, 2])
    ece = (count * np.abs(confidence - right)).sum() / count.sum()
    assert ece == pytest.approx((0.5 + 2 * 0.29 + 2 * 0.435) / 5)


def test_calibration_puts_a_probability_of_1_into_the_last_bin():
    confidence, right, count = calibration([0, 0], [[1.0, 0.0], [0.97, 0.03]], bins=10)
    np.testing.assert_allclose([confidence, right, count], [[0.985], [1], [2]])


def test_a_network_that_says_what_it_does_is_calibrated():
    rng = np.random.default_rng(0)
    p = rng.uniform(0.5, 1, 20_000)
    y = (rng.random(20_000) < p).astype(int)
    confidence, right, count = calibration(y, np.c_[1 - p, p])
    assert count.sum() == 20_000
    np.testing.assert_allclose(confidence, right, atol=4 * np.sqrt(0.25 / count.min()))


def test_arguments_are_never_changed():
    y, predicted, P = np.array(Y), np.array(PREDICTED), np.full((6, 3), 1 / 3)
    for array in (y, predicted, P):
        array.flags.writeable = False  # writing into it would raise
    accuracy(y, predicted), confusion_matrix(y, predicted), r_squared(y, predicted), calibration(y, P)


# ---- against scikit-learn


@given(seed=st.integers(0, 10_000), m=st.integers(2, 40), k=st.integers(2, 5))
@settings(deadline=None, max_examples=40, derandomize=True)
def test_scikit_learn_agrees(seed, m, k):
    judge = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(seed)
    y, predicted = rng.integers(0, k, m), rng.integers(0, k, m)
    assert accuracy(y, predicted) == pytest.approx(judge.accuracy_score(y, predicted), rel=1e-15)
    np.testing.assert_array_equal(confusion_matrix(y, predicted, classes=k), judge.confusion_matrix(y, predicted, labels=range(k)))
    values, said = rng.standard_normal((m, 2)), rng.standard_normal((m, 2))
    assert r_squared(values[:, 0], said[:, 0]) == pytest.approx(judge.r2_score(values[:, 0], said[:, 0]), rel=1e-12)
    assert r_squared(values, said) == pytest.approx(judge.r2_score(values, said, multioutput="variance_weighted"), rel=1e-12)


def test_scikit_learns_calibration_curve_agrees():
    """Of a binary network whose label 1 has p >= 1/2 throughout, both curves are the same."""
    curve = pytest.importorskip("sklearn.calibration").calibration_curve
    rng = np.random.default_rng(1)
    p = rng.uniform(0.5, 0.999, 500)
    y = (rng.random(500) < p).astype(int)
    right, said = curve(y, p, n_bins=10)
    confidence, ours, _ = calibration(y, np.c_[1 - p, p], bins=10)
    np.testing.assert_allclose([confidence, ours], [said, right], rtol=1e-12)


# ---- labels of every kind, and numbers of every size


class Missing:
    """A missing value as pandas writes it."""

    def __repr__(self):
        return "<NA>"


def objects(*items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


@pytest.mark.parametrize(
    ("y", "predicted", "share"),
    [
        (objects(0, 1, 1, 2), np.array([0, 1, 0, 2]), 0.75),
        (objects(0, np.int64(1), True, 2.0), [0, 1, 1, 2], 1.0),
        (objects("cat", "dog"), ["cat", "cow"], 0.5),
        (np.array(["cat", "dog"], np.dtypes.StringDType()), objects("cat", "dog"), 1.0),
        (objects(b"cat", b"dog"), np.array([b"cat", b"cow"]), 0.5),
        (np.ma.masked_array([0, 1, 1], [0, 0, 0]), [0, 1, 0], 2 / 3),
        ([0.5, 1.5, 2.0], [0.5, 1.5, 3.0], 2 / 3),
    ],
    ids=["whole numbers", "mixed numbers", "texts", "NumPy's texts", "bytes", "a mask of nothing", "values that are not labels"],
)
def test_labels_are_what_their_items_are(y, predicted, share):
    assert accuracy(y, predicted) == pytest.approx(share, rel=1e-15)
    assert accuracy(predicted, y) == pytest.approx(share, rel=1e-15)


def test_columns_of_pandas_are_labels():
    pandas = pytest.importorskip("pandas")
    for kind in ("int64", "Int64", "object", "float"):
        labels = pandas.Series([0, 1, 1, 2], dtype=kind)
        assert accuracy(labels, [0, 1, 0, 2]) == 0.75
    np.testing.assert_array_equal(confusion_matrix(pandas.Series([0, 1], dtype="Int64"), [0, 1]), np.eye(2))
    assert accuracy(pandas.Series(["cat", "dog"]), pandas.Categorical(["cat", "cow"])) == 0.5
    with pytest.raises(ValueError, match=r"a missing value, at \[2\]: leave such rows out"):
        accuracy(pandas.array([0, 1, None], "Int64"), [0, 1, 1])
    with pytest.raises(ValueError, match=r"NaN|<NA>"):
        r_squared(pandas.array([0, 1, None], "Int64"), [0, 1, 1])


def test_a_label_that_is_missing_is_named_by_its_row():
    with pytest.raises(ValueError, match=r"y must hold a class for each row, got nan, a missing value, at \[1\]"):
        accuracy([0.0, np.nan, 1.0], [0, 1, 1])
    with pytest.raises(ValueError, match="a missing value"):
        confusion_matrix([0, 1], [0.0, np.nan])


@pytest.mark.parametrize("size", [1e-300, 1e-200, 1e-160, 1.0, 1e160, 1e307])
def test_r_squared_is_the_same_in_every_unit(size):
    y, predicted = np.array([1.0, 2, 6]), np.array([1.0, 2, 3])
    assert r_squared(size * y, size * predicted) == pytest.approx(1 - 9 / 14, rel=1e-12)
    assert r_squared(size * y[:, None], size * predicted[:, None]) == pytest.approx(1 - 9 / 14, rel=1e-12)


def test_r_squared_of_predictions_beyond_compare_is_minus_infinity():
    assert r_squared([1e-200, 2e-200], [1e200, 1e200]) == -np.inf
    assert r_squared([1e-200, 2e-200], [0, 0]) == pytest.approx(1 - 5 / 0.5)


# ---- bad input

NAN = float("nan")
HALVES = [[0.5, 0.5], [0.2, 0.8]]
BAD = {
    "accuracy: rows that do not match": (lambda: accuracy([0, 1], [0, 1, 1]), ["(2,)", "(3,)"]),
    "accuracy: a column, which would broadcast": (lambda: accuracy([0, 1], [[0], [1]]), ["(2,)", "(2, 1)", "ravel"]),
    "accuracy: columns": (lambda: accuracy([[0], [1]], [[0], [1]]), ["(m,)", "(2, 1)"]),
    "accuracy: one-hot": (lambda: accuracy([0, 1], np.eye(2)), ["(2,)", "(2, 2)"]),
    "accuracy: nothing": (lambda: accuracy([], []), ["(0,)"]),
    "accuracy: numbers": (lambda: accuracy(1, 1), ["()"]),
    "accuracy: numbers against strings, never equal": (lambda: accuracy([0, 1], ["0", "1"]), ["int", "str"]),
    "accuracy: a mask": (lambda: accuracy([0, 1, 1, 0], np.ma.masked_array([0, 1, 0, 0], [0, 0, 1, 0])), ["predicted", "mask", "filled"]),
    "accuracy: a mask in the truth": (lambda: accuracy(np.ma.masked_array([0, 1], [0, 1]), [0, 1]), ["y", "mask"]),
    "accuracy: texts against numbers, in objects": (
        lambda: accuracy(objects("cat", "dog"), objects(0, 1)),
        [np.dtype(int).name, "str", "never"],
    ),
    "accuracy: texts against bytes": (lambda: accuracy(["cat", "dog"], [b"cat", b"dog"]), ["never", "str", "bytes"]),
    "accuracy: texts and numbers in one": (lambda: accuracy(objects("cat", 1), ["cat", "dog"]), ["y", "'cat'", "1", "not both"]),
    "accuracy: missing labels": (lambda: accuracy(objects(0, Missing(), 1), [0, 1, 1]), ["y", "<NA>", "missing"]),
    "accuracy: None": (lambda: accuracy([0, None], [0, 1]), ["y", "None"]),
    "accuracy: ragged": (lambda: accuracy([[0], [1, 2]], [0, 1]), ["y", "different lengths"]),
    "accuracy: probabilities": (lambda: accuracy(np.array([0, 1, 1, 0]), np.array([0.1, 0.9, 0.8, 0.3])), ["0.1", "(p > 0.5).astype(int)"]),
    "accuracy: probabilities, labels of floats": (lambda: accuracy([0.0, 1.0], [0.1, 0.9]), ["predictions", "0.1", "astype(int)"]),
    "accuracy: probabilities first": (lambda: accuracy([0.1, 0.9], [0, 1]), ["0.1", "(p > 0.5).astype(int)"]),
    "accuracy: NaN": (lambda: accuracy([0, 1], [0, NAN]), ["predicted", "nan", "missing"]),
    "confusion: a mask": (lambda: confusion_matrix([0, 1], np.ma.masked_array([0, 1], [0, 1])), ["predicted", "mask"]),
    "confusion: a label of millions": (lambda: confusion_matrix([0, 1], [10**7, 0]), ["10,000,000", "classes=10000001"]),
    "confusion: classes beyond all memory": (lambda: confusion_matrix([0, 1], [1, 0], classes=10**6), ["classes", "20,000"]),
    "confusion: words, and what to write": (lambda: confusion_matrix(["a", "b"], ["a", "a"]), ["np.unique(", "return_inverse=True"]),
    "confusion: probabilities, and what to write": (lambda: confusion_matrix([0, 1], [0.2, 0.9]), ["(p > 0.5).astype(int)"]),
    "r_squared: numbers": (lambda: r_squared(5, 5), ["()", "(m,)"]),
    "r_squared: missing targets": (lambda: r_squared(objects(1, Missing()), [1, 2]), ["y", "<NA>"]),
    "r_squared: a generator": (lambda: r_squared((i for i in [1, 2]), [1, 2]), ["y", "generator"]),
    "calibration: nothing": (lambda: calibration([], np.zeros((0, 2))), ["(0, 2)", "(m, k)"]),
    "calibration: no columns": (lambda: calibration([0], np.zeros((1, 0))), ["(1, 0)", "(m, k)"]),
    "calibration: a mask": (lambda: calibration(np.ma.masked_array([0, 1], [0, 1]), HALVES), ["y", "mask"]),
    "calibration: bins beyond all memory": (lambda: calibration([0, 1], HALVES, bins=10**9), ["bins", "1,000,000"]),
    "confusion: rows that do not match": (lambda: confusion_matrix([0, 1], [0]), ["(2,)", "(1,)"]),
    "confusion: floats": (lambda: confusion_matrix([0.0, 1.0], [0, 1]), ["y", "integers", "float64"]),
    "confusion: probabilities as predictions": (lambda: confusion_matrix([0, 1], [0.2, 0.9]), ["predicted", "integers", "float64"]),
    "confusion: NaN": (lambda: confusion_matrix([0, NAN], [0, 1]), ["y", "nan", "missing"]),
    "confusion: negative": (lambda: confusion_matrix([0, -1], [0, 1]), ["y", "0 to 1", "-1"]),
    "confusion: beyond classes": (lambda: confusion_matrix([0, 3], [0, 1], classes=3), ["y", "0 to 2", "3"]),
    "confusion: words": (lambda: confusion_matrix(["a", "b"], ["a", "a"]), ["y", "class indices", "<U1"]),
    "confusion: objects": (lambda: confusion_matrix(np.array([0, None]), [0, 1]), ["y", "class indices", "object"]),
    "confusion: classes negative": (lambda: confusion_matrix([0, 1], [0, 1], classes=-1), ["classes", "-1"]),
    "confusion: classes 0": (lambda: confusion_matrix([0, 1], [0, 1], classes=0), ["classes", "0"]),
    "confusion: classes 2.5": (lambda: confusion_matrix([0, 1], [0, 1], classes=2.5), ["classes", "2.5"]),
    "confusion: classes a word": (lambda: confusion_matrix([0, 1], [0, 1], classes="2"), ["classes", "'2'"]),
    "r_squared: target that would broadcast": (lambda: r_squared([1, 2], [[1], [2]]), ["(2,)", "(2, 1)", "broadcast"]),
    "r_squared: equal targets": (lambda: r_squared([2, 2], [1, 3]), ["equal", "differ"]),
    "r_squared: nothing": (lambda: r_squared([], []), ["(0,)"]),
    "r_squared: NaN": (lambda: r_squared([1, NAN], [1, 2]), ["NaN"]),
    "r_squared: words": (lambda: r_squared(["a", "b"], [1, 2]), ["y", "numbers"]),
    "r_squared: complex": (lambda: r_squared([1j, 2], [1, 2]), ["y", "numbers"]),
    "calibration: rows that do not match": (lambda: calibration([0, 1, 1], HALVES), ["(2, 2)", "(3,)"]),
    "calibration: one probability a row": (lambda: calibration([0, 1], [0.2, 0.8]), ["(m, k)", "(2,)"]),
    "calibration: one-hot labels": (lambda: calibration(np.eye(2), HALVES), ["(m,)", "(2, 2)"]),
    "calibration: a number for labels": (lambda: calibration(1, [[0.2, 0.8]]), ["()"]),
    "calibration: logits": (lambda: calibration([0, 1], [[3.0, -2.0], [1.0, 9.0]]), ["probabilities", "0", "1"]),
    "calibration: negative": (lambda: calibration([0, 1], [[-3.0, -2.0], [-1.0, -9.0]]), ["probabilities", "-"]),
    "calibration: NaN": (lambda: calibration([0, 1], [[NAN, 0.1], [0.5, 0.5]]), ["probabilities"]),
    "calibration: no bins": (lambda: calibration([0, 1], HALVES, bins=0), ["bins", "0"]),
    "calibration: half a bin": (lambda: calibration([0, 1], HALVES, bins=2.5), ["bins", "2.5"]),
    "calibration: label out of range": (lambda: calibration([0, 7], HALVES), ["0 to 1", "7"]),
    "calibration: words": (lambda: calibration(["a", "b"], HALVES), ["class indices"]),
}


test_bad_input_raises_a_value_error_that_says_what_was_given_and_what_to_write = says_what_to_write(BAD)
