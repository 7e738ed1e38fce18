"""Next to the edge of trainability two almost equal rates end in different places, and magnifying shows new detail."""

import contextlib
import io
import itertools

import numpy as np
import pytest

from nnlib.experiments import trainability as experiment
from nnlib.experiments.frame.controls import clean


def settings(**changed):
    return clean(experiment.CONTROLS, changed)


def run(**changed):
    *_, result = experiment.stream(**settings(**changed))
    return result


@pytest.fixture(scope="module")
def default():
    return list(experiment.stream(**settings()))


def square(values):
    """A result whose pixels are +1 where values are True."""
    return {"map": np.where(values, 1.0, -1.0), "progress": 1.0}


def test_box_counting_gives_1_for_lines_and_2_for_dust():
    rows, columns = np.mgrid[:64, :64]
    for line in (columns < 20, columns < rows, np.hypot(rows, columns) < 40):
        assert experiment.dimension(square(line)) == pytest.approx(1, abs=0.15)
    dust = np.random.default_rng(0).random((64, 64)) < 0.5
    assert experiment.dimension(square(dust)) == pytest.approx(2, abs=0.1)
    assert np.isnan(experiment.dimension(square(np.ones((64, 64), dtype=bool))))


def test_the_boundary_is_where_neighbours_differ_and_nowhere_else():
    edge = experiment.boundary(square(np.arange(64) < 20 * np.ones((64, 1))))
    assert edge[:63, 19].all() and edge.sum() == 63


def test_the_map_gets_finer_from_16_to_32_to_64_and_ends_without_a_gap(default):
    progress = [result["progress"] for result in default]
    assert progress == sorted(progress) and progress[-1] == 1
    assert np.isnan(default[0]["map"]).all() and not np.isnan(default[-1]["map"]).any()
    for side in (16, 32):  # a coarse level shows the pixels of the last map, each as a block
        coarse = next(result for result in default if result["progress"] >= (side / 64) ** 2)["map"]
        step = 64 // side
        assert np.array_equal(coarse[::step, ::step], default[-1]["map"][::step, ::step])
        assert np.array_equal(coarse, coarse[::step, ::step].repeat(step, axis=0).repeat(step, axis=1))


