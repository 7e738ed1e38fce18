"""PyTorch and scikit-learn, given the same weights, come to the same numbers: losses, gradients, ten optimizer steps.

Skipped where they are not installed; ``pip install -e ".[test,peers]"`` brings them. Everything is float64.
"""

from importlib.util import find_spec

import numpy as np
import pytest

from nnlib import (
    ELU,
    GELU,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    BatchNorm,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Dropout,
    Identity,
    LeakyReLU,
    MeanSquaredError,
    Momentum,
    Nesterov,
    Network,
    ReLU,
    Residual,
    RMSProp,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Tanh,
    accuracy,
    calibration,
    confusion_matrix,
    fit,
    r_squared,
)

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
needs_sklearn = pytest.mark.skipif(find_spec("sklearn") is None, reason="scikit-learn is not installed")


@pytest.fixture(scope="module", autouse=True)
def peers():
    """Imported where these tests run, and not in each process that collects them: it takes seconds."""
    global torch, nn, sklearn
    if find_spec("torch"):
        import torch
        from torch import nn
    if find_spec("sklearn"):
        import sklearn


RNG = np.random.default_rng(0)
M = 24
X = RNG.standard_normal((M, 5))
CLASSES = RNG.integers(0, 3, M)
BITS = RNG.integers(0, 2, M)
VALUES = RNG.standard_normal((M, 3))
# name: nnlib's loss, columns of output, targets, PyTorch's loss of (output, targets)
LOSSES = {
    "MeanSquaredError": (
        MeanSquaredError(),
        3,
        VALUES,
        lambda Z, y: nn.functional.mse_loss(Z, torch.tensor(y), reduction="sum") / len(y),  # theirs would divide by m * 3
    ),
    "BinaryCrossEntropy": (
        BinaryCrossEntropy(),
        1,
        BITS,
        lambda Z, y: nn.functional.binary_cross_entropy_with_logits(Z[:, 0], torch.tensor(y).double()),
    ),
    "SoftmaxCrossEntropy": (SoftmaxCrossEntropy(), 3, CLASSES, lambda Z, y: nn.functional.cross_entropy(Z, torch.tensor(y))),
    "CategoricalCrossEntropy": (CategoricalCrossEntropy(), 3, CLASSES, lambda P, y: nn.functional.nll_loss(P.log(), torch.tensor(y))),
}
ACTIVATIONS = {
    "Identity": (Identity, lambda: nn.Identity()),
    "Sigmoid": (Sigmoid, lambda: nn.Sigmoid()),
    "Tanh": (Tanh, lambda: nn.Tanh()),
    "ReLU": (ReLU, lambda: nn.ReLU()),
    "LeakyReLU": (LeakyReLU, lambda: nn.LeakyReLU(0.01)),
    "LeakyReLU 0.3": (lambda: LeakyReLU(0.3), lambda: nn.LeakyReLU(0.3)),
    "ELU": (ELU, lambda: nn.ELU()),
    "ELU 0.7": (lambda: ELU(0.7), lambda: nn.ELU(0.7)),
    "GELU": (GELU, lambda: nn.GELU(approximate="none")),
    "Softmax": (Softmax, lambda: nn.Softmax(dim=-1)),
}
LR = 0.05
OPTIMIZERS = {
    "SGD": (SGD(LR), lambda p: torch.optim.SGD(p, lr=LR)),
    "Momentum": (Momentum(LR, beta=0.8), lambda p: torch.optim.SGD(p, lr=LR, momentum=0.8)),
    "Momentum ema": (Momentum(LR, beta=0.8, ema=True), lambda p: torch.optim.SGD(p, lr=LR * (1 - 0.8), momentum=0.8)),
    "Nesterov": (Nesterov(LR, beta=0.8), lambda p: torch.optim.SGD(p, lr=LR, momentum=0.8, nesterov=True)),
    "AdaGrad": (AdaGrad(LR), lambda p: torch.optim.Adagrad(p, lr=LR)),
    "RMSProp": (RMSProp(LR, rho=0.8), lambda p: torch.optim.RMSprop(p, lr=LR, alpha=0.8)),
    "Adam": (Adam(LR), lambda p: torch.optim.Adam(p, lr=LR)),
    "Adam betas": (Adam(LR, 0.7, 0.95, 1e-3), lambda p: torch.optim.Adam(p, lr=LR, betas=(0.7, 0.95), eps=1e-3)),
    "AdamW": (AdamW(LR), lambda p: torch.optim.AdamW(p, lr=LR)),
    "AdamW decay": (AdamW(LR, weight_decay=0.4), lambda p: torch.optim.AdamW(p, lr=LR, weight_decay=0.4)),
}

