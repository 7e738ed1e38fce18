"""Start weights: the promised variance, bounds and orthogonality; settings; the same bits for the same seed."""

import numpy as np
import pytest

from nnlib import (
    Dense,
    Network,
    SoftmaxCrossEntropy,
    Tanh,
    constant,
    he_normal,
    he_uniform,
    initializers,
    lecun_normal,
    lecun_uniform,
    normal,
    orthogonal,
    xavier_normal,
    xavier_uniform,
    zeros,
)

N_IN, N_OUT = 400, 250  # different, so that n_in and n_out cannot stand for one another

VARIANCES = [
    (normal, 0.01**2),
    (lecun_normal, 1 / N_IN),
    (lecun_uniform, 1 / N_IN),
    (xavier_normal, 2 / (N_IN + N_OUT)),
    (xavier_uniform, 2 / (N_IN + N_OUT)),
    (he_normal, 2 / N_IN),
    (he_uniform, 2 / N_IN),
]
BOUNDS = [
    (lecun_uniform, np.sqrt(3 / N_IN)),
    (xavier_uniform, np.sqrt(6 / (N_IN + N_OUT))),
    (he_uniform, np.sqrt(6 / N_IN)),
]
GAINED = [lecun_normal, lecun_uniform, xavier_normal, xavier_uniform, he_normal, he_uniform, orthogonal]
EVERY = [zeros, constant, normal, *GAINED]


def rng(seed=0):
    return np.random.default_rng(seed)


def name(value):
    return getattr(value, "__name__", None)


@pytest.mark.parametrize(("init", "variance"), VARIANCES, ids=name)
def test_the_variance_of_100_000_weights_is_the_formula_within_2_percent(init, variance):
    W = init(rng(), N_IN, N_OUT)
    assert W.shape == (N_IN, N_OUT)
    assert W.dtype == np.float64
    assert abs(W.mean()) < 4 * np.sqrt(variance / W.size)
    assert W.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize(("init", "bound"), BOUNDS, ids=name)
def test_uniform_weights_fill_their_interval_and_stay_inside(init, bound):
    W = init(rng(), N_IN, N_OUT)
    assert 0.999 * bound < W.max() <= bound
    assert -bound <= W.min() < -0.999 * bound


@pytest.mark.parametrize("init", [lecun_normal, xavier_normal, he_normal, normal], ids=name)
def test_normal_weights_have_normal_tails_so_none_were_cut_off(init):
    W = init(rng(), N_IN, N_OUT)
    beyond_two_sigma = np.mean(np.abs(W) > 2 * W.std())
    assert beyond_two_sigma == pytest.approx(0.0455, abs=0.003)  # 0 for a normal truncated at 2 sigma


def test_he_normal_is_the_formula_times_standard_normal_numbers_bit_for_bit():
    expected = np.sqrt(2 / 3) * rng(5).standard_normal((3, 2))
    np.testing.assert_array_equal(he_normal(rng(5), 3, 2), expected)


def test_zeros_and_constant_are_what_they_say():
    np.testing.assert_array_equal(zeros(rng(), 2, 3), np.zeros((2, 3)))
    np.testing.assert_array_equal(constant(rng(), 2, 3), np.full((2, 3), 0.1))
    np.testing.assert_array_equal(constant(value=-2)(rng(), 2, 3), np.full((2, 3), -2.0))
    assert constant(value=1)(rng(), 2, 3).dtype == np.float64


@pytest.mark.parametrize("init", GAINED, ids=name)
def test_gain_multiplies_every_weight(init):
    np.testing.assert_allclose(init(gain=3.0)(rng(1), 6, 4), 3 * init(rng(1), 6, 4), rtol=1e-15)


@pytest.mark.parametrize("init", EVERY, ids=name)
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(init):
    np.testing.assert_array_equal(init(rng(3), 5, 4), init(rng(3), 5, 4))
    if init not in (zeros, constant):
        assert not np.array_equal(init(rng(3), 5, 4), init(rng(4), 5, 4))


@pytest.mark.parametrize(("n_in", "n_out"), [(5, 5), (7, 3), (3, 7), (1, 4), (4, 1), (1, 1)])
def test_orthogonal_has_orthonormal_columns_or_rows(n_in, n_out):
    Q = orthogonal(rng(2), n_in, n_out)
    assert Q.shape == (n_in, n_out)
    gram = Q.T @ Q if n_in >= n_out else Q @ Q.T
    np.testing.assert_allclose(gram, np.eye(min(n_in, n_out)), atol=1e-14)


@pytest.mark.parametrize(("n_in", "n_out"), [(3, 3), (3, 2), (2, 3)])
def test_orthogonal_favours_no_direction(n_in, n_out):
    """Without the signs of R's diagonal, Householder QR gives a Q with a first column that is biased to one side."""
    draws = rng(0)
    mean = np.mean([orthogonal(draws, n_in, n_out) for _ in range(3000)], axis=0)
    assert np.abs(mean).max() < 4.5 / np.sqrt(3 * 3000)  # each entry has variance 1/3


