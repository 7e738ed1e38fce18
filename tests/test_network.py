"""Network: one theta, one gradient, stacks of copies, save and load, and what it refuses."""

import copy
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from helpers import random, says_what_to_write
from hypothesis import given, settings
from hypothesis import strategies as st

import nnlib
from nnlib import (
    ELU,
    GELU,
    BatchNorm,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Dropout,
    Identity,
    Layer,
    LeakyReLU,
    MeanSquaredError,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Tanh,
    check_network,
    he_normal,
    mlp,
    xavier_normal,
)


def filled(net, seed=1):
    """The network with every parameter moved off 0 and 1, where mistakes hide; the same move for each copy."""
    net.theta += 0.3 * random(net.theta.shape[-1], seed=seed)
    return net


def targets(loss, m, k, seed=0):
    rng = np.random.default_rng(seed)
    if isinstance(loss, MeanSquaredError):
        return rng.standard_normal((m, k))
    return rng.integers(0, 2 if isinstance(loss, BinaryCrossEntropy) else k, m)


class Affine(Layer):
    """A learner's own layer with a setting, a parameter and a buffer: A = s X + shift, counting its training passes."""

    parameters = ("s",)
    buffers = ("passes",)

    def __init__(self, n, shift=0.5):
        self.n, self.shift = n, shift
        self.n_in = self.n_out = n
        self.passes = np.zeros((1, 1))

    def draw(self, rng):
        return {"s": 1 + 0.1 * rng.standard_normal((1, self.n))}

    def forward(self, X, training):
        self.X = X
        self.passes = self.passes + training
        return X * self.s + self.shift

    def backward(self, dA):
        self.ds = (dA * self.X).sum(axis=-2, keepdims=True)
        return dA * self.s


# name -> function(**options) -> Network; each with 3 columns in
NETWORKS = {
    "regression": lambda **o: Network([Dense(3, 5), Tanh(), Dense(5, 2)], MeanSquaredError(), **o),
    "binary": lambda **o: Network([Dense(3, 6), GELU(), Dense(6, 4), ELU(), Dense(4, 1)], BinaryCrossEntropy(), **o),
    "classes": lambda **o: Network([Dense(3, 6), LeakyReLU(0.2), Dense(6, 4)], SoftmaxCrossEntropy(), **o),
    "relu": lambda **o: Network([Dense(3, 6), ReLU(), Dense(6, 6), ReLU(), Dense(6, 4)], SoftmaxCrossEntropy(), **o),
    "probabilities": lambda **o: Network([Dense(3, 5), Sigmoid(), Dense(5, 4), Softmax()], CategoricalCrossEntropy(), **o),
    "batch norm": lambda **o: Network(
        [Dense(3, 5), BatchNorm(5), Tanh(), Dense(5, 5), BatchNorm(5), Sigmoid(), Dense(5, 4)], SoftmaxCrossEntropy(), **o
    ),
    "dropout": lambda **o: Network([Dropout(0.2), Dense(3, 8), Tanh(), Dropout(0.4), Dense(8, 1)], BinaryCrossEntropy(), **o),
    "everything": lambda **o: Network(
        [BatchNorm(3), Dense(3, 7), BatchNorm(7), ELU(0.5), Dropout(0.3), Dense(7, 5), GELU(), Affine(5), Dense(5, 4)],
        SoftmaxCrossEntropy(),
        **o,
    ),
    "residual": lambda **o: Network(
        [Dense(3, 5), Residual([BatchNorm(5), Tanh(), Dropout(0.2), Dense(5, 5), Affine(5)]), ReLU(), Dense(5, 4)],
        SoftmaxCrossEntropy(),
        **o,
    ),
    "residual first": lambda **o: Network([Residual([Residual([Dense(3, 3)]), GELU(), Dense(3, 3)])], MeanSquaredError(), **o),
    "no hidden layer": lambda **o: Network([Dense(3, 1)], BinaryCrossEntropy(), **o),
    "no parameters": lambda **o: Network([Identity()], MeanSquaredError(), **o),
    "ends in batch norm": lambda **o: Network([Dense(3, 2), BatchNorm(2)], MeanSquaredError(), **o),
}
every = pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
with_parameters = pytest.mark.parametrize(
    "make", [make for name, make in NETWORKS.items() if name != "no parameters"], ids=[name for name in NETWORKS if name != "no parameters"]
)


def data(net, m=8, seed=0):
    X = random(m, 3, seed=seed)
    k = net.forward(X, training=False).shape[-1]
    return X, targets(net.loss, m, k, seed)


# ---- the gradient of the whole


@with_parameters
@pytest.mark.parametrize("penalty", [{}, {"l2": 0.3}, {"l1": 0.2}, {"l1": 0.2, "l2": 0.3}], ids=str)
def test_the_whole_gradient_equals_central_differences_of_the_printed_loss(make, penalty):
    net = filled(make(rng=2, **penalty))
    X, y = data(net)

    def loss(theta):
        twin = copy.deepcopy(net)  # the same dropout masks and running values each time
        twin.theta = theta
        return twin.loss_and_gradient(X, y)

    numeric, h, theta = np.zeros_like(net.theta), 1e-5, net.theta.copy()
    for j in range(len(theta)):
        step = h * np.eye(len(theta))[j]
        numeric[j] = (loss(theta + step) - loss(theta - step)) / (2 * h)
    net.loss_and_gradient(X, y)
    assert np.abs(net.grad - numeric).max() / np.abs(numeric).max() < 1e-7


@with_parameters
@pytest.mark.parametrize("options", [{}, {"l2": 0.2}, {"l1": 0.2}, {"copies": 3}, {"copies": 3, "l1": 0.1, "l2": [0.0, 0.1, 0.5]}], ids=str)
def test_every_network_passes_the_checker(make, options):
    for seed in range(3):
        net = make(rng=seed, **options)
        errors = check_network(net, *data(net, m=5, seed=seed))
        names = [f"{i}.d{name}" for i, layer in enumerate(net.layers) for name in layer.parameters]
        assert set(names) <= set(errors)
        assert max(errors.values()) < 1e-7


def test_l2_adds_half_its_value_times_the_squared_weights_and_spares_biases():
    plain, decayed = (filled(Network([Dense(3, 4), Tanh(), Dense(4, 2)], SoftmaxCrossEntropy(), l2=l2)) for l2 in (0.0, 0.3))
    X, y = data(plain)
    squares = sum((layer.W**2).sum() for layer in decayed._dense_layers())
    assert decayed.loss_value(X, y) - plain.loss_value(X, y) == pytest.approx(0.15 * squares, rel=1e-12)
    assert decayed.loss_and_gradient(X, y) - plain.loss_and_gradient(X, y) == pytest.approx(0.15 * squares, rel=1e-12)
    for i in (0, 2):
        np.testing.assert_allclose(decayed.layers[i].dW - plain.layers[i].dW, 0.3 * decayed.layers[i].W, rtol=1e-12)
        np.testing.assert_array_equal(decayed.layers[i].db, plain.layers[i].db)


def test_l1_adds_the_absolute_weights_and_spares_biases():
    plain, sparse = (filled(Network([Dense(3, 4), Tanh(), Dense(4, 2)], SoftmaxCrossEntropy(), l1=l1)) for l1 in (0.0, 0.3))
    X, y = data(plain)
    sizes = sum(np.abs(layer.W).sum() for layer in sparse._dense_layers())
    assert sparse.loss_value(X, y) - plain.loss_value(X, y) == pytest.approx(0.3 * sizes, rel=1e-12)
    assert sparse.loss_and_gradient(X, y) - plain.loss_and_gradient(X, y) == pytest.approx(0.3 * sizes, rel=1e-12)
    for i in (0, 2):
        np.testing.assert_allclose(sparse.layers[i].dW - plain.layers[i].dW, 0.3 * np.sign(sparse.layers[i].W), rtol=1e-12)
        np.testing.assert_array_equal(sparse.layers[i].db, plain.layers[i].db)


