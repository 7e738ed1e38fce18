"""``fit`` does the steps that you would do by hand, remembers them, and ends cleanly: early, interrupted or diverged."""

import os
import signal
import sys
import threading
import time
import tracemalloc

import numpy as np
import pytest

import nnlib
from nnlib import (
    SGD,
    Adam,
    BatchNorm,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Dropout,
    MeanSquaredError,
    Momentum,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    StepDecay,
    Tanh,
    TrainingDiverged,
    datasets,
    fit,
    minibatches,
    mlp,
    train_test_split,
)
from nnlib.training import Trainer

X, Y = datasets.moons(60, noise=0.2, rng=1)
XV, YV = datasets.moons(40, noise=0.2, rng=2)
TARGETS = X[:, :1] * X[:, 1:] + 0.1 * X[:, :1]


def small(rng=0, **options):
    return mlp([2, 6, 1], loss=BinaryCrossEntropy(), rng=rng, **options)


def with_everything(rng=0, l2=0.01, **options):
    """Batch norm, dropout and l2: all that could tell two runs apart."""
    layers = [Dense(2, 8), BatchNorm(8), ReLU(), Dropout(0.2), Dense(8, 2)]
    return Network(layers, loss=SoftmaxCrossEntropy(), rng=rng, l2=l2, **options)


def regression(rng=0, batch_norm=False, **options):
    layers = [Dense(2, 5), BatchNorm(5), Tanh()] if batch_norm else [Dense(2, 5), Tanh()]
    return Network([*layers, Dense(5, 1)], loss=MeanSquaredError(), rng=rng, **options)


def lengths(history):
    return [len(getattr(history, name)) for name in ("loss", "accuracy", "val_loss", "val_accuracy")]


def state(net):
    """Copies of all that training changes: theta, and the running statistics."""
    running = {f"layer {i}: {name}": getattr(layer, name).copy() for i, layer in enumerate(net.layers) for name in layer.buffers}
    return {"theta": net.theta.copy(), **running}


def same_state(net, expected):
    """Bit for bit; ``expected`` is a network or a ``state``."""
    expected = state(expected) if isinstance(expected, Network) else expected
    assert state(net).keys() == expected.keys()
    for key, array in state(net).items():
        np.testing.assert_array_equal(array, expected[key], err_msg=key)


# ---- the same steps as by hand


@pytest.mark.parametrize("make", [small, with_everything, regression], ids=lambda make: make.__name__)
def test_full_batches_are_loss_and_gradient_and_step_again_and_again(make):
    y = TARGETS if make is regression else Y
    net, by_hand, optimizer, losses = make(), make(), Adam(0.02), []
    history = fit(net, X, y, Adam(0.02), epochs=20)
    for _ in range(20):
        losses.append(by_hand.loss_and_gradient(X, y))
        optimizer.step(by_hand.theta, by_hand.grad)
    same_state(net, by_hand)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-14)


def test_minibatches_are_steps_on_the_rows_that_minibatches_yields():
    net, by_hand, optimizer, rng, losses = with_everything(), with_everything(), Momentum(0.05), np.random.default_rng(7), []
    history = fit(net, X, Y, Momentum(0.05), epochs=5, batch_size=16, rng=7)
    for _ in range(5):
        total = 0.0
        for rows in np.split(rng.permutation(60), [16, 32, 48]):
            total += len(rows) * by_hand.loss_and_gradient(X[rows], Y[rows])
            optimizer.step(by_hand.theta, by_hand.grad)
        losses.append(total / 60)
    same_state(net, by_hand)
    np.testing.assert_allclose(history.loss, losses, rtol=1e-13)


def test_a_batch_of_all_rows_is_a_full_batch():
    net, other = small(), small()
    fit(net, X, Y, SGD(0.5), epochs=5)
    fit(other, X, Y, SGD(0.5), epochs=5, batch_size=60)
    np.testing.assert_allclose(net.theta, other.theta, rtol=1e-12)


@pytest.mark.parametrize("make", [small, with_everything], ids=lambda make: make.__name__)
def test_a_second_fit_goes_on_where_the_first_ended(make):
    net, other, optimizer = make(), make(), Adam(0.02)
    fit(net, X, Y, Adam(0.02), epochs=10)
    fit(other, X, Y, optimizer, epochs=4)
    fit(other, X, Y, optimizer, epochs=6)
    same_state(net, other)


@pytest.mark.parametrize("batch_size", [None, 16])
def test_same_seed_same_bits_and_another_seed_other_bits(batch_size):
    def run(net_seed, fit_seed):
        net = with_everything(rng=net_seed)
        history = fit(net, X, Y, Adam(0.02), epochs=4, batch_size=batch_size, rng=fit_seed, validation=(XV, YV))
        return np.concatenate([net.theta, history.loss, history.val_loss, history.accuracy, history.val_accuracy])

    np.testing.assert_array_equal(run(0, 0), run(0, 0))
    assert (run(1, 0) != run(0, 0)).any()
    if batch_size:
        assert (run(0, 1) != run(0, 0)).any()


def test_a_generator_goes_on_drawing_where_a_seed_starts_anew():
    net, other, rng = small(), small(), np.random.default_rng(5)
    fit(net, X, Y, SGD(0.1), epochs=1, batch_size=16, rng=rng)
    fit(other, X, Y, SGD(0.1), epochs=1, batch_size=16, rng=5)
    np.testing.assert_array_equal(net.theta, other.theta)
    assert rng.bit_generator.state != np.random.default_rng(5).bit_generator.state


