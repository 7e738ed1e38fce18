"""Losses: by hand, against central differences, at logits of 1e4, and with targets that do not fit."""

import math
import re
import textwrap

import numpy as np
import pytest
from helpers import random
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    Adam,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    MeanSquaredError,
    Softmax,
    SoftmaxCrossEntropy,
    check_loss,
    check_network,
    datasets,
    fit,
    losses,
    mlp,
)
from nnlib.activations import softmax


def mse_case(m, seed):
    return MeanSquaredError(), 3 * random(m, 4, seed=seed), random(m, 4, seed=seed + 1)


def bce_case(m, seed):
    return BinaryCrossEntropy(), 3 * random(m, 1, seed=seed), np.random.default_rng(seed).integers(0, 2, m)


def softmax_case(m, seed):
    return SoftmaxCrossEntropy(), 3 * random(m, 4, seed=seed), np.random.default_rng(seed).integers(0, 4, m)


def categorical_case(m, seed):
    return CategoricalCrossEntropy(), softmax(random(m, 4, seed=seed)), np.random.default_rng(seed).integers(0, 4, m)


CASES = {"MSE": mse_case, "BCE": bce_case, "SoftmaxCE": softmax_case, "CategoricalCE": categorical_case}
every = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def softmax_with_categorical(Z, y):
    """L and dL/dZ of Softmax followed by CategoricalCrossEntropy."""
    layer, loss = Softmax(), CategoricalCrossEntropy()
    L = loss.forward(layer.forward(Z, training=True), y)
    return L, layer.backward(loss.backward())


# ---- known values


def test_mse_is_the_mean_over_examples_of_the_sum_over_outputs_without_a_half():
    loss = MeanSquaredError()
    L = loss.forward(np.array([[1.0, 2.0], [3.0, 5.0]]), [[0, 0], [0, 1]])
    assert L == (1 + 4 + 9 + 16) / 2
    np.testing.assert_array_equal(loss.backward(), [[1, 2], [3, 4]])  # 2 (Z - Y) / m


def test_mse_grows_with_the_number_of_outputs():
    Z = np.ones((5, 1))
    assert MeanSquaredError().forward(np.tile(Z, 3), np.zeros((5, 3))) == 3 * MeanSquaredError().forward(Z, np.zeros((5, 1)))


@pytest.mark.parametrize("label", [0, 1])
def test_bce_of_logit_0_is_log_2(label):
    loss = BinaryCrossEntropy()
    assert loss.forward(np.zeros((1, 1)), [label]) == pytest.approx(math.log(2), rel=1e-15)
    np.testing.assert_array_equal(loss.backward(), [[0.5 - label]])


def test_bce_of_two_examples_by_hand():
    loss = BinaryCrossEntropy()
    Z = np.array([[math.log(3)], [math.log(4)]])  # p = 3/4, 4/5
    assert loss.forward(Z, [1, 0]) == pytest.approx((-math.log(3 / 4) - math.log(1 / 5)) / 2, rel=1e-14)
    np.testing.assert_allclose(loss.backward(), [[-1 / 8], [4 / 10]])  # (p - y) / 2


@pytest.mark.parametrize("k", [2, 3, 10])
def test_softmax_cross_entropy_of_equal_logits_is_log_k(k):
    loss = SoftmaxCrossEntropy()
    assert loss.forward(np.full((3, k), 1.7), [0, 1, k - 1]) == pytest.approx(math.log(k), rel=1e-14)


def test_softmax_cross_entropy_of_two_examples_by_hand():
    loss = SoftmaxCrossEntropy()
    Z = np.log([[1.0, 2.0, 5.0], [1.0, 1.0, 2.0]])  # p = 1/8 2/8 5/8; 1/4 1/4 1/2
    assert loss.forward(Z, [2, 0]) == pytest.approx((-math.log(5 / 8) - math.log(1 / 4)) / 2, rel=1e-14)
    np.testing.assert_allclose(loss.backward(), [[1 / 16, 2 / 16, -3 / 16], [-3 / 8, 1 / 8, 1 / 4]])


