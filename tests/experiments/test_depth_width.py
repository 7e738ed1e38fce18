"""Depth, width and the warp: what a parameter budget buys, and what two units per layer cannot do."""

import functools

import numpy as np
import pytest

from nnlib import Adam, BinaryCrossEntropy, Tanh, datasets, mlp, xavier_normal
from nnlib.experiments import depth_width as experiment
from nnlib.experiments.frame.controls import defaults
from nnlib.experiments.frame.show import final

DEFAULT = defaults(experiment.CONTROLS)
SEEDS = range(5)


def run(**settings):
    return final(experiment, DEFAULT | settings)


@functools.cache
def trained(data, shape, rates):
    """(rates, seeds) networks of the experiment, trained as a stack: (accuracy in training, for tuning, held out), and the network."""
    pairs = [(lr, seed) for lr in rates for seed in SEEDS]
    seeds = [seed for _, seed in pairs]
    sets = [[experiment.points(data, seed)[0] for seed in seeds]]
    sets.append([experiment.MAKERS[data](experiment.HELD_OUT, rng=seed + 2000) for seed in seeds])  # for tuning the rate, not for judging
    sets.append([experiment.points(data, seed)[1] for seed in seeds])
    sets = [(np.stack([X for X, _ in part]), np.stack([y for _, y in part])[..., None]) for part in sets]
    net = mlp(shape, activation=Tanh, init=xavier_normal, loss=BinaryCrossEntropy(), copies=len(pairs), rng=seeds, dtype=np.float32)
    sets, optimizer = [net._check_Xy(*part) for part in sets], Adam(lr=np.array([lr for lr, _ in pairs])[:, None])
    for _ in range(experiment.STEPS):
        net._loss_step(*sets[0])
        optimizer.step(net.theta, net.grad)
    right = [net.loss.correct(net._forward(X, False), Y).mean(axis=-1).reshape(len(rates), -1) for X, Y in sets]
    return right, net


def tuned(data, shape):
    """Held-out accuracy of each seed at the rate that is best for this shape on points kept for that choice."""
    (_, tuning, held_out), _ = trained(data, shape, (0.003, 0.01, 0.03))
    return held_out[tuning.mean(axis=1).argmax()]


@pytest.mark.parametrize(("depth", "width", "count"), [(1, 62, 249), (2, 13, 235), (3, 10, 261), (4, 8, 249), (5, 7, 253), (6, 6, 235)])
def test_lock_takes_the_width_with_about_the_parameters_of_2_62_1(depth, width, count):
    net = mlp(experiment.sizes(depth, 1, True), loss=BinaryCrossEntropy())
    assert experiment.locked_width(depth) == width
    assert experiment.parameters(depth, width) == net.theta.size == count
    assert all(abs(experiment.parameters(depth, other) - 249) >= abs(count - 249) for other in (width - 1, width + 1))


def test_about_equal_parameters_do_about_alike_whatever_the_depth(data="xor"):
    """Measured separately, because it takes long: circle 0.995, 0.989, 0.993, spiral 0.994 each, checkerboard 0.938, 0.930, 0.936; spreads 0.002 to 0.02."""
    accuracies = np.array([tuned(data, shape) for shape in ((2, 62, 1), (2, 13, 13, 1), (2, 10, 10, 10, 1))])
    means, spread = accuracies.mean(axis=1), accuracies.std(axis=1, ddof=1).max()
    assert np.ptp(means) < 2 * spread and np.ptp(means) < 0.02, (means, spread)
    assert tuned(data, (2, 2, 1)).mean() < means.min() - 0.1  # far fewer parameters do not: the data can distinguish networks


@pytest.mark.parametrize("depth", [1, 2, 4, 6])
def test_width_2_stalls_on_the_circle_at_any_depth_and_width_3_does_not(depth):
    narrow, wider = (trained("circle", (2, *[width] * depth, 1), (0.01,))[0] for width in (2, 3))
    assert narrow[2].mean() < 0.87 and narrow[0].max() < 0.99, narrow
    assert np.median(wider[0]) >= 0.97 and wider[2].mean() > narrow[2].mean() + 0.1, wider


