"""Metrics: by hand, against scikit-learn, and with arguments that do not fit."""

import numpy as np
import pytest
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
    "confusion: rows that do not match": (lambda: confusion_matrix([0, 1], [0]), ["(2,)", "(1,)"]),
    "confusion: floats": (lambda: confusion_matrix([0.0, 1.0], [0, 1]), ["y", "integers", "float64"]),
    "confusion: probabilities as predictions": (lambda: confusion_matrix([0, 1], [0.2, 0.9]), ["predicted", "integers", "float64"]),
    "confusion: NaN": (lambda: confusion_matrix([0, NAN], [0, 1]), ["y", "integers", "float64"]),
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


@pytest.mark.parametrize("case", BAD)
def test_bad_input_raises_a_value_error_that_says_what_came_and_what_to_write(case):
    call, words = BAD[case]
    with pytest.raises(ValueError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []
