"""The learning rate x depth map: cells are single networks, batch norm widens what trains, small weights stop depth."""

import asyncio
import collections

import numpy as np
import pytest

from nnlib import SGD, fit
from nnlib.experiments import rate_depth
from nnlib.experiments.frame.controls import defaults
from nnlib.experiments.frame.show import Experiment, final


def settings(**changes):
    return defaults(rate_depth.CONTROLS) | changes


@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_cell_is_the_network_that_would_be_trained_alone(batch_norm):
    result = final(rate_depth, settings(depth=3, lr=0.1, batch_norm=batch_norm))
    X, y = rate_depth.data(0)
    net = rate_depth.network(3, batch_norm, "He", 0, None)
    history = fit(net, X, y, SGD(lr=0.1), epochs=rate_depth.STEPS, progress=False)
    assert np.allclose(history.loss, result["cell"]["losses"][:, result["copy"]], rtol=1e-9)
    assert rate_depth.headline(result) == pytest.approx(net.loss_value(X, y), rel=1e-9)
    alone = rate_depth.one_network(3, batch_norm, "He", 0, result["copy"])
    assert np.allclose(alone.forward(X, training=False), net.forward(X, training=False), rtol=1e-9)


def trained(depth, batch_norm, init, seed):
    """How many of the 12 cells of one row get below 0.1."""
    if (depth, batch_norm, init, seed) not in rate_depth.CACHE:
        collections.deque(rate_depth.train_row(depth, batch_norm, init, seed), maxlen=0)
    return int((rate_depth.loss_map(batch_norm, init, seed)[depth - 1] < rate_depth.TRAINED).sum())


def test_batch_norm_trains_far_more_of_the_deep_cells_on_every_seed():
    for seed in range(5):
        plain, normed = (sum(trained(depth, on, "He", seed) for depth in (5, 7)) for on in (False, True))
        assert normed > 1.5 * plain and normed >= 5, (seed, plain, normed)


def test_weights_of_std_0_01_learn_nothing_from_three_layers_on_without_batch_norm():
    for seed in range(5):
        assert trained(3, False, "std 0.01", seed) == trained(6, False, "std 0.01", seed) == 0
        assert trained(3, True, "std 0.01", seed) >= 5


def test_choosing_another_cell_trains_nothing_and_fills_the_map_from_the_start():
    final(rate_depth, settings())
    results = list(rate_depth.stream(**settings(depth=8, lr=1.0)))
    assert len(results) == 1 and not np.isnan(results[0]["map"]).any()


def test_a_click_chooses_the_cell_under_the_pointer():
    assert rate_depth.pointer({}, {}, {"panel": 0, "x": [4.3], "y": [7.8]}) == {"lr": pytest.approx(0.1), "depth": 8}
    assert rate_depth.pointer({}, {}, {"panel": 0, "x": [-0.4], "y": [0.6]}) == {"lr": pytest.approx(0.01), "depth": 1}
    assert rate_depth.pointer({}, {}, {"panel": 1, "x": [4.3], "y": [7.8]}) == {}
    shown = Experiment(rate_depth)
    shown.unlock()
    shown.on_pointer(None, {"kind": "click", "panel": 0, "x": [8.0], "y": [2.0]}, None)
    assert shown.error is None and shown.settings["depth"] == 2 and shown.settings["lr"] == pytest.approx(1.0)


def test_cells_fill_in_row_by_row_and_a_broken_off_run_loses_no_finished_row():
    async def moves():
        shown = Experiment(rate_depth)
        shown.set(seed=7)
        while (4, False, "He", 7) not in rate_depth.CACHE:
            await asyncio.sleep(0)
        shown.stop()
        return shown

    asyncio.run(moves())
    heat = rate_depth.loss_map(False, "He", 7)
    assert not np.isnan(heat[:4]).any() and np.isnan(heat[4:]).all()
    assert "4 of 8 depths trained so far" in rate_depth.describe(next(rate_depth.stream(**settings(seed=7))))


def test_the_row_at_work_shows_its_losses_so_far_and_is_counted_when_it_is_done():
    rate_depth.CACHE.clear()
    stream = rate_depth.stream(**settings(seed=11))
    first, second = next(stream), next(stream)
    stream.close()
    maps = [rate_depth.picture(result).panels[0].marks[0]["rgba"] for result in (first, second)]
    assert not np.array_equal(maps[0], maps[1]) and np.isnan(first["map"]).all()
    assert "0 of 8 depths" in rate_depth.describe(second)


def test_a_diverged_cell_says_at_which_step():
    result = final(rate_depth, settings(depth=1, lr=0.01))
    result["map"][0, 0], result["cell"]["diverged"] = np.inf, np.full(12, 17)
    assert "diverged at step 17" in rate_depth.describe(result)
    assert any(mark.get("label") == "diverged" for mark in rate_depth.picture(result).panels[0].marks)
