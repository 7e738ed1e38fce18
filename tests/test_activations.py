"""Activations: known values, derivatives against central differences, and finite values at the far ends of the number line."""

import math

import numpy as np
import pytest
from helpers import says_what_to_write

from nnlib import ELU, GELU, Identity, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh, check_layer
from nnlib.activations import sigmoid, softmax

MAKERS = {
    "Identity": Identity,
    "Sigmoid": Sigmoid,
    "Tanh": Tanh,
    "ReLU": ReLU,
    "LeakyReLU": LeakyReLU,
    "LeakyReLU, slope 0.3": lambda: LeakyReLU(0.3),
    "LeakyReLU, slope 0": lambda: LeakyReLU(0),
    "ELU": ELU,
    "ELU, alpha 0.5": lambda: ELU(0.5),
    "ELU, alpha 3": lambda: ELU(3),
    "GELU": GELU,
    "Softmax": Softmax,
}
every = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def off_kinks(*shape, seed=0):
    """Random numbers of both signs, none nearer to 0 than 0.05."""
    Z = 2 * np.random.default_rng(seed).standard_normal(shape)
    return Z + np.copysign(0.05, Z)


def derivative(make, z):
    """g'(z) of an element-wise activation, from its backward pass."""
    layer = make()
    layer.forward(np.array([[z]]), training=True)
    return layer.backward(np.ones((1, 1)))[0, 0]


def value(make, z):
    return make().forward(np.array([[z]]), training=False)[0, 0]


# ---- known values

E = math.e


@pytest.mark.parametrize(
    ("make", "z", "a", "slope"),
    [
        (Identity, -3.0, -3, 1),
        (Sigmoid, 0.0, 1 / 2, 1 / 4),
        (Sigmoid, math.log(3), 3 / 4, 3 / 16),
        (Sigmoid, -math.log(3), 1 / 4, 3 / 16),
        (Tanh, 0.0, 0, 1),
        (Tanh, math.log(2), 3 / 5, 16 / 25),  # (2 - 1/2) / (2 + 1/2)
        (Tanh, -math.log(2), -3 / 5, 16 / 25),
        (ReLU, 2.0, 2, 1),
        (ReLU, -2.0, 0, 0),
        (ReLU, 0.0, 0, 0),
        (ReLU, -0.0, 0, 0),
        (LeakyReLU, 2.0, 2, 1),
        (LeakyReLU, -2.0, -0.02, 0.01),
        (lambda: LeakyReLU(0.25), -2.0, -0.5, 0.25),
        (lambda: LeakyReLU(slope=0.25), 0.0, 0, 0.25),
        (ELU, 2.0, 2, 1),
        (ELU, -1.0, 1 / E - 1, 1 / E),
        (ELU, 0.0, 0, 1),
        (lambda: ELU(2), -1.0, 2 / E - 2, 2 / E),
        (lambda: ELU(alpha=0.5), 0.0, 0, 0.5),
        (GELU, 0.0, 0, 1 / 2),
        (GELU, 1.0, 0.8413447460685429, 1.0833154705876864),  # Phi(1), and Phi(1) + phi(1)
        (GELU, -1.0, -0.15865525393145707, -0.08331547058768628),
        (GELU, 10.0, 10, 1),
    ],
)
def test_value_and_slope_at_a_point_by_hand(make, z, a, slope):
    assert value(make, z) == pytest.approx(a, rel=1e-12, abs=1e-15)
    assert derivative(make, z) == pytest.approx(slope, rel=1e-12, abs=1e-15)


def test_gelu_is_the_exact_form_and_not_the_tanh_approximation():
    z = 2.0
    approximation = 0.5 * z * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    assert value(GELU, z) == pytest.approx(z * 0.5 * (1 + math.erf(z / math.sqrt(2))), rel=1e-15)
    assert abs(value(GELU, z) - approximation) > 1e-5


def test_softmax_of_three_logits_by_hand():
    P = Softmax().forward(np.log([[1.0, 2.0, 5.0]]), training=False)
    np.testing.assert_allclose(P, [[1 / 8, 2 / 8, 5 / 8]])