def test_categorical_cross_entropy_by_hand():
    loss = CategoricalCrossEntropy()
    assert loss.forward(np.array([[0.25, 0.75], [0.5, 0.5]]), [1, 0]) == pytest.approx((-math.log(0.75) - math.log(0.5)) / 2)
    np.testing.assert_allclose(loss.backward(), [[0, -2 / 3], [-1, 0]])  # -Y / P / m


def test_predictions_and_probabilities_by_hand():
    Z = np.array([[-1.0], [0.0], [2.0]])
    np.testing.assert_array_equal(BinaryCrossEntropy().predict(Z), [0, 0, 1])
    P = BinaryCrossEntropy().probabilities(Z)
    np.testing.assert_allclose(P[:, 1], 1 / (1 + np.exp(-Z[:, 0])))
    np.testing.assert_allclose(P.sum(axis=1), 1)
    logits = np.log([[1.0, 2.0, 5.0], [6.0, 1.0, 1.0]])
    np.testing.assert_array_equal(SoftmaxCrossEntropy().predict(logits), [2, 0])
    np.testing.assert_allclose(SoftmaxCrossEntropy().probabilities(logits), [[1 / 8, 1 / 4, 5 / 8], [3 / 4, 1 / 8, 1 / 8]])
    np.testing.assert_array_equal(CategoricalCrossEntropy().probabilities(P), P)
    np.testing.assert_array_equal(MeanSquaredError().predict(Z), Z)


# ---- gradients


@every
@pytest.mark.parametrize("m", [1, 2, 7])
def test_every_gradient_equals_central_differences(case, m):
    loss, Z, y = case(m, seed=m)
    numeric, h = np.zeros_like(Z), 1e-5
    for index in np.ndindex(Z.shape):
        up, down = Z.copy(), Z.copy()
        up[index] += h
        down[index] -= h
        numeric[index] = (loss.forward(up, y) - loss.forward(down, y)) / (2 * h)
    loss.forward(Z, y)
    dZ = loss.backward()
    assert dZ.shape == Z.shape
    assert np.abs(dZ - numeric).max() / np.abs(numeric).max() < 1e-7


@every
def test_every_loss_passes_the_checker(case):
    for seed in range(10):
        assert check_loss(*case(1 + seed, seed)) < 1e-7


@every
def test_the_mean_is_over_examples_so_doubling_the_data_halves_each_gradient(case):
    loss, Z, y = case(5, seed=3)
    L = loss.forward(Z, y)
    dZ = loss.backward()
    assert loss.forward(np.vstack([Z, Z]), np.concatenate([y, y])) == pytest.approx(L, rel=1e-14)
    np.testing.assert_allclose(loss.backward(), np.vstack([dZ, dZ]) / 2, rtol=1e-14)


# ---- far logits

FAR = np.array([-1e4, -1e3, -750.0, -90.0, 0.0, 90.0, 750.0, 1e3, 1e4])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bce_at_logits_of_1e4_is_finite_and_correct(dtype):
    loss, Z = BinaryCrossEntropy(), FAR.astype(dtype)[:, None]
    for label in (0, 1):
        L = loss.forward(Z, np.full(9, label))
        dZ = loss.backward()
        expected = np.mean(np.maximum(FAR * (1 - 2 * label), 0)) + math.log(2) / 9  # a wrong sign costs |z|
        assert L == pytest.approx(expected, rel=1e-6)
        np.testing.assert_allclose(dZ[:, 0] * 9, [-label] * 4 + [0.5 - label] + [1 - label] * 4, atol=1e-30)
        assert dZ.dtype == dtype