@pytest.mark.parametrize("patience", [None, 3])
def test_inputs_are_never_changed(patience):
    data = [array.copy() for array in (X, Y, XV, YV)]
    kept = [array.copy() for array in data]
    for array in data:
        array.setflags(write=False)
    a, b, c, d = data
    fit(with_everything(), a, b, Adam(0.02), epochs=3, batch_size=16, validation=(c, d), patience=patience, clip_norm=0.1)
    for array, before in zip(data, kept):
        np.testing.assert_array_equal(array, before)


def test_lists_and_integers_are_data_too():
    net, other = small(), small()
    fit(net, X.tolist(), Y.tolist(), SGD(0.1), epochs=3)
    fit(other, X, Y.astype(bool), SGD(0.1), epochs=3)
    np.testing.assert_array_equal(net.theta, other.theta)


def test_float32_stays_float32():
    net = with_everything(dtype=np.float32)
    fit(net, X, Y, Adam(0.02), epochs=3, batch_size=16, validation=(XV, YV), patience=2, clip_norm=1.0)
    assert {array.dtype for array in state(net).values()} == {np.dtype(np.float32)}


# ---- minibatches


@pytest.mark.parametrize(("m", "batch_size", "sizes"), [(10, 4, [4, 4, 2]), (8, 4, [4, 4]), (5, 1, [1] * 5), (3, 8, [3]), (1, 1, [1])])
def test_each_row_comes_exactly_once_and_the_last_smaller_batch_is_used(m, batch_size, sizes):
    rows = np.arange(m, dtype=float)[:, None]
    batches = list(minibatches(rows, rows, batch_size, np.random.default_rng(0)))
    assert [len(Xb) for Xb, _ in batches] == sizes
    assert sorted(np.concatenate([Xb for Xb, _ in batches])[:, 0]) == list(range(m))


def test_rows_of_x_and_y_stay_together():
    rows = np.arange(50.0)[:, None]
    for Xb, Yb in minibatches(rows, 100 + rows, 7, np.random.default_rng(0)):
        np.testing.assert_array_equal(Yb, 100 + Xb)


def test_rows_of_a_stack_stay_together_too():
    rows = np.arange(50.0)[:, None]
    stack = np.stack([rows, 1000 + rows])
    for Xb, Yb in minibatches(stack, 100 + stack, 7, np.random.default_rng(0)):
        np.testing.assert_array_equal(Yb, 100 + Xb)
        np.testing.assert_array_equal(Xb[1], 1000 + Xb[0])


def test_rows_are_shuffled_not_the_starts_of_batches():
    rows = np.arange(100.0)[:, None]
    Xb, _ = next(minibatches(rows, rows, 50, np.random.default_rng(0)))
    assert not np.array_equal(np.sort(Xb[:, 0]), np.arange(50)) and not np.array_equal(np.sort(Xb[:, 0]), np.arange(50, 100))
    assert (np.diff(Xb[:, 0]) != 1).any()


class Eavesdropper(Network):
    """Notes the first column of every batch it is trained on."""

    def __init__(self):
        super().__init__([Dense(2, 1)], loss=BinaryCrossEntropy(), rng=0)
        self.seen = []

    def _loss_step(self, X, Y):
        self.seen.append(X[:, 0].copy())
        return super()._loss_step(X, Y)


def test_fit_shuffles_anew_every_epoch_and_shows_every_row():
    net = Eavesdropper()
    fit(net, X, Y, SGD(0.1), epochs=3, batch_size=25)
    assert [len(rows) for rows in net.seen] == [25, 25, 10] * 3
    epochs = [np.concatenate(net.seen[i : i + 3]) for i in (0, 3, 6)]
    for order in epochs:
        np.testing.assert_array_equal(np.sort(order), np.sort(X[:, 0]))
    assert (epochs[0] != epochs[1]).any() and (epochs[1] != epochs[2]).any()


# ---- history


def test_loss_of_epoch_zero_is_the_loss_before_the_first_step():
    net = small(l2=0.1)
    before, right = net.loss_value(X, Y), net.score(X, Y)
    history = fit(net, X, Y, SGD(0.5), epochs=1)
    assert history.loss[0] == pytest.approx(before, rel=1e-14) and history.accuracy[0] == right
    assert net.loss_value(X, Y) < before


def test_history_has_a_row_for_each_epoch_and_validation_only_if_asked():
    history = fit(small(), X, Y, SGD(0.1), epochs=7, batch_size=16)
    assert lengths(history) == [7, 7, 0, 0]
    assert history.stopped == "finished" and history.best_epoch is None and history.diverged_at is None and history.snapshots == {}
    assert lengths(fit(small(), X, Y, SGD(0.1), epochs=7, validation=(XV, YV))) == [7, 7, 7, 7]


def test_history_of_regression_has_no_accuracy():
    history = fit(regression(), X, TARGETS, SGD(0.1), epochs=4, validation=(XV, XV[:, :1]))
    assert lengths(history) == [4, 0, 4, 0]


def test_history_of_copies_has_a_column_for_each():
    history = fit(with_everything(copies=3), X, Y, SGD(0.1), epochs=4, batch_size=16, validation=(XV, YV))
    assert {getattr(history, name).shape for name in ("loss", "accuracy", "val_loss", "val_accuracy")} == {(4, 3)}


def test_validation_is_measured_after_each_epoch_in_evaluation_mode():
    net, by_hand = with_everything(), with_everything()
    history = fit(net, X, Y, Adam(0.02), epochs=3, validation=(XV, YV))
    optimizer = Adam(0.02)
    for epoch in range(3):
        fit(by_hand, X, Y, optimizer, epochs=1)
        assert history.val_loss[epoch] == pytest.approx(by_hand.loss_value(XV, YV), rel=1e-13)
        assert history.val_accuracy[epoch] == by_hand.score(XV, YV)