def test_softmax_backward_by_hand():
    layer = Softmax()
    layer.forward(np.log([[1.0, 3.0]]), training=True)  # p = 1/4, 3/4
    dZ = layer.backward(np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(dZ, [[3 / 16, -3 / 16]])  # p1 (1 - p1), -p1 p2


def test_softmax_of_equal_logits_is_uniform():
    np.testing.assert_allclose(softmax(np.full((2, 5), 7.0)), np.full((2, 5), 0.2))


# ---- derivatives


@every
@pytest.mark.parametrize("m", [1, 5])
def test_every_derivative_equals_central_differences(make, m):
    layer, Z, h = make(), off_kinks(m, 4), 1e-5
    dA = np.random.default_rng(1).standard_normal(Z.shape)
    numeric = np.zeros_like(Z)
    for index in np.ndindex(Z.shape):
        up, down = Z.copy(), Z.copy()
        up[index] += h
        down[index] -= h
        numeric[index] = ((layer.forward(up, training=True) - layer.forward(down, training=True)) * dA).sum() / (2 * h)
    layer.forward(Z, training=True)
    dZ = layer.backward(dA)
    assert np.abs(dZ - numeric).max() / np.abs(numeric).max() < 1e-7


@every
def test_every_activation_passes_the_checker(make):
    for seed in range(10):
        assert check_layer(make(), off_kinks(5, 4, seed=seed), rng=seed)["dX"] < 1e-7


def test_softmax_backward_is_the_whole_jacobian():
    layer, Z = Softmax(), off_kinks(1, 4)
    p = layer.forward(Z, training=True)[0]
    for k in range(4):
        np.testing.assert_allclose(layer.backward(np.eye(4)[k : k + 1])[0], p * (np.eye(4)[k] - p[k]), rtol=1e-12)


# ---- promises


@every
def test_inputs_outputs_and_upstream_gradients_are_never_changed(make):
    layer, Z, dA = make(), off_kinks(5, 4), off_kinks(5, 4, seed=1)
    Z.flags.writeable = dA.flags.writeable = False  # writing into them would raise
    A = layer.forward(Z, training=True)
    kept = A.copy()
    layer.backward(dA)
    np.testing.assert_array_equal(A, kept)
    np.testing.assert_array_equal(Z, off_kinks(5, 4))


@every
def test_training_and_evaluation_give_the_same_bits(make):
    Z = off_kinks(5, 4)
    np.testing.assert_array_equal(make().forward(Z, training=True), make().forward(Z, training=False))


@every
def test_a_stack_gives_each_network_what_it_gives_alone(make):
    Z, dA = off_kinks(3, 5, 4), off_kinks(3, 5, 4, seed=1)
    stack = make()
    A, dZ = stack.forward(Z, training=True), stack.backward(dA)
    for r in range(3):
        single = make()
        np.testing.assert_array_equal(A[r], single.forward(Z[r], training=True))
        np.testing.assert_array_equal(dZ[r], single.backward(dA[r]))


@every
def test_whole_numbers_give_the_same_answer_as_the_equal_floats(make):
    Z = np.array([[1, -2, 0], [3, 0, -1]])
    layer = make()
    np.testing.assert_array_equal(layer.forward(Z, training=True), make().forward(Z.astype(float), training=True))


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_are_finite_and_keep_their_type_from_minus_1e4_to_1e4(make, dtype):
    """Overflow would be a warning, and warnings are errors here."""
    Z = np.array([[-1e4, -800, -90, -1, 0, 1, 90, 800, 1e4], [1e4] * 9, [-1e4] * 9], dtype=dtype)
    layer = make()
    A = layer.forward(Z, training=True)
    dZ = layer.backward(np.ones_like(Z))
    assert A.dtype == dZ.dtype == dtype
    assert np.isfinite(A).all() and np.isfinite(dZ).all()


def test_far_out_the_values_are_the_limits():
    ends = np.array([[-1e4, 1e4]])
    limits = {Sigmoid: [0, 1], Tanh: [-1, 1], ReLU: [0, 1e4], LeakyReLU: [-100, 1e4], ELU: [-1, 1e4], GELU: [0, 1e4], Softmax: [0, 1]}
    for make, limit in limits.items():
        np.testing.assert_allclose(make().forward(ends, training=False), [limit], atol=1e-300)


def test_sigmoid_keeps_its_small_tail_and_rounds_to_1_where_the_course_says():
    assert sigmoid(np.array(-700.0)) == pytest.approx(math.exp(-700), rel=1e-12)
    assert sigmoid(np.array(36.0)) < 1 == sigmoid(np.array(36.8))
    assert sigmoid(np.float32(16.0)) < 1 == sigmoid(np.float32(16.7))


def test_sigmoid_is_symmetric_and_has_tanh_as_its_twin():
    Z = np.linspace(-20, 20, 401)
    np.testing.assert_allclose(sigmoid(-Z), 1 - sigmoid(Z), atol=1e-15)
    np.testing.assert_allclose(2 * sigmoid(2 * Z) - 1, np.tanh(Z), atol=1e-15)


def test_softmax_rows_sum_to_1_and_ignore_a_shift():
    Z = off_kinks(2, 6, 5)
    P = softmax(Z)
    np.testing.assert_allclose(P.sum(axis=-1), np.ones((2, 6)), rtol=1e-14)
    np.testing.assert_allclose(softmax(Z + 1000), P, rtol=1e-10)
    assert (P > 0).all()


def test_softmax_of_two_logits_is_the_sigmoid_of_their_difference():
    Z = off_kinks(20, 2)
    np.testing.assert_allclose(softmax(Z)[:, 1], sigmoid(Z[:, 1] - Z[:, 0]), rtol=1e-12)


def test_elu_and_leaky_relu_with_their_limits_are_relu():
    Z = off_kinks(5, 4)
    expected = np.maximum(Z, 0)
    np.testing.assert_array_equal(LeakyReLU(0).forward(Z, training=False), expected)
    np.testing.assert_allclose(ELU(1e-12).forward(Z, training=False), expected, atol=1e-11)


@pytest.mark.parametrize(
    ("layer", "text"), [(ReLU(), "ReLU()"), (LeakyReLU(), "LeakyReLU(0.01)"), (ELU(), "ELU(1.0)"), (Softmax(), "Softmax()")], ids=str
)
def test_an_activation_prints_itself_as_the_code_that_makes_it(layer, text):
    assert repr(layer) == text


# ---- numbers that are not floats


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.int8, np.int64, bool, list], ids=lambda kind: kind.__name__)
@every
def test_pixels_whole_numbers_and_lists_give_what_the_equal_floats_give(make, kind):
    Z = np.array([[0, 1, 127], [3, 100, 0]])
    given = Z.tolist() if kind is list else Z.astype(kind)
    one, other = make(), make()
    A = one.forward(given, training=True)
    assert A.dtype == float
    np.testing.assert_array_equal(A, other.forward(np.array(given, dtype=float), training=True))
    np.testing.assert_array_equal(one.backward(np.ones((2, 3))), other.backward(np.ones((2, 3))))