@pytest.mark.parametrize("z", [20.0, 40.0, 100.0, 700.0])
def test_bce_of_a_confident_correct_answer_is_small_and_not_0(z):
    """log(1 + e^-z) is e^-z there; 1 + e^-40 has already rounded to 1, so log1p is needed."""
    assert BinaryCrossEntropy().forward(np.array([[z]]), [1]) == pytest.approx(math.exp(-z), rel=1e-8)
    assert BinaryCrossEntropy().forward(np.array([[-z]]), [0]) == pytest.approx(math.exp(-z), rel=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_cross_entropy_at_logits_of_1e4_is_finite_and_correct(dtype):
    loss, Z = SoftmaxCrossEntropy(), np.array([[1e4, -1e4, 0], [1e4, 1e4, -1e4], [-1e4, -1e4, -1e4]], dtype=dtype)
    L = loss.forward(Z, [1, 0, 2])
    dZ = loss.backward()
    assert L == pytest.approx((2e4 + math.log(2) + math.log(3)) / 3, rel=1e-6)
    np.testing.assert_allclose(3 * dZ, [[1, -1, 0], [-0.5, 0.5, 0], [1 / 3, 1 / 3, -2 / 3]], rtol=1e-6)
    assert dZ.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_mse_at_outputs_of_1e4_is_finite_and_correct(dtype):
    loss = MeanSquaredError()
    assert loss.forward(np.array([[1e4], [-1e4]], dtype=dtype), [[-1e4], [-1e4]]) == pytest.approx(2e8)
    np.testing.assert_array_equal(loss.backward(), [[2e4], [0]])
    assert loss.backward().dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_with_categorical_cross_entropy_at_logits_of_1e4_is_finite(dtype):
    Z = np.array([[1e4, -1e4, 0], [1e4, 1e4, -1e4], [-1e4, 1e4, 1e4], [300, 0, -300]], dtype=dtype)
    L, dZ = softmax_with_categorical(Z, [1, 0, 0, 2])
    assert np.isfinite(L) and L > 10
    assert np.isfinite(dZ).all()
    assert dZ.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("gap", [50, 80, 85, 87, 87.5, 88, 90, 100, 103, 700, 708, 709, 720, 745, 800])
def test_categorical_gradient_is_finite_where_a_probability_is_about_to_vanish(dtype, gap):
    """1 / p overflows for a p below the smallest normal number: the floor has to apply before that."""
    L, dZ = softmax_with_categorical(np.array([[gap, 0.0]], dtype=dtype), [1])
    assert np.isfinite(L) and np.isfinite(dZ).all()


# ---- equal losses


@given(seed=st.integers(0, 10_000), m=st.integers(1, 8), k=st.integers(2, 6), scale=st.floats(0.01, 3))
@settings(deadline=None, max_examples=50, derandomize=True)
def test_stable_losses_equal_the_naive_formulas_at_moderate_logits(seed, m, k, scale):
    rng = np.random.default_rng(seed)
    Z, y, t = scale * rng.standard_normal((m, k)), rng.integers(0, k, m), rng.integers(0, 2, m)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    assert SoftmaxCrossEntropy().forward(Z, y) == pytest.approx(-np.mean(np.log(P[np.arange(m), y])), rel=1e-9, abs=1e-12)
    z = Z[:, :1]
    p = 1 / (1 + np.exp(-z[:, 0]))
    naive = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))
    assert BinaryCrossEntropy().forward(z, t) == pytest.approx(naive, rel=1e-6, abs=1e-9)  # 1 - p loses digits, ours does not


@given(seed=st.integers(0, 10_000), m=st.integers(1, 8), k=st.integers(2, 6))
@settings(deadline=None, max_examples=50, derandomize=True)
def test_softmax_layer_with_categorical_cross_entropy_equals_softmax_cross_entropy(seed, m, k):
    Z, y = 4 * random(m, k, seed=seed), np.random.default_rng(seed).integers(0, k, m)
    loss = SoftmaxCrossEntropy()
    L, dZ = softmax_with_categorical(Z, y)
    assert loss.forward(Z, y) == pytest.approx(L, rel=1e-10)
    np.testing.assert_allclose(loss.backward(), dZ, rtol=1e-10, atol=1e-14)