def test_mlp_ends_in_the_output_activation_that_is_asked_for():
    assert repr(mlp([2, 3, 1], output=Sigmoid, loss=MeanSquaredError()).layers[-1]) == "Sigmoid()"
    assert repr(mlp([2, 3, 2], loss=CategoricalCrossEntropy()).layers[-1]) == "Softmax()"
    assert isinstance(mlp([2, 3, 1], loss=BinaryCrossEntropy()).layers[-1], Dense)


def test_the_gradient_of_a_layer_stack_by_hand():
    """Two weights and a tanh, worked with the chain rule: L = (w2 tanh(w1 x) - y)^2."""
    net = Network([Dense(1, 1), Tanh(), Dense(1, 1)], MeanSquaredError())
    net.theta = [0.5, 0.0, 2.0, 0.0]  # w1, b1, w2, b2
    L = net.loss_and_gradient([[1.0]], [[3.0]])
    a = np.tanh(0.5)
    d = 2 * (2 * a - 3)
    assert L == pytest.approx((2 * a - 3) ** 2, rel=1e-14)
    np.testing.assert_allclose(net.grad, [d * 2 * (1 - a * a), d * 2 * (1 - a * a), d * a, d], rtol=1e-14)


@every
def test_loss_value_is_evaluation_and_loss_and_gradient_is_training(make):
    net = filled(make())
    X, y = data(net)
    evaluation = net.loss.forward(net.forward(X, training=False), y)
    training = net.loss.forward(copy.deepcopy(net).forward(X, training=True), y)
    assert net.loss_value(X, y) == evaluation
    assert net.loss_and_gradient(X, y) == training
    assert type(net.loss_value(X, y)) is float and type(net.loss_and_gradient(X, y)) is float


def test_answers_never_touch_running_statistics_or_dropout_masks():
    net = filled(NETWORKS["everything"]())
    X, y = data(net)
    net.loss_and_gradient(X, y)
    twin = copy.deepcopy(net)
    for _ in range(2):
        net.predict(X), net.predict_proba(X), net.score(X, y), net.loss_value(X, y), net.forward(X, training=False)
    assert net.loss_and_gradient(X, y) == twin.loss_and_gradient(X, y)
    np.testing.assert_array_equal(net.grad, twin.grad)
    np.testing.assert_array_equal(net.layers[0].running_var, twin.layers[0].running_var)


def test_backward_starts_from_any_upstream_gradient():
    net = filled(NETWORKS["classes"]())
    X, y = data(net)
    net.loss_and_gradient(X, y)
    expected = net.grad.copy()
    net.loss.forward(net.forward(X, training=True), y)
    upstream = net.loss.backward()
    upstream.flags.writeable = False  # writing into it would raise
    net.grad[...] = np.nan  # every number must be written again
    net.backward(upstream)
    np.testing.assert_array_equal(net.grad, expected)


# ---- one vector


def test_theta_and_grad_hold_every_array_in_order_and_share_its_memory():
    net = filled(NETWORKS["everything"]())
    net.loss_and_gradient(*data(net))
    for vector, prefix in ((net.theta, ""), (net.grad, "d")):
        arrays = [getattr(layer, prefix + name) for layer in net.layers for name in layer.parameters]
        np.testing.assert_array_equal(vector, np.concatenate([array.ravel() for array in arrays]))
        assert all(np.shares_memory(array, vector) for array in arrays)
        assert vector.flags.c_contiguous and vector.dtype == np.float64


def test_layer_assignment_and_in_place_steps_reach_theta():
    net = Network([Dense(2, 2), Dense(2, 1)], MeanSquaredError())
    net.layers[0].W = [[1, 2], [3, 4]]
    net.layers[1].W -= net.layers[1].W
    net.layers[1].b[...] = 7
    np.testing.assert_array_equal(net.theta, [1, 2, 3, 4, 0, 0, 0, 0, 7])


def test_theta_assignment_copies_so_that_layers_stay_joined():
    net = Network([Dense(2, 2)], MeanSquaredError())
    theta, new = net.theta, np.arange(6.0)
    net.theta = new
    new[:] = -1
    assert net.theta is theta
    np.testing.assert_array_equal(net.layers[0].W, [[0, 1], [2, 3]])
    net.theta -= 1
    np.testing.assert_array_equal(net.layers[0].b, [[3, 4]])


@pytest.mark.parametrize("assign", [lambda n: setattr(n, "theta", np.ones(5)), lambda n: setattr(n.layers[0], "W", np.ones((3, 2)))])
def test_assigning_a_wrong_shape_raises_and_changes_nothing(assign):
    net = Network([Dense(2, 2)], MeanSquaredError())
    before = net.theta.copy()
    with pytest.raises(ValueError, match="shape"):
        assign(net)
    np.testing.assert_array_equal(net.theta, before)


@every
def test_deepcopy_is_equal_independent_and_keeps_its_views_joined(make):
    net = filled(make(rng=3, l2=0.1))
    X, y = data(net)
    net.loss_and_gradient(X, y)
    twin = copy.deepcopy(net)
    np.testing.assert_array_equal(twin.theta, net.theta)
    assert twin.loss_and_gradient(X, y) == net.loss_and_gradient(X, y)  # the same dropout masks too
    np.testing.assert_array_equal(twin.grad, net.grad)
    kept = net.theta.copy()
    twin.theta += 1
    for theirs, ours in zip(twin.layers, net.layers):
        for name in theirs.parameters:
            assert np.shares_memory(getattr(theirs, name), twin.theta) and np.shares_memory(getattr(theirs, "d" + name), twin.grad)
            np.testing.assert_array_equal(getattr(theirs, name), getattr(ours, name) + 1)
    np.testing.assert_array_equal(net.theta, kept)


