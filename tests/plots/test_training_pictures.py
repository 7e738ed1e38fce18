"""Film strips, learning curves and optimizer paths."""

import copy
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.contour import QuadContourSet
from shared_pictures import PATHS, bowl, case, made_history

from nnlib import (
    SGD,
    BatchNorm,
    BinaryCrossEntropy,
    datasets,
    fit,
    mlp,
    plots,
)
from nnlib.plots import words

# ---- film strip


def test_each_still_shows_the_weights_of_its_epoch():
    X, y = datasets.moons(80, rng=0)
    net = mlp([2, 6, 1], loss=BinaryCrossEntropy(), rng=0)
    history = fit(net, X, y, SGD(1.0), epochs=40, snapshots=(0, 7, 40))
    scores = {}
    for epoch in (0, 7, 40):
        film = copy.deepcopy(net)
        film.theta = history.snapshots[epoch]
        scores[epoch] = words.percent(film.score(X, y))
        alone = np.asarray(plots.decision_boundary(film, X, y, resolution=30).images[0].get_array())
        still = plots.film_strip(net, history, X, y, epochs=[epoch], resolution=30)[0]
        np.testing.assert_array_equal(np.asarray(still.images[0].get_array()), alone)
    assert len(set(scores.values())) > 1
    axes = plots.film_strip(net, history, X, y)
    assert [ax.get_title() for ax in axes] == [f"epoch {epoch}\naccuracy {score}" for epoch, score in scores.items()]
    assert plots.describe_film_strip(net, history, X, y) == "accuracy " + ", ".join(f"{s} after epoch {e}" for e, s in scores.items())
    assert plots.describe_film_strip(net, history, X, y, epochs=7) == f"accuracy {scores[7]} after epoch 7"


def test_in_a_film_batch_norm_uses_the_mean_and_variance_of_the_data_at_each_epoch():
    X, y, net, history = case()
    film = copy.deepcopy(net)
    film.theta = history.snapshots[4]
    for layer in film.layers:
        if isinstance(layer, BatchNorm):
            layer.momentum = 1.0  # one training pass then leaves the statistics of X
        layer.rate = 0.0  # and no unit is dropped on the way
    film.forward(X, training=True)
    alone = np.asarray(plots.decision_boundary(film, X, y, resolution=30).images[0].get_array())
    still = np.asarray(plots.film_strip(net, history, X, y, epochs=[4], resolution=30)[0].images[0].get_array())
    np.testing.assert_allclose(still, alone, atol=1e-12)
    trained_to_the_end = np.asarray(plots.decision_boundary(net, X, y, resolution=30).images[0].get_array())
    assert np.abs(still - trained_to_the_end).max() > 0.01


# ---- curves


def test_curves_show_the_history_and_mark_the_lowest_validation_loss():
    history = case()[3]
    loss, accuracy = plots.curves(history)
    for ax, what in ((loss, "loss"), (accuracy, "accuracy")):
        train, validation, best = ax.lines
        np.testing.assert_array_equal(train.get_ydata(), getattr(history, what))
        np.testing.assert_array_equal(validation.get_ydata(), getattr(history, "val_" + what))
        assert train.get_linestyle() != validation.get_linestyle()
        lowest = history.val_loss.argmin()
        assert (best.get_xdata().item(), best.get_ydata().item()) == (lowest, getattr(history, "val_" + what)[lowest])
    assert f"epoch {history.val_loss.argmin()}" in loss.get_legend().get_texts()[-1].get_text()


def test_the_epoch_that_fit_kept_is_the_one_marked():
    history = made_history(loss=[3, 2, 1], val_loss=[3, 1, 2])
    history.best_epoch = 2
    assert plots.curves(history)[0].lines[-1].get_xdata().item() == 2


def test_curves_in_words():
    history = made_history(loss=[0.7, 0.5, 0.123], accuracy=[0.5, 0.8, 1.0], val_loss=[0.8, 0.4, 0.6], val_accuracy=[0.4, 0.9, 0.85])
    assert plots.describe_curves(history) == (
        "3 epochs; training loss 0.7 -> 0.12; validation loss 0.8 -> 0.6; training accuracy 50 % -> 100 %; "
        "validation accuracy 40 % -> 85 %; lowest validation loss 0.4 near epoch 1"
    )
    stack = made_history(loss=[[0.7, 0.9], [0.5, np.nan]], val_loss=[[1.0, 2.0], [0.5, np.nan]])
    assert plots.describe_curves(stack) == (
        "2 epochs of 2 copies; training loss 0.7 to 0.9 -> 0.5; validation loss 1 to 2 -> 0.5; "
        "lowest validation loss 0.5 to 2 near epoch 0 to 1"
    )
    long = made_history(loss=np.ones(400), val_loss=np.abs(np.arange(400) - 298) + 1)
    assert plots.describe_curves(long).endswith("near epoch 300")


def test_with_ax_or_without_accuracy_the_loss_alone_is_drawn():
    history = made_history(loss=[3, 2, 1])
    assert len(plots.curves(history)) == 1
    ax = plt.subplots()[1]
    assert case()[3].plot(ax=ax) is ax and ax.get_ylabel() == "loss" and len(plt.get_fignums()) == 2
    assert len(case()[3].plot()) == 2