def test_bce_equals_softmax_cross_entropy_of_logits_0_and_z():
    z, y = 5 * random(20, 1), np.random.default_rng(1).integers(0, 2, 20)
    bce, ce = BinaryCrossEntropy(), SoftmaxCrossEntropy()
    assert bce.forward(z, y) == pytest.approx(ce.forward(np.hstack([0 * z, z]), y), rel=1e-13)
    np.testing.assert_allclose(bce.backward(), ce.backward()[:, 1:], rtol=1e-10)


def test_gradient_of_cross_entropy_sums_to_0_in_each_row_and_a_shift_changes_nothing():
    loss, Z, y = softmax_case(6, seed=2)
    L = loss.forward(Z, y)
    np.testing.assert_allclose(loss.backward().sum(axis=1), 0, atol=1e-16)
    assert loss.forward(Z + 500, y) == pytest.approx(L, rel=1e-12)


# ---- targets: what may be written


@pytest.mark.parametrize("loss", [SoftmaxCrossEntropy(), CategoricalCrossEntropy()], ids=str)
@pytest.mark.parametrize(
    "form",
    [
        lambda y: y,
        lambda y: y.tolist(),
        lambda y: y.astype(np.uint8),
        lambda y: y.astype(float),
        lambda y: np.eye(3)[y],
        lambda y: np.eye(3, dtype=bool)[y],
        lambda y: np.eye(3)[y].tolist(),
    ],
    ids=["int", "list", "uint8", "float", "one-hot", "one-hot bool", "one-hot list"],
)
def test_labels_may_be_indices_or_one_hot_rows(loss, form):
    P, y = softmax(random(5, 3)), np.array([0, 2, 1, 1, 0])
    expected = loss.forward(P, y), loss.backward()
    assert loss.forward(P, form(y)) == expected[0]
    np.testing.assert_array_equal(loss.backward(), expected[1])


@pytest.mark.parametrize(
    "form",
    [lambda y: y, lambda y: y[:, None], lambda y: y.astype(bool), lambda y: y.astype(float), lambda y: y.tolist()],
    ids=["(m,)", "(m, 1)", "bool", "float", "list"],
)
def test_binary_labels_may_be_a_row_or_a_column_of_0_and_1(form):
    Z, y, loss = random(5, 1), np.array([0, 1, 1, 0, 1]), BinaryCrossEntropy()
    expected = loss.forward(Z, y), loss.backward()
    assert loss.forward(Z, form(y)) == expected[0]
    np.testing.assert_array_equal(loss.backward(), expected[1])


@every
def test_a_stack_gives_each_network_its_own_loss_and_gradient(case):
    loss, _, y = case(5, seed=0)
    Z = np.stack([case(5, seed=r)[1] for r in range(3)])
    L = loss.forward(Z, y)
    dZ = loss.backward()
    assert L.shape == (3,)
    for r in range(3):
        assert loss.forward(Z[r], y) == pytest.approx(L[r], rel=1e-14)
        np.testing.assert_allclose(loss.backward(), dZ[r], rtol=1e-14)


@every
def test_outputs_and_targets_are_never_changed(case):
    loss, Z, y = case(5, seed=1)
    Z.flags.writeable = y.flags.writeable = False  # writing into them would raise
    first = loss.forward(Z, y), loss.backward().copy()
    second = loss.backward(), loss.forward(Z, y)
    np.testing.assert_array_equal(first[1], second[0])
    assert first[0] == second[1]


@every
def test_the_loss_of_one_network_is_a_float(case):
    loss, Z, y = case(3, seed=0)
    assert type(loss.forward(Z, y)) is float


# ---- the ends of the float range