def test_weights_set_on_a_layer_before_it_enters_a_network_are_kept():
    layer = Dense(2, 2)
    layer.W, layer.b = [[1, 2], [3, 4]], [[5, 6]]
    net = Network([layer, Tanh(), Dense(2, 1)], BinaryCrossEntropy(), rng=4)
    np.testing.assert_array_equal(net.theta[:6], [1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(layer.W, [[1, 2], [3, 4]])
    assert np.shares_memory(layer.W, net.theta)


def test_weights_set_before_are_given_to_every_copy():
    layer = Dense(2, 1)
    layer.W = [[1], [2]]
    net = Network([layer], MeanSquaredError(), copies=3)
    np.testing.assert_array_equal(net.theta, [[1, 2, 0]] * 3)
    net.theta[0] = 9  # copies do not share memory
    np.testing.assert_array_equal(net.theta[1:], [[1, 2, 0]] * 2)


def test_a_layer_used_alone_computes_what_it_computes_in_the_network():
    net = filled(NETWORKS["classes"]())
    X, A = random(4, 3), random(4, 3)
    for layer in net.layers:
        A = layer.forward(A, training=False)
    np.testing.assert_array_equal(net.forward(X, training=False), A)


def test_training_mode_must_be_given():
    net = NETWORKS["classes"]()
    with pytest.raises(TypeError, match="training"):
        net.forward(random(2, 3))


# ---- stacks


def assert_stack_equals_singles(make, R, X, y, l2=None, steps=3):
    l2 = np.zeros(R) if l2 is None else l2
    stack = make(rng=range(R), copies=R, l2=l2)
    singles = [make(rng=r, l2=l2[r]) for r in range(R)]

    def own(array, r):
        return array[r] if np.ndim(array) == 3 else array

    for r, single in enumerate(singles):
        np.testing.assert_array_equal(stack.theta[r], single.theta)  # start weights: bit for bit
    for net in (stack, *singles):
        filled(net)
    for _ in range(steps):
        losses = stack.loss_and_gradient(X, y)
        assert losses.shape == (R,)
        for r, single in enumerate(singles):
            assert single.loss_and_gradient(own(X, r), y) == pytest.approx(losses[r], rel=1e-12)
            scale = max(1.0, np.abs(single.grad).max())
            np.testing.assert_allclose(stack.grad[r], single.grad, rtol=0, atol=1e-12 * scale)
            single.theta -= 0.1 * single.grad
        stack.theta -= 0.1 * stack.grad
    outputs, values, scores = stack.forward(X, training=False), stack.loss_value(X, y), stack.score(X, y)
    for r, single in enumerate(singles):
        np.testing.assert_allclose(outputs[r], single.forward(own(X, r), training=False), rtol=1e-11, atol=1e-12)
        assert single.loss_value(own(X, r), y) == pytest.approx(values[r], rel=1e-11)
        assert single.score(own(X, r), y) == pytest.approx(scores[r], rel=1e-9, abs=1e-9)
        np.testing.assert_allclose(stack.predict(X)[r], single.predict(own(X, r)), rtol=1e-11, atol=1e-12)


@with_parameters
@pytest.mark.parametrize("R", [1, 3])
def test_a_stack_of_copies_equals_single_networks_with_the_same_seeds(make, R):
    X, y = data(make())
    assert_stack_equals_singles(make, R, X, y)


@with_parameters
def test_a_stack_takes_an_l2_for_each_copy(make):
    X, y = data(make())
    assert_stack_equals_singles(make, 3, X, y, l2=np.array([0.0, 0.1, 0.7]))


@with_parameters
def test_a_stack_takes_data_for_each_copy(make):
    X, y = data(make())
    assert_stack_equals_singles(make, 3, np.stack([X, X + 1, -X]), y)


@pytest.mark.parametrize("R", [1, 2])
def test_a_stack_gives_its_answers_with_a_leading_axis(R):
    net = NETWORKS["batch norm"](copies=R)
    X, y = random(6, 3), targets(net.loss, 6, 4)
    assert net.theta.shape == net.grad.shape == (R, net.theta.shape[1])
    assert net.layers[0].W.shape == net.layers[0].dW.shape == (R, 3, 5)
    assert net.layers[1].running_mean.shape == (R, 1, 5)
    assert net.forward(X, training=False).shape == (R, 6, 4)
    assert net.predict(X).shape == (R, 6)
    assert net.predict_proba(X).shape == (R, 6, 4)
    assert net.score(X, y).shape == net.loss_value(X, y).shape == net.loss_and_gradient(X, y).shape == (R,)


def test_copies_from_one_seed_differ_from_one_another_and_are_the_same_next_time():
    first, second = (NETWORKS["classes"](copies=3, rng=5) for _ in range(2))
    np.testing.assert_array_equal(first.theta, second.theta)
    assert len(np.unique(first.theta[:, 0])) == 3


def test_dropout_masks_differ_between_copies_of_one_seed():
    net = Network([Dropout(0.5)], MeanSquaredError(), copies=2)
    A = net.forward(np.ones((40, 5)), training=True)
    assert np.mean(A[0] != A[1]) > 0.3


@pytest.mark.parametrize(
    "rng",
    [0, np.random.default_rng(0), [3, 4], (3, 4), range(2), [np.random.default_rng(3), 4]],
    ids=["seed", "generator", "list", "tuple", "range", "mixed list"],
)
def test_copies_take_one_seed_or_one_for_each(rng):
    assert np.isfinite(NETWORKS["classes"](copies=2, rng=rng).theta).all()


def test_targets_of_a_stack_may_differ_for_each_copy():
    net = NETWORKS["regression"](copies=2)
    X, Y = random(5, 3), random(2, 5, 2)
    both = net.loss_value(X, Y)
    for r in range(2):
        assert net.loss_value(X, Y[r])[r] == pytest.approx(both[r], rel=1e-14)


ACTIVATIONS = [Tanh, Sigmoid, ReLU, LeakyReLU, ELU, GELU, Identity]
LOSSES = [MeanSquaredError, SoftmaxCrossEntropy, CategoricalCrossEntropy, BinaryCrossEntropy]


@st.composite
def architectures(draw):
    """Small networks of 3 columns: a function **options -> Network, which builds the same one each time."""
    loss = draw(st.sampled_from(LOSSES))
    hidden = draw(st.lists(st.integers(1, 5), max_size=3))
    sizes = [3, *hidden, 1 if loss is BinaryCrossEntropy else draw(st.integers(2, 4))]
    how = {
        "activation": draw(st.sampled_from(ACTIVATIONS)),
        "batch_norm": draw(st.booleans()),
        "dropout": draw(st.sampled_from([0.0, 0.3])),
        "init": draw(st.sampled_from([he_normal, xavier_normal])),
    }
    return lambda **options: mlp(sizes, loss=loss(), **how, **options)


@given(make=architectures(), R=st.integers(1, 4), m=st.integers(2, 9), seed=st.integers(0, 100))
@settings(deadline=None, max_examples=25, derandomize=True)
def test_any_stack_equals_its_singles(make, R, m, seed):
    net = make()
    X = random(m, 3, seed=seed)
    y = targets(net.loss, m, net.forward(X, training=False).shape[-1], seed)
    assert_stack_equals_singles(make, R, X, y, steps=1)


@given(make=architectures(), m=st.integers(1, 9), seed=st.integers(0, 100))
@settings(deadline=None, max_examples=25, derandomize=True)
def test_the_same_seed_gives_the_same_bits(make, m, seed):
    results = []
    for _ in range(2):
        net = make(rng=seed)
        X = random(m, 3, seed=seed)
        y = targets(net.loss, m, net.forward(X, training=False).shape[-1], seed)
        losses = [net.loss_and_gradient(X, y) for _ in range(2)]
        results.append((losses, net.theta.tobytes(), net.grad.tobytes(), net.predict(X).tobytes()))
    assert results[0] == results[1]


@given(make=architectures(), m=st.integers(1, 9), seed=st.integers(0, 100), dtype=st.sampled_from([np.float32, np.float64]))
@settings(deadline=None, max_examples=25, derandomize=True)
def test_inputs_and_targets_are_never_changed(make, m, seed, dtype):
    net = make(rng=seed, dtype=dtype)
    X = random(m, 3, seed=seed).astype(dtype)
    y = targets(net.loss, m, net.forward(X, training=False).shape[-1], seed)
    X.flags.writeable = y.flags.writeable = False  # writing into them would raise
    kept = X.tobytes(), y.tobytes()
    net.loss_and_gradient(X, y)
    net.predict(X), net.loss_value(X, y)
    assert (X.tobytes(), y.tobytes()) == kept


@given(
    make=architectures(), seed=st.integers(0, 100), copies=st.sampled_from([None, 1, 2]), dtype=st.sampled_from([np.float32, np.float64])
)
@settings(deadline=None, max_examples=25, derandomize=True)
def test_save_and_load_is_the_identity(make, seed, copies, dtype):
    net = make(rng=seed, copies=copies, dtype=dtype, l2=0.1)
    X = random(5, 3)
    y = targets(net.loss, 5, net.forward(X, training=False).shape[-1])
    net.loss_and_gradient(X, y)  # moves the running values
    with tempfile.TemporaryDirectory() as folder:
        net.save(Path(folder) / "net.npz")
        assert_same(net, Network.load(Path(folder) / "net.npz"), X, y)


# ---- save and load


def assert_same(net, twin, X, y):
    """Equal in every bit that evaluation can see."""
    assert (twin._copies, twin._dtype, type(twin.loss)) == (net._copies, net._dtype, type(net.loss))
    assert [type(layer) for layer in twin.layers] == [type(layer) for layer in net.layers]
    assert twin.theta.dtype == net.theta.dtype and twin.theta.tobytes() == net.theta.tobytes()
    for ours, theirs in zip(net.layers, twin.layers):
        for name in ours.buffers:
            assert getattr(theirs, name).dtype == getattr(ours, name).dtype
            np.testing.assert_array_equal(getattr(theirs, name), getattr(ours, name))
    np.testing.assert_array_equal(twin._l2, net._l2)
    np.testing.assert_array_equal(twin.forward(X, training=False), net.forward(X, training=False))
    np.testing.assert_array_equal(twin.loss_value(X, y), net.loss_value(X, y))


OPTIONS = {
    "plain": {},
    "float32": {"dtype": np.float32},
    "l1 and l2": {"l1": 0.2, "l2": 1 / 3},
    "copies": {"copies": 3},
    "copies, l2 each, float32": {"copies": 2, "l2": [0.1, 1 / 3], "dtype": np.float32},
}


@every
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_a_loaded_network_is_the_saved_one_bit_for_bit(make, options, tmp_path):
    net = filled(make(rng=1, **options))
    X, y = data(net)
    for _ in range(3):
        net.loss_and_gradient(X, y)
    net.save(tmp_path / "net.npz")
    assert [file.name for file in tmp_path.iterdir()] == ["net.npz"]  # no other file is left behind
    assert_same(net, Network.load(tmp_path / "net.npz"), X, y)


def test_every_setting_of_every_layer_survives(tmp_path):
    layers = [Dense(3, 4), BatchNorm(4, momentum=0.3, eps=1e-3), LeakyReLU(0.2), ELU(0.7), Dropout(0.35), Affine(4, shift=-2.0)]
    net = Network([*layers, Dense(4, 2)], MeanSquaredError())
    net.save(tmp_path / "net.npz")
    loaded = Network.load(str(tmp_path / "net.npz")).layers
    assert (loaded[1].momentum, loaded[1].eps, loaded[2].slope, loaded[3].alpha) == (0.3, 1e-3, 0.2, 0.7)
    assert (loaded[4].rate, loaded[5].shift) == (0.35, -2.0)


def test_a_loaded_network_can_be_trained_on(tmp_path):
    net = filled(NETWORKS["batch norm"]())
    X, y = data(net)
    net.save(tmp_path / "net.npz")
    twin = Network.load(tmp_path / "net.npz")
    for _ in range(3):
        assert twin.loss_and_gradient(X, y) == net.loss_and_gradient(X, y)
        np.testing.assert_array_equal(twin.grad, net.grad)
        twin.theta -= 0.1 * twin.grad
        net.theta -= 0.1 * net.grad
    assert all(np.shares_memory(layer.W, twin.theta) for layer in twin._dense_layers())


def test_load_draws_dropout_masks_with_the_rng_it_is_given(tmp_path):
    NETWORKS["dropout"]().save(tmp_path / "net.npz")
    X = random(30, 3)
    A, B, C = (Network.load(tmp_path / "net.npz", rng=seed).forward(X, training=True) for seed in (1, 1, 2))
    np.testing.assert_array_equal(A, B)
    assert not np.array_equal(A, C)


def test_a_saved_file_holds_no_pickle(tmp_path):
    NETWORKS["everything"]().save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz", allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fU" for name in file.files)


def define(name, factor):
    """A new layer class, as a learner defines one in a cell: A = factor X."""
    forward, backward = (lambda self, X, training: factor * X), (lambda self, dA: factor * dA)
    return type(name, (Layer,), {"forward": forward, "backward": backward})


def test_load_takes_the_newest_of_two_classes_of_one_name(tmp_path):
    """In a notebook a cell that defines a layer is run again and again."""
    old, new = define("Times", 2), define("Times", 3)
    Network([new()], MeanSquaredError()).save(tmp_path / "net.npz")
    np.testing.assert_array_equal(Network.load(tmp_path / "net.npz").predict([[1.0]]), [[3.0]])
    assert old.__name__ == new.__name__


def test_load_is_not_confused_by_a_learners_class_with_a_name_of_ours(tmp_path):
    """The early weeks write Tanh and Dense by hand; a file saved with nnlib's must still come back as nnlib's."""
    net = Network([Dense(2, 2), Tanh(), Dense(2, 1)], BinaryCrossEntropy())
    net.save(tmp_path / "net.npz")
    by_hand = define("Tanh", 0)
    try:
        loaded = Network.load(tmp_path / "net.npz")
        assert type(loaded.layers[1]) is Tanh
        np.testing.assert_array_equal(loaded.forward([[1.0, 2.0]], training=False), net.forward([[1.0, 2.0]], training=False))
    finally:
        by_hand.__name__ = "TanhByHand"  # the tests after this one must not find it


def test_load_names_a_class_that_is_not_defined_in_this_session(tmp_path):
    layer = define("Vanished", 1)()
    Network([layer], MeanSquaredError()).save(tmp_path / "net.npz")
    type(layer).__name__ = "Renamed"
    with pytest.raises(ValueError, match="Vanished"):
        Network.load(tmp_path / "net.npz")


def rewritten(path, **changes):
    """The arrays of a saved file, some of them replaced (None: left out)."""
    with np.load(path) as file:
        arrays = dict(file) | changes
    return {name: array for name, array in arrays.items() if array is not None}


def saved(folder):
    net = NETWORKS["batch norm"]()
    net.save(folder / "good.npz")
    return net, folder / "good.npz"


def cut(share):
    return lambda good, bad: bad.write_bytes(good.read_bytes()[: int(share * good.stat().st_size)])


def flip(share):
    def damage(good, bad):
        content = bytearray(good.read_bytes())
        content[int(share * len(content))] ^= 0xFF
        bad.write_bytes(content)

    return damage


def about(change):
    """A file whose description has been edited."""

    def damage(good, bad):
        arrays = rewritten(good)
        (name,) = [name for name, array in arrays.items() if array.dtype.kind == "U"]
        description = json.loads(str(arrays[name]))
        change(description)
        np.savez(bad, **(arrays | {name: json.dumps(description)}))

    return damage


def with_arrays(**changes):
    return lambda good, bad: np.savez(bad, **rewritten(good, **changes))


DAMAGED = {
    "empty": lambda good, bad: bad.write_bytes(b""),
    "cut after a tenth": cut(0.1),
    "cut in the middle": cut(0.5),
    "cut before the end": cut(0.99),
    "a byte flipped in theta": flip(0.5),
    "text": lambda good, bad: bad.write_text("theta = 1, 2, 3"),
    "a picture": lambda good, bad: bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200)),
    "a single array": lambda good, bad: bad.write_bytes(b"\x93NUMPY" + bytes(100)),
    "a single whole array": lambda good, bad: np.save(good, np.ones(3)) or good.with_suffix(".npz.npy").rename(bad),
    "pickled objects": lambda good, bad: np.savez(bad, theta=np.array([{"a": 1}], dtype=object)),
    "a pickle": lambda good, bad: bad.write_bytes(b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94."),
    "foreign arrays": lambda good, bad: np.savez(bad, X=np.ones((3, 2)), y=np.ones(3)),
    "nothing inside": lambda good, bad: np.savez(bad),
    "the digits": lambda good, bad: bad.write_bytes((Path(nnlib.__file__).parent / "data" / "digits.npz").read_bytes()),
    "theta missing": with_arrays(theta=None),
    "theta too long": with_arrays(theta=np.ones(1000)),
    "theta one number, which would broadcast": with_arrays(theta=np.ones(1)),
    "theta a scalar, which would broadcast": with_arrays(theta=np.float64(1.0)),
    "theta of words": with_arrays(theta=np.array(["a"] * 3)),
    "running values missing": with_arrays(**{"1.running_mean": None}),
    "running values of another shape": with_arrays(**{"1.running_mean": np.ones((1, 1))}),
    "an array too many": with_arrays(**{"3.running_mean": np.ones((1, 5))}),
    "an unknown layer": about(lambda d: d["layers"].append(["NoSuchLayer", {}])),
    "layers that clash": about(lambda d: d["layers"].append(["Dense", {"n_in": 99, "n_out": 1}])),
    "an unknown loss": about(lambda d: d.update(loss="NoSuchLoss")),
    "no layers": about(lambda d: d.update(layers=[])),
    "an unknown setting": about(lambda d: d["layers"][0][1].update(colour="red")),
    "description of another kind": about(lambda d: d.clear()),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_truncated_or_foreign_file_is_refused_by_name(damage, tmp_path):
    _, good = saved(tmp_path)
    bad = tmp_path / "bad.npz"
    damage(good, bad)
    with pytest.raises(ValueError) as caught:
        Network.load(bad)
    assert str(bad) in str(caught.value) and "save" in str(caught.value)


def test_a_file_that_is_not_there_is_a_file_not_found_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Network.load(tmp_path / "none.npz")


@pytest.mark.parametrize(("module", "name"), [(np, "savez"), (os, "replace")], ids=["while writing", "at the last step"])
def test_the_old_file_survives_a_save_that_fails(module, name, tmp_path, monkeypatch):
    net, path = saved(tmp_path)
    before = path.read_bytes()

    def fail(file, *args, **arrays):
        Path(getattr(file, "name", file)).write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(module, name, fail)
    with pytest.raises(OSError, match="space"):
        net.save(path)
    assert path.read_bytes() == before


class Unsaveable(Identity):
    """A learner's layer whose setting is an array, which the description cannot hold."""

    def __init__(self, table):
        self.table = table


class Forgetful(Identity):
    """A learner's layer that keeps its setting under another name, so that nobody can read it back."""

    def __init__(self, size):
        self.keeps = size


@pytest.mark.parametrize("layer", [Unsaveable(np.ones(3)), Forgetful(3)], ids=["an array", "another name"])
def test_a_setting_that_cannot_be_saved_is_refused_at_save_and_the_old_file_survives(layer, tmp_path):
    _, path = saved(tmp_path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=type(layer).__name__):
        Network([layer], MeanSquaredError()).save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["good.npz"]


# ---- answers


def test_predict_proba_has_a_column_for_each_class_and_predict_takes_the_largest():
    for name in ("binary", "classes", "probabilities"):
        net = filled(NETWORKS[name]())
        X = random(9, 3)
        P = net.predict_proba(X)
        assert P.shape == (9, 2 if name == "binary" else 4)
        np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)
        np.testing.assert_array_equal(net.predict(X), P.argmax(axis=1))
        assert net.predict(X).dtype.kind == "i"