def test_sigmoid_and_softmax_of_unsigned_pixels_by_hand():
    np.testing.assert_allclose(sigmoid(np.array([[0, 128, 255]], np.uint8)), [[0.5, 1, 1]], rtol=1e-15)
    np.testing.assert_allclose(softmax(np.array([[1, 2, 250]], np.uint8)), [[0, 0, 1]], atol=1e-100)
    np.testing.assert_allclose(softmax([0, 0]), [0.5, 0.5])


@pytest.mark.parametrize(("dtype", "end"), [(np.float64, 1.7e308), (np.float32, 3e38)])
def test_softmax_is_correct_up_to_the_end_of_the_float_range(dtype, end):
    np.testing.assert_array_equal(softmax(np.array([[end, -end, end]], dtype)), [[0.5, 0, 0.5]])
    np.testing.assert_array_equal(softmax(np.array([[-np.inf, 0]], dtype)), [[0, 1]])


# ---- bad input

BAD = {
    "negative slope": (lambda: LeakyReLU(-0.1), ["slope of LeakyReLU", "-0.1", "LeakyReLU(0.01)"]),
    "slope 1, no bend at all": (lambda: LeakyReLU(1), ["slope", "below 1", "got 1"]),
    "slope 2, which max(z, slope z) would get wrong": (lambda: LeakyReLU(2.0), ["slope", "below 1", "2.0"]),
    "slope NaN": (lambda: LeakyReLU(float("nan")), ["slope", "nan"]),
    "slope a string": (lambda: LeakyReLU("0.1"), ["slope", "'0.1'"]),
    "slope None": (lambda: LeakyReLU(None), ["slope", "None"]),
    "slope an array": (lambda: LeakyReLU(np.array([0.1])), ["slope", "0.1"]),
    "slope complex": (lambda: LeakyReLU(0.1j), ["slope", "0.1j"]),
    "alpha 0": (lambda: ELU(0), ["alpha of ELU", "above 0", "ELU(1.0)"]),
    "negative alpha": (lambda: ELU(-1), ["alpha", "-1"]),
    "alpha infinite": (lambda: ELU(float("inf")), ["alpha", "inf"]),
    "words": (lambda: sigmoid(["a"]), ["Z", "numbers"]),
    "complex": (lambda: Tanh().forward(np.array([[1j]]), True), ["Z", "complex"]),
    "ragged rows": (lambda: softmax([[1], [1, 2]]), ["Z", "rectangular"]),
    "masked": (lambda: sigmoid(np.ma.masked_array([1.0, 2.0], [False, True])), ["Z", "NaN"]),
    "alpha True": (lambda: ELU(True), ["alpha", "True"]),
}


test_bad_input_raises_a_value_error_that_says_what_was_given_and_what_to_write = says_what_to_write(BAD)