@pytest.mark.parametrize(("dtype", "end"), [(np.float64, 1.7e308), (np.float32, 3e38)], ids=["float64", "float32"])
def test_cross_entropies_are_correct_up_to_the_end_of_the_float_range(dtype, end):
    loss = SoftmaxCrossEntropy()
    assert loss.forward(np.array([[end, -end]], dtype), [0]) == 0
    np.testing.assert_array_equal(loss.backward(), [[0, 0]])
    assert loss.forward(np.array([[end, -end, end]], dtype), [2]) == pytest.approx(np.log(2), rel=1e-6)
    loss = BinaryCrossEntropy()
    assert loss.forward(np.array([[end], [-end]], dtype), [1, 0]) == 0
    assert loss.forward(np.array([[end]], dtype), [0]) == pytest.approx(end, rel=1e-6)
    np.testing.assert_array_equal(loss.backward(), [[1]])


def test_a_logit_of_minus_infinity_is_a_probability_of_zero():
    loss = SoftmaxCrossEntropy()
    assert loss.forward(np.array([[-np.inf, 0, 0]]), [1]) == pytest.approx(np.log(2), rel=1e-15)
    np.testing.assert_allclose(loss.backward(), [[0, -0.5, 0.5]])
    assert loss.forward(np.array([[-np.inf, 0, 0]]), [0]) == np.inf


@pytest.mark.parametrize(
    ("loss", "Z", "y"),
    [
        (SoftmaxCrossEntropy(), np.array([[900.0, 0.0], [0.0, 900.0]]), [0, 1]),
        (CategoricalCrossEntropy(), np.eye(3), [0, 1, 2]),
        (BinaryCrossEntropy(), np.array([[900.0], [-900.0]]), [1, 0]),
        (MeanSquaredError(), np.ones((2, 1)), np.ones((2, 1))),
    ],
    ids=repr,
)
def test_the_loss_of_perfect_answers_prints_as_0_and_not_as_minus_0(loss, Z, y):
    assert repr(loss.forward(Z, y)) == "0.0"
    assert repr(loss.forward(np.stack([Z, Z]), y)) == "array([0., 0.])"


# ---- a loss of your own


exec(textwrap.dedent(re.search(r"    class Hinge.*?(?=\n``classifies)", losses.__doc__, re.DOTALL)[0]))  # as the docstring has it
Hinge = locals()["Hinge"]


def test_a_loss_written_by_the_docstring_trains_and_counts_correct_answers():
    X, y = datasets.moons(60, noise=0.05, rng=0)
    net = mlp([2, 16, 1], loss=Hinge(), rng=0)
    check_network(net, X, y)
    history = fit(net, X, y, Adam(0.05), epochs=150, validation=(X, y))
    assert net.score(X, y) == (net.predict(X) == y).mean() == history.val_accuracy[-1] > 0.95
    with pytest.raises(ValueError, match=r"Hinge\(\) gives no probabilities: use predict\(X\), or write def probabilities"):
        net.predict_proba(X)


def test_correct_answers_of_a_loss_with_one_hot_targets_are_counted_by_default():
    class Quadratic(SoftmaxCrossEntropy):
        correct = Loss.correct

    Z, y = random(3, 3), [2, 0, 1]  # with 3 copies all sizes are equal, so that no mix-up can hide
    Y = Quadratic().targets(y, Z.shape)
    np.testing.assert_array_equal(Quadratic().correct(Z, Y), Z.argmax(axis=1) == y)
    stack = np.stack([Z, -Z, Z.T])
    np.testing.assert_array_equal(Quadratic().correct(stack, Y), stack.argmax(axis=-1) == y)