def test_score_is_the_share_of_correct_answers_by_hand():
    net = Network([Dense(1, 1)], BinaryCrossEntropy())
    net.theta = [1.0, 0.0]  # says 1 where x > 0
    assert net.score([[-1.0], [1.0], [2.0], [3.0]], [0, 1, 0, 1]) == 0.75
    net = Network([Dense(1, 3)], SoftmaxCrossEntropy())
    net.theta = [1.0, 0.0, -1.0, 0.0, 0.5, 0.0]  # x > 0.5: class 0; x < -0.5: class 2; else class 1
    assert net.score([[1.0], [0.0], [-1.0]], [0, 1, 1]) == pytest.approx(2 / 3)
    assert net.score([[1.0], [0.0], [-1.0]], np.eye(3)[[0, 1, 2]]) == 1.0


def test_score_of_a_regression_is_r_squared_by_hand():
    net = Network([Dense(1, 1)], MeanSquaredError())
    net.theta = [1.0, 0.0]
    assert net.score([[1.0], [2.0], [3.0]], [[1.0], [2.0], [6.0]]) == pytest.approx(1 - 9 / 14)  # mean 3: 4 + 1 + 9
    assert net.score([[1.0], [2.0]], [[1.0], [2.0]]) == 1.0


def test_summary_lists_layers_shapes_and_parameters():
    text = NETWORKS["batch norm"]().summary()
    lines = text.splitlines()
    assert len(lines) == 9  # a title, seven layers, a total
    assert [word in lines[1] for word in ("Dense(3, 5", "(m, 5)", "20")] == [True] * 3
    assert [word in lines[2] for word in ("BatchNorm(5", "(m, 5)", "10")] == [True] * 3
    assert "94" in lines[-1]  # 20 + 10 + 30 + 10 + 24
    assert repr(text) == str(text)  # as the last value of a cell it prints itself
    assert "1,264" in mlp([10, 50, 14], loss=SoftmaxCrossEntropy()).summary()  # 10 * 50 + 50 + 50 * 14 + 14
    assert "94" in NETWORKS["batch norm"](copies=7).summary().splitlines()[-1]  # of one copy