# ---- the same network twice


def network(loss="SoftmaxCrossEntropy", activation="Tanh", batch_norm=False, dropout=0.0, l2=0.0):
    """Three Dense layers; weights, biases, gamma and beta all moved off zero and one."""
    value, n_out, _, _ = LOSSES[loss]
    layers, sizes = [], [5, 8, 6]
    for n_in, n in zip(sizes, sizes[1:]):
        layers += [Dense(n_in, n)] + [BatchNorm(n)] * batch_norm + [ACTIVATIONS[activation][0]()]
        layers += [Dropout(dropout)] if dropout else []
    layers += [Dense(6, n_out)] + [Softmax()] * (loss == "CategoricalCrossEntropy")
    net = Network(layers, loss=type(value)(), rng=1, l2=l2)
    net.theta += 0.1 * np.random.default_rng(2).standard_normal(net.theta.shape)
    return net


def same_mask(layer):
    """Dropout in PyTorch, with the units that nnlib's layer dropped in its last pass, and a scale of its own."""

    def drop(module, _, X):
        return X * torch.tensor((layer.mask != 0) / (1 - layer.rate)) if module.training else X

    module = nn.Identity()
    module.register_forward_hook(drop)
    return module


def skip(modules):
    """X + F(X)."""
    block = nn.Sequential(*modules)
    block.register_forward_hook(lambda _, given, F: given[0] + F)
    return block


def twin(net, activation="Tanh"):
    """The same network in PyTorch, with the same weights and running statistics."""
    model = nn.Sequential(*modules_of(net.layers, activation))
    with torch.no_grad():
        for mine, theirs in zip(arrays(net, ""), parameters(model)):
            theirs.copy_(torch.tensor(mine.reshape(theirs.shape) if mine.shape[0] == 1 else mine.T))
    return model


def modules_of(layers, activation):
    """The modules of PyTorch that do what the layers do."""
    modules = []
    for layer in layers:
        if isinstance(layer, Dense):
            modules.append(nn.Linear(layer.n_in, layer.n_out, dtype=torch.float64))
        elif isinstance(layer, BatchNorm):
            modules.append(nn.BatchNorm1d(layer.n, dtype=torch.float64))
        elif isinstance(layer, Dropout):
            modules.append(same_mask(layer))
        elif isinstance(layer, Softmax):
            modules.append(nn.Softmax(dim=-1))
        elif isinstance(layer, Residual):
            modules.append(skip(modules_of(layer.layers, activation)))
        else:
            modules.append(ACTIVATIONS[activation][1]())
    return modules


def arrays(net, d):
    """nnlib's parameters (d = "") or gradients (d = "d"), in the order of the layers."""
    return [getattr(layer, d + name) for layer in net.layers for name in layer.parameters]


def parameters(model):
    return [parameter for module in model for parameter in module.parameters()]


def assert_same(net, model, *, gradients=False, atol=1e-9):
    """Every parameter (or gradient), and the running statistics."""
    for mine, theirs in zip(arrays(net, "d" if gradients else ""), parameters(model), strict=True):
        theirs = (theirs.grad if gradients else theirs.detach()).numpy()
        np.testing.assert_allclose(mine, theirs.reshape(mine.shape) if mine.shape[0] == 1 else theirs.T, rtol=0, atol=atol)
    for layer, module in zip(net.layers, model):
        if isinstance(layer, BatchNorm):
            np.testing.assert_allclose(layer.running_mean[0], module.running_mean.numpy(), rtol=0, atol=atol)
            np.testing.assert_allclose(layer.running_var[0], module.running_var.numpy(), rtol=0, atol=atol)


