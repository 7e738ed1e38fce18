"""Two networks of well-known courses, written here as plain loops: nnlib takes the same path, loss by loss.

The loops use nothing of nnlib. Their losses are computed from logits, log(1 + e^x) by ``logaddexp``, so that no epsilon
blurs the comparison; the numbers are otherwise those of the textbook formulas.
"""

import functools
from collections import namedtuple

import numpy as np
import pytest

from nnlib import SGD, BinaryCrossEntropy, CategoricalCrossEntropy, Dense, Network, ReLU, Softmax, SoftmaxCrossEntropy, datasets, fit, mlp

STEPS = 1000
TOLERANCE = 1e-10
Reference = namedtuple("Reference", "X y weights lr losses W b P")  # the losses before each step; W, b, P at the end


def spiral(rng):
    """Two arms of 100 points, as the source draws them: noise for the first arm, then for the second."""
    X, y = [], []
    for j in range(2):
        r = np.linspace(0, 1, 100)
        t = np.linspace(4 * j, 4 * (j + 1), 100) + 0.2 * rng.randn(100)
        X.append(np.column_stack([r * np.sin(t), r * np.cos(t)]))
        y += [j] * 100
    return np.vstack(X), np.array(y)


def he_weights(rng, sizes):
    """[W1, W2, ...] by He's rule, drawn in the order of the layers."""
    return [rng.randn(n_in, n_out) * np.sqrt(2 / n_in) for n_in, n_out in zip(sizes, sizes[1:])]


def deep_binary(X, y, weights, lr, steps):
    """ReLU hidden layers, sigmoid output, binary cross-entropy: the losses before each step, and the end."""
    m, Y = len(X), y.reshape(-1, 1)
    W, b = [w.copy() for w in weights], [np.zeros((1, w.shape[1])) for w in weights]
    last, losses = len(W) - 1, []
    for step in range(steps + 1):
        A, Z = [X], []
        for l in range(len(W)):
            Z.append(np.dot(A[l], W[l]) + b[l])
            A.append(np.maximum(0, Z[l]) if l < last else 1 / (1 + np.exp(-Z[l])))
        # -log p = log(1 + e^-z) and -log(1 - p) = log(1 + e^z)
        losses.append(np.mean(Y * np.logaddexp(0, -Z[last]) + (1 - Y) * np.logaddexp(0, Z[last])))
        if step == steps:
            return np.array(losses), W, b, A[-1]
        dZ = A[-1] - Y
        for l in range(last, -1, -1):
            dW, db = np.dot(A[l].T, dZ) / m, np.sum(dZ, axis=0, keepdims=True) / m
            if l > 0:
                dZ = np.dot(dZ, W[l].T) * (Z[l - 1] > 0)
            W[l] -= lr * dW
            b[l] -= lr * db


def two_layer_softmax(X, y, weights, lr, steps):
    """n-h-k: ReLU hidden layer, softmax output, categorical cross-entropy: the losses before each step, and the end."""
    m, Y = len(X), np.eye(weights[1].shape[1])[y]
    W1, W2 = (w.copy() for w in weights)
    b1, b2 = np.zeros((1, W1.shape[1])), np.zeros((1, W2.shape[1]))
    losses = []
    for step in range(steps + 1):
        Z1 = np.dot(X, W1) + b1
        A1 = np.maximum(0, Z1)
        Z2 = np.dot(A1, W2) + b2
        log_sum = np.logaddexp.reduce(Z2, axis=1, keepdims=True)
        A2 = np.exp(Z2 - log_sum)
        losses.append(-np.sum(Y * (Z2 - log_sum)) / m)
        if step == steps:
            return np.array(losses), [W1, W2], [b1, b2], A2
        dZ2 = (A2 - Y) / m
        dW2, db2 = np.dot(A1.T, dZ2), np.sum(dZ2, axis=0, keepdims=True)
        dZ1 = np.dot(dZ2, W2.T) * (Z1 > 0)
        dW1, db1 = np.dot(X.T, dZ1), np.sum(dZ1, axis=0, keepdims=True)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2


def dense_layers(net):
    return [layer for layer in net.layers if isinstance(layer, Dense)]


def with_weights(net, weights):
    """Put the given start weights into the network's Dense layers."""
    for layer, W in zip(dense_layers(net), weights, strict=True):
        layer.W[...] = W
    return net


@functools.cache
def binary():
    """2-16-8-4-1 on the two-arm spiral: one legacy generator, seed 42, first for the data, then for the weights."""
    rng = np.random.RandomState(42)
    X, y = spiral(rng)
    weights = he_weights(rng, [2, 16, 8, 4, 1])
    return Reference(X, y, weights, 0.5, *deep_binary(X, y, weights, 0.5, STEPS))