def test_a_network_prints_itself():
    text = repr(Network([Dense(2, 3), ReLU(), Dense(3, 1)], loss=BinaryCrossEntropy()))
    assert text == "Network([Dense(2, 3, he_normal), ReLU(), Dense(3, 1, he_normal)], loss=BinaryCrossEntropy())"


def test_the_list_given_is_net_layers():
    layers = [Dense(2, 1)]
    assert Network(layers, MeanSquaredError()).layers is layers


@pytest.mark.parametrize(
    "form",
    [
        lambda X: X.tolist(),
        lambda X: X.astype(int),
        lambda X: X.astype(np.float32),
        lambda X: np.asfortranarray(X),
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: X.astype(object),
        lambda X: list(X),
        lambda X: type("Frame", (), {"__array__": lambda self, dtype=None, copy=None: X})(),
    ],
    ids=["list", "int", "float32", "Fortran", "strided", "object", "list of rows", "like a data frame"],
)
def test_data_of_any_form_gives_the_same_answer(form):
    net = filled(NETWORKS["classes"]())
    X = np.array([[1.0, -2.0, 3.0], [0.0, 4.0, -1.0]])
    np.testing.assert_allclose(net.forward(form(X), training=False), net.forward(X, training=False), rtol=1e-13)


def test_true_and_false_are_1_and_0():
    net = NETWORKS["classes"]()
    X = random(5, 3) > 0
    np.testing.assert_array_equal(net.forward(X, training=False), net.forward(X.astype(float), training=False))