def penalty(model, l2):
    """(l2/2) * sum of squared weights, written out: no biases, no gamma, no beta."""
    return l2 / 2 * sum((module.weight**2).sum() for module in model if isinstance(module, nn.Linear))


def same_steps(net, model, loss, optimizer, their_optimizer, steps=10):
    """Take ``steps`` steps with both; after each compare loss, gradient, parameters and running statistics."""
    _, _, y, their_loss = LOSSES[loss]
    optimizer.reset()
    for _ in range(steps):
        mine = net.loss_and_gradient(X, y)
        their_optimizer.zero_grad()
        theirs = their_loss(model(torch.tensor(X)), y) + penalty(model, float(net._l2))
        theirs.backward()
        assert mine == pytest.approx(theirs.item(), abs=1e-9)
        assert_same(net, model, gradients=True)
        optimizer.step(net.theta, net.grad)
        their_optimizer.step()
        assert_same(net, model)
    return mine


def same_evaluation(net, model, loss):
    """Evaluation mode: outputs and loss."""
    _, _, y, their_loss = LOSSES[loss]
    model.eval()
    with torch.no_grad():
        out = model(torch.tensor(X))
        np.testing.assert_allclose(net.forward(X, training=False), out.numpy(), rtol=0, atol=1e-9)
        assert net.loss_value(X, y) == pytest.approx((their_loss(out, y) + penalty(model, float(net._l2))).item(), abs=1e-9)
    model.train()


# ---- PyTorch


@needs_torch
@pytest.mark.parametrize(("ours", "theirs"), ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_every_activation_is_that_of_pytorch_forward_and_backward(ours, theirs):
    Z = np.concatenate([np.random.default_rng(3).standard_normal((6, 7)) * 3, [[-40.0, -8.0, -1e-9, 1e-9, 0.5, 8.0, 40.0]]])
    dA = np.random.default_rng(4).standard_normal(Z.shape)
    tensor = torch.tensor(Z, requires_grad=True)
    out = theirs()(tensor)
    out.backward(torch.tensor(dA))
    layer = ours()
    np.testing.assert_allclose(layer.forward(Z, training=True), out.detach().numpy(), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.backward(dA), tensor.grad.numpy(), rtol=1e-11, atol=1e-13)


@needs_torch
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("scale", [1.0, 30.0])
def test_every_loss_is_that_of_pytorch_forward_and_backward(loss, scale):
    ours, n_out, y, theirs = LOSSES[loss]
    Z = scale * np.random.default_rng(3).standard_normal((M, n_out))
    if loss == "CategoricalCrossEntropy":
        Z = np.exp(Z / scale)
        Z /= Z.sum(axis=1, keepdims=True)
    tensor = torch.tensor(Z, requires_grad=True)
    value = theirs(tensor, y)
    value.backward()
    assert ours.forward(Z, y) == pytest.approx(value.item(), rel=1e-12)
    np.testing.assert_allclose(ours.backward(), tensor.grad.numpy(), rtol=1e-10, atol=1e-14)


@needs_torch
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
@pytest.mark.parametrize(("optimizer", "make"), OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_ten_steps_of_every_optimizer_are_those_of_pytorch(optimizer, make, batch_norm):
    net = network(batch_norm=batch_norm)
    model = twin(net)
    before = net.loss_value(X, CLASSES)
    if batch_norm and isinstance(optimizer, (AdaGrad, RMSProp, Adam)):
        # A bias before batch norm has the gradient 0, of which rounding leaves 1e-17. These methods divide by its size and
        # walk a full lr in a random direction, which changes no output. So that weights can be compared, hold it still.
        net.backward = holding_idle_biases(net, net.backward)
        for module, following in zip(model, list(model)[1:]):
            if isinstance(following, nn.BatchNorm1d):
                module.bias.register_hook(torch.zeros_like)
    after = same_steps(net, model, "SoftmaxCrossEntropy", optimizer, make(parameters(model)))
    same_evaluation(net, model, "SoftmaxCrossEntropy")
    assert after < before


def holding_idle_biases(net, backward):
    """``backward`` that sets the gradient of each bias before a BatchNorm to the 0 that it is."""

    def held(dZ):
        backward(dZ)
        for layer, following in zip(net.layers, net.layers[1:]):
            if isinstance(following, BatchNorm):
                np.testing.assert_allclose(layer.db, 0, atol=1e-15)
                layer.db[...] = 0

    return held


@needs_torch
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains_as_in_pytorch(loss, batch_norm):
    net = network(loss, batch_norm=batch_norm)
    model = twin(net)
    same_steps(net, model, loss, Momentum(LR), torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9))
    same_evaluation(net, model, loss)


@needs_torch
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_trains_as_in_pytorch(activation):
    net = network(activation=activation)
    model = twin(net, activation)
    same_steps(net, model, "SoftmaxCrossEntropy", Adam(LR), torch.optim.Adam(model.parameters(), lr=LR))
    same_evaluation(net, model, "SoftmaxCrossEntropy")


@needs_torch
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
def test_residual_blocks_train_as_in_pytorch(batch_norm):
    block = [Dense(6, 8), *[BatchNorm(8)] * batch_norm, Tanh(), Residual([Dense(8, 8), Dropout(0.2)]), Dense(8, 6)]
    net = Network([Dense(5, 6), Residual(block), Tanh(), Dense(6, 3)], SoftmaxCrossEntropy(), rng=1)
    net.theta += 0.1 * np.random.default_rng(2).standard_normal(net.theta.shape)
    model = twin(net)
    same_steps(net, model, "SoftmaxCrossEntropy", Momentum(LR), torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9))
    same_evaluation(net, model, "SoftmaxCrossEntropy")
    if batch_norm:
        np.testing.assert_allclose(net.layers[1].running_mean_1[0], model[1][1].running_mean.numpy(), rtol=0, atol=1e-9)
        np.testing.assert_allclose(net.layers[1].running_var_1[0], model[1][1].running_var.numpy(), rtol=0, atol=1e-9)