def test_depth_makes_up_for_width_2_on_the_spiral_whose_arms_are_open():
    shallow, deep = (trained("spiral", (2, *[2] * depth, 1), (0.01,))[0] for depth in (1, 4))
    assert shallow[2].mean() < 0.95
    assert deep[2].mean() > 0.98


def peak_inside(net):
    """By how much the largest logit in the unit disc is above the largest on its rim, over the range of all; each copy."""
    t = np.linspace(0, 2 * np.pi, 4001)
    radii = np.linspace(0, 0.99, 60)
    disc = np.concatenate([r * np.column_stack([np.sin(t[::20]), np.cos(t[::20])]) for r in radii]).astype(net._dtype)
    inside, rim = (net._forward(X, False)[..., 0] for X in (disc, np.column_stack([np.sin(t), np.cos(t)]).astype(net._dtype)))
    return (inside.max(axis=-1) - rim.max(axis=-1)) / np.ptp(inside, axis=-1)


@pytest.mark.parametrize("depth", [1, 2, 4, 6])
def test_with_width_2_no_value_inside_a_ring_is_above_all_those_on_it(depth):
    net = trained("circle", (2, *[2] * depth, 1), (0.01,))[1]
    assert peak_inside(net).max() < 1e-3
    scrambled = mlp([2, *[2] * depth, 1], activation=Tanh, loss=BinaryCrossEntropy(), copies=50, rng=depth)
    assert peak_inside(scrambled).max() < 1e-3


def test_width_3_closes_the_boundary_around_a_peak():
    assert (peak_inside(trained("circle", (2, 3, 3, 1), (0.01,))[1]) > 0.05).all()


@pytest.mark.parametrize("depth", [1, 2, 4, 6])
def test_outer_ring_lies_around_the_inner_one_after_every_layer_of_width_2(depth):
    """A weight matrix with a determinant other than 0 and tanh are one-to-one: what lies inside a closed curve stays inside."""
    net = mlp([2, *[2] * depth, 1], activation=Tanh, init=xavier_normal, loss=BinaryCrossEntropy(), rng=depth)
    t = np.linspace(0, 2 * np.pi, 2001)
    ring = net._forward(np.column_stack([np.cos(t), np.sin(t)]), False, stop=2 * depth)
    for point in net._forward(datasets.circles(40, noise=0.0)[0][20:], False, stop=2 * depth):
        turned = np.diff(np.unwrap(np.arctan2(*(ring - point).T)))
        assert abs(turned.sum()) == pytest.approx(2 * np.pi, abs=1e-6)


@pytest.mark.parametrize(("width", "units"), [(1, 1), (2, 2), (3, 3), (12, 3)])
def test_view_shows_the_units_themselves_or_a_plane_through_the_layer(width, units):
    result = run(depth=2, width=width, lock=False, layer=1)
    assert result["units"] == units and result["bent"].shape == (200, 2)
    assert all(np.isfinite(line).all(axis=1).sum() == 15 * 61 for line in result["lines"])
    if units == 3:  # centred, and the plane of most variance
        np.testing.assert_allclose(result["bent"].mean(axis=0), 0, atol=1e-12)


def test_plane_of_view_keeps_the_two_largest_variances_and_lies_like_the_input():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((100, 2))
    H = X @ rng.standard_normal((2, 7)) + 0.1 * rng.standard_normal((100, 7)) + 5
    flat = experiment.flatten(H, H.mean(axis=0), X)(H)
    eigenvalues = np.linalg.eigvalsh(np.cov(H.T))[::-1]
    assert flat.var(axis=0, ddof=1).sum() == pytest.approx(eigenvalues[:2].sum())
    turned = experiment.flatten(-H, -H.mean(axis=0), X)(-H)  # the sign of a unit does not matter to the view
    np.testing.assert_allclose(turned, flat, atol=1e-9)
    with_input = flat.T @ (X - X.mean(axis=0))  # symmetric and positive: no rotation or reflection of the view is nearer to the input
    np.testing.assert_allclose(with_input, with_input.T, atol=1e-9)
    assert np.linalg.eigvalsh(with_input).min() > 0