@with_parameters
def test_a_float32_network_is_float32_throughout_and_near_the_float64_one(make):
    small, large = filled(make(dtype=np.float32)), filled(make())
    X, y = data(large)
    assert small.forward(X, training=False).dtype == small.theta.dtype == np.float32
    assert small.loss_and_gradient(X, y) == pytest.approx(large.loss_and_gradient(X, y), rel=1e-4)
    assert small.grad.dtype == np.float32
    np.testing.assert_allclose(small.grad, large.grad, atol=1e-4)
    assert all(getattr(layer, name).dtype == np.float32 for layer in small.layers for name in layer.buffers)


class Double(Layer):
    """A learner's layer with a numpy number in it: it turns float32 into float64."""

    def forward(self, X, training):
        return X * np.float64(2)

    def backward(self, dA):
        return dA * np.float64(2)


def test_a_learners_layer_that_answers_in_float64_does_not_break_a_float32_network():
    net = Network([Dense(3, 4), Double(), Dense(4, 2)], SoftmaxCrossEntropy(), dtype=np.float32)
    assert np.isfinite(net.loss_and_gradient(random(5, 3), [0, 1, 0, 1, 1]))
    assert net.grad.dtype == np.float32 and net.grad.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["binary", "classes", "probabilities", "batch norm", "everything"])
def test_logits_of_1e4_give_finite_losses_and_gradients(name, dtype):
    net = NETWORKS[name](dtype=dtype)
    X, y = data(net)
    last = net._dense_layers()[-1]
    last.W *= 1e4
    assert np.abs(net._dense_layers()[-1].W).max() > 1e3
    assert np.isfinite(net.loss_and_gradient(X, y)) and np.isfinite(net.grad).all()
    assert np.isfinite(net.predict_proba(X)).all()


# ---- mlp


def test_mlp_builds_the_usual_stack():
    net = mlp([2, 5, 4, 3], activation=Tanh, batch_norm=True, dropout=0.1, init=xavier_normal, loss=SoftmaxCrossEntropy(), rng=1)
    kinds = [Dense, BatchNorm, Tanh, Dropout]
    assert [type(layer) for layer in net.layers] == kinds * 2 + [Dense]
    assert [layer.W.shape for layer in net._dense_layers()] == [(2, 5), (5, 4), (4, 3)]
    assert net.layers[0].init is xavier_normal and net.layers[3].rate == 0.1


def test_mlp_by_default_is_dense_and_relu_and_takes_network_options():
    net = mlp([2, 16, 8, 4, 1], loss=BinaryCrossEntropy(), rng=0, l2=0.1, dtype=np.float32)
    assert [type(layer) for layer in net.layers] == [Dense, ReLU] * 3 + [Dense]
    assert net._dtype == np.float32 and net._l2 == np.float32(0.1)
    assert net.theta.shape == (48 + 136 + 36 + 5,)
    assert mlp([2, 4, 1], loss=BinaryCrossEntropy(), copies=3).theta.shape == (3, 17)


def test_mlp_ends_in_softmax_for_a_loss_from_probabilities():
    assert isinstance(mlp([2, 4, 3], loss=CategoricalCrossEntropy()).layers[-1], Softmax)


def test_mlp_equals_the_network_written_out():
    short = mlp([3, 4, 2], activation=Tanh, loss=SoftmaxCrossEntropy(), rng=6)
    long = Network([Dense(3, 4), Tanh(), Dense(4, 2)], loss=SoftmaxCrossEntropy(), rng=6)
    np.testing.assert_array_equal(short.theta, long.theta)


# ---- the public face


def test_a_network_has_fourteen_public_names():
    net = mlp([2, 3, 1], loss=BinaryCrossEntropy())
    assert [name for name in dir(net) if not name.startswith("_")] == (
        "backward forward grad layers load loss loss_and_gradient loss_value predict predict_proba save score summary theta"
    ).split()


def test_forward_through_some_of_the_layers():
    net = NETWORKS["everything"]()
    X = random(5, 3)
    A = net.forward(X, training=False, stop=4)
    np.testing.assert_array_equal(A, net.layers[3].forward(net.forward(X, training=False, stop=3), training=False))
    np.testing.assert_array_equal(net.forward(A, training=False, start=4), net.forward(X, training=False))
    np.testing.assert_array_equal(net.forward(X, training=False, stop=0), X)


def test_weights_of_a_layer_inside_a_residual_are_kept_penalized_and_counted():
    layer = Dense(3, 3)
    layer.W = np.ones((3, 3))
    net = Network([Residual([Tanh(), layer])], MeanSquaredError(), l2=2.0)
    assert (net.theta[:9] == 1).all() and np.shares_memory(net.theta, layer.W)
    plain = Network([Residual([Tanh(), Dense(3, 3)])], MeanSquaredError())
    plain.theta = net.theta
    X = random(4, 3)
    assert net.loss_value(X, X) - plain.loss_value(X, X) == pytest.approx(9.0)
    assert "total" in net.summary() and net.summary().split()[-1] == "12"
    with pytest.raises(ValueError, match="one network"):
        Network([layer], MeanSquaredError())


def test_a_layer_inside_a_residual_is_in_that_network_only_and_once():
    layer = Dense(3, 3)
    with pytest.raises(ValueError, match="one network only, and once"):
        Network([Residual([Tanh(), layer]), layer], MeanSquaredError())


def test_dropout_inside_a_residual_draws_with_the_networks_own_generators():
    net = Network([Residual([Dropout(0.5)])], MeanSquaredError(), rng=[1, 2], copies=2)
    A = net.forward(np.ones((50, 3)), training=True)
    assert A.shape == (2, 50, 3) and (A[0] != A[1]).any()


def test_r_squared_of_tiny_and_huge_targets_is_that_of_targets_near_one():
    net = Network([Identity()], MeanSquaredError())
    X, y = random(6, 1), random(6, 1, seed=1)
    for scale in (1e-200, 1e200):
        assert net.score(scale * X, scale * y) == pytest.approx(net.score(X, y), rel=1e-12)


# ---- bad input

X2, X3, NAN = random(4, 2), random(4, 3), float("nan")


def net2(**options):
    return Network([Dense(2, 4), Tanh(), Dense(4, 3)], SoftmaxCrossEntropy(), **options)


def predict(X, **options):
    return lambda: net2(**options).predict(X)


def loss_of(X, y):
    return lambda: net2().loss_and_gradient(X, y)


def build(layers, loss=None, **options):
    return lambda: Network(layers() if callable(layers) else layers, MeanSquaredError() if loss is None else loss, **options)


def shared():
    layer = Dense(2, 2)
    return Network([layer], MeanSquaredError()), Network([layer], MeanSquaredError())


def twice():
    layer = Dense(2, 2)
    return [layer, Tanh(), layer]


def spoilt(X, row, value):
    X = X.copy()
    X[row, 1] = value
    return X