@needs_torch
@pytest.mark.parametrize("rate", [0.2, 0.6])
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
def test_dropout_with_the_same_units_dropped_trains_as_in_pytorch(rate, batch_norm):
    net = network(dropout=rate, batch_norm=batch_norm)
    model = twin(net)
    same_steps(net, model, "SoftmaxCrossEntropy", Nesterov(LR), torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9, nesterov=True))
    same_evaluation(net, model, "SoftmaxCrossEntropy")


@needs_torch
@pytest.mark.parametrize("loss", LOSSES)
def test_l2_is_half_the_sum_of_squared_weights_added_to_the_loss(loss):
    net = network(loss, l2=0.3, batch_norm=True)
    model = twin(net)
    same_steps(net, model, loss, SGD(LR), torch.optim.SGD(model.parameters(), lr=LR))
    same_evaluation(net, model, loss)


@needs_torch
def test_l2_in_adam_is_not_the_decay_of_adamw():
    net, other = network(l2=0.3), network()
    optimizer, decoupled = Adam(LR), AdamW(LR, weight_decay=0.3)
    for _ in range(3):
        net.loss_and_gradient(X, CLASSES)
        optimizer.step(net.theta, net.grad)
        other.loss_and_gradient(X, CLASSES)
        decoupled.step(other.theta, other.grad)
    assert np.abs(net.theta - other.theta).max() > 0.01