def test_validation_changes_nothing_about_the_training():
    net, other = with_everything(), with_everything()
    fit(net, X, Y, Adam(0.02), epochs=4, batch_size=16)
    fit(other, X, Y, Adam(0.02), epochs=4, batch_size=16, validation=(XV, YV))
    same_state(net, other)


def test_accuracy_is_the_share_of_rows_predicted_correctly_before_their_update():
    net, by_hand, optimizer = small(), small(), SGD(0.5)
    history = fit(net, X, Y, SGD(0.5), epochs=1, batch_size=16, rng=3)
    right = 0
    for rows in np.split(np.random.default_rng(3).permutation(60), [16, 32, 48]):
        right += np.count_nonzero(by_hand.predict(X[rows]) == Y[rows])
        by_hand.loss_and_gradient(X[rows], Y[rows])
        optimizer.step(by_hand.theta, by_hand.grad)
    assert history.accuracy[0] == right / 60


def test_a_history_prints_itself_in_one_line():
    history = fit(small(), X, Y, SGD(0.1), epochs=3)
    assert repr(history).startswith("History(3 epochs, finished; last loss ") and "\n" not in repr(history)


def test_an_unknown_attribute_of_the_history_is_refused_with_the_known_ones():
    history = fit(small(), X, Y, SGD(0.1), epochs=1)
    with pytest.raises(AttributeError, match="val_loss"):
        _ = history.validation_loss


def test_snapshots_are_theta_after_so_many_epochs():
    net = small()
    start = net.theta.copy()
    history = fit(net, X, Y, SGD(0.1), epochs=6, snapshots=[0, 2, 6])
    assert sorted(history.snapshots) == [0, 2, 6]
    np.testing.assert_array_equal(history.snapshots[0], start)
    np.testing.assert_array_equal(history.snapshots[6], net.theta)
    other = small()
    fit(other, X, Y, SGD(0.1), epochs=2)
    np.testing.assert_array_equal(history.snapshots[2], other.theta)


def test_clip_norm_bounds_every_step():
    net = regression()
    history = fit(net, X, 1e6 * TARGETS, SGD(1.0), epochs=5, clip_norm=0.01, snapshots=range(6))
    steps = [np.linalg.norm(history.snapshots[i + 1] - history.snapshots[i]) for i in range(5)]
    np.testing.assert_allclose(steps, 0.01, rtol=1e-9)


def test_clip_norm_bounds_each_copy_by_its_own_length():
    net = regression(copies=2)
    start = net.theta.copy()
    targets = np.stack([1e6 * TARGETS, 1e-6 * TARGETS + regression(copies=2).forward(X, training=False)[1]])
    fit(net, X, targets, SGD(1.0), epochs=1, clip_norm=0.01)
    moved = np.linalg.norm(net.theta - start, axis=1)
    assert moved[0] == pytest.approx(0.01, rel=1e-6) and moved[1] < 1e-4
    start = net.theta.copy()
    fit(net, X, np.stack([1e6 * TARGETS, 1e3 * TARGETS]), SGD(1.0), epochs=1, clip_norm=0.01)  # both too long, one by far
    np.testing.assert_allclose(np.linalg.norm(net.theta - start, axis=1), 0.01, rtol=1e-6)


@pytest.mark.parametrize(
    ("layers", "loss", "y"),
    [
        ([Dense(2, 3)], SoftmaxCrossEntropy(), np.eye(3)[Y]),
        ([Dense(2, 3), nnlib.Softmax()], CategoricalCrossEntropy(), Y),
        ([Dense(2, 1)], BinaryCrossEntropy(), Y[:, None]),
        ([Dense(2, 2)], MeanSquaredError(), X),
    ],
    ids=["one-hot", "categorical", "column", "two outputs"],
)
def test_every_loss_trains(layers, loss, y):
    history = fit(Network(layers, loss=loss, rng=0), X, y, Adam(0.05), epochs=30, batch_size=20)
    assert history.loss[-1] < history.loss[0]


# ---- early stopping


def scripted(monkeypatch, net, values):
    """Let the validation losses of ``net`` be the given ones (rows: epochs; with copies a column for each)."""
    values = iter(values)
    plain = net.loss.value
    monkeypatch.setattr(net.loss, "value", lambda Z, Y: next(values) if Z.shape[-2] == len(XV) else plain(Z, Y))


@pytest.mark.parametrize(
    ("losses", "patience", "epochs_run", "best"),
    [
        ([5, 4, 3, 3.5, 3.4, 9, 9], 2, 5, 2),
        ([5, 4, 3, 3.5, 2.9, 3, 3, 9], 2, 7, 4),
        ([5, 6, 1, 1], 1, 2, 0),
        ([5, 5, 5, 5], 2, 3, 0),  # equal is not lower
        ([5, 4, 3, 2], 2, 4, 3),  # never stopped: the end of the epochs
        ([5, 4, 6, 5], 3, 4, 1),  # not stopped either, yet the best weights are put back
    ],
)
def test_patience_stops_after_so_many_epochs_without_a_lower_loss(losses, patience, epochs_run, best, monkeypatch):
    net = with_everything(l2=0)
    scripted(monkeypatch, net, losses)
    history = fit(net, X, Y, Adam(0.02), epochs=len(losses), batch_size=16, validation=(XV, YV), patience=patience)
    assert lengths(history) == [epochs_run] * 4
    assert history.val_loss.tolist() == losses[:epochs_run]
    assert history.stopped == ("patience" if epochs_run - 1 - best >= patience else "finished")
    assert history.best_epoch == best and isinstance(history.best_epoch, int)
    other = with_everything(l2=0)
    fit(other, X, Y, Adam(0.02), epochs=best + 1, batch_size=16)
    same_state(net, other)  # weights and running statistics of the end of the best epoch