BAD = {
    # X
    "X with a column too many": (predict(X3), ["(m, 2)", "(4, 3)"]),
    "X 1-D": (predict(np.ones(2)), ["(m, 2)", "(2,)", "X.reshape(-1, 2)"]),
    "X a number": (predict(1.0), ["(m, 2)", "()"]),
    "X with rows and columns swapped": (predict(X3[:2]), ["(m, 2)", "(2, 3)"]),
    "X of no rows": (predict(np.ones((0, 2))), ["(m, 2)", "(0, 2)"]),
    "X an empty list": (predict([]), ["(m, 2)", "(0,)"]),
    "X with rows and columns swapped, many": (predict(np.ones((2, 400))), ["(m, 2)", "(2, 400)", "write X.T"]),
    "X of images": (lambda: Network([Dense(64, 1)], MeanSquaredError()).predict(np.ones((5, 8, 8))), ["write X.reshape(len(X), -1)"]),
    "X 1-D of a number that fits no rows": (predict(np.ones(3)), ["(3,)", "an array of shape (m, 2)"]),
    "X of the second layer": (lambda: net2().forward(np.ones((4, 2)), training=False, start=1, stop=3), ["(m, 4)", "(4, 2)"]),
    "X 3-D without copies": (predict(np.ones((1, 4, 2))), ["(m, 2)", "(1, 4, 2)"]),
    "X of 3 for 2 copies": (predict(np.ones((3, 4, 2)), copies=2), ["(3, 4, 2)"]),
    "X 4-D": (predict(np.ones((2, 1, 4, 2)), copies=2), ["(2, 1, 4, 2)"]),
    "X with NaN": (predict(spoilt(X2, 2, NAN)), ["X", "NaN", "row 2"]),
    "X with infinity": (predict(spoilt(X2, 1, -np.inf)), ["X", "infinity", "row 1"]),
    "X of a stack with NaN": (predict(np.stack([X2, spoilt(X2, 3, NAN)]), copies=2), ["NaN", "row 3"]),
    "X with a masked row": (predict(np.ma.masked_array(X2, mask=np.arange(len(X2))[:, None] == [2, 2])), ["X", "NaN", "row 2"]),
    "X ragged": (predict([[1, 2], [3]]), ["X", "rectangular"]),
    "X of words": (predict([["a", "b"]]), ["X", "numbers"]),
    "X of numbers as strings": (predict([["1", "2"]]), ["X", "numbers"]),
    "X None": (predict(None), ["X", "(m, 2)"]),
    "X with None inside": (predict([[1.0, None]]), ["X", "NaN", "row 0"]),
    "X a dict": (predict({"a": [1, 2]}), ["X", "numbers"]),
    "X a set": (predict({1, 2}), ["X", "numbers"]),
    "X a generator": (predict(x for x in ([1, 2], [3, 4])), ["X", "numbers"]),
    "X of objects": (predict(np.array([[object(), 1]])), ["X", "numbers"]),
    "X complex": (predict(X2 + 0j), ["X", "numbers"]),
    "X complex objects": (predict((X2 + 1j).astype(object)), ["X", "numbers"]),
    "X of dates": (predict(np.array([["2020-01-01", "2021-01-01"]], "M8[D]")), ["X", "numbers"]),
    "X of bytes": (predict(np.array([[b"1", b"2"]])), ["X", "numbers"]),
    "X of integers beyond floats": (predict([[10**400, 1]]), ["X"]),
    "X beyond float32": (predict(np.full((2, 2), 1e300), dtype=np.float32), ["X", "infinity"]),
    "X of no columns": (lambda: Network([Softmax()], CategoricalCrossEntropy()).predict(np.ones((3, 0))), ["(3, 0)"]),
    # y: the table of test_losses.py has the rest
    "y with a row too few": (loss_of(X2, [0, 1, 2]), ["4 rows", "(3,)", "same number of rows"]),
    "y label out of range": (loss_of(X2, [0, 1, 2, 3]), ["0 to 2", "3"]),
    "y fractional": (loss_of(X2, [0, 1, 0.5, 2]), ["0.5"]),
    "y with NaN": (loss_of(X2, [0, 1, NAN, 2]), ["NaN"]),
    "y one-hot of 4": (loss_of(X2, np.eye(4)), ["(4, 3)", "(4, 4)"]),
    "y a column": (loss_of(X2, [[0], [1], [2], [0]]), ["(4, 1)", "class indices"]),
    "y a row": (loss_of(X2, [[0, 1, 2, 0]]), ["(1, 4)"]),
    "y None": (loss_of(X2, None), ["targets", "numbers"]),
    "y that would broadcast in MSE": (
        lambda: Network([Dense(2, 1)], MeanSquaredError()).loss_value(X2, np.ones(4)),
        ["(4, 1)", "(4,)", "reshape"],
    ),
    "y checked by score too": (lambda: net2().score(X2, [0, 1, 2, 3]), ["0 to 2"]),
    "y for a stack, a row for each copy": (lambda: net2(copies=2).loss_value(X2, [[0] * 4] * 2), ["(2, 4)"]),
    "score of equal targets": (lambda: Network([Dense(2, 1)], MeanSquaredError()).score(X2, np.ones((4, 1))), ["equal", "differ"]),
    "predict_proba of a regression": (
        lambda: Network([Dense(2, 1)], MeanSquaredError()).predict_proba(X2),
        ["MeanSquaredError", "predict"],
    ),
    # layers and loss
    "no layers": (build([]), ["layers", "list", "[]", "Dense"]),
    "layers None": (build(None), ["layers", "list", "None"]),
    "a layer without its list": (build(lambda: Dense(2, 1)), ["layers", "list", "Dense(2, 1"]),
    "a generator": (build(lambda: (Dense(2, 2) for _ in range(2))), ["layers", "list"]),
    "sizes instead of layers": (build([2, 3, 1]), ["2", "is not a layer"]),
    "a name instead of a layer": (build(["dense"]), ["'dense'", "is not a layer"]),
    "a class instead of a layer": (build(lambda: [Dense(2, 2), ReLU]), ["ReLU", "ReLU()"]),
    "an initializer as a layer": (build([he_normal]), ["he_normal", "is not a layer"]),
    "a list in the list": (build(lambda: [[Dense(2, 2)]]), ["is not a layer"]),
    "a network as a layer": (build(lambda: [Network([Dense(2, 2)], MeanSquaredError())]), ["is not a layer"]),
    "a loss as a layer": (build(lambda: [Dense(2, 2), MeanSquaredError()]), ["MeanSquaredError()", "is not a layer"]),
    "a class instead of a loss": (build(lambda: [Dense(2, 2)], MeanSquaredError), ["MeanSquaredError", "MeanSquaredError()"]),
    "a name instead of a loss": (build(lambda: [Dense(2, 2)], "mse"), ["'mse'", "is not a loss"]),
    "a layer instead of a loss": (build(lambda: [Dense(2, 2)], Softmax()), ["Softmax()", "is not a loss"]),
    "widths that clash": (build(lambda: [Dense(2, 4), ReLU(), Dense(5, 1)]), ["Dense(5, 1", "5", "4"]),
    "batch norm of another width": (build(lambda: [Dense(2, 4), BatchNorm(3), Dense(4, 1)]), ["BatchNorm(3", "3", "4"]),
    "widths that clash behind dropout": (build(lambda: [Dense(2, 4), Dropout(0.1), Tanh(), Dense(2, 1)]), ["Dense(2, 1", "4"]),
    "a layer in two networks": (shared, ["layer", "one network", "new layers"]),
    "a layer twice in one": (build(twice), ["layer", "once"]),
    "sigmoid before BCE": (build(lambda: [Dense(2, 1), Sigmoid()], BinaryCrossEntropy()), ["logits", "Sigmoid()", "leave out"]),
    "softmax before its loss": (build(lambda: [Dense(2, 3), Softmax()], SoftmaxCrossEntropy()), ["logits", "Softmax()", "leave out"]),
    "CCE without softmax": (
        build(lambda: [Dense(2, 3)], CategoricalCrossEntropy()),
        ["probabilities", "Softmax()", "SoftmaxCrossEntropy()"],
    ),
    "CCE after sigmoid": (build(lambda: [Dense(2, 3), Sigmoid()], CategoricalCrossEntropy()), ["probabilities", "Softmax()"]),
    "BCE with 3 outputs, probabilities": (
        lambda: Network([Dense(2, 3)], BinaryCrossEntropy()).predict_proba(X2),
        ["one logit", "3", "SoftmaxCrossEntropy()"],
    ),
    "BCE with 3 outputs, labels": (lambda: Network([Dense(2, 3)], BinaryCrossEntropy()).predict(X2), ["one logit", "3"]),
    "softmax loss with 1 output": (
        lambda: Network([Dense(2, 1)], SoftmaxCrossEntropy()).predict(X2),
        ["2 or more", "BinaryCrossEntropy()"],
    ),
    # options
    "rng None": (lambda: net2(rng=None), ["rng", "seed", "None", "rng=0"]),
    "rng -1": (lambda: net2(rng=-1), ["rng", "-1"]),
    "rng 1.5": (lambda: net2(rng=1.5), ["rng", "1.5"]),
    "rng True": (lambda: net2(rng=True), ["rng", "True"]),
    "rng a string": (lambda: net2(rng="0"), ["rng", "'0'"]),
    "rng the module": (lambda: net2(rng=np.random), ["rng", "seed"]),
    "a list of seeds without copies": (lambda: net2(rng=[0, 1]), ["rng", "[0, 1]"]),
    "two seeds for three copies": (lambda: net2(rng=[0, 1], copies=3), ["3 copies", "[0, 1]", "range(3)"]),
    "a seed that is none among seeds": (lambda: net2(rng=[0, "1"], copies=2), ["rng", "'1'"]),
    "copies 0": (lambda: net2(copies=0), ["copies", "1 or larger", "0"]),
    "copies 2.5": (lambda: net2(copies=2.5), ["copies", "2.5"]),
    "copies True": (lambda: net2(copies=True), ["copies", "True"]),
    "l1 negative": (lambda: net2(l1=-0.1), ["l1", "-0.1"]),
    "l1 of two for three copies": (lambda: net2(l1=[0.1, 0.2], copies=3), ["l1", "[0.1, 0.2]"]),
    "l2 negative": (lambda: net2(l2=-0.1), ["l2", "-0.1"]),
    "l2 NaN": (lambda: net2(l2=NAN), ["l2", "nan"]),
    "l2 infinite": (lambda: net2(l2=np.inf), ["l2", "inf"]),
    "l2 None": (lambda: net2(l2=None), ["l2", "None"]),
    "l2 a word": (lambda: net2(l2="strong"), ["l2", "'strong'"]),
    "l2 a dict": (lambda: net2(l2={}), ["l2", "{}"]),
    "l2 complex": (lambda: net2(l2=1j), ["l2", "1j"]),
    "l2 a list without copies": (lambda: net2(l2=[0.1, 0.2]), ["l2", "[0.1, 0.2]"]),
    "l2 of two for three copies": (lambda: net2(l2=[0.1, 0.2], copies=3), ["l2", "[0.1, 0.2]"]),
    "l2 ragged": (lambda: net2(l2=[[0.1], [0.1, 0.2]], copies=2), ["l2"]),
    "dtype int": (lambda: net2(dtype=int), ["dtype", "float64", "float32", "int"]),
    "dtype float16": (lambda: net2(dtype=np.float16), ["dtype", "float64", "float16"]),
    "dtype complex": (lambda: net2(dtype=complex), ["dtype", "complex"]),
    "dtype a word": (lambda: net2(dtype="double precision"), ["dtype", "float64", "double precision"]),
    "dtype an array": (lambda: net2(dtype=np.ones(2)), ["dtype", "float64"]),
    # mlp
    "mlp of one size": (lambda: mlp([2], loss=MeanSquaredError()), ["sizes", "[2]", "[2, 16, 1]"]),
    "mlp of no size": (lambda: mlp([], loss=MeanSquaredError()), ["sizes", "[]"]),
    "mlp of a number": (lambda: mlp(5, loss=MeanSquaredError()), ["sizes", "5", "[2, 16, 1]"]),
    "mlp of half a unit": (lambda: mlp([2, 3.5, 1], loss=MeanSquaredError()), ["3.5"]),
    "mlp of no units": (lambda: mlp([2, 0, 1], loss=MeanSquaredError()), ["0"]),
    "mlp with an activation object": (lambda: mlp([2, 3, 1], activation=ReLU(), loss=MeanSquaredError()), ["activation", "ReLU()"]),
    "mlp with an output object": (lambda: mlp([2, 3, 1], output=Sigmoid(), loss=MeanSquaredError()), ["output=Sigmoid", "Sigmoid()"]),
    "mlp with an activation's name": (lambda: mlp([2, 3, 1], activation="relu", loss=MeanSquaredError()), ["activation", "'relu'", "ReLU"]),
    "mlp with an activation that takes arguments": (
        lambda: mlp([2, 3, 1], activation=BatchNorm, loss=MeanSquaredError()),
        ["activation=ReLU"],
    ),
    "mlp with an output that takes arguments": (lambda: mlp([2, 3, 1], output=Dense, loss=MeanSquaredError()), ["output=Sigmoid", "Dense"]),
    "mlp with a loss class": (lambda: mlp([2, 3, 1], loss=BinaryCrossEntropy), ["BinaryCrossEntropy()"]),
    "mlp with dropout of everything": (lambda: mlp([2, 3, 1], dropout=1, loss=MeanSquaredError()), ["rate", "1"]),
    "mlp with negative dropout": (lambda: mlp([2, 3, 1], dropout=-0.1, loss=MeanSquaredError()), ["rate", "-0.1"]),
    "mlp with an initializer's name": (lambda: mlp([2, 3, 1], init="he", loss=MeanSquaredError()), ["init", "'he'"]),
}


