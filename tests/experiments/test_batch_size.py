"""Gradient noise falls with the root of the batch size, and equal numbers of examples are not equal numbers of steps."""

import numpy as np
import pytest

from nnlib import Network
from nnlib.experiments import batch_size as experiment
from nnlib.experiments.frame.controls import clean, defaults


def run(**settings):
    *_, result = experiment.stream(**clean(experiment.CONTROLS, settings))
    return result


@pytest.mark.parametrize("after", experiment.MOMENTS)
@pytest.mark.parametrize("seed", range(5))
def test_noise_at_every_batch_size_is_that_of_one_example_over_root_b(seed, after):
    result = run(line=True, seed=seed, after=after)
    _, full, single = experiment.measured_network(seed, after)
    for size, noise in result["noises"].items():  # 200 batches give the variance only to within a few of its standard errors
        squares = ((experiment.drawn_gradients(size, seed, after) - full) ** 2).sum(axis=1)
        assert abs(noise**2 - single**2 / size) < 4 * squares.std() / np.sqrt(experiment.DRAWS)
        assert noise == pytest.approx(single / np.sqrt(size), rel=0.25)
    slope = np.polyfit(np.log(list(result["noises"])), np.log(list(result["noises"].values())), 1)[0]
    assert abs(slope + 1 / 2) < 0.04


def test_four_times_the_batch_halves_the_noise_over_five_seeds():
    ratios = [run(batch_size=64, seed=seed)["noise"] / run(batch_size=16, seed=seed)["noise"] for seed in range(5)]
    assert abs(np.mean(ratios) - 1 / 2) < 0.04
    question = experiment.QUESTION
    assert all(question.observe(run(**question.settings, seed=seed)) == "a half" for seed in range(5))


def test_gradients_of_the_stack_are_those_of_single_minibatches():
    """And the noise of one example is that of all 1,024 gradients, taken one by one."""
    (X, y), net = experiment.data(3), experiment.network(3)
    rows = np.random.default_rng([3, 8]).integers(experiment.EXAMPLES, size=(experiment.DRAWS, 8))
    stack = experiment.drawn_gradients(8, 3, "the start")
    for r in (0, 17, 199):
        net.loss_and_gradient(X[rows[r]], y[rows[r]])
        assert np.allclose(stack[r], net.grad, rtol=0, atol=1e-12)
    net.loss_and_gradient(X, y)
    full, squares = net.grad.copy(), []
    for i in range(experiment.EXAMPLES):
        net.loss_and_gradient(X[i : i + 1], y[i : i + 1])
        squares.append(((net.grad - full) ** 2).sum())
    assert run(seed=3)["single"] == pytest.approx(np.mean(squares) ** 0.5, rel=1e-12)


def test_mean_of_the_cloud_lies_at_the_full_gradient():
    result = run(batch_size=64)
    error = 4 * result["noise"] / np.sqrt(experiment.DRAWS)
    assert np.allclose(result["cloud"].mean(axis=0), [result["full"], 0], atol=error)
    assert result["cloud"].std(axis=0).max() < result["noise"]


def test_gradient_shrinks_in_training_more_than_its_noise():
    for seed in range(5):
        start, later = run(seed=seed), run(seed=seed, after="10 epochs")
        assert later["full"] < 0.35 * start["full"] and later["noise"] / later["full"] > 2 * start["noise"] / start["full"]


@pytest.mark.parametrize("size", [1, 7, 64, 256])
def test_every_batch_size_sees_the_same_number_of_examples(size):
    result = run(batch_size=size)
    assert result["seen"][-1] == experiment.EPOCHS * experiment.EXAMPLES and result["progress"] == 1
    assert result["steps"] == experiment.EPOCHS * -(-experiment.EXAMPLES // size)


def test_small_batches_get_further_for_equal_examples_at_a_small_rate():
    for seed in range(5):
        losses = [run(batch_size=size, lr=0.1, seed=seed)["losses"][-1] for size in (256, 64, 16, 4)]
        assert losses == sorted(losses, reverse=True)


def test_training_path_is_that_of_fit():
    from nnlib import SGD, fit

    net, result = experiment.network(2), run(batch_size=32, seed=2)
    fit(net, *experiment.data(2), SGD(0.3), epochs=experiment.EPOCHS, batch_size=32, rng=2, progress=False)
    assert result["losses"][-1] == net.loss_value(*experiment.data(2))


def test_same_seed_gives_the_same_start_whatever_the_batch_size():
    a, b = run(batch_size=4), run(batch_size=200)
    assert a["losses"][0] == b["losses"][0] and a["full"] == b["full"] and a["single"] == b["single"]


def test_slider_doubles_in_whole_numbers():
    control = experiment.CONTROLS[0]
    assert control.samples() == [1, 4, 16, 64, 256]
    assert control.clean(10 ** (7 * control.step)) == 128 and control.clean("16") == 16
    with pytest.raises(ValueError, match="from 1 to 256, got 300"):
        control.clean(300)


def test_default_picture_does_not_give_the_answer_away():
    default = run(**defaults(experiment.CONTROLS))
    assert default["noises"] == {} and isinstance(experiment.network(0), Network)
    labels = [mark.get("label") for mark in experiment.picture(default).panels[1].marks]
    assert "measured" not in labels and "1 example / √B" not in labels


def test_noise_without_the_mean_over_the_batch_would_be_found(monkeypatch):
    """A loss that sums where it should take the mean and the noise does not halve: the claim can fail."""
    from nnlib.losses import BinaryCrossEntropy

    mean = BinaryCrossEntropy.backward
    monkeypatch.setattr(BinaryCrossEntropy, "backward", lambda self: mean(self) * self.S.shape[-2])
    experiment.measured_network.cache_clear(), experiment.drawn_gradients.cache_clear()
    try:
        noises = run(line=True)["noises"]
        assert noises[64] > 0.9 * noises[16]
    finally:
        experiment.measured_network.cache_clear(), experiment.drawn_gradients.cache_clear()