def test_the_restored_weights_have_the_lowest_validation_loss_of_the_history():
    net = mlp([2, 30, 2], loss=SoftmaxCrossEntropy(), rng=0, batch_norm=True)
    history = fit(net, X[:15], Y[:15], Adam(0.05), epochs=500, validation=(XV, YV), patience=15)
    assert history.stopped == "patience" and len(history.loss) == history.best_epoch + 16
    assert net.loss_value(XV, YV) == history.val_loss.min() == history.val_loss[history.best_epoch]


@pytest.mark.parametrize("batch_size", [None, 16])
def test_a_stack_with_patience_equals_singles(batch_size):
    seeds, options = [3, 4, 5], {"epochs": 60, "batch_size": batch_size, "validation": (XV, YV), "patience": 2, "rng": 9}
    stack = with_everything(rng=seeds, copies=3)
    history = fit(stack, X, Y, Adam(0.1), **options)
    ends = []
    for r, seed in enumerate(seeds):
        single = with_everything(rng=seed)
        alone = fit(single, X, Y, Adam(0.1), **options)
        n = len(alone.loss)
        ends.append(n)
        assert alone.best_epoch == history.best_epoch[r]
        np.testing.assert_allclose(history.loss[:n, r], alone.loss, rtol=1e-9)
        np.testing.assert_allclose(history.val_loss[:n, r], alone.val_loss, rtol=1e-9)
        for key, array in state(stack).items():
            np.testing.assert_allclose(array[r], state(single)[key], rtol=1e-9, atol=1e-12, err_msg=key)
    assert len(set(ends)) > 1, "the singles should stop at different epochs, or this shows little"
    assert len(history.loss) == max(ends) and history.stopped == "patience"


# ---- divergence


def by_hand_until_it_breaks(net, X, y, optimizer):
    """Steps up to the first loss that is not finite: the state that had the last finite loss, the step, the loss."""
    last = None
    with np.errstate(all="ignore"):
        for step in range(5000):
            theta = net.theta.copy()
            loss = net.loss_and_gradient(X, y)
            if not np.isfinite(loss):
                return last, step, loss
            last = {**state(net), "theta": theta}
            optimizer.step(net.theta, net.grad)
    raise AssertionError("it never diverged")


def linear(rng=0, **options):
    """A least-squares line: with too large a rate its loss grows by a factor each step, up to infinity."""
    return Network([Dense(2, 1)], loss=MeanSquaredError(), rng=rng, **options)


def normed(rng=0, **options):
    return Network([Dense(2, 4), BatchNorm(4), Dense(4, 1)], loss=MeanSquaredError(), rng=rng, **options)


DIVERGING = {"SGD": SGD, "Momentum": Momentum, "schedule": lambda lr: SGD(StepDecay(lr, every=1000))}
both = pytest.mark.parametrize(("make", "diverging"), [(linear, 1e3), (normed, 10.0)], ids=["plain", "batch norm"])


@both
@pytest.mark.parametrize("kind", DIVERGING.values(), ids=DIVERGING)
def test_divergence_keeps_the_weights_and_statistics_of_the_last_finite_step(make, diverging, kind):
    last, step, loss = by_hand_until_it_breaks(make(), X, TARGETS, kind(diverging))
    net = make()
    with pytest.raises(TrainingDiverged) as caught:
        fit(net, X, TARGETS, kind(diverging), epochs=5000)
    error = caught.value
    assert step > 3 and error.step == step and len(error.history.loss) == step
    np.testing.assert_equal(error.loss, loss)
    assert not np.isfinite(error.loss) and np.isfinite(error.history.loss).all() and error.history.stopped == "diverged"
    same_state(net, last)
    assert np.isfinite(net.theta).all() and np.isfinite(net.loss_and_gradient(X, TARGETS))


def test_divergence_reports_step_loss_rate_and_advice():
    with pytest.raises(TrainingDiverged) as caught:
        fit(linear(), X, TARGETS, SGD(1e3), epochs=5000)
    error = caught.value
    assert error.lr == 1e3
    for word in (f"step {error.step}", "lr 1e+03", "smaller", "clip_norm", "last finite step"):
        assert word in str(error)
    assert error.advice in str(error)


def test_the_rate_reported_is_that_of_the_step_that_diverged():
    rates = {5: 1e300}
    with pytest.raises(TrainingDiverged) as caught:
        fit(linear(), X, TARGETS, SGD(lambda t: rates.get(t, 0.01)), epochs=50)
    assert caught.value.step == 6 and caught.value.lr == 1e300


def test_divergence_in_minibatches_is_seen_within_the_epoch():
    net, by_hand, optimizer, rng, last, steps = linear(), linear(), SGD(1e3), np.random.default_rng(4), None, 0
    with np.errstate(all="ignore"):
        finite = True
        while finite:
            for rows in np.split(rng.permutation(60), [16, 32, 48]):
                before = by_hand.theta.copy()
                finite = np.isfinite(by_hand.loss_and_gradient(X[rows], TARGETS[rows]))
                if not finite:
                    break
                last, steps = before, steps + 1
                optimizer.step(by_hand.theta, by_hand.grad)
    assert steps % 4, "choose a seed that breaks within an epoch"
    with pytest.raises(TrainingDiverged) as caught:
        fit(net, X, TARGETS, SGD(1e3), epochs=5000, batch_size=16, rng=4)
    assert caught.value.step == steps and len(caught.value.history.loss) == steps // 4
    np.testing.assert_array_equal(net.theta, last)


@both
def test_divergence_at_the_very_last_step_is_caught_and_ends_in_the_same_state(make, diverging):
    last, step, _ = by_hand_until_it_breaks(make(), X, TARGETS, SGD(diverging))
    net = make()
    with pytest.raises(TrainingDiverged) as caught:
        fit(net, X, TARGETS, SGD(diverging), epochs=step)
    assert caught.value.step == step and len(caught.value.history.loss) == step
    same_state(net, last)