@functools.cache
def multiclass():
    """2-100-3 on three spiral arms."""
    X, y = datasets.spirals(300, arms=3, rng=1)
    weights = he_weights(np.random.RandomState(1), [2, 100, 3])
    return Reference(X, y, weights, 1.0, *two_layer_softmax(X, y, weights, 1.0, STEPS))


NETWORKS = {
    "deep binary": (binary, lambda: mlp([2, 16, 8, 4, 1], activation=ReLU, loss=BinaryCrossEntropy(), rng=0)),
    "two-layer softmax": (multiclass, lambda: mlp([2, 100, 3], activation=ReLU, loss=SoftmaxCrossEntropy(), rng=0)),
    "two-layer softmax, loss of probabilities": (
        multiclass,
        lambda: Network([Dense(2, 100), ReLU(), Dense(100, 3), Softmax()], loss=CategoricalCrossEntropy(), rng=0),
    ),
}


@pytest.fixture(params=NETWORKS.values(), ids=NETWORKS.keys())
def pair(request):
    """A reference run, and nnlib's network with the same start weights."""
    run, make = request.param
    return run(), with_weights(make(), run().weights)


def assert_same_end(net, reference):
    for layer, W, b in zip(dense_layers(net), reference.W, reference.b, strict=True):
        np.testing.assert_allclose(layer.W, W, rtol=0, atol=1e-9)
        np.testing.assert_allclose(layer.b, b, rtol=0, atol=1e-9)
    P = net.predict_proba(reference.X)
    np.testing.assert_allclose(P[:, -reference.P.shape[1] :], reference.P, rtol=0, atol=1e-9)  # binary: the column of class 1


def test_step_by_step_the_losses_are_those_of_the_textbook_loop(pair):
    reference, net = pair
    optimizer, losses = SGD(reference.lr), []
    for _ in range(STEPS):
        losses.append(net.loss_and_gradient(reference.X, reference.y))
        optimizer.step(net.theta, net.grad)
    losses.append(net.loss_value(reference.X, reference.y))
    np.testing.assert_allclose(losses, reference.losses, rtol=0, atol=TOLERANCE)
    assert_same_end(net, reference)


def test_fit_takes_the_path_of_the_textbook_loop(pair):
    reference, net = pair
    history = fit(net, reference.X, reference.y, SGD(reference.lr), epochs=STEPS)
    np.testing.assert_allclose(history.loss, reference.losses[:-1], rtol=0, atol=TOLERANCE)
    assert_same_end(net, reference)


@pytest.mark.parametrize(
    ("run", "loop", "loss"),
    [(binary, deep_binary, BinaryCrossEntropy()), (multiclass, two_layer_softmax, SoftmaxCrossEntropy())],
    ids=["deep binary", "two-layer softmax"],
)
def test_the_first_step_has_the_gradient_of_the_textbook_loop(run, loop, loss):
    reference = run()
    net = with_weights(mlp([2] + [W.shape[1] for W in reference.weights], loss=loss, rng=0), reference.weights)
    net.loss_and_gradient(reference.X, reference.y)
    _, W, b, _ = loop(reference.X, reference.y, reference.weights, 1.0, 1)  # lr 1: the step is the gradient
    for layer, start, W_after, b_after in zip(dense_layers(net), reference.weights, W, b, strict=True):
        np.testing.assert_allclose(layer.dW, start - W_after, rtol=0, atol=1e-14)
        np.testing.assert_allclose(layer.db, -b_after, rtol=0, atol=1e-14)


@pytest.mark.parametrize("run", [binary, multiclass])
def test_the_networks_learn_so_that_the_comparison_covers_a_whole_training(run):
    assert run().losses[-1] < 0.1 * run().losses[0]


def test_the_log_of_the_deep_binary_network_reads_as_a_fresh_run_prints_it():
    reference = binary()
    net = with_weights(NETWORKS["deep binary"][1](), reference.weights)
    history = fit(net, reference.X, reference.y, SGD(0.5), epochs=1000)
    assert f"{history.loss[0]:.4f}" == "0.8800" and f"{history.loss[900]:.4f}" == "0.0191"
    assert net.score(reference.X, reference.y) >= 0.99


def test_the_reference_data_come_from_datasets_spirals_with_the_legacy_generator():
    X, y = datasets.spirals(200, arms=2, noise=0.2, rng=np.random.RandomState(42))
    np.testing.assert_array_equal(X, binary().X)
    np.testing.assert_array_equal(y, binary().y)