@pytest.mark.parametrize("copies", [4, 25])
def test_copies_are_thin_lines_or_a_band_with_their_median(copies):
    rng = np.random.default_rng(0)
    loss = rng.uniform(0.5, 1, (30, copies))
    loss[9:, 0] = np.nan  # this copy has diverged
    loss[20] = np.nan
    history = made_history(loss=loss, val_loss=loss + 1)
    ax = plots.curves(history)[0]
    plt.gcf().canvas.draw()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        median = np.nanmedian(loss, axis=1)
    np.testing.assert_allclose(ax.lines[copies if copies == 4 else 0].get_ydata(), median)
    assert len(ax.collections) == (0 if copies == 4 else 2)
    assert len(ax.lines) == (2 * (copies + 1) + 1 if copies == 4 else 2)


@pytest.mark.parametrize("log", [False, True])
def test_the_legend_lies_on_no_line_even_if_the_lines_go_everywhere(log):
    saw = np.array([0.7, 0.95] * 20)  # from the foot of the axis to its top, in every epoch
    ends = saw.copy()
    ends[5] = np.nan
    for ax in plots.curves(made_history(loss=saw, val_loss=ends, accuracy=saw, val_accuracy=saw), log=log):
        ax.figure.canvas.draw()
        box = ax.get_legend().get_window_extent()
        paths = [line.get_path().transformed(line.get_transform()) for line in ax.lines]
        assert not any(path.intersects_bbox(box, filled=False) or box.count_contains(path.vertices) for path in paths)
        assert ax.bbox.y1 >= box.y1 and "110 %" not in [tick.get_text() for tick in ax.get_yticklabels()]


def test_the_axis_keeps_its_range_where_the_legend_has_a_place_of_its_own():
    falling = np.linspace(1, 0, 40)
    ax = plots.curves(made_history(loss=falling, val_loss=falling))[0]
    assert ax.get_ylim()[1] < 1.06


@pytest.mark.parametrize("top", [0.9, 90.0])
def test_the_loss_can_stand_on_a_logarithmic_axis_with_plain_numbers(top):
    ax = plots.curves(made_history(loss=np.geomspace(top, 0.2, 30)), log=True)[0]
    plt.gcf().canvas.draw()
    assert ax.get_yscale() == "log"
    ticks = [t.get_text() for t in ax.get_yticklabels() + ax.get_yticklabels(minor=True) if t.get_text()]
    assert len(ticks) >= 2 and all(float(tick) > 0 for tick in ticks)


# ---- optimizer paths


def test_paths_are_drawn_point_by_point_each_with_its_own_line_and_marker():
    ax = plots.optimizer_paths(bowl, PATHS, minimum=(0, 0))
    lines = {line.get_label(): line for line in ax.lines if not line.get_label().startswith("_")}
    assert list(lines) == ["SGD", "Adam", "minimum"]
    for name, path in PATHS.items():
        np.testing.assert_array_equal(lines[name].get_xydata(), path)
    assert lines["SGD"].get_marker() != lines["Adam"].get_marker() and lines["SGD"].get_linestyle() != lines["Adam"].get_linestyle()
    contours = next(c for c in ax.collections if isinstance(c, QuadContourSet) and not c.filled)
    for level, path in zip(contours.levels, contours.get_paths()):
        np.testing.assert_allclose(bowl(*path.vertices.T), level, rtol=0.02, atol=0.02)


def test_paths_in_words():
    assert plots.describe_optimizer_paths(bowl, PATHS) == (
        "SGD: 3 steps, f 26 -> 0.35, ends at (0.50, 0.10); Adam: 2 steps, f 26 -> 2.6, ends at (1.50, 0.20)"
    )


@pytest.mark.parametrize("end", [np.nan, np.inf, 1e300])
def test_a_path_that_diverges_leaves_the_picture(end):
    wild = np.array([(4.0, 1.0), (3.0, -1.2), (2.5, 30.0), (2.0, -900.0), (end, end)])
    paths = {"calm": PATHS["SGD"], "wild": wild}
    ax = plots.optimizer_paths(bowl, paths)
    plt.gcf().canvas.draw()
    assert ax.get_ylim()[1] < 5 and ax.get_xlim()[1] < 6
    assert plots.describe_optimizer_paths(bowl, paths).endswith("wild: leaves the picture at step 2 of 4, f starts at 26")


def test_a_flat_function_and_a_single_point_still_make_a_picture():
    plots.optimizer_paths(lambda a, b: 0 * a, {"still": [(0.0, 0.0)]})
    plots.optimizer_paths(lambda a, b: np.where(a > 0, a, np.nan), {"half": [(1.0, 0.0), (0.5, 0.0)]}, limits=(-1, 2, -1, 1))


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        ([1.0, np.inf], "validation loss 1 -> inf; lowest validation loss 1 near epoch 0"),
        ([1.0, np.nan], "validation loss 1 -> nan; lowest validation loss 1 near epoch 0"),
        ([np.inf, np.nan], "validation loss inf -> nan; no finite validation loss"),
        ([[1.0, 2.0], [np.inf, np.nan]], "validation loss 1 to 2 -> inf; lowest validation loss 1 to 2 near epoch 0"),
        ([[1.0, 2.0], [np.inf, 3.0]], "validation loss 1 to 2 -> 3; lowest validation loss 1 to 2 near epoch 0"),
    ],
)
def test_curves_in_words_tell_inf_from_nan(loss, words):
    assert plots.describe_curves(made_history(loss=loss, val_loss=loss)).endswith(words)