@pytest.mark.parametrize("init", [he_normal, he_uniform], ids=name)
def test_he_keeps_the_mean_square_through_20_relu_layers_and_xavier_does_not(init):
    def mean_square(init):
        draws, A = rng(0), rng(1).standard_normal((50, 256))
        for _ in range(20):
            A = np.maximum(A @ init(draws, 256, 256), 0)
        return np.mean(A**2)

    assert 0.2 < mean_square(init) < 5
    assert mean_square(xavier_normal) < 1e-4  # halved by each layer: 2**-20 of the start


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        (normal(std=0.5), "normal(std=0.5)"),
        (normal(0.5), "normal(std=0.5)"),
        (constant(2), "constant(value=2)"),
        (he_normal(gain=2), "he_normal(gain=2)"),
        (he_normal, "he_normal"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_layer_says_which_initializer_it_has(init, expected):
    assert repr(Dense(2, 3, init=init)) == f"Dense(2, 3, {expected})"


def test_settings_may_be_given_by_place_or_by_name():
    np.testing.assert_array_equal(normal(0.5)(rng(), 3, 2), normal(std=0.5)(rng(), 3, 2))
    np.testing.assert_array_equal(normal(0.5)(rng(), 3, 2), normal(rng(), 3, 2, std=0.5))


def test_a_network_draws_layer_by_layer_with_its_rng_and_biases_are_zero():
    net = Network([Dense(4, 3), Tanh(), Dense(3, 2, init=xavier_uniform)], loss=SoftmaxCrossEntropy(), rng=9)
    draws = rng(9)
    np.testing.assert_array_equal(net.layers[0].W, he_normal(draws, 4, 3))
    np.testing.assert_array_equal(net.layers[2].W, xavier_uniform(draws, 3, 2))
    assert not net.layers[0].b.any() and not net.layers[2].b.any()


def test_a_learners_own_function_is_an_initializer():
    net = Network([Dense(2, 2, init=lambda rng, n_in, n_out: np.eye(n_in, n_out))], loss=SoftmaxCrossEntropy())
    np.testing.assert_array_equal(net.layers[0].W, np.eye(2))


@pytest.mark.parametrize("init", EVERY, ids=name)
def test_every_initializer_says_its_formula(init):
    assert init.__doc__.startswith("W ")


def test_every_initializer_takes_a_seed_where_it_takes_a_generator():
    np.testing.assert_array_equal(he_normal(7, 3, 2), he_normal(rng(7), 3, 2))


BAD = {
    "shape without rng": (lambda: he_normal(2, 3), ["he_normal", "(rng, n_in, n_out)", "(2, 3)"]),
    "called with nothing": (lambda: he_normal(), ["he_normal", "init=he_normal"]),
    "a setting it does not have": (lambda: he_normal(std=1), ["gain", "std"]),
    "a setting where there is none": (lambda: zeros(0.5), ["zeros", "none", "0.5"]),
    "two settings for one": (lambda: normal(0.1, 0.2), ["std", "0.1"]),
    "std in words": (lambda: normal(std="abc"), ["std of normal", "'abc'", "normal(std=0.1)"]),
    "std below 0": (lambda: normal(-1), ["std of normal", "-1"]),
    "std beyond all floats": (lambda: normal(std=10**400), ["std of normal", "inf"]),
    "std in words, called directly": (lambda: normal(rng(), 2, 3, std="abc"), ["std of normal", "'abc'"]),
    "gain NaN": (lambda: he_normal(gain=np.nan), ["gain of he_normal", "nan"]),
    "gain a list": (lambda: orthogonal(gain=[1, 2]), ["gain of orthogonal", "[1, 2]"]),
    "a constant that is infinite": (lambda: constant(np.inf), ["value of constant", "inf"]),
    "a setting it does not have, called directly": (lambda: he_normal(rng(), 2, 3, std=1), ["gain", "std"]),
    "one setting twice": (lambda: normal(0.1, std=0.2), ["std", "0.1"]),
    "rows beyond all memory": (lambda: he_normal(rng(), 10**400, 3), ["n_in", "inf"]),
    "a string for a function": (lambda: Dense(2, 3, init="he_normal"), ["init", "'he_normal'", "init=he_normal"]),
    "no rows": (lambda: he_normal(rng(), 0, 3), ["n_in", "0"]),
    "half a column": (lambda: xavier_uniform(rng(), 2, 3.5), ["n_out", "3.5"]),
    "None for rng": (lambda: he_normal(None, 2, 3), ["rng", "None"]),
    "wrong shape returned": (lambda: Dense(2, 3, init=lambda r, a, b: np.ones((b, a))).build(), ["(2, 3)", "(3, 2)"]),
    "nothing returned": (lambda: Dense(2, 3, init=lambda r, a, b: None).build(), ["(2, 3)"]),
    "NaN returned": (lambda: Dense(2, 3, init=constant(np.nan)).build(), ["nan"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_raises_a_value_error_that_says_what_came_and_what_to_write(case):
    call, words = BAD[case]
    with pytest.raises(ValueError) as caught:
        call()
    assert [word for word in words if word.lower() not in str(caught.value).lower()] == []


def test_the_module_exports_each_initializer_at_the_top():
    import nnlib

    assert all(getattr(nnlib, init.__name__) is init and getattr(initializers, init.__name__) is init for init in EVERY)