def test_a_run_that_ends_one_step_before_divergence_is_no_divergence():
    _, step, _ = by_hand_until_it_breaks(linear(), X, TARGETS, SGD(1e3))
    net = linear()
    history = fit(net, X, TARGETS, SGD(1e3), epochs=step - 1)
    assert history.stopped == "finished" and np.isfinite(net.loss_value(X, TARGETS))


def test_a_start_without_a_finite_loss_diverges_at_step_zero():
    net = linear()
    net.theta[...] = 1e200
    with pytest.raises(TrainingDiverged) as caught:
        fit(net, X, TARGETS, SGD(0.1), epochs=3)
    assert caught.value.step == 0 and lengths(caught.value.history) == [0, 0, 0, 0]
    np.testing.assert_array_equal(net.theta, 1e200)


def test_a_network_can_be_trained_on_after_divergence():
    net = linear()
    with pytest.raises(TrainingDiverged):
        fit(net, X, TARGETS, SGD(1e3), epochs=5000)
    net.theta *= 1e-150
    assert np.isfinite(fit(net, X, TARGETS, SGD(0.01), epochs=5).loss).all()


@pytest.mark.parametrize("batch_size", [None, 16])
def test_one_diverging_rate_in_a_stack_leaves_the_others_as_they_would_be_alone(batch_size):
    lr, options = np.array([0.05, 1e3, 0.01]), {"epochs": 200, "batch_size": batch_size, "rng": 4}
    stack = linear(rng=[0, 1, 2], copies=3)
    history = fit(stack, X, TARGETS, SGD(lr[:, None]), **options)
    assert history.stopped == "finished" and history.diverged_at.tolist()[::2] == [-1, -1]
    for r in (0, 2):
        single = linear(rng=r)
        alone = fit(single, X, TARGETS, SGD(lr[r]), **options)
        np.testing.assert_allclose(stack.theta[r], single.theta, rtol=1e-10)
        np.testing.assert_allclose(history.loss[:, r], alone.loss, rtol=1e-10)
    diverging = linear(rng=1)
    with pytest.raises(TrainingDiverged) as caught:
        fit(diverging, X, TARGETS, SGD(1e3), **options)
    assert history.diverged_at[1] == caught.value.step
    np.testing.assert_allclose(stack.theta[1], diverging.theta, rtol=1e-10)
    n = len(caught.value.history.loss)
    np.testing.assert_allclose(history.loss[:n, 1], caught.value.history.loss, rtol=1e-10)
    assert np.isnan(history.loss[n:, 1]).all()


def test_a_diverged_copy_is_not_trained_on_even_if_its_rate_is_good_again():
    def rate(t):
        return np.array([[0.01], [1e300 if t == 5 else 0.01]])

    net, single, targets = linear(rng=[0, 1], copies=2), linear(rng=1), XV[:, :1]
    history = fit(net, X, TARGETS, SGD(rate), epochs=20, validation=(XV, targets), snapshots=range(7, 21))
    fit(single, X, TARGETS, SGD(0.01), epochs=5)
    assert history.diverged_at.tolist() == [-1, 6]
    for theta in [net.theta, *history.snapshots.values()]:
        np.testing.assert_allclose(theta[1], single.theta, rtol=1e-12)
    np.testing.assert_allclose(history.val_loss[6:, 1], single.loss_value(XV, targets), rtol=1e-12)


def test_statistics_of_a_diverged_copy_stay_those_of_its_last_finite_step():
    stack, single = normed(rng=[0, 1], copies=2), normed(rng=1)
    with pytest.raises(TrainingDiverged) as caught:
        fit(single, X, TARGETS, SGD(10.0), epochs=100)
    history = fit(stack, X, TARGETS, SGD(np.array([[0.01], [10.0]])), epochs=caught.value.step + 10)
    assert history.diverged_at.tolist() == [-1, caught.value.step]
    for key, array in state(stack).items():
        np.testing.assert_allclose(array[1], state(single)[key], rtol=1e-9, err_msg=key)


def test_a_stack_of_diverged_copies_only_raises():
    net = linear(copies=2)
    with pytest.raises(TrainingDiverged) as caught:
        fit(net, X, TARGETS, SGD(np.array([[1e3], [1e4]])), epochs=5000)
    assert (caught.value.history.diverged_at > 0).all() and caught.value.history.stopped == "diverged"
    assert np.isfinite(net.theta).all()


def test_a_copy_that_diverges_at_the_very_last_step_is_marked_and_put_back():
    last, step, _ = by_hand_until_it_breaks(linear(rng=1), X, TARGETS, SGD(1e3))
    stack = linear(rng=[0, 1], copies=2)
    history = fit(stack, X, TARGETS, SGD(np.array([[0.01], [1e3]])), epochs=step)
    assert history.diverged_at.tolist() == [-1, step]
    np.testing.assert_allclose(stack.theta[1], last["theta"], rtol=1e-10)


def test_a_copy_that_ended_by_patience_is_not_marked_as_diverged_later(monkeypatch):
    net = linear(rng=[0, 1], copies=2)
    scripted(monkeypatch, net, [np.array([1.0 + (epoch > 0), 5.0 - 0.01 * epoch]) for epoch in range(400)])
    history = fit(net, X, TARGETS, SGD(np.array([[1e3], [0.01]])), epochs=200, validation=(XV, XV[:, :1]), patience=2)
    alone = linear(rng=0)
    fit(alone, X, TARGETS, SGD(1e3), epochs=1)
    np.testing.assert_allclose(net.theta[0], alone.theta, rtol=1e-10)
    assert history.best_epoch.tolist() == [0, 199]
    assert history.diverged_at is None or history.diverged_at.tolist() == [-1, -1]