@pytest.mark.parametrize("change", [{"zoom": 1000.0, "x": 2.0, "seed": 3}, {"width": 1, "activation": "ReLU", "follow": False}])
def test_all_4096_in_one_stack_as_the_code_has_it_are_the_chunks_of_128(change):
    """The losses of some networks rise far before they fall: they count as converged in both."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(experiment.code(**settings(**change)), {})
    assert float(printed.getvalue()) == experiment.headline(run(**change))


def test_small_rates_converge_and_large_ones_diverge_for_every_seed_and_activation():
    for activation in experiment.ACTIVATIONS:
        for seed in range(5):
            X, Y = experiment.examples(seed)
            net, theta = experiment.network(activation, 4, copies=2, rng=0), experiment.network(activation, 4, rng=seed).theta
            converged, fast = experiment.finish(experiment.train(net, theta, X, Y, np.array([-2.0, 3.0]), np.array([-2.0, 3.0])))
            assert converged.tolist() == [True, False] and (0 <= fast).all() and (fast <= 1).all()


@pytest.mark.parametrize("zoom", [3.0, 1000.0])
def test_following_finds_a_boundary_to_an_eighth_of_the_view(zoom):
    """Among 17 networks on an eighth of the view around the centre some converge and some do not: two alone would hang on their rounding.

    And it leaves y alone when switched off.
    """
    for seed in range(5):
        x, y = experiment.centre(**settings(zoom=zoom, seed=seed))
        X, Y = experiment.examples(seed)
        net, theta = experiment.network("tanh", 4, copies=17, rng=0), experiment.network("tanh", 4, rng=seed).theta
        ys = y + experiment.HALF / zoom / 8 * np.linspace(-1, 1, 17)
        converged, _ = experiment.finish(experiment.train(net, theta, X, Y, np.full(17, x), ys))
        assert 0 < converged.sum() < 17 and x == 1.0
    assert experiment.centre(**settings(zoom=zoom, follow=False)) == (1.0, -0.5)


@pytest.mark.parametrize("activation, x, seeds, low, high", [("tanh", 1.9, 12, 1.3, 1.9), ("identity", -0.3, 5, 0.9, 1.1)])
def test_at_100_times_the_boundary_of_tanh_networks_is_rough_and_that_of_identity_networks_smooth(activation, x, seeds, low, high):
    """Theory: 1 for a smooth line. (Sohl-Dickstein 2024 reports 1.66 for tanh, in much deeper zooms.) NaN: no boundary on this line."""
    dimensions = np.array([experiment.dimension(run(activation=activation, zoom=100.0, x=x, seed=seed)) for seed in range(seeds)])
    assert ((low <= dimensions.round(1)) & (dimensions.round(1) <= high)).sum() == seeds - 1, dimensions


def test_a_shift_of_a_millionth_of_a_decade_changes_the_end_of_many_networks_near_the_edge():
    def share_changed(x, y, seed):
        X, Y = experiment.examples(seed)
        xs, ys = (a.ravel() for a in np.meshgrid(x + np.linspace(-0.02, 0.02, 16), y + np.linspace(-0.02, 0.02, 16)))
        net, theta = experiment.network("tanh", 4, copies=256, rng=0), experiment.network("tanh", 4, rng=seed).theta
        ends = [experiment.finish(experiment.train(net, theta, X, Y, xs + shift, ys))[0] for shift in (0.0, 1e-6)]
        return (ends[0] != ends[1]).mean()

    x, y = experiment.centre(**settings(**experiment.QUESTION.settings))
    assert share_changed(x, y, 0) > 0.02
    assert max(share_changed(-1.0, -1.5, seed) for seed in range(5)) == 0


def test_the_question_and_its_picture():
    result = run(**experiment.QUESTION.settings)
    assert len(experiment.picture(result).message()["panels"]) == 3
    assert experiment.QUESTION.observe(result) == experiment.OPTIONS[2] and experiment.dimension(result) > 1.3
    assert "dimension" in experiment.describe(result)


def test_a_box_becomes_the_view_on_the_steps_of_the_sliders_and_a_click_zooms_in():
    before = settings()
    box = experiment.pointer(None, before, {"panel": 0, "x": [1.5, 1.6, 1.9], "y": [-0.5, -0.8, -0.9]})
    assert (box["x"], box["y"]) == (1.7, -0.7) and box["zoom"] == 10.0
    left, right, bottom, top = run(**before | box | {"follow": False})["extent"]
    assert (left, right, bottom, top) == pytest.approx((1.5, 1.9, -0.9, -0.5))
    click = experiment.pointer(None, before, {"panel": 1, "x": [2.0], "y": [0.25]})
    assert (click["x"], click["y"]) == (2.0, 0.25) and click["zoom"] == pytest.approx(10**0.5)
    assert experiment.pointer(None, before, {"panel": 2, "x": [2.0], "y": [10.0]}) == {}
    for zoom in (1.0, 1000.0):  # at the ends nothing leaves the ranges
        far = experiment.pointer(None, before | {"zoom": zoom}, {"panel": 0, "x": [3.5], "y": [-3.5]})
        assert clean(experiment.CONTROLS, before | far) == before | far


def test_the_same_settings_give_the_same_map_while_another_run_goes_on():
    first, second = experiment.stream(**settings(width=2)), experiment.stream(**settings(width=2, x=0.0))
    *_, (result, _) = itertools.islice(zip(first, second), 60)
    *_, alone = itertools.islice(experiment.stream(**settings(width=2)), 60)
    assert 0.1 < result["progress"] < 1 and np.array_equal(result["map"], alone["map"], equal_nan=True)