test_bad_input_raises_a_value_error_that_says_what_was_given_and_what_to_write = says_what_to_write(BAD)


@pytest.mark.parametrize("options", [{}, {"copies": 2}], ids=str)
def test_a_legacy_generator_works_like_any_other_or_is_refused_by_name(options):
    """``np.random.RandomState`` is what makes the reference data of week 7, so somebody will pass one to a network."""
    try:
        net = Network([Dense(3, 4), Dropout(0.2), Dense(4, 2)], SoftmaxCrossEntropy(), rng=np.random.RandomState(0), **options)
    except ValueError as error:
        assert "rng" in str(error) and "RandomState" in str(error)
    else:
        assert max(check_network(net, X3, [0, 1, 0, 1]).values()) < 1e-7


def test_a_network_that_was_refused_leaves_its_layers_free_for_another():
    layers = [Dense(2, 3), BatchNorm(3), Dropout(0.1), Dense(3, 1)]
    with pytest.raises(ValueError, match="l2"):
        Network(layers, BinaryCrossEntropy(), l2=-1, copies=2)
    net = Network(layers, BinaryCrossEntropy())
    assert np.isfinite(net.loss_and_gradient(X2, [0, 1, 1, 0]))


def test_a_refused_batch_leaves_the_network_as_it_was():
    net = filled(NETWORKS["everything"]())
    X, y = data(net)
    twin = copy.deepcopy(net)
    for wrong_X, wrong_y in ((X, y + 10), (spoilt(X, 1, NAN), y), (X[:3], y)):
        with pytest.raises(ValueError):
            net.loss_and_gradient(wrong_X, wrong_y)
    assert net.loss_and_gradient(X, y) == twin.loss_and_gradient(X, y)
    np.testing.assert_array_equal(net.grad, twin.grad)