@needs_torch
@pytest.mark.parametrize(("momentum", "eps"), [(0.1, 1e-5), (0.3, 0.1), (0.9, 1e-3)])
@pytest.mark.parametrize("m", [2, 3, 50])
def test_batch_norm_alone_is_that_of_pytorch(m, momentum, eps):
    rng = np.random.default_rng(5)
    layer, module = BatchNorm(4, momentum=momentum, eps=eps), nn.BatchNorm1d(4, momentum=momentum, eps=eps, dtype=torch.float64)
    layer.gamma, layer.beta = rng.uniform(0.5, 2, (1, 4)), rng.standard_normal((1, 4))
    with torch.no_grad():
        module.weight.copy_(torch.tensor(layer.gamma[0]))
        module.bias.copy_(torch.tensor(layer.beta[0]))
    for training in (True, True, False, True, False):
        Z, dA = 3 + 2 * rng.standard_normal((m, 4)), rng.standard_normal((m, 4))
        module.train(training)
        module.zero_grad()
        tensor = torch.tensor(Z, requires_grad=True)
        out = module(tensor)
        out.backward(torch.tensor(dA))
        np.testing.assert_allclose(layer.forward(Z, training), out.detach().numpy(), rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(layer.backward(dA), tensor.grad.numpy(), rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(layer.dgamma[0], module.weight.grad.numpy(), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(layer.dbeta[0], module.bias.grad.numpy(), rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(layer.running_mean[0], module.running_mean.numpy(), rtol=1e-12)
        np.testing.assert_allclose(layer.running_var[0], module.running_var.numpy(), rtol=1e-12)


@needs_torch
def test_clip_norm_is_that_of_pytorch():
    net = network()
    model = twin(net)
    fit(net, X, CLASSES, SGD(LR), epochs=10, clip_norm=0.05)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    for _ in range(10):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(torch.tensor(X)), torch.tensor(CLASSES)).backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 0.05)
        assert norm > 0.05
        optimizer.step()
    # PyTorch scales by max_norm / (norm + 1e-6), hence the tolerance
    assert_same(net, model, atol=1e-6)


# ---- scikit-learn: its public fit, from our start weights, ten full batches

# Its Adam keeps epsilon outside the corrections ("epsilon hat" of Kingma & Ba), ours inside; with 1e-30 the place does not matter.
SOLVERS = {
    "SGD": (SGD(LR), {"solver": "sgd", "momentum": 0}),
    "Momentum": (Momentum(LR, beta=0.8), {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": False}),
    "Nesterov": (Nesterov(LR, beta=0.8), {"solver": "sgd", "momentum": 0.8, "nesterovs_momentum": True}),
    "Adam": (Adam(LR, 0.8, 0.97, eps=1e-30), {"solver": "adam", "beta_1": 0.8, "beta_2": 0.97, "epsilon": 1e-30}),
}
UNITS = {"relu": "ReLU", "tanh": "Tanh", "logistic": "Sigmoid", "identity": "Identity"}


def peer_fit(kind, net, y, lr, steps=10, **settings):
    """Fit scikit-learn's network from the start weights of ``net``; the losses before each of ``steps`` full-batch steps.

    The first fit only makes its arrays. With warm_start the second one goes on from the weights found there, ours,
    with a new optimizer.
    """
    common = {"hidden_layer_sizes": (8, 6), "batch_size": M, "shuffle": False, "learning_rate_init": lr, "warm_start": True, "tol": 0.0}
    model = kind(**{"alpha": 0.0, **common, **settings}, n_iter_no_change=1000, random_state=0)
    dense = [layer for layer in net.layers if isinstance(layer, Dense)]
    with pytest.warns(sklearn.exceptions.ConvergenceWarning):
        model.set_params(max_iter=1).fit(X, y)
        model.coefs_ = [layer.W.copy() for layer in dense]
        model.intercepts_ = [layer.b[0].copy() for layer in dense]
        seen = len(model.loss_curve_)
        model.set_params(max_iter=steps).fit(X, y)
    return model, np.array(model.loss_curve_[seen:])


def assert_same_weights(net, model):
    for layer, W, b in zip([layer for layer in net.layers if isinstance(layer, Dense)], model.coefs_, model.intercepts_, strict=True):
        np.testing.assert_allclose(layer.W, W, rtol=0, atol=1e-9)
        np.testing.assert_allclose(layer.b[0], b, rtol=0, atol=1e-9)


@needs_sklearn
@pytest.mark.parametrize("loss", ["SoftmaxCrossEntropy", "BinaryCrossEntropy"])
@pytest.mark.parametrize(("optimizer", "solver"), SOLVERS.values(), ids=SOLVERS)
def test_ten_steps_of_a_classifier_are_those_of_scikit_learn(optimizer, solver, loss):
    from sklearn.neural_network import MLPClassifier

    net, y = network(loss), LOSSES[loss][2]
    model, losses = peer_fit(MLPClassifier, net, y, LR, activation="tanh", **solver)
    optimizer.reset()
    history = fit(net, X, y, optimizer, epochs=10)
    np.testing.assert_allclose(history.loss, losses, rtol=0, atol=1e-9)
    assert_same_weights(net, model)
    np.testing.assert_allclose(net.predict_proba(X), model.predict_proba(X), rtol=0, atol=1e-9)
    np.testing.assert_array_equal(net.predict(X), model.predict(X))
    assert net.score(X, y) == pytest.approx(model.score(X, y))


@needs_sklearn
@pytest.mark.parametrize(("name", "activation"), UNITS.items())
def test_every_activation_of_scikit_learn_trains_as_ours(name, activation):
    from sklearn.neural_network import MLPClassifier

    net = network(activation=activation)
    model, losses = peer_fit(MLPClassifier, net, CLASSES, LR, activation=name, solver="sgd")
    history = fit(net, X, CLASSES, Nesterov(LR), epochs=10)
    np.testing.assert_allclose(history.loss, losses, rtol=0, atol=1e-9)
    assert_same_weights(net, model)


@needs_sklearn
def test_alpha_of_scikit_learn_is_our_l2_times_the_number_of_examples():
    from sklearn.neural_network import MLPClassifier

    net = network(l2=0.3)
    model, losses = peer_fit(MLPClassifier, net, CLASSES, LR, activation="tanh", solver="sgd", momentum=0, alpha=0.3 * M)
    history = fit(net, X, CLASSES, SGD(LR), epochs=10)
    np.testing.assert_allclose(history.loss, losses, rtol=0, atol=1e-9)
    assert_same_weights(net, model)


@needs_sklearn
def test_regression_is_that_of_scikit_learn_whose_loss_has_a_half():
    from sklearn.neural_network import MLPRegressor

    y = VALUES[:, :1]
    net = Network([Dense(5, 8), Tanh(), Dense(8, 6), Tanh(), Dense(6, 1)], loss=MeanSquaredError(), rng=1)
    model, losses = peer_fit(MLPRegressor, net, y.ravel(), 2 * LR, activation="tanh", solver="sgd", momentum=0)
    history = fit(net, X, y, SGD(LR), epochs=10)
    np.testing.assert_allclose(history.loss, 2 * losses, rtol=0, atol=1e-9)
    assert_same_weights(net, model)
    assert net.score(X, y) == pytest.approx(model.score(X, y.ravel()), abs=1e-9)


@needs_sklearn
def test_metrics_are_those_of_scikit_learn():
    from sklearn import metrics

    rng = np.random.default_rng(6)
    y, predicted = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    assert accuracy(y, predicted) == metrics.accuracy_score(y, predicted)
    np.testing.assert_array_equal(confusion_matrix(y, predicted), metrics.confusion_matrix(y, predicted))
    targets = rng.standard_normal(200)
    values = targets + rng.standard_normal(200)
    assert r_squared(targets, values) == pytest.approx(metrics.r2_score(targets, values), rel=1e-12)


@needs_sklearn
def test_calibration_is_that_of_scikit_learn():
    from sklearn.calibration import calibration_curve

    rng = np.random.default_rng(7)
    P = rng.uniform(0.5, 1, 500)
    P = np.column_stack([P, 1 - P])
    y = (rng.random(500) > P[:, 0]).astype(int)
    confidence, right, count = calibration(y, P, bins=10)
    their_right, their_confidence = calibration_curve(y == 0, P[:, 0], n_bins=10)
    np.testing.assert_allclose(confidence, their_confidence, rtol=1e-12)
    np.testing.assert_allclose(right, their_right, rtol=1e-12)
    assert count.sum() == 500
