"""Equal units stay equal, zeros never start, a little noise is not enough, and a random start is; measured over 5 seeds."""

import functools
import math

import numpy as np
import pytest

from nnlib import SGD, fit, initializers, mlp
from nnlib.experiments import symmetry
from nnlib.experiments.frame.controls import clean
from nnlib.experiments.frame.show import final

SEEDS = range(5)
ZEROS, CONSTANT, NOISE, RANDOM = range(4)


@functools.lru_cache(maxsize=30)
def run(**settings):
    return final(symmetry, clean(symmetry.CONTROLS, settings))


def all_four(seed, **settings):
    return run(start="all four", units=12, seed=seed, **settings)


@pytest.mark.parametrize("seed", SEEDS)
def test_zeros_stay_at_log_2_and_no_hidden_relu_unit_moves(seed):
    result = all_four(seed)
    assert result["loss"][ZEROS] == pytest.approx(math.log(2), abs=5e-5)  # 0.6931; 200 points, 100 of each class
    assert (result["paths"][:, ZEROS] == 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_constant_start_is_one_unit_12_times_to_the_last_digit(seed):
    result = all_four(seed)
    assert result["different"][-1, CONSTANT] == 1 and result["sixth"][CONSTANT] == 1
    assert np.ptp(result["paths"][-1, CONSTANT], axis=-1).max() < 1e-12


def test_a_constant_start_is_as_good_as_one_unit_and_no_better():
    assert run(units=12, start="constant")["loss"][0] == pytest.approx(0.2856, abs=2e-4)
    one_line = mlp([2, 1], loss=symmetry.BinaryCrossEntropy())
    X, y = symmetry.examples()
    fit(one_line, X, y, SGD(lr=0.3), epochs=2000, progress=False)
    assert all_four(0)["loss"][CONSTANT] == pytest.approx(one_line.loss_value(X, y), abs=0.02)  # logistic regression


def test_noise_of_a_thousandth_makes_12_different_units_that_are_worth_one():
    results = [all_four(seed) for seed in SEEDS]
    assert all(result["sixth"][NOISE] == 12 for result in results)
    assert [result["loss"][NOISE] == pytest.approx(result["loss"][CONSTANT], abs=5e-4) for result in results].count(True) == 5
    assert np.median([result["different"][-1, NOISE] for result in results]) == 1


def tiny_noise(activation, lr, steps, noise=1e-3, seeds=range(6)):
    """The stack of 12 hidden units for six seeds, from 0.1 plus noise, after that many steps."""
    (X, y), rngs = symmetry.examples(), [np.random.default_rng(seed) for seed in seeds]
    net = mlp(
        [2, 12, 1], activation=symmetry.ACTIVATIONS[activation], loss=symmetry.BinaryCrossEntropy(), copies=len(rngs), dtype=np.float32
    )
    layers = (net.layers[0], net.layers[2])
    drawn = [[symmetry.starts(rng, noise, layer.n_in, layer.n_out)[NOISE] for layer in layers] for rng in rngs]
    for layer, W in zip(layers, zip(*drawn)):
        layer.W = np.stack(W)
    fit(net, X, y, SGD(lr=lr), epochs=steps, progress=False)
    return net, net.loss_value(X, y)


def test_nearly_equal_relu_units_are_on_for_the_same_examples_and_their_gaps_no_longer_change():
    (X, _), (early, _), (late, loss) = symmetry.examples(), tiny_noise("ReLU", 0.3, 500), tiny_noise("ReLU", 0.3, 5000)
    gaps = [np.diff(net.layers[0].W, axis=-1) for net in (early, late)]
    assert np.allclose(*gaps, atol=2e-3) and np.abs(gaps[0]).max() > 0.02
    on = (X @ late.layers[0].W + late.layers[0].b > 0).sum(axis=-1)
    assert np.isin(on, (0, 12)).all() and np.allclose(loss, 0.2856, atol=2e-3)


@pytest.mark.parametrize(("lr", "steps"), [(3.0, 2000), (1.0, 5000), (0.3, 20000)])
def test_nearly_equal_tanh_units_come_apart_the_sooner_the_larger_the_rate(lr, steps):
    assert (tiny_noise("tanh", lr, steps)[1] < 0.01).all()
    assert (tiny_noise("tanh", lr, steps // 10)[1] > 0.25).all()


def test_noise_as_large_as_the_constant_leaves_half_of_12_different_for_every_seed_of_the_slider():
    net, _ = tiny_noise("ReLU", 0.3, 2000, noise=0.1, seeds=range(100))
    assert symmetry.count_different(net.layers[0].W, net.layers[0].b).min() >= 6  # 7 to 12


def test_a_random_start_has_nearly_all_its_units_and_a_tenth_of_the_loss():
    results = [all_four(seed) for seed in SEEDS]
    assert min(result["different"][-1, RANDOM] for result in results) >= 10
    assert max(result["loss"][RANDOM] for result in results) < 0.05 < results[0]["loss"][CONSTANT] / 4


def test_more_noise_breaks_the_symmetry():
    little, much = (
        np.median([run(units=12, start="constant + noise", noise=noise, seed=seed)["loss"][0] for seed in range(3)])
        for noise in (0.01, 1.0)
    )
    assert little > 0.2 and much < 0.05


@pytest.mark.parametrize("activation, moves", [("tanh", False), ("sigmoid", True)])
def test_from_zeros_only_units_whose_value_at_0_is_not_0_move_and_they_stay_twins(activation, moves):
    result = run(units=8, start="zeros", activation=activation, lr=1.0)
    assert (np.abs(result["paths"][-1]).max() > 0.1) == moves and result["sixth"] == [1]


def test_units_are_counted_by_how_far_they_are_apart():
    W, b = np.array([[1.0, 1.04, 1.06, -1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 1.0]]), np.zeros((1, 5))
    assert symmetry.count_different(W, b, apart=0.05) == 4  # 5 % of 1.06 is 0.053: the second is the first's twin, the third is not
    assert symmetry.count_different(W, b, apart=0.07) == 3
    assert symmetry.count_different(np.zeros((2, 3)), np.zeros((1, 3))) == 1
    assert symmetry.count_different(np.zeros((2, 3)), np.array([[0.0, 0.0, 1.0]])) == 2
    assert symmetry.count_different(np.stack([W, 0 * W]), np.stack([b, b])).tolist() == [4, 1]


def test_the_same_seed_gives_a_unit_the_same_start_whatever_else_is_set():
    few, many, other = run(units=4), run(units=12), run(units=12, start="constant + noise", noise=1.0)
    np.testing.assert_array_equal(few["paths"][0, 0], many["paths"][0, 0][:, :4])
    np.testing.assert_allclose(2 * many["paths"][0, 0], other["paths"][0, 0] - 0.1, atol=1e-12)  # 0.5 N and 0.1 + N


@pytest.mark.parametrize("place, init", [(ZEROS, initializers.zeros), (CONSTANT, initializers.constant(value=0.1))])
def test_the_starts_without_chance_are_nnlibs(place, init):
    for n_in, n_out in ((2, 12), (12, 1)):
        np.testing.assert_array_equal(symmetry.starts(np.random.default_rng(0), 0.5, n_in, n_out)[place], init(0, n_in, n_out))


def test_each_start_alone_is_the_same_run_as_among_all_four():
    together = all_four(0)
    for place, start in enumerate(symmetry.STARTS):
        alone = run(start=start, units=12, seed=0)
        assert alone["loss"][0] == pytest.approx(together["loss"][place], rel=1e-6)


def test_the_answer_to_the_question_is_one():
    assert symmetry.observe(run(**symmetry.QUESTION.settings)) == "1"


@pytest.mark.parametrize("activation", symmetry.ACTIVATIONS)
def test_no_setting_comes_near_divergence(activation):
    (X, y), seeds = symmetry.examples(), range(12)
    net = mlp([2, 16, 1], activation=symmetry.ACTIVATIONS[activation], loss=symmetry.BinaryCrossEntropy(), copies=len(seeds))
    rngs = [np.random.default_rng(seed) for seed in seeds]
    for layer in (net.layers[0], net.layers[2]):
        layer.W = np.stack([symmetry.starts(rng, 1.0, layer.n_in, layer.n_out)[NOISE] for rng in rngs])
    history = fit(net, X, y, SGD(lr=3.0), epochs=300, progress=False)
    assert history.diverged_at is None and history.loss.max() < 100 and history.loss[-1].max() < 1