def test_targets_that_are_no_labels_need_a_correct_of_their_own():
    class Signs(Hinge):
        def targets(self, y, shape, dtype):
            return 2 * np.asarray(y, dtype).reshape(-1, 1) - 1

    with pytest.raises(ValueError, match=r"Signs\(\) must predict labels.*targets \[-1.  1.\].*write def correct\(self, Z, Y\)"):
        mlp([2, 1], loss=Signs()).score(np.ones((2, 2)), [0, 1])


@pytest.mark.parametrize(
    ("method", "arguments"),
    [("targets", ([0], (1, 1), float)), ("value", (np.ones((1, 1)),) * 2), ("backward", ()), ("predict", (np.ones((1, 1)),))],
)
def test_a_loss_without_one_of_its_methods_says_which(method, arguments):
    class Half(Loss):
        pass

    with pytest.raises(NotImplementedError, match=rf"Half needs def {method}\(self"):
        getattr(Half(), method)(*arguments)


@pytest.mark.parametrize("loss", [MeanSquaredError, BinaryCrossEntropy, SoftmaxCrossEntropy, CategoricalCrossEntropy])
def test_backward_before_forward_says_to_call_forward(loss):
    with pytest.raises(AttributeError, match=rf"{loss.__name__} has no attribute.*call forward\(Z, y\) before backward"):
        loss().backward()


# ---- bad input

Z3, Z1, P3 = random(4, 3), random(4, 1), softmax(random(4, 3))
NAN = float("nan")


def call(loss, Z, y):
    return lambda: loss().forward(Z, y)


def labels(*y):
    return call(SoftmaxCrossEntropy, Z3, list(y))