# ---- interruption


def interrupted(*args, **options):
    """``fit``, in which an interrupt is expected: should it come through, the test fails and pytest goes on."""
    try:
        history = fit(*args, **options)
    except KeyboardInterrupt:
        pytest.fail("the interrupt came through fit")
    assert history.stopped == "interrupted"
    return history


def interrupting_rate(step):
    def rate(t):
        if t == step:
            raise KeyboardInterrupt
        return 0.1

    return rate


@pytest.mark.parametrize("step", [0, 4, 10, 11])
def test_an_interrupt_keeps_the_weights_and_the_history_so_far(step):
    net, by_hand, optimizer = with_everything(), with_everything(), SGD(0.1)
    history = interrupted(net, X, Y, SGD(interrupting_rate(step)), epochs=100, batch_size=16, rng=3, validation=(XV, YV))
    assert lengths(history) == [step // 4] * 4
    rng, taken = np.random.default_rng(3), 0
    while taken <= step:
        for rows in np.split(rng.permutation(60), [16, 32, 48]):
            if taken <= step:
                by_hand.loss_and_gradient(X[rows], Y[rows])
                if taken < step:
                    optimizer.step(by_hand.theta, by_hand.grad)
            taken += 1
    np.testing.assert_array_equal(net.theta, by_hand.theta)


def test_an_interrupt_within_the_loss_is_caught_too(monkeypatch):
    net, calls, plain = small(), [], BinaryCrossEntropy.value

    def value(self, Z, Y):
        calls.append(1)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return plain(self, Z, Y)

    monkeypatch.setattr(BinaryCrossEntropy, "value", value)
    history = interrupted(net, X, Y, SGD(0.1), epochs=50)
    monkeypatch.undo()
    other = small()
    fit(other, X, Y, SGD(0.1), epochs=7)
    np.testing.assert_array_equal(net.theta, other.theta)
    assert lengths(history) == [7, 7, 0, 0]


@pytest.mark.parametrize("method", ["value", "correct"])
def test_an_interrupt_during_validation_leaves_columns_of_equal_length(method, monkeypatch):
    net, seen = small(), []
    plain = getattr(net.loss, method)

    def patched(Z, Y):
        seen.append(len(Z))
        if seen.count(len(XV)) == 3:
            raise KeyboardInterrupt
        return plain(Z, Y)

    monkeypatch.setattr(net.loss, method, patched)
    history = interrupted(net, X, Y, SGD(0.1), epochs=50, validation=(XV, YV))
    assert len(set(lengths(history))) == 1


def test_an_interrupt_with_patience_puts_the_best_weights_back(monkeypatch):
    net = small()
    scripted(monkeypatch, net, [5, 4, 6, 7, 8])
    history = interrupted(net, X, Y, SGD(interrupting_rate(4)), epochs=50, validation=(XV, YV), patience=10)
    other = small()
    fit(other, X, Y, SGD(0.1), epochs=2)
    np.testing.assert_array_equal(net.theta, other.theta)
    assert history.best_epoch == 1


def test_an_interrupt_in_the_first_epoch_keeps_its_steps_with_patience_too():
    net, other = small(), small()
    history = interrupted(net, X, Y, SGD(interrupting_rate(3)), epochs=50, batch_size=16, validation=(XV, YV), patience=10)
    interrupted(other, X, Y, SGD(interrupting_rate(3)), epochs=50, batch_size=16)
    assert history.best_epoch is None
    np.testing.assert_array_equal(net.theta, other.theta)


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "kill"), reason="a process cannot send itself SIGINT there")
@pytest.mark.parametrize("delay", [0.01, 0.05, 0.1])
def test_a_real_sigint_stops_training_and_keeps_what_was_learnt(delay):
    timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))

    def rate(t):
        if t == 100:
            timer.start()  # well within the run, however slow the machine
        return 0.05

    net = small(batch_norm=True)
    before = net.loss_value(X, Y)
    former = signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background of a script start without it
    try:
        history = interrupted(net, X, Y, SGD(rate), epochs=20_000, batch_size=30, validation=(XV, YV), progress=False)
    finally:
        timer.cancel()
        signal.signal(signal.SIGINT, former)
    assert len(history.loss) >= 50
    assert np.isfinite(net.theta).all() and net.loss_value(X, Y) < before
    assert len(fit(net, X, Y, Adam(0.01), epochs=2).loss) == 2


def test_the_number_of_epochs_asked_for_costs_no_memory():
    net, optimizer = small(), SGD(interrupting_rate(3))
    tracemalloc.start()
    try:
        interrupted(net, X, Y, optimizer, epochs=10**6)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5e6, f"{peak / 1e6:.0f} MB"


# ---- progress


class Bar:
    """Stands in for tqdm's bar and notes what is asked of it."""

    made = ()

    def __init__(self, *args, total=None, **options):
        self.total, self.n, self.closed = total, 0, False
        Bar.made.append(self)

    def update(self, n=1):
        assert not self.closed
        self.n += n

    def close(self):
        self.closed = True


@pytest.fixture
def bars(monkeypatch):
    import tqdm.auto

    Bar.made = []
    monkeypatch.setattr(tqdm.auto, "tqdm", Bar)
    return Bar.made


@pytest.fixture
def slow_clock(monkeypatch):
    """Every look at the clock finds it 0.3 s later."""
    now = [0.0]

    def tick():
        now[0] += 0.3
        return now[0]

    for name in ("perf_counter", "monotonic", "time"):
        monkeypatch.setattr(time, name, tick)


def test_a_short_run_shows_no_bar(bars, capfd):
    fit(small(), X, Y, SGD(0.1), epochs=50, batch_size=16)
    assert bars == [] and capfd.readouterr() == ("", "")


