"""Dense, Dropout, BatchNorm and a learner's own layer: by hand, against central differences, and with bad input."""

import copy
import re
import textwrap

import numpy as np
import pytest
from helpers import random, says_what_to_write
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib.layer
from nnlib import (
    SGD,
    BatchNorm,
    Dense,
    Dropout,
    Identity,
    Layer,
    MeanSquaredError,
    Network,
    ReLU,
    Residual,
    Tanh,
    check_layer,
    check_network,
    fit,
    he_normal,
    xavier_normal,
    zeros,
)


def filled(layer, seed=1):
    """The layer with every parameter moved off 0 and 1, where mistakes hide."""
    for i, name in enumerate(layer.parameters):
        array = getattr(layer, name)
        array += 0.5 * random(*array.shape, seed=seed + i)
    return layer


def central_difference(f, x, h=1e-5):
    """df/dx, written here once more so that nnlib's checker does not check itself."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        gradient[index] = (f(up) - f(down)) / (2 * h)
    return gradient


def assert_close(analytic, numeric):
    assert analytic.shape == numeric.shape
    assert np.abs(analytic - numeric).max() / np.abs(numeric).max() < 1e-7


class Scale(Layer):
    """A layer as a learner writes one: A = s * X, with one trained s per column."""

    parameters = ("s",)

    def __init__(self, n):
        self.n = self.n_in = self.n_out = n

    def draw(self, rng):
        return {"s": 1 + 0.1 * rng.standard_normal((1, self.n))}

    def forward(self, X, training):
        self.X = X
        return X * self.s

    def backward(self, dA):
        self.ds = (dA * self.X).sum(axis=-2, keepdims=True)
        return dA * self.s


# ---- known values


def test_dense_forward_of_a_2_by_2_example_by_hand():
    layer = Dense(2, 2)
    layer.W = [[1, 2], [3, 4]]
    layer.b = [[10, 20]]
    Z = layer.forward(np.array([[1.0, 1.0], [2.0, -1.0]]), training=False)
    np.testing.assert_array_equal(Z, [[14, 26], [9, 20]])  # 1+3+10, 2+4+20; 2-3+10, 4-4+20


def test_dense_backward_of_a_2_by_2_example_by_hand():
    layer = Dense(2, 2)
    layer.W = [[1, 2], [3, 4]]
    layer.forward(np.array([[1.0, 1.0], [2.0, -1.0]]), training=True)
    dX = layer.backward(np.array([[1.0, 0.0], [0.5, 2.0]]))
    np.testing.assert_array_equal(layer.dW, [[2, 4], [0.5, -2]])  # X^T dZ: 1*1+2*0.5, 2*2; 1*1-1*0.5, -1*2
    np.testing.assert_array_equal(layer.db, [[1.5, 2]])
    np.testing.assert_array_equal(dX, [[1, 3], [4.5, 9.5]])  # dZ W^T: 1, 3; 0.5+4, 1.5+8


def test_batch_norm_of_two_rows_gives_plus_and_minus_one():
    X = np.array([[1.0, -4.0], [3.0, 4.0]])  # means 2, 0; deviations 1, 4
    A = BatchNorm(2, eps=1e-12).forward(X, training=True)
    np.testing.assert_allclose(A, [[-1, -1], [1, 1]], rtol=1e-10)


def test_batch_norm_adds_eps_to_the_variance_under_the_root():
    A = BatchNorm(1, eps=3.0).forward(np.array([[1.0], [3.0]]), training=True)
    np.testing.assert_allclose(A, [[-0.5], [0.5]])  # variance 1, root of 1 + 3 is 2


def test_batch_norm_gamma_and_beta_become_deviation_and_mean():
    layer = BatchNorm(3)
    layer.gamma, layer.beta = [[1.0, 2.0, 0.5]], [[0.0, -1.0, 7.0]]
    A = layer.forward(5 + 3 * random(50, 3), training=True)
    np.testing.assert_allclose(A.mean(axis=0), [0, -1, 7], atol=1e-12)
    np.testing.assert_allclose(A.std(axis=0), [1, 2, 0.5], rtol=1e-5)


def test_batch_norm_running_values_follow_the_batch_with_an_unbiased_variance():
    layer = BatchNorm(1)
    layer.forward(np.array([[1.0], [3.0]]), training=True)  # mean 2, variance 1 biased, 2 unbiased
    np.testing.assert_allclose(layer.running_mean, [[0.2]])  # 0.9 * 0 + 0.1 * 2
    np.testing.assert_allclose(layer.running_var, [[1.1]])  # 0.9 * 1 + 0.1 * 2
    layer.forward(np.array([[1.0], [3.0]]), training=True)
    np.testing.assert_allclose(layer.running_mean, [[0.38]])
    np.testing.assert_allclose(layer.running_var, [[1.19]])


def test_batch_norm_momentum_is_the_share_of_the_new_batch():
    layer = BatchNorm(1, momentum=0.5)
    layer.forward(np.array([[1.0], [3.0]]), training=True)
    np.testing.assert_allclose([layer.running_mean, layer.running_var], [[[1.0]], [[1.5]]])


def test_batch_norm_in_evaluation_uses_the_running_values_and_leaves_them():
    layer = BatchNorm(1, eps=1e-12)
    layer.running_mean, layer.running_var = np.array([[2.0]]), np.array([[4.0]])
    A = layer.forward(np.array([[2.0], [6.0]]), training=False)
    np.testing.assert_allclose(A, [[0.0], [2.0]])
    np.testing.assert_array_equal([layer.running_mean, layer.running_var], [[[2.0]], [[4.0]]])


def test_batch_norm_in_evaluation_treats_each_row_alone():
    layer, X = filled(BatchNorm(3)), random(6, 3)
    layer.forward(X, training=True)
    whole = layer.forward(X, training=False)
    rows = np.vstack([layer.forward(X[i : i + 1], training=False) for i in range(6)])
    np.testing.assert_array_equal(whole, rows)


def test_batch_norm_of_one_example_gives_beta_and_leaves_the_running_variance():
    layer = filled(BatchNorm(3))
    before = layer.running_var.copy()
    A = layer.forward(random(1, 3), training=True)
    np.testing.assert_array_equal(A, layer.beta)
    np.testing.assert_array_equal(layer.running_var, before)
    assert np.isfinite(layer.backward(random(1, 3))).all()


def test_batch_norm_of_a_constant_column_gives_beta():
    layer = filled(BatchNorm(2))
    A = layer.forward(np.full((5, 2), 0.1), training=True)
    np.testing.assert_allclose(A, np.broadcast_to(layer.beta, (5, 2)), atol=1e-12)


def test_a_bias_before_batch_norm_has_no_gradient():
    dense, norm = filled(Dense(3, 2)), filled(BatchNorm(2))
    norm.forward(dense.forward(random(8, 3), training=True), training=True)
    dense.backward(norm.backward(random(8, 2)))
    assert np.abs(dense.db).max() < 1e-14 < np.abs(dense.dW).max()


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.75])
def test_dropout_drops_the_share_rate_and_scales_the_rest_by_one_over_keep(rate):
    A = Dropout(rate).forward(np.ones((400, 250)), training=True)
    np.testing.assert_allclose(np.unique(A), [0, 1 / (1 - rate)])
    assert np.mean(A == 0) == pytest.approx(rate, abs=4 * np.sqrt(rate * (1 - rate) / A.size))


def test_dropout_keeps_the_expectation_of_every_entry():
    layer, X = Dropout(0.2), random(3, 4)
    mean = np.mean([layer.forward(X, training=True) for _ in range(20_000)], axis=0)
    np.testing.assert_allclose(mean, X, atol=4.5 * np.abs(X).max() * np.sqrt(0.25 / 20_000))  # Var = x^2 p / (1 - p)


def test_dropout_draws_a_fresh_mask_each_training_pass():
    layer = Dropout(0.5)
    first, second = (layer.forward(np.ones((20, 20)), training=True) for _ in range(2))
    assert np.mean(first != second) == pytest.approx(0.5, abs=0.15)


def test_dropout_passes_everything_on_in_evaluation():
    layer, X, dA = Dropout(0.9), random(5, 3), random(5, 3, seed=1)
    layer.forward(X, training=True)
    np.testing.assert_array_equal(layer.forward(X, training=False), X)
    np.testing.assert_array_equal(layer.backward(dA), dA)


def test_dropout_of_rate_0_changes_nothing():
    X = random(5, 3)
    np.testing.assert_array_equal(Dropout(0).forward(X, training=True), X)


def test_dropout_sends_gradients_back_through_the_mask_of_the_last_forward_pass():
    layer = Dropout(0.2)
    layer.forward(np.ones((30, 4)), training=True)
    A = layer.forward(np.ones((30, 4)), training=True)
    np.testing.assert_array_equal(layer.backward(np.ones((30, 4))), A)


# ---- gradients, by a central difference of this file's own and by nnlib's checker

LAYERS = {
    "Dense": lambda: Dense(4, 3),
    "square Dense": lambda: Dense(4, 4),
    "Dense to one": lambda: Dense(4, 1),
    "BatchNorm": lambda: BatchNorm(4),
    "BatchNorm, large eps": lambda: BatchNorm(4, eps=0.5),
    "Dropout 0.2": lambda: Dropout(0.2),
    "Dropout 0": lambda: Dropout(0),
    "own layer": lambda: Scale(4),
    "Identity": Identity,
    "Residual": lambda: Residual([Dense(4, 3), Tanh(), Dense(3, 4)]),
    "Residual with everything": lambda: Residual([BatchNorm(4), Residual([Dense(4, 4), Dropout(0.3)]), Scale(4), Tanh()]),
}
ACTIVATIONS = {kind.__name__: kind for kind in Layer.__subclasses__() if kind.__module__ == "nnlib.activations"}
OURS = {name: make for name, make in LAYERS.items() if name != "own layer"} | ACTIVATIONS


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_every_gradient_of_a_layer_equals_central_differences(make, training):
    layer, X = filled(make()), 1 + 2 * random(6, 4, seed=3)
    if isinstance(layer, BatchNorm):
        layer.running_mean, layer.running_var = random(1, 4, seed=4), 0.5 + random(1, 4, seed=5) ** 2
    dA = random(*copy.deepcopy(layer).forward(X, training=training).shape, seed=6)

    def loss(array_name, array):
        twin = copy.deepcopy(layer)  # the same dropout mask, the same running values each time
        if array_name != "X":
            setattr(twin, array_name, array)
        return (twin.forward(array if array_name == "X" else X, training=training) * dA).sum()

    start = copy.deepcopy(layer)
    layer.forward(X, training=training)
    dX = layer.backward(dA)
    layer, used = start, layer
    assert_close(dX, central_difference(lambda X: loss("X", X), X))
    for name in layer.parameters:
        numeric = central_difference(lambda array, name=name: loss(name, array), getattr(layer, name).copy())
        assert_close(getattr(used, "d" + name), numeric)


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("m", [1, 2, 7])
@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_every_layer_passes_the_checker(make, m, training):
    for seed in range(5):
        layer = make()
        errors = check_layer(layer, random(m, 4, seed=seed), training=training, rng=seed)
        assert set(errors) == {"dX", *("d" + name for name in layer.parameters)}
        assert max(errors.values()) < 1e-7


# ---- what layers promise


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_inputs_and_upstream_gradients_are_never_changed(make):
    layer, X, dA = filled(make()), random(5, 4), None
    X.flags.writeable = False  # writing into it would raise
    out = layer.forward(X, training=True)
    kept = out.copy()
    dA = random(*out.shape, seed=2)
    dA.flags.writeable = False
    layer.backward(dA)
    np.testing.assert_array_equal(X, random(5, 4))
    np.testing.assert_array_equal(out, kept)


@pytest.mark.parametrize("make", [LAYERS["Dense"], LAYERS["BatchNorm"], LAYERS["own layer"]])
def test_backward_overwrites_gradients_and_never_adds_to_them(make):
    layer = filled(make())
    dA = random(*layer.forward(random(5, 4), training=True).shape, seed=2)
    first_dX = layer.backward(dA)
    first = {name: getattr(layer, "d" + name).copy() for name in layer.parameters}
    np.testing.assert_array_equal(layer.backward(dA), first_dX)
    for name in layer.parameters:
        np.testing.assert_array_equal(getattr(layer, "d" + name), first[name])


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_float32_stays_float32_in_a_float32_network(make):
    net = Network([make()], loss=MeanSquaredError(), dtype=np.float32)
    A = net.forward(random(5, 4), training=True)
    assert A.dtype == np.float32
    assert net.layers[0].backward(A).dtype == np.float32


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_whole_numbers_give_the_same_answer_as_the_equal_floats(make):
    X = np.array([[1, -2, 3, 0], [2, 2, -1, 5]])
    layer = make()
    np.testing.assert_array_equal(
        copy.deepcopy(layer).forward(X, training=True), copy.deepcopy(layer).forward(X.astype(float), training=True)
    )


@given(m=st.integers(1, 6), n_in=st.integers(1, 6), n_out=st.integers(1, 6), seed=st.integers(0, 1000))
@settings(deadline=None, max_examples=40, derandomize=True)
def test_dense_equals_its_formula_written_with_indices(m, n_in, n_out, seed):
    layer, X, dZ = filled(Dense(n_in, n_out)), random(m, n_in, seed=seed), random(m, n_out, seed=seed + 1)
    Z = layer.forward(X, training=True)
    dX = layer.backward(dZ)
    for i in range(m):
        for k in range(n_out):
            assert Z[i, k] == pytest.approx(sum(X[i, j] * layer.W[j, k] for j in range(n_in)) + layer.b[0, k], abs=1e-12)
        for j in range(n_in):
            assert dX[i, j] == pytest.approx(sum(dZ[i, k] * layer.W[j, k] for k in range(n_out)), abs=1e-12)
    for k in range(n_out):
        assert layer.db[0, k] == pytest.approx(sum(dZ[i, k] for i in range(m)), abs=1e-12)
        for j in range(n_in):
            assert layer.dW[j, k] == pytest.approx(sum(X[i, j] * dZ[i, k] for i in range(m)), abs=1e-12)


@pytest.mark.parametrize("order", ["C", "F", "every second row"])
def test_dense_takes_any_memory_layout(order):
    layer, X, dZ = filled(Dense(4, 3)), random(6, 4), random(6, 3, seed=1)
    expected = layer.forward(X, training=True), layer.backward(dZ), layer.dW.copy()
    if order == "every second row":
        X, dZ = np.repeat(X, 2, axis=0)[::2], np.repeat(dZ, 2, axis=0)[::2]
    else:
        X, dZ = np.array(X, order=order), np.array(dZ, order=order)
    got = layer.forward(X, training=True), layer.backward(dZ), layer.dW
    for a, b in zip(got, expected):
        np.testing.assert_allclose(a, b, rtol=1e-13)


# ---- a layer used alone


def test_a_layer_used_alone_draws_its_weights():
    layer = Dense(3, 2)
    Z = layer.forward(np.ones((4, 3)), training=False)
    np.testing.assert_allclose(Z, np.ones((4, 3)) @ layer.W)
    np.testing.assert_array_equal(layer.W, he_normal(np.random.default_rng(0), 3, 2))
    np.testing.assert_array_equal(layer.b, np.zeros((1, 2)))
    np.testing.assert_array_equal(layer.dW, np.zeros((3, 2)))


def test_build_draws_with_the_given_rng():
    expected = xavier_normal(np.random.default_rng(5), 3, 2)
    np.testing.assert_array_equal(Dense(3, 2, init=xavier_normal).build(rng=5).W, expected)
    np.testing.assert_array_equal(Dense(3, 2, init=xavier_normal).build(rng=np.random.default_rng(5)).W, expected)


@pytest.mark.parametrize("name", ["W", "b", "dW", "db"])
def test_assignment_copies_into_the_view(name):
    layer = Dense(3, 2).build()
    view, new = getattr(layer, name), random(*getattr(layer, name).shape, seed=8)
    setattr(layer, name, new)
    assert getattr(layer, name) is view
    np.testing.assert_array_equal(view, new)
    new[:] = 0
    assert view.all()  # a copy, not the given array


def test_in_place_updates_reach_the_weights():
    layer = Dense(3, 2).build()
    view, before = layer.W, layer.W.copy()
    layer.W -= 0.5
    layer.W *= 2
    assert layer.W is view
    np.testing.assert_array_equal(view, (before - 0.5) * 2)


@pytest.mark.parametrize("value", [np.ones((2, 3)), np.ones(3), 1.0, None, np.ones((1, 3, 2))], ids=str)
def test_assigning_a_wrong_shape_raises_and_changes_nothing(value):
    layer = Dense(3, 2).build()
    before = layer.W.copy()
    with pytest.raises(ValueError) as caught:
        layer.W = value
    assert "(3, 2)" in str(caught.value) and str(np.shape(value)) in str(caught.value) and "[...]" in str(caught.value)
    np.testing.assert_array_equal(layer.W, before)


def test_a_missing_attribute_is_still_an_attribute_error():
    with pytest.raises(AttributeError, match="weights"):
        _ = Dense(3, 2).weights


class Shift(Layer):
    """A = X + delta: a parameter whose name begins with d."""

    parameters = ("delta",)

    def draw(self, rng):
        return {"delta": np.zeros((1, 2))}

    def forward(self, X, training):
        return X + self.delta

    def backward(self, dA):
        self.ddelta = dA.sum(axis=-2, keepdims=True)
        return dA


@pytest.mark.parametrize("layer", [Scale(2), Shift()], ids=["s", "delta"])
def test_a_learners_layer_works_alone_whatever_its_parameter_is_called(layer):
    assert max(check_layer(layer, random(4, 2)).values()) < 1e-7


class Undrawn(Layer):
    parameters = ("W",)

    def forward(self, X, training):
        return X * self.W


@pytest.mark.parametrize(
    "use", [lambda: Undrawn().forward(np.ones((2, 2)), training=True), lambda: Network([Undrawn()], MeanSquaredError())]
)
def test_a_learners_layer_without_draw_is_asked_for_one(use):
    with pytest.raises(ValueError) as caught:
        use()
    assert "Undrawn" in str(caught.value) and "draw" in str(caught.value) and "W" in str(caught.value)


@pytest.mark.parametrize("method", ["forward", "backward"])
def test_a_learners_layer_without_its_methods_names_them(method):
    class Half(Layer):
        pass

    with pytest.raises(NotImplementedError, match=rf"Half needs def {method}"):
        getattr(Half(), method)(*([np.ones((1, 1)), True][: 2 if method == "forward" else 1]))


@pytest.mark.parametrize(
    ("layer", "text"),
    [
        (Dense(2, 3), "Dense(2, 3, he_normal)"),
        (Dropout(0.2), "Dropout(0.2)"),
        (BatchNorm(4), "BatchNorm(4, 0.1, 1e-05)"),
        (Scale(4), "Scale(4)"),
    ],
    ids=str,
)
def test_a_layer_prints_itself_as_the_code_that_makes_it(layer, text):
    assert repr(layer) == text
    assert repr(eval(text)) == text


# ---- Residual


def test_residual_adds_its_input_to_what_its_layers_return_by_hand():
    block = Residual([Dense(2, 2), ReLU()])
    block.W_0 = [[1.0, 2.0], [3.0, -4.0]]
    A = block.forward(np.array([[1.0, 1.0]]), training=True)
    np.testing.assert_array_equal(A, [[1 + 4, 1 + 0]])  # x + relu(x W) = (1, 1) + relu(4, -2)
    np.testing.assert_array_equal(block.backward(np.array([[1.0, 10.0]])), [[1 + 1, 10 + 3]])  # dA + (1, 0) W^T
    np.testing.assert_array_equal(block.dW_0, [[1, 0], [1, 0]])
    np.testing.assert_array_equal(block.db_0, [[1, 0]])


def test_residual_of_layers_that_return_zero_passes_values_and_gradients_on_unchanged():
    block, X = Residual([Dense(3, 5), Tanh(), Dense(5, 3, init=zeros)]), random(4, 3)
    np.testing.assert_array_equal(block.forward(X, training=True), X)
    np.testing.assert_array_equal(block.backward(X), X)


def test_the_arrays_of_a_residual_are_those_of_its_layers():
    block = Residual([BatchNorm(3), Dense(3, 3), Residual([Dense(3, 3)])])
    assert block.parameters == ("gamma_0", "beta_0", "W_1", "b_1", "W_0_2", "b_0_2")
    assert block.buffers == ("running_mean_0", "running_var_0")
    assert block.W_1 is block.layers[1].W and block.dW_0_2 is block.layers[2].layers[0].dW
    block.running_mean_0 = np.ones((1, 3))
    assert block.layers[0].running_mean.sum() == 3
    with pytest.raises(AttributeError, match="W_3"):
        _ = block.W_3


# ---- a layer of your own


def test_the_layer_of_the_docstring_passes_the_checker_alone_and_in_a_stack_of_copies():
    example = re.search(r"    class Scale.*?(?=\nConstructor)", nnlib.layer.__doc__, re.DOTALL)[0]
    names = {"Layer": Layer, "np": np}
    exec(textwrap.dedent(example), names)
    Mine, X = names["Scale"], random(5, 3)
    assert max(check_layer(Mine(), X).values()) < 1e-7
    check_network(Network([Dense(3, 3), Mine(), Dense(3, 2)], MeanSquaredError(), copies=2), X, random(5, 2))


class Doubling(Layer):
    """A = 2 X, written into X itself."""

    def forward(self, X, training):
        X *= 2
        return X

    def backward(self, dA):
        return 2 * dA


class Silent(Layer):
    """Forgets its return, in forward or in backward."""

    def __init__(self, forgets):
        self.forgets = forgets

    def forward(self, X, training):
        return None if self.forgets == "forward" else X

    def backward(self, dA):
        return None


@pytest.mark.parametrize("around", [lambda layer: [layer, Dense(2, 1)], lambda layer: [Dense(2, 2), layer, Dense(2, 1)]])
@pytest.mark.parametrize("wrap", [lambda layer: layer, lambda layer: Residual([layer])])
def test_a_layer_that_changes_its_input_is_named_and_the_data_stays_as_it_was(around, wrap):
    X, net = np.ones((4, 2)), Network(around(wrap(Doubling())), MeanSquaredError())
    for use in (
        lambda: net.predict(X),
        lambda: net.loss_and_gradient(X, np.ones((4, 1))),
        lambda: fit(net, X, X[:, :1], SGD(0.1), epochs=2),
    ):
        with pytest.raises(ValueError, match=r"Doubling\(\).forward changes its input X: write a new array"):
            use()
    assert (X == 1).all() and X.flags.writeable


@pytest.mark.parametrize("forgets", ["forward", "backward"])
def test_a_layer_that_returns_nothing_inside_a_residual_is_named(forgets):
    net = Network([Dense(2, 2), Residual([Dense(2, 2), Silent(forgets)])], MeanSquaredError())
    with pytest.raises(ValueError, match=rf"Silent\('{forgets}'\).{forgets} must return an array, got None"):
        net.loss_and_gradient(np.ones((3, 2)), np.ones((3, 2)))


@pytest.mark.parametrize("make", [lambda: Dense(2, 2), lambda: BatchNorm(2), lambda: Dropout(0.5), Tanh, lambda: Residual([Tanh()])])
def test_backward_before_forward_says_to_call_forward(make):
    with pytest.raises(AttributeError, match=r"call forward\(X, training=True\) before backward"):
        make().backward(np.ones((1, 2)))


@pytest.mark.parametrize("make", OURS.values(), ids=OURS)
@pytest.mark.parametrize("kind", [np.uint8, np.int16, bool, list], ids=["uint8", "int16", "bool", "list"])
def test_whole_numbers_and_lists_are_taken_as_floats_alone_too(make, kind):
    X = np.random.default_rng(0).integers(0, 256, (5, 4))
    given = X.tolist() if kind is list else X.astype(kind)
    one, other = make(), make()
    np.testing.assert_array_equal(one.forward(given, training=True), other.forward(np.array(given, dtype=float), training=True))
    dA = np.random.default_rng(1).integers(0, 2, (5, one.columns_out(4)))
    given = dA.tolist() if kind is list else dA.astype(kind)
    np.testing.assert_array_equal(one.backward(given), other.backward(dA.astype(float)))


@pytest.mark.parametrize("make", OURS.values(), ids=OURS)
@pytest.mark.parametrize("dA", [None, "a", [[1], [1, 2]], np.ma.masked_all((5, 4))], ids=["None", "words", "ragged", "masked"])
def test_what_is_no_gradient_is_named(make, dA):
    layer = make()
    layer.forward(np.ones((5, 4)), training=True)
    with pytest.raises(ValueError, match=r"d[AP] must"):
        layer.backward(dA)


@pytest.mark.parametrize("make", [lambda: Dense(4, 3), lambda: BatchNorm(4), lambda: Residual([Dense(4, 4)])])
@pytest.mark.parametrize("shape", [(4,), (3, 4), (5, 1)])
def test_a_gradient_of_another_shape_than_the_output_is_named(make, shape):
    layer = make()
    layer.forward(np.ones((5, 4)), training=True)
    with pytest.raises(ValueError, match=r"shape of the layer's output, \(5, [34]\), got"):
        layer.backward(np.ones(shape))


# ---- bad input

BAD = {
    "no inputs": (lambda: Dense(0, 2), ["n_in", "whole number", "0"]),
    "negative outputs": (lambda: Dense(2, -1), ["n_out", "-1"]),
    "half an input": (lambda: Dense(2.5, 1), ["n_in", "2.5"]),
    "a float that is whole": (lambda: Dense(2.0, 1), ["n_in", "2.0"]),
    "a string": (lambda: Dense("2", 1), ["n_in", "'2'"]),
    "True": (lambda: Dense(True, 1), ["n_in", "True"]),
    "a list of sizes": (lambda: Dense([2, 3], 1), ["n_in", "[2, 3]"]),
    "dropout of everything": (lambda: Dropout(1), ["rate", "0", "1", "Dropout(0.2)"]),
    "dropout in percent": (lambda: Dropout(20), ["rate", "20", "below 1"]),
    "negative dropout": (lambda: Dropout(-0.1), ["rate", "-0.1"]),
    "NaN dropout": (lambda: Dropout(float("nan")), ["rate", "nan"]),
    "dropout a string": (lambda: Dropout("0.5"), ["rate", "'0.5'"]),
    "dropout None": (lambda: Dropout(None), ["rate", "None"]),
    "dropout an array": (lambda: Dropout(np.array([0.1, 0.2])), ["rate", "0.1"]),
    "batch norm of nothing": (lambda: BatchNorm(0), ["n of BatchNorm", "0"]),
    "momentum 0": (lambda: BatchNorm(2, momentum=0), ["momentum", "0.1"]),
    "momentum 1.5": (lambda: BatchNorm(2, momentum=1.5), ["momentum", "1.5"]),
    "eps 0": (lambda: BatchNorm(2, eps=0), ["eps", "above 0", "eps=1e-5"]),
    "negative eps": (lambda: BatchNorm(2, eps=-1e-5), ["eps", "-1e-05"]),
    "columns of Dense": (lambda: Dense(3, 2).forward(np.ones((4, 2)), training=True), ["Dense(3, 2", "(m, 3)", "(4, 2)"]),
    "columns of BatchNorm": (lambda: BatchNorm(3).forward(np.ones((4, 2)), training=True), ["BatchNorm(3", "(m, 3)", "(4, 2)"]),
    "one column, which would broadcast": (lambda: BatchNorm(3).forward(np.ones((4, 1)), training=True), ["(m, 3)", "(4, 1)"]),
    "1-D into Dense": (lambda: Dense(3, 2).forward(np.ones(3), training=True), ["(m, 3)", "(3,)"]),
    "1-D into BatchNorm": (lambda: BatchNorm(3).forward(np.ones(3), training=True), ["(m, 3)", "(3,)"]),
    "Residual of nothing": (lambda: Residual([]), ["layers", "list", "[]"]),
    "Residual of classes": (lambda: Residual([Tanh]), ["Tanh", "Tanh()"]),
    "Residual that narrows": (lambda: Residual([Dense(4, 3), Tanh()]), ["same number of columns", "4 and 3", "4 units"]),
    "Residual that does not fit inside": (lambda: Residual([Dense(4, 3), Dense(4, 4)]), ["Dense(4, 4", "3"]),
    "a masked array into Dense": (lambda: Dense(1, 1).forward(np.ma.masked_array([[1.0]], [[True]]), True), ["NaN"]),
    "words into Dense": (lambda: Dense(1, 1).forward([["a"]], True), ["X", "numbers"]),
    "ragged rows into Dense": (lambda: Dense(1, 1).forward([[1], [1, 2]], True), ["X", "rectangular"]),
    "images into Dense": (lambda: Dense(64, 1).forward(np.ones((5, 8, 8)), True), ["X.reshape(len(X), -1)"]),
    "columns into Dense": (lambda: Dense(2, 1).forward(np.ones((2, 400)), True), ["X.T"]),
    "build with a wrong rng": (lambda: Dense(3, 2).build(rng="seed"), ["rng", "'seed'", "rng=0"]),
    "build with True": (lambda: Dense(3, 2).build(rng=True), ["rng", "True"]),
    "build with -1": (lambda: Dense(3, 2).build(rng=-1), ["rng", "-1"]),
}


test_bad_input_raises_a_value_error_that_says_what_was_given_and_what_to_write = says_what_to_write(BAD)