BAD = {
    "mse: target (m,) would broadcast to (m, m)": (call(MeanSquaredError, Z1, np.ones(4)), ["(4, 1)", "(4,)", "y.reshape(-1, 1)"]),
    "mse: target (1, m)": (call(MeanSquaredError, Z1, np.ones((1, 4))), ["4", "(1, 4)", "rows"]),
    "mse: target (m, 1) for 3 outputs": (call(MeanSquaredError, Z3, np.ones((4, 1))), ["(4, 3)", "(4, 1)"]),
    "mse: one row for all": (call(MeanSquaredError, Z3, np.ones((1, 3))), ["4", "(1, 3)", "rows"]),
    "mse: a number": (call(MeanSquaredError, Z3, 1.0), ["4", "()", "rows"]),
    "mse: rows that do not match": (call(MeanSquaredError, Z1, np.ones((5, 1))), ["4 rows", "(5, 1)", "same number"]),
    "mse: NaN": (call(MeanSquaredError, Z1, [[1], [2], [NAN], [3]]), ["targets", "NaN"]),
    "mse: infinity": (call(MeanSquaredError, Z1, [[1], [2], [np.inf], [3]]), ["targets", "infinity"]),
    "mse: a number float32 cannot hold": (call(MeanSquaredError, Z1.astype(np.float32), np.full((4, 1), 1e300)), ["targets"]),
    "mse: strings": (call(MeanSquaredError, Z1, [["1"], ["2"], ["3"], ["4"]]), ["numbers"]),
    "mse: complex": (call(MeanSquaredError, Z1, Z1 + 1j), ["complex"]),
    "mse: None": (call(MeanSquaredError, Z1, None), ["numbers"]),
    "mse: ragged rows": (call(MeanSquaredError, Z1, [[1], [2, 3], [4], [5]]), ["targets"]),
    "mse: dates": (call(MeanSquaredError, Z1, np.zeros((4, 1), "M8[D]")), ["numbers", "datetime64"]),
    "mse: no examples": (call(MeanSquaredError, np.zeros((0, 1)), np.zeros((0, 1))), ["(0, 1)"]),
    "mse: a 1-D output": (call(MeanSquaredError, np.ones(4), np.ones(4)), ["(m, n_out)", "(4,)"]),
    "mse: an output of whole numbers": (call(MeanSquaredError, np.ones((4, 1), int), np.ones((4, 1))), ["floats", "int"]),
    "mse: an output of strings": (call(MeanSquaredError, [["a"]], [[1]]), ["floats"]),
    "mse: a complex output": (call(MeanSquaredError, Z1 + 1j, Z1), ["floats", "complex"]),
    "mse: probabilities": (lambda: MeanSquaredError().probabilities(Z1), ["no probabilities", "predict"]),
    "bce: two logits": (
        call(BinaryCrossEntropy, random(4, 2), [0, 1, 1, 0]),
        ["(m, 1)", "(m, 2)", "Dense(..., 1)", "SoftmaxCrossEntropy()"],
    ),
    "bce: label 2": (call(BinaryCrossEntropy, Z1, [0, 1, 2, 0]), ["0 and 1", "2"]),
    "bce: labels -1 and 1": (call(BinaryCrossEntropy, Z1, [-1, 1, 1, -1]), ["0 and 1", "-1"]),
    "bce: a probability": (call(BinaryCrossEntropy, Z1, [0, 1, 0.5, 0]), ["0 and 1", "0.5"]),
    "bce: NaN": (call(BinaryCrossEntropy, Z1, [0, 1, NAN, 0]), ["targets", "NaN"]),
    "bce: a row": (call(BinaryCrossEntropy, Z1, [[0, 1, 1, 0]]), ["4", "(1, 4)"]),
    "bce: one-hot": (call(BinaryCrossEntropy, Z1, np.eye(2)[[0, 1, 1, 0]]), ["(4,)", "(4, 1)", "(4, 2)"]),
    "bce: one-hot, advice": (call(BinaryCrossEntropy, Z1, np.eye(2)[[0, 1, 1, 0]]), ["write y[:, 1]"]),
    "bce: three columns": (call(BinaryCrossEntropy, Z1, np.eye(4)[:, :3]), ["(4, 3)", "more units"]),
    "bce: three classes": (call(BinaryCrossEntropy, Z1, [0, 1, 2, 0]), ["use SoftmaxCrossEntropy()"]),
    "bce: labels 1 and 2": (call(BinaryCrossEntropy, Z1, [1, 2, 1, 2]), ["write y = (y == 2)"]),
    "softmax: classes from 1, advice": (labels(1, 2, 3, 1), ["np.unique(y, return_inverse=True)[1]"]),
    "softmax: words, advice": (labels("cat", "dog", "cat", "cow"), ["write np.unique(y, return_inverse=True)[1]"]),
    "softmax: a column, advice": (call(SoftmaxCrossEntropy, Z3, [[0], [1], [2], [0]]), ["write y.ravel()"]),
    "mse: one column for three outputs": (call(MeanSquaredError, Z3, np.ones(4)), ["write an array of shape (4, 3)"]),
    "mse: a masked target": (call(MeanSquaredError, Z1, np.ma.masked_array(np.ones((4, 1)), np.eye(4)[:, :1])), ["NaN"]),
    "bce: rows that do not match": (call(BinaryCrossEntropy, Z1, [0, 1, 1]), ["4 rows", "(3,)"]),
    "bce: words": (call(BinaryCrossEntropy, Z1, ["no", "yes", "yes", "no"]), ["numbers", "class indices"]),
    "bce: no examples": (call(BinaryCrossEntropy, np.zeros((0, 1)), []), ["(0, 1)"]),
    "softmax: one logit": (call(SoftmaxCrossEntropy, Z1, [0, 1, 1, 0]), ["2 or more", "1", "BinaryCrossEntropy()"]),
    "softmax: label k": (labels(0, 1, 3, 0), ["0 to 2", "3 logits", "got 3"]),
    "softmax: classes from 1": (labels(1, 2, 3, 1), ["0 to 2", "got 3", "from 0"]),
    "softmax: label -1, which indexes from the end": (labels(0, 1, -1, 0), ["0 to 2", "-1"]),
    "softmax: label 0.5": (labels(0, 1, 0.5, 0), ["class indices", "0.5"]),
    "softmax: label 1.9999": (labels(0, 1, 1.9999, 0), ["class indices", "1.9999"]),
    "softmax: NaN": (labels(0, 1, NAN, 0), ["targets", "NaN"]),
    "softmax: huge": (labels(0, 1, 2**62, 0), ["0 to 2", "e+18"]),
    "softmax: a huge unsigned label": (call(SoftmaxCrossEntropy, Z3, np.array([0, 1, 2**63, 0], np.uint64)), ["0 to 2", "e+18"]),
    "softmax: beyond 64 bits": (labels(0, 1, 2**70, 0), ["class indices", "0 to 2"]),
    "softmax: rows that do not match": (labels(0, 1, 2), ["4 rows", "(3,)"]),
    "softmax: a column": (call(SoftmaxCrossEntropy, Z3, [[0], [1], [2], [0]]), ["(4,)", "(4, 3)", "(4, 1)", "class indices"]),
    "softmax: one-hot of 4 classes": (call(SoftmaxCrossEntropy, Z3, np.eye(4)), ["(4, 3)", "(4, 4)"]),
    "softmax: one-hot of 2 classes": (call(SoftmaxCrossEntropy, Z3, np.eye(2)[[0, 1, 1, 0]]), ["(4, 3)", "(4, 2)"]),
    "softmax: two ones in a row": (call(SoftmaxCrossEntropy, Z3, [[1, 1, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]), ["one-hot", "np.eye"]),
    "softmax: a row of zeros": (call(SoftmaxCrossEntropy, Z3, np.zeros((4, 3))), ["one-hot", "np.eye"]),
    "softmax: soft labels": (call(SoftmaxCrossEntropy, Z3, P3), ["one-hot"]),
    "softmax: -1 and 2 sum to 1": (call(SoftmaxCrossEntropy, Z3, [[-1, 2, 0]] * 4), ["one-hot"]),
    "softmax: a number": (call(SoftmaxCrossEntropy, Z3, 1), ["4", "()", "rows"]),
    "softmax: words": (labels("cat", "dog", "cat", "cow"), ["numbers", "class indices"]),
    "softmax: digits as strings": (labels("0", "1", "2", "0"), ["numbers"]),
    "softmax: None": (labels(0, None, 1, 2), ["numbers"]),
    "softmax: object array": (call(SoftmaxCrossEntropy, Z3, np.array([0, 1, "x", 2], dtype=object)), ["numbers"]),
    "softmax: a set": (call(SoftmaxCrossEntropy, Z3, {0, 1, 2}), ["numbers"]),
    "softmax: complex": (labels(0, 1j, 1, 2), ["complex"]),
    "softmax: ragged": (labels(0, [1], 2, 0), ["targets"]),
    "softmax: no examples": (call(SoftmaxCrossEntropy, np.zeros((0, 3)), []), ["(0, 3)"]),
    "categorical: label k": (call(CategoricalCrossEntropy, P3, [0, 1, 3, 0]), ["0 to 2", "got 3"]),
    "categorical: probabilities as strings": (call(CategoricalCrossEntropy, [["0.5", "0.5"]], [0]), ["floats"]),
    "categorical: nothing": (call(CategoricalCrossEntropy, None, [0]), ["floats"]),
    "categorical: probabilities that sum to 2": (
        call(CategoricalCrossEntropy, np.ones((4, 2)), [0, 1, 0, 1]),
        ["probabilities", "Softmax()"],
    ),
    "categorical: logits instead of probabilities": (
        call(CategoricalCrossEntropy, np.array([[-1.0, 2.0, 3.0]]), [0]),
        ["probabilities", "Softmax()"],
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_targets_raise_a_value_error_that_says_what_was_given_and_what_to_write(case):
    call, words = BAD[case]
    with pytest.raises(ValueError) as caught:
        call()
    assert [word for word in words if word not in str(caught.value)] == []