def test_a_long_run_shows_one_bar_up_to_the_end(bars, slow_clock):
    fit(small(), X, Y, SGD(0.1), epochs=50)
    assert [(bar.total, bar.n, bar.closed) for bar in bars] == [(50, 50, True)]


def test_progress_false_silences_a_long_run(bars, slow_clock):
    fit(small(), X, Y, SGD(0.1), epochs=50, progress=False)
    assert bars == []


def test_the_bar_is_closed_after_an_interrupt(bars, slow_clock):
    interrupted(small(), X, Y, SGD(interrupting_rate(30)), epochs=50)
    assert [bar.closed for bar in bars] == [True] and bars[0].n == 30


def test_the_bar_is_closed_after_divergence(bars, slow_clock):
    with pytest.raises(TrainingDiverged):
        fit(linear(), X, TARGETS, SGD(1e3), epochs=5000)
    assert [bar.closed for bar in bars] == [True]


def test_the_real_bar_draws_itself(capfd, slow_clock):
    fit(small(), X, Y, SGD(0.1), epochs=50)
    assert "epoch" in capfd.readouterr().err


# ---- minibatches of what learners have


def test_minibatches_take_labels_lists_and_seeds():
    X, y = np.arange(14.0).reshape(7, 2), np.arange(7)
    for given in ((X, y), (X.tolist(), y.tolist()), (X, y[:, None])):
        batches = list(minibatches(*given, 3, 0))
        assert [len(Xb) for Xb, _ in batches] == [3, 3, 1]
        for Xb, yb in batches:
            np.testing.assert_array_equal(Xb[:, 0], 2 * np.ravel(yb))
        np.testing.assert_array_equal(batches[0][0], next(minibatches(X, y, 3, np.random.default_rng(0)))[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.ones((5, 2)), np.ones(6), 2, 0), r"same number of rows.*\(5, 2\) and \(6,\)"),
        ((np.ones((5, 2)), np.ones((4, 1)), 2, 0), r"\(5, 2\) and \(4, 1\)"),
        ((np.ones(5), np.ones(5), 2, 0), r"X \(m, n\).*\(5,\) and \(5,\)"),
        ((np.ones((5, 2)), 1.0, 2, 0), r"\(5, 2\) and \(\)"),
        ((np.ones((5, 2)), np.ones(5), 0, 0), "batch_size"),
        ((np.ones((5, 2)), np.ones(5), 2, None), "rng=0"),
    ],
)
def test_minibatches_of_what_does_not_fit_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        next(minibatches(*arguments))


def test_fit_of_something_else_than_a_network_is_refused():
    with pytest.raises(ValueError, match=r"fit trains a Network, got \[Dense.*write fit\(net, X, y, Adam\(\), epochs=100\)"):
        fit([Dense(2, 1)], X, Y, SGD(0.1), epochs=1)


def test_clip_norm_of_a_network_without_parameters_changes_nothing():
    net = Network([Tanh()], MeanSquaredError())
    assert len(fit(net, X, X, SGD(0.1), epochs=2, clip_norm=1.0).loss) == 2


@pytest.mark.parametrize("batch_size", [None, 7])
def test_loss_and_val_loss_hold_the_penalty(batch_size):
    net = small(l2=0.5)
    history = fit(net, X, Y, SGD(1e-12), epochs=1, batch_size=batch_size, validation=(X, Y))
    assert history.val_loss[0] == pytest.approx(net.loss_value(X, Y))
    assert net.loss_value(X, Y) - net.loss.forward(net.forward(X, training=False), Y) == pytest.approx(net._penalty())
    assert net._penalty() > 0.1


# ---- bad input: a ValueError before the first step