def test_line_of_the_output_neuron_is_where_its_logit_is_0_and_parts_the_points():
    result = run(depth=2, width=2, lock=False, data="xor", layer=2)
    net = mlp([2, 2, 2, 1], activation=Tanh, init=xavier_normal, loss=BinaryCrossEntropy(), rng=0)
    assert result["cut"].shape == (2, 2) and run(depth=2, width=2, lock=False, layer=1)["cut"] is None
    (p, q), bent, y = result["cut"], result["bent"], result["y"]
    side = (q - p)[0] * (bent - p)[:, 1] - (q - p)[1] * (bent - p)[:, 0] > 0
    share = (side == y).mean()
    assert max(share, 1 - share) == pytest.approx(result["accuracy"][0])
    X = result["X"]
    cut = experiment.warp(net, 2, X, 1.1)["cut"]  # here the weights are at hand: the start weights
    np.testing.assert_allclose(net.layers[-1].forward(cut, False), 0, atol=1e-12)


def test_start_is_the_same_for_every_other_control_and_the_run_for_every_view():
    start = next(experiment.stream(**DEFAULT))
    again = next(experiment.stream(**DEFAULT | {"lr": 0.1, "layer": 1}))
    assert start["progress"] == 0 and np.array_equal(start["losses"], again["losses"]) and np.array_equal(start["field"], again["field"])
    first, second = run(width=4, lock=False), run(width=4, lock=False, layer=1)
    assert np.array_equal(first["losses"], second["losses"]) and np.array_equal(first["field"], second["field"])
    assert not np.array_equal(first["bent"], second["bent"])
    assert np.array_equal(experiment.points("spiral", 3)[0][0], next(experiment.stream(**DEFAULT | {"seed": 3, "depth": 6}))["X"])


def test_stream_grows_to_the_end_and_what_was_yielded_stays_as_it_was():
    results = list(experiment.stream(**DEFAULT | {"width": 2, "lock": False}))
    assert [len(result["losses"]) for result in results] == list(range(1, 82))
    assert results[0]["progress"] == 0 and results[-1]["progress"] == 1
    assert np.array_equal(results[0]["field"], next(experiment.stream(**DEFAULT | {"width": 2, "lock": False}))["field"])


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"data": "circle", "width": 1, "lock": False, "depth": 6},
        {"data": "xor", "lr": 0.3, "depth": 3},
        {"data": "checkerboard", "width": 4, "lock": False},
    ],
    ids=str,
)
def test_code_prints_the_held_out_accuracy_of_the_run(settings, capsys):
    exec(experiment.code(**DEFAULT | settings), {})
    assert float(capsys.readouterr().out.split()[-1]) == pytest.approx(experiment.headline(run(**settings)), rel=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_question_observes_that_six_layers_of_two_units_stall(seed):
    result = run(**experiment.QUESTION.settings, seed=seed)
    assert experiment.observe(result) == experiment.QUESTION.options[1]


def test_two_layers_of_three_units_tell_the_rings_apart_as_the_question_says():
    assert trained("circle", (2, 3, 3, 1), (0.01,))[0][0].min() >= 0.985
    result = run(**experiment.QUESTION.settings | {"depth": 2, "width": 3})
    assert experiment.observe(result) == experiment.QUESTION.options[0]


def test_picture_has_all_three_panels_from_the_first_yield_on():
    for settings in ({}, {"width": 1, "lock": False}, {"width": 2, "lock": False}):
        message = experiment.picture(next(experiment.stream(**DEFAULT | settings))).message()
        assert len(message["panels"]) == 3 and all(np.isfinite(panel["xlim"] + panel["ylim"]).all() for panel in message["panels"])