NAN_ROW = np.where(np.arange(60)[:, None] == 7, np.nan, X)
BAD = {
    "epochs 0": ({"epochs": 0}, "epochs"),
    "epochs -1": ({"epochs": -1}, "epochs"),
    "epochs 2.5": ({"epochs": 2.5}, "epochs.*2.5"),
    "epochs True": ({"epochs": True}, "epochs"),
    "epochs str": ({"epochs": "10"}, "epochs"),
    "epochs None": ({"epochs": None}, "epochs"),
    "batch_size 0": ({"batch_size": 0}, "batch_size"),
    "batch_size -4": ({"batch_size": -4}, "batch_size"),
    "batch_size 2.5": ({"batch_size": 2.5}, "batch_size"),
    "batch_size 61": ({"batch_size": 61}, r"batch_size 61.*60.*write batch_size=60"),
    "rng str": ({"rng": "seed"}, "rng.*write rng=0"),
    "rng -1": ({"rng": -1}, "rng"),
    "epochs 10**400 as text of a float": ({"epochs": 1e400}, "epochs"),
    "clip_norm -1": ({"clip_norm": -1}, "clip_norm"),
    "rng None": ({"rng": None}, "rng"),
    "patience 0": ({"patience": 0, "validation": (XV, YV)}, "patience"),
    "patience 2.5": ({"patience": 2.5, "validation": (XV, YV)}, "patience"),
    "patience alone": ({"patience": 3}, r"validation=\(X_val, y_val\)"),
    "clip_norm 0": ({"clip_norm": 0}, "clip_norm.*write clip_norm=1.0"),
    "clip_norm nan": ({"clip_norm": np.nan}, "clip_norm"),
    "clip_norm str": ({"clip_norm": "1"}, "clip_norm"),
    "snapshots number": ({"snapshots": 3}, "snapshots"),
    "snapshots beyond": ({"snapshots": [11]}, "snapshots"),
    "snapshots fraction": ({"snapshots": [0.5]}, "snapshots"),
    "optimizer class": ({"optimizer": SGD}, r"optimizer.*write SGD\(lr=0.1\)"),
    "optimizer class Adam": ({"optimizer": Adam}, r"optimizer.*write Adam\(\)"),
    "optimizer class Momentum": ({"optimizer": Momentum}, r"optimizer.*write Momentum\(lr=0.1\)"),
    "optimizer number": ({"optimizer": 0.1}, "optimizer"),
    "optimizer str": ({"optimizer": "adam"}, "optimizer"),
    "optimizer None": ({"optimizer": None}, "optimizer"),
    "rates of a stack": ({"optimizer": SGD(np.array([[0.1], [0.2]]))}, "lr"),
    "validation X alone": ({"validation": XV}, r"validation.*\(X_val, y_val\)"),
    "validation of one": ({"validation": (XV,)}, r"validation.*\(X_val, y_val\)"),
    "validation number": ({"validation": 0.2}, r"validation.*\(X_val, y_val\)"),
    "validation columns": ({"validation": (XV[:, :1], YV)}, r"\(m, 2\), got \(40, 1\)"),
    "validation rows": ({"validation": (XV, YV[:-1])}, "same number of rows"),
    "validation labels": ({"validation": (XV, YV + 1)}, "labels 0 and 1"),
    "validation nan": ({"validation": (np.full((3, 2), np.nan), [0, 1, 0])}, "NaN"),
    "X columns": ({"X": X[:, :1]}, r"\(m, 2\), got \(60, 1\)"),
    "X flat": ({"X": X[:, 0]}, "reshape"),
    "X empty": ({"X": X[:0], "y": Y[:0]}, "examples as rows"),
    "X nan": ({"X": NAN_ROW}, "NaN or infinity, first in row 7"),
    "X inf": ({"X": np.where(X == X[3, 0], np.inf, X)}, "NaN or infinity, first in row 3"),
    "X words": ({"X": [["a", "b"]] * 60}, "numbers"),
    "y short": ({"y": Y[:-1]}, "60 rows of output.*(59,)"),
    "y two columns": ({"y": np.eye(2)[Y]}, r"\(60, 2\)"),
    "y fractional": ({"y": Y * 0.5}, "labels 0 and 1"),
    "y nan": ({"y": np.where(Y == 1, np.nan, 0)}, "NaN"),
    "y words": ({"y": np.array(["a", "b"])[Y]}, "numbers"),
}


@pytest.mark.parametrize(("wrong", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_before_the_first_step(wrong, words):
    net = small(batch_norm=True)
    before = state(net)
    settings = {"X": X, "y": Y, "optimizer": SGD(0.1), "epochs": 10, **wrong}
    with pytest.raises(ValueError, match=words):
        fit(net, settings.pop("X"), settings.pop("y"), settings.pop("optimizer"), **settings)
    same_state(net, before)


@pytest.mark.parametrize("make", [lambda: Momentum(0.1), lambda: Adam(0.1)], ids=["Momentum", "Adam"])
def test_an_optimizer_that_remembers_another_network_is_refused(make):
    optimizer, net = make(), small(rng=1)
    fit(small(), X, Y, optimizer, epochs=2)
    before = net.theta.copy()
    with pytest.raises(ValueError, match=r"another network.*reset\(\)"):
        fit(net, X, Y, optimizer, epochs=2)
    np.testing.assert_array_equal(net.theta, before)
    optimizer.reset()
    fresh = small(rng=1)
    fit(net, X, Y, optimizer, epochs=2)
    fit(fresh, X, Y, make(), epochs=2)
    np.testing.assert_array_equal(net.theta, fresh.theta)


def test_a_target_that_would_broadcast_is_refused():
    with pytest.raises(ValueError, match=r"reshape\(-1, 1\)"):
        fit(regression(), X, TARGETS[:, 0], SGD(0.1), epochs=1)


# ---- it learns


def test_digits_reach_97_percent_on_a_held_out_fifth_in_under_ten_seconds_of_one_core():
    pixels, labels = datasets.digits()
    scores, seconds = [], []
    for seed in range(5):
        Xt, Xh, yt, yh = train_test_split(pixels, labels, test_size=0.2, rng=seed)
        assert len(Xh) == 359
        start = time.process_time()
        net = mlp([64, 256, 10], loss=SoftmaxCrossEntropy(), batch_norm=True, rng=seed)
        fit(net, Xt, yt, Adam(2e-3), epochs=20, batch_size=32, rng=seed, progress=False)
        seconds.append(time.process_time() - start)
        scores.append(net.score(Xh, yh))
    assert np.median(scores) >= 0.97, scores
    assert max(seconds) < 10 or sys.platform == "wasi", seconds


def test_three_spiral_arms_reach_99_percent_on_points_not_trained_on():
    scores = []
    for seed in range(5):
        Xt, yt = datasets.spirals(600, arms=3, rng=seed)
        Xh, yh = datasets.spirals(2000, arms=3, rng=1000 + seed)
        net = mlp([2, 64, 32, 3], loss=SoftmaxCrossEntropy(), rng=seed)
        fit(net, Xt, yt, Adam(0.01), epochs=500, progress=False)
        scores.append(net.score(Xh, yh))
    assert np.median(scores) > 0.99, scores


def test_a_trainer_that_counts_no_accuracy_takes_the_same_steps():
    nets = [small() for _ in range(2)]
    trainers = [Trainer(net, SGD(lr=0.5), accuracy=accuracy) for net, accuracy in zip(nets, (True, False))]
    for trainer in trainers:
        for _ in range(3):
            trainer.step(*trainer.net._check_Xy(X, Y))
        trainer.end_epoch(3 * len(X))
    (counting,), (plain,) = (trainer.history.rows for trainer in trainers)
    assert nets[0].theta.tobytes() == nets[1].theta.tobytes() and set(counting) == {"loss", "accuracy"} and set(plain) == {"loss"}
